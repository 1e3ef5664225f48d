"""One thing that people can ask for, and who asks for it. All of them: `handlers/capabilities.py`."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from handlers.messages import Answer, Message

if TYPE_CHECKING:
    from store.models import Person
    from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Asker:
    """Who asks, in which message, and on which day (Pacific) the message came. `now` is when it is handled
    (UTC): from then on counts only what we give, such as a code."""

    person: "Person"
    message: Message
    today: date
    now: datetime


Read = Callable[[Message, Collection[str]], Any]
ReadLine = Callable[[str, Collection[str]], Any]
Split = Callable[[Any], Sequence[tuple[str, Any]]]
Handle = Callable[[Any, Asker, "UnitOfWork"], Awaitable[Answer]]


@dataclass(frozen=True)
class Capability:
    """One thing people can ask for: its verb, how to say it, what it does, and its functions.

    `handle` fetches, checks, changes and answers. How it is asked for is one of two:

    - `line` reads an exact command, which begins a line: its verb in the pattern `opens` (without
      regard to case), then the form of `usage`. It gets the command's words (after the verb's line also
      those below it, where `takes_text`) and the program codes, and gives a command, or None for another
      form. All that changes state but filing is asked for so.
    - `read` takes a whole message and the program codes; None when the message asks for something else.

    `in_answer` reads a shorter form, which counts only in a message that answers one of ours.
    `only_asks`: it changes nothing, so that it is done even where its words leave a doubt.
    `split` makes several commands of one whose line names several things, each with its own words.
    `uses_files`: the files of the message are for this command, and not to be filed as evidence.
    `roles` are those that help offers it to; empty: everybody.
    `weighty`: it changes people, decides or withdraws, so that a message must be confirmed for it.
    """

    verb: str
    usage: str
    does: str
    handle: Handle
    read: Read | None = None
    opens: str = ""
    line: ReadLine | None = None
    in_answer: ReadLine | None = None
    takes_text: bool = False
    uses_files: bool = False
    only_asks: bool = False
    split: Split | None = None
    roles: frozenset[str] = frozenset()
    weighty: bool = False
