"""Submit items, findings and forms to the state: `submit EL 02`, `submit EL 02, EL 06 and CE 08`.

Only a submitter, coordinator or administrator certifies; what others sent counts from then on. Source: the
monitoring guide's "submitting instruments" and "resubmitting items" (S5).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from handlers.access import leas_served, not_for
from handlers.asking import Asker, Capability
from handlers.lifecycle import label
from handlers.messages import Answer, Reply
from handlers.references import TargetSaid, find_target, read_targets
from handlers.refusals import NotForYourRole
from handlers.refusals_submitting import SayEachOne
from handlers.responding import heard
from handlers.sealing import sealed
from handlers.standing import standing
from handlers.submit_target import Submission, check_may_submit, submit_target
from handlers.targets import Target, desk_for
from store.unit_of_work import UnitOfWork

_EVERYTHING = ("all", "everything", "all items", "all of it")


@dataclass(frozen=True)
class SubmitItem:
    """What is to be submitted; `everything` is refused."""

    targets: tuple[TargetSaid, ...]
    everything: bool = False


@dataclass(frozen=True)
class ItemSubmitted(Reply):
    """How much the state has now, what is still missing, who was told, and what comes next; for a form, what
    its rules say of the files (`handlers/form_rules.py`)."""

    code: str
    title: str
    finding: bool
    documents: int
    statements: int
    status: str
    missing: list[str]
    due: str | None
    told: int
    next: str
    in_all: int = 0
    signed: list[str] = field(default_factory=list)
    remarks: list[dict[str, Any]] = field(default_factory=list)


def read_line(words: str, programs: Collection[str]) -> SubmitItem | None:
    """`submit TARGET`, several of them, or `submit all`."""
    if words.lower() in _EVERYTHING:
        return SubmitItem((), everything=True)
    found = read_targets(words, programs)
    return SubmitItem(found[0]) if found and not found[1] else None


async def submit_item(command: SubmitItem, asker: Asker, uow: UnitOfWork) -> Answer:
    """Submit one target (`each_one` parts several). Raises SayEachOne, AskASubmitter, NotForYourRole,
    NotOneOfYours, WhichOne, NothingToSubmit, NotNow."""
    if command.everything:
        raise await _each_one(asker, uow)
    target = await find_target(command.targets[0], asker, uow, lock=True)
    await check_may_submit(target.lea, f"submit {target.code}", asker, uow)
    if target.finding is not None:
        await uow.hold(target.finding)
    done = await submit_target(target, asker, uow)
    notices = await heard([(target, done)], asker, uow)
    (row,) = await standing([target], asker, uow)
    reply = ItemSubmitted(
        code=target.code,
        title=target.label,
        finding=target.finding is not None,
        documents=done.documents,
        statements=done.statements,
        status=label(done.status),
        missing=row["missing"],
        due=row["due"],
        told=len(notices),
        next=row["next"],
        in_all=row["on_file"],
        signed=await sealed(_facts(target, done), asker, uow),
        remarks=row["remarks"],
    )
    return Answer(reply, tell=notices)


def _facts(target: Target, done: Submission) -> list[tuple[str, str]]:
    counts = [("Documents", str(done.documents)), ("Statements", str(done.statements))]
    return [("Submitted", target.name), *counts, ("Status", label(done.status))]


def each_one(command: SubmitItem) -> list[tuple[str, SubmitItem]]:
    """As if each had stood in a line of its own."""
    return [(f"submit {one.said}", SubmitItem((one,))) for one in command.targets]


async def _each_one(asker: Asker, uow: UnitOfWork) -> NotForYourRole | SayEachOne:
    """What could be submitted: where something is on file that the state has not."""
    leas = leas_served(asker.person)
    if not leas:
        return not_for(asker.person, "submit")
    desk = await desk_for(uow, leas, "")
    rows = await standing(desk.targets, asker, uow)
    return SayEachOne("submit", [_named(row) for row in rows if row["unsubmitted"]][:30])


def _named(row: dict[str, Any]) -> dict[str, str]:
    return {"say": row["name"], "title": row["title"]}


CAPABILITY = Capability(
    verb="submit",
    usage="submit EL 02, or several: submit EL 02, EL 06 and CE 08",
    does="submits what is on file for items, findings or forms to the state",
    handle=submit_item,
    opens="submit|resubmit|certify",
    line=read_line,
    split=each_one,
)
