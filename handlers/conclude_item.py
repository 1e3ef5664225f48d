"""Conclude on items at the end of a review: meets, does not meet, not reviewed. Source: S24.

An LEA never changes a conclusion; somebody else's is changed only by who says so ("instead"). With the
Notification of Findings the conclusions are final: from then on there are findings.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from handlers.access import STATE
from handlers.asking import Asker, Capability
from handlers.conclusions import check_not_final, who_concluded_before
from handlers.decision_words import REASON, check_meant
from handlers.grammar import paragraphs_of
from handlers.leave_comment import comment_on
from handlers.lifecycle import CONCLUSIONS, label
from handlers.messages import Answer, Notice, Reply
from handlers.moving import find_to_decide, move
from handlers.references import TargetSaid, read_targets
from handlers.refusals import NotOneOfYours, NotSaidRight
from handlers.sealing import sealed, words_sealed
from handlers.targets import Target
from store.models import ReviewItem, School
from store.unit_of_work import UnitOfWork

USAGES = {
    "meets": "meets EL 02, EL 14",
    "does_not_meet": "does not meet EL 02 at Lincoln Elementary: what was found",
    "not_reviewed": "not reviewed EL 02: why",
}
_REST = re.compile(
    r"\s*(?:at (?P<site>[^:\n]{2,100}?))?\s*(?P<instead>\binstead)?\s*"
    rf"(?:$|{REASON}(?P<text>.*))",
    re.I | re.S,
)


@dataclass(frozen=True)
class ConcludeItem:
    """Which items, which conclusion, what was found or why, and at which school. `instead`: also where
    somebody else concluded otherwise before."""

    targets: tuple[TargetSaid, ...]
    conclusion: str
    text: str = ""
    site: str | None = None
    instead: bool = False


@dataclass(frozen=True)
class ItemsConcluded(Reply):
    """What is on record now, and which items of the review have no conclusion yet (`left`, of `items`)."""

    items: list[dict[str, str]]
    conclusion: str
    text: list[str]
    site: str | None
    review: str
    left: list[str]
    of: int
    signed: list[str] = field(default_factory=list)


def reader(conclusion: str) -> Callable[[str, Collection[str]], ConcludeItem | None]:
    """Reads `EL 02, EL 14 of Sierra Vista Unified [at SCHOOL] [instead][: text]`."""

    def read_line(words: str, programs: Collection[str]) -> ConcludeItem | None:
        found = read_targets(words, programs)
        rest = _REST.fullmatch(found[1]) if found else None
        if found is None or rest is None or (rest["site"] and conclusion != "does_not_meet"):
            return None
        text = (rest["text"] or "").strip()
        return ConcludeItem(found[0], conclusion, text, rest["site"], rest["instead"] is not None)

    return read_line


async def conclude_item(command: ConcludeItem, asker: Asker, uow: UnitOfWork) -> Answer:
    """Put the conclusion on record for every item or for none. Raises NotSaidRight, NotOneOfYours,
    WhichOne, NotForYourRole, NotSure, NotNow."""
    usage = USAGES[command.conclusion]
    if command.conclusion == "does_not_meet":
        if len(command.targets) > 1:
            raise NotSaidRight("does not meet", usage, "one item in each command, with what was found there")
        if not command.text:
            raise NotSaidRight("does not meet", usage, "what was found")
    if command.conclusion == "meets":
        check_meant(f"meets {', '.join(one.said for one in command.targets)}", command.text)
    done = [await _conclude(said, command, asker, uow) for said in command.targets]
    told = [one for _, notices in done for one in notices]
    return await _answer([target for target, _ in done], told, command, asker, uow)


async def _conclude(
    said: TargetSaid, command: ConcludeItem, asker: Asker, uow: UnitOfWork
) -> tuple[Target, tuple[Notice, ...]]:
    """The item, concluded, and what to tell who had concluded otherwise."""
    target = await find_to_decide(said, asker, uow, "conclude on items")
    if target.item is None:
        raise NotOneOfYours("item", said.said)
    await check_not_final(target, command.conclusion, command.instead, asker, uow)
    site = await _site(command.site, target, uow)
    notices = await who_concluded_before(target, command.conclusion, command.text, asker, uow)
    await put_conclusion(
        target.item, command.conclusion, (command.text, site.cds if site else None), asker.person.id, uow
    )
    if command.text and command.conclusion != "does_not_meet":
        uow.add(comment_on(target, command.text, asker, "concluded"))
    return target, notices


async def put_conclusion(
    item: ReviewItem, conclusion: str, found: tuple[str, str | None], by: int | None, uow: UnitOfWork
) -> None:
    """The conclusion, and what was found (text and school) where it does not meet requirements."""
    await move("item", item.code, item, conclusion, uow)
    item.concluded_by = by
    item.finding_text, item.finding_site = found if conclusion == "does_not_meet" else (None, None)


async def _site(words: str | None, target: Target, uow: UnitOfWork) -> School | None:
    if words is None:
        return None
    found = school_said(words, await uow.schools([target.lea]))
    if found is None:
        raise NotOneOfYours("school", words)
    return found


def school_said(words: str, schools: Collection[School]) -> School | None:
    """The school with this whole name or CDS code (also with gaps, or without its leading zero)."""
    said = " ".join(words.split()).casefold()
    digits = re.sub(r"[\s-]", "", words).zfill(14)
    return next((one for one in schools if said == one.name.casefold() or digits == one.cds), None)


async def _answer(
    targets: list[Target], told: list[Notice], command: ConcludeItem, asker: Asker, uow: UnitOfWork
) -> Answer:
    item = targets[-1].item
    assert item is not None
    every = await uow.items_of_review(item.review_id)
    reply = ItemsConcluded(
        items=[{"code": target.code, "title": target.label} for target in targets],
        conclusion=label(command.conclusion),
        text=paragraphs_of(command.text),
        site=command.site,
        review=item.review_id,
        left=[one.code for one in every if one.status not in CONCLUSIONS],
        of=len(every),
        signed=await sealed(_facts(targets, command), asker, uow),
    )
    return Answer(reply, tell=tuple(told))


def _facts(targets: list[Target], command: ConcludeItem) -> list[tuple[str, str]]:
    said, items = ("Conclusion", label(command.conclusion)), [one for one in targets if one.item]
    text = words_sealed("Text", command.text)
    at = [("School", one.item.finding_site) for one in items if one.item and one.item.finding_site]
    return [*(fact for one in items for fact in (("Concluded", one.name), said)), *at, *text]


def _capability(opens: str, conclusion: str, does: str) -> Capability:
    return Capability(
        verb=opens,
        usage=USAGES[conclusion],
        does=does,
        handle=conclude_item,
        opens=opens,
        line=reader(conclusion),
        takes_text=True,
        roles=STATE,
        weighty=True,
    )


MEETS = _capability("meets", "meets", "concludes that items meet requirements")
DOES_NOT_MEET = _capability("does not meet", "does_not_meet", "concludes that an item does not, and why")
NOT_REVIEWED = _capability("not reviewed", "not_reviewed", "marks items that were not reviewed")
