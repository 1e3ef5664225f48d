"""Questions about forms and the duties to hand them in, for who gives them out: reach is checked before."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from store.asking import Asking
from store.models import Form, Lea, Obligation


class FormQuestions(Asking):
    """A duty is one LEA's, perhaps for one school of it; its form is the same for all."""

    async def form(self, form_id: str) -> Form | None:
        return await self.session.get(Form, form_id)

    async def agencies_called(self, words: str) -> Sequence[Lea]:
        """Any LEA with this whole name (whatever the case), id or CDS code: only for who assigns to all."""
        said = " ".join(words.split()).lower()
        found = select(Lea).where(or_(func.lower(Lea.name) == said, Lea.id == said, Lea.cds == said))
        return (await self.session.scalars(found.order_by(Lea.id))).all()

    async def duties_of(self, form_id: str, lea_id: str, school: str | None) -> Sequence[Obligation]:
        """Every duty of this LEA, and of this school of it, to hand in this form, the newest first."""
        found = select(Obligation).where(Obligation.form_id == form_id, Obligation.lea_id == lea_id)
        found = found.where(Obligation.school_cds == school if school else Obligation.school_cds.is_(None))
        return (await self.session.scalars(found.order_by(Obligation.due.desc()))).all()

    async def duties_not_accepted(self, form_id: str) -> Sequence[Obligation]:
        """Every LEA's duty to hand in this form that is not done, its row held until the end."""
        found = select(Obligation).where(Obligation.form_id == form_id, Obligation.status != "accepted")
        found = found.options(joinedload(Obligation.form)).order_by(Obligation.id)
        held = found.with_for_update(of=Obligation).execution_options(populate_existing=True)
        return (await self.session.scalars(held)).all()
