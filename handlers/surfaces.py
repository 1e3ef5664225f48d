"""What our messages in chats still offer: decided once, on whatever channel, it is told on all of them.

The message then is written again: the same words, who decided what and when, and no button for it. The row
that owes this is of the same commit as the decision. Source: complaint 19 of the field (dead buttons).
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

from handlers.buttons import buttons_of
from handlers.lifecycle import CONCLUSIONS, Machine, label
from handlers.messages import Message
from handlers.questions import ASKED_AGAIN, DROPPED, closed_as
from handlers.refusals import ButtonDead, ButtonSpent
from handlers.signals import Press
from store.base import Base
from store.channels import CHATS
from store.chats import ChatOffer
from store.clock import wall
from store.inbox import InboxEntry
from store.models import (
    LIVE,
    Filing,
    Finding,
    Obligation,
    Question,
    ResolutionAgreement,
    ReviewItem,
    Statement,
)
from store.outbox import OutboxEntry
from store.unit_of_work import UnitOfWork

HOME = "home:"  # and a user: their home tab is where an answer goes
UPDATE = "update"  # in a row's thread: the number of the message that is written again
_ANSWERED = "Answered"
_CLOSED = {DROPPED: "Not needed any more", ASKED_AGAIN: "Asked again"}
_QUESTION = "question "


def offers_in(message: OutboxEntry) -> list[ChatOffer]:
    """What a message that is about to be owed offers to decide; each thing once."""
    if message.channel not in CHATS or UPDATE in message.thread:
        return []
    subjects = [one.subject for one in buttons_of(message.template, message.fields) if one.subject]
    return [ChatOffer(subject=subject, message=message) for subject in dict.fromkeys(subjects)]


async def in_its_thread(message: Message, press: Press, uow: UnitOfWork) -> Message:
    """A pressed answer to a question, as an answer to every message of ours that asked it."""
    if not press.subject.startswith(_QUESTION):
        return message
    asked = await uow.said_in_answer_to(int(press.subject.removeprefix(_QUESTION)))
    return replace(message, answers=(*message.answers, *asked))


async def check_press(press: Press, uow: UnitOfWork) -> None:
    """Only a living button does something, and only the first press of all who could. Raises ButtonDead,
    ButtonSpent with who was first."""
    if press.dead:
        raise ButtonDead(press.dead, press.say)
    offer = await uow.offer_in(press.number, press.subject) if press.subject else None
    if offer is not None and offer.ended_at is not None:
        target = press.subject.partition(" ")[2]
        raise ButtonSpent(target, offer.outcome or "", offer.ended_by, offer.ended_at.isoformat())


async def end_offers(message: Message, entry: InboxEntry, uow: UnitOfWork) -> None:
    """End what was decided by this message wherever it is offered, and owe each of those messages its new
    form."""
    ended = {subject: outcome async for subject, outcome in _decided(uow)}
    offers = await uow.open_offers(ended) if ended else ()
    if not offers:
        return
    person = await uow.person_at(message.sender.address) if message.sender.address else None
    for offer in offers:
        offer.ended_at, offer.ended_in = message.received_at, entry.id
        offer.ended_by, offer.outcome = person.name if person else None, ended[offer.subject]
        uow.changed(offer)
    for shown in {offer.message.id: offer.message for offer in offers}.values():
        if not shown.thread.get("only_for"):  # what one pair of eyes saw for a while cannot be written again
            uow.add(_again(shown, entry))


def _again(shown: OutboxEntry, entry: InboxEntry) -> OutboxEntry:
    """For the same reader, who must still be allowed to read it."""
    return OutboxEntry(
        created_at=entry.received_at,
        channel=shown.channel,
        to=shown.to,
        template=shown.template,
        fields=shown.fields,
        run_at=wall(),
        thread={UPDATE: shown.id, "account": shown.thread.get("account")},
        needs=shown.needs,
    )


async def _decided(uow: UnitOfWork) -> AsyncIterator[tuple[str, str]]:
    """What cannot be decided any more by what changed on the word of who acts now, and what became of it."""
    for row in uow.touched_by_actor():
        what = _what(row, uow.actor.at)
        if what is not None and not (what == "draft" and await _waits_there(row, uow)):
            yield await _subject(what, row, uow), _outcome(row)


async def _waits_there(row: Base, uow: UnitOfWork) -> bool:
    """Whether something is still unsubmitted where one of several drafts, or a response beside them, was
    submitted."""
    items = (
        [row.review_item_id] if isinstance(row, Finding) else [row.id] if isinstance(row, ReviewItem) else []
    )
    forms = [row.id] if isinstance(row, Obligation) else []
    on_file: list[Filing | Statement] = [one for one, _ in await uow.documents_on(items, forms)]
    on_file += await uow.statements_on(items, forms)
    return any(one.status in LIVE and one.submitted_at is None for one in on_file)


def _what(row: Base, at: datetime | None) -> str | None:
    """The kind of thing that a row's status ends. With the state it may be for long: it was handed in just
    now only if it was at the time `at`."""
    match row:
        case Question(answered_at=when) if when is not None:
            return "question"
        case ResolutionAgreement(status=status) if status != "requested":
            return "agreement"
        case ReviewItem() | Finding() | Obligation() if row.status in _JUDGED:
            return _KINDS[type(row)]
        case ReviewItem(submitted_at=when) | Obligation(submitted_at=when) | Finding(responded_at=when):
            return "draft" if when is not None and when == at else None
    return None


_JUDGED = frozenset({*CONCLUSIONS, "more_evidence", "returned", "resolved", "accepted"})
_KINDS: dict[type[Base], Machine] = {ReviewItem: "item", Finding: "finding", Obligation: "form"}


async def _subject(what: str, row: Base, uow: UnitOfWork) -> str:
    if isinstance(row, Question):
        return f"{_QUESTION}{row.inbox_id}"
    if isinstance(row, Finding | ResolutionAgreement):
        finding = row.id if isinstance(row, Finding) else row.finding_id
        return f"{what} {(await uow.item_of(finding))[0].target}"
    assert isinstance(row, ReviewItem | Obligation)
    return f"{what} {row.target if isinstance(row, ReviewItem) else row.id}"


def _outcome(row: Base) -> str:
    if isinstance(row, Question):
        return _CLOSED.get(closed_as(row), _ANSWERED)
    assert isinstance(row, ReviewItem | Finding | Obligation | ResolutionAgreement)
    return label(row.status)
