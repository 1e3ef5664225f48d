"""Who a From header names, by one strict grammar that two other readers must agree with. Pure.

What is not strictly one mailbox gives no address and so carries no authority; the mail is kept all the same.
"""

import re
import unicodedata
from collections.abc import Sequence
from email.utils import getaddresses

from intake import mail_parser

LONGEST_HEADER = 2048
LONGEST_LOCAL = 64
LONGEST_ADDRESS = 254
LONGEST_LABEL = 63

_OTHER = "\u00a1-\ud7ff\uf900-\U0003ffff"
_ATOM = rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~{_OTHER}-]"
_LABEL = rf"[A-Za-z0-9{_OTHER}](?:[A-Za-z0-9{_OTHER}-]*+)(?<!-)"
_ADDRESS = rf"({_ATOM}++(?:\.{_ATOM}++)*+)@({_LABEL}(?:\.{_LABEL})++)"
_QUOTED = r'"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*+"'
_NAME = rf"(?:{_ATOM}++|[. \t]++|{_QUOTED})*+"
_MAILBOX = re.compile(rf"{_NAME}<{_ADDRESS}>[ \t]*+|[ \t]*+{_ADDRESS}[ \t]*+")
_WHOLE_ADDRESS = re.compile(_ADDRESS)
# Whatever looks like an address in a header that need not be strict.
ANY_ADDRESS = re.compile(r"[^\s<>\"(),:;@]{1,64}@[^\s<>\"(),:;@]{1,190}")
_FOLD = re.compile(r"(?:\r\n|\n|\r)(?=[ \t])")
_QUOTED_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+"?')


def strict_from(headers: Sequence[bytes | str]) -> tuple[str | None, str]:
    """The address that the one From header names, or None, and a word for why.

    The words: `strict-from`, `no-from`, `two-from-headers`, `two-addresses`, `group`, `not-strict`,
    `ambiguous`.
    """
    if not headers:
        return None, "no-from"
    if len(headers) > 1:
        return None, "two-from-headers"
    value = _text(headers[0])
    if value is None:
        return None, "not-strict"
    address = _mailbox(value)
    if address is None:
        return None, _why_not(value)
    return (address, "strict-from") if _all_agree(value, address) else (None, "ambiguous")


def is_strict(address: str) -> bool:
    """Whether this is one plain address: dot-atom, at, a domain of two labels or more."""
    found = _WHOLE_ADDRESS.fullmatch(address)
    return found is not None and _is_sound(address, *found.groups())


def same_mailbox(address: str) -> str:
    """One spelling for all spellings of a mailbox: lower case, composed letters, the domain in A-labels.

    Two addresses are the same mailbox when these are equal. Nothing is fuzzy: no look-alike is folded.
    """
    local, at, domain = unicodedata.normalize("NFC", address).rpartition("@")
    labels = (_a_label(label) for label in domain.split("."))
    return f"{_lower(local)}{at}{'.'.join(labels)}"


def split_detail(address: str) -> tuple[str, str]:
    """`evidence+EL-02@cais.example` is `evidence@cais.example` and the hint `EL-02`."""
    local, at, domain = address.rpartition("@")
    base, _, detail = local.partition("+")
    return f"{base}{at}{domain}", detail


def _text(raw: bytes | str) -> str | None:
    if len(raw) > LONGEST_HEADER:
        return None
    try:
        data = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw
        return _FOLD.sub("", data.decode("utf-8")).strip(" \t\r\n")
    except UnicodeError:
        return None


def _mailbox(value: str) -> str | None:
    found = _MAILBOX.fullmatch(value)
    if found is None:
        return None
    local, domain = [group for group in found.groups() if group is not None]
    address = f"{local}@{domain}"
    return address if _is_sound(address, local, domain) else None


def _is_sound(address: str, local: str, domain: str) -> bool:
    """Not too long, no encoded word in disguise, and nothing that turns into other ASCII when folded."""
    return (
        len(local.encode()) <= LONGEST_LOCAL
        and len(address.encode()) <= LONGEST_ADDRESS
        and "=?" not in address
        and all(len(_a_label(label)) <= LONGEST_LABEL for label in domain.split("."))
        and all(_is_sound_letter(letter) for letter in address if not letter.isascii())
    )


def _is_sound_letter(letter: str) -> bool:
    """A Kelvin sign is a K to every normalisation: an address with such a letter would be two addresses."""
    folded = unicodedata.normalize("NFKC", letter)
    hides_ascii = any(each.isascii() for each in (*folded, *folded.lower(), *letter.casefold()))
    return unicodedata.category(letter)[0] in "LMN" and not hides_ascii


def _all_agree(value: str, address: str) -> bool:
    try:
        standard = [found for _, found in getaddresses([value]) if found]
        return standard == [address] == mail_parser.mailboxes(value)
    except Exception:  # a reader that fails does not agree
        return False


def _why_not(value: str) -> str:
    bare = _QUOTED_TEXT.sub("", value)
    if not bare.strip():
        return "not-strict"
    if ":" in bare or ";" in bare:
        return "group"
    return "two-addresses" if "," in bare or bare.count("@") > 1 else "not-strict"


def _a_label(label: str) -> str:
    lower = _lower(unicodedata.normalize("NFC", label))
    return lower if lower.isascii() else f"xn--{lower.encode('punycode').decode('ascii')}"


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower())
