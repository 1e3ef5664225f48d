"""From codes to things one can file to: which item, finding or form of which LEA a wish means.

`Desk` is everything the sender's LEAs have that the message could mean, fetched once; which of it a file is
for is decided in `aiming.py`. Whatever another LEA has looks exactly like what nobody has.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypedDict

from handlers.agreements import due_on, granted
from handlers.form_names import folded
from handlers.grammar import Mention
from handlers.wishes import Wish
from store.models import Finding, Lea, Obligation, ResolutionAgreement, ReviewItem, School
from store.unit_of_work import UnitOfWork


class TargetRows(TypedDict):
    """What a filing or a statement is about."""

    review_item_id: int | None
    finding_id: int | None
    obligation_id: str | None


@dataclass(frozen=True)
class Target:
    """One thing to file to, in words for people and in the machine's name (`sv-fpm/I-EL 02`)."""

    name: str
    code: str
    title: str
    lea: str
    due: date | None = None
    item: ReviewItem | None = None
    finding: Finding | None = None
    obligation: Obligation | None = None
    lea_name: str | None = None
    agreements: tuple[ResolutionAgreement, ...] = ()

    @property
    def label(self) -> str:
        """The title; with the LEA's name for people who serve several."""
        return f"{self.title}, {self.lea_name}" if self.lea_name else self.title

    @property
    def key(self) -> tuple[int | None, str | None]:
        """What identifies the target in the store."""
        return (self.item.id if self.item else None, self.obligation.id if self.obligation else None)

    @property
    def at(self) -> tuple[list[int], list[str]]:
        """The target as the questions about many take it: numbers of items, names of duties."""
        item, duty = self.key
        return [item] if item is not None else [], [duty] if duty is not None else []

    @property
    def rows(self) -> TargetRows:
        """The columns of a row that is about the target."""
        item, duty = self.key
        finding = self.finding.id if self.finding else None
        return {"review_item_id": item, "finding_id": finding, "obligation_id": duty}


@dataclass(frozen=True)
class Desk:
    """What the sender's LEAs have open. `named` is the LEA that the message names, if any."""

    leas: Sequence[Lea]
    schools: Sequence[School]
    targets: Sequence[Target]
    named: Lea | None = None

    def naming(self, words: str) -> "Desk":
        """The same, seen through words of their own: the LEA that they name, if they name one."""
        named = lea_named(words, self.leas, self.schools)
        return replace(self, named=named) if named else self

    def for_mention(self, mention: Mention) -> list[Target]:
        """Targets with this code; with "finding" before it, only items that have a finding."""
        found = [target for target in self.targets if target.item and target.item.key == mention.code.key]
        found = [target for target in found if self.named is None or target.lea == self.named.id]
        return [target for target in found if target.finding] if mention.finding else found


@dataclass(frozen=True)
class Aim:
    """Where a file goes: sure targets, or the likeliest ones to ask about and why we ask. `held`: why it is
    kept aside, though it is sure what it was meant for."""

    wish: Wish
    targets: tuple[Target, ...] = ()
    choices: tuple[Target, ...] = ()
    doubt: str | None = None
    pages: dict[str, str] = field(default_factory=dict)
    schools: tuple[School, ...] = ()
    held: str | None = None


async def desk_for(
    uow: UnitOfWork, lea_ids: Sequence[str], words: str, keys: Collection[str] | None = None
) -> Desk:
    """What is open of these LEAs (with `keys`, only these items), and which LEA the words name."""
    leas = await uow.leas(lea_ids)
    items = await uow.all_items(lea_ids) if keys is None else await uow.items(lea_ids, keys)
    targets = await item_targets(items, uow)
    targets += [form_target(duty) for duty in await uow.obligations(lea_ids)]
    if len(leas) > 1:
        names = {lea.id: lea.name for lea in leas}
        targets = [replace(target, lea_name=names[target.lea]) for target in targets]
    return Desk(leas, await uow.schools(lea_ids), targets).naming(words)


async def item_targets(items: Sequence[ReviewItem], uow: UnitOfWork) -> list[Target]:
    """The items with their findings and, where there are findings, their agreements."""
    findings = await uow.findings([item.id for item in items])
    if not findings:
        return [item_target(item, None) for item in items]
    agreements = await agreements_by_finding(findings.values(), uow)
    return [
        item_target(item, finding, agreements[finding.id] if finding else ())
        for item, finding in ((item, findings.get(item.id)) for item in items)
    ]


async def agreements_by_finding(
    findings: Iterable[Finding], uow: UnitOfWork
) -> dict[int, list[ResolutionAgreement]]:
    """Every agreement that was requested for these findings, by the finding's number, the newest last."""
    found: dict[int, list[ResolutionAgreement]] = defaultdict(list)
    for one in await uow.agreements_on([finding.id for finding in findings]):
        found[one.finding_id].append(one)
    return found


def item_target(
    item: ReviewItem, finding: Finding | None, agreements: Sequence[ResolutionAgreement] = ()
) -> Target:
    """An item is due with its review's evidence; a finding by the 45 days, or as its agreement says."""
    due = due_on(finding, granted(agreements)) if finding else item.review.upload_due
    return Target(
        item.target,
        item.code,
        item.title,
        item.lea_id,
        due,
        item,
        finding,
        agreements=tuple(agreements),
    )


def form_target(duty: Obligation) -> Target:
    return Target(duty.id, duty.form_id, duty.form.title, duty.lea_id, duty.due, obligation=duty)


def lea_named(words: str, leas: Iterable[Lea], schools: Iterable[School] = ()) -> Lea | None:
    """The one LEA whose whole name stands in the words, or else the one whose schools do; two are nobody."""
    said = folded(words)
    named = [lea for lea in leas if f" {folded(lea.name).strip()} " in said]
    if not named:
        theirs = {school.lea_id for school in schools_named(words, schools)}
        named = [lea for lea in leas if lea.id in theirs]
    return named[0] if len(named) == 1 else None


def schools_named(words: str, schools: Iterable[School]) -> tuple[School, ...]:
    """The schools whose whole name stands in the words."""
    said = folded(words)
    return tuple(school for school in schools if f" {folded(school.name).strip()} " in said)
