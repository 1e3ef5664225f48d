"""Respond to a finding: a narrative, responsive documents, or both. Source: fact sheet 3.

Recorded whatever the day is; a late response is still the response. Who may not submit leaves a draft.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from handlers.access import SENDERS, SUBMITTERS, has_role, may_submit
from handlers.asking import Asker, Capability
from handlers.attach_evidence import end_of, is_draft, one_file, sending_of
from handlers.audience import Hearer, lea_people, state_people, tell
from handlers.evidence_rules import ruled
from handlers.filing import Outcome, not_filed, placed_in
from handlers.findings import check_unresolved, finding_facts, finding_of
from handlers.grammar import paragraphs_of
from handlers.lifecycle import label, possible
from handlers.messages import Answer, MessageState, Notice, Reply
from handlers.own_words import take_place
from handlers.questions import ask, offer
from handlers.references import TargetSaid, find_finding, read_target
from handlers.refusals import NotNow, NotSaidRight
from handlers.refusals_submitting import NothingToSubmit
from handlers.sealing import sealed, sealed_files, words_sealed
from handlers.standing import standing, waiting_at
from handlers.submit_target import Word, submit_target
from handlers.targets import Aim, Target
from handlers.wishes import Wish
from store.models import Statement
from store.unit_of_work import UnitOfWork

USAGE = "respond EL 02: the election was held on December 5, see the minutes"
NOTIFIED = ("nof_issued", "resolution")


@dataclass(frozen=True)
class RespondToFinding:
    finding: TargetSaid
    narrative: str


@dataclass(frozen=True)
class ResponseReceived(Reply):
    """The receipt of a response: its words, its files, the finding's status and day. What is not
    `submitted` is a draft, and `draft` names who can submit it. `agreed`: the day is an agreement's.
    `waiting`: what others left at the finding and did not go with it; `instead_of`: whose earlier words
    these take the place of."""

    name: str
    finding: dict[str, Any]
    narrative: list[str]
    files: list[dict[str, Any]]
    status: str
    agreed: bool
    overdue: bool
    submitted: bool
    draft: list[str]
    told: int
    progress: list[dict[str, Any]] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    instead_of: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Response:
    """What became of one response: its files and words, whether the state has it, and who is told."""

    target: Target
    outcomes: Sequence[Outcome]
    narrative: str
    submitted: bool
    told: Sequence[Hearer]
    instead_of: list[str]


@dataclass(frozen=True)
class ResponseHeard(Reply):
    """To the reviewers (`decides`), or of a draft to those who can submit it."""

    by: str
    lea: str
    finding: dict[str, Any]
    narrative: list[str]
    files: list[dict[str, Any]]
    decides: bool


def read_line(words: str, programs: Collection[str]) -> RespondToFinding | None:
    """`respond TARGET: narrative`; the narrative may go on below, or be missing where files came."""
    found = read_target(words, programs)
    if found is None or found[0].code is None or (found[1] and found[1][0] not in ":-"):
        return None
    return RespondToFinding(found[0], found[1].lstrip(": -").strip())


async def respond_to_finding(command: RespondToFinding, asker: Asker, uow: UnitOfWork) -> Answer:
    """File the documents to the finding, keep the narrative, and submit both where the asker may. Raises
    NotForYourRole, NotOneOfYours, WhichOne, NotSaidRight, AlreadyResolved, NotNow."""
    target = await find_finding(command.finding, asker, uow)
    submits = has_role(asker.person, target.lea, SUBMITTERS) and not is_draft(asker.message)
    if not has_role(asker.person, target.lea, SENDERS):
        may_submit(asker.person, target.lea, "respond to a finding")
    await _check_open(target, uow)
    documents = [file for file in asker.message.files if file.role == "document"]
    if not command.narrative and not documents:
        raise NotSaidRight("respond", USAGE, "your response in words, or a document with it")
    outcomes = await _file(target, asker, uow)
    words, whose = await _keep_narrative(command.narrative, target, submits, asker, uow)
    if submits:
        told = await _submit(target, [*words, *(one.filing for one in placed_in(outcomes))], asker, uow)
    else:
        told = await lea_people(target.lea, asker, uow)
    made = _Response(target, outcomes, command.narrative, submits, told, whose)
    return await _answer(made, asker, uow)


async def _check_open(target: Target, uow: UnitOfWork) -> None:
    """Only between the Notification of Findings and the reviewer's word. Raises AlreadyResolved, NotNow."""
    assert target.item is not None
    review = target.item.review
    if review.status not in NOTIFIED:
        arrows = possible("review", review.status)
        raise NotNow(f"Review {review.id}", label(review.status), "responded", arrows)
    await check_unresolved(target, uow)


async def _file(target: Target, asker: Asker, uow: UnitOfWork) -> list[Outcome]:
    """Everything that came along is for this finding: the command says so. What its item does not let one
    simply upload is asked about or kept aside, as everywhere."""
    message, sending, outcomes, unsure = asker.message, sending_of(asker), [], []
    for file in message.files:
        if file.role != "document":
            outcomes.append(not_filed(file, *end_of(file)))
            continue
        one = ruled(Aim(Wish(file, ()), (target,)), message.text)
        unsure += [one] if one.doubt else []
        outcomes.append(await one_file(one, sending, uow))
    if unsure:
        await ask(asker, unsure, offer(unsure, await uow.leas([target.lea])), uow, sending)
    return outcomes


async def _keep_narrative(
    text: str, target: Target, submits: bool, asker: Asker, uow: UnitOfWork
) -> tuple[list[Statement], list[str]]:
    """The words, as a draft (submitting it ends those that the state has), and whose they take the place
    of."""
    assert target.item is not None
    if not text:
        return [], []
    said = Statement(
        lea_id=target.lea,
        target=target.name,
        kind="narrative",
        text=text,
        made_at=asker.message.received_at,
        by_id=asker.person.id,
        inbox_id=asker.message.id,
        review_item_id=target.item.id,
        finding_id=finding_of(target).id,
        status="draft",
    )
    _, whose = await take_place(said, target, submits, uow)
    uow.add(said)
    return [said], whose


async def _answer(made: _Response, asker: Asker, uow: UnitOfWork) -> Answer:
    target, verdicts = made.target, tuple(one.verdict for one in made.outcomes)
    lines = [asdict(one.shown) for one in made.outcomes]
    narrative, facts = paragraphs_of(made.narrative), finding_facts(target)
    reply = ResponseReceived(
        name=asker.person.name,
        finding=facts,
        narrative=narrative,
        files=lines,
        status=label(finding_of(target).status),
        agreed=target.due != finding_of(target).due,
        overdue=target.due is not None and target.due < asker.today,
        submitted=made.submitted,
        draft=[] if made.submitted else [one.person.name for one in made.told],
        told=len(made.told),
        progress=await standing([target], asker, uow),
        signed=await _sealed(made, lines, asker, uow),
        waiting=await waiting_at(target, uow) if made.submitted else [],
        instead_of=made.instead_of,
    )
    lea = await uow.lea(target.lea)
    heard = ResponseHeard(asker.person.name, lea.name, facts, narrative, lines, made.submitted)
    notices: tuple[Notice, ...] = tell(made.told, heard)
    state: MessageState = "asked" if any(one.verdict == "asked" for one in verdicts) else "done"
    return Answer(reply, state, "", verdicts, notices)


async def _sealed(
    made: _Response, lines: Sequence[dict[str, Any]], asker: Asker, uow: UnitOfWork
) -> list[str]:
    status = label(finding_of(made.target).status)
    how = "submitted" if made.submitted else "draft"
    facts = [("Responded", made.target.name), ("As", how), ("Status", status)]
    signed = await sealed([*facts, *words_sealed("Narrative", made.narrative)], asker, uow)
    return await sealed_files(lines, asker, uow) if lines else signed


async def _submit(target: Target, new: Sequence[Word], asker: Asker, uow: UnitOfWork) -> list[Hearer]:
    """Hand in what this message brought; who is told of it: nobody, where it is the very same files
    again."""
    try:
        await submit_target(target, asker, uow, new)
    except NothingToSubmit:
        return []
    return await state_people(target, asker, uow)


CAPABILITY = Capability(
    verb="respond",
    usage=USAGE,
    does="answers a finding in words, with the documents that you attach",
    handle=respond_to_finding,
    opens="respond(?: to)?(?: finding)?",
    line=read_line,
    takes_text=True,
    uses_files=True,
    roles=SENDERS,
)
