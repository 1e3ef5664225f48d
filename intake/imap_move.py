"""Where kept mail goes: the folder for what is done. Nothing is expunged that is not named by its number."""

from collections.abc import Collection, Iterator

from imapclient import DELETED, IMAPClient

from intake.imap_accounts import is_junk_name
from intake.imap_fetch import NotGiven, said

JUNK_FLAG = b"\\junk"
RUNS = 350  # two numbers of ten digits each make less than the 8,192 bytes of RFC 7162


class NotMoved(Exception):
    """The server does not let us move mail; it is kept all the same and stays where it is."""


def put_away(client: IMAPClient, uids: Collection[int], to: str | None) -> None:
    """Move to the folder `to`, where the server can do that safely. Raises NotMoved, Lost."""
    if not uids or to is None:
        return
    for line in lines(uids):
        try:
            _move(client, line, to)
        except NotGiven as error:
            if "[TRYCREATE]" not in str(error.__cause__).upper():
                raise NotMoved from error
            _made_again(client, line, to)


def lines(uids: Collection[int]) -> Iterator[str]:
    """`3:5,9`: these and no others, neighbours as one; cut where servers may refuse a longer line."""
    runs: list[list[int]] = []
    for uid in sorted(uids):
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    for start in range(0, len(runs), RUNS):
        some = runs[start : start + RUNS]
        yield ",".join(str(first) if first == last else f"{first}:{last}" for first, last in some)


def _made_again(client: IMAPClient, uids: str, to: str) -> None:
    """Somebody took the folder away."""
    try:
        said(client.create_folder, to)
        _move(client, uids, to)
    except NotGiven as error:
        raise NotMoved from error


def _move(client: IMAPClient, uids: str, to: str) -> None:
    if client.has_capability("MOVE"):
        said(client.move, uids, to)
    elif client.has_capability("UIDPLUS"):
        said(client.copy, uids, to)
        said(client.add_flags, uids, [DELETED], True)
        said(client.uid_expunge, uids)


def can_move(client: IMAPClient) -> bool:
    """Without either extension only a plain EXPUNGE is left, which would take other people's mail, too."""
    return bool(client.has_capability("MOVE") or client.has_capability("UIDPLUS"))


def processed_folder(client: IMAPClient, wanted: str, listed: Collection[str]) -> str | None:
    """The folder for kept mail, made where it is missing; None if there can be none. Raises Lost."""
    prefix = _prefix(client)
    for name in (wanted, f"{prefix}{wanted}"):
        if name in listed:
            return name
    for name in dict.fromkeys((f"{prefix}{wanted}", wanted)):
        try:
            said(client.create_folder, name)
            return name
        except NotGiven:
            continue
    return None


def list_folders(client: IMAPClient) -> tuple[list[str], list[str]]:
    """The names of all folders, and of those that hold junk. Raises Lost."""
    try:
        listed = said(client.list_folders)
    except NotGiven:
        return [], []
    names = [(str(name), {bytes(flag).lower() for flag in flags}) for flags, _, name in listed]
    junk = [name for name, flags in names if JUNK_FLAG in flags or is_junk_name(name)]
    return [name for name, _ in names], junk


def _prefix(client: IMAPClient) -> str:
    """`INBOX.` on servers whose folders all live below the inbox."""
    if not client.has_capability("NAMESPACE"):
        return ""
    try:
        personal = said(client.namespace).personal
    except NotGiven:
        return ""
    return str(personal[0][0]) if personal else ""
