"""The reason why a message in the holding pen stays as it is."""

from dataclasses import dataclass, field

from handlers.refusals import Refusal


@dataclass(eq=False)
class NotFromPen(Refusal):
    """Message `number` stays as it is. `why`: not_held (its `state`; `who` was first, `since`), other_reason
    (held for another one than its sender: `word`), no_files, other_lea (the target is of an LEA that the
    sender does not work for), never_held, acted, submitted, more (it did more than file), none_from.
    `instead` are commands that work."""

    number: int
    why: str
    state: str = ""
    who: str | None = None
    since: str | None = None
    word: str = ""
    instead: list[str] = field(default_factory=list)
