"""What is asked of one LEA: reviews with their items, findings and agreements, and duties with a due day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.base import Base
from store.instruments import Form, InstrumentItem

OPEN_REVIEWS = ("scheduled", "upload_open", "in_review", "nof_issued", "resolution")
GRANTED = ("approved", "met", "expired")  # agreements whose day counts, whatever became of them since
TO_DO = ("open", "returned")  # findings and forms that the LEA has


class Review(Base):
    """One LEA, one date range, a set of instruments and sites. Dates are Pacific calendar days."""

    __tablename__ = "review"
    id: Mapped[str] = mapped_column(primary_key=True)
    lea_id: Mapped[str] = mapped_column(ForeignKey("lea.id"), index=True)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"))
    kind: Mapped[str]
    status: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    nof_date: Mapped[date | None] = mapped_column(default=None)
    upload_due: Mapped[date | None] = mapped_column(default=None)
    sites: Mapped[list[Any]] = mapped_column(default_factory=list)


class ReviewItem(Base):
    """An instrument item as one review asks it. Code, key, title and LEA repeat the item's for look-up.

    `finding_text` and `finding_site` are what the reviewer found, from the conclusion until the
    Notification of Findings makes a finding of it."""

    __tablename__ = "review_item"
    __table_args__ = (UniqueConstraint("review_id", "item_id"), Index(None, "lea_id", "key"))
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    review_id: Mapped[str] = mapped_column(ForeignKey("review.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("instrument_item.id"))
    lea_id: Mapped[str] = mapped_column(ForeignKey("lea.id"))
    key: Mapped[str]
    code: Mapped[str]
    title: Mapped[str]
    status: Mapped[str] = mapped_column(default="not_started")
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    concluded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    finding_text: Mapped[str | None] = mapped_column(Text, default=None)
    finding_site: Mapped[str | None] = mapped_column(ForeignKey("school.cds"), default=None)
    review: Mapped[Review] = relationship(lazy="raise", init=False)
    item: Mapped[InstrumentItem] = relationship(lazy="raise", init=False)

    @property
    def target(self) -> str:
        """The canonical name of the item within its review: `sv-fpm/I-EL 02`."""
        return f"{self.review_id}/{self.code}"


class Finding(Base):
    """An item that does not meet requirements, as the Notification of Findings lists it."""

    __tablename__ = "finding"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    review_item_id: Mapped[int] = mapped_column(ForeignKey("review_item.id"), unique=True)
    text: Mapped[str]
    site: Mapped[str | None] = mapped_column(ForeignKey("school.cds"), default=None)
    status: Mapped[str] = mapped_column(default="open")
    due: Mapped[date | None] = mapped_column(default=None)
    responded_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)


class ResolutionAgreement(Base):
    """Extra time for one finding, never beyond 225 calendar days from the last day of the review.

    `steps` are `{"what", "who", "by"}` with an ISO date; `late` means that it was asked for after the
    45 days. `status`: requested, approved, denied, withdrawn, met, expired; at most one per finding is
    requested or approved."""

    __tablename__ = "resolution_agreement"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    requested_until: Mapped[date]
    cap: Mapped[date]
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(default="requested")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    decided_until: Mapped[date | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_why: Mapped[str | None] = mapped_column(Text, default=None)
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    requested_at: Mapped[datetime | None] = mapped_column(default=None)
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), default=None)
    steps: Mapped[list[Any]] = mapped_column(default_factory=list)
    late: Mapped[bool] = mapped_column(default=False)


class Obligation(Base):
    """One LEA's duty to hand in one form by a day: the other six programs' work.

    `status`: open, submitted, received, under_review, returned, accepted (`handlers/lifecycle.py`)."""

    __tablename__ = "obligation"
    id: Mapped[str] = mapped_column(primary_key=True)
    lea_id: Mapped[str] = mapped_column(ForeignKey("lea.id"), index=True)
    form_id: Mapped[str] = mapped_column(ForeignKey("form.id"))
    due: Mapped[date]
    school_cds: Mapped[str | None] = mapped_column(ForeignKey("school.cds"), default=None)
    status: Mapped[str] = mapped_column(default="open")
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    form: Mapped[Form] = relationship(lazy="raise", init=False)


class Comment(Base):
    """Something said on a review, an item of it or a form, to everyone with a role there.

    `kind`: comment, returned (why more is asked for), concluded, resolved, accepted, reopened, due_moved
    (from which day to which), nof. On a whole instrument `instrument` is its code and there is no item."""

    __tablename__ = "comment"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lea_id: Mapped[str] = mapped_column(ForeignKey("lea.id"))
    target: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), default=None)
    kind: Mapped[str] = mapped_column(default="comment")
    review_id: Mapped[str | None] = mapped_column(ForeignKey("review.id"), default=None, index=True)
    instrument: Mapped[str | None] = mapped_column(default=None)
    review_item_id: Mapped[int | None] = mapped_column(ForeignKey("review_item.id"), default=None, index=True)
    obligation_id: Mapped[str | None] = mapped_column(ForeignKey("obligation.id"), default=None, index=True)
