"""Files that hold files: winmail.dat, an attached mail, a signed mail. What they hold is taken out, so deep
and no deeper; a container that cannot be opened stays the one file that it is.

Runs in the reading process only. The text inside a container is nobody's command.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from mimetypes import guess_type
from pathlib import Path

from intake.contents import TNEF
from intake.letter import MOST_FILES
from intake.parsing import Part, parse
from intake.skeleton import NotRead, build_skeleton
from intake.smime import SMIME, signed_mail
from intake.unpacking import Source, Unpacked, created, unpack
from intake.words import MOST_BYTES, content_ids, text_of

MOST_LEVELS = 2
ATTACHED_MAIL = "message/rfc822"
ANY = "application/octet-stream"
_WINMAIL_HEAD, _WINMAIL_TAIL = 6, 12


class Full(Exception):
    """A mail has no room for more files."""


@dataclass(frozen=True)
class Piece:
    """One file of a mail, decoded. `shown` are the pictures of the text beside it. `inside` names its
    container, `forwarded`: it came out of an attached mail. `opened` is how many files were taken out of it
    (None: it is no container, or was not opened), `left`: files may be in it that were not."""

    part: Part
    found: Unpacked
    shown: frozenset[str] = frozenset()
    inside: str = ""
    forwarded: bool = False
    opened: int | None = None
    left: bool = False


@dataclass
class Folder:
    """Where a mail's files are written, and how many there may be."""

    path: Path
    _numbers: "count[int]" = field(default_factory=count)

    def next(self) -> Path:
        """The path of the next file. Raises Full."""
        number = next(self._numbers)
        if number >= MOST_FILES:
            raise Full
        if not number:
            self.path.mkdir(mode=0o700)
        return self.path / str(number)


@dataclass(frozen=True)
class Named:
    """A file to be taken out of a container that holds plain bytes."""

    name: str
    content: bytes


def files_in(parts: Iterable[Part]) -> list[Part]:
    return [part for part in parts if not part.is_words and not part.is_silent]


def pages_in(source: Source, parts: Iterable[Part]) -> tuple[str, ...]:
    pages = (part for part in parts if part.is_words and part.media_type == "text/html")
    return tuple(text_of(source.beginning(part, MOST_BYTES), part.charset) for part in pages)


def pictures_of(pages: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(content_ids, pages))


def opened(piece: Piece, media_type: str, folder: Folder, level: int) -> tuple[Piece, list[Piece]]:
    """The piece as it is after opening, and what it held; what that may hold is not opened yet."""
    try:
        inner = _out_of(piece, media_type, folder, level)
    except (NotRead, Full):
        inner = None
    if inner is None:
        return replace(piece, left=True), []
    return replace(piece, opened=len(inner)), inner


def is_attached_mail(name: str) -> bool:
    """By its name, where the sender's program says no more than that it is a file."""
    return name.lower().endswith(".eml")


def is_smime(media_type: str, name: str | None) -> bool:
    """Old Outlook and some gateways give it away by its name only."""
    return media_type in SMIME or (media_type == ANY and (name or "").lower().endswith(".p7m"))


def is_container(media_type: str) -> bool:
    return media_type in SMIME or media_type in (TNEF, ATTACHED_MAIL)


def _out_of(piece: Piece, media_type: str, folder: Folder, level: int) -> list[Piece] | None:
    if media_type == ATTACHED_MAIL:
        return _out_of_mail(piece.found.path, piece.found.sha256, folder, level)
    if level >= MOST_LEVELS:
        return None
    if media_type == TNEF:
        return _out_of_winmail(piece, folder)
    return _out_of_signed(piece, folder, level)


@contextmanager
def unwrapped(
    source: Source, parts: Sequence[Part], folder: Folder
) -> Iterator[tuple[Source, Sequence[Part]]]:
    """The parts of a mail; of one that is wholly inside its signature, those that were signed."""
    with ExitStack() as files:
        for _ in range(MOST_LEVELS):
            if len(parts) != 1 or not is_smime(parts[0].media_type, parts[0].name):
                break
            mail = signed_mail(unpack(source, parts[0], folder.next()).path)
            if not mail:
                break
            written = _write(mail, folder.next())
            file = files.enter_context(written.path.open("rb"))
            source = Source(build_skeleton(file, written.sha256), file)
            parts = parse(source.skeleton).parts
        yield source, parts


def _out_of_mail(path: Path, digest: str, folder: Folder, level: int) -> list[Piece] | None:
    """Its attachments; None where there are some, but too deep."""
    with path.open("rb") as file:
        source = Source(build_skeleton(file, digest), file)
        parts = parse(source.skeleton).parts
        wanted = files_in(parts)
        if level >= MOST_LEVELS:
            return None if wanted else []
        shown = pictures_of(pages_in(source, parts))
        return [Piece(part, unpack(source, part, folder.next()), shown) for part in wanted]


def _out_of_signed(piece: Piece, folder: Folder, level: int) -> list[Piece] | None:
    mail = signed_mail(piece.found.path)
    if mail is None:
        return None
    written = _write(mail, folder.next())
    return _out_of_mail(written.path, written.sha256, folder, level)


def _out_of_winmail(piece: Piece, folder: Folder) -> list[Piece] | None:
    files = _winmail(piece.found.path)
    if files is None:
        return None
    return [_piece(one, folder) for one in files]


def _winmail(path: Path) -> Sequence[Named] | None:
    """The attachments of Outlook's own format; None where it is torn, or the library cannot read it,
    whatever it raises: half a document must not pass for a whole one."""
    import tnefparse  # type: ignore[import-untyped]

    try:
        data = path.read_bytes()
        found = tnefparse.TNEF(data, do_checksum=True)
        read = _WINMAIL_HEAD + sum(one.length for one in found.objects)
        whole = found.objects and all(one.good_checksum for one in found.objects)
        return list(_named(found.attachments)) if whole and len(data) - read <= _WINMAIL_TAIL else None
    except Exception:
        return None


def _named(attachments: Iterable[object]) -> Iterator[Named]:
    for one in attachments:
        name, data = one.long_filename(), one.data  # type: ignore[attr-defined]
        content = b"".join(data) if isinstance(data, list) else bytes(data)
        if hasattr(one, "embed"):  # a mail in Outlook's own format, which is winmail.dat again
            yield Named("winmail.dat", content)
        elif content or name:
            yield Named(name if isinstance(name, str) else str(name, "cp1252", "replace"), content)


def _piece(one: Named, folder: Folder) -> Piece:
    name = one.name.strip("\0")
    part = Part(guess_type(name)[0] or ANY, name, "", "", b"", attached=True)
    return Piece(part, _write(one.content, folder.next()))


def _write(content: bytes, path: Path) -> Unpacked:
    with created(path) as file:
        file.write(content)
    return Unpacked(path, len(content), hashlib.sha256(content).hexdigest(), False)
