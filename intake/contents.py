"""What a file is by its bytes: its media type, and why it may be no use (password, plain archive, macros)."""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

_BLOCK = 1024 * 1024
_HEAD = 1024
_OVERLAP = 64
_LAST = 4 * _BLOCK
_ZIP_END = 65_557
MOST_ENTRIES = 10_000
LARGEST_DIRECTORY = 2 * 1024 * 1024

ZIP = "application/zip"
PDF = "application/pdf"
OLE = "application/x-ole-storage"
TNEF = "application/vnd.ms-tnef"

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
)
_HEIC = re.compile(rb".{4}ftyp(?:heic|heix|mif1|msf1)", re.DOTALL)
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


def look_inside(path: Path, declared: str) -> tuple[str, str | None]:
    """The media type by content, else as declared; and a word when people should know something."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    found = _by_magic(head)
    if found == ZIP:
        return _zip(path, head)
    if found == PDF:
        return PDF, "password" if _needs_password(path) else None
    if found == OLE:
        kind = declared if declared in _OLD_OFFICE else OLE
        return kind, "password" if _contains(path, _ENCRYPTED_OFFICE) else None
    return found or declared, None


def _by_magic(head: bytes) -> str | None:
    if _HEIC.match(head):
        return "image/heic"
    found = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    # Readers of PDF forgive junk before it; a stored zip begins with its own name and then the PDF.
    return found or (PDF if b"%PDF-" in head else None)


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


def _zip(path: Path, head: bytes) -> tuple[str, str | None]:
    if found := _OPEN_DOCUMENT.search(head[:128]):
        return found[1].decode("ascii"), None
    entries = _entries(path)
    names = [entry.filename for entry in entries]
    kind = _office_kind(names)
    if any(entry.flag_bits & 1 for entry in entries):
        return kind, "encrypted-zip"
    if kind == ZIP:
        return kind, "zip"
    return kind, "macros" if any(name.endswith("vbaProject.bin") for name in names) else None


def _office_kind(names: Sequence[str]) -> str:
    if "[Content_Types].xml" not in names:
        return ZIP
    kinds = (kind for folder, kind in _OFFICE_FOLDERS if any(name.startswith(folder) for name in names))
    return next(kinds, ZIP)


def _entries(path: Path) -> list[zipfile.ZipInfo]:
    """The list only, nothing is unpacked; empty for a broken list and for one too long to be honest."""
    if not _has_honest_list(path):
        return []
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError):
        return []


def _has_honest_list(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _ZIP_END, 0))
        tail = file.read()
    end = tail[tail.rfind(b"PK\x05\x06") :]
    entries, length = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    return len(end) >= 22 and entries <= MOST_ENTRIES and length <= LARGEST_DIRECTORY
