"""What a DKIM signature must be for us to listen to it at all, whoever verified it. Pure. Source: RFC 6376.

Stricter than the standard: a signature that leaves the words open, or that is old, may be another mail's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from intake.alignment import domain_of
from intake.results import Headers

MOST_SIGNATURES = 8
LONGEST_SIGNATURE = 4096
MOST_SIGNED = 100
OLDEST = timedelta(days=30)
CLOCKS_DIFFER = timedelta(hours=1)
ALGORITHMS = ("rsa-sha256", "ed25519-sha256")

_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Signature:
    """The tags of one DKIM-Signature header, without white space."""

    tags: dict[str, str]

    @property
    def domain(self) -> str:
        return domain_of(self.tags.get("d", ""))

    @property
    def signed(self) -> list[str]:
        return self.tags.get("h", "").lower().split(":")

    def moment(self, tag: str) -> datetime | None:
        seconds = self.tags.get(tag, "")
        return datetime.fromtimestamp(int(seconds), UTC) if re.fullmatch("[0-9]{1,11}", seconds) else None


def signatures_of(headers: Headers) -> list[Signature | None]:
    """Each DKIM-Signature from the top, at most eight; None for one that cannot be read."""
    found = [value for name, value in headers if name.lower() == "dkim-signature"]
    return [signature_from(value) for value in found[:MOST_SIGNATURES]]


def signature_from(value: str) -> Signature | None:
    if len(value) > LONGEST_SIGNATURE:
        return None
    pieces = [piece.partition("=") for piece in value.strip().rstrip(";").split(";")]
    names = [name.strip() for name, _, _ in pieces]
    if len(set(names)) != len(names) or not all(_TAG.fullmatch(name) for name in names):
        return None
    values = ["".join(words.split()) for _, _, words in pieces]
    return Signature(dict(zip(names, values, strict=True)))


def refusal(signature: Signature, headers: Headers, received_at: datetime) -> str | None:
    """A word for why the signature carries no authority, or None.

    Every header that people read or that tells one mail from another must be covered if it is there:
    From, Subject, and the time (`t=` or Date).
    """
    names = {name.lower() for name, _ in headers}
    if "l" in signature.tags:
        return "signed-in-part"
    if signature.tags.get("a") not in ALGORITHMS or len(signature.signed) > MOST_SIGNED:
        return "weak-signature"
    if "from" not in signature.signed or ("subject" in names and "subject" not in signature.signed):
        return "words-not-signed"
    return _untimely(signature, headers, received_at)


def covers_number(signature: Signature, headers: Headers) -> bool:
    """Whether nobody can send the mail again under another Message-ID."""
    return "message-id" in signature.signed or "message-id" not in {name.lower() for name, _ in headers}


def _untimely(signature: Signature, headers: Headers, received_at: datetime) -> str | None:
    end, made = signature.moment("x"), _made(signature, headers)
    if "x" in signature.tags and (end is None or end <= received_at):
        return "signature-expired"
    if made is None:
        return "signature-undated"
    if made > received_at + CLOCKS_DIFFER:
        return "signature-from-the-future"
    return "signature-old" if made < received_at - OLDEST else None


def _made(signature: Signature, headers: Headers) -> datetime | None:
    """When it was signed; without `t=`, the Date that it covers."""
    if "t" in signature.tags:
        return signature.moment("t")
    dates = [value for name, value in headers if name.lower() == "date"]
    return _date(dates[0]) if dates and "date" in signature.signed else None


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value[:200])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def same_act(signature: Signature, headers: Headers) -> str:
    """What is the same for every sending of this signed mail, whatever else was changed about it."""
    dates: Sequence[str] = [value for name, value in headers if name.lower() == "date"]
    return f"{signature.domain} {signature.tags.get('bh', '')} {' '.join(dates).strip()}"
