"""What a picture shows, in words for whom no picture is shown. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


def _nothing(_more: int) -> str:
    return ""


@dataclass(frozen=True)
class Alt:
    """`head` says what it is, and `lines` all that is shown: sentences without their full stop. `more` are
    not shown: `left_out` says how many, and `rest` the same with the word that tells them."""

    head: str
    lines: Sequence[str] = ()
    more: int = 0
    left_out: Callable[[int], str] = field(default=_nothing, compare=False)
    rest: Callable[[int], str] = field(default=_nothing, compare=False)

    def __str__(self) -> str:
        return _sentences([self.head, *self.lines, self.left_out(self.more)])

    def within(self, most: int) -> str:
        """The whole, or as many whole lines as make at most so many letters."""
        if len(str(self)) <= most:
            return str(self)
        for count in range(len(self.lines) - 1, -1, -1):
            rest = self.rest(self.more + len(self.lines) - count)
            told = _sentences([self.head, *self.lines[:count], rest])
            if len(told) <= most:
                return told
        return f"{self.head[: most - 1]}…"


NO_ALT = Alt("")


def _sentences(some: Sequence[str]) -> str:
    told = ". ".join(filter(None, some))
    return f"{told}." if told else ""
