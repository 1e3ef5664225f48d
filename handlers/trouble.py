"""What a person must mend: the value that every watch gives and that alarms are made of."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Trouble:
    """`kind` (a machine word) and `about` name it; `words` are a sentence for the operator."""

    kind: str
    about: str
    words: str


Watch = Callable[["UnitOfWork", datetime], Awaitable[list[Trouble]]]
"""Looks at the record at a moment of the service's clock and names all the trouble there is then."""
