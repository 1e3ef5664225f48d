"""What the reading process says of a mail, as the service takes it: checked field by field, never believed.

The reading process is the untrusted side: whatever a mail made of it, it can only fill in this form.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from handlers.messages import Role
from handlers.safe_text import safe
from handlers.tokens import MOST_TAGS

MOST_FILES = 500
MOST_SHEETS = 100
MOST_COUNTED = 10_000_000
MOST_TEXT = 20_000
MOST_HEADERS = 20_000
LONGEST_HEADER = 256 * 1024
LONGEST_WORD = 1000

_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILE = re.compile(r"[0-9]{1,3}")
_REFERENCE = re.compile(r"r[0-9]{1,18}-[0-9a-f]{16}")
_WORD = re.compile(r"[a-z0-9-]{1,40}")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+_-]{1,100}/[a-z0-9.+_-]{1,100}")

_ACTION = re.compile(r"failed|delayed|relayed|expanded|delivered|")
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}|")
_MARK = re.compile(r"[0-9]{1,18}-[0-9a-f]{16}")
_REPORT = re.compile(r"delivery|receipt|calendar|words")

Form = Mapping[str, object]


class BadAnswer(Exception):
    """The reading process answered something that is not a letter."""


@dataclass(frozen=True)
class LetterFile:
    """A file of the letter, lying decoded at `path`. `forwarded`: it came out of an attached mail."""

    path: Path
    name: str
    size: int
    sha256: str
    media_type: str
    role: Role
    remark: str | None
    extent: dict[str, Any] | None
    inside: str = ""
    forwarded: bool = False


@dataclass(frozen=True)
class Report:
    """What a mail reports: of a `delivery` the action and the status, a read `receipt`, an answer to a
    `calendar`'s invitation, or mere `words`. `about` are `number-token` of our messages that it names."""

    kind: str
    action: str
    status: str
    about: tuple[str, ...]


@dataclass(frozen=True)
class Letter:
    """A mail as read. `address` is the strict From address or None, `basis` a word for why. `quoted` is what
    stands below the fresh text; `tags` are the references of ours in both, and in its pages of HTML."""

    subject: str
    message_id: str | None
    answers: tuple[str, ...]
    references: tuple[str, ...]
    address: str | None
    basis: str
    headers: tuple[tuple[str, str], ...]
    text: str
    quoted: str
    tags: tuple[str, ...]
    differs: bool
    links: tuple[str, ...]
    files: tuple[LetterFile, ...]
    report: Report | None = None


@dataclass(frozen=True)
class NoLetter:
    """Why the mail could not be read; `trouble` when the machine is to blame and not the mail."""

    reason: str
    trouble: bool = False


def letter_from(answer: bytes, folder: Path) -> Letter | NoLetter:
    """Read an answer; its files must lie in `folder`. Raises BadAnswer."""
    try:
        form = json.loads(answer)
        if not isinstance(form, dict):
            raise BadAnswer
        for word in ("unreadable", "trouble"):
            if word in form:
                return NoLetter(_matching(form[word], _WORD), word == "trouble")
        return _letter(form, folder)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadAnswer from error


def _letter(form: Form, folder: Path) -> Letter:
    return Letter(
        subject=_text(form["subject"], LONGEST_WORD),
        message_id=_maybe(form["message_id"]),
        answers=_texts(form["answers"]),
        references=_texts(form["references"]),
        address=_maybe(form["address"]),
        basis=_matching(form["basis"], _WORD),
        headers=tuple(_header(each) for each in _list(form["headers"], MOST_HEADERS)),
        text=_text(form["text"], MOST_TEXT),
        quoted=_text(form["quoted"], MOST_TEXT),
        tags=tuple(_matching(each, _REFERENCE) for each in _list(form["tags"], MOST_TAGS)),
        differs=form["differs"] is True,
        links=_texts(form["links"]),
        files=tuple(_file(each, folder) for each in _list(form["files"], MOST_FILES)),
        report=_report(form.get("report")),
    )


def _report(form: object) -> Report | None:
    if form is None:
        return None
    if not isinstance(form, dict):
        raise BadAnswer
    return Report(
        kind=_matching(form["kind"], _REPORT),
        action=_matching(form["action"], _ACTION),
        status=_matching(form["status"], _STATUS),
        about=tuple(_matching(each, _MARK) for each in _list(form["about"], 100)),
    )


def _file(form: object, folder: Path) -> LetterFile:
    if not isinstance(form, dict):
        raise BadAnswer
    path, role = folder / _matching(form["path"], _FILE), form["role"]
    if role not in get_args(Role) or path.is_symlink():
        raise BadAnswer
    return LetterFile(
        path=path,
        name=_text(form["name"], LONGEST_WORD),
        size=_size(form["size"], path),
        sha256=_matching(form["sha256"], _SHA256),
        media_type=_matching(form["media_type"], _MEDIA_TYPE),
        role=cast(Role, role),
        remark=None if form["remark"] is None else _matching(form["remark"], _WORD),
        extent=_extent(form["extent"]),
        inside=_text(form["inside"], LONGEST_WORD),
        forwarded=form["forwarded"] is True,
    )


def _extent(value: object) -> dict[str, Any] | None:
    """Nothing, a number of pages, or the rows of each sheet."""
    if value is None:
        return None
    if not isinstance(value, dict) or len(value) != 1:
        raise BadAnswer
    if "pages" in value:
        return {"pages": _count(value["pages"])}
    sheets = value.get("sheets")
    if not isinstance(sheets, dict) or len(sheets) > MOST_SHEETS:
        raise BadAnswer
    return {"sheets": {_text(name, 100): _count(rows) for name, rows in sheets.items()}}


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= MOST_COUNTED:
        raise BadAnswer
    return value


def _size(value: object, path: Path) -> int:
    if not isinstance(value, int) or not path.is_file() or path.stat().st_size != value:
        raise BadAnswer
    return value


def _header(value: object) -> tuple[str, str]:
    name, text = _list(value, 2)
    return _text(name, LONGEST_HEADER), _text(text, LONGEST_HEADER)


def _list(value: object, most: int) -> list[object]:
    if not isinstance(value, list) or len(value) > most:
        raise BadAnswer
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(each, LONGEST_WORD) for each in _list(value, 20))


def _maybe(value: object) -> str | None:
    return None if value is None else _text(value, LONGEST_WORD)


def _text(value: object, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise BadAnswer
    return safe(value)


def _matching(value: object, form: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise BadAnswer
    return value
