"""What every desk in a chat has for tests: who speaks for whom, what came, and what became of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import select, update

from bot.chat_files import Looks
from bot.delivery import Voice, deliver_round
from handlers.inbox import EVERYTHING, Lane, Worker, work_inbox
from intake.given import looking
from intake.plain import file_name
from store import Store
from store.chats import ChatAccount
from store.clock import Clock, wall
from store.export import one_list
from store.inbox import InboxEntry
from store.outbox import OutboxEntry
from templates.render import Place
from tests.builders import ANA, NOW

MAILBOX = "evidence@cais.example"
MOST = 1024 * 1024
LOOKS = Looks(looking(None), file_name, MOST)


@dataclass
class ChatDesk:
    """A store, and who works on what came by the chat."""

    channel: ClassVar[str]
    store: Store
    worker: Worker

    async def speaks_for(self, account: str, address: str = ANA) -> None:
        """The account speaks for the person of this address."""
        async with self.store.begin() as uow:
            person = await uow.person_at(address)
            assert person is not None
            uow.add(ChatAccount(account=account, person_id=person.id, linked_at=wall()))

    async def work(self, lane: Lane = EVERYTHING) -> int:
        """Answer what is due; how many messages were taken."""
        return await work_inbox(self.worker, lane=lane)

    async def answered(self, voice: Voice) -> None:
        """Everything that came is worked, and what is due is said, on the tests' day."""
        while await self.work():
            pass
        place = Place(MAILBOX, NOW.date())
        while await deliver_round(self.store.outbox, {self.channel: voice}, Clock(NOW), place):
            pass

    async def due(self) -> None:
        """As if time had passed: everything that waits is due."""
        async with self.store.database.begin() as connection:
            await connection.execute(update(InboxEntry).values(run_at=wall()))

    async def entries(self) -> list[InboxEntry]:
        async with self.store.database.reading() as session:
            return list((await session.scalars(select(InboxEntry).order_by(InboxEntry.id))).all())

    async def newest(self) -> tuple[str, list[tuple[str, str]]]:
        """What became of the newest message: its state, and the verdicts on its files."""
        entry = (await self.entries())[-1]
        return entry.state, await self.verdicts(entry.id)

    async def verdicts(self, number: int) -> list[tuple[str, str]]:
        async with self.store.look() as uow:
            return [(row.verdict, row.reason) for row in await uow.verdicts_of(number)]

    async def owed(self) -> list[OutboxEntry]:
        """What we owe or have said, on every channel."""
        async with self.store.database.reading() as session:
            return list((await session.scalars(select(OutboxEntry).order_by(OutboxEntry.id))).all())

    async def answers(self, template: str = "") -> list[OutboxEntry]:
        """The same in this chat; of one template, if it is named."""
        owed = await self.owed()
        return [row for row in owed if row.channel == self.channel and template in ("", row.template)]

    async def record(self, name: str) -> list[dict[str, Any]]:
        return await one_list(self.store.database, name)


def drafts(store: Store) -> list[Path]:
    """What lies half downloaded."""
    return list(store.files.incoming.iterdir())
