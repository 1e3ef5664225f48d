"""Questions of calendars: the entries as they were given out last, and who may read them at which address."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import selectinload

from store.asking import Asking
from store.models import Obligation, Person, Review
from store.reaching import Reach, any_of
from store.reminders import CalendarEntry, CalendarFeed

MOST_ENTRIES = 2000


class CalendarQuestions(Asking):
    """What calendars know, and through which links."""

    async def calendar_entries(self, leas: Collection[str], *, lock: bool = False) -> Sequence[CalendarEntry]:
        """All that was ever given out of these LEAs; with `lock`, who else brings them up to date waits."""
        found = select(CalendarEntry).where(CalendarEntry.lea_id.in_(leas)).order_by(CalendarEntry.uid)
        if lock:
            found = found.with_for_update().execution_options(populate_existing=True)
        return (await self.session.scalars(found)).all()

    async def entries_within(
        self, reach: Reach, from_day: date, ended_since: datetime
    ) -> Sequence[CalendarEntry]:
        """What somebody with this reach has in their calendar, the next due first: of their own LEAs all, of
        the state's work what belongs to reviews. Of what is over only what ended lately."""
        of_state = any_of(
            (CalendarEntry.review_id, reach.reviews), (CalendarEntry.program_id, reach.programs)
        )
        theirs = or_(
            any_of((CalendarEntry.lea_id, reach.leas)), and_(CalendarEntry.review_id.is_not(None), of_state)
        )
        new = CalendarEntry.ended.is_(False) | (CalendarEntry.changed_at >= ended_since)
        found = select(CalendarEntry).where(theirs, new, CalendarEntry.due >= from_day)
        ordered = found.order_by(CalendarEntry.due, CalendarEntry.uid).limit(MOST_ENTRIES)
        return (await self.session.scalars(ordered)).all()

    async def leas_under(self, reach: Reach) -> Sequence[str]:
        """The LEAs whose entries somebody with this reach may see."""
        under = any_of((Review.id, reach.reviews), (Review.program_id, reach.programs))
        found = await self.session.scalars(select(Review.lea_id).where(under).distinct())
        return sorted({*reach.leas, *found})

    async def leas_of_targets(self, targets: Collection[str]) -> set[str]:
        """Whose these reviews, items and duties are; nobody's, if there are none such."""
        reviews = {one.partition("/")[0] for one in targets}
        of_reviews = await self.session.scalars(select(Review.lea_id).where(Review.id.in_(reviews)))
        of_duties = await self.session.scalars(select(Obligation.lea_id).where(Obligation.id.in_(targets)))
        return {*of_reviews, *of_duties}

    async def add_calendar_entries(self, rows: Sequence[dict[str, Any]]) -> None:
        """New ones; of those that somebody else was faster with, nothing changes."""
        made = postgresql.insert if self.session.get_bind().dialect.name == "postgresql" else sqlite.insert
        new = [{"sequence": 0, "ended": False} | row for row in rows]
        await self.session.execute(made(CalendarEntry.__table__).on_conflict_do_nothing(), new)

    async def feeds_of(self, person_id: int) -> Sequence[CalendarFeed]:
        """The links of a person that are open: one, or none."""
        found = select(CalendarFeed).where(
            CalendarFeed.person_id == person_id, CalendarFeed.ended_at.is_(None)
        )
        return (await self.session.scalars(found.order_by(CalendarFeed.id).with_for_update())).all()

    async def feed_reader(self, token_sha256: str) -> Person | None:
        """Whose calendar is read with this link, with their roles of now; None: nobody's any more."""
        found = (
            select(Person)
            .join(CalendarFeed, CalendarFeed.person_id == Person.id)
            .where(CalendarFeed.token_sha256 == token_sha256, CalendarFeed.ended_at.is_(None))
            .where(Person.retired_at.is_(None))
            .options(selectinload(Person.roles))
        )
        return (await self.session.scalars(found)).one_or_none()
