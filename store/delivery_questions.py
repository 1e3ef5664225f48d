"""Questions about what became of our mail: what came back, whom it does not reach, how much somebody got."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from store.asking import Asking
from store.inbox import InboxEntry
from store.models import Person, PersonAddress
from store.outbox import FINAL, REMINDED, OutboxEntry
from store.recipients import UNREACHABLE
from store.reminder_questions import DIGEST
from store.reminders import Digest

MOST = 50
LATEST = 2000


class DeliveryQuestions(Asking):
    """Spans are half open: since a moment, that one included."""

    async def owed_messages(self, numbers: Collection[int]) -> Sequence[OutboxEntry]:
        """Messages of ours, in the order they were made."""
        found = select(OutboxEntry).where(OutboxEntry.id.in_(numbers)).order_by(OutboxEntry.id)
        return (await self.session.scalars(found)).all()

    async def sent_message(self, number: int, token: str) -> OutboxEntry | None:
        """Our mail of this number and token, held: nobody else settles it meanwhile."""
        found = select(OutboxEntry).where(
            OutboxEntry.id == number, OutboxEntry.token == token, OutboxEntry.channel == "mail"
        )
        held = found.with_for_update().execution_options(populate_existing=True)
        return (await self.session.scalars(held)).one_or_none()

    async def refused_for_good(self) -> Sequence[OutboxEntry]:
        """Dead letters that the other side's server refused by a code, and which nobody was told of."""
        found = select(OutboxEntry).where(
            OutboxEntry.state == "dead",
            OutboxEntry.channel == "mail",
            OutboxEntry.bounced_at.is_(None),
            OutboxEntry.receipt.like("5__ %"),
        )
        return (await self.session.scalars(found.order_by(OutboxEntry.id).limit(MOST))).all()

    async def digests_unsaid(self, since: datetime) -> Sequence[OutboxEntry]:
        """Those made since then that nobody sent, for mail to their address comes back, and that were not
        looked at yet (`bounced_at`); held."""
        found = select(OutboxEntry).where(
            REMINDED,
            OutboxEntry.created_at >= since,
            OutboxEntry.state == "suppressed",
            OutboxEntry.receipt.startswith(UNREACHABLE),
            OutboxEntry.bounced_at.is_(None),
        )
        held = found.order_by(OutboxEntry.id).limit(MOST).with_for_update()
        return (await self.session.scalars(held.execution_options(populate_existing=True))).all()

    async def digests_told(self, digests: Collection[Digest]) -> set[int]:
        """The numbers of those that were sent by some way, also if they came back from there."""
        if not digests:
            return set()
        number = OutboxEntry.fields["digest"].as_integer()
        found = select(number).where(
            REMINDED,
            OutboxEntry.created_at >= min(one.made_at for one in digests),
            OutboxEntry.state.in_(FINAL),
            number.in_([one.id for one in digests]),
        )
        return {one for one in await self.session.scalars(found) if one is not None}

    async def told_elsewhere(self, row: OutboxEntry) -> bool:
        """Whether the digest of a row was sent by another way, or waits there."""
        if row.template != DIGEST or row.fields["test"]:
            return False
        mine = row.fields["digest"]
        found = select(OutboxEntry.id).where(
            REMINDED,
            OutboxEntry.created_at >= select(Digest.made_at).where(Digest.id == mine).scalar_subquery(),
            OutboxEntry.state.in_(("sent", "waiting")),
            OutboxEntry.id != row.id,
            OutboxEntry.fields["digest"].as_integer() == mine,
        )
        return (await self.session.scalars(found.limit(1))).first() is not None

    async def unreachable_people(self) -> Sequence[Person]:
        """Active people who have addresses, all of which mail comes back from."""
        dead = select(PersonAddress.person_id).where(PersonAddress.unreachable_at.is_not(None))
        reached = select(PersonAddress.person_id).where(PersonAddress.unreachable_at.is_(None))
        found = select(Person).where(Person.retired_at.is_(None), Person.id.in_(dead))
        found = found.where(Person.id.not_in(reached)).order_by(Person.id).limit(MOST)
        loaded = found.options(selectinload(Person.roles), selectinload(Person.addresses))
        return (await self.session.scalars(loaded)).all()

    async def came_back_since(self, to: str, template: str, since: datetime) -> bool:
        """Whether one of these messages, made since then, came back."""
        found = select(OutboxEntry.id).where(
            OutboxEntry.to == to,
            OutboxEntry.template == template,
            OutboxEntry.created_at >= since,
            OutboxEntry.bounced_at.is_not(None),
        )
        return (await self.session.scalars(found.limit(1))).first() is not None

    async def address_on_record(self, address: str) -> PersonAddress | None:
        """A person's address in its compared spelling, held."""
        found = select(PersonAddress).where(PersonAddress.address == address).with_for_update()
        return (await self.session.scalars(found)).one_or_none()

    async def answers_since(self, to: str, since: datetime, template: str | None = None) -> int:
        """How many answers (of one template) this address got to its own messages."""
        found = (
            select(func.count(OutboxEntry.id))
            .join(InboxEntry, InboxEntry.id == OutboxEntry.in_answer_to)
            .where(OutboxEntry.to == to, OutboxEntry.created_at >= since, InboxEntry.sender == to)
        )
        found = found.where(OutboxEntry.template == template) if template is not None else found
        return (await self.session.scalars(found)).one()

    async def answers_to_nothing_since(
        self, to: str, since: datetime, templates: Collection[str], reasons: Collection[str]
    ) -> int:
        """How many of them were of these templates, or answered a message that ended for these reasons."""
        found = (
            select(func.count(OutboxEntry.id))
            .join(InboxEntry, InboxEntry.id == OutboxEntry.in_answer_to)
            .where(OutboxEntry.to == to, OutboxEntry.created_at >= since, InboxEntry.sender == to)
            .where(OutboxEntry.template.in_(templates) | InboxEntry.reason.in_(reasons))
        )
        return (await self.session.scalars(found)).one()

    async def withheld_since(self, words: str, since: datetime) -> Sequence[tuple[str, int]]:
        """Senders, among the latest messages, to whom an answer was withheld, and how often."""
        latest = select(InboxEntry.id).order_by(InboxEntry.id.desc()).limit(LATEST).scalar_subquery()
        found = (
            select(InboxEntry.sender, func.count(InboxEntry.id))
            .where(InboxEntry.id.in_(latest), InboxEntry.received_at >= since)
            .where(InboxEntry.reason.contains(words), InboxEntry.sender.is_not(None))
            .group_by(InboxEntry.sender)
            .order_by(InboxEntry.sender)
            .limit(MOST)
        )
        return [(sender or "", count) for sender, count in (await self.session.execute(found)).all()]
