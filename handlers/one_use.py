"""Codes to be mailed back once: eight characters that nobody mistakes for others, kept as digests only.

A code alone opens nothing: it counts only in an authenticated mail from the very address it was asked
for. Whoever reads the record can do nothing with it that the owner of that mailbox could not.
"""

import hashlib
import re
import secrets
from datetime import timedelta
from hmac import compare_digest

from handlers.messages import Message
from handlers.threads import Thread
from store.models import AddressProof, Confirmation

LETTERS = "ACDEFGHJKMNPQRTUVWXY34679"
LENGTH = 8
LIFETIME = timedelta(days=3)
TRIES = 5
CODE = rf"[{LETTERS}]{{4}}[ -]?[{LETTERS}]{{4}}"
_CONFIRM = re.compile(rf"confirm:?\s+(?P<code>{CODE})\.?", re.I)


def new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def read_code(message: Message) -> str | None:
    """The code of a mail whose newest text is `confirm CODE` and nothing else, without a document."""
    found = _CONFIRM.fullmatch(message.text.strip())
    if found is None or message.differs or message.has_files:
        return None
    return re.sub("[ -]", "", found["code"]).upper()


def digest(code: str, address: str) -> str:
    """Bound to the address, so that one list of all codes does not open every proof."""
    return hashlib.sha256(f"{code} {address}".encode()).hexdigest()


def is_doubtful(message: Message, thread: Thread | None) -> bool:
    """Whether a code came in mail that anybody at its provider can send (SPF alone), and that answers no
    mail of ours. Its wrong codes are counted apart: they take no try of the code's owner, and are few."""
    return message.sender.trust == "accepted" and thread is None


def may_try(row: AddressProof | Confirmation, doubtful: bool) -> bool:
    return ((row.doubtful_tries or 0) if doubtful else row.tries) < TRIES


def tried(row: AddressProof | Confirmation, doubtful: bool) -> int:
    """Count a wrong code; how many more may be tried."""
    if doubtful:
        row.doubtful_tries = (row.doubtful_tries or 0) + 1
        return TRIES - row.doubtful_tries
    row.tries += 1
    return TRIES - row.tries


def is_code(code: str, address: str, code_sha256: str) -> bool:
    return compare_digest(digest(code, address), code_sha256)
