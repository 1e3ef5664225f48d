"""The alarm when the receiver before us has stopped saying who sent a mail."""

from datetime import datetime

from handlers.self_test import stamp_is_missing
from handlers.trouble import Trouble
from store.unit_of_work import UnitOfWork

WORDS = (
    "a mail to ourselves came back without the server's Authentication-Results, so all mail is held until one"
    " comes with it (CAIS_AUTHSERV_ID)"
)


async def watch_stamp(uow: UnitOfWork, at: datetime) -> list[Trouble]:
    """The stamp's trouble, while it lasts."""
    missing = stamp_is_missing(await uow.newest_self_tests(), at)
    return [Trouble("stamp missing", "receiver", WORDS)] if missing else []
