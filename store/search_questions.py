"""Where words stand in the record, within somebody's reach. The state sees only what was submitted.

The database narrows down by the ASCII letters (databases do not agree on the lower case of É); whoever
asks compares the few rows that are left.
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, false, func, or_, select

from store.asking import Asking
from store.models import (
    Comment,
    EvidenceDocument,
    Filing,
    Finding,
    Form,
    Obligation,
    Person,
    Review,
    ReviewItem,
    Statement,
)
from store.reaching import Reach

CANDIDATES = 300


class SearchQuestions(Asking):
    """Candidates, the newest first, at most 300 of each kind: rows that hold the ASCII letters of every
    word. The texts that were looked at come first in each row."""

    async def items_saying(self, reach: Reach, words: Sequence[str]) -> Sequence[Any]:
        """code, title, finding's text; then review."""
        texts = (ReviewItem.code, ReviewItem.title, func.coalesce(Finding.text, ""))
        found = select(*texts, ReviewItem.review_id).join(ReviewItem.review)
        found = found.outerjoin(Finding, Finding.review_item_id == ReviewItem.id)
        return await self._some(found, _reviews(reach, ReviewItem.lea_id), texts, words, ReviewItem.id)

    async def documents_saying(self, reach: Reach, words: Sequence[str]) -> Sequence[Any]:
        """name; then number, time of receipt, version."""
        texts = (EvidenceDocument.name, _number(EvidenceDocument.id))
        found = select(*texts, EvidenceDocument.id, EvidenceDocument.received_at, EvidenceDocument.version)
        filed = and_(Filing.document_id == EvidenceDocument.id, Filing.submitted_at.is_not(None))
        to_reviews = Filing.review_item_id.in_(_items_of(reach))
        to_forms = Filing.obligation_id.in_(_duties_of(reach))
        submitted = exists().where(filed, or_(to_reviews, to_forms)).correlate(EvidenceDocument)
        ways: list[ColumnElement[bool]] = [submitted] if reach.of_state else []
        ways += [EvidenceDocument.lea_id.in_(reach.leas)] if reach.leas else []
        return await self._some(found, or_(false(), *ways), texts, words, EvidenceDocument.id)

    async def comments_saying(self, reach: Reach, words: Sequence[str]) -> Sequence[Any]:
        """text; then target, time, who."""
        found = select(Comment.text, Comment.target, Comment.made_at, Person.name)
        found = found.join(Person, Person.id == Comment.by_id)
        within = _within(reach, Comment, submitted=False)
        return await self._some(found, within, (Comment.text,), words, Comment.id)

    async def statements_saying(self, reach: Reach, words: Sequence[str]) -> Sequence[Any]:
        """text; then target, time, who."""
        found = select(Statement.text, Statement.target, Statement.made_at, Person.name)
        found = found.join(Person, Person.id == Statement.by_id)
        within = _within(reach, Statement, submitted=True)
        return await self._some(found, within, (Statement.text,), words, Statement.id)

    async def _some(
        self, found: Any, within: ColumnElement[bool], texts: Sequence[Any], words: Sequence[str], order: Any
    ) -> Sequence[Any]:
        said = [
            or_(*(func.lower(text).like(_pattern(word), escape="\\") for text in texts)) for word in words
        ]
        narrowed = found.where(within, *said).order_by(order.desc()).limit(CANDIDATES)
        return (await self.session.execute(narrowed)).all()


def _pattern(word: str) -> str:
    """`%` for whatever is not ASCII; its own wildcards are letters."""
    escaped = re.sub(r"([\\%_])", r"\\\1", word.lower())
    return f"%{re.sub(r'[^ -~]+', '%', escaped)}%"


def _number(column: Any) -> ColumnElement[str]:
    return "D-" + cast(column, String)


def _reviews(reach: Reach, lea: Any) -> ColumnElement[bool]:
    """Only the ways that somebody has; `lea` is the column of the row itself."""
    ways = [(lea, reach.leas), (Review.id, reach.reviews), (Review.program_id, reach.programs)]
    return or_(false(), *(column.in_(values) for column, values in ways if values))


def _items_of(reach: Reach) -> Any:
    ways = [(Review.id, reach.reviews), (Review.program_id, reach.programs)]
    within = or_(false(), *(column.in_(values) for column, values in ways if values))
    return select(ReviewItem.id).join(ReviewItem.review).where(within)


def _duties_of(reach: Reach) -> Any:
    return select(Obligation.id).join(Obligation.form).where(Form.program_id.in_(reach.programs))


def _within(reach: Reach, kind: Any, submitted: bool) -> ColumnElement[bool]:
    """Words on an item, a form or a review in reach."""
    state = or_(kind.review_item_id.in_(_items_of(reach)), kind.obligation_id.in_(_duties_of(reach)))
    if kind is Comment:
        ways = [(Review.id, reach.reviews), (Review.program_id, reach.programs)]
        within = or_(false(), *(column.in_(values) for column, values in ways if values))
        state = or_(state, Comment.review_id.in_(select(Review.id).where(within)))
    if submitted:
        state = and_(state, kind.submitted_at.is_not(None))
    some = [state] if reach.of_state else []
    own = kind.lea_id.in_(reach.leas)
    if kind is Comment:  # a conclusion's words reach the LEA with the Notification of Findings
        own = and_(own, Comment.kind != "concluded")
    some += [own] if reach.leas else []
    return or_(false(), *some)
