"""Who there is: agencies and their schools, people, their proven addresses and their roles."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.base import Base


class StoreFact(Base):
    """One fact about the store itself, such as `sample`: yes; set once and never removed."""

    __tablename__ = "store_fact"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


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
    """A known person. People are retired, never deleted. `roles` are those they have now."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str]
    retired_at: Mapped[datetime | None] = mapped_column(default=None)
    addresses: Mapped[list["PersonAddress"]] = relationship(lazy="raise", default_factory=list)
    roles: Mapped[list["PersonRole"]] = relationship(
        lazy="raise",
        default_factory=list,
        primaryjoin="and_(Person.id == PersonRole.person_id, PersonRole.ended_at.is_(None))",
    )


class PersonAddress(Base):
    """One proven address of a person, in the one spelling that addresses are compared in. `proven_at` is
    None for those that were loaded: they come first when we write to a person. `unreachable_at` is when mail
    to it came back, until the person writes from it again."""

    __tablename__ = "person_address"
    address: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, init=False)
    proven_at: Mapped[datetime | None] = mapped_column(default=None)
    unreachable_at: Mapped[datetime | None] = mapped_column(default=None)
    unreachable_why: Mapped[str | None] = mapped_column(default=None)


class PersonRole(Base):
    """What a person is to an LEA, a program or a review. One that ended stays: `ended_how` is `retired`
    (it may be reinstated) or `changed`."""

    __tablename__ = "person_role"
    __table_args__ = (Index(None, "lea_id"), Index(None, "review_id"), Index(None, "program_id"))
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, init=False)
    role: Mapped[str]
    lea_id: Mapped[str | None] = mapped_column(ForeignKey("lea.id"), default=None)
    school_cds: Mapped[str | None] = mapped_column(ForeignKey("school.cds"), default=None)
    program_id: Mapped[str | None] = mapped_column(ForeignKey("program.id"), default=None)
    review_id: Mapped[str | None] = mapped_column(ForeignKey("review.id"), default=None)
    instrument: Mapped[str | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_how: Mapped[str | None] = mapped_column(default=None)


class AddressProof(Base):
    """A second address that waits for its owner's proof: the code was mailed to it, only its digest is
    kept. Proven addresses become a `PersonAddress`. `doubtful_tries`: see `handlers/one_use.py`."""

    __tablename__ = "address_proof"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    address: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_sha256: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    tries: Mapped[int] = mapped_column(default=0)
    doubtful_tries: Mapped[int | None] = mapped_column(default=None)
    proven_at: Mapped[datetime | None] = mapped_column(default=None)


class Confirmation(Base):
    """A message whose weighty commands wait until its sender confirms them by a code that went to `sent_to`
    on another channel; only the code's digest is kept."""

    __tablename__ = "confirmation"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_sha256: Mapped[str]
    asked_at: Mapped[datetime]
    channel: Mapped[str]
    sent_to: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    doubtful_tries: Mapped[int | None] = mapped_column(default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
