"""Why we say no about people, their addresses and codes, and the messages that wait for them."""

from dataclasses import dataclass, field

from handlers.refusals import Refusal


@dataclass(eq=False)
class NoSuchLea(Refusal):
    """Nowhere, or not theirs: the same words for both."""

    said: str


@dataclass(eq=False)
class HasThatRole(Refusal):
    """`address` is `role` at `where` already."""

    address: str
    role: str
    where: str


@dataclass(eq=False)
class IsRetired(Refusal):
    """`address` was retired from `where`."""

    address: str
    where: str


@dataclass(eq=False)
class LastAdmin(Refusal):
    """Who would go is the last one who manages users of `where`."""

    where: str


@dataclass(eq=False)
class NotYourself(Refusal):
    """The asker named their own address, to do `action`."""

    address: str
    action: str = "retire yourself"


@dataclass(eq=False)
class BothSides(Refusal):
    """`address` has roles of the side `has` (`lea`, `state`) now. Only program contacts are told so; to
    LEAs it is AddressNotFree."""

    address: str
    has: str


@dataclass(eq=False)
class AddressNotFree(Refusal):
    """In use, or asked for too often: the same words for all, so that nothing is told about anybody."""

    address: str


@dataclass(eq=False)
class NothingToConfirm(Refusal):
    """`address` is known, and no message of its person waits."""

    address: str


@dataclass(eq=False)
class CodeNotRight(Refusal):
    """`why`: wrong (so many tries are `left`), used, late, tries (too many wrong ones), rehearsal,
    reply (only a reply to the mail with the code counts). The code was for the message of this `number`."""

    why: str
    number: int | None = None
    left: int = 0


@dataclass(eq=False)
class NotFromPen(Refusal):
    """Message `number` stays as it is. `why`: not_held (its `state`; `who` was first, `since`), other_reason
    (held for another one than its sender: `word`), no_files, other_lea (the target is of an LEA that the
    sender does not work for), never_held, acted, submitted, more (it did more than file); to the operator
    alone: no_message, not_penned, no_person (`who`). `instead` are commands that work."""

    number: int
    why: str
    state: str = ""
    who: str | None = None
    since: str | None = None
    word: str = ""
    instead: list[str] = field(default_factory=list)


@dataclass(eq=False)
class NoCalendars(Refusal):
    """The service has no address that calendar programs could read, so it gives no links."""


@dataclass(eq=False)
class NotSentAgain(Refusal):
    """Message `number` of ours is not sent again; `why` is a sentence of the store's."""

    number: int
    why: str
