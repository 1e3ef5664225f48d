"""The alarm when the receiver before us has stopped saying who sent a mail."""

from datetime import datetime

from handlers.self_test import stamp_is_missing
from handlers.trouble import Trouble
from store.unit_of_work import UnitOfWork

WORDS = "The receiver does not stamp mail any more: nobody's mail is believed until it does"


async def watch_stamp(uow: UnitOfWork, at: datetime) -> list[Trouble]:
    """The stamp's trouble, while it lasts."""
    missing = stamp_is_missing(await uow.newest_self_tests(), at)
    return [Trouble("stamp missing", "receiver", WORDS)] if missing else []
