"""Trouble with files that a chat names and does not give us: a right is missing, which an operator mends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.trouble import Trouble
from store.unit_of_work import UnitOfWork

LATELY = timedelta(days=1)
MOST = 10


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
        " workspace again",
    ),
    Missing(
        "teams-not-public",
        "teams files",
        "Teams' files",
        "The names of Microsoft's file hosts lead to addresses that are not public: look at the name server"
        " that this machine asks",
    ),
)


async def watch_files(uow: UnitOfWork, at: datetime) -> list[Trouble]:
    """The messages of the last day whose files wait for it; over when they were handled again."""
    found = []
    for right in MISSING:
        waiting = await uow.messages_with_verdict(right.verdict, at - LATELY)
        if waiting:
            found.append(Trouble(right.kind, right.about, right.words + _and_then(waiting)))
    return found


def _and_then(waiting: Mapping[int, str]) -> str:
    """What was done with the other files of a message is not done twice: its sender shares the rest again."""
    whole = [f"R-{one}" for one, state in waiting.items() if state == "held"]
    partly = [f"R-{one}" for one, state in waiting.items() if state != "held"]
    words = f"; then cais inbox again for {', '.join(whole[:MOST])}" if whole else ""
    return words + (
        f"; files are to be shared again by who sent {', '.join(partly[:MOST])}" if partly else ""
    )
