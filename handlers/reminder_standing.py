"""How everybody stands on a day, read from the record: roles, absences, wishes, pauses, days planned."""

from collections.abc import Collection
from datetime import date

from handlers.reminder_circle import Circle
from handlers.reminder_plan import Standing, Wish
from store.clock import pacific
from store.unit_of_work import UnitOfWork


async def standing_on(today: date, uow: UnitOfWork, leas: Collection[str] | None = None) -> Standing:
    """What a plan needs to know beside the deadlines; with `leas`, only for those of these."""
    assigned = {one.target: one.person_id for one in await uow.assignments()}
    circle = Circle.of(await uow.roles_held(leas), assigned, await uow.people_out_of_reach())
    wishes = {
        (one.person_id, one.target): Wish(one.kind, one.until, pacific(one.made_at).date())
        for one in await uow.reminder_wishes()
    }
    away = sorted(await uow.absences(today), key=lambda one: one.cover_id is not None)  # who is covered is
    return Standing(
        circle,
        await uow.last_planned(today),
        wishes,
        {one.person_id: one.cover_id for one in away},
        frozenset(one.review_id for one in await uow.review_pauses(today)),
        {(one.review_id, one.kind): tuple(sorted(one.days)) for one in await uow.review_schedules()},
    )
