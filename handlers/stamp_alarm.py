"""The alarm when the receiver before us has stopped saying who sent a mail."""

from dataclasses import dataclass
from datetime import datetime

from handlers.self_test import stamp_is_missing
from store.unit_of_work import UnitOfWork

WORDS = "The receiver does not stamp mail any more: nobody's mail is believed until it does."


@dataclass(frozen=True)
class Trouble:
    """What is wrong with what, in words for the operator."""

    kind: str
    about: str
    words: str


async def watch_stamp(uow: UnitOfWork, at: datetime) -> list[Trouble]:
    """The stamp's trouble, while it lasts."""
    missing = stamp_is_missing(await uow.newest_self_tests(), at)
    return [Trouble("stamp-missing", "receiver", WORDS)] if missing else []
