"""Resolve a finding: its response is accepted. The last one of a review tells what comes next."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from handlers.access import STATE, leads
from handlers.agreements import current
from handlers.asking import Asker, Capability
from handlers.audience import lea_admins, lea_people, others, state_people, tell
from handlers.decision_words import check_meant, read_why
from handlers.findings import check_decides, decided_before, finding_facts, finding_of
from handlers.grammar import paragraphs_of
from handlers.leave_comment import comment_on
from handlers.lifecycle import advance, after, label
from handlers.messages import Answer, Notice, Reply
from handlers.references import TargetSaid, find_finding, read_target
from handlers.sealing import sealed, words_sealed
from handlers.targets import Target
from store.reaching import Reach
from store.unit_of_work import UnitOfWork

USAGE = "resolve EL 02, or resolve EL 02: words for the LEA"


@dataclass(frozen=True)
class ResolveFinding:
    finding: TargetSaid
    words: str


@dataclass(frozen=True)
class FindingResolved(Reply):
    """To the decider: what is resolved, what became of its agreement, and how many findings are left.
    `leads`: who can complete the review."""

    finding: dict[str, Any]
    agreement: str | None
    left: int
    review: str
    leads: bool
    told: int
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ResolutionHeard(Reply):
    """To the LEA and the other reviewers."""

    by: str
    finding: dict[str, Any]
    agreement: str | None
    words: list[str]
    left: int


@dataclass(frozen=True)
class AllFindingsResolved(Reply):
    """To who leads the review (`leads`) and to the LEA's coordinators: what comes next."""

    review: str
    lea: str
    leads: bool


def read_line(words: str, programs: Collection[str]) -> ResolveFinding | None:
    """`resolve TARGET[: words]`, `accept response TARGET`."""
    found = read_target(words, programs)
    why = read_why(found[1]) if found and found[0].code else None
    return ResolveFinding(found[0], why) if found and why is not None else None


async def resolve_finding(command: ResolveFinding, asker: Asker, uow: UnitOfWork) -> Answer:
    """Accept the response. Raises NotForYourRole, NotOneOfYours, WhichOne, NotSure, NotNow."""
    target = await find_finding(command.finding, asker, uow)
    check_decides(target, asker, "resolve a finding")
    check_meant(f"resolve {target.name}", command.words)
    finding, what = finding_of(target), f"Finding {target.code}"
    if finding.status == "resolved":
        raise await decided_before(what, finding, "resolved", uow)
    finding.status = advance("finding", what, finding.status, "resolved")
    finding.decided_by, finding.decided_at = asker.person.id, asker.message.received_at
    uow.changed(finding)
    agreement = _end_agreement(target, asker, uow)
    if command.words:
        uow.add(comment_on(target, command.words, asker, "resolved"))
    await uow.session.flush()
    return await _answer(target, agreement, command.words, asker, uow)


def _end_agreement(target: Target, asker: Asker, uow: UnitOfWork) -> str | None:
    """What becomes of its agreement: an approved one (also one that ran out) is met; one that still waits
    for a decision needs none any more."""
    one = current(target.agreements) or (target.agreements[-1] if target.agreements else None)
    if one is None:
        return None
    happened = "withdrawn" if one.status == "requested" else "met"
    status = after("agreement", one.status, happened)
    if status == one.status:
        return None
    if status == "withdrawn":
        one.decided_by, one.decided_at = asker.person.id, asker.message.received_at
    one.status = status
    uow.changed(one)
    return status


async def _answer(target: Target, agreement: str | None, words: str, asker: Asker, uow: UnitOfWork) -> Answer:
    assert target.item is not None
    review, facts = target.item.review, finding_facts(target)
    left = await uow.unresolved(review.id)
    lea = await lea_people(target.lea, asker, uow)
    told = [*lea, *await state_people(target, asker, uow)]
    heard = ResolutionHeard(asker.person.name, facts, agreement, paragraphs_of(words), left)
    notices = tell(told, heard) + (() if left else await _all_resolved(target, asker, uow))
    signed = await sealed(_facts(target, agreement, words), asker, uow)
    leading = leads(asker.person, review)
    reply = FindingResolved(facts, agreement, left, review.id, leading, len(lea), signed)
    return Answer(reply, tell=notices)


def _facts(target: Target, agreement: str | None, words: str) -> list[tuple[str, str]]:
    ended = [("Agreement", agreement)] if agreement else []
    status = label(finding_of(target).status)
    return [("Resolved", target.name), ("Status", status), *ended, *words_sealed("Text", words)]


async def _all_resolved(target: Target, asker: Asker, uow: UnitOfWork) -> tuple[Notice, ...]:
    """What comes next, for who leads the review (else the program's contacts) and the LEA's coordinators."""
    assert target.item is not None
    review = target.item.review
    lea = await uow.lea(target.lea)
    leading = [person for person in await uow.people_on_review(review.id) if leads(person, review)]
    known = leading or await uow.contacts_of(review.program_id)
    state = others(known, asker, Reach(reviews=(review.id,)))
    coordinators = await lea_admins(target.lea, asker, uow)
    return tell(state, AllFindingsResolved(review.id, lea.name, leads=True)) + tell(
        coordinators, AllFindingsResolved(review.id, lea.name, leads=False)
    )


CAPABILITY = Capability(
    verb="resolve",
    usage=USAGE,
    does="accepts the response to a finding, which then is resolved",
    handle=resolve_finding,
    opens="resolve(?: finding)?|accept (?:the )?response(?: (?:to|for|on))?",
    line=read_line,
    takes_text=True,
    roles=STATE,
    weighty=True,
)
