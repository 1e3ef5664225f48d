"""The reading process is not believed: what does not fit the form is no letter."""

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.letter import BadAnswer, Letter, NoLetter, letter_from

CONTENT = b"content"


def form(**changes: object) -> dict[str, Any]:
    return {
        "subject": "EL 02",
        "message_id": "<a@b.example>",
        "answers": [],
        "references": [],
        "address": "a@b.example",
        "basis": "strict-from",
        "headers": [["From", "a@b.example"]],
        "text": "EL 02",
        "quoted": "> Which item?",
        "tags": ["r41-0123456789abcdef"],
        "differs": False,
        "links": [],
        "files": [],
        **changes,
    }


def file(**changes: object) -> dict[str, object]:
    return {
        "path": "0",
        "name": "a.pdf",
        "size": len(CONTENT),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "media_type": "application/pdf",
        "role": "document",
        "remark": None,
        "extent": None,
        "inside": "",
        "forwarded": False,
        **changes,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "outside").write_bytes(CONTENT)
    (tmp_path / "into").mkdir()
    (tmp_path / "into" / "0").write_bytes(CONTENT)
    (tmp_path / "into" / "1").symlink_to(tmp_path / "outside")
    (tmp_path / "into" / "2").mkdir()
    return tmp_path / "into"


def answered(value: object, folder: Path) -> Letter | NoLetter:
    return letter_from(json.dumps(value).encode(), folder)


def test_an_honest_answer_is_a_letter(folder: Path) -> None:
    letter = answered(form(files=[file()]), folder)
    assert isinstance(letter, Letter)
    assert letter.files[0].path == folder / "0"


def test_text_is_made_safe_once_more(folder: Path) -> None:
    letter = letter_from(json.dumps(form()).encode().replace(b'"EL 02"', b'"a\\u0000\\ud800"'), folder)
    assert isinstance(letter, Letter)
    assert (letter.subject, letter.text) == ("a?", "a?")


def test_a_reason_is_one_word(folder: Path) -> None:
    assert answered({"unreadable": "too-many-parts"}, folder) == NoLetter("too-many-parts")
    assert answered({"trouble": "enospc"}, folder) == NoLetter("enospc", trouble=True)
    with pytest.raises(BadAnswer):
        answered({"unreadable": "Ana's SSID is 123"}, folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "../outside"},
        {"path": "/etc/passwd"},
        {"path": "1"},
        {"path": "2"},
        {"path": "3"},
        {"path": 0},
        {"size": 6},
        {"size": "7"},
        {"size": None},
        {"sha256": "../../x"},
        {"role": "filed"},
        {"role": ["document"]},
        {"remark": "a b"},
        {"media_type": "text/html\r\nX: y"},
        {"name": "x" * 2000},
        {"name": None},
    ],
    ids=str,
)
def test_a_file_that_is_not_as_told_is_refused(folder: Path, changes: dict[str, object]) -> None:
    with pytest.raises(BadAnswer):
        answered(form(files=[file(**changes)]), folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": 1},
        {"subject": "x" * 2000},
        {"address": ["a@b.example"]},
        {"headers": [["one"]]},
        {"headers": "none"},
        {"files": [None]},
        {"files": [file()] * 501},
        {"text": "x" * 30_000},
        {"basis": None},
        {"answers": ["x"] * 21},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_letter_out_of_form_is_refused(folder: Path, changes: dict[str, object]) -> None:
    with pytest.raises(BadAnswer):
        answered(form(**changes), folder)


@pytest.mark.parametrize(
    "line", [b"", b"null\n", b"[]\n", b"{}\n", b"{\n", b"\xff\n", b"[" * 100_000, b"1e999\n"]
)
def test_what_is_no_object_is_refused(folder: Path, line: bytes) -> None:
    with pytest.raises(BadAnswer):
        letter_from(line, folder)


plain = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
values = plain | st.lists(plain | st.lists(plain, max_size=3), max_size=3)


@given(st.dictionaries(st.sampled_from([*form(), "unreadable", "trouble"]), values))
def test_any_answer_is_a_letter_or_refused(changes: dict[str, object]) -> None:
    with suppress(BadAnswer):
        answered(form(**changes), Path("/nowhere"))
