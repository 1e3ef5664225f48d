"""Where a message of a mailbox lies, and what the inbox is told of it. No network here."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from intake.imap_accounts import Account
from intake.imap_fetch import Listed
from store.keeping import Arrival


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


def number_in(key: str, under: str) -> int:
    """The number of the message in a key that begins with `under`; in any other 0, which no message has."""
    return int(key.removeprefix(under).partition("/")[0]) if key.startswith(under) else 0


def arrival(one: Listed, key: str, place: Place, folder: Folder, now: datetime) -> Arrival:
    """Received when the server had it, unless that is in the future."""
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
    return Arrival("mail", min(now, one.dated or now).astimezone(UTC), envelope, key=key)
