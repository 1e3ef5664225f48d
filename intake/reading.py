"""A kept mail read from its file: the words, who wrote it, and its files decoded into a folder.

Runs in the reading process only. The order is the road: skeleton, parts, words, files.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from email.parser import BytesHeaderParser
from pathlib import Path

from handlers.messages import Role
from handlers.tokens import references_in
from intake import mail_parser
from intake.addresses import strict_from
from intake.containers import (
    ATTACHED_MAIL,
    Folder,
    Piece,
    files_in,
    is_attached_mail,
    is_container,
    is_smime,
    opened,
    pictures_of,
    unwrapped,
)
from intake.contents import TNEF, look_inside
from intake.extent import extent_of
from intake.fresh_text import fresh_text, parted
from intake.inline_files import inline_files, without_files
from intake.parsing import ParsedMail, Part, parse
from intake.plain import file_name, line, name_for_nameless, one_line
from intake.reports import report_of
from intake.skeleton import build_skeleton
from intake.unpacking import Source, Unpacked, unpack
from intake.words import MOST_BYTES, cloud_hosts, says_more, text_of, text_of_html

MOST_TEXTS = 20
LARGEST_LOGO = 64 * 1024
LARGEST_ORNAMENT = 16 * 1024
_HEADERS = 64 * 1024

What = tuple[Role, str | None]

_SIGNATURE: What = ("decoration", "signature")
_INVITATION: What = ("decoration", "invitation")
_BY_TYPE: dict[str, What] = {
    "application/pkcs7-signature": _SIGNATURE,
    "application/x-pkcs7-signature": _SIGNATURE,
    "application/pgp-signature": _SIGNATURE,
    "application/pgp-keys": _SIGNATURE,
    "application/pgp-encrypted": _SIGNATURE,
    "text/calendar": _INVITATION,
    "application/ics": _INVITATION,
    "application/applefile": ("decoration", "resource-fork"),
    "application/pkcs7-mime": ("unreadable", "smime"),
    "application/x-pkcs7-mime": ("unreadable", "smime"),
    "message/partial": ("unreadable", "incomplete"),
    "message/external-body": ("unreadable", "incomplete"),
    TNEF: ("unreadable", "winmail"),
}


_HOLDING_NONE = {TNEF: "formatting"}
_NEVER_OPENED = {"zip-bomb"}
_SLIGHT = {None, "zip", "archive", "other-kind"}


@dataclass(frozen=True)
class Words:
    """The text for people, and the pages of HTML that came with it. `twice`: it came in both forms."""

    text: str
    pages: tuple[str, ...]
    twice: bool


def read_letter(raw: Path, digest: str, into: Path) -> dict[str, object]:
    """The form that `intake.letter` checks. Raises NotRead; files left in `into` then are nobody's."""
    with raw.open("rb") as file:
        skeleton = build_skeleton(file, digest)
        mail, folder = parse(skeleton), Folder(into)
        with unwrapped(Source(skeleton, file), mail.parts, folder) as (source, parts):
            words = _words(source, parts)
            files = _files(source, parts, words, folder)
            report = report_of(source, mail)
    fresh, quoted = parted(words.text)
    shown = (
        "\n".join(fresh_text(text_of_html(page)) for page in words.pages) if words.twice and fresh else fresh
    )
    address, basis = _writer(mail)
    return {
        "subject": mail.subject,
        "message_id": mail.message_id,
        "answers": mail.answers,
        "references": mail.references,
        "address": address,
        "basis": basis,
        "headers": mail.headers,
        "text": fresh,
        "quoted": quoted,
        "tags": references_in("\n".join((words.text, *words.pages))),
        "differs": says_more(fresh, shown) or any(part.is_words and part.ambiguous for part in parts),
        "links": cloud_hosts(fresh, words.pages),
        "files": files,
        "report": report,
    }


def _writer(mail: ParsedMail) -> tuple[str | None, str]:
    """A second Subject, Date or Message-ID may be one that no signature covers: no authority."""
    return (None, "repeated-headers") if mail.repeated else strict_from(mail.from_lines)


def _words(source: Source, parts: Sequence[Part]) -> Words:
    """Every nameless text part is the sender's; HTML only where there is no plain text."""
    said = [(part.media_type, _text(source, part)) for part in _texts(parts)]
    own = [without_files(text).strip() for kind, text in said if kind == "text/plain"]
    plain = [text for text in own if text]
    pages = tuple(text for kind, text in said if kind == "text/html")
    twice = bool(plain) and any(part.is_words and part.inside == "alternative" for part in _texts(parts))
    return Words("\n\n".join(plain or map(text_of_html, pages)), pages, twice and bool(pages))


def _texts(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.is_words and not part.again][:MOST_TEXTS]


def _text(source: Source, part: Part) -> str:
    return text_of(source.beginning(part, MOST_BYTES), part.charset)


def _files(source: Source, parts: Sequence[Part], words: Words, folder: Folder) -> list[dict[str, object]]:
    shown = pictures_of(words.pages)
    pieces = _unpacked(source, parts, shown, folder)
    for part in _texts(parts):
        pieces += inline_files(source, part, folder) if part.media_type == "text/plain" else []
    return [form for piece in pieces for form in _listed(piece, folder)]


def _unpacked(source: Source, parts: Sequence[Part], shown: frozenset[str], folder: Folder) -> list[Piece]:
    """Every way to read a part is a file, unless one before it has the same bytes; like what came out of
    something, it is numbered after all that the sender sees."""
    pieces: dict[tuple[int, str], Piece] = {}
    for part in files_in(parts):
        found = unpack(source, part, folder.next())
        pieces.setdefault((part.leaf, found.sha256), Piece(part, found, shown, forwarded=part.again))
    return list(pieces.values())


def _listed(piece: Piece, folder: Folder, level: int = 0) -> Iterator[dict[str, object]]:
    """A file, and behind it those that it holds."""
    media_type, remark = _inside(piece.part, piece.found)
    inner: list[Piece] = []
    if is_container(media_type):
        piece, inner = opened(piece, media_type, folder, level)
    name = _name(piece.part, piece.found, media_type)
    yield _file(piece, name, media_type, remark)
    forwarded = piece.forwarded or media_type == ATTACHED_MAIL
    for one in inner:
        yield from _listed(replace(one, inside=name, forwarded=forwarded), folder, level + 1)


def _file(piece: Piece, name: str, media_type: str, remark: str | None) -> dict[str, object]:
    role, why = _what(piece, media_type)
    if remark in _NEVER_OPENED:
        role, why = "unreadable", remark
    return {
        "path": piece.found.path.name,
        "name": name,
        "size": piece.found.size,
        "sha256": piece.found.sha256,
        "media_type": media_type,
        "role": role,
        "remark": why or (_remark(piece, remark) if role == "document" else None),
        "extent": extent_of(piece.found.path, media_type) if role == "document" else None,
        "inside": piece.inside,
        "forwarded": piece.forwarded,
    }


def _remark(piece: Piece, inside: str | None) -> str | None:
    if piece.part.ambiguous and inside in _SLIGHT:
        return "ambiguous"
    return inside or ("not-opened" if piece.left else None)


def _inside(part: Part, found: Unpacked) -> tuple[str, str | None]:
    if part.media_type.startswith("message/"):
        return part.media_type, None
    if is_smime(part.media_type, part.name):
        return "application/pkcs7-mime", None
    media_type, remark = look_inside(found.path, part.media_type, part.name or "")
    attached = media_type in ("application/octet-stream", "text/plain") and is_attached_mail(part.name or "")
    return (ATTACHED_MAIL, None) if attached else (media_type, remark)


def _what(piece: Piece, media_type: str) -> What:
    """Whether a file is a document to anybody, and if not, why."""
    part, found = piece.part, piece.found
    if _is_logo(part, found.size, media_type, piece.shown):
        return "decoration", "inline-logo"
    if piece.opened is not None and media_type != ATTACHED_MAIL:
        return "decoration", "opened" if piece.opened else _HOLDING_NONE.get(media_type, "signature")
    if known := _BY_TYPE.get(part.media_type) or _BY_TYPE.get(media_type):
        return known
    if part.media_type.startswith("multipart/"):
        return "unreadable", "broken-mime"
    if part.inside == "encrypted":
        return "unreadable", "encrypted"
    if not found.size:
        return "empty", None
    return ("damaged", "bad-base64") if found.damaged else ("document", None)


def _is_logo(part: Part, size: int, media_type: str, shown: frozenset[str]) -> bool:
    if not media_type.startswith("image/"):
        return False
    return (part.content_id in shown and size <= LARGEST_LOGO) or (
        part.inside == "related" and size <= LARGEST_ORNAMENT
    )


def _name(part: Part, found: Unpacked, media_type: str) -> str:
    name = file_name(part.name or "")
    if not name and media_type == "message/rfc822":
        name = file_name(re.sub(r"[/\\]", "-", _inner_subject(found.path)) + ".eml")
    return name or name_for_nameless(found.sha256, media_type)


def _inner_subject(path: Path) -> str:
    with path.open("rb") as file:
        subject = BytesHeaderParser().parsebytes(file.read(_HEADERS)).get("subject", "")
    raw = line(str(subject).encode("ascii", "surrogateescape")) if isinstance(subject, str) else ""
    return one_line(mail_parser.decoded(raw)) or "forwarded message"
