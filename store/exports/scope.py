"""Which rows concern one review: said once, as conditions that the database answers.

What a row says of any other review is left out, and so is a row that only concerns another one.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    cast,
    false,
    func,
    inspect,
    literal,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from store.base import Base
from store.exports.spoken import speaks_of
from store.history import HistoryEntry
from store.inbox import InboxEntry
from store.models import (
    Comment,
    EvidenceDocument,
    FileVerdictRow,
    Filing,
    Finding,
    Obligation,
    Person,
    PersonRole,
    Receipt,
    ResolutionAgreement,
    Review,
    ReviewItem,
    Statement,
)
from store.outbox import OutboxEntry


def chosen(kind: type[Base], review: str | None) -> Select[Any]:
    """Every row of a kind, or those that concern a review, in the order of their keys."""
    found = select(kind).order_by(*inspect(kind).primary_key)
    return found if review is None else found.where(CONCERNS[kind](review))


def is_within(target: str, review: str) -> bool:
    """Whether a canonical target names the review or something in it."""
    return target == review or target.startswith(f"{review}/")


def within(targets: Iterable[str], review: str | None) -> list[str]:
    """Of these targets, those in the review."""
    return [name for name in targets if review is None or is_within(name, review)]


def _items(review: str) -> Select[int]:
    return select(ReviewItem.id).where(ReviewItem.review_id == review)


def _findings(review: str) -> Select[int]:
    return select(Finding.id).where(Finding.review_item_id.in_(_items(review)))


def _on_items(column: InstrumentedAttribute[Any]) -> Callable[[str], ColumnElement[bool]]:
    return lambda review: column.in_(_items(review))


def _documents(review: str) -> ColumnElement[bool]:
    return EvidenceDocument.id.in_(
        select(Filing.document_id).where(Filing.review_item_id.in_(_items(review)))
    )


def _messages(review: str) -> Any:
    """The messages whose files, words or requests went to this review, or that changed something in it
    as their receipts say, whatever else they brought.

    Targets are a JSON list: what says the review's name in quotes is chosen by replacing it, because
    that tells capital letters apart in every database.
    """
    said = cast(FileVerdictRow.targets, Text)
    named = func.replace(said, f'"{review}/', "") != said
    return union(
        select(FileVerdictRow.inbox_id).where(named),
        select(Filing.inbox_id).where(CONCERNS[Filing](review), Filing.inbox_id.is_not(None)),
        select(Statement.inbox_id).where(CONCERNS[Statement](review)),
        select(Comment.inbox_id).where(CONCERNS[Comment](review), Comment.inbox_id.is_not(None)),
        select(ResolutionAgreement.inbox_id).where(
            CONCERNS[ResolutionAgreement](review), ResolutionAgreement.inbox_id.is_not(None)
        ),
        select(Receipt.inbox_id).where(speaks_of(review)),
    )


NAMED = (
    Review,
    ReviewItem,
    Finding,
    ResolutionAgreement,
    EvidenceDocument,
    Filing,
    Statement,
    Comment,
    PersonRole,
    InboxEntry,
)


def _names(review: str) -> Any:
    """The names that the history knows the review's rows by. Receipts are not among them: their history
    has their words, which may speak of more than one review."""
    return union_all(*(_named(kind).where(CONCERNS[kind](review)) for kind in NAMED))


def _named(kind: type[Base]) -> Select[str]:
    (key,) = inspect(kind).primary_key
    return select(literal(f"{kind.__tablename__}:") + cast(key, Text))


CONCERNS: dict[type[Base], Callable[[str], ColumnElement[bool]]] = {
    Review: lambda review: Review.id == review,
    ReviewItem: lambda review: ReviewItem.review_id == review,
    Finding: _on_items(Finding.review_item_id),
    ResolutionAgreement: lambda review: ResolutionAgreement.finding_id.in_(_findings(review)),
    EvidenceDocument: _documents,
    Filing: _on_items(Filing.review_item_id),
    Statement: _on_items(Statement.review_item_id),
    Comment: lambda review: (Comment.review_id == review) | Comment.review_item_id.in_(_items(review)),
    PersonRole: lambda review: PersonRole.review_id == review,
    Person: lambda review: Person.id.in_(
        select(PersonRole.person_id).where(PersonRole.review_id == review, PersonRole.ended_at.is_(None))
    ),
    Obligation: lambda _: false(),
    InboxEntry: lambda review: InboxEntry.id.in_(_messages(review)),
    Receipt: lambda review: Receipt.inbox_id.in_(_messages(review)),
    OutboxEntry: lambda review: OutboxEntry.in_answer_to.in_(_messages(review)),
    HistoryEntry: lambda review: HistoryEntry.record.in_(_names(review)),
}
