"""Lines and names of files made safe to keep and to show."""

import unicodedata
from pathlib import PurePosixPath

from handlers.safe_text import safe

LONGEST_LINE = 500
LONGEST_NAME = 200
LONGEST_EXTENSION = 12

# Zero-width joiners belong to the spelling of some languages; other format characters are shown by number.
_JOINERS = "\u200c\u200d"
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/rtf": ".rtf",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.ms-tnef": ".dat",
    "application/pkcs7-signature": ".p7s",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/tiff": ".tif",
    "image/heic": ".heic",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
}


def decoded(data: bytes) -> str:
    """UTF-8 or else Windows-1252, which takes every byte that Latin-1 takes."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def line(data: bytes) -> str:
    """A header's raw value, unfolded."""
    return decoded(data).replace("\r", "").replace("\n", "")


def one_line(text: str) -> str:
    """Safe, without control characters, at most 500 characters."""
    shown = "".join(" " if _is_control(letter) else letter for letter in safe(text[: 2 * LONGEST_LINE]))
    return " ".join(shown.split())[:LONGEST_LINE]


def file_name(name: str) -> str:
    """A name for showing: the last part of a path, nothing invisible, at most 200 characters, or empty."""
    shown = "".join(_shown(letter) for letter in safe(name.replace("\\", "/")))
    last = shown.rstrip("/ ").rpartition("/")[2].strip()
    if last in (".", ".."):
        return ""
    extension = PurePosixPath(last).suffix
    if len(last) <= LONGEST_NAME or len(extension) > LONGEST_EXTENSION:
        return last[:LONGEST_NAME]
    return last[: LONGEST_NAME - len(extension)] + extension


def name_for_nameless(sha256: str, media_type: str) -> str:
    """The same file has the same name in every mail and on every reading."""
    return f"unnamed-{sha256[:8]}{_EXTENSIONS.get(media_type, '.bin')}"


def _shown(letter: str) -> str:
    if _is_control(letter):
        return ""
    if unicodedata.category(letter) == "Cf" and letter not in _JOINERS:
        return f"[U+{ord(letter):04X}]"
    return letter


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Zl", "Zp")
