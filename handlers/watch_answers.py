"""Trouble with robots: an address that answers were withheld from is left to a person."""

from datetime import datetime

from handlers.caps import A_DAY, WITHHELD
from handlers.trouble import Trouble
from store.unit_of_work import UnitOfWork


async def watch_withheld(uow: UnitOfWork, at: datetime) -> list[Trouble]:
    """Everybody who got no answer in the last 24 hours because there were too many."""
    return [_trouble(*one) for one in await uow.withheld_since(WITHHELD, at - A_DAY)]


def _trouble(sender: str, count: int) -> Trouble:
    messages = "1 message of theirs was" if count == 1 else f"{count} messages of theirs were"
    return Trouble(
        "withheld", sender, f"{messages} handled without an answer: is it a robot, or does it need help?"
    )
