"""What was sent: documents, where they are filed, what became of each file, and what we asked about it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.base import Base


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
