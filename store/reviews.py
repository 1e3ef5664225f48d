"""What is asked of one LEA: reviews with their items, findings and agreements, and duties with a due day."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.base import Base
from store.instruments import Form, InstrumentItem

OPEN_REVIEWS = ("scheduled", "upload_open", "in_review", "nof_issued", "resolution")


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
    """An instrument item as one review asks it. Code, key, title and LEA repeat the item's for look-up."""

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


class ResolutionAgreement(Base):
    """Extra time for one finding, never beyond 225 calendar days from the last day of the review."""

    __tablename__ = "resolution_agreement"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    requested_until: Mapped[date]
    cap: Mapped[date]
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(default="requested")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    decided_until: Mapped[date | None] = mapped_column(default=None)


class Obligation(Base):
    """One LEA's duty to hand in one form by a day: the other six programs' work."""

    __tablename__ = "obligation"
    id: Mapped[str] = mapped_column(primary_key=True)
    lea_id: Mapped[str] = mapped_column(ForeignKey("lea.id"), index=True)
    form_id: Mapped[str] = mapped_column(ForeignKey("form.id"))
    due: Mapped[date]
    school_cds: Mapped[str | None] = mapped_column(ForeignKey("school.cds"), default=None)
    status: Mapped[str] = mapped_column(default="open")
    form: Mapped[Form] = relationship(lazy="raise", init=False)
