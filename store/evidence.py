"""What was sent: documents, where they are filed, statements, verdicts, what we asked, signed receipts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.base import Base

LIVE = ("draft", "attached")  # filings and statements that count


class EvidenceDocument(Base):
    """One file an LEA sent, kept for good. A newer file of the same name for the same target is the
    next `version`; the bytes are the object named `sha256`. `status` sums its filings up: `attached`
    while one of them is, else `draft`, `quarantined`, `superseded` or `withdrawn`. `extent` is what reading
    it told of its pages and sheets (`{"pages": 12}`, `{"sheets": {"Ledger": 80}}`), None where that is not
    known. `scan` is what the malware scanner says (checking, clean, infected, unscanned), `scan_found` what
    it found."""

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
    extent: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    scan: Mapped[str | None] = mapped_column(default=None)
    scan_found: Mapped[str | None] = mapped_column(default=None)
    filings: Mapped[list["Filing"]] = relationship(lazy="raise", default_factory=list)


class Filing(Base):
    """A document filed to one target: an item of a review (and the finding on it), or an obligation.
    The digest is repeated so that the same bytes cannot be filed twice to the same target.

    `status`: draft (sent by who may not submit), attached, superseded, withdrawn, quarantined. `submitted_at`
    is when the LEA submitted it to the state, which sees nothing before. `inbox_id` is the message that filed
    it, `ended_in` the one that withdrew or replaced it, `ended_at` when. `replaces` is the filing whose place
    it took. `covers` is the period that the evidence is about, in the sender's words."""

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
    status: Mapped[str] = mapped_column(default="attached")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), default=None, index=True)
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_in: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), default=None, index=True)
    replaces: Mapped[int | None] = mapped_column(ForeignKey("filing.id"), default=None)
    covers: Mapped[str | None] = mapped_column(default=None)
    part: Mapped[str | None] = mapped_column(default=None)

    @property
    def key(self) -> tuple[int | None, str | None]:
        """The target that it is at: a review item or an obligation."""
        return self.review_item_id, self.obligation_id


class Statement(Base):
    """Words of the LEA that answer a target: `statement` (instead of a file), `narrative` (the response to
    a finding), `on_site` (what will be shown at the visit and must not be uploaded).

    `status` and `submitted_at` as of a filing. A newer one of the same kind supersedes the older."""

    __tablename__ = "statement"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lea_id: Mapped[str] = mapped_column(ForeignKey("lea.id"))
    target: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), index=True)
    review_item_id: Mapped[int | None] = mapped_column(ForeignKey("review_item.id"), default=None, index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), default=None)
    obligation_id: Mapped[str | None] = mapped_column(ForeignKey("obligation.id"), default=None, index=True)
    status: Mapped[str] = mapped_column(default="attached")
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_in: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), default=None)

    @property
    def key(self) -> tuple[int | None, str | None]:
        """The target that it is at: a review item or an obligation."""
        return self.review_item_id, self.obligation_id


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


class Receipt(Base):
    """The signed receipt of one message, word for word. `position` is the place in the history that stood
    last when it was made; `key` names the public key that `signature` (base64) is checked with."""

    __tablename__ = "receipt"
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), primary_key=True)
    made_at: Mapped[datetime]
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    key: Mapped[str]
    signature: Mapped[str]
