"""Questions about users: whom one may add, change, retire and bring back, and the rows held meanwhile.

Whoever changes users of an LEA holds the LEA's row first: two administrators at once go one by one.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.orm import selectinload

from store.asking import Asking
from store.models import AddressProof, Lea, Person, PersonAddress, PersonRole, Program
from store.outbox import OutboxEntry

MOST = 500


class UserQuestions(Asking):
    """What is held stays so until the end of the transaction, and is read as it is now."""

    async def leas_called(self, words: str) -> Sequence[Lea]:
        """Every LEA whose whole name, id or CDS code this is, whatever the case."""
        said = " ".join(words.split()).lower()
        named = or_(func.lower(Lea.name) == said, func.lower(Lea.id) == said, Lea.cds == said)
        return (await self.session.scalars(select(Lea).where(named).order_by(Lea.id).limit(20))).all()

    async def hold_lea(self, lea_id: str) -> None:
        await self.session.execute(select(Lea.id).where(Lea.id == lea_id).with_for_update(key_share=True))

    async def hold_person(self, address: str) -> Person | None:
        """The person of this address, also if retired, their row held."""
        owner = select(PersonAddress.person_id).where(PersonAddress.address == address)
        return await self._held(Person.id.in_(owner))

    async def person_again(self, person_id: int) -> Person:
        """A known person as they are now, their row held; also after roles began or ended."""
        await self.session.flush()
        person = await self._held(Person.id == person_id)
        assert person is not None
        return person

    async def ended_roles(self, person_ids: Collection[int], how: str) -> Sequence[PersonRole]:
        """Roles that ended so (`retired`, `changed`), the oldest first."""
        found = select(PersonRole).where(PersonRole.person_id.in_(person_ids), PersonRole.ended_how == how)
        found = found.order_by(PersonRole.id).execution_options(populate_existing=True)
        return (await self.session.scalars(found)).all()

    async def retired_from(self, lea_id: str) -> Sequence[tuple[Person, PersonRole]]:
        """Who was retired from an LEA, with each role that ended so, in the order of names."""
        found = (
            select(Person, PersonRole)
            .join(PersonRole, PersonRole.person_id == Person.id)
            .where(PersonRole.lea_id == lea_id, PersonRole.ended_how == "retired")
            .options(selectinload(Person.addresses))
            .order_by(Person.name, Person.id, PersonRole.id)
            .limit(MOST)
        )
        return [(person, role) for person, role in (await self.session.execute(found)).all()]

    # --- second addresses

    async def open_proofs(
        self, since: datetime, *, address: str | None = None, person_id: int | None = None
    ) -> Sequence[AddressProof]:
        """Codes that were asked for since a moment and not used, for an address or for a person; held."""
        found = select(AddressProof).where(AddressProof.proven_at.is_(None), AddressProof.asked_at >= since)
        found = found.where(AddressProof.address == address) if address is not None else found
        found = found.where(AddressProof.person_id == person_id) if person_id is not None else found
        found = found.order_by(AddressProof.id).limit(MOST).with_for_update()
        return (await self.session.scalars(found.execution_options(populate_existing=True))).all()

    # --- the directory, and who asks for access

    async def programs(self) -> Sequence[Program]:
        """The seed's directory, in the order of names."""
        return (await self.session.scalars(select(Program).order_by(Program.name))).all()

    async def leas_with_domain(self, domain: str) -> Sequence[Lea]:
        """LEAs that have this very domain on record."""
        like = cast(Lea.domains, Text).contains(f'"{domain}"', autoescape=True)
        found = (await self.session.scalars(select(Lea).where(like).order_by(Lea.id))).all()
        return [lea for lea in found if domain in lea.domains]

    async def told_since(self, to: str, template: str, since: datetime) -> Sequence[dict[str, Any]]:
        """The fields of every such reply to this address since a moment."""
        found = select(OutboxEntry.fields).where(
            OutboxEntry.to == to, OutboxEntry.template == template, OutboxEntry.created_at >= since
        )
        return (await self.session.scalars(found.limit(MOST))).all()

    async def _held(self, which: ColumnElement[bool]) -> Person | None:
        found = (
            select(Person)
            .where(which)
            .options(selectinload(Person.roles), selectinload(Person.addresses))
            .with_for_update(of=Person, key_share=True)
            .execution_options(populate_existing=True)
        )
        return (await self.session.scalars(found)).one_or_none()
