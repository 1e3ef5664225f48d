"""The first weeks of a school year, with reviews close together: every promise of reminders on every day."""

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any, cast

from sqlalchemy import select

import reminder_loops as loops
from bot.delivery import Outgoing, deliver_round
from store import Store
from store.clock import Clock, pacific
from store.models import PersonRole
from store.outbox import OutboxEntry
from store.programs import schedules
from store.reminders import Digest, PlannedDay, Reminder
from store.verify import Report, check_record
from templates.render import Place
from tests.builders import Desk
from tests.handlers.reminder_oracle import Calendar, calendar
from tests.handlers.school_year import FIRST, World, pacific_time

TERM = date(2026, 9, 13)  # the whole year, to LAST, takes minutes
DOWN = [(date(2026, 7, 22), date(2026, 7, 24)), (date(2026, 8, 19), date(2026, 8, 28))]
REMINDED = "deadlines_reminded"


@dataclass
class Running:
    """As much of the running service as plans and says reminders."""

    store: Store
    clock: Clock = field(default_factory=Clock)
    owing: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Recording:
    """A way to people that keeps what it said, and now and then puts it into words."""

    said: list[tuple[datetime, OutboxEntry]] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> str:
        self.said.append((outgoing.at, outgoing.entry))
        if len(self.said) % 25 == 0:
            assert outgoing.said.text
        return "250 ok"


@dataclass
class Year:
    """The service, the world, and what must hold between them."""

    store: Store
    world: World
    days: Calendar = field(default_factory=lambda: calendar(2026, 2028))
    voice: Recording = field(default_factory=Recording)
    told: Counter[tuple[str, date]] = field(default_factory=Counter)
    heard: dict[tuple[str, str, date], set[str]] = field(default_factory=lambda: defaultdict(set))
    planned: date | None = None

    async def goes_by(self) -> None:
        day = FIRST
        while day <= TERM:
            up = not any(since <= day <= until for since, until in DOWN)
            open_at_midnight = dict(self.world.open)
            if up:
                await self._plan(pacific_time(day, 0, 5))
                if day.day % 5 == 0:
                    await self._plan(pacific_time(day, 6))  # a second scheduler changes nothing
            await self.world.happens(day, pacific_time(day, 7))
            if up:
                for hour in (5, 8, 20) if day.day % 5 == 0 else (8,):
                    await self._say(pacific_time(day, hour, 1))
                if self._works(day):
                    await self._was_heard(day, open_at_midnight)
                    self.planned = day
            day += timedelta(days=1)

    def _works(self, day: date) -> bool:
        return self._number(day) not in self.days.closed

    def _number(self, day: date) -> int:
        return self.days.number[day.year, day.month, day.day]

    async def _plan(self, now: datetime) -> None:
        await loops.remind_round(cast(Any, Running(self.store, Clock(now))))

    async def _say(self, now: datetime) -> None:
        """What waits is due by now: the outbox goes by the machine's time, which does not pass here."""
        async with self.store.look() as uow:
            waiting = select(OutboxEntry.id).where(OutboxEntry.state == "waiting")
            numbers = list(await uow.session.scalars(waiting))
        await self.store.outbox.hasten(numbers)
        running, before = cast(Any, Running(self.store, Clock(now))), len(self.voice.said)
        place, again = Place("evidence@cais.example", now.date()), partial(loops.read_again, running)
        while await deliver_round(self.store.outbox, {"mail": self.voice}, running.clock, place, again):
            pass
        await self._is_right(now, self.voice.said[before:])

    async def _is_right(self, now: datetime, said: list[tuple[datetime, OutboxEntry]]) -> None:
        day = pacific(now).date()
        mine = [entry for _, entry in said if entry.template == REMINDED]
        if not mine:
            return
        assert self._works(day) and pacific(now).hour == 8
        async with self.store.begin() as uow:
            served = await _served(uow.session)
            for entry in mine:
                self.told[entry.to, day] += 1
                assert self.told[entry.to, day] == 1, (entry.to, day)
                digest = await uow.digest(entry.fields["digest"])
                assert digest is not None and digest.day <= day
                rows = [one for one in await uow.reminders_in(digest.id) if one.why_not is None]
                assert bool(rows) == bool(entry.fields["rows"])
                assert rows or entry.fields["week"]  # a contact's week may come alone
                for one in rows:
                    self._is_true(one, entry.to, served[digest.person_id])
                    await self.world.hears(uow, digest.person_id, one.target, day, now)

    def _is_true(self, one: Reminder, to: str, roles: list[PersonRole]) -> None:
        """It is open, with this day, and this person may know of it."""
        review = one.target.partition("/")[0]
        assert self.world.open[one.target, one.kind] == one.due, (one.target, one.kind)
        assert review not in self.world.paused
        lea = self.world.lea_of[review]
        own = any(role.lea_id == lea for role in roles) and not one.kind.startswith("decide")
        theirs = any(role.review_id == review for role in roles)
        contact = any(role.role == "program_contact" for role in roles)
        assert own or theirs or contact, (one.target, to)
        self.heard[one.target, one.kind, one.due].add(to)

    async def _was_heard(self, day: date, open_at_midnight: dict[tuple[str, str], date]) -> None:
        """What was to be heard of today, and still is open, somebody heard of, or put off."""
        since = self._number(self.planned) if self.planned else self._number(day) - 1
        async with self.store.look() as uow:
            found = await uow.session.scalars(select(Reminder))
            known: dict[tuple[str, str, date], set[str | None]] = defaultdict(set)
            for one in found:
                known[one.target, one.kind, one.due].add(one.why_not)
                assert one.why_not or one.digest_id or one.planned_for == day, one
        for (target, kind), due in open_at_midnight.items():
            if self.world.open.get((target, kind)) != due or target.partition("/")[0] in self.world.paused:
                continue
            offsets = schedules(self.world.program_of.get(target, "fpm"))[kind].days
            days = [self.days.sends_on(self._number(due), one) for one in offsets]
            if any(since < one <= self._number(day) for one in days):
                reasons = known[target, kind, due]
                assert reasons & {None, "snoozed", "paused"}, (target, kind, due, day, reasons)


async def _served(session: Any) -> dict[int, list[PersonRole]]:
    found: dict[int, list[PersonRole]] = defaultdict(list)
    for role in await session.scalars(select(PersonRole).where(PersonRole.ended_at.is_(None))):
        found[role.person_id].append(role)
    return found


async def test_a_school_year(desk: Desk) -> None:
    world = World(desk.store, Random(20262027), first_days=(31, 5))
    await world.begin()
    year = Year(desk.store, world)
    await year.goes_by()
    assert sum(year.told.values()) > 200
    assert {what for what, count in world.done.items() if count} >= {
        "form", "decide_form", "move", "upload", "decide_item", "nof", "ask", "grant", "respond", "resolve",
        "snooze", "mute", "not_me", "away", "covered", "bounce", "retire", "pause",
    }  # fmt: skip
    await _whole(desk, year)


async def _whole(desk: Desk, year: Year) -> None:
    """At the end: nothing was said twice, each silence has its reason, and the chain holds."""
    async with desk.store.look() as uow:
        reminders = list(await uow.session.scalars(select(Reminder)))
        digests = {one.id: one for one in await uow.session.scalars(select(Digest))}
        entries = {one.fields["digest"]: one for one in await desk.outgoing() if one.template == REMINDED}
        late = [one.late for one in await uow.session.scalars(select(PlannedDay)) if one.late]
    assert len(late) == len(DOWN)
    assert any(one.late for one in reminders)
    for one in reminders:
        entry = entries.get(one.digest_id or 0)
        if not one.why_not:
            assert entry is not None and entry.state == "sent", (one, entry)
    assert len({(one.person_id, one.day) for one in digests.values()}) == len(digests)
    suppressed = [one for one in entries.values() if one.state == "suppressed"]
    assert suppressed and all(one.receipt for one in suppressed)
    async with desk.store.database.reading() as session:
        report = Report()
        await check_record(session, report)
    assert report.wrong == []
