"""One transaction: the questions one may ask in it, the rows it adds or changes, and their history."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from store.base import Base
from store.clock import wall
from store.history import Event, append, facts_of, record_of
from store.outbox import OutboxEntry
from store.questions import Questions
from store.signing import Signer
from store.tables import Tables


class Tripped(Exception):
    """A refusal came after changes in a shared transaction: undo all and go one by one."""


@dataclass
class Actor:
    """On whose word changes are made: recorded with each of them."""

    who: str = "service"
    channel: str = "service"
    at: datetime | None = None


@dataclass
class UnitOfWork(Questions):
    """Everything in here is one transaction of `Store.begin`; nobody else commits.

    `domain` is the right-hand side of our Message-IDs; `signer` signs receipts. With `careful`, a refusal
    undoes what its message changed by a savepoint; without, it trips the whole transaction (faster when all
    is well). `tables` reads spreadsheets that were kept. `public_url` is where programs reach our HTTP.
    """

    domain: str
    careful: bool = True
    signer: Signer | None = None
    tables: Tables = field(default_factory=Tables)
    public_url: str = ""
    actor: Actor = field(default_factory=Actor)
    _touched: dict[int, tuple[Base, str, Actor]] = field(default_factory=dict)
    _touches: int = 0
    _stood: tuple[int, str] | None = None

    def __post_init__(self) -> None:
        event.listen(self.session.sync_session, "before_flush", self._notice)

    def act_as(self, actor: Actor) -> None:
        """Whose changes the following ones are."""
        self._notice(self.session.sync_session)
        self.actor = actor

    def add(self, *rows: Base) -> None:
        """New rows, recorded in the history when the transaction ends."""
        self.session.add_all(rows)
        for row in rows:
            self._touch(row, "added")

    def changed(self, *rows: Base) -> None:
        """Say that loaded rows were changed; those nobody speaks of are noticed when they are written."""
        for row in rows:
            self._touch(row, "changed")

    async def stood_last(self) -> tuple[int, str]:
        """Position and digest of the history before this transaction; asked once for all its messages."""
        if self._stood is None:
            self._stood = await self.history_head()
        return self._stood

    def touches(self, row: Base) -> bool:
        """Whether this transaction has added or changed the row."""
        return id(row) in self._touched

    def touched_by_actor(self) -> list[Base]:
        """The rows that were added or changed on the word of who acts now."""
        return [row for row, _, actor in self._touched.values() if actor is self.actor]

    @asynccontextmanager
    async def undone_by(self, refusal: type[Exception]) -> AsyncIterator[None]:
        """What happens inside is undone when it ends in a refusal. Raises Tripped if it cannot be."""
        await self.session.flush()
        before, touches = dict(self._touched), self._touches
        try:
            async with self.session.begin_nested() if self.careful else _nothing():
                yield
        except refusal as no:
            self._notice(self.session.sync_session)
            if not self.careful and self._touches > touches:
                raise Tripped from no
            self._touched = before
            await self._read_again()
            raise

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        """What happens inside is undone in any case. Raises Tripped in a shared transaction."""
        if not self.careful:
            raise Tripped
        await self.session.flush()
        before, savepoint = dict(self._touched), await self.session.begin_nested()
        try:
            yield
        finally:
            await savepoint.rollback()
            self._touched = before
            await self._read_again()

    async def settle(self) -> None:
        """Name new messages and append what happened to the chain; the caller's commit follows."""
        await self.session.flush()
        for row, _, _ in self._touched.values():
            if isinstance(row, OutboxEntry) and row.message_id is None:
                row.name_message(self.domain)
        await self.session.flush()
        await append(self.session, [_event(*touched) for touched in self._touched.values()])
        self._touched.clear()
        self._stood = None

    async def _read_again(self) -> None:
        """A savepoint that is undone forgets the rows that were changed in it."""
        for row in [row for row in self.session if inspect(row).expired]:
            await self.session.refresh(row)

    def _notice(self, session: Session, *_: object) -> None:
        """No row is written without its history, and none is deleted."""
        if session.deleted:
            raise RuntimeError(f"the store deletes nothing: {record_of(next(iter(session.deleted)))}")
        for row in [row for row in session.new if row.vouched]:
            self._touch(row, "added", False)
        for row in [row for row in session.dirty if row.vouched]:
            if session.is_modified(row, include_collections=False):
                self._touch(row, "changed", False)

    def _touch(self, row: Base, how: str, told: bool = True) -> None:
        """The first word on a row says how it came; the last one who spoke of it is on whose word it is."""
        self._touches += 1
        known = self._touched.get(id(row))
        if known is None or told:
            self._touched[id(row)] = (row, known[1] if known else how, self.actor)


def _event(row: Base, how: str, actor: Actor) -> Event:
    record = record_of(row)
    at = actor.at or wall()
    return Event(at, f"{record.partition(':')[0]} {how}", actor.who, actor.channel, record, facts_of(row))


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield
