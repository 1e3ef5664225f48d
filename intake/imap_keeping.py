"""What was fetched and is being kept while more is fetched: bounded in memory, given back when durable."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field

from intake.imap_books import Books
from intake.imap_fetch import SLICE
from store.files import Draft
from store.keeping import Arrival

IN_HAND = 4 * SLICE


@dataclass(frozen=True)
class Fetched:
    """A message as it came: `rest` is what its draft lacks, which of a short one is all."""

    uid: int
    draft: Draft
    rest: bytes
    arrival: Arrival


@dataclass(frozen=True)
class Batch:
    """Messages that are being kept together."""

    messages: Sequence[Fetched]
    keeping: Future[list[int]]

    @property
    def in_memory(self) -> int:
        return sum(len(one.rest) for one in self.messages)


@dataclass
class Hand:
    """Batches on their way to the disk, the oldest first. For one thread."""

    books: Books
    _batches: deque[Batch] = field(default_factory=deque)

    def keep(self, messages: Sequence[Fetched]) -> Iterator[Batch]:
        """Begin to keep them, and give each older batch that is durable now. Waits as long as more than
        IN_HAND bytes are in memory. Raises StoreTrouble."""
        if messages:
            arrived = [(one.draft, one.rest, one.arrival) for one in messages]
            self._batches.append(Batch(messages, self.books.keep(arrived)))
        while self._batches and (self._is_full() or self._batches[0].keeping.done()):
            yield self._oldest()

    def rest(self) -> Iterator[Batch]:
        """Wait for all, and give each when it is durable. Raises StoreTrouble."""
        while self._batches:
            yield self._oldest()

    def let_go(self) -> None:
        """Wait for what is still being kept; the store tells the next look what has become of it."""
        wait([batch.keeping for batch in self._batches])
        for batch in self._batches:
            _discard(batch)
        self._batches.clear()

    def _is_full(self) -> bool:
        return sum(batch.in_memory for batch in self._batches) > IN_HAND

    def _oldest(self) -> Batch:
        batch = self._batches.popleft()
        try:
            self.books.kept(batch.keeping)
        except BaseException:
            _discard(batch)
            raise
        return batch


def _discard(batch: Batch) -> None:
    """Only what was not kept still has a draft."""
    for one in batch.messages:
        one.draft.discard()
