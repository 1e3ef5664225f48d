"""What we remember of deadlines beside the deadlines themselves: who was reminded of what, and what people
said to it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class PlannedDay(Base):
    """A day (Pacific) whose reminders were all planned; `late` is the day after the last one before it, when
    days on which something should have been sent lie between."""

    __tablename__ = "planned_day"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    day: Mapped[date] = mapped_column(unique=True)
    planned_at: Mapped[datetime]
    sent: Mapped[int]
    skipped: Mapped[int]
    late: Mapped[date | None] = mapped_column(default=None)


class Digest(Base):
    """The one message that a person gets on a day; its words are made again when it is sent."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("person_id", "day"),)
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date]
    made_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)
    week: Mapped[bool] = mapped_column(default=False)


class Reminder(Base):
    """That one person was to hear of one deadline at one distance from its day (`offset` days; below zero:
    before it). The key is natural, so that it can happen once only. `rung` says why this person. `why_not`:
    it was left out, and for which reason; without a digest it was never sent. `covers`: whose it is, when
    somebody stands in for them."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("target", "kind", "due", "offset", "person_id"),
        Index(None, "person_id"),
        Index(None, "digest_id"),
        Index(None, "program_id", "planned_for"),
        Index(None, "planned_for"),
        Index(None, "lea_id", "planned_for"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    target: Mapped[str]
    kind: Mapped[str]
    due: Mapped[date]
    offset: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    planned_for: Mapped[date]
    rung: Mapped[str]
    lea_id: Mapped[str] = mapped_column(ForeignKey("lea.id"))
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"), default=None)
    why_not: Mapped[str | None] = mapped_column(default=None)
    covers: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    late: Mapped[bool] = mapped_column(default=False)
    program_id: Mapped[str | None] = mapped_column(ForeignKey("program.id"), default=None)


class ReminderWish(Base):
    """What a person said to the reminders of one target. `kind`: snooze (silent until the day `until`), mute,
    not_me. It counts until it is ended."""

    __tablename__ = "reminder_wish"
    __table_args__ = (Index(None, "person_id", "target"),)
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    target: Mapped[str]
    kind: Mapped[str]
    made_at: Mapped[datetime]
    until: Mapped[date | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), default=None)


class ReminderHabit(Base):
    """At which hour (Pacific) a person wants their reminders, and how: chat, mail, both; None: as usual."""

    __tablename__ = "reminder_habit"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    hour: Mapped[int | None] = mapped_column(default=None)
    way: Mapped[str | None] = mapped_column(default=None)


class ReviewPause(Base):
    """Reminders of a review that a contact has stopped for a while; until the day before `until`, if any."""

    __tablename__ = "review_pause"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    review_id: Mapped[str] = mapped_column(ForeignKey("review.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(Text)
    until: Mapped[date | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class ReviewSchedule(Base):
    """The days on which one review reminds of one kind of deadline, instead of the program's."""

    __tablename__ = "review_schedule"
    __table_args__ = (UniqueConstraint("review_id", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    review_id: Mapped[str] = mapped_column(ForeignKey("review.id"))
    kind: Mapped[str]
    days: Mapped[list[Any]]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    made_at: Mapped[datetime | None] = mapped_column(default=None)


class Absence(Base):
    """Days (Pacific, both included) on which a person is away, and who stands in for them meanwhile. Without
    a `last` day nobody knows how long; what stands in moves reminders, never a deadline."""

    __tablename__ = "absence"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    first: Mapped[date]
    noted_at: Mapped[datetime]
    last: Mapped[date | None] = mapped_column(default=None)
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), default=None)
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    cover_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Assignment(Base):
    """Whose work one target is in their LEA: they are reminded first. It ends when somebody else gets it."""

    __tablename__ = "assignment"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    target: Mapped[str] = mapped_column(index=True)
    lea_id: Mapped[str] = mapped_column(ForeignKey("lea.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class CalendarEntry(Base):
    """A deadline as calendars know it: the same `uid` for ever, a higher `sequence` for every change. `said`
    are the facts that its words are made of, as canonical JSON. Made from the record again whenever it is
    asked for, so the history does not vouch for it."""

    __tablename__ = "calendar_entry"
    vouched = False
    uid: Mapped[str] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    lea_id: Mapped[str] = mapped_column(ForeignKey("lea.id"), index=True)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"))
    review_id: Mapped[str | None] = mapped_column(ForeignKey("review.id"), index=True)
    due: Mapped[date]
    said: Mapped[str]
    changed_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(default=0)
    ended: Mapped[bool] = mapped_column(default=False)


class CalendarFeed(Base):
    """A private address at which a person's calendar can be read; only its digest is kept. It ends when it is
    revoked, or when the person gets another."""

    __tablename__ = "calendar_feed"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
