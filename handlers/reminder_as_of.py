"""What the messages of many people are made from, read once in the transaction that makes them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from handlers.in_turn import in_parts
from handlers.reminder_facts import Facts, facts_of
from handlers.reminder_plan import Standing
from handlers.reminder_standing import standing_on
from store.deadline import Deadline
from store.reminders import Reminder
from store.unit_of_work import UnitOfWork

LEAS_AT_ONCE = 200


@dataclass(frozen=True)
class AsOf:
    """Of what some reminders are about, on a day (Pacific): how everybody stands, the deadlines of these
    names that are open, by their key, and their facts."""

    today: date
    standing: Standing
    deadlines: Mapping[tuple[str, str], Deadline]
    facts: Facts

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[Deadline]]:
        """What is due by one name."""
        found: dict[str, list[Deadline]] = defaultdict(list)
        for one in self.deadlines.values():
            found[one.name].append(one)
        return found


async def as_of(today: date, reminders: Sequence[Reminder], uow: UnitOfWork) -> AsOf:
    """As everything stands now."""
    found: list[Deadline] = []
    for some in in_parts(sorted({one.lea_id for one in reminders}), LEAS_AT_ONCE):
        found += about_these(reminders, await uow.deadlines(some))
    return await as_of_these(today, reminders, found, uow)


def about_these(reminders: Sequence[Reminder], deadlines: Iterable[Deadline]) -> list[Deadline]:
    """Those that the reminders are about, and what else is due by the same names."""
    names = {one.target.partition("#")[0] for one in reminders}
    return [one for one in deadlines if one.name in names]


async def as_of_these(
    today: date, reminders: Sequence[Reminder], deadlines: Sequence[Deadline], uow: UnitOfWork
) -> AsOf:
    """The same, where the open deadlines of the reminders were read before in this transaction."""
    leas = {one.lea_id for one in reminders}
    facts = await facts_of(deadlines, [one.covers for one in reminders], leas, uow)
    standing = await standing_on(today, uow, leas, {one.name for one in deadlines})
    return AsOf(today, standing, {one.key: one for one in deadlines}, facts)
