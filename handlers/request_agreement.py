"""Request more time to resolve findings: until when, why, and with which steps. Source: fact sheet 4.

The contents are domain facts 8. All or nothing: one agreement for each finding that is named.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from handlers.access import SUBMITTERS, leas_served
from handlers.agreements import (
    Draft,
    Frame,
    PlannedStep,
    check_after_due,
    check_cap,
    check_not_past,
    check_steps,
    check_sure,
    frame_for,
    steps_told,
)
from handlers.asking import Asker, Capability
from handlers.audience import lea_people, state_people, tell
from handlers.dates import find_date
from handlers.deadlines import response_due
from handlers.findings import check_no_agreement, day_facts, finding_facts, finding_of
from handlers.grammar import paragraphs_of
from handlers.messages import Answer, Reply
from handlers.planned_steps import parts_of, read_step
from handlers.references import TargetSaid, find_finding, read_targets
from handlers.refusals import NotSaidRight
from handlers.sealing import sealed
from handlers.submit_target import check_may_submit
from handlers.targets import Target
from store.models import ResolutionAgreement
from store.programs import rule
from store.unit_of_work import UnitOfWork

USAGE = "request agreement EL 02 until June 27 because the ELAC is elected in May"


@dataclass(frozen=True)
class RequestAgreement:
    """The findings, the words that say until when (and why), and each step as it was written."""

    findings: tuple[TargetSaid, ...]
    until: str
    reason: str
    steps: tuple[str, ...]
    interim: str


@dataclass(frozen=True)
class Plan:
    """A request that keeps all the rules."""

    until: date
    frame: Frame
    reason: str
    steps: tuple[PlannedStep, ...]
    interim: str
    late: bool

    @property
    def facts(self) -> dict[str, Any]:
        """What both sides are told; `business` is the last working day where the end is none (`off`)."""
        return {
            "latest": self.frame.cap.isoformat(),
            "reason": paragraphs_of(self.reason),
            "steps": steps_told([step.row for step in self.steps]),
            "interim": self.interim,
            "late": self.late,
        } | day_facts(self.until)


@dataclass(frozen=True)
class AgreementRequested(Reply):
    """To who asked: the request read back, the last day possible, and who decides."""

    findings: list[dict[str, Any]]
    until: str
    latest: str
    reason: list[str]
    steps: list[dict[str, Any]]
    interim: str
    late: bool
    off: str | None
    business: str
    days: int
    told: int
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class AgreementHeard(Reply):
    """To the reviewers and the LEA's others: who asks for how much more time, why, and with which steps.
    `decides`: to whom it says how to decide."""

    by: str
    lea: str
    decides: bool
    findings: list[dict[str, Any]]
    until: str
    latest: str
    reason: list[str]
    steps: list[dict[str, Any]]
    interim: str
    late: bool
    off: str | None
    business: str


def read_line(words: str, programs: Collection[str]) -> RequestAgreement | None:
    """`request agreement EL 02, CE 08 until DATE because WHY`; below it lines `step: …` and `interim: …`."""
    named = read_targets(words, programs)
    if named is None or any(one.code is None for one in named[0]):
        return None
    findings, rest = named
    parts: dict[str, list[str]] = {"": [], "step": [], "interim": [], "reason": []}
    for key, text in parts_of(rest):
        parts[key] += [text] if text else []
    head, reason = " ".join(parts[""]), " ".join(parts["reason"])
    until = UNTIL.match(head)
    when = head[until.end() :] if until else ""
    return RequestAgreement(findings, when, reason, tuple(parts["step"]), " ".join(parts["interim"]))


UNTIL = re.compile(r"[\s,]*(?:until|till?|to|by|through|hasta)\b\s*:?\s*", re.I)


async def request_agreement(command: RequestAgreement, asker: Asker, uow: UnitOfWork) -> Answer:
    """Keep one request for each finding and tell the reviewers. Raises NotForYourRole, NotOneOfYours,
    WhichOne, NotSaidRight, AlreadyResolved, AgreementThere, and what the rules of agreements raise."""
    targets = await _targets(command, asker, uow)
    for target in targets:
        await check_no_agreement(target, uow)
    plan = judged(command, targets, asker)
    for target in targets:
        uow.add(_row(target, plan, asker))
    return await _answer(targets, plan, asker, uow)


def judged(command: RequestAgreement, targets: Sequence[Target], asker: Asker) -> Plan:
    """The request held against every rule, the first broken one raised."""
    frames = [frame_of(target, asker.today) for target in targets]
    anchors = _anchors(targets[0], frames)
    if not command.until:
        raise NotSaidRight("request agreement", USAGE, "until when you need the time")
    read, why = find_date(command.until, asker.today, anchors)
    draft = _draft(command, " ".join(filter(None, (why, command.reason))), targets, asker)
    for target, frame in zip(targets, frames, strict=True):
        day = check_sure(read, frame, draft.until)
        check_not_past(day, frame, draft.until)
        check_cap(day, frame, draft.until)
        check_after_due(day, frame, target.code)
    if not draft.reason:
        raise NotSaidRight("request agreement", USAGE, "the reason, after the word because")
    steps = tuple(read_step(said, day, draft, frames[0], anchors) for said in command.steps)
    check_steps(steps, day, draft)
    late = any(frame.late for frame in frames)
    return Plan(day, frames[0], draft.reason, steps, command.interim, late)


async def _targets(command: RequestAgreement, asker: Asker, uow: UnitOfWork) -> list[Target]:
    found = [await find_finding(said, asker, uow) for said in command.findings]
    for target in found:
        await check_may_submit(target.lea, "request a resolution agreement", asker, uow)
    if len({target.name.partition("/")[0] for target in found}) > 1:
        raise NotSaidRight("request agreement", USAGE, "one request for each review")
    return list({target.name: target for target in found}.values())


def frame_of(target: Target, today: date) -> Frame:
    """What a request for this finding is judged by."""
    assert target.item is not None
    review = target.item.review
    due = target.due or response_due(review.nof_date or review.last_day)
    return frame_for(today, due, review.last_day)


def _anchors(target: Target, frames: Sequence[Frame]) -> Mapping[str, date]:
    """The days that words may count from: `two weeks before the cap`."""
    assert target.item is not None
    review = target.item.review
    known = {"last day": review.last_day, "cap": frames[0].cap}
    known |= {"nof": review.nof_date} if review.nof_date else {}
    return known | ({"due date": frames[0].due} if len({frame.due for frame in frames}) == 1 else {})


def _draft(command: RequestAgreement, reason: str, targets: Sequence[Target], asker: Asker) -> Draft:
    short = len(leas_served(asker.person)) == 1
    names = ", ".join(target.code if short else target.name for target in targets)
    steps = tuple(f"step: {said}" for said in command.steps)
    return Draft(names, reason, steps, command.interim, asker.person.name, asker.today)


def _row(target: Target, plan: Plan, asker: Asker) -> ResolutionAgreement:
    return ResolutionAgreement(
        finding_id=finding_of(target).id,
        requested_until=plan.until,
        cap=plan.frame.cap,
        reason=plan.reason,
        requested_by=asker.person.id,
        requested_at=asker.message.received_at,
        inbox_id=asker.message.id,
        steps=[step.row for step in plan.steps],
        late=plan.late,
    )


async def _answer(targets: Sequence[Target], plan: Plan, asker: Asker, uow: UnitOfWork) -> Answer:
    findings = [finding_facts(target) for target in targets]
    lea = await uow.lea(targets[0].lea)
    deciding = [one for target in targets for one in await state_people(target, asker, uow)]
    own = await lea_people(lea.id, asker, uow)
    facts = {"findings": findings} | plan.facts
    for_state = AgreementHeard(by=asker.person.name, lea=lea.name, decides=True, **facts)
    asked = tell(deciding, for_state)
    notices = asked + tell(own, replace(for_state, decides=False))
    days = rule("resolution_agreement_cap_days")
    signed = await sealed(_facts(targets, plan), asker, uow)
    return Answer(AgreementRequested(**facts, days=days, told=len(asked), signed=signed), tell=notices)


def _facts(targets: Sequence[Target], plan: Plan) -> list[tuple[str, str]]:
    until, latest = ("Until", plan.until.isoformat()), ("Latest", plan.frame.cap.isoformat())
    late = ("Late", "yes" if plan.late else "no")
    return [fact for one in targets for fact in (("Agreement-requested", one.name), until, latest, late)]


CAPABILITY = Capability(
    verb="request agreement",
    usage=USAGE,
    does="asks for more time to resolve a finding, at most 225 days from the review's last day",
    handle=request_agreement,
    opens="request (?:an? )?(?:resolution )?agreement(?: (?:for|on))?",
    line=read_line,
    takes_text=True,
    roles=SUBMITTERS,
)
