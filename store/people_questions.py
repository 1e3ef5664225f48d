"""Questions about who there is: on a review, in an LEA, behind a program."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from store.asking import Asking
from store.models import Person, PersonAddress, PersonRole


class PeopleQuestions(Asking):
    """People come with their roles and addresses, active ones only unless said otherwise."""

    async def person_at(self, address: str) -> Person | None:
        """The person who proved this address (in its compared spelling); also if retired."""
        found = (
            select(Person)
            .join(PersonAddress)
            .where(PersonAddress.address == address)
            .options(joinedload(Person.roles), joinedload(Person.addresses))  # asked for every message
        )
        return (await self.session.scalars(found)).unique().one_or_none()

    async def person_numbered(self, number: int) -> Person | None:
        """The person of this number; also if retired."""
        return (await self.people_numbered([number])).get(number)

    async def people_numbered(self, numbers: Collection[int]) -> dict[int, Person]:
        """The people of these numbers; also if retired."""
        loaded = (selectinload(Person.roles), selectinload(Person.addresses))
        found = select(Person).where(Person.id.in_(numbers)).options(*loaded)
        return {one.id: one for one in await self.session.scalars(found)}

    async def names_of(self, numbers: Collection[int]) -> dict[int, str]:
        """How these people are called; also if retired."""
        found = select(Person.id, Person.name).where(Person.id.in_(numbers))
        return {one.id: one.name for one in await self.session.execute(found)}

    async def people_of_lea(self, lea_id: str, roles: Collection[str] | None = None) -> Sequence[Person]:
        """Who works for an LEA, in the order of names; with `roles`, only who has one of these there."""
        works = PersonRole.lea_id == lea_id
        return await self._with_role(works if roles is None else works & PersonRole.role.in_(roles))

    async def people_on_review(self, review_id: str) -> Sequence[Person]:
        """The state's people with a role on this very review."""
        return await self._with_role(PersonRole.review_id == review_id)

    async def contacts_of(self, program_id: str) -> Sequence[Person]:
        """The program contacts, who are its system administrators."""
        return await self._with_role(
            (PersonRole.program_id == program_id) & (PersonRole.role == "program_contact")
        )

    async def deciders_of_forms(self, program_id: str) -> Sequence[Person]:
        """The program's contacts, and the reviewers with a role on the whole program."""
        return await self._with_role((PersonRole.program_id == program_id) & PersonRole.review_id.is_(None))

    async def _with_role(self, which: ColumnElement[bool]) -> Sequence[Person]:
        found = (
            select(Person)
            .join(PersonRole, PersonRole.person_id == Person.id)
            .where(which, PersonRole.ended_at.is_(None), Person.retired_at.is_(None))
            .options(joinedload(Person.roles), joinedload(Person.addresses))
            .order_by(Person.name, Person.id)
        )
        return (await self.session.scalars(found)).unique().all()
