"""What is asked of LEAs, found and agreed, as rows of the export."""

from collections.abc import AsyncIterator, Collection

from sqlalchemy import select

from store.exports.part import Part, Row
from store.exports.rows import grouped, pick
from store.exports.scope import chosen
from store.models import (
    LIVE,
    Comment,
    Filing,
    Finding,
    Lea,
    Obligation,
    Person,
    PersonRole,
    ResolutionAgreement,
    Review,
    ReviewItem,
)


async def reviews(part: Part) -> AsyncIterator[Row]:
    columns = ("id", "kind", "status", "first_day", "last_day", "nof_date", "upload_due", "sites")
    async for block in part.all(Review):
        found = select(Lea).where(Lea.id.in_({row.lea_id for row in block}))
        leas = {lea.id: lea for lea in await part.session.scalars(found)}
        for row in block:
            lea = leas[row.lea_id]
            yield pick(row, *columns) | {
                "program": row.program_id,
                "lea": lea.id,
                "lea_name": lea.name,
                "cds": lea.cds,
                "coordinators": await _in_role(part, "lea_coordinator", lea=lea.id),
                "team_leaders": await _in_role(part, "rtl", review=row.id),
            }


async def _in_role(
    part: Part, role: str, *, lea: str | None = None, review: str | None = None
) -> list[dict[str, str | None]]:
    """Who has this role now, in the LEA or on the review."""
    place = PersonRole.lea_id == lea if review is None else PersonRole.review_id == review
    found = (
        select(Person.id, Person.name)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role == role, place, PersonRole.ended_at.is_(None), Person.retired_at.is_(None))
        .order_by(Person.id)
    )
    people = dict(list(await part.session.execute(found)))
    addresses = await part.addresses(people.keys())
    return [{"name": name, "address": addresses[number]} for number, name in people.items()]


async def items(part: Part) -> AsyncIterator[Row]:
    async for block in part.all(ReviewItem):
        found = (
            select(Filing.review_item_id, Filing.document_id)
            .where(Filing.review_item_id.in_([row.id for row in block]), Filing.status.in_(LIVE))
            .order_by(Filing.id)
        )
        documents = grouped(await part.session.execute(found))
        by = await part.addresses({one for row in block for one in (row.submitted_by, row.concluded_by)})
        for row in block:
            yield pick(row, "code", "title", "status", "submitted_at", "finding_text", "finding_site") | {
                "review": row.review_id,
                "documents": documents[row.id],
                "submitted_by": by[row.submitted_by],
                "concluded_by": by[row.concluded_by],
            }


async def findings(part: Part) -> AsyncIterator[Row]:
    found = chosen(Finding, part.review).join(ReviewItem).add_columns(ReviewItem)
    columns = ("status", "due", "text", "site", "responded_at", "decided_at")
    async for block in part.blocks(found):
        agreements = await _newest_agreements(part, [finding.id for finding, _ in block])
        by = await part.addresses({finding.decided_by for finding, _ in block})
        for finding, item in block:
            yield pick(finding, *columns) | {
                "review": item.review_id,
                "code": item.target,
                "item": item.code,
                "agreement": agreements.get(finding.id),
                "decided_by": by[finding.decided_by],
            }


async def _newest_agreements(part: Part, findings: Collection[int]) -> dict[int, int]:
    found = (
        select(ResolutionAgreement.finding_id, ResolutionAgreement.id)
        .where(ResolutionAgreement.finding_id.in_(findings))
        .order_by(ResolutionAgreement.id)
    )
    return dict(list(await part.session.execute(found)))


async def agreements(part: Part) -> AsyncIterator[Row]:
    found = (
        chosen(ResolutionAgreement, part.review)
        .join(Finding, Finding.id == ResolutionAgreement.finding_id)
        .join(ReviewItem, ReviewItem.id == Finding.review_item_id)
        .add_columns(ReviewItem)
    )
    columns = ("id", "requested_until", "requested_at", "status", "cap", "late", "reason", "steps")
    decision = ("decided_until", "decided_at", "decided_why")
    async for block in part.blocks(found):
        by = await part.addresses({one for row, _ in block for one in (row.decided_by, row.requested_by)})
        for row, item in block:
            yield pick(row, *columns, *decision) | {
                "review": item.review_id,
                "finding": item.target,
                "requested_by": by[row.requested_by],
                "decided_by": by[row.decided_by],
            }


async def obligations(part: Part) -> AsyncIterator[Row]:
    async for block in part.all(Obligation):
        found = (
            select(Filing.obligation_id, Filing.document_id)
            .where(Filing.obligation_id.in_([row.id for row in block]), Filing.status.in_(LIVE))
            .order_by(Filing.id)
        )
        documents = grouped(await part.session.execute(found))
        by = await part.addresses({one for row in block for one in (row.submitted_by, row.decided_by)})
        for row in block:
            yield pick(row, "id", "due", "status", "submitted_at", "decided_at") | {
                "lea": row.lea_id,
                "form": row.form_id,
                "school": row.school_cds,
                "documents": documents[row.id],
                "submitted_by": by[row.submitted_by],
                "decided_by": by[row.decided_by],
            }


async def comments(part: Part) -> AsyncIterator[Row]:
    async for block in part.all(Comment):
        by = await part.addresses({row.by_id for row in block})
        for row in block:
            yield pick(row, "id", "target", "instrument", "kind", "text", "made_at") | {
                "lea": row.lea_id,
                "review": row.review_id,
                "by": by[row.by_id],
                "message": row.inbox_id,
            }
