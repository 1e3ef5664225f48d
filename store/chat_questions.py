"""Questions about chat accounts, and about what was said and offered in a chat."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from store.asking import Asking
from store.channels import CHATS
from store.chats import ChatAccount, ChatFile, ChatOffer, ChatProof, ChatWatch, Shown
from store.inbox import InboxEntry
from store.models import Person, PersonAddress
from store.outbox import OutboxEntry

MOST = 50


class ChatQuestions(Asking):
    """An account speaks for one person at most; a person may have several."""

    async def person_of_account(self, account: str) -> Person | None:
        """Whom an account speaks for, with roles and addresses; also if retired."""
        found = (
            select(Person)
            .join(ChatAccount, ChatAccount.person_id == Person.id)
            .where(ChatAccount.account == account, ChatAccount.ended_at.is_(None))
            .options(joinedload(Person.roles), joinedload(Person.addresses))
        )
        return (await self.session.scalars(found)).unique().one_or_none()

    async def accounts_at(self, addresses: Collection[str]) -> dict[str, str]:
        """The account linked last, of the active people at these addresses who are reached by one; by
        address."""
        found = (
            select(PersonAddress.address, ChatAccount.account)
            .join(ChatAccount, ChatAccount.person_id == PersonAddress.person_id)
            .join(Person, Person.id == PersonAddress.person_id)
            .where(PersonAddress.address.in_(addresses), ChatAccount.ended_at.is_(None))
            .where(ChatAccount.unreachable_at.is_(None), Person.retired_at.is_(None))
            .order_by(ChatAccount.id)
        )
        rows = await self.session.execute(found) if addresses else ()
        return {row.address: row.account for row in rows}

    async def person_behind(self, account: str) -> Person | None:
        """Whom an account speaks for, or spoke for last; also if retired."""
        found = (
            select(Person)
            .join(ChatAccount, ChatAccount.person_id == Person.id)
            .where(ChatAccount.account == account)
            .options(joinedload(Person.roles), joinedload(Person.addresses))
            .order_by(ChatAccount.id.desc())
        )
        return (await self.session.scalars(found)).unique().first()

    async def unsaid_in_chats(self, due_before: datetime) -> Sequence[OutboxEntry]:
        """What was given up in a chat, or is due there since before a moment (wall time) and nobody takes it;
        held. What was looked at before (`bounced_at`) is not found again."""
        waits = and_(OutboxEntry.state == "waiting", OutboxEntry.run_at <= due_before)
        found = select(OutboxEntry).where(
            or_(OutboxEntry.state == "dead", waits),
            OutboxEntry.channel.in_(CHATS),
            OutboxEntry.bounced_at.is_(None),
        )
        found = found.order_by(OutboxEntry.id).limit(MOST).with_for_update()
        return (await self.session.scalars(found.execution_options(populate_existing=True))).all()

    async def chat_accounts_of(self, person_id: int) -> Sequence[ChatAccount]:
        """The accounts that speak for a person now, the newest first."""
        found = select(ChatAccount).where(ChatAccount.person_id == person_id, ChatAccount.ended_at.is_(None))
        return (await self.session.scalars(found.order_by(ChatAccount.id.desc()))).all()

    async def chat_proofs(
        self, since: datetime, *, account: str | None = None, person_id: int | None = None
    ) -> Sequence[ChatProof]:
        """Unused proofs asked for since a moment, for an account or a person; held."""
        found = select(ChatProof).where(ChatProof.asked_at >= since, ChatProof.proven_at.is_(None))
        if account is not None:
            found = found.where(ChatProof.account == account)
        if person_id is not None:
            found = found.where(ChatProof.person_id == person_id)
        found = found.order_by(ChatProof.id).with_for_update()
        return (await self.session.scalars(found.execution_options(populate_existing=True))).all()

    async def chat_file(self, inbox_id: int, file: str) -> ChatFile | None:
        """What was fetched before as this file of a message."""
        found = select(ChatFile).where(ChatFile.inbox_id == inbox_id, ChatFile.file == file)
        return (await self.session.scalars(found)).one_or_none()

    async def said_in_thread(self, keys: Collection[str], user: str) -> Sequence[str]:
        """The Message-IDs of ours that answered one of these messages, or that are one of them, the newest
        first. `keys` are the keys by which these arrived, or would have; `user` is whom we said it to."""
        own = select(OutboxEntry.id, OutboxEntry.message_id).where(OutboxEntry.message_id.is_not(None))
        answers = own.join(InboxEntry, OutboxEntry.in_answer_to == InboxEntry.id)
        places = [key.partition("/")[2] for key in keys]
        rooms = {user, *(place.rpartition("/")[0] for place in places)}
        found = {
            row.id: row.message_id
            for query in (
                answers.where(InboxEntry.key.in_(keys)),
                own.where(OutboxEntry.to.in_(rooms), OutboxEntry.receipt.in_(places)),
            )
            for row in await self.session.execute(query)
        }
        return [found[number] for number in sorted(found, reverse=True)]

    async def said_there(
        self, channel: str, rooms: Collection[str], since: datetime, until: datetime
    ) -> Sequence[OutboxEntry]:
        """What we said in a chat's conversation or to its user in this time (UTC), the newest first."""
        at = OutboxEntry.sent_at
        found = select(OutboxEntry).where(
            OutboxEntry.to.in_(rooms), OutboxEntry.channel == channel, at >= since, at <= until
        )
        newest = found.order_by(at.desc(), OutboxEntry.id.desc()).limit(MOST)
        return (await self.session.scalars(newest)).all()

    async def keys_known(self, keys: Collection[str]) -> set[str]:
        """Which of these arrivals are in the inbox."""
        found = await self.session.scalars(select(InboxEntry.key).where(InboxEntry.key.in_(keys)))
        return {key for key in found if key}

    async def newest_with_files(
        self, addresses: Collection[str], account: str, key: str = ""
    ) -> InboxEntry | None:
        """The newest message with files from these addresses, on any channel, or from this account whose
        files are still fetched; with `key` only the one that arrived by it."""
        fetched = InboxEntry.sender.in_(addresses) & (InboxEntry.files > 0)
        found = select(InboxEntry).where(fetched | ((InboxEntry.speaker == account) & InboxEntry.fetching))
        found = found.where(InboxEntry.key == key) if key else found
        return (await self.session.scalars(found.order_by(InboxEntry.id.desc()).limit(1))).first()

    async def last_arrival(self, channel: str) -> datetime | None:
        """When the newest message of a channel was said."""
        newest = select(InboxEntry.received_at).where(InboxEntry.channel == channel)
        return (await self.session.scalars(newest.order_by(InboxEntry.id.desc()).limit(1))).one_or_none()

    async def chat_watches(self) -> Sequence[ChatWatch]:
        """How each chat service is."""
        return (await self.session.scalars(select(ChatWatch).order_by(ChatWatch.service))).all()

    async def chat_watch(self, service: str, now: datetime) -> ChatWatch:
        """How one is, its row held; one that is watched from now on is looked at from now on."""
        watch = await self.session.get(ChatWatch, service, with_for_update=True)
        if watch is None:
            watch = ChatWatch(service=service, until=now, looked_at=now)
            self.session.add(watch)
        return watch

    async def said_in_answer_to(self, inbox_id: int) -> Sequence[str]:
        """The Message-IDs of ours that answered a message, the newest first."""
        found = select(OutboxEntry.message_id).where(
            OutboxEntry.in_answer_to == inbox_id, OutboxEntry.message_id.is_not(None)
        )
        return [one for one in await self.session.scalars(found.order_by(OutboxEntry.id.desc())) if one]

    async def shown(self, outbox_id: int) -> Shown | None:
        """A message of ours of this number with what it offers, as it is now."""
        message = await self.session.get(OutboxEntry, outbox_id, populate_existing=True)
        if message is None:
            return None
        found = select(ChatOffer).where(ChatOffer.outbox_id == outbox_id).order_by(ChatOffer.id)
        return Shown(message, (await self.session.scalars(found)).all())

    async def offer_in(self, outbox_id: int, subject: str) -> ChatOffer | None:
        """What became of one thing that a message offers."""
        found = select(ChatOffer).where(ChatOffer.outbox_id == outbox_id, ChatOffer.subject == subject)
        return (await self.session.scalars(found.execution_options(populate_existing=True))).one_or_none()

    async def open_offers(self, subjects: Collection[str]) -> Sequence[ChatOffer]:
        """Whatever still offers one of these, with its message; held."""
        found = (
            select(ChatOffer)
            .where(ChatOffer.subject.in_(subjects), ChatOffer.ended_at.is_(None))
            .order_by(ChatOffer.id)
            .options(joinedload(ChatOffer.message))
            .with_for_update(of=ChatOffer)
        )
        return (await self.session.scalars(found)).all()
