"""Questions about whose mail may be believed: the registered addresses, and the self-tests of the stamp."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from store.asking import Asking
from store.inbox import InboxEntry
from store.mailboxes import SelfTest
from store.models import Person, PersonAddress


class AuthorityQuestions(Asking):
    """Self-tests are no part of the record: they are not in its history."""

    async def registered_addresses(self) -> Sequence[str]:
        """Every address of an active person, in its compared spelling."""
        found = select(PersonAddress.address).join(Person).where(Person.retired_at.is_(None))
        return (await self.session.scalars(found.order_by(PersonAddress.address))).all()

    async def newest_self_tests(self, most: int = 10) -> Sequence[SelfTest]:
        """The newest first."""
        return (await self.session.scalars(select(SelfTest).order_by(SelfTest.id.desc()).limit(most))).all()

    async def self_test(self, token: str) -> SelfTest | None:
        return (await self.session.scalars(select(SelfTest).where(SelfTest.token == token))).one_or_none()

    async def begin_self_test(self, token: str, at: datetime) -> None:
        self.session.add(SelfTest(token=token, sent_at=at))
        await self.session.flush()

    async def newest_reason(self, beginning: str) -> str | None:
        """The reason of the newest entry whose reason begins so."""
        begins = InboxEntry.reason.startswith(beginning, autoescape=True)
        return await self.session.scalar(
            select(InboxEntry.reason).where(begins).order_by(InboxEntry.id.desc()).limit(1)
        )
