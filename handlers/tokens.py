"""The secret parts of our own plus-addresses: which message of ours is answered, or came back. Pure.

`evidence+r41-0123456789abcdef@…` answers our message 41, `evidence+b41-…` is where its bounce comes to. A
token names a message and nothing more: authority is the sender's.
"""

import re
from typing import Literal

Kind = Literal["reply", "bounce"]
_LETTERS: dict[str, Kind] = {"r": "reply", "b": "bounce"}
_DETAIL = re.compile(r"([rb])([0-9]{1,18})-([0-9a-f]{16})", re.IGNORECASE)


def reply_detail(number: int, token: str) -> str:
    """For the Reply-To of our message `number`."""
    return f"r{number}-{token}"


def bounce_detail(number: int, token: str) -> str:
    """For the envelope sender of our message `number` (VERP)."""
    return f"b{number}-{token}"


def read_detail(detail: str) -> tuple[Kind, int, str] | None:
    """What a plus-address says, if it says that; the token is not checked yet."""
    found = _DETAIL.fullmatch(detail)
    return (_LETTERS[found[1].lower()], int(found[2]), found[3].lower()) if found else None
