"""Put a released or refused message back among the held ones: `hold 41` undoes both. For program contacts.

What it filed is withdrawn with a trace, as long as nobody acted on it and it did nothing else.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from handlers.access import CONTACTS
from handlers.asking import Asker, Capability
from handlers.latest_change import Change, change_of
from handlers.messages import Answer, Notice, Reply
from handlers.pen import Keeper, act_on, judge, keeper_of, note, taken
from handlers.refusals_people import NotFromPen
from handlers.sealing import sealed
from handlers.undo_change import Lines, acted_on, lines_of, put_back, undo_news
from store.inbox import RELEASED, InboxEntry
from store.models import Question
from store.unit_of_work import UnitOfWork

USAGE = "hold 41"
_ONLY_FILED = frozenset(
    {"inbox", "filing", "evidence_document", "file_verdict", "outbox", "question", "receipt", "review_item"}
)


@dataclass(frozen=True)
class HoldAgain:
    number: int


@dataclass(frozen=True)
class HeldAgain(Reply):
    """The message is held as before; what it had filed is gone, and what it had ended is back."""

    number: int
    was: str
    back: list[dict[str, Any]] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)
    again: list[dict[str, Any]] = field(default_factory=list)
    told: int = 0
    signed: list[str] = field(default_factory=list)


_SAID = re.compile(r"(?:R-?)?(?P<number>\d{1,15})(?: again)?", re.I)


def read_line(words: str, _programs: Collection[str]) -> HoldAgain | None:
    said = _SAID.fullmatch(words)
    return HoldAgain(int(said["number"])) if said else None


async def hold_again(command: HoldAgain, asker: Asker, uow: UnitOfWork) -> Answer:
    """Undo a release or a refusal. Raises NotForYourRole, NotOneOfYours, NotFromPen."""
    reply, notices = await held_again_by(keeper_of(asker), command.number, uow)
    facts = [("Held-again", f"R-{reply.number}")]
    facts += [("Gone", f"D-{one['document']} {one['code']}") for one in reply.gone]
    signed = await sealed(facts, asker, uow)
    told = HeldAgain(reply.number, reply.was, reply.back, reply.gone, reply.again, reply.told, signed)
    return Answer(told, tell=tuple(notices))


async def held_again_by(keeper: Keeper, number: int, uow: UnitOfWork) -> tuple[HeldAgain, list[Notice]]:
    """The same for whoever may; the notices are still to be sent."""
    entry = await taken(number, keeper, uow)
    act = act_on(entry)
    if act.get("did") not in ("released", "refused"):
        raise NotFromPen(number, "never_held", entry.state)
    lines: tuple[Lines, Lines, Lines] = ([], [], [])
    notices: list[Notice] = []
    if act["did"] == "released" and entry.state != "received":
        lines, notices = await _take_back(entry, act, keeper, uow)
    note(entry, "held", keeper)
    entry.state, entry.reason, entry.sender = "held", act["was"], act["sender"]
    entry.lease = entry.directed = entry.content = None
    await judge(entry, "held", act["was"], uow)
    uow.changed(entry)
    return HeldAgain(number, act["did"], *lines, told=len(notices)), notices


async def _take_back(
    entry: InboxEntry, act: dict[str, Any], keeper: Keeper, uow: UnitOfWork
) -> tuple[tuple[Lines, Lines, Lines], list[Notice]]:
    """Withdraw what it filed. Raises NotFromPen."""
    change = await _change(entry, act, uow)
    if (why := await _why_not(change, act, uow)) is not None:
        raise NotFromPen(entry.id, why, entry.state, instead=_instead(change))
    lines = await lines_of(change, uow)
    asker = keeper.asker
    notices = await undo_news(change, keeper.name, asker, uow)
    await put_back(change, keeper.at, asker.message.id if asker else entry.id, uow)
    question = await uow.session.get(Question, entry.id)
    if question is not None:
        question.answered_at = keeper.at
        uow.changed(question)
    return lines, list(notices)


async def _change(entry: InboxEntry, act: dict[str, Any], uow: UnitOfWork) -> Change:
    touched = [filing for filing, _ in await uow.filings_touched_in([entry.id])]
    ended = [one for one in touched if one.ended_in == entry.id]
    made = [one for one in touched if one.inbox_id == entry.id and one not in ended]
    change = await change_of(entry, ended, made, uow)
    return replace(change, begun=datetime.fromisoformat(act["at"]))


async def _why_not(change: Change, act: dict[str, Any], uow: UnitOfWork) -> str | None:
    """In a machine's word: more, acted, submitted."""
    if await _did_more(change.entry, act, uow):
        return "more"
    question = await uow.session.get(Question, change.entry.id)
    if question is not None and question.answered_at is not None:
        return "acted"
    return await acted_on(change, uow)


async def _did_more(entry: InboxEntry, act: dict[str, Any], uow: UnitOfWork) -> bool:
    """Whether anything but filing was done in this message's name since it was released."""
    let_go = next(
        (
            one.seq
            for one in await uow.last_entries(f"inbox:{entry.id}")
            if str(json.loads(one.facts).get("reason", "")).startswith(RELEASED)
        ),
        0,
    )
    since = await uow.changed_by_since(act["as"], let_go)
    own = [one for one in since if one.at == entry.received_at]
    return any(one.record.partition(":")[0] not in _ONLY_FILED for one in own)


def _instead(change: Change) -> list[str]:
    """The commands with which the LEA takes a document back by hand."""
    made = (*change.made, *change.confirmed)
    return [f"withdraw D-{one.filing.document_id} from {one.target.name}" for one in made][:6]


CAPABILITY = Capability(
    verb="hold",
    usage=USAGE,
    does="undoes a release or a refusal: the message is held again, and what it filed is withdrawn",
    handle=hold_again,
    opens=r"hold(?= (?:R-?)?\d)",
    line=read_line,
    roles=CONTACTS,
    weighty=True,
)
