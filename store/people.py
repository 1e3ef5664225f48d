"""Who there is: agencies and their schools, people, their proven addresses and their roles."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
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
