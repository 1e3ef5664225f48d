"""What is open for a person, as plain values: what a form offers to choose from, and what home shows.

Nothing here changes anything, and nothing of it is a rule: whatever a form sends is judged like any other
command.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from handlers.access import SUBMITTERS, has_role, is_contact, leas_served, reach_of
from handlers.agreements import current
from handlers.aiming import likeliest_first
from handlers.deadlines import agreement_cap
from handlers.grammar import find_codes
from handlers.lifecycle import label
from handlers.managing import leas_managed
from handlers.ranking import stem
from handlers.respond_to_finding import NOTIFIED
from handlers.status_of_program import deciding_of
from handlers.targets import Desk, Target, desk_for, item_targets
from store.models import OPEN_REVIEWS, Person, Question
from store.unit_of_work import UnitOfWork
from store.work_questions import Waiting

MOST = 500
DECIDING = 100


@dataclass(frozen=True)
class Choice:
    """One thing to choose. `kind`: item, finding, agreement, form, review. `name` is what commands call it;
    `group` what it stands under: its review, or its LEA where somebody serves several. `due` and `latest`
    (the last day that an agreement may run to) as far as there are any; `free`: more time can be asked for.
    `agreement` is the status of one that there is; `with_state`: the LEA has answered it, the state decides.
    """

    kind: str
    name: str
    code: str
    title: str
    lea: str
    group: str = ""
    status: str = ""
    due: date | None = None
    latest: date | None = None
    free: bool = False
    agreement: str = ""
    with_state: bool = False


@dataclass(frozen=True)
class Sent:
    """What a form is to file: the `files` of a message, by name, and its `words`; or the `receipt` of files
    that we asked about. `programs` are the program codes there are."""

    files: tuple[str, ...] = ()
    words: str = ""
    receipt: str = ""
    programs: Collection[str] = ()


@dataclass(frozen=True)
class OpenWork:
    """Of one person: `targets` may get evidence, `findings` are to be answered, `deciding` waits for their
    decision, `reviews` are those they may comment on as a whole. `several`: they serve several LEAs.
    `managed` are LEAs by name whose users they manage; `contact`: also roles of reviews and programs. `more`:
    there are more targets than these. `asked` are receipts of their files that we have and asked about."""

    name: str
    targets: tuple[Choice, ...] = ()
    findings: tuple[Choice, ...] = ()
    deciding: tuple[Choice, ...] = ()
    reviews: tuple[Choice, ...] = ()
    schools: tuple[str, ...] = ()
    managed: tuple[str, ...] = ()
    several: bool = False
    contact: bool = False
    programs: tuple[tuple[str, str], ...] = ()
    more: bool = False
    asked: tuple[Choice, ...] = ()

    @property
    def free(self) -> tuple[Choice, ...]:
        """The findings for which more time can be asked."""
        return tuple(one for one in self.findings if one.free)

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that have something to offer, in the order in which they are shown."""
        offered = {
            "attach": self.targets,
            "respond": self.findings,
            "agreement": self.free,
            "decide": self.deciding,
            "comment": self.targets or self.deciding or self.reviews,
            "add_user": self.managed or self.contact,
        }
        return tuple(name for name, some in offered.items() if some)


async def person_speaking(account: str, uow: UnitOfWork) -> Person | None:
    """Whom a chat account speaks for, if it does for somebody active."""
    person = await uow.person_of_account(account)
    return person if person is not None and person.retired_at is None else None


async def open_for_account(account: str, uow: UnitOfWork, sent: Sent | None = None) -> OpenWork | None:
    """What is open for whom a chat account speaks; None where it speaks for nobody. What they `sent` puts the
    targets in order, the likeliest first."""
    person = await person_speaking(account, uow)
    return await open_work(person, uow, sent) if person is not None else None


async def open_work(person: Person, uow: UnitOfWork, sent: Sent | None = None) -> OpenWork:
    """Everything that this person's forms may offer."""
    work = OpenWork(person.name, several=len(leas_served(person)) > 1, contact=is_contact(person))
    work = await _for_lea(work, person, uow, sent) if leas_served(person) else work
    reach = reach_of(person)
    if reach.of_state:
        work = replace(work, deciding=tuple(await waiting_for(person, uow)))
        programs = [await uow.program(one) for one in reach.programs]
        work = replace(work, programs=tuple((one.id, one.name) for one in programs))
    names = {lea.id: lea.name for lea in await uow.leas(leas_managed(person))}
    reviews = [one for one in await uow.reviews_within(reach) if one.status in OPEN_REVIEWS]
    leas = {lea.id: lea.name for lea in await uow.leas({one.lea_id for one in reviews})}
    whole = [
        Choice("review", one.id, one.id, leas[one.lea_id], leas[one.lea_id], status=label(one.status))
        for one in reviews
    ]
    return replace(work, managed=tuple(names.values()), reviews=tuple(whole))


async def _for_lea(work: OpenWork, person: Person, uow: UnitOfWork, sent: Sent | None) -> OpenWork:
    desk = await desk_for(uow, leas_served(person), "")
    names = {lea.id: lea.name for lea in desk.leas}
    found = [(target, names[target.lea]) for target in desk.targets]
    asked = await uow.open_questions(person.id)
    first = _likeliest_first(sent, asked, desk) if sent else desk.targets
    return replace(
        work,
        asked=tuple(_asked(one) for one in asked),
        targets=tuple(_to_attach(one, names[one.lea]) for one in first[:MOST]),
        more=len(found) > MOST,
        findings=tuple(finding_choice(*one, person) for one in found if _is_to_answer(one[0])),
        schools=tuple(school.name for school in desk.schools),
    )


def _likeliest_first(sent: Sent, asked: Sequence[Question], desk: Desk) -> Sequence[Target]:
    """First what we offered when we asked about the files (the only ones, if none are named), then by all the
    words."""
    meant = asked if len(asked) == 1 and not sent.receipt and not sent.files else ()
    meant = [one for one in asked if str(one.inbox_id) == sent.receipt] or meant
    question = meant[0] if meant else None
    files = [*sent.files, *(str(file["name"]) for file in (question.files if question else ()))]
    words = f"{' '.join(map(stem, files))} {sent.words}".strip()
    if not words:
        return desk.targets
    offered = [str(choice["target"]) for choice in (question.choices if question else ())]
    ranked = likeliest_first(words, find_codes(words, sent.programs), desk)
    return sorted(ranked, key=lambda one: offered.index(one.name) if one.name in offered else len(offered))


def _asked(question: Question) -> Choice:
    names = ", ".join(str(file["name"]) for file in question.files)
    return Choice("question", str(question.inbox_id), f"R-{question.inbox_id}", names, "")


def _is_to_answer(target: Target) -> bool:
    """A finding that the LEA can still do something about."""
    item, finding = target.item, target.finding
    open_now = item is not None and item.review.status in NOTIFIED
    return open_now and finding is not None and finding.status != "resolved"


def _to_attach(target: Target, lea: str) -> Choice:
    item = target.item
    kind, group = ("item", item.review_id) if item else ("form", "")
    return Choice(kind, target.name, target.code, target.title, lea, group, due=target.due)


def finding_choice(target: Target, lea: str, person: Person) -> Choice:
    """A finding as it stands for this person."""
    assert target.item is not None
    assert target.finding is not None
    review, there = target.item.review, current(target.agreements)
    return Choice(
        "finding",
        target.name,
        target.code,
        target.title,
        lea,
        review.id,
        label(target.finding.status),
        target.due,
        agreement_cap(review.last_day),
        free=there is None and has_role(person, target.lea, SUBMITTERS),
        agreement=there.status if there else "",
        with_state=target.finding.status in ("responded", "under_review"),
    )


async def waiting_for(person: Person, uow: UnitOfWork) -> list[Choice]:
    """What waits for a decision of this person, the oldest first."""
    by = deciding_of(person)
    found: list[Waiting] = []
    for _, some in (
        await uow.waiting_agreements(by, DECIDING),
        await uow.waiting_findings(by, DECIDING),
        await uow.waiting_items(by, DECIDING),
        await uow.waiting_forms(by.programs, DECIDING) if by.programs else (0, []),
    ):
        found += some
    found.sort(key=lambda one: (one.since is None, one.since or datetime.min))
    return await _with_days(found, uow, person)


async def _with_days(found: Sequence[Waiting], uow: UnitOfWork, person: Person) -> list[Choice]:
    """The same as choices; agreements with the day that is asked for."""
    asked = [one.name for one in found if one.kind == "agreement"]
    items = await uow.items_at(reach_of(person), asked) if asked else []
    until = {one.name: current(one.agreements) for one in await item_targets(items, uow)}
    made = []
    for one in found:
        agreement = until.get(one.name) if one.kind == "agreement" else None
        day = agreement.requested_until if agreement else None
        code = one.name.rpartition("/")[2]
        made.append(Choice(one.kind, one.name, code, one.title, one.lea, due=day))
    return made
