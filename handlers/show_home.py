"""Everything of somebody's at one glance: what to answer, what is missing, whose turn it is, and by when.

A chat's home tab shows it whenever it is opened; in a mail it is the word `home`, or `menu`.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.access import address_of, is_contact, leas_served, reach_of
from handlers.asking import Asker, Capability
from handlers.lifecycle import label
from handlers.messages import Answer, Message, Reply
from handlers.open_work import Choice, OpenWork, open_work
from handlers.pen import keeper_of
from handlers.show_held import listed
from handlers.show_status import first_words
from handlers.status_of_lea import questions_waiting
from store.models import TO_DO
from store.unit_of_work import UnitOfWork

MOST = 8
ASKED_SINCE = timedelta(days=14)
Row = dict[str, Any]


@dataclass(frozen=True)
class ShowHome:
    """Nothing more to say."""


@dataclass(frozen=True)
class HomeShown(Reply):
    """`parts` in their order, each `{"word", "rows", "more"}`: questions of ours, findings, items and forms
    that miss something, findings that the state has (`answered`), decisions that wait; for contacts also held
    messages, requests for access, overdue findings. A row has `name`, `title`, `lea`, `status`, `day` (ISO;
    the last day, or since when), the `state` (requested, approved) of an agreement on it, and `form`, which
    does something about it. `forms` are all that the person may fill in."""

    referenced = False
    name: str
    parts: list[dict[str, Any]]
    forms: list[str]


def wants_home(message: Message) -> bool:
    return not message.has_files and re.fullmatch(r"(?:home|menu)\W*", first_words(message), re.I) is not None


def read(message: Message, _programs: Collection[str]) -> ShowHome | None:
    """The word alone."""
    return ShowHome() if wants_home(message) else None


async def show_home(_command: ShowHome, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look and tell; nothing changes."""
    work = await open_work(asker.person, uow)
    parts: list[tuple[str, int, list[Row]]] = []
    if leas_served(asker.person):
        parts += await _of_lea(work, asker, uow)
    if reach_of(asker.person).of_state:
        rows = [_row(one, "decide", name=f"{one.kind}:{one.name}") for one in work.deciding]
        parts.append(_part("decisions", rows))
    if is_contact(asker.person):
        parts += await _of_contact(asker, uow)
    shown = [{"word": what, "rows": rows, "more": count - len(rows)} for what, count, rows in parts if count]
    return Answer(HomeShown(asker.person.name, shown, list(work.forms)))


async def _of_lea(work: OpenWork, asker: Asker, uow: UnitOfWork) -> list[tuple[str, int, list[Row]]]:
    asked = await questions_waiting(asker, uow)
    questions = [_row(None, name=f"R-{one['receipt']}", title=", ".join(one["files"])) for one in asked]
    soonest = sorted(work.findings, key=lambda one: (one.due is None, one.due or asker.today))
    findings = [_row(one, "respond") for one in soonest if not one.with_state]
    answered = [_row(one) for one in soonest if one.with_state]
    items, forms = await _missing(work, asker, uow), await _forms(work, asker, uow)
    for row in [] if work.several else [*findings, *items, *forms, *answered]:
        row["lea"] = ""  # it is theirs alone
    return [
        _part("questions", questions),
        _part("findings", findings),
        _part("items", items),
        _part("forms", forms),
        _part("answered", answered),
    ]


async def _missing(work: OpenWork, asker: Asker, uow: UnitOfWork) -> list[Row]:
    """Items that still need evidence and have none, the next review first; those with findings are listed."""
    rows: list[Row] = []
    listed_above = {one.name for one in work.findings}
    for review in await uow.reviews(leas_served(asker.person)):
        found = await uow.items_without_evidence(review.id, False, MOST * 50)
        lea = await uow.lea(review.lea_id)
        for code, title in found:
            one = Choice(
                "item", f"{review.id}/{code}", code, title, lea.name, review.id, due=review.upload_due
            )
            rows += [] if one.name in listed_above else [_row(one, "attach")]
    return rows


async def _forms(work: OpenWork, asker: Asker, uow: UnitOfWork) -> list[Row]:
    duties = await uow.duties_within(reach_of(asker.person))
    open_now = {duty.id: duty for duty in duties if duty.status in TO_DO}
    known = [one for one in work.targets if one.name in open_now]
    return [_row(one, "attach", status=label(open_now[one.name].status)) for one in known]


async def _of_contact(asker: Asker, uow: UnitOfWork) -> list[tuple[str, int, list[Row]]]:
    held = await listed(keeper_of(asker), uow)
    since = asker.message.received_at - ASKED_SINCE
    asked = await uow.told_since(address_of(asker.person), "access_request_heard", since)
    requests = [_row(None, name=one["by"], title=one["what"], lea=", ".join(one["leas"])) for one in asked]
    count, late = await uow.overdue_findings(reach_of(asker.person).programs, asker.today, MOST)
    overdue = [
        _row(None, name=one.name, title=one.title, lea=one.lea, day=one.due.isoformat()) for one in late
    ]
    pen = [_row(None, name=one["say"], title=one["sender"], day=one["received_at"]) for one in held.rows]
    return [
        ("held", len(held.rows) + held.more, pen[:MOST]),
        _part("requests", requests),
        ("overdue", count, overdue),
    ]


def _part(what: str, rows: Sequence[Row]) -> tuple[str, int, list[Row]]:
    return what, len(rows), list(rows[:MOST])


def _row(one: Choice | None, form: str = "", **facts: str) -> Row:
    row: Row = {
        "form": form,
        "name": "",
        "code": "",
        "title": "",
        "lea": "",
        "status": "",
        "kind": "",
        "day": None,
    }
    if one is not None:
        day = one.due.isoformat() if one.due else None
        row |= {"name": one.name, "code": one.code, "title": one.title, "lea": one.lea, "day": day}
        row |= {"status": one.status, "kind": one.kind, "state": one.agreement}
    return row | facts


CAPABILITY = Capability(
    verb="home",
    usage="home, or: menu",
    does="shows everything of yours at one glance: what to answer, what is missing, and by when",
    read=read,
    handle=show_home,
)
