"""One look through one folder: list, fetch, keep, and only then move. Synchronous, in the mailbox's thread.

Truth is the difference between the numbers that the server lists and what the store has. Flags are other
people's business.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from imapclient import IMAPClient

from intake.imap_books import Books
from intake.imap_fetch import Listed, Lost, NotGiven, fill, first_slices, groups, list_uids, look_at, said
from intake.imap_keeping import Batch, Fetched, Hand
from intake.imap_move import NotMoved, put_away
from intake.imap_place import Folder, Place, arrival, number_in
from store.clock import wall

CHUNK = 500
MOVED_AT_ONCE = 2000


@dataclass
class Look:
    """One look through a folder. `open` are the keys of its messages that could not be fetched before,
    `durable` the numbers of those that are kept and not yet moved."""

    client: IMAPClient
    place: Place
    folder: Folder
    books: Books
    stop: threading.Event
    open: set[str] = field(default_factory=set)
    durable: list[int] = field(default_factory=list)
    kept: int = 0
    trouble: str | None = None

    def __post_init__(self) -> None:
        self.hand = Hand(self.books)

    def poll(self) -> int:
        """How many new messages were kept. Raises Lost, NotGiven (the folder does not open), StoreTrouble."""
        self.books.check_room()
        status = said(self.client.select_folder, self.folder.name)
        self.folder.numbered(int(status.get(b"UIDVALIDITY", 0)))
        listed = list_uids(self.client, status)
        self.folder.settled &= listed
        new = sorted(listed - self.folder.settled - self._resting(listed), key=self._rank)
        try:
            for start in range(0, len(new), CHUNK):
                if not self.stop.is_set():
                    self._take(new[start : start + CHUNK])
            for batch in self.hand.rest():
                self._is_kept(batch)
        finally:
            self.hand.let_go()
        self._settle_durable()
        name, numbers = self.folder.name, self.folder.uidvalidity
        self.books.polled(self.place.account, name, numbers, self.kept > 0, self.trouble)
        return self.kept

    def _rank(self, uid: int) -> tuple[bool, int]:
        """In the order of numbers; what failed before goes last, so that it holds nobody up."""
        return (self._key(uid) in self.open, uid)

    def _key(self, uid: int) -> str:
        return f"{self._under()}{self.folder.uidvalidity}/{uid}"

    def _under(self) -> str:
        return f"imap:{self.place.account.name}/{self.folder.name}/"

    def _resting(self, listed: set[int]) -> set[int]:
        """Those that failed and are not due yet. What failed and is not listed any more is over."""
        unfetched, under = self.books.unfetched(self._under()), f"{self._under()}{self.folder.uidvalidity}/"
        uids = {key: number_in(key, under) for key in unfetched}
        self.open = {key for key, uid in uids.items() if uid in listed}
        self.books.over(unfetched.keys() - self.open, "gone")
        now = wall()
        return {uids[key] for key in self.open if unfetched[key] > now}

    def _take(self, uids: Sequence[int]) -> None:
        """Keep what the store has not yet, and put away what it has: we may have died in between."""
        found = self._looked_at(uids)
        keys, known = self._names(found)
        self._settle([one.uid for one in found if keys[one.uid] in known])
        fresh = [one for one in found if keys[one.uid] not in known]
        limit = self.books.settings.max_message_bytes
        for one in [one for one in fresh if one.size > limit]:
            self.books.not_fetched(keys[one.uid], "too large")
        fetchable = [one for one in fresh if one.size <= limit]
        alone = [[one] for one in fetchable if one.uid in self.folder.alone]
        for group in [*groups([one for one in fetchable if one.uid not in self.folder.alone]), *alone]:
            if not self.stop.is_set():
                self._fetch(group, keys)

    def _names(self, found: Sequence[Listed]) -> tuple[dict[int, str], set[str]]:
        """The key of each, and those that the store has. A number that means another message than before,
        against all rules, gets a key that says of which size and time its message is."""
        keys = {one.uid: self._key(one.uid) for one in found}
        known = self.books.known(list(keys.values()))
        others = [one for one in found if _is_another(one, known.get(keys[one.uid]))]
        for one in others:
            keys[one.uid] += f"/{one.size}/{one.facts['dated']}"
        more = self.books.known([keys[one.uid] for one in others]) if others else {}
        return keys, {*known, *more}

    def _looked_at(self, uids: Sequence[int]) -> list[Listed]:
        """Size and time of all together, or one by one where that failed."""
        together = [uid for uid in uids if uid not in self.folder.alone]
        single = [uid for uid in uids if uid in self.folder.alone]
        found: list[Listed] = []
        try:
            found += look_at(self.client, together)
        except NotGiven:
            single = list(uids)
        except Lost:
            self.folder.alone.update(together)
            raise
        for uid in single:
            found += self._looked_at_alone(uid)
        return sorted(found, key=lambda one: self._rank(one.uid))

    def _looked_at_alone(self, uid: int) -> list[Listed]:
        try:
            return look_at(self.client, [uid])
        except (Lost, NotGiven) as error:
            self._failed(self._key(uid), error)
            return []

    def _failed(self, key: str, error: Lost | NotGiven) -> None:
        """One message is to blame; where the connection went with it, the others come on the next one."""
        self.books.not_fetched(key, "lost" if isinstance(error, Lost) else str(error))
        if isinstance(error, Lost):
            raise error

    def _fetch(self, group: Sequence[Listed], keys: dict[int, str]) -> None:
        """Several short messages by one command, or one alone; kept while the next are fetched."""
        try:
            fetched = self._fetched(group, keys)
        except (Lost, NotGiven) as error:
            self._not_together(group, keys, error)
            return
        came = {one.uid for one in fetched}
        self.folder.alone -= came
        self.folder.alone |= {one.uid for one in group} - came
        for batch in self.hand.keep(fetched):
            self._is_kept(batch)

    def _fetched(self, group: Sequence[Listed], keys: dict[int, str]) -> list[Fetched]:
        """What has come of it. Raises Lost, NotGiven, StoreTrouble; nothing is left behind then."""
        fetched: list[Fetched] = []
        try:
            first = first_slices(self.client, [one.uid for one in group])
            for one in group:
                if one.uid in first or len(group) == 1:
                    fetched += self._content(one, first.get(one.uid, b""), keys)
        except BaseException:
            for each in fetched:
                each.draft.discard()
            raise
        return fetched

    def _not_together(self, group: Sequence[Listed], keys: dict[int, str], error: Lost | NotGiven) -> None:
        if len(group) == 1:
            self._failed(keys[group[0].uid], error)
        elif isinstance(error, Lost):
            self.folder.alone.update(one.uid for one in group)
            raise error
        else:
            for one in group:
                self._fetch([one], keys)

    def _content(self, one: Listed, first: bytes, keys: dict[int, str]) -> list[Fetched]:
        """One message, or none: it may have left the mailbox meanwhile; if not, it is not given."""
        if not first and one.size:
            if look_at(self.client, [one.uid]):
                self.books.not_fetched(keys[one.uid], "no body")
            return []
        draft = self.books.keeper.draft()
        try:
            rest = fill(self.client, draft, one.uid, first, self.books.settings.max_message_bytes)
        except BaseException:
            draft.discard()
            raise
        arrived = arrival(one, keys[one.uid], self.place, self.folder, self.books.clock.now())
        return [Fetched(one.uid, draft, rest, arrived)]

    def _is_kept(self, batch: Batch) -> None:
        """Now, and not before, may it be moved; many by one command, whose cost is that of the folder."""
        self.kept += len(batch.messages)
        self.books.over(self.open & {str(one.arrival.key) for one in batch.messages}, "fetched")
        self.durable += [one.uid for one in batch.messages]
        if len(self.durable) >= MOVED_AT_ONCE:
            self._settle_durable()

    def _settle_durable(self) -> None:
        durable, self.durable = self.durable, []
        self._settle(durable)

    def _settle(self, uids: Sequence[int]) -> None:
        """These are durable: out of the way with them."""
        try:
            put_away(self.client, uids, self.folder.processed)
            self.folder.settled.update(uids)
        except NotMoved:
            self.trouble = "not moved"


def _is_another(one: Listed, before: dict[str, Any] | None) -> bool:
    """Whether the number meant another message when we kept it (`before`: that one's envelope)."""
    return before is not None and before["imap"]["facts"] != one.facts
