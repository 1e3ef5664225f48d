"""What must hold for everybody who hears of a deadline in the simulated year: it is open, they may know of it,
and what they were promised is kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from store.programs import rule
from store.reminders import Reminder
from tests.handlers.school_people import Heard, People
from tests.handlers.school_rules import DISTRICT, STATE, Role, Served
from tests.handlers.school_year import World

FIRST_RUNGS = ("owner", "coordinator")
OF_STATE = ("reviewer", "contact")
STEP_DAYS = 7  # before its day, a step of an agreement is first reminded of


@dataclass
class Promises:
    world: World
    people: People
    kept: Counter[str] = field(default_factory=Counter)

    def forget_what_moved(self) -> None:
        """A day that moved or was met ends what was put off."""
        for key in [one for one in self.people.silent if not self._is_open(*one[1:])]:
            del self.people.silent[key]

    def is_true(self, one: Reminder, to: str, who: Served, day: date) -> None:
        """It is open, with this day, this person may know of it, and has not been promised to hear nothing."""
        name, _, _ = one.target.partition("#")
        review = name.partition("/")[0]
        assert self.world.open.get((one.target, one.kind)) == one.due, (one.target, one.kind, to)
        assert review not in self.world.paused
        roles = who.roles[to]
        own = any(lea == self.world.lea_of[review] for _, lea, _, _ in roles) and not _decides(one)
        program = self.world.program_of.get(review, "fpm")
        assert own or any(review == at or program == of for _, _, at, of in roles), (one.target, to)
        until = self.people.silent.get((to, name, one.kind, one.due))
        assert until is None or until <= day, (one.target, to, until, day)
        assert not self._is_covered(to, who, day), (one.target, to, day)

    def names_no_other(self, words: str, to: str, roles: Sequence[Role]) -> None:
        """Its words name no LEA but the reader's own."""
        own = {int(lea[4:]) for _, lea, _, _ in roles if lea}
        if not any(role in STATE for role, _, _, _ in roles):
            assert {int(one) for one in DISTRICT.findall(words)} <= own, (to, words)

    def stand_in(self, day: date) -> Mapping[str, str]:
        """Who is covered on a day, and by whom."""
        return {one: by for one, (by, last) in self.people.covered.items() if day <= last}

    def absent(self, day: date) -> Mapping[str, str]:
        """Who is away on a day, and by whom they are covered, if by anybody."""
        away = {one: "" for one, last in self.people.away.items() if day <= last}
        return {**away, **self.stand_in(day)}

    def were_kept(self, heard: Sequence[Heard], since: date, day: date, who: Served) -> None:
        """By the messages of a day, with the last one on `since`."""
        rows = [(one.entry.to, row) for one in heard for row in one.rows]
        self.kept["covered"] += sum(row.covers is not None for _, row in rows)
        for to, row in rows:
            self._mutes(to, row, rows, day)
        there = {(to, _name(row), row.kind) for to, row in rows}
        spoken = {_name(row) for _, row in rows}
        told = {(to, name) for to, name, _ in there}
        self.kept["muted"] += sum(key[1] in spoken and key not in told for key in self.people.muted)
        for key, until in list(self.people.silent.items()):
            to, name, kind, due = key
            if until > day:
                self.kept["silent"] += 1
            elif since < until:
                del self.people.silent[key]
                far = kind == "step" and (due - day).days > STEP_DAYS  # it was put off with its finding
                if self._is_here(to, name, who, day) and not far:
                    assert (to, name, kind) in there, (key, until, day)
                    self.kept["woken"] += 1

    def _mutes(self, to: str, row: Reminder, rows: Sequence[tuple[str, Reminder]], day: date) -> None:
        """Who asked for silence hears of it where nobody else does, and of what is overdue."""
        name = _name(row)
        if (wish := self.people.muted.get((to, name))) is None:
            return
        late = not _decides(row) and (day - row.due).days >= rule("mute_ends_days")
        rungs, absent = OF_STATE if _decides(row) else FIRST_RUNGS, self.absent(day)
        others = [
            other
            for other, one in rows
            if (one.target, one.kind) == (row.target, row.kind) and one.rung in rungs and other != to
            if (other, name) not in self.people.muted and one.covers is None and other not in absent
        ]
        assert not others or (late and wish == "reminders_muted"), (to, row, others)

    def _is_covered(self, to: str, who: Served, day: date) -> bool:
        """Whether somebody stands in for them who is there."""
        by = self.stand_in(day).get(to)
        gone = by not in who.roles or by in self.people.unreachable or by in self.stand_in(day)
        return by is not None and not gone and self.people.away.get(by, date.min) < day

    def _is_here(self, to: str, name: str, who: Served, day: date) -> bool:
        """Whether a reminder that was put off must come to this one of an LEA."""
        review = name.partition("/")[0]
        serves = any(lea == self.world.lea_of[review] for _, lea, _, _ in who.roles.get(to, ()))
        mute = (to, name) in self.people.muted
        gone = to in self.people.unreachable or to in self.stand_in(day) or review in self.world.paused
        return serves and not gone and not mute

    def _is_open(self, name: str, kind: str, due: date) -> bool:
        return self.world.open.get((f"{name}#1" if kind == "step" else name, kind)) == due


def _decides(one: Reminder) -> bool:
    return one.kind.startswith("decide_")


def _name(row: Reminder) -> str:
    return row.target.partition("#")[0]
