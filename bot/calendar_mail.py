"""The calendar file that goes with a mail: exactly the deadlines that the message is about, as they are when
it is sent, and only what its reader may see then."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.calendar_file import MEDIA_TYPE, calendar_file
from bot.delivery import Extra
from handlers.about import NAMES_TARGET
from handlers.access import reach_of
from handlers.calendar_entries import SAME, keep_current, may_see
from store import Store
from store.outbox import OutboxEntry
from store.reaching import Reach
from store.reminder_questions import DIGEST
from store.reminders import CalendarEntry
from templates import Place

NAME = "deadlines.ics"
OF_A_REVIEW = frozenset({"nof_issued", "review_moved"})
# What tells of a deadline that began, moved or ended, or that somebody decided on.
TELLS_OF_A_DAY = OF_A_REVIEW | {
    DIGEST,
    "agreement_decided",
    "agreement_expired",
    "agreement_heard",
    "agreement_requested",
    "agreement_withdrawn",
    "assignment_heard",
    "decision_heard",
    "due_moved",
    "evidence_returned",
    "finding_reopened",
    "finding_resolved",
    "form_assigned",
    "form_decided",
    "form_decision_heard",
    "item_submitted",
    "more_needed",
    "move_heard",
    "reopening_heard",
    "resolution_heard",
    "response_heard",
    "response_received",
    "submission_heard",
}


@dataclass(frozen=True)
class Spoken:
    """What a message speaks of: targets by name, whole reviews, or single deadlines by kind, target and day
    (ISO; empty for what is over)."""

    names: frozenset[str] = frozenset()
    reviews: frozenset[str] = frozenset()
    deadlines: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def targets(self) -> frozenset[str]:
        return self.names | self.reviews | {target for _, target, _ in self.deadlines}

    def speaks_of(self, entry: CalendarEntry, since: datetime) -> bool:
        """What was over before the message is no news in it. Evidence for a review is one deadline: what was
        handed in last ends it."""
        if entry.ended and entry.changed_at < since:
            return False
        name = entry.target.partition("#")[0]
        last_of_review = entry.ended and any(one.startswith(f"{entry.target}/") for one in self.names)
        day = "" if entry.ended else entry.due.isoformat()
        known = (SAME[entry.kind], name, day) in self.deadlines or entry.review_id in self.reviews
        return known or name in self.names or last_of_review


def spoken_of(row: OutboxEntry) -> Spoken:
    """From a row of the outbox."""
    if row.template == DIGEST:
        told = [*row.fields["rows"], *row.fields["done"]]
        days = [(one["kind"], one["name"], one.get("due", "")) for one in told]
        return Spoken(deadlines=frozenset((SAME[kind], *rest) for kind, *rest in days if kind in SAME))
    if row.template in OF_A_REVIEW:
        return Spoken(reviews=frozenset({row.fields["review"]}))
    return Spoken(names=frozenset({*_names(row.fields), *(row.about or ())}))


def _names(value: Any) -> Iterator[str]:
    """Every `name` or `target`, however deep, that has the form of one; who has none such is a person."""
    if isinstance(value, list):
        for one in value:
            yield from _names(one)
    if isinstance(value, Mapping):
        said = [one for key, one in value.items() if key in ("name", "target") and isinstance(one, str)]
        yield from (one for one in said if NAMES_TARGET.fullmatch(one))
        for one in value.values():
            yield from _names(one)


async def deadlines_file(store: Store, place: Place, at: datetime, row: OutboxEntry) -> tuple[Extra, ...]:
    """The file for one mail, or nothing: for other messages, for who may see none of it, or where nothing of
    it has a day. `at` is now (aware)."""
    if row.channel != "mail" or row.template not in TELLS_OF_A_DAY:
        return ()
    spoken = spoken_of(row)
    async with store.look() as uow:
        leas = await uow.leas_of_targets(spoken.targets)
        reader = await uow.person_at(row.to)
    reach = reach_of(reader) if reader is not None and reader.retired_at is None else Reach()
    await keep_current(leas, store, at)
    async with store.look() as uow:
        known = await uow.calendar_entries(leas)
    shown = [one for one in known if may_see(one, reach) and spoken.speaks_of(one, row.created_at)]
    shown.sort(key=lambda one: (one.due, one.uid))
    return (Extra(NAME, MEDIA_TYPE, calendar_file(shown, place)),) if shown else ()
