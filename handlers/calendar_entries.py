"""Deadlines of LEAs as calendars know them: one entry for each, that moves and ends as its deadline does.

`compare` is pure. What waits for the state is nobody's deadline, and has no entry. Source: feature N5.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from handlers.in_turn import in_parts
from store import Store
from store.base import canonical
from store.deadline import Deadline
from store.reaching import Reach
from store.reminders import CalendarEntry
from store.unit_of_work import UnitOfWork

LEAS_AT_ONCE = 50
# An agreement is the same deadline on another day, so that its entry moves.
SAME = {"upload": "upload", "form": "form", "finding": "finding", "agreement": "finding", "step": "step"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar is to show of one deadline. `said` are the facts of its words, as canonical JSON: no
    free text of people, and nobody's name."""

    uid: str
    target: str
    kind: str
    lea_id: str
    program_id: str
    review_id: str | None
    due: date
    said: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one entry: it is new, it looks like this now, or it is over (`now` is None)."""

    uid: str
    now: Entry | None


def uid_of(kind: str, target: str, domain: str) -> str:
    """The name of a deadline in every calendar, for ever: letters that no calendar stumbles over."""
    digest = hashlib.sha256(f"{SAME[kind]} {target}".encode()).hexdigest()
    return f"{SAME[kind]}-{digest[:24]}@{domain}"


def entry_of(deadline: Deadline, lea: str, domain: str) -> Entry | None:
    """A deadline as an entry, with its LEA's name; None: it is none of the LEA's."""
    if deadline.is_decision:
        return None
    return Entry(
        uid_of(deadline.kind, deadline.target, domain),
        deadline.target,
        deadline.kind,
        deadline.lea,
        deadline.program,
        deadline.review,
        deadline.due,
        canonical({"code": deadline.code, "title": deadline.title, "lea": lea}),
    )


def compare(known: Iterable[CalendarEntry], wanted: Iterable[Entry]) -> Iterator[Change]:
    """What must change so that the known entries are the wanted ones: those that are new, moved, have other
    words, or are begun again; and those that are over."""
    open_now = {one.uid: one for one in wanted}
    there = set()
    for row in known:
        there.add(row.uid)
        now = open_now.get(row.uid)
        if now is None:
            if not row.ended:
                yield Change(row.uid, None)
        elif row.ended or (row.kind, row.due, row.said) != (now.kind, now.due, now.said):
            yield Change(row.uid, now)
    yield from (Change(uid, one) for uid, one in open_now.items() if uid not in there)


def may_see(row: CalendarEntry, reach: Reach) -> bool:
    """Whether somebody with this reach has an entry in their calendar: of their own LEAs all, of the state's
    work what belongs to reviews."""
    of_state = reach.for_state(row.review_id, row.program_id)
    return row.lea_id in reach.leas or (row.review_id is not None and of_state)


async def keep_current(leas: Collection[str], store: Store, at: datetime) -> int:
    """Bring the entries of these LEAs up to date, few LEAs at a time; how many changed. Nothing is written
    where nothing did. `at` is aware."""
    changed = 0
    for some in in_parts(sorted(leas), LEAS_AT_ONCE):
        async with store.look() as uow:
            differs = await _changes(some, await uow.calendar_entries(some), uow)
        if differs:
            async with store.begin() as uow:
                changed += await bring_up_to_date(some, uow, at)
    return changed


async def bring_up_to_date(leas: Sequence[str], uow: UnitOfWork, at: datetime) -> int:
    """Each change makes an entry's number higher, once, whoever else does the same: the rows are locked
    before the deadlines are read, so that nobody writes what is older; new ones are written in the order in
    which rows are locked, so that no two wait for each other."""
    rows = {row.uid: row for row in await uow.calendar_entries(leas, lock=True)}
    changes = await _changes(leas, rows.values(), uow)
    for change in changes:
        if (row := rows.get(change.uid)) is not None:
            _change(row, change.now, at)
    new = [asdict(one.now) | {"changed_at": at} for one in changes if one.now and one.uid not in rows]
    if new:
        await uow.add_calendar_entries(sorted(new, key=lambda one: str(one["uid"])))
    return len(changes)


def _change(row: CalendarEntry, now: Entry | None, at: datetime) -> None:
    row.sequence, row.changed_at, row.ended = row.sequence + 1, at, now is None
    if now is not None:
        row.kind, row.due, row.said = now.kind, now.due, now.said


async def _changes(leas: Sequence[str], known: Iterable[CalendarEntry], uow: UnitOfWork) -> list[Change]:
    names: Mapping[str, str] = {lea.id: lea.name for lea in await uow.leas(leas)}
    deadlines = await uow.deadlines(leas)
    wanted = [entry_of(one, names[one.lea], uow.domain) for one in deadlines]
    return [*compare(known, filter(None, wanted))]
