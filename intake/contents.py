"""What a file is by its bytes: its media type, and what people should know of it (password, macros, archive).

Nothing is run, shown or unpacked to a place. A file that people should beware of is evidence all the same,
but for one that cannot be opened without harm (`zip-bomb`).
"""

import re
from collections.abc import Sequence
from pathlib import Path

from intake.archives import Bomb, Count, Listed, count_gzip, count_zip, ends_as_zip, is_locked_archive, listed
from intake.kinds import disagrees, is_program
from intake.ole import streams_of

_BLOCK = 1024 * 1024
_HEAD = 1024
_OVERLAP = 64
_LAST = 4 * _BLOCK

ZIP = "application/zip"
PDF = "application/pdf"
OLE = "application/x-ole-storage"
TNEF = "application/vnd.ms-tnef"
GZIP = "application/gzip"
HTML = "text/html"
SVG = "image/svg+xml"
PROGRAM = "application/x-executable"
SCRIPT = "text/x-script"

REMARKS = (
    *("password", "encrypted-zip", "zip-bomb", "program", "macros", "dde", "two-kinds", "script-inside"),
    *("unsafe-names", "zip", "archive", "other-kind"),
)

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"\x78\x9f\x3e\x22", TNEF),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b\x08", GZIP),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xfe\xed\xfa\xce", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"L\0\0\0\x01\x14\x02\0", PROGRAM),  # a Windows shortcut, which can start anything
    (b"#!", SCRIPT),
)
_ARCHIVES = frozenset(
    kind for _, kind in _MAGIC if kind.endswith(("compressed", "rar", "gzip", "bzip2", "x-xz"))
) | {"application/x-tar"}
_TAR = slice(257, 262)
_HEIC = re.compile(rb".{4}ftyp(?:heic|heix|mif1|msf1)", re.DOTALL)
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,400}?-->\s*)?"
    rb"<(!doctype html|html|svg|!doctype svg)",
    re.I | re.S,
)
_SCRIPT = re.compile(rb"<script|javascript:|<iframe|\bon(?:load|error|click|mouseover|focus)\s*=", re.I)
_PAGE_INSIDE = re.compile(rb"<script|<html|<\?php|<svg[\s>]", re.I)
_PDF_ACTIONS = (b"/JavaScript", b"/Launch")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OFFICE_FOLDERS = (
    ("word/", f"{_OFFICE}wordprocessingml.document"),
    ("xl/", f"{_OFFICE}spreadsheetml.sheet"),
    ("ppt/", f"{_OFFICE}presentationml.presentation"),
)
_OPEN_DOCUMENT = re.compile(rb"mimetype(application/vnd\.oasis\.opendocument\.[a-z-]{1,40})")
_OLD_OFFICE = {
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.ms-outlook",
}
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")

Look = tuple[str, str | None]


def look_inside(path: Path, declared: str, name: str = "") -> Look:
    """The media type by content, else as declared; and a word of REMARKS when people should know something,
    the gravest where there are several."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    kind, remark = _of(path, head, _by_magic(head), declared)
    if remark is None and is_program(name):
        return kind, "program"
    if remark in (None, "zip", "archive") and head and disagrees(kind, declared, name, _is_known(head)):
        return kind, "other-kind"
    return kind, remark


def _by_magic(head: bytes) -> str | None:
    if _HEIC.match(head):
        return "image/heic"
    found = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    if found is None and head[_TAR] == b"ustar":
        return "application/x-tar"
    # Readers of PDF forgive junk before it; a stored zip begins with its own name and then the PDF.
    return found or (PDF if b"%PDF-" in head else None)


def _is_known(head: bytes) -> bool:
    return _by_magic(head) is not None or _PAGE.match(head) is not None


def _of(path: Path, head: bytes, found: str | None, declared: str) -> Look:
    if found == ZIP:
        return _zip(path, head)
    if found == PDF:
        return PDF, _of_pdf(path, head)
    if found == OLE:
        return _ole(path, declared)
    if found in (PROGRAM, SCRIPT):
        return found, "program"
    if found in _ARCHIVES:
        return found, _of_archive(path, found)
    if found is not None and found.startswith("image/"):
        return found, "two-kinds" if _is_more_than_a_picture(path, head) else None
    if found is None and (page := _PAGE.match(head) or declared in (HTML, SVG)):
        return _page(path, page, declared)
    return found or declared, None


def _of_pdf(path: Path, head: bytes) -> str | None:
    if _needs_password(path):
        return "password"
    if ends_as_zip(path) or _PAGE_INSIDE.search(head.partition(b"%PDF-")[0]):
        return "two-kinds"
    return "script-inside" if any(_contains(path, action) for action in _PDF_ACTIONS) else None


def _needs_password(path: Path) -> bool:
    """A PDF that only forbids printing opens without one."""
    if not _contains(path, b"/Encrypt"):
        return False
    import pikepdf  # only then: it is the heaviest of our libraries

    try:
        with pikepdf.open(path):
            return False
    except pikepdf.PasswordError:
        return True
    except Exception:  # broken some other way, which is not this question
        return False


def _contains(path: Path, what: bytes) -> bool:
    """Looked for in the first MiB and the last four: where both formats keep what they say of themselves."""
    tail = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if what in tail + block:
                return True
            tail = block[-_OVERLAP:]
            file.seek(max(file.tell(), path.stat().st_size - _LAST))
    return False


def _ole(path: Path, declared: str) -> Look:
    """Old Office. What is too broken to list its streams may still say that it is locked."""
    streams = streams_of(path)
    kind = streams.kind or (declared if declared in _OLD_OFFICE else OLE)
    if streams.is_locked or _contains(path, _ENCRYPTED_OFFICE):
        return kind, "password"
    if streams.has_macros:
        return kind, "macros"
    return kind, "dde" if _contains(path, b"DDEAUTO") else None


def _of_archive(path: Path, kind: str) -> str:
    if kind == GZIP:
        try:
            count_gzip(path)
        except Bomb:
            return "zip-bomb"
    return "encrypted-zip" if is_locked_archive(path, kind) else "archive"


def _is_more_than_a_picture(path: Path, head: bytes) -> bool:
    """A picture that is a page, a script, a PDF or an archive, too."""
    script = head.startswith(b"GIF") and head[6:8] in (b"/*", b"=1", b"='", b'="')
    return script or b"%PDF-" in head or _PAGE_INSIDE.search(head) is not None or ends_as_zip(path)


def _page(path: Path, page: "re.Match[bytes] | bool", declared: str) -> Look:
    kind = declared if isinstance(page, bool) else SVG if b"svg" in page[1].lower() else HTML
    with path.open("rb") as file:
        scripted = _SCRIPT.search(file.read(_BLOCK)) is not None
    return kind, "script-inside" if scripted else None


def _zip(path: Path, head: bytes) -> Look:
    with path.open("rb") as file:
        found = listed(file)
    named = _OPEN_DOCUMENT.search(head[:128])
    kind = named[1].decode("ascii") if named else _office_kind(found.names)
    try:
        count = count_zip(path, found)
    except Bomb:
        return kind, "zip-bomb"
    return kind, _of_zip(kind, found, count)


def _of_zip(kind: str, found: Listed, count: Count) -> str | None:
    if found.is_locked:
        return "encrypted-zip"
    if kind == ZIP:
        return "unsafe-names" if found.leads_outside else "zip"
    if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in found.names):
        return "macros"
    return "dde" if count.dde else None


def _office_kind(names: Sequence[str]) -> str:
    if "[Content_Types].xml" not in names:
        return ZIP
    kinds = (kind for folder, kind in _OFFICE_FOLDERS if any(name.startswith(folder) for name in names))
    return next(kinds, ZIP)
