"""Many of something in parts, so that nothing waits long and little is held at once."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

One = TypeVar("One")


def in_parts(some: Sequence[One], size: int) -> Iterator[Sequence[One]]:
    """Neighbours together, in the order they have; the last part may be smaller."""
    for first in range(0, len(some), size):
        yield some[first : first + size]
