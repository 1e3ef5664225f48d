"""Say that complainants stand in a log with their initials only: `initials UCP 3` files what waits for it.

Source: the sample UCP case log (S33); the rule is a fact of the item (`evidence_rule`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.access import SENDERS, may_attach
from handlers.asking import Asker, Capability
from handlers.attach_evidence import one_file, receipt, sending_of, signed_as_brought
from handlers.evidence_rules import INITIALS
from handlers.filing import Outcome, placed_in
from handlers.messages import Answer
from handlers.questions import as_said, attachment_of, settle
from handlers.references import TargetSaid, find_target, read_target
from handlers.refusals import NothingAsked
from handlers.responding import respond_with
from handlers.standing import standing
from handlers.targets import Aim, Desk, Target, desk_for
from handlers.wishes import Wish
from store.inbox import InboxEntry
from store.models import Question
from store.unit_of_work import UnitOfWork

File = Mapping[str, Any]


@dataclass(frozen=True)
class ConfirmInitials:
    """The item whose files wait for this word."""

    target: TargetSaid


def read_line(words: str, programs: Collection[str]) -> ConfirmInitials | None:
    found = read_target(words, programs)
    return ConfirmInitials(found[0]) if found and not found[1].strip(" :.") else None


async def confirm_initials(command: ConfirmInitials, asker: Asker, uow: UnitOfWork) -> Answer:
    """File what this very person sent and what waits for it. Raises NotForYourRole, NotOneOfYours, WhichOne,
    NothingAsked."""
    may_attach(asker.person)
    target = await find_target(command.target, asker, uow, lock=True)
    waiting = await uow.open_questions(asker.person.id)
    waiting = [one for one in waiting if any(_waits(file, target) for file in one.files)]
    desk = await desk_for(uow, [target.lea], "")
    settled = [found for one in waiting if (found := await _settle(one, target, desk, asker, uow))]
    outcomes = [one for _, some in settled for one in some]
    if not outcomes:
        raise NothingAsked(f"initials {command.target.said}")
    tell = await respond_with(placed_in(outcomes), asker, uow)
    targets = [one.target for one in placed_in(outcomes)]
    told = receipt(asker, outcomes, await standing(targets, asker, uow), [], desk.leas)
    return replace(await signed_as_brought(told, settled, asker, uow), verdicts=(), tell=tell)


async def _settle(
    question: Question, target: Target, desk: Desk, asker: Asker, uow: UnitOfWork
) -> tuple[InboxEntry, list[Outcome]] | None:
    """What became of the files of a question that wait for this, and the message they came with."""
    entry = await uow.entry(question.inbox_id)
    if entry is None:
        return None
    then = as_said(question, sending_of(asker), entry)
    waiting = [file for file in question.files if _waits(file, target)]
    outcomes = [await one_file(_aim(file, target, desk), then, uow) for file in waiting]
    await settle(question, [one.verdict for one in outcomes], asker, uow)
    return entry, outcomes


def _waits(file: File, target: Target) -> bool:
    said = file.get("said", {})
    return said.get("doubt") == INITIALS and target.name in said.get("targets", ())


def _aim(file: File, target: Target, desk: Desk) -> Aim:
    """Everything that the file was for: it waited as a whole."""
    said = file["said"]
    known = {one.name: one for one in desk.targets} | {target.name: target}
    targets: Sequence[Target] = [known[name] for name in said["targets"] if name in known]
    return Aim(Wish(attachment_of(file), ()), tuple(targets), pages=said["pages"])


CAPABILITY = Capability(
    verb="initials",
    usage="initials UCP 3",
    does="says that a log which you sent names complainants by initials only, and files it",
    handle=confirm_initials,
    opens="initials",
    line=read_line,
    roles=SENDERS,
)
