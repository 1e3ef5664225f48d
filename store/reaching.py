"""What a person may see of the record: the only questions that find a target for somebody.

Whoever asks through a `Reach` cannot learn of anything beyond it: foreign is like nowhere.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

from store.asking import Asking
from store.base import Base
from store.models import (
    OPEN_REVIEWS,
    Finding,
    Form,
    Lea,
    Obligation,
    PersonRole,
    ResolutionAgreement,
    Review,
    ReviewItem,
)

MOST = 200
LEA_ROLES = frozenset({"lea_user", "lea_submitter", "lea_coordinator", "lea_admin", "school_user"})
REVIEW_ROLES = frozenset({"rtl", "program_monitor"})
Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Reach:
    """The LEAs somebody works for, the reviews they do for the state, the programs they are contact of."""

    leas: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()

    @property
    def of_state(self) -> bool:
        return bool(self.reviews or self.programs)

    def for_state(self, review: str | None, program: str | None) -> bool:
        """Whether something of this review and program is within the part of it that is the state's."""
        return review in self.reviews or program in self.programs

    @property
    def facts(self) -> dict[str, Any]:
        """As a row keeps it: only what there is."""
        return {name: list(some) for name, some in asdict(self).items() if some}

    def joined(self, other: "Reach") -> "Reach":
        """Both of them."""
        return Reach(
            tuple(dict.fromkeys(self.leas + other.leas)),
            tuple(dict.fromkeys(self.reviews + other.reviews)),
            tuple(dict.fromkeys(self.programs + other.programs)),
        )

    def covers(self, needs: Mapping[str, Sequence[str]], programs: Mapping[str, str]) -> bool:
        """Whether all of `needs` (the `facts` of a reach) is within this one. `programs` says of which
        program each review is, whose contact reaches it, too."""
        reviews = (one for one in needs.get("reviews", ()) if programs.get(one) not in self.programs)
        within = set(needs.get("leas", ())) <= set(self.leas) and set(reviews) <= set(self.reviews)
        return within and set(needs.get("programs", ())) <= set(self.programs)


def reach_of(roles: Iterable[PersonRole]) -> Reach:
    """What somebody with these roles may see of the record."""
    held = list(roles)
    leas = [one.lea_id for one in held if one.role in LEA_ROLES and one.lea_id]
    reviews = [one.review_id for one in held if one.role in REVIEW_ROLES and one.review_id]
    programs = [one.program_id for one in held if one.program_id and is_of_program(one)]
    return Reach(tuple(dict.fromkeys(leas)), tuple(dict.fromkeys(reviews)), tuple(dict.fromkeys(programs)))


def is_of_program(role: PersonRole) -> bool:
    """A contact, or a reviewer of a whole program: one without reviews has trained reviewers (S47)."""
    return role.role == "program_contact" or (role.role in REVIEW_ROLES and role.review_id is None)


class Reaching(Asking):
    """Every answer is cut at `MOST` rows: who needs more must say which review or LEA."""

    async def items_within(
        self,
        reach: Reach,
        keys: Collection[str] | None = None,
        *,
        review: str | None = None,
        lea: str | None = None,
        also_closed: bool = False,
        lock: bool = False,
    ) -> Sequence[ReviewItem]:
        """Items of reviews in reach, with their review and instrument item; `keys` as in `EL2`.

        With `lock` the rows stay ours until the end of the transaction: the second of two deciders
        waits, and sees what the first one did.
        """
        found = (
            select(ReviewItem)
            .join(ReviewItem.review)
            .where(_reviews_in(reach))
            .options(contains_eager(ReviewItem.review), joinedload(ReviewItem.item))
            .order_by(ReviewItem.id)
            .limit(MOST)
        )
        if not reach.of_state:  # the index is on the items' own LEA
            found = found.where(ReviewItem.lea_id.in_(reach.leas))
        found = found if also_closed else found.where(Review.status.in_(OPEN_REVIEWS))
        if keys is not None:
            found = found.where(ReviewItem.key.in_(keys))
        if review is not None:
            found = found.where(ReviewItem.review_id == review)
        if lea is not None:
            found = found.where(ReviewItem.lea_id == lea)
        return (await self.session.scalars(self._locked(found, ReviewItem) if lock else found)).all()

    async def reviews_within(
        self, reach: Reach, *, review: str | None = None, lea: str | None = None, lock: bool = False
    ) -> Sequence[Review]:
        """Reviews in reach, closed ones too, the newest first."""
        found = select(Review).where(_reviews_in(reach)).order_by(Review.first_day.desc(), Review.id)
        found = found.where(Review.id == review) if review is not None else found
        found = found.where(Review.lea_id == lea) if lea is not None else found
        found = self._locked(found, Review) if lock else found
        return (await self.session.scalars(found.limit(MOST))).all()

    async def duties_within(
        self,
        reach: Reach,
        *,
        name: str | None = None,
        form: str | None = None,
        lea: str | None = None,
        lock: bool = False,
    ) -> Sequence[Obligation]:
        """Duties to hand in a form, with the form, the next due first; `name` is the duty's own."""
        found = (
            select(Obligation)
            .join(Obligation.form)
            .where(any_of((Obligation.lea_id, reach.leas), (Form.program_id, reach.programs)))
            .options(contains_eager(Obligation.form))
            .order_by(Obligation.due, Obligation.id)
            .limit(MOST)
        )
        found = found.where(Obligation.id == name) if name is not None else found
        found = found.where(Obligation.form_id == form) if form is not None else found
        found = found.where(Obligation.lea_id == lea) if lea is not None else found
        return (await self.session.scalars(self._locked(found, Obligation) if lock else found)).all()

    async def items_at(self, reach: Reach, names: Collection[str]) -> Sequence[ReviewItem]:
        """Items in reach by their canonical names (`sv-fpm/I-EL 02`), of closed reviews too."""
        said = (name.partition("/") for name in names)
        named = [and_(ReviewItem.review_id == review, ReviewItem.code == code) for review, _, code in said]
        found = select(ReviewItem).join(ReviewItem.review).where(_reviews_in(reach), or_(false(), *named))
        found = found.options(contains_eager(ReviewItem.review), joinedload(ReviewItem.item)).limit(MOST)
        return (await self.session.scalars(found)).all()

    async def duties_at(self, reach: Reach, names: Collection[str]) -> Sequence[Obligation]:
        """Duties in reach by their own names."""
        within = any_of((Obligation.lea_id, reach.leas), (Form.program_id, reach.programs))
        found = select(Obligation).join(Obligation.form).where(within, Obligation.id.in_(names))
        found = found.options(contains_eager(Obligation.form)).limit(MOST)
        return (await self.session.scalars(found)).all()

    async def finding_on(self, review_item_id: int, lock: bool = False) -> Finding | None:
        found = select(Finding).where(Finding.review_item_id == review_item_id)
        return (await self.session.scalars(self._locked(found, Finding) if lock else found)).one_or_none()

    async def agreements_on(
        self, finding_ids: Collection[int], lock: bool = False
    ) -> Sequence[ResolutionAgreement]:
        """Every agreement ever requested for these findings, the newest last."""
        found = select(ResolutionAgreement).where(ResolutionAgreement.finding_id.in_(finding_ids))
        found = found.order_by(ResolutionAgreement.id)
        return (await self.session.scalars(self._locked(found, ResolutionAgreement) if lock else found)).all()

    async def leas_named(self, reach: Reach, name: str) -> Sequence[Lea]:
        """LEAs in reach whose whole name this is, whatever the case; a program's contact reaches those
        that have a review or a duty of the program."""
        called = func.lower(Lea.name) == " ".join(name.split()).lower()
        found = select(Lea).where(called, _leas_in(reach)).order_by(Lea.id).limit(MOST)
        return (await self.session.scalars(found)).all()

    async def leas_within(self, reach: Reach, ids: Collection[str]) -> Sequence[str]:
        """Which of these LEAs are in reach, as `leas_named` finds them."""
        return (await self.session.scalars(select(Lea.id).where(Lea.id.in_(ids), _leas_in(reach)))).all()

    def _locked(self, found: Select[Row], kind: type[Row]) -> Select[Row]:
        return found.with_for_update(of=kind).execution_options(populate_existing=True)


def _reviews_in(reach: Reach) -> ColumnElement[bool]:
    return any_of(
        (Review.lea_id, reach.leas), (Review.id, reach.reviews), (Review.program_id, reach.programs)
    )


def any_of(
    *some: tuple[InstrumentedAttribute[str] | InstrumentedAttribute[str | None], Collection[str]],
) -> ColumnElement[bool]:
    """Only the ways in that somebody has: a database that sees three looks at every row."""
    return or_(false(), *(column.in_(values) for column, values in some if values))


def _leas_in(reach: Reach) -> ColumnElement[bool]:
    of_program = select(Review.lea_id).where(Review.program_id.in_(reach.programs))
    with_duty = select(Obligation.lea_id).join(Form).where(Form.program_id.in_(reach.programs))
    under_review = select(Review.lea_id).where(Review.id.in_(reach.reviews))
    return or_(
        Lea.id.in_(reach.leas), Lea.id.in_(of_program), Lea.id.in_(with_duty), Lea.id.in_(under_review)
    )
