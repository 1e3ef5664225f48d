"""A safe name for a file that somebody else named: it stays in its folder, on every system.

No way up, no separators, no control or invisible letters, nothing a shell or Windows minds, not too long;
the document's number makes it the only one, also where big and small letters are the same.
"""

import re
import unicodedata

MOST_BYTES = 150
_MINDED = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def document_path(number: int, name: str) -> str:
    """`documents/D-17 ELAC roster.pdf`."""
    return f"documents/D-{number} {safe(name)}".rstrip(" .")


def safe(name: str) -> str:
    """The name with what is not safe in it replaced; a long one keeps its end, which says what it is."""
    composed = unicodedata.normalize("NFC", name)
    seen = "".join("_" if unicodedata.category(one) in _INVISIBLE else one for one in composed)
    plain = " ".join(_MINDED.sub("_", seen).split()).strip(" .")
    if len(plain.encode()) <= MOST_BYTES:
        return plain
    stem, dot, end = plain.rpartition(".")
    tail = f"…{dot}{end}" if dot and len(end.encode()) <= 12 else "…"
    room = MOST_BYTES - len(tail.encode())
    return (stem or plain).encode()[:room].decode(errors="ignore").rstrip(" .") + tail
