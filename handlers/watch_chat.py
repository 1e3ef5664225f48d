"""Trouble with a chat service: it does not answer, or it looks alive and tells us nothing."""

from datetime import datetime, timedelta

from handlers.trouble import Trouble
from store.chats import ChatWatch
from store.unit_of_work import UnitOfWork

PATIENCE = timedelta(minutes=10)
UNCHECKED = "unchecked"  # nobody can prove there that they are who they say
DEAF = timedelta(minutes=30)  # three looks: after that long without a miss the service tells us again


async def watch_chat(uow: UnitOfWork, at: datetime) -> list[Trouble]:
    """Services in lasting trouble, and those that had something to tell and did not."""
    return [
        Trouble("chat", watch.service, words)
        for watch in await uow.chat_watches()
        if (words := _words(watch, at))
    ]


def _words(watch: ChatWatch, at: datetime) -> str:
    if watch.trouble and watch.since and at - watch.since >= PATIENCE:
        if watch.trouble == UNCHECKED:
            return (
                "the keys that prove who calls us cannot be fetched: nobody is heard there. Can this machine"
                " reach Microsoft's addresses?"
            )
        if watch.service.endswith(" socket"):
            return (
                "there is no connection through which it tells us of messages; we find them by looking, later"
                " than they came. Is the app's token right?"
            )
        return f"it does not let us look for messages ({watch.trouble}); answers wait, and nothing is lost"
    if watch.missed_at and at - watch.missed_at < DEAF:
        return (
            "messages were there that it never told us; we found and took them, later than they came."
            " Is the app's event subscription on, and its address right?"
        )
    return ""
