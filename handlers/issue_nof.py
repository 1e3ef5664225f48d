"""Issue the Notification of Findings: the official report at the end of a review. Source: S18, S19.

Every item needs a conclusion; each that does not meet requirements becomes a finding with a due date.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from handlers.access import LEADERS, is_for, may_lead
from handlers.asking import Asker, Capability
from handlers.audience import tell
from handlers.deadlines import business_day_on_or_before, response_due, why_not_business
from handlers.grammar import paragraphs_of
from handlers.leave_comment import comment_on_review
from handlers.lifecycle import CONCLUSIONS, label
from handlers.messages import Answer, Reply
from handlers.moving import move
from handlers.refusals import NotSaidRight, StillOpen
from handlers.refusals_dates import DateOutside
from handlers.reviews import find_review, read_review, review_people
from handlers.sealing import sealed
from store.models import Finding, Person, Review, ReviewItem
from store.programs import instrument_of, rule
from store.unit_of_work import UnitOfWork

USAGE = "issue nof sv-fpm dated 11/15/2013"


@dataclass(frozen=True)
class IssueNof:
    """The review by its name; the date of the Notification as written, today's where none is."""

    review: str
    dated: str | None = None


@dataclass(frozen=True)
class NofIssued(Reply):
    """The Notification of Findings. `instruments` have code, title, reviewers and the number of findings,
    which may be 0. `due` is the day for all of them; where it is no business day, `rests` tells why and
    `business_day` is the one before. `told` is for who issued it: how many others got it."""

    review: str
    kind: str
    lea: str
    cds: str
    first_day: str
    last_day: str
    nof_date: str
    days: int
    due: str
    rests: str | None
    business_day: str
    leaders: list[str]
    coordinators: list[str]
    office: str
    phone: str
    instruments: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    told: int | None = None
    signed: list[str] = field(default_factory=list)


def read_line(words: str, _programs: Collection[str]) -> IssueNof | None:
    """`sv-fpm`, perhaps with `dated 11/15/2013` behind it."""
    found = read_review(re.sub(r"^(?:for|on) ", "", words))
    if found is None:
        return None
    dated = re.fullmatch(r"(?:dated (?P<day>.{1,40}))?", found[1], re.I)
    return IssueNof(found[0], dated["day"]) if dated else None


async def issue_nof(command: IssueNof, asker: Asker, uow: UnitOfWork) -> Answer:
    """Make findings of what does not meet requirements and send the Notification to the LEA.

    Raises NotOneOfYours, NotForYourRole, NotNow, NotSaidRight, DateOutside, StillOpen.
    """
    review = await find_review(command.review, asker, uow)
    may_lead(asker.person, review, "issue a Notification of Findings")
    # Items before the review: whoever concludes holds an item and then looks at the review.
    items = await uow.items_of_review(review.id, lock=True)
    review = await find_review(command.review, asker, uow, lock=True)
    await move("review", f"Review {review.id}", review, "nof_issued", uow)
    review.nof_date = _day(command, review, asker)
    _must_be_concluded(review, items)
    for item in items:
        if item.status == "does_not_meet":
            uow.add(_finding(item, review.nof_date))
    await uow.session.flush()
    report = await _report(review, uow)
    uow.add(comment_on_review(review, None, _summary(report), asker, "nof"))
    return await _answer(report, review, asker, uow)


def _day(command: IssueNof, review: Review, asker: Asker) -> date:
    day = asker.today if command.dated is None else _dated(command.dated)
    if day is None:
        raise NotSaidRight("issue nof", USAGE, "a date such as 11/15/2013 or 2013-11-15 behind “dated”")
    if not review.first_day <= day <= asker.today:
        first, last = review.first_day.isoformat(), asker.today.isoformat()
        raise DateOutside(
            "The date of the Notification of Findings",
            day.isoformat(),
            first,
            "the first day of the review",
            last,
            "today",
        )
    return day


def _dated(text: str) -> date | None:
    """`11/15/2013` or `2013-11-15`."""
    for form in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    return None


def _must_be_concluded(review: Review, items: Sequence[ReviewItem]) -> None:
    rows = [
        {"code": item.code, "title": item.title, "status": label(item.status)}
        for item in items
        if item.status not in CONCLUSIONS or (item.status == "does_not_meet" and not item.finding_text)
    ]
    if rows:
        until = "concluded, and what was found is written down where it does not meet requirements"
        raise StillOpen(f"Review {review.id}", "nof_issued", until, rows)


def _finding(item: ReviewItem, nof: date) -> Finding:
    assert item.finding_text is not None
    return Finding(
        review_item_id=item.id, text=item.finding_text, site=item.finding_site, due=response_due(nof)
    )


async def _report(review: Review, uow: UnitOfWork) -> NofIssued:
    assert review.nof_date is not None
    lea = await uow.lea(review.lea_id)
    program, team = await uow.program(review.program_id), await uow.people_on_review(review.id)
    due = response_due(review.nof_date)
    schools = {school.cds: school.name for school in await uow.schools([lea.id])}
    found = await uow.findings_of_review(review.id)
    counts = Counter(instrument_of(item.code) for _, item in found)
    return NofIssued(
        review=review.id,
        kind=review.kind,
        lea=lea.name,
        cds=lea.cds,
        first_day=review.first_day.isoformat(),
        last_day=review.last_day.isoformat(),
        nof_date=review.nof_date.isoformat(),
        days=rule("finding_resolution_days"),
        due=due.isoformat(),
        rests=why_not_business(due),
        business_day=business_day_on_or_before(due).isoformat(),
        leaders=_with(team, "rtl", review.id),
        coordinators=[person.name for person in await uow.people_of_lea(lea.id, ("lea_coordinator",))],
        office=program.office,
        phone=program.phone,
        instruments=[
            {
                "code": one.code,
                "title": one.title,
                "reviewers": _with(team, "program_monitor", review.id, one.code),
                "findings": counts[one.code],
            }
            for one in await uow.instruments_of_review(review.id)
        ],
        findings=[_line(finding, item, schools) for finding, item in found],
    )


def _with(team: Sequence[Person], role: str, review: str, instrument: str | None = None) -> list[str]:
    """The names of those with a role on the review."""
    return [
        person.name
        for person in team
        if any(one.role == role and is_for(one, review, instrument) for one in person.roles)
    ]


def _line(finding: Finding, item: ReviewItem, schools: dict[str, str]) -> dict[str, Any]:
    return {
        "code": item.code,
        "title": item.title,
        "site": schools.get(finding.site) if finding.site else None,
        "text": paragraphs_of(finding.text),
        "due": finding.due.isoformat() if finding.due else None,
    }


def _summary(report: NofIssued) -> str:
    codes = ", ".join(finding["code"] for finding in report.findings)
    return f"Notification of Findings dated {report.nof_date}: {codes or 'no findings'}"


async def _answer(report: NofIssued, review: Review, asker: Asker, uow: UnitOfWork) -> Answer:
    """The LEA gets the Notification, and so does the team."""
    notices = tell(await review_people(review, asker, uow), report)
    signed = await sealed(_facts(report), asker, uow)
    return Answer(replace(report, told=len(notices), signed=signed), tell=notices)


def _facts(report: NofIssued) -> list[tuple[str, str]]:
    days = [("Dated", report.nof_date), ("Due", report.due)]
    findings = [("Finding", f"{report.review}/{one['code']}") for one in report.findings]
    return [("Notification", report.review), *days, ("Findings", str(len(findings))), *findings]


CAPABILITY = Capability(
    verb="issue nof",
    usage=USAGE,
    does="issues the Notification of Findings of a review and sends it to the LEA",
    handle=issue_nof,
    opens="issue (?:the )?nof",
    line=read_line,
    roles=LEADERS,
    weighty=True,
)
