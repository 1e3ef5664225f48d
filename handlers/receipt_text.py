"""The words of a signed receipt, and how they are read back from whatever a mail made of them. Pure.

Signed are the words, one space apart: line ends, blank lines, `> ` of quotes and wrapping change none.
A `+` that stands alone is dropped, and `\\` at a word's end joins it to the next: so we wrap. A value has %XX
(of UTF-8, NFC) for all but letters, digits and plain signs, so it never looks like a label or a mark.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import normalize
from urllib.parse import unquote

BEGIN, SIGNATURE, END = (
    "-----BEGIN CAIS RECEIPT-----",
    "-----BEGIN SIGNATURE-----",
    "-----END CAIS RECEIPT-----",
)
TITLE = "CAIS receipt, version 1"
WIDTH = 74
Field = tuple[str, str]

_LONGEST_WORD = 64
# Spaces at an end or after a space, a second hyphen, a lone + or -, a colon that ends a word, all odd signs.
_ODD = re.compile(
    r"\A[ ]|[ ]\Z|(?<=[ ])[ ]|(?<=-)-|(?<!\S)\+(?!\S)|\A-\Z|:(?!\S)|[^\w !\"#$&'()*+,\-./:;=?@\[\]^`{|}~]"
)
_LABEL = re.compile(r"[A-Z][A-Za-z0-9-]*:")
_LINKED = re.compile(r"<(?:mailto:|https?://)[^<>\s]*>", re.I)
_RECEIPT = re.compile(rf"{BEGIN} (?P<words>.*?)(?: {SIGNATURE} (?P<signature>.*?) {END}|(?= {BEGIN})|\Z)")


@dataclass(frozen=True)
class Found:
    """A receipt in a text: the words that were signed, and the signature; None where its end is missing."""

    words: str
    signature: bytes | None


def said(value: str) -> str:
    """A value as the receipt says it: one line of words that no mail program changes; `-` for nothing."""
    return _ODD.sub(_escaped, normalize("NFC", value)) or "-"


def plainly(value: str) -> str:
    """What `said` was given."""
    return "" if value == "-" else unquote(value)


def lines_of(fields: Iterable[Field]) -> list[str]:
    """`Label: value`, wrapped by our own marks; values are as `said`."""
    return [TITLE, *(line for label, value in fields for line in _wrapped(label, value))]


def words_of(text: str) -> str:
    """What is signed of a text. Links that a mail program added behind an address are not of it."""
    clean = normalize("NFC", _LINKED.sub("", text)).replace(">", " ")
    return " ".join(word for word in clean.split() if word != "+").replace("\\ ", "")


def fields_of(words: str) -> list[Field]:
    """The labels and values (as `said`) of signed words, in their order; nothing of another version."""
    if not words.startswith(f"{TITLE} "):
        return []
    fields: list[Field] = []
    for word in words.removeprefix(f"{TITLE} ").split(" "):
        if _LABEL.fullmatch(word):
            fields.append((word[:-1], ""))
        elif fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {word}".strip())
    return fields


def armored(lines: Sequence[str], signature: bytes) -> list[str]:
    """The whole receipt, as it stands in a mail."""
    code = b64encode(signature).decode()
    return [BEGIN, *lines, SIGNATURE, code[:44], code[44:], END]


def receipts_in(text: str) -> Iterator[Found]:
    """Every receipt in a text, whole or cut off."""
    for found in _RECEIPT.finditer(words_of(text)):
        yield Found(found["words"], _decoded(found["signature"]))


def _decoded(code: str | None) -> bytes | None:
    try:
        return None if code is None else b64decode(code.replace(" ", ""), validate=True)
    except (Error, ValueError):
        return b""


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))


def _wrapped(label: str, value: str) -> Iterator[str]:
    if label in ("File", "History"):
        yield ""
    line = f"{label}:"
    for piece in _pieces(value):
        if len(line) + 1 + len(piece) > WIDTH:
            yield line
            line = "+"
        line = f"{line} {piece}"
    yield line


def _pieces(value: str) -> Iterator[str]:
    """Words of at most 64 letters and the mark that they go on."""
    for word in value.split(" "):
        parts = [word[at : at + _LONGEST_WORD] for at in range(0, len(word), _LONGEST_WORD)]
        yield from (f"{part}\\" for part in parts[:-1])
        yield parts[-1]
