"""Documents that answer a message of ours: the thread says what a mail without any code is for.

Only if the message spoke of exactly one thing that is still open and within the sender's reach; what the
mail itself names always counts more. Source: invariant 11 (a wrong filing is worse than a question).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.aiming import MOST_CHOICES
from handlers.asking import Asker
from handlers.decided import is_decided
from handlers.grammar import find_codes
from handlers.lifecycle import label
from handlers.messages import Message
from handlers.standing import status_of
from handlers.targets import Aim, Desk, Target
from handlers.threads import Thread, targets_of, thread_of
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Followed:
    """What a thread did to a mail's files. `how`: `filed` (it says where), `own` (the mail names something
    else, which counts), `several` (it is about more than one thing), `closed` (what it is about was judged),
    `unsure` (traces of two threads), `inherited` (only an old subject names something else)."""

    how: str
    targets: tuple[Target, ...]

    def shown(self, asker: Asker) -> dict[str, Any]:
        """The basis, as the receipt tells it."""
        about = [
            {"code": one.code, "title": one.label, "status": label(status_of(one, asker))}
            for one in self.targets[:MOST_CHOICES]
        ]
        return {"how": self.how, "about": about}


async def followed(
    aims: Sequence[Aim], desk: Desk, programs: Collection[str], asker: Asker, uow: UnitOfWork
) -> tuple[list[Aim], Followed | None]:
    """The aims as the thread makes them, and what it did. Another LEA's thread does nothing."""
    thread = await thread_of(asker.message, uow)
    targets = [
        one for one in await targets_of(thread, asker, uow) if one.lea in {lea.id for lea in desk.leas}
    ]
    if thread is None or not targets:
        return list(aims), None
    how = _how(aims, targets, thread, programs, asker.message)
    if how is None:
        return list(aims), None
    known = {one.name: one for one in desk.targets}
    there = [known.get(one.name, one) for one in targets if not is_decided(one)]
    return [_aimed(one, how, there) for one in aims], Followed(how, tuple(targets))


def _how(
    aims: Sequence[Aim],
    targets: Sequence[Target],
    thread: Thread,
    programs: Collection[str],
    message: Message,
) -> str | None:
    """What the thread means for these files; None where it says nothing that the mail does not say."""
    meant = {target.name for one in aims for target in one.targets}
    if any(not _is_codeless(one) for one in aims):
        if not meant or meant <= {one.name for one in targets}:
            return None
        return "inherited" if _is_inherited(message, programs) else "own"
    if not thread.sure:
        return "unsure"
    if len(targets) > 1 or thread.sent.fields.get("choices"):
        return "several"
    return "closed" if is_decided(targets[0]) else "filed"


def _is_codeless(one: Aim) -> bool:
    return one.doubt == "no-code" and not one.wish.mentions and not one.wish.words


def _is_inherited(message: Message, programs: Collection[str]) -> bool:
    """Whether only the subject names a code, in a reply: it is as old as the thread."""
    own = [message.text, *message.hints, *(file.name for file in message.files)]
    return not any(find_codes(words, programs) for words in own)


def _aimed(one: Aim, how: str, there: Sequence[Target]) -> Aim:
    if how == "own":
        return one
    if how == "filed":
        return replace(one, targets=tuple(there), choices=(), doubt=None)
    if how == "inherited":
        both = {target.name: target for target in (*one.targets, *there)}
        return replace(one, targets=(), choices=tuple(both.values()), doubt="sources-differ")
    return _offered_first(one, there)


def guessed(aims: Sequence[Aim], desk: Desk, programs: Collection[str], message: Message) -> list[Aim]:
    """The codes in a mail that was passed on are somebody else's words: they only rank what we ask."""
    if not message.forwarded:
        return list(aims)
    keys = {mention.code.key for mention in find_codes(message.quoted, programs)}
    named = [target for target in desk.targets if target.item and target.item.key in keys]
    return [_offered_first(one, named) if one.doubt == "no-code" else one for one in aims]


def _offered_first(one: Aim, first: Sequence[Target]) -> Aim:
    ranked = {target.name: target for target in (*first, *one.choices)}
    return replace(one, choices=tuple(ranked.values())[:MOST_CHOICES])
