"""Which message of ours somebody answers: by several traces, the more secret one first.

Never authority: what the thread is about is looked up through the sender's own reach, so that another
LEA's thread is like none. A forward is no answer. Source: complaint 11 of the field (replies filed in the
wrong case).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Literal

from handlers.access import reach_of
from handlers.asking import Asker
from handlers.messages import Message
from handlers.targets import Target, form_target, item_targets
from handlers.tokens import read_detail
from store.models import Question
from store.outbox import OutboxEntry
from store.unit_of_work import UnitOfWork

Basis = Literal["address", "header", "subject", "text"]
_REPLIED = re.compile(
    r"\s*(?:re|aw|antw|sv|vs|rif|res|odp|r|回复|答复|回覆)(?:\[\d{1,3}\])?\s{0,3}[:：]", re.I
)


@dataclass(frozen=True)
class Thread:
    """A thread of ours that a message goes on. `sent` is the message of ours that is answered, `basis` the
    trace that says so; `earlier` are others of ours further up. `sure`: no other trace names another message,
    and it is a reply: a secret address alone may come out of an address book."""

    sent: OutboxEntry
    basis: Basis
    sure: bool
    earlier: tuple[OutboxEntry, ...] = ()

    @property
    def about(self) -> tuple[str, ...]:
        """The targets that our message speaks of."""
        return tuple(self.sent.about or ())

    @property
    def trail(self) -> list[int]:
        return [self.sent.id, *(one.id for one in self.earlier)]


def is_answer(message: Message) -> bool:
    """Whether it has a trace of any earlier message, ours or not."""
    return bool(message.answers or _tokens(message.hints) or message.subject_tags or message.text_tags)


async def thread_of(message: Message, uow: UnitOfWork) -> Thread | None:
    """By order of trust: plus-address, our Message-IDs, subject, text. A wrong token is no trace."""
    if message.forwarded or not is_answer(message):
        return None
    said: dict[Basis, Sequence[tuple[int, str]]] = {
        "address": _tokens(message.hints),
        "subject": _tokens(message.subject_tags),
        "text": _tokens(message.text_tags),
    }
    numbers = {number for some in said.values() for number, _ in some}
    sent = {one.id: one for one in await uow.sent_messages(numbers, message.answers)}
    found = {basis: _genuine(some, sent) for basis, some in said.items()}
    by_id = {one.message_id: one for one in sent.values()}
    found["header"] = [by_id[one] for one in message.answers if one in by_id]
    return _thread(message, {basis: found[basis] for basis in _ORDER if found[basis]})


_ORDER: tuple[Basis, ...] = ("address", "header", "subject", "text")


def _thread(message: Message, found: dict[Basis, list[OutboxEntry]]) -> Thread | None:
    """The nearest message of the most trusted trace; the others' nearest must be the same."""
    if not found:
        return None
    basis, first = next((basis, rows[0]) for basis, rows in found.items())
    agree = all(first in rows[:1] for rows in found.values())
    replied = set(found) != {"address"} or _REPLIED.match(message.subject) is not None
    others = {row.id: row for rows in found.values() for row in rows if row is not first}
    return Thread(first, basis, agree and replied, tuple(others.values()))


async def question_in(thread: Thread | None, uow: UnitOfWork) -> Question | None:
    """The question that the message answered asked, or else the nearest one before it."""
    if thread is None:
        return None
    asked = await uow.questions_asked_in(thread.trail)
    return next((asked[number] for number in thread.trail if number in asked), None)


async def targets_of(thread: Thread | None, asker: Asker, uow: UnitOfWork) -> list[Target]:
    """What the thread is about, as far as the asker may see it, closed reviews too; in its order."""
    if thread is None or not thread.about:
        return []
    reach, names = reach_of(asker.person), thread.about
    items = await uow.items_at(reach, [name for name in names if "/" in name])
    duties = await uow.duties_at(reach, [name for name in names if "/" not in name])
    found = [*await item_targets(items, uow), *map(form_target, duties)]
    return sorted(found, key=lambda one: names.index(one.name))


def _tokens(said: Iterable[str]) -> list[tuple[int, str]]:
    """Numbers and secrets of messages that are answered, not of those that came back."""
    read = filter(None, map(read_detail, said))
    return [(number, token) for kind, number, token in read if kind == "reply"]


def _genuine(said: Sequence[tuple[int, str]], sent: dict[int, OutboxEntry]) -> list[OutboxEntry]:
    return [sent[one] for one, token in said if one in sent and compare_digest(sent[one].token, token)]
