"""A whole school year of fifty LEAs on the seams: every promise of reminders on every day."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import select

import reminder_loops as loops
from bot.delivery import Outgoing, deliver_round
from store import Store
from store.clock import pacific
from store.inbox import InboxEntry
from store.outbox import OutboxEntry
from store.programs import schedules
from store.reminders import Absence, Digest, PlannedDay, Reminder
from store.verify import Report, check_record
from templates.render import Place
from tests.builders import Desk
from tests.handlers.reminder_oracle import Calendar, calendar
from tests.handlers.running import running
from tests.handlers.school_people import Heard, People
from tests.handlers.school_promises import Promises
from tests.handlers.school_rules import (
    Planned,
    Served,
    everybody,
    goes_rung_by_rung,
    of_row,
    served,
    speaks_of_no_other,
)
from tests.handlers.school_year import FIRST, LAST, World, pacific_time

DOWN = [
    (date(2026, 8, 19), date(2026, 8, 28)),
    (date(2026, 11, 25), date(2026, 11, 30)),  # over Thanksgiving
    (date(2027, 3, 12), date(2027, 3, 15)),  # over the night on which summer time begins
]
CHANGES = (date(2026, 11, 1), date(2027, 3, 14))
REMINDED = "deadlines_reminded"
READ_ALOUD = 20  # every so many messages are put into words


@dataclass
class Recording:
    """A way to people that keeps what it said, and now and then puts it into words."""

    said: list[OutboxEntry] = field(default_factory=list)
    words: dict[int, str] = field(default_factory=dict)

    async def send(self, outgoing: Outgoing) -> str:
        self.said.append(outgoing.entry)
        if len(self.said) % READ_ALOUD == 0:
            self.words[outgoing.entry.id] = outgoing.said.text
        return "250 ok"


@dataclass
class Year:
    """The service, the world, its people, and what must hold between them."""

    store: Store
    world: World
    people: People
    promises: Promises
    days: Calendar = field(default_factory=lambda: calendar(2026, 2028))
    voice: Recording = field(default_factory=Recording)
    told: Counter[tuple[str, date]] = field(default_factory=Counter)
    said: Counter[int] = field(default_factory=Counter)  # reminders by their number
    planned: date | None = None

    async def goes_by(self) -> None:
        day = FIRST
        while day <= LAST:
            up = not any(since <= day <= until for since, until in DOWN)
            open_at_midnight, who = dict(self.world.open), None
            if up:
                await self._plan(pacific_time(day, 0, 5))
                who = await self._who()
                if day.day % 10 == 0:
                    await self._plan(pacific_time(day, 6))  # a second scheduler changes nothing
            await self.world.happens(day, pacific_time(day, 7))
            self.promises.forget_what_moved()
            if up and who is not None:
                heard = [
                    one for hour in self._hours(day) for one in await self._say(pacific_time(day, hour, 1))
                ]
                if self._works(day):
                    await self._was_heard(day, open_at_midnight, who)
                    self.promises.were_kept(heard, self.planned or day, day, who)
                    await self.people.answer(heard, pacific_time(day, 9), day)
                    self.planned = day
            day += timedelta(days=1)

    def _hours(self, day: date) -> Sequence[int]:
        if day in CHANGES:
            return (0, 1, 3, 8)
        return (5, 8, 20) if day.day % 10 == 0 else (8,)

    def _works(self, day: date) -> bool:
        return self._number(day) not in self.days.closed

    def _number(self, day: date) -> int:
        return self.days.number[day.year, day.month, day.day]

    async def _who(self) -> Served:
        async with self.store.look() as uow:
            return await served(uow)

    async def _plan(self, now: datetime) -> None:
        await loops.remind_round(running(self.store, now))

    async def _say(self, now: datetime) -> list[Heard]:
        """What waits is due by now: the outbox goes by the machine's time, which does not pass here."""
        async with self.store.look() as uow:
            waiting = select(OutboxEntry.id).where(OutboxEntry.state == "waiting")
            numbers = list(await uow.session.scalars(waiting))
        if not numbers:
            return []
        await self.store.outbox.hasten(numbers)
        parts, before = running(self.store, now), len(self.voice.said)
        place, again = Place("evidence@cais.example", now.date()), partial(loops.read_again, parts)
        while await deliver_round(self.store.outbox, {"mail": self.voice}, parts.clock, place, again):
            pass
        return await self._is_right(now, self.voice.said[before:])

    async def _is_right(self, now: datetime, said: Sequence[OutboxEntry]) -> list[Heard]:
        """Every message of a round, and what people heard by it."""
        who, day = await self._who(), pacific(now).date()
        for entry in said:
            roles = who.roles.get(entry.to, [])
            speaks_of_no_other(entry, roles, self.world.program_of)
            if (words := self.voice.words.get(entry.id)) is not None:
                assert words
                self.promises.names_no_other(words, entry.to, roles)
        mine = [entry for entry in said if entry.template == REMINDED]
        assert not mine or (self._works(day) and pacific(now).hour == 8), (now, mine)
        heard = await self._heard(mine)
        for one in heard:
            self.told[one.entry.to, day] += 1
            assert self.told[one.entry.to, day] == 1, (one.entry.to, day)
            assert bool(one.rows) == bool(one.entry.fields["rows"])
            assert one.rows or one.entry.fields["week"]  # a contact's week may come alone
            for row in one.rows:
                self.said[row.id] += 1
                assert self.said[row.id] == 1, row
                self.promises.is_true(row, one.entry.to, who, day)
        return heard

    async def _heard(self, entries: Sequence[OutboxEntry]) -> list[Heard]:
        numbers = [entry.fields["digest"] for entry in entries]
        rows: dict[int, list[Reminder]] = defaultdict(list)
        async with self.store.look() as uow:
            digests = {one.id: one for one in await uow.digests(numbers)}
            for row in await uow.reminders_in(*numbers):
                if row.why_not is None:
                    rows[row.digest_id or 0].append(row)
        found = [(entry, digests[entry.fields["digest"]]) for entry in entries]
        return [Heard(entry, digest.person_id, rows[digest.id]) for entry, digest in found]

    async def _was_heard(self, day: date, open_then: dict[tuple[str, str], date], who: Served) -> None:
        """What was to be heard of today, and still is open, somebody heard of, or put off; rung by rung."""
        since = self._number(self.planned) if self.planned else self._number(day) - 1
        rows: dict[tuple[str, str, date, int], list[Planned]] = defaultdict(list)
        async with self.store.look() as uow:
            found = await uow.session.scalars(select(Reminder).where(Reminder.planned_for == day))
            for one in found:
                rows[one.target, one.kind, one.due, one.offset].append(of_row(one))
        for (target, kind), due in open_then.items():
            review = target.partition("/")[0]
            if self.world.open.get((target, kind)) != due or review in self.world.paused:
                continue
            program = self.world.program_of.get(target, "fpm")
            sends = {one: self.days.sends_on(self._number(due), one) for one in schedules(program)[kind].days}
            reached = [one for one, at in sends.items() if since < at <= self._number(day)]
            if reached:
                mine = rows[target, kind, due, reached[-1]]
                lea, reasons = self.world.lea_of[review], {one.why_not for one in mine}
                if reasons == {"unreachable"}:  # the watch for these sounds an alarm
                    assert everybody(mine[0], who, lea, program) <= {*self.people.unreachable}, mine
                    continue
                assert reasons & {None, "snoozed", "paused"}, (target, kind, due, day, reasons)
                goes_rung_by_rung(mine, who, lea, program, self.promises.absent(day))


async def test_a_school_year(desk: Desk) -> None:
    world, people = World(desk.store, Random(20262027)), People(desk, Random(7))
    await world.begin()
    year = Year(desk.store, world, people, Promises(world, people))
    await year.goes_by()
    assert sum(year.told.values()) > 1500
    assert {what for what, count in world.done.items() if count} >= {
        "form", "decide_form", "move", "upload", "decide_item", "nof", "ask", "grant", "respond", "resolve",
        "retire", "pause",
    }  # fmt: skip
    assert {*people.said} == {
        "waits", "mutes", "is_not_theirs", "has_sent_it", "is_away", "is_covered", "came_back",
    }  # fmt: skip
    assert {*people.answers} >= {
        "reminders_snoozed", "reminders_muted", "not_theirs", "delivery_looked_for", "cover_named",
    }  # fmt: skip
    assert min(year.promises.kept[one] for one in ("silent", "woken", "muted", "covered")) > 0
    await _whole(desk, year)


async def _whole(desk: Desk, year: Year) -> None:
    """At the end: nothing was said twice, each silence has its reason, and the chain holds."""
    async with desk.store.look() as uow:
        reminders = list(await uow.session.scalars(select(Reminder)))
        digests = {one.id: one for one in await uow.session.scalars(select(Digest))}
        sent = [one for one in await desk.outgoing() if one.template == REMINDED]
        late = [one.late for one in await uow.session.scalars(select(PlannedDay)) if one.late]
        away = list(await uow.session.scalars(select(Absence.inbox_id)))
        states = set(await uow.session.scalars(select(InboxEntry.state)))
    assert len(late) == len(DOWN)
    assert any(one.late for one in reminders) and any(one.covers for one in reminders) and any(away)
    assert states <= {"done", "ignored", "refused", "held"}  # held: who is not in the record any more
    entries = {one.fields["digest"]: one for one in sent}
    ends = ("sent", "bounced")
    for one in reminders:
        assert one.why_not or one.digest_id or one.planned_for == LAST, one
        entry = entries.get(one.digest_id or 0)
        if not one.why_not:
            why = "" if entry is None else str(entry.receipt)
            assert entry is not None and (entry.state in ends or why.startswith("unreachable")), (one, entry)
    assert len({(one.person_id, one.day) for one in digests.values()}) == len(digests)
    suppressed = [one for one in entries.values() if one.state == "suppressed"]
    assert suppressed and all(one.receipt for one in suppressed)
    async with desk.store.database.reading() as session:
        report = Report()
        await check_record(session, report)
    assert report.wrong == []
