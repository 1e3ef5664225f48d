"""The nouns of the field as rows: who, what is asked of them, and what they sent."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.base import Base

OPEN_REVIEWS = ("scheduled", "upload_open", "in_review", "nof_issued", "resolution")


class StoreFact(Base):
    """One fact about the store itself, such as `sample`: yes; set once and never removed."""

    __tablename__ = "store_fact"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Program(Base):
    """One of the seven programs, with its contact as the seed's directory names it."""

    __tablename__ = "program"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    office: Mapped[str]
    phone: Mapped[str]
    use: Mapped[str]
    staff: Mapped[str | None] = mapped_column(default=None)
    facts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class Form(Base):
    """A submission of a program that has no instruments: its parts and its yearly due date."""

    __tablename__ = "form"
    id: Mapped[str] = mapped_column(primary_key=True)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"))
    title: Mapped[str]
    parts: Mapped[list[Any]] = mapped_column(default_factory=list)
    due: Mapped[str | None] = mapped_column(default=None)
    facts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class Instrument(Base):
    """A program's requirements in one numbering: item numbers move between years."""

    __tablename__ = "instrument"
    __table_args__ = (UniqueConstraint("code", "numbering_year"),)
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"))
    code: Mapped[str]
    numbering_year: Mapped[str]
    title: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class InstrumentItem(Base):
    """One item; `key` is its code without dimension, spaces and zeros (`I-EL 02` is `EL2`)."""

    __tablename__ = "instrument_item"
    __table_args__ = (UniqueConstraint("instrument_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"))
    code: Mapped[str]
    key: Mapped[str]
    title: Mapped[str]
    dimension: Mapped[str | None] = mapped_column(default=None)
    summary: Mapped[str | None] = mapped_column(default=None)
    evidence: Mapped[list[Any]] = mapped_column(default_factory=list)
    facts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class Lea(Base):
    """A local educational agency. The CDS code is text: California's county codes begin with zero."""

    __tablename__ = "lea"
    id: Mapped[str] = mapped_column(primary_key=True)
    cds: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    county: Mapped[str]
    type: Mapped[str]
    domains: Mapped[list[Any]] = mapped_column(default_factory=list)


class School(Base):
    __tablename__ = "school"
    cds: Mapped[str] = mapped_column(primary_key=True)
    lea_id: Mapped[str] = mapped_column(ForeignKey("lea.id"), index=True)
    name: Mapped[str]


class Person(Base):
    """A known person. People are retired, never deleted."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str]
    retired_at: Mapped[datetime | None] = mapped_column(default=None)
    addresses: Mapped[list["PersonAddress"]] = relationship(lazy="raise", default_factory=list)
    roles: Mapped[list["PersonRole"]] = relationship(lazy="raise", default_factory=list)


class PersonAddress(Base):
    """One proven address of a person, in the one spelling that addresses are compared in."""

    __tablename__ = "person_address"
    address: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, init=False)


class PersonRole(Base):
    """What a person is to an LEA, a program or a review."""

    __tablename__ = "person_role"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, init=False)
    role: Mapped[str]
    lea_id: Mapped[str | None] = mapped_column(ForeignKey("lea.id"), default=None)
    school_cds: Mapped[str | None] = mapped_column(ForeignKey("school.cds"), default=None)
    program_id: Mapped[str | None] = mapped_column(ForeignKey("program.id"), default=None)
    review_id: Mapped[str | None] = mapped_column(ForeignKey("review.id"), default=None)
    instrument: Mapped[str | None] = mapped_column(default=None)


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


class EvidenceDocument(Base):
    """One file an LEA sent, kept for good. A newer file of the same name for the same target is the
    next `version`; the bytes are the object named `sha256`."""

    __tablename__ = "evidence_document"
    __table_args__ = (Index(None, "lea_id", "sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lea_id: Mapped[str] = mapped_column(ForeignKey("lea.id"))
    name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    media_type: Mapped[str]
    received_at: Mapped[datetime]
    channel: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(default="attached")
    filings: Mapped[list["Filing"]] = relationship(lazy="raise", default_factory=list)


class Filing(Base):
    """A document filed to one target: an item of a review (and the finding on it), or an obligation.
    The digest is repeated so that the same bytes cannot be filed twice to the same target."""

    __tablename__ = "filing"
    __table_args__ = (
        UniqueConstraint("review_item_id", "sha256"),
        UniqueConstraint("obligation_id", "sha256"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    document_id: Mapped[int] = mapped_column(ForeignKey("evidence_document.id"), index=True, init=False)
    target: Mapped[str]
    sha256: Mapped[str]
    filed_at: Mapped[datetime]
    review_item_id: Mapped[int | None] = mapped_column(ForeignKey("review_item.id"), default=None)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), default=None)
    obligation_id: Mapped[str | None] = mapped_column(ForeignKey("obligation.id"), default=None)
    schools: Mapped[list[Any]] = mapped_column(default_factory=list)
    pages: Mapped[str | None] = mapped_column(default=None)


class FileVerdictRow(Base):
    """What became of one file of one message. `targets` are canonical names."""

    __tablename__ = "file_verdict"
    __table_args__ = (UniqueConstraint("inbox_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"))
    number: Mapped[int]
    file: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    media_type: Mapped[str]
    verdict: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    targets: Mapped[list[Any]] = mapped_column(default_factory=list)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_document.id"), init=False)
    document: Mapped[EvidenceDocument | None] = relationship(lazy="raise", default=None)


class Question(Base):
    """What we asked about the files of one message, and the numbered choices we offered."""

    __tablename__ = "question"
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    files: Mapped[list[Any]]
    choices: Mapped[list[Any]]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
