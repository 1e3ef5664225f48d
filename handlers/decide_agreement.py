"""Approve or decline a resolution agreement. The first decision counts; more than was asked is never granted.

A shortened one still ends after the day that the finding is due anyway.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from handlers.access import STATE
from handlers.agreements import (
    Frame,
    check_after_due,
    check_not_past,
    check_sure,
    day_said,
    steps_told,
)
from handlers.asking import Asker, Capability
from handlers.audience import lea_people, state_people, tell
from handlers.dates import find_date, read_date
from handlers.decision_words import check_meant, day_in, read_why
from handlers.findings import day_facts, finding_facts
from handlers.grammar import paragraphs_of
from handlers.messages import Answer, Reply
from handlers.references import TargetSaid, read_target
from handlers.refusals import NotSaidRight
from handlers.refusals_dates import DateUnclear, DayIsOver, LaterThanRequested
from handlers.request_agreement import UNTIL
from handlers.requested_agreement import decide, find_requested
from handlers.sealing import sealed, words_sealed
from handlers.targets import Target
from store.models import ResolutionAgreement
from store.unit_of_work import UnitOfWork

APPROVE = "approve agreement EL 02, or approve agreement EL 02 until June 6 because …"
DECLINE = "decline agreement EL 02: the steps do not reach the finding"


@dataclass(frozen=True)
class ApproveAgreement:
    """The finding, until when if not as requested (the words may go on with the reason). `beside`: words
    that are neither, but name a day."""

    finding: TargetSaid
    until: str
    why: str
    beside: str = ""


@dataclass(frozen=True)
class DeclineAgreement:
    finding: TargetSaid
    why: str


@dataclass(frozen=True)
class AgreementDecided(Reply):
    """To the decider: what was decided, until when, and the steps that are planned for later than that."""

    finding: dict[str, Any]
    approved: bool
    requested: str
    until: str | None
    off: str | None
    business: str | None
    why: list[str]
    beyond: list[dict[str, Any]]
    told: int
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class DecisionHeard(Reply):
    """To the LEA and the other reviewers: who decided what, why, and which due day counts now."""

    by: str
    for_lea: bool
    finding: dict[str, Any]
    approved: bool
    requested: str
    until: str | None
    off: str | None
    business: str | None
    why: list[str]
    beyond: list[dict[str, Any]]


def read_approve(words: str, programs: Collection[str]) -> ApproveAgreement | None:
    """`approve agreement TARGET [until DATE] [because WHY]`."""
    found = read_target(words, programs)
    if found is None or found[0].code is None:
        return None
    target, rest = found
    if until := UNTIL.match(rest):
        return ApproveAgreement(
            target, rest[until.end() :] or until[0].strip(), ""
        )  # no day is no whole grant
    why = read_why(rest)
    if why is None:  # perhaps a day: it must not be taken for a reason
        return ApproveAgreement(target, "", "", rest) if day_in(rest) else None
    return ApproveAgreement(target, "", why)


def read_decline(words: str, programs: Collection[str]) -> DeclineAgreement | None:
    """`decline agreement TARGET: WHY`."""
    found = read_target(words, programs)
    if found is None or found[0].code is None:
        return None
    why = read_why(found[1])
    return DeclineAgreement(found[0], why) if why is not None else None


async def approve_agreement(command: ApproveAgreement, asker: Asker, uow: UnitOfWork) -> Answer:
    """Grant what was requested, or less. Raises NotForYourRole, NotOneOfYours, WhichOne, NotNow, NotSure,
    DateUnclear, DayIsOver, LaterThanRequested, NoAgreementNeeded."""
    target, agreement = await find_requested(command.finding, "approved", asker, uow)
    until, why = granted_until(command, target, agreement, asker.today)
    decide(target, agreement, "approved", why, asker, uow)
    agreement.decided_until = until
    return await _answer(target, agreement, asker, uow)


async def decline_agreement(command: DeclineAgreement, asker: Asker, uow: UnitOfWork) -> Answer:
    """Refuse it, with a reason that reaches the LEA. Raises NotForYourRole, NotOneOfYours, WhichOne,
    NotNow, NotSaidRight."""
    target, agreement = await find_requested(command.finding, "denied", asker, uow)
    if not command.why:
        raise NotSaidRight("decline agreement", DECLINE, "the reason, which the LEA will read")
    decide(target, agreement, "denied", command.why, asker, uow)
    return await _answer(target, agreement, asker, uow)


def granted_until(
    command: ApproveAgreement, target: Target, agreement: ResolutionAgreement, today: date
) -> tuple[date, str]:
    """The day that is granted and why: what was requested, or an earlier day that still gives time."""
    requested, why = agreement.requested_until, command.why
    frame = Frame(today, target.due or date.min, requested)
    if requested < today:
        again = "the day asked for has passed; please request a later one"
        raise DayIsOver(
            requested.isoformat(), agreement.cap.isoformat(), [f"decline agreement {target.name}: {again}"]
        )
    anchors = {"requested": requested, "cap": agreement.cap}
    if not command.until:
        _check_no_day(command, target, frame, anchors)
        return requested, why
    read, why = find_date(command.until, today, anchors)
    day = check_sure(read, frame, lambda until: [_approval(target, until)])
    check_not_past(day, frame, lambda until: [_approval(target, until)])
    if day > requested:
        asked = requested.isoformat()
        raise LaterThanRequested(target.code, day.isoformat(), asked, [_approval(target, requested)])
    check_after_due(day, frame, target.code)
    check_meant(_approval(target, day), why)
    return day, why


def _check_no_day(
    command: ApproveAgreement, target: Target, frame: Frame, anchors: Mapping[str, date]
) -> None:
    """A day among the words, but not behind "until", may be the one that is granted. Raises DateUnclear with
    both, and NotSure for words that begin like a condition."""
    words = command.beside or command.why
    if said := day_in(words):
        named = read_date(UNTIL.sub("", said, count=1), frame.today, anchors)
        possible = [day for day in (named.day, *named.choices) if day and frame.today <= day < frame.cap]
        days = sorted({*possible[:3], frame.cap})
        choices = [{"day": day.isoformat(), "say": [_approval(target, day)]} for day in days]
        raise DateUnclear(" ".join(words.split())[:80], "in-words", choices, meant=True)
    check_meant(_approval(target, frame.cap), words)


def _approval(target: Target, until: date) -> str:
    return f"approve agreement {target.name} until {day_said(until)}"


async def _answer(target: Target, agreement: ResolutionAgreement, asker: Asker, uow: UnitOfWork) -> Answer:
    until = agreement.decided_until
    day = day_facts(until) if until else {"until": None, "off": None, "business": None}
    steps = [step for step in agreement.steps if until and date.fromisoformat(step["by"]) > until]
    facts = day | {
        "finding": finding_facts(target),
        "approved": until is not None,
        "requested": agreement.requested_until.isoformat(),
        "why": paragraphs_of(agreement.decided_why or ""),
        "beyond": steps_told(steps),
    }
    lea, state = await lea_people(target.lea, asker, uow), await state_people(target, asker, uow)
    heard = DecisionHeard(by=asker.person.name, for_lea=True, **facts)
    notices = tell(lea, heard) + tell(state, replace(heard, for_lea=False))
    signed = await sealed(_facts(target, agreement), asker, uow)
    return Answer(AgreementDecided(told=len(lea), **facts, signed=signed), tell=notices)


def _facts(target: Target, agreement: ResolutionAgreement) -> list[tuple[str, str]]:
    until, requested = agreement.decided_until, ("Requested-until", agreement.requested_until.isoformat())
    why = words_sealed("Reason", agreement.decided_why or "")
    if until is None:
        return [("Agreement-declined", target.name), requested, *why]
    return [("Agreement-approved", target.name), requested, ("Until", until.isoformat()), *why]


APPROVAL = Capability(
    verb="approve agreement",
    usage=APPROVE,
    does="grants the time that an LEA requested for a finding, or less",
    handle=approve_agreement,
    opens="(?:approve|grant) (?:the )?(?:resolution )?agreement(?: (?:for|on))?",
    line=read_approve,
    takes_text=True,
    roles=STATE,
    weighty=True,
)
DECLINING = Capability(
    verb="decline agreement",
    usage=DECLINE,
    does="refuses the time that an LEA requested for a finding, with the reason",
    handle=decline_agreement,
    opens="(?:decline|deny) (?:the )?(?:resolution )?agreement(?: (?:for|on))?",
    line=read_decline,
    takes_text=True,
    roles=STATE,
    weighty=True,
)
