"""What the programs ask, the same for every LEA: programs, forms, instruments and their items.

They come from files and are brought up to date from them, so the history does not vouch for them.
"""

from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class Program(Base):
    """One of the seven programs, with its contact as the seed's directory names it."""

    __tablename__ = "program"
    vouched = False
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
    vouched = False
    id: Mapped[str] = mapped_column(primary_key=True)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"))
    title: Mapped[str]
    parts: Mapped[list[Any]] = mapped_column(default_factory=list)
    due: Mapped[str | None] = mapped_column(default=None)
    facts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class Instrument(Base):
    """A program's requirements in one numbering: item numbers move between years."""

    __tablename__ = "instrument"
    vouched = False
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
    vouched = False
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
