"""The secret parts of our own messages: which of them somebody answers, or what came back. Pure.

`evidence+r41-0123456789abcdef@…` answers our message 41, `evidence+b41-…` is where its bounce comes to; the
subject ends with `[r41-…]`, and the text says `Reference: r41-…`, for mail that loses its plus-address. A
token names a message and nothing more: authority is the sender's.
"""

import re
from typing import Literal

Kind = Literal["reply", "bounce"]
MESSAGE_ID = r"out-(\d{1,9})\.([0-9a-f]{16})@"
"""Number and token in a Message-ID of ours (`OutboxEntry.name_message` writes it): a piece of patterns."""

_LETTERS: dict[str, Kind] = {"r": "reply", "b": "bounce"}
_DETAIL = re.compile(r"([rb])([0-9]{1,9})-([0-9a-f]{16})", re.IGNORECASE)
_REFERENCE = re.compile(r"(?<![\w-])r[0-9]{1,9}-[0-9a-f]{16}(?![\w-])", re.IGNORECASE)
_TAG = re.compile(rf"\s?\[({_REFERENCE.pattern})\]", re.IGNORECASE)
MOST_TAGS = 20


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


def subject_tag(reference: str) -> str:
    """How a subject of ours ends."""
    return f"[{reference}]"


def untagged(subject: str) -> tuple[str, tuple[str, ...]]:
    """A subject as its writer meant it, and the references of ours that it had."""
    return _TAG.sub("", subject), tuple(_TAG.findall(subject))[:MOST_TAGS]


def references_in(text: str) -> tuple[str, ...]:
    """The references of ours that a text holds, each once, in their order; not checked yet."""
    return tuple(dict.fromkeys(map(str.lower, _REFERENCE.findall(text))))[:MOST_TAGS]
