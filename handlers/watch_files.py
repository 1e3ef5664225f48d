"""Trouble with files that a chat names and does not give us: a right is missing, which an operator mends."""

from datetime import datetime, timedelta

from handlers.trouble import Trouble
from store.unit_of_work import UnitOfWork

LATELY = timedelta(days=1)
SCOPE_MISSING = "slack-no-scope"


async def watch_files(uow: UnitOfWork, at: datetime) -> list[Trouble]:
    """The messages of the last day whose files wait for it; over when they were handled again."""
    waiting = await uow.messages_with_verdict(SCOPE_MISSING, at - LATELY)
    if not waiting:
        return []
    words = (
        "Slack does not give us files: the app needs the bot scope files:read and must be installed to the"
        " workspace again; then cais inbox again for "
    )
    return [Trouble("slack files", "Slack's files", words + ", ".join(f"R-{one}" for one in waiting[:10]))]
