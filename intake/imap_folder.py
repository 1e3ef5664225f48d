"""One look through one folder: list, fetch, keep, and only then move. Synchronous, in the mailbox's thread.

Truth is the difference between the numbers that the server lists and what the store has. Flags are other
people's business.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from imapclient import IMAPClient

from intake.imap_accounts import Account
from intake.imap_books import Books
from intake.imap_fetch import Listed, Lost, NotGiven, fill, first_slices, groups, list_uids, look_at, said
from intake.imap_move import NotMoved, put_away
from store.clock import wall
from store.files import Draft
from store.keeping import Arrival

CHUNK = 500


@dataclass
class Folder:
    """What a thread remembers of a folder while its numbers mean the same (`uidvalidity`).

    `settled` need nothing more; `alone` were in a command that failed, so each is asked for by itself.
    `processed` is where kept mail goes; None: it stays.
    """

    name: str
    junk: bool = False
    processed: str | None = None
    uidvalidity: int = 0
    settled: set[int] = field(default_factory=set)
    alone: set[int] = field(default_factory=set)

    def numbered(self, uidvalidity: int) -> None:
        """Other numbers: nothing that was known of the old ones holds."""
        if uidvalidity != self.uidvalidity:
            self.uidvalidity, self.settled, self.alone = uidvalidity, set(), set()


@dataclass(frozen=True)
class Place:
    """Whose mail it is: the account, the server's address, and which of our addresses the mailbox has."""

    account: Account
    peer: str
    to: str


@dataclass
class Look:
    """One look through a folder. `open` are the keys of its messages that could not be fetched before."""

    client: IMAPClient
    place: Place
    folder: Folder
    books: Books
    stop: threading.Event
    open: set[str] = field(default_factory=set)
    kept: int = 0
    trouble: str | None = None

    def poll(self) -> int:
        """How many new messages were kept. Raises Lost, NotGiven (the folder does not open), StoreTrouble."""
        self.books.check_room()
        status = said(self.client.select_folder, self.folder.name)
        self.folder.numbered(int(status.get(b"UIDVALIDITY", 0)))
        listed = list_uids(self.client, status)
        self.folder.settled &= listed
        new = sorted(listed - self.folder.settled - self._resting(listed), key=self._rank)
        for start in range(0, len(new), CHUNK):
            if not self.stop.is_set():
                self._take(new[start : start + CHUNK])
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
        keys = {self._key(uid): uid for uid in listed}
        unfetched = self.books.unfetched(self._under())
        self.books.over(unfetched.keys() - keys.keys(), "gone")
        self.open = unfetched.keys() & keys.keys()
        now = wall()
        return {keys[key] for key in self.open if unfetched[key] > now}

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
        """Several short messages by one command, or one alone."""
        drafts: dict[int, Draft] = {}
        try:
            first = first_slices(self.client, [one.uid for one in group])
            for one in group:
                if one.uid in first or len(group) == 1:
                    self._draft(one, first, keys, drafts)
            arrived = [(drafts[one.uid], self._arrival(one, keys)) for one in group if one.uid in drafts]
            self.books.keep(arrived)
        except BaseException as error:
            for draft in drafts.values():
                draft.discard()
            self._not_together(group, keys, error)
            return
        self.kept += len(arrived)
        self.books.over(self.open & {keys[uid] for uid in drafts}, "fetched")
        self.folder.alone -= drafts.keys()
        self.folder.alone |= {one.uid for one in group if one.uid not in drafts}
        self._settle(list(drafts))

    def _not_together(self, group: Sequence[Listed], keys: dict[int, str], error: BaseException) -> None:
        if len(group) == 1 and isinstance(error, (Lost, NotGiven)):
            self._failed(keys[group[0].uid], error)
        elif isinstance(error, NotGiven):
            for one in group:
                self._fetch([one], keys)
        else:
            if isinstance(error, Lost):
                self.folder.alone.update(one.uid for one in group)
            raise error

    def _draft(
        self, one: Listed, first: dict[int, bytes], keys: dict[int, str], drafts: dict[int, Draft]
    ) -> None:
        """The bytes of one message. It may have left the mailbox meanwhile; if not, it is not given."""
        if not first.get(one.uid) and one.size:
            if look_at(self.client, [one.uid]):
                self.books.not_fetched(keys[one.uid], "no body")
            return
        drafts[one.uid] = self.books.keeper.draft()
        fill(
            self.client,
            drafts[one.uid],
            one.uid,
            first.get(one.uid, b""),
            self.books.settings.max_message_bytes,
        )

    def _arrival(self, one: Listed, keys: dict[int, str]) -> Arrival:
        """Received when the server had it, unless that is in the future."""
        now, place, folder = self.books.clock.now(), self.place, self.folder
        received = min(now, one.dated or now).astimezone(UTC)
        envelope = {
            "mail_from": None,
            "rcpt_tos": [place.to],
            "peer": place.peer,
            "tls": place.account.tls,
            "folder": folder.name,
            "junk": folder.junk,
            "imap": {
                "account": place.account.name,
                "folder": folder.name,
                "uidvalidity": folder.uidvalidity,
                "uid": one.uid,
                "facts": one.facts,
            },
        }
        return Arrival("mail", received, envelope, key=keys[one.uid])

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
