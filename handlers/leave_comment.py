"""Say something on an item, a form, an instrument or a review: everyone with a role there sees it.

Source: CMT questions and answers (S20): comments are posted to a thing, not to a person.
"""

from collections.abc import Collection
from dataclasses import dataclass

from handlers.audience import lea_people, state_people, tell
from handlers.grammar import paragraphs_of
from handlers.messages import Answer, Asker, Capability, Reply
from handlers.references import TargetSaid, find_target, read_target
from handlers.refusals import NotSaidRight
from handlers.targets import Target
from store.models import Comment
from store.unit_of_work import UnitOfWork

USAGE = "comment EL 02: which pages show the election?"


@dataclass(frozen=True)
class LeaveComment:
    """What is commented on, and the words."""

    target: TargetSaid
    text: str


@dataclass(frozen=True)
class CommentMade(Reply):
    """To who commented: on what, the words as they were read, and how many others were told."""

    code: str
    title: str
    text: list[str]
    told: int


@dataclass(frozen=True)
class CommentHeard(Reply):
    """To the others with a role there: who said what on what."""

    by: str
    code: str
    title: str
    text: list[str]


def read_line(words: str, programs: Collection[str]) -> LeaveComment | None:
    """`comment TARGET: text`; the text may go on below."""
    found = read_target(words, programs)
    if found is None:
        return None
    target, rest = found
    return LeaveComment(target, rest.lstrip(": -").strip())


async def leave_comment(command: LeaveComment, asker: Asker, uow: UnitOfWork) -> Answer:
    """Keep the comment and tell the others. Raises NotSaidRight, NotOneOfYours, WhichOne."""
    if not command.text:
        raise NotSaidRight("comment", USAGE, "what you want to say")
    target = await find_target(command.target, asker, uow)
    uow.add(comment_on(target, command.text, asker))
    others = [*await lea_people(target.lea, asker, uow), *await state_people(target, asker, uow)]
    text = paragraphs_of(command.text)
    notices = tell(others, CommentHeard(asker.person.name, target.code, target.label, text))
    return Answer(CommentMade(target.code, target.label, text, len(notices)), tell=notices)


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
    does="says something on an item or form to everyone with a role there",
    handle=leave_comment,
    opens="comment(?: on)?",
    line=read_line,
    takes_text=True,
)
