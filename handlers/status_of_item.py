"""How single items and forms stand: documents on file, what is missing, the due date, the next step."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.access import reach_of, told_status
from handlers.asking import Asker
from handlers.filing import status_of as filing_status
from handlers.grammar import Mention
from handlers.lifecycle import label
from handlers.messages import Reply
from handlers.pages import extent_words, pages_fit
from handlers.references import lea_of, read_target
from handlers.refusals import NotOneOfYours, WhichOne
from handlers.standing import sees, standing
from handlers.targets import Target, form_target, item_targets, lea_named
from store.models import LIVE, EvidenceDocument, Filing, ReviewItem
from store.unit_of_work import UnitOfWork

MOST = 6


@dataclass(frozen=True)
class ItemStatusShown(Reply):
    """Single items and forms: documents on file, what is missing, the due date."""

    name: str
    items: list[dict[str, Any]]


async def items_status(
    mentions: Sequence[Mention], said: str, asker: Asker, uow: UnitOfWork
) -> ItemStatusShown:
    """Every item in reach with these codes, in the LEA or review that the words name behind or before
    them. Raises NotOneOfYours, WhichOne."""
    keys = {mention.code.key: mention for mention in mentions}
    items = await _items(keys, said, mentions, asker, uow)
    items.sort(key=lambda item: list(keys).index(item.key))
    targets = await item_targets(items, uow)
    only = {key for key, mention in keys.items() if mention.finding}
    targets = [one for one in targets if one.finding or (one.item and one.item.key not in only)]
    targets = await _named(targets, said, uow)
    met = {target.item.key for target in targets if target.item}
    if unknown := [str(mention.code) for key, mention in keys.items() if key not in met]:
        raise NotOneOfYours("item", ", ".join(unknown))
    if len(targets) > max(MOST, len(keys)):
        choices = [{"say": target.name, "title": target.label} for target in targets[:MOST]]
        raise WhichOne("item", said[:80], choices)
    return await _shown(targets, asker, uow)


async def _items(
    keys: Collection[str], said: str, mentions: Sequence[Mention], asker: Asker, uow: UnitOfWork
) -> list[ReviewItem]:
    """Those of open reviews; of closed ones where there is no other, or the review is named."""
    reach = reach_of(asker.person)
    programs = {mention.code.program for mention in mentions}
    one = read_target(said, programs)
    target = one[0] if one is not None else None
    review, lea = (target.review, None) if target is not None else (None, None)
    if target is not None and target.where:
        lea = await lea_of(target.where, asker, uow)
        review = review if lea else target.where.lower()
    if review is not None:
        return list(await uow.items_within(reach, keys, review=review, lea=lea, also_closed=True))
    found = list(await uow.items_within(reach, keys, lea=lea))
    met = {item.key for item in found}
    if gone := [key for key in keys if key not in met]:
        found += await uow.items_within(reach, gone, lea=lea, also_closed=True)
    return found


async def _named(targets: Sequence[Target], said: str, uow: UnitOfWork) -> list[Target]:
    """With the LEA's name where there are several; only those of the one that the words name."""
    leas = await uow.leas({target.lea for target in targets})
    if len(leas) < 2:
        return list(targets)
    named, names = lea_named(said, leas), {lea.id: lea.name for lea in leas}
    return [
        replace(target, lea_name=names[target.lea])
        for target in targets
        if named is None or target.lea == named.id
    ]


async def forms_status(name: str, asker: Asker, uow: UnitOfWork) -> ItemStatusShown | None:
    """The duty of this name, or the duties to hand in the form of this name; None where there is none in
    reach. Raises WhichOne."""
    reach = reach_of(asker.person)
    duties = await uow.duties_within(reach, name=name) or await uow.duties_within(reach, form=name)
    if not duties:
        return None
    targets = await _named([form_target(duty) for duty in duties], "", uow)
    if len(targets) > MOST:
        choices = [{"say": target.name, "title": target.label} for target in targets[:MOST]]
        raise WhichOne("form", name[:80], choices)
    return await _shown(targets, asker, uow)


async def _shown(targets: Sequence[Target], asker: Asker, uow: UnitOfWork) -> ItemStatusShown:
    lines = await standing(targets, asker, uow)
    items = [target.item.id for target in targets if target.item]
    forms = [target.obligation.id for target in targets if target.obligation]
    on_file = [
        (filing, document)
        for filing, document in await uow.documents_on(items, forms)
        if filing.status in LIVE and sees(asker, document.lea_id, filing)
    ]
    shown = [line | _facts(target, on_file, asker) for line, target in zip(lines, targets, strict=True)]
    return ItemStatusShown(asker.person.name, shown)


def _facts(
    target: Target, on_file: Sequence[tuple[Filing, EvidenceDocument]], asker: Asker
) -> dict[str, Any]:
    mine = [one for one in on_file if one[0].key == target.key]
    facts: dict[str, Any] = {"review": None, "documents": [_document(filing, doc) for filing, doc in mine]}
    if target.item is None:
        return facts
    return facts | {"review": target.item.review_id, "status": label(told_status(asker.person, target.item))}


def _document(filing: Filing, document: EvidenceDocument) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": document.name,
        "version": document.version,
        "pages": filing.pages,
        "fit": pages_fit(filing.pages, document.extent),
        "extent": extent_words(document.extent),
        "covers": filing.covers,
        "status": filing_status(filing),
        "received_at": document.received_at.isoformat(),
        "scan": document.scan,
    }
