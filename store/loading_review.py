"""Put a review into the store: its items with their conclusions, and what was found."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from store.directory import NotLoaded
from store.loading_checks import must_be_new, must_be_one_of, must_exist
from store.models import (
    OPEN_REVIEWS,
    Finding,
    Instrument,
    InstrumentItem,
    Lea,
    Program,
    Review,
    ReviewItem,
    School,
)
from store.offsets import days
from store.programs import rule
from store.reminders import ReviewSchedule
from store.review_days import WrongDays, checked_days
from store.unit_of_work import UnitOfWork

DATES = ("first_day", "last_day", "nof_date", "upload_due")
STATUSES = (*OPEN_REVIEWS, "completed", "cancelled")
Facts = dict[str, Any]


async def load_review(uow: UnitOfWork, facts: Facts, anchor: date) -> None:
    """The review with its items and findings. Raises NotLoaded."""
    when = days({name: str(facts[name]) for name in DATES if name in facts}, anchor)
    await must_be_new(uow, Review, facts["id"])
    await must_exist(uow, (Lea, facts["lea"]), (Program, facts["program"]))
    await must_exist(uow, *((School, site) for site in facts.get("sites", [])))
    must_be_one_of(STATUSES, facts["status"], "status of a review")
    review = Review(
        id=facts["id"],
        lea_id=facts["lea"],
        program_id=facts["program"],
        kind=facts["kind"],
        status=facts["status"],
        first_day=when["first_day"],
        last_day=when["last_day"],
        nof_date=when.get("nof_date"),
        upload_due=when.get("upload_due"),
        sites=facts.get("sites", []),
    )
    uow.add(review)
    await uow.session.flush()
    await _review_items(uow, review, facts["instruments"], facts.get("conclusions"))
    for finding in facts.get("finding", []):
        await _finding(uow, review, finding)
    for kind, own in facts.get("reminders", {}).items():
        try:
            chosen = checked_days(review.program_id, kind, own if isinstance(own, list) else ())
        except WrongDays as wrong:
            raise NotLoaded(f"reminders of {kind} need {wrong}") from wrong
        uow.add(ReviewSchedule(review_id=review.id, kind=kind, days=[*chosen]))


async def _review_items(
    uow: UnitOfWork, review: Review, chosen: Sequence[Facts], conclusions: Facts | None
) -> None:
    items = [item for instrument in chosen for item in await _instrument_items(uow, instrument)]
    concluded = {code: status for status, codes in (conclusions or {}).items() for code in codes}
    if unknown := concluded.keys() - {item.code for item in items}:
        raise NotLoaded(f"a conclusion on {min(unknown)}, which the review does not ask")
    # Before the end of a review nothing is concluded; after it, what is not listed meets requirements.
    otherwise = "not_started" if conclusions is None else "meets"
    for item in items:
        row = ReviewItem(
            review_id=review.id,
            item_id=item.id,
            lea_id=review.lea_id,
            key=item.key,
            code=item.code,
            title=item.title,
            status=concluded.get(item.code, otherwise),
        )
        uow.add(row)
    await uow.session.flush()


async def _instrument_items(uow: UnitOfWork, chosen: Facts) -> Sequence[InstrumentItem]:
    found = select(Instrument).filter_by(code=chosen["code"], numbering_year=chosen["numbering_year"])
    instrument = (await uow.session.scalars(found)).one_or_none()
    if instrument is None:
        raise NotLoaded(f"there is no instrument {chosen['code']} of {chosen['numbering_year']}")
    items = select(InstrumentItem).filter_by(instrument_id=instrument.id).order_by(InstrumentItem.id)
    return (await uow.session.scalars(items)).all()


async def _finding(uow: UnitOfWork, review: Review, facts: Facts) -> None:
    found = select(ReviewItem).filter_by(review_id=review.id, code=facts["item"])
    item = (await uow.session.scalars(found)).one_or_none()
    if item is None or review.nof_date is None:
        raise NotLoaded(f"a finding on {facts['item']} needs that item and a Notification of Findings")
    if (await uow.session.scalars(select(Finding).filter_by(review_item_id=item.id))).first():
        raise NotLoaded(f"there are two findings on {facts['item']}")
    if "site" in facts:
        await must_exist(uow, (School, facts["site"]))
    due = review.nof_date + timedelta(days=rule("finding_resolution_days"))
    uow.add(Finding(review_item_id=item.id, text=facts["text"], site=facts.get("site"), due=due))
    await uow.session.flush()
