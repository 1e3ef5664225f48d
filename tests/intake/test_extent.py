"""How much a document holds: told for the formats people send, and never a reason to lose a mail."""

import json
from pathlib import Path

import pytest

from intake.contents import look_inside
from intake.extent import SHEETS, WORD, extent_of
from intake.letter import BadAnswer, letter_from
from tests.intake.test_letter import file as said_file
from tests.intake.test_letter import folder as folder
from tests.intake.test_letter import form
from tests.mail.documents import archive, docx, locked_pdf, paged_docx, paged_pdf, pdf, xlsx

KNOWN = {
    "one page": (pdf("roster"), {"pages": 1}),
    "many pages": (paged_pdf(12), {"pages": 12}),
    "Word": (paged_docx(7), {"pages": 7}),
    "Excel": (xlsx(Ledger=80, Notes=3), {"sheets": {"Ledger": 80, "Notes": 3}}),
    "an empty sheet": (xlsx(Ledger=0), {"sheets": {"Ledger": 1}}),
}
UNKNOWN = {
    "Word without a count": docx("words"),
    "locked": locked_pdf("roster"),
    "no such pages": pdf("roster").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
    "cut": pdf("roster")[:80],
    "a zip": archive(("a.txt", b"a")),
    "a picture": b"\x89PNG\r\n\x1a\n",
}


def extent(content: bytes, path: Path) -> object:
    path.write_bytes(content)
    return extent_of(path, look_inside(path, "application/octet-stream")[0])


@pytest.mark.parametrize("what", KNOWN)
def test_pages_and_rows_are_counted(what: str, tmp_path: Path) -> None:
    content, found = KNOWN[what]
    assert extent(content, tmp_path / "file") == found


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_cannot_be_counted_is_not_known(what: str, tmp_path: Path) -> None:
    assert extent(UNKNOWN[what], tmp_path / "file") is None


@pytest.mark.parametrize("media_type", [WORD, SHEETS])
def test_a_broken_office_file_is_not_known(media_type: str, tmp_path: Path) -> None:
    for content in (b"PK\x03\x04", archive(("word/document.xml", b"<w/>")), b""):
        (tmp_path / "file").write_bytes(content)
        assert extent_of(tmp_path / "file", media_type) is None


@pytest.mark.parametrize("told", [None, {"pages": 12}, {"sheets": {"Ledger": 80}}])
def test_the_reading_process_may_say_so(told: object, folder: Path) -> None:
    letter = letter_from(json.dumps(form(files=[said_file(extent=told)])).encode(), folder)
    assert letter.files[0].extent == told  # type: ignore[union-attr]


LIES = [12, [], {}, {"pages": -1}, {"pages": True}, {"pages": "12"}, {"pages": 1, "sheets": {}}]
LIES += [{"sheets": {"a": None}}, {"sheets": {"x" * 101: 1}}, {"sheets": {str(n): 1 for n in range(101)}}]


@pytest.mark.parametrize("told", LIES)
def test_nothing_else_is_taken_from_it(told: object, folder: Path) -> None:
    with pytest.raises(BadAnswer):
        letter_from(json.dumps(form(files=[said_file(extent=told)])).encode(), folder)
