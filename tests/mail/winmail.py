"""A winmail.dat put together by hand, of the few attributes that hold attachments."""

import struct

_MAGIC = 0x223E9F78
_MESSAGE, _ATTACHMENT = 1, 2
_CODEPAGE = (_MESSAGE, 0x9007, 6)
_RENDERING = (_ATTACHMENT, 0x9002, 6)
_TITLE = (_ATTACHMENT, 0x8010, 1)
_DATA = (_ATTACHMENT, 0x800F, 6)
_PROPERTIES = (_ATTACHMENT, 0x9005, 6)
_LONG_NAME, _UNICODE = 0x3707, 0x001F
_OBJECT, _EMBEDDED = 0x3701, 0x000D
_IMESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def winmail(*files: tuple[str, bytes], mails: tuple[bytes, ...] = ()) -> bytes:
    """These files under their long names; `mails` are embedded mails, each a winmail.dat itself."""
    out = struct.pack("<IH", _MAGIC, 1) + _attribute(_CODEPAGE, struct.pack("<II", 1252, 0))
    for name, content in files:
        out += _attribute(_RENDERING, bytes(14))
        out += _attribute(_TITLE, name[:8].encode("ascii", "replace") + b"\0")
        out += _attribute(_DATA, content)
        out += _attribute(_PROPERTIES, _properties(_LONG_NAME, _UNICODE, f"{name}\0".encode("utf-16-le")))
    for mail in mails:
        out += _attribute(_RENDERING, bytes(14))
        out += _attribute(_PROPERTIES, _properties(_OBJECT, _EMBEDDED, _IMESSAGE + mail))
    return out


def _attribute(what: tuple[int, int, int], content: bytes) -> bytes:
    level, name, kind = what
    head = struct.pack("<BHHI", level, name, kind, len(content))
    return head + content + struct.pack("<H", sum(content) & 0xFFFF)


def _properties(name: int, kind: int, value: bytes) -> bytes:
    padded = value + bytes(-len(value) % 4)
    return struct.pack("<IHHII", 1, kind, name, 1, len(value)) + padded
