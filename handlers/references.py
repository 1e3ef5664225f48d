"""What a command is about: `EL 02`, `finding sv-fpm/I-EL 02`, `EL 02 of Sierra Vista Unified`, `hl-audit`.

`read_target` reads the words (pure); `find_target` finds the one thing they name for somebody, within
their reach. What fits several of theirs is asked back, never guessed.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from handlers.access import reach_of
from handlers.asking import Asker
from handlers.grammar import Code, find_codes, plain
from handlers.refusals import NotOneOfYours, WhichOne
from handlers.targets import Target, form_target, item_target, item_targets
from store.models import OPEN_REVIEWS, Finding, Obligation, ReviewItem
from store.unit_of_work import UnitOfWork

NAME = r"[a-z0-9]+(?:[-_][a-z0-9]+)+"
_LEAD = re.compile(r"(?:the )?(?P<finding>findings?|f)?[ :]*(?:(?:on|for) )?(?:item )?(?=\S)", re.I)
_REVIEW = re.compile(rf"(?P<review>{NAME})(?:/|\s+(?=[A-Z]))")
_AND = re.compile(r"\s*(?:,\s*and\b|[,;&]|\band\b)\s*", re.I)
_NAME = re.compile(rf"{NAME}(?![\w/@.])")
_WHERE = re.compile(
    r"\s+of\s+(?P<where>[^\W\d_][^:;,\n]{1,78}?)"
    r"(?=\s*(?:[:;,\n]|-\s|$)|\s+(?:until|till|by|because|since|to|meets|does|not|as|for|on|at|dated|due)\b)"
)


@dataclass(frozen=True)
class TargetSaid:
    """What was named: an item by `code` (perhaps in a `review`), or a form's or duty's own `name`.

    `where` is the LEA or review that the words name behind it; `finding`: the word stood before it.
    """

    said: str
    code: Code | None = None
    name: str | None = None
    review: str | None = None
    finding: bool = False
    where: str | None = None


def read_target(text: str, programs: Collection[str]) -> tuple[TargetSaid, str] | None:
    """The target that a text begins with, and the words behind it; None if it begins with none."""
    said = plain(text)
    lead = _LEAD.match(said)
    start = lead.end() if lead else 0
    within = _REVIEW.match(said, start)
    at = within.end() if within else start
    target, end = _code_at(said, at, programs) or _name_at(said, start)
    if target is None:
        return None
    where = _WHERE.match(said, end)
    end = where.end() if where else end
    found = replace(
        target,
        said=said[:end].strip(),
        review=within["review"] if within and target.code else None,
        finding=bool(lead and lead["finding"]),
        where=where["where"].strip() if where else None,
    )
    return found, said[end:].strip()


def read_targets(text: str, programs: Collection[str]) -> tuple[tuple[TargetSaid, ...], str] | None:
    """Several targets, with commas or "and" between them. A review named before one holds for those after
    it; an LEA named behind the last holds for all."""
    found: list[TargetSaid] = []
    rest = text
    while (one := read_target(rest, programs)) is not None:
        review = one[0].review or (found[-1].review if found and one[0].code else None)
        found.append(replace(one[0], review=review))
        rest = one[1]
        if (gap := _AND.match(rest)) is None:
            where = found[-1].where
            return tuple(replace(target, where=target.where or where) for target in found), rest
        rest = rest[gap.end() :]
    return None


async def find_target(
    said: TargetSaid, asker: Asker, uow: UnitOfWork, *, lock: bool = False, also_closed: bool = False
) -> Target:
    """The one item (with its finding) or form that the words name within the asker's reach.

    With `lock` its row is held until the end of the transaction: ask so before changing it. Only who
    merely reads may ask for items of closed reviews, too. Raises NotOneOfYours, WhichOne.
    """
    found = await (
        _items(said, asker, uow, lock, also_closed) if said.code else _duties(said, asker, uow, lock)
    )
    what = "finding" if said.finding else "item" if said.code else "form"
    if said.finding:
        found = [target for target in found if target.finding]
    if not found:
        raise NotOneOfYours(what if said.code else "thing", said.said)
    if len(found) > 1:
        raise WhichOne(what, said.said, await _choices(found[:6], uow))
    return found[0]


async def find_finding(said: TargetSaid, asker: Asker, uow: UnitOfWork) -> Target:
    """As `find_target`, but only what has a finding, its row held. Raises NotOneOfYours, WhichOne."""
    said = replace(said, finding=True)
    target = await find_target(said, asker, uow, lock=True)
    if target.item is None:
        raise NotOneOfYours("finding", said.said)
    finding = await finding_now(target.item, said, uow)
    if finding is None:
        raise NotOneOfYours("finding", said.said)
    agreements = await uow.agreements_on([finding.id], lock=True)
    return replace(item_target(target.item, finding, agreements), lea_name=target.lea_name)


async def finding_now(item: ReviewItem, said: TargetSaid, uow: UnitOfWork) -> Finding | None:
    """The finding on an item whose row is held, with its own row held, too: while we waited, somebody may
    have closed the review. Raises NotOneOfYours."""
    if (await uow.review_now(item.review_id)).status not in OPEN_REVIEWS:
        raise NotOneOfYours("finding" if said.finding else "item", said.said)
    return await uow.finding_on(item.id, lock=True)


async def lea_of(words: str, asker: Asker, uow: UnitOfWork) -> str | None:
    """The id of the one LEA within reach whose whole name (or id) this is."""
    reach = reach_of(asker.person)
    named = await uow.leas_named(reach, words)
    if not named and words.lower() in reach.leas:
        return words.lower()
    return named[0].id if len(named) == 1 else None


async def _items(
    said: TargetSaid, asker: Asker, uow: UnitOfWork, lock: bool, also_closed: bool
) -> list[Target]:
    assert said.code is not None
    reach, lea = reach_of(asker.person), None
    review = said.review
    if said.where and re.fullmatch(NAME, said.where):
        review = said.where
    elif said.where and (lea := await lea_of(said.where, asker, uow)) is None:
        return []
    items = await uow.items_within(
        reach, [said.code.key], review=review, lea=lea, lock=lock, also_closed=also_closed
    )
    return await item_targets(items, uow)


async def _duties(said: TargetSaid, asker: Asker, uow: UnitOfWork, lock: bool) -> list[Target]:
    reach, lea = reach_of(asker.person), None
    if said.where and (lea := await lea_of(said.where, asker, uow)) is None:
        return []
    duties: Sequence[Obligation] = await uow.duties_within(reach, name=said.name, lea=lea, lock=lock)
    if not duties:
        duties = await uow.duties_within(reach, form=said.name, lea=lea, lock=lock)
        duties = [duty for duty in duties if duty.status != "accepted"] or duties
    return [form_target(duty) for duty in duties]


async def _choices(found: Sequence[Target], uow: UnitOfWork) -> list[dict[str, str]]:
    """What to say instead; with the LEAs' names where they are what tells the choices apart."""
    names = {lea.id: lea.name for lea in await uow.leas({target.lea for target in found})}
    of = {target.name: f", {names[target.lea]}" if len(names) > 1 else "" for target in found}
    return [{"say": one.name, "title": f"{one.title}{of[one.name]}"} for one in found]


def _code_at(text: str, start: int, programs: Collection[str]) -> tuple[TargetSaid, int] | None:
    for mention in find_codes(text[start : start + 60], programs):
        if mention.doubt in (None, "word") and not text[start : start + mention.start].strip():
            return TargetSaid("", code=mention.code), start + mention.end
    return None


def _name_at(text: str, start: int) -> tuple[TargetSaid | None, int]:
    found = _NAME.match(text, start)
    return (TargetSaid("", name=found[0]), found.end()) if found else (None, start)
