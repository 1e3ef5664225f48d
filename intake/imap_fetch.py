"""Messages out of a selected folder, in slices: none is held in memory whole, none is marked as seen."""

import imaplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, ProtocolError

from intake.imap_books import StoreTrouble
from store.files import Draft

SLICE = 1024 * 1024
AT_ONCE = 100
WINDOW = 50_000


class Lost(Exception):
    """The connection is gone, or says what nobody can read: begin anew on another one."""


class NotGiven(Exception):
    """This message does not come; the first argument is a machine word. The connection is in order."""


@dataclass(frozen=True)
class Listed:
    """What the server says of a message before it is fetched. Its size is often only an estimate."""

    uid: int
    size: int
    dated: datetime | None

    @property
    def facts(self) -> dict[str, Any]:
        """What stays the same as long as the number means the same message."""
        return {"size": self.size, "dated": self.dated.isoformat() if self.dated else None}


def list_uids(client: IMAPClient, status: dict[bytes, Any]) -> set[int]:
    """Every number in the selected folder; a long answer would break the library, so by windows."""
    if int(status.get(b"EXISTS", 0)) <= WINDOW or b"UIDNEXT" not in status:
        return {int(uid) for uid in said(client.search, "ALL")}
    found: set[int] = set()
    for first in range(1, int(status[b"UIDNEXT"]), WINDOW):
        found |= {int(uid) for uid in said(client.search, ["UID", f"{first}:{first + WINDOW - 1}"])}
    return found


def look_at(client: IMAPClient, uids: Sequence[int]) -> list[Listed]:
    """Size and time of those that are still there, in the order of numbers."""
    answer = said(client.fetch, uids, ["RFC822.SIZE", "INTERNALDATE"])
    facts = {uid: answer[uid] for uid in uids if b"RFC822.SIZE" in answer.get(uid, {})}
    return [
        Listed(uid, int(one[b"RFC822.SIZE"]), _aware(one.get(b"INTERNALDATE"))) for uid, one in facts.items()
    ]


def groups(found: Sequence[Listed]) -> Iterator[list[Listed]]:
    """What is fetched by one command: together no longer than a slice, or one long message alone."""
    group: list[Listed] = []
    for one in found:
        if group and (len(group) >= AT_ONCE or sum(each.size for each in group) + one.size > SLICE):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def first_slices(client: IMAPClient, uids: Sequence[int]) -> dict[int, bytes]:
    """The first slice of each that is still there and has any bytes."""
    return _slices(client, uids, 0)


def fill(client: IMAPClient, draft: Draft, uid: int, first: bytes, limit: int) -> bytes:
    """All slices but the last into the draft; the last one, which is all of a short message, is given back.
    Raises NotGiven (`too large`), Lost, StoreTrouble."""
    piece = first
    while draft.size + len(piece) <= limit:
        if len(piece) < SLICE:
            return piece
        try:
            draft.write(piece)
        except OSError as error:
            raise StoreTrouble("disk") from error
        piece = _slices(client, [uid], draft.size).get(uid, b"")
    raise NotGiven("too large")


def _slices(client: IMAPClient, uids: Sequence[int], offset: int) -> dict[int, bytes]:
    answer = said(client.fetch, uids, [f"BODY.PEEK[]<{offset}.{SLICE}>"])
    names = (b"BODY[]<%d>" % offset, b"BODY[]")
    given: dict[int, bytes] = {}
    for uid in uids:
        for name in names:
            if answer.get(uid, {}).get(name) is not None:
                given[uid] = answer[uid][name]
    return given


def said(ask: Any, *words: Any) -> Any:
    """One command. Raises Lost, or NotGiven when the server says no and goes on."""
    try:
        return ask(*words)
    except (imaplib.IMAP4.abort, ProtocolError, OSError) as error:
        raise Lost from error
    except IMAPClientError as error:
        raise NotGiven("refused") from error
    except Exception as error:  # the library's reader fails on what it does not know; the rest is out of step
        raise Lost from error


def _aware(moment: datetime | None) -> datetime | None:
    return moment if moment is None or moment.tzinfo else None
