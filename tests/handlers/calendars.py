"""What tests of calendars say and look at in one line each."""

from store.reminders import CalendarEntry
from tests.builders import Desk

SIERRA = "sierra-vista"


async def entries(desk: Desk, *leas: str) -> dict[str, CalendarEntry]:
    """The entries as they stand, by target."""
    async with desk.store.look() as uow:
        found = await uow.calendar_entries(leas or await uow.lea_ids())
    return {one.target: one for one in found}
