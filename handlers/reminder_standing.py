"""How everybody stands on a day, read from the record: roles, absences, wishes, pauses, days planned."""

from collections.abc import Collection
from datetime import date

from handlers.reminder_circle import Circle
from handlers.reminder_plan import Standing, Wish
from store.clock import pacific
from store.unit_of_work import UnitOfWork


async def standing_on(
    today: date, uow: UnitOfWork, leas: Collection[str] | None = None, names: Collection[str] | None = None
) -> Standing:
    """What a plan needs to know beside the deadlines; with `leas` and `names`, only for those of
    these LEAs that are called so."""
    assigned = {one.target: one.person_id for one in await uow.assignments(names)}
    circle = Circle.of(await uow.roles_held(leas), assigned, await uow.people_out_of_reach())
    wishes = {
        (one.person_id, one.target): Wish(one.kind, one.until, pacific(one.made_at).date())
        for one in await uow.reminder_wishes(targets=names)
    }
    return Standing(
        circle,
        await uow.last_planned(today),
        wishes,
        await away_on(today, uow),
        await paused_on(today, uow),
        {(one.review_id, one.kind): tuple(sorted(one.days)) for one in await uow.review_schedules()},
    )


async def away_on(day: date, uow: UnitOfWork) -> dict[int, int | None]:
    """Who is away on a day, and who stands in for them (None: nobody yet)."""
    away = sorted(await uow.absences(day), key=lambda one: one.cover_id is not None)  # who is covered is
    return {one.person_id: one.cover_id for one in away}


async def paused_on(day: date, uow: UnitOfWork) -> frozenset[str]:
    """The reviews whose reminders are stopped on a day."""
    return frozenset(one.review_id for one in await uow.review_pauses(day))
