"""Say something on an item, a form, an instrument or a review: everyone with a role there sees it.

Source: CMT questions and answers (S20): comments are posted to a thing, not to a person.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from handlers.access import reach_of
from handlers.asking import Asker, Capability
from handlers.audience import Hearer, concerned, tell
from handlers.grammar import paragraphs_of
from handlers.messages import Answer, Reply
from handlers.references import NAME, TargetSaid, find_target, read_target
from handlers.refusals import NotOneOfYours, NotSaidRight
from handlers.reviews import review_people
from handlers.sealing import sealed, words_sealed
from handlers.targets import Target
from handlers.threads import targets_of, thread_of
from store.models import OPEN_REVIEWS, Comment, Review
from store.unit_of_work import UnitOfWork

USAGE = "comment EL 02: which pages show the election?"
_INSTRUMENT = re.compile(
    rf"(?:the )?(?P<code>[a-z&-]{{2,12}})(?: instrument)? (?:on|of) (?P<review>{NAME})(?![\w/@.-])", re.I
)


@dataclass(frozen=True)
class LeaveComment:
    """What is commented on (None: what the mail answers), and the words. With `instrument`, `target` names
    the review it is part of."""

    target: TargetSaid | None
    text: str
    instrument: str | None = None


@dataclass(frozen=True)
class CommentMade(Reply):
    """To who commented: on what, the words as they were read, and how many others were told."""

    code: str
    title: str
    text: list[str]
    told: int
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CommentHeard(Reply):
    """To the others with a role there: who said what on what."""

    by: str
    code: str
    title: str
    text: list[str]


def read_line(words: str, programs: Collection[str]) -> LeaveComment | None:
    """`comment TARGET: text`, `comment EL on sv-fpm: text`; the text may go on below."""
    known = {program.upper(): program for program in programs}
    whole = _INSTRUMENT.match(words)
    if whole and (instrument := known.get(whole["code"].upper())):
        said = TargetSaid(whole[0].strip(), name=whole["review"].lower())
        return LeaveComment(said, words[whole.end() :].lstrip(": -").strip(), instrument)
    found = read_target(words, programs)
    if found is None:
        return None
    target, rest = found
    return LeaveComment(target, rest.lstrip(": -").strip())


def read_in_answer(words: str, _programs: Collection[str]) -> LeaveComment | None:
    """`comment: text`, on what the message answered is about."""
    return LeaveComment(None, words[1:].strip()) if words.startswith(":") else None


async def leave_comment(command: LeaveComment, asker: Asker, uow: UnitOfWork) -> Answer:
    """Keep the comment and tell the others. Raises NotSaidRight, NotOneOfYours, WhichOne."""
    if not command.text:
        raise NotSaidRight("comment", USAGE, "what you want to say")
    if (review := await _review_said(command, asker, uow)) is not None:
        return await _on_review(review, command, asker, uow)
    target = await _target(command, asker, uow)
    comment = comment_on(target, command.text, asker)
    uow.add(comment)
    people = await concerned(target.lea, [target], asker, uow)
    return await _answer(comment, target.code, target.label, people, asker, uow)


async def _target(command: LeaveComment, asker: Asker, uow: UnitOfWork) -> Target:
    """What is named, or the one thing that the message answered is about. Raises NotSaidRight too."""
    if command.target is not None:
        return await find_target(command.target, asker, uow)
    thread = await thread_of(asker.message, uow)
    about = await targets_of(thread, asker, uow)
    if thread is None or not thread.sure or len(about) != 1:
        raise NotSaidRight("comment", USAGE, "what your comment is on")
    return about[0]


async def _review_said(command: LeaveComment, asker: Asker, uow: UnitOfWork) -> Review | None:
    """The open review that the words name, with the instrument where they name one."""
    if command.target is None:
        return None
    name = command.target.name
    found = await uow.reviews_within(reach_of(asker.person), review=name) if name else []
    found = [review for review in found if review.status in OPEN_REVIEWS]
    if command.instrument is None:
        return found[0] if found else None
    asked = await uow.instruments_of_review(found[0].id) if found else []
    if command.instrument not in {instrument.code for instrument in asked}:
        raise NotOneOfYours("instrument", command.target.said)
    return found[0]


async def _on_review(review: Review, command: LeaveComment, asker: Asker, uow: UnitOfWork) -> Answer:
    comment = comment_on_review(review, command.instrument, command.text, asker)
    uow.add(comment)
    lea = await uow.lea(review.lea_id)
    part = f"instrument {command.instrument}, " if command.instrument else ""
    people = await review_people(review, asker, uow, command.instrument)
    code = f"{command.instrument} on {review.id}" if command.instrument else review.id
    return await _answer(comment, code, f"{part}review {review.id} of {lea.name}", people, asker, uow)


async def _answer(
    comment: Comment, code: str, title: str, people: Sequence[Hearer], asker: Asker, uow: UnitOfWork
) -> Answer:
    text = paragraphs_of(comment.text)
    notices = tell(people, CommentHeard(asker.person.name, code, title, text))
    facts = [("Commented", comment.target), *words_sealed("Text", comment.text)]
    return Answer(CommentMade(code, title, text, len(notices), await sealed(facts, asker, uow)), tell=notices)


def comment_on_review(
    review: Review, instrument: str | None, text: str, asker: Asker, kind: str = "comment"
) -> Comment:
    """A comment on a whole review, or on one instrument of it."""
    return Comment(
        lea_id=review.lea_id,
        target=f"{review.id}/{instrument}" if instrument else review.id,
        text=text,
        made_at=asker.message.received_at,
        by_id=asker.person.id,
        inbox_id=asker.message.id,
        kind=kind,
        review_id=review.id,
        instrument=instrument,
    )


def comment_on(target: Target, text: str, asker: Asker, kind: str = "comment") -> Comment:
    """A comment on a target, made by who asks, when their message came."""
    return Comment(
        lea_id=target.lea,
        target=target.name,
        text=text,
        made_at=asker.message.received_at,
        by_id=asker.person.id,
        inbox_id=asker.message.id,
        kind=kind,
        review_id=target.item.review_id if target.item else None,
        review_item_id=target.item.id if target.item else None,
        obligation_id=target.obligation.id if target.obligation else None,
    )


CAPABILITY = Capability(
    verb="comment",
    usage=USAGE,
    does="says something on an item, form, instrument or review to everyone with a role there",
    handle=leave_comment,
    opens="comment(?: on)?",
    line=read_line,
    in_answer=read_in_answer,
    takes_text=True,
)
