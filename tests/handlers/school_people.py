"""What people of the simulated year say to their reminders, as mails through the pipeline, and what they were
promised for it. Nothing is written to the store for them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from handlers.signals import Bounce
from store.outbox import OutboxEntry
from store.reminders import Reminder
from tests.builders import Desk

Mail = dict[str, Any]
Promise = tuple[str, str, str, date]  # to whom (address), of which name, kind and due day


@dataclass(frozen=True)
class Heard:
    """A digest that somebody got, and what it reminded them of."""

    entry: OutboxEntry
    person: int
    rows: Sequence[Reminder]


@dataclass
class People:
    """`silent` until a day, `muted` and `covered` (by whom, until which day): as our answers told them."""

    desk: Desk
    chance: Random
    silent: dict[Promise, date] = field(default_factory=dict)
    muted: dict[tuple[str, str], str] = field(default_factory=dict)
    covered: dict[str, tuple[str, date]] = field(default_factory=dict)
    away: dict[str, date] = field(default_factory=dict)
    unreachable: dict[str, date] = field(default_factory=dict)
    said: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    async def answer(self, heard: Sequence[Heard], now: datetime, day: date) -> None:
        """Some write back to what they heard today; whose mail came back some weeks ago, writes again."""
        mails = [mail for one in heard if (mail := self._thought(one, day)) is not None]
        for address, since in list(self.unreachable.items()):
            if day - since > timedelta(days=24):
                mails.append({"sender": address, "subject": "status"})
                del self.unreachable[address]
        if mails:
            await self._speak(mails, now)

    def _thought(self, heard: Heard, day: date) -> Mail | None:
        """What one of them says: most say nothing."""
        ways: Sequence[tuple[float, Callable[[Heard, date], Mail]]] = (
            (0.06, self._waits),
            (0.09, self._mutes),
            (0.12, self._is_not_theirs),
            (0.15, self._has_sent_it),
            (0.17, self._is_away),
            (0.20, self._is_covered),
            (0.22, self._came_back),
        )
        luck = self.chance.random()
        way = next((way for most, way in ways if luck < most), None)
        if way is None or not heard.rows:
            return None
        self.said[way.__name__.strip("_")] += 1
        answers = (heard.entry.message_id or "",)
        return {"sender": heard.entry.to, "answers": answers} | way(heard, day)

    def _waits(self, _heard: Heard, _day: date) -> Mail:
        return {"text": self.chance.choice(("snooze 3 days", "snooze 2 weeks", "remind me tomorrow"))}

    def _mutes(self, heard: Heard, _day: date) -> Mail:
        return {"text": self.chance.choice(("mute", f"mute {_name(heard.rows[0])}"))}

    def _is_not_theirs(self, heard: Heard, _day: date) -> Mail:
        return {"text": self.chance.choice(("not me", f"not me {_name(heard.rows[0])}"))}

    def _has_sent_it(self, _heard: Heard, _day: date) -> Mail:
        return {"text": "sent it"}

    def _is_away(self, heard: Heard, day: date) -> Mail:
        last = day + timedelta(days=self.chance.randrange(1, 15))
        self.away[heard.entry.to] = max(last, self.away.get(heard.entry.to, last))
        return {
            "subject": "Automatic reply: your deadlines",
            "text": f"I am out of the office until {last:%B} {last.day}, {last.year}.",
            "automatic": "out of office",
        }

    def _is_covered(self, heard: Heard, day: date) -> Mail:
        """A coordinator says who stands in for the first submitter; who is none may not."""
        domain = heard.entry.to.partition("@")[2]
        last = day + timedelta(days=self.chance.randrange(2, 15))
        return {
            "text": f"cover for p0@{domain} by p1@{domain} until {last:%B} {last.day}, {last.year}",
            "sender": f"p2@{domain}",
            "answers": (),
        }

    def _came_back(self, heard: Heard, day: date) -> Mail:
        self.unreachable.setdefault(heard.entry.to, day)
        sign = Bounce(heard.entry.id, heard.entry.token, "failed", "5.1.1", "verp")
        machine = {"sender": "mailer-daemon@mx.example", "trust": "unauthenticated", "answers": ()}
        return machine | {"automatic": "bounce", "bounce": sign}

    async def _speak(self, mails: Sequence[Mail], now: datetime) -> None:
        """Several at once, as on any morning; then what the answers promise is remembered."""
        self.desk.now = now
        numbers = await self.desk.keep(*mails)
        await self.desk.work()
        async with self.desk.store.look() as uow:
            found = select(OutboxEntry).where(OutboxEntry.in_answer_to.in_(numbers)).order_by(OutboxEntry.id)
            owed = list(await uow.session.scalars(found))
        by_number = dict(zip(numbers, mails, strict=True))
        for row in owed:
            if row.to == by_number[row.in_answer_to or 0]["sender"]:
                self._is_told(row)

    def _is_told(self, row: OutboxEntry) -> None:
        self.answers[row.template] += 1
        if row.template in ("reminders_snoozed", "reminders_muted", "not_theirs"):
            for one in row.fields["rows"]:
                self._is_promised(row, one)
        elif row.template == "cover_named":
            domain = row.to.partition("@")[2]
            self.covered[f"p0@{domain}"] = (f"p1@{domain}", date.fromisoformat(row.fields["last"]))

    def _is_promised(self, row: OutboxEntry, one: dict[str, Any]) -> None:
        """The last word on one name counts."""
        self.forget(one["name"], row.to)
        due = date.fromisoformat(one["due"])
        if row.template == "reminders_snoozed":
            self.silent[row.to, one["name"], one["kind"], due] = date.fromisoformat(one["until"])
        else:
            self.muted[row.to, one["name"]] = row.template

    def forget(self, name: str, address: str | None = None) -> None:
        """Of one person, or of everybody, where a day was moved."""
        for key in [one for one in self.silent if one[1] == name and address in (None, one[0])]:
            del self.silent[key]
        if address is not None:
            self.muted.pop((address, name), None)


def _name(row: Reminder) -> str:
    return row.target.partition("#")[0]
