"""How an LEA stands: its reviews in counts, its findings and forms with their dates, what we asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.access import leas_served, reach_of
from handlers.agreements import due_on, granted, shown
from handlers.asking import Asker
from handlers.lifecycle import label
from handlers.messages import Reply
from handlers.targets import agreements_by_finding
from store.models import OPEN_REVIEWS, TO_DO, Finding, Obligation, ResolutionAgreement, Review, ReviewItem
from store.status_questions import Collected
from store.unit_of_work import UnitOfWork

Row = dict[str, Any]


@dataclass(frozen=True)
class StatusShown(Reply):
    """Everything open: reviews with counts, findings and forms with their dates, questions waiting."""

    name: str
    leas: list[str]
    reviews: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    forms: list[dict[str, Any]]
    waiting: list[dict[str, Any]]


async def lea_status(
    leas: Sequence[str], asker: Asker, uow: UnitOfWork, program: str | None = None
) -> StatusShown:
    """Of these LEAs (with `program`, only what is of it), as far as the asker reaches; whoever does not work
    there sees what was submitted."""
    reach, own = reach_of(asker.person), set(leas) <= set(leas_served(asker.person))
    named = await uow.leas(leas)
    names: dict[str, str | None] = {lea.id: lea.name if len(named) > 1 else None for lea in named}
    reviews = [
        review
        for lea in leas
        for review in await uow.reviews_within(reach, lea=lea)
        if _is_open(review) and program in (None, review.program_id)
    ]
    reviews.sort(key=lambda review: (review.first_day, review.id))
    ids = [review.id for review in reviews]
    counts = await uow.collected(ids, submitted=not own)
    findings = await uow.findings_of(ids, submitted=not own)
    agreed = await agreements_by_finding([finding for finding, _, _ in findings], uow)
    duties = [
        duty
        for lea in leas
        for duty in await uow.duties_within(reach, lea=lea)
        if program in (None, duty.form.program_id)
    ]
    return StatusShown(
        name=asker.person.name,
        leas=[lea.name for lea in named],
        reviews=[
            review_row(one, counts.get(one.id, Collected())) | {"lea": names[one.lea_id]} for one in reviews
        ],
        findings=[
            finding_row(one, item, evidence, agreed[one.id]) | {"lea": names[item.lea_id]}
            for one, item, evidence in findings
            if one.status != "resolved"
        ],
        forms=[_form(duty) | {"lea": names[duty.lea_id]} for duty in duties if duty.status in TO_DO],
        waiting=await questions_waiting(asker, uow) if own else [],
    )


async def questions_waiting(asker: Asker, uow: UnitOfWork) -> list[Row]:
    """What we asked this person and still want to know."""
    questions = await uow.open_questions(asker.person.id)
    return [{"receipt": one.inbox_id, "files": [file["name"] for file in one.files]} for one in questions]


def review_row(review: Review, count: Collected) -> Row:
    return {
        "id": review.id,
        "kind": review.kind,
        "status": label(review.status),
        "first_day": review.first_day.isoformat(),
        "last_day": review.last_day.isoformat(),
        "upload_due": _iso(review.upload_due),
        "items": count.items,
        "with_evidence": count.with_evidence,
    }


def finding_row(
    finding: Finding, item: ReviewItem, with_evidence: bool, agreements: Sequence[ResolutionAgreement]
) -> Row:
    return {
        "code": item.code,
        "title": item.title,
        "text": finding.text,
        "status": label(finding.status),
        "due": _iso(due_on(finding, granted(agreements))),
        "with_evidence": with_evidence,
        "agreement": shown(agreements),
    }


def _form(duty: Obligation) -> Row:
    return {
        "id": duty.id,
        "title": duty.form.title,
        "due": duty.due.isoformat(),
        "status": label(duty.status),
    }


def _is_open(review: Review) -> bool:
    return review.status in OPEN_REVIEWS


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
