"""Whose turn it is: files are fetched in a lane of their own, and what one person says in a chat is answered
in its order all the same."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, literal_column, or_, select, text
from sqlalchemy.orm import aliased

if TYPE_CHECKING:
    from store.inbox import InboxEntry

PATIENCE = timedelta(seconds=30)
SPEAKING = text("state = 'received' AND speaker IS NOT NULL")


def in_lane(
    entry: type["InboxEntry"], channels: Sequence[str], fetching: bool | None
) -> Iterator[ColumnElement[bool]]:
    """Of these channels, if any are named; only what has files to be fetched, or only the rest, or both."""
    if channels:
        yield entry.channel.in_(channels)
    if fetching is not None:
        yield entry.fetching.is_(True) if fetching else entry.fetching.is_not(True)


def waits_its_turn(entry: type["InboxEntry"], now: datetime) -> ColumnElement[bool]:
    """Whether something that its speaker said before is not answered, and one of the two needs files fetched.

    Nobody waits longer than the patience, nor for what is tried again only after it. `now` is wall time.
    """
    before = aliased(entry)
    earlier = select(before.id).where(
        before.speaker == entry.speaker,
        before.state == literal_column("'received'"),  # as the index says it
        before.id < entry.id,
        before.run_at <= now + PATIENCE,
        or_(before.fetching.is_(True), entry.fetching.is_(True)),
    )
    return and_(entry.speaker.is_not(None), entry.run_at > now - PATIENCE, earlier.exists())
