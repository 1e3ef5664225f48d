"""Trouble with files that a chat names and does not give us: a right is missing, which an operator mends."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.trouble import Trouble
from store.unit_of_work import UnitOfWork

LATELY = timedelta(days=1)


@dataclass(frozen=True)
class Missing:
    """A right that a chat's app lacks: the `verdict` of files that wait for it, and `words` that mend it."""

    verdict: str
    kind: str
    about: str
    words: str


MISSING = (
    Missing(
        "slack-no-scope",
        "slack files",
        "Slack's files",
        "Slack does not give us files: the app needs the bot scope files:read and must be installed to the"
        " workspace again; then cais inbox again for ",
    ),
)


async def watch_files(uow: UnitOfWork, at: datetime) -> list[Trouble]:
    """The messages of the last day whose files wait for it; over when they were handled again."""
    found = []
    for right in MISSING:
        waiting = await uow.messages_with_verdict(right.verdict, at - LATELY)
        if waiting:
            numbers = ", ".join(f"R-{one}" for one in waiting[:10])
            found.append(Trouble(right.kind, right.about, right.words + numbers))
    return found
