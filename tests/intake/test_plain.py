"""Names and texts that may be kept and shown, whatever was sent."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.safe_text import safe
from intake.plain import LONGEST_NAME, decoded, file_name, name_for_nameless, one_line


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("roster.pdf", "roster.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Ana\\roster.pdf", "roster.pdf"),
        ("/etc/", "etc"),
        ("..", ""),
        ("../..", ""),
        (".", ""),
        ("", ""),
        (" \t ", ""),
        ("ros\0ter.pdf", "roster.pdf"),
        ("ros\r\nX-Header: y.pdf", "rosX-Header: y.pdf"),
        ("roster\u202efdp.exe", "roster[U+202E]fdp.exe"),
        ("\u2066a\u2069.pdf", "[U+2066]a[U+2069].pdf"),
        ("a\u200bb\ufeff.pdf", "a[U+200B]b[U+FEFF].pdf"),
        ("a\u2028b.pdf", "ab.pdf"),
        ("nin\u0303os.pdf", "niños.pdf"),
        ("\ud800.pdf", "?.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("x" * 300 + "." + "y" * 100, "x" * 200),
        ("-rf.pdf", "-rf.pdf"),
        ("CON", "CON"),
        ("=HYPERLINK(1).csv", "=HYPERLINK(1).csv"),
    ],
)
def test_a_name_is_data_and_shown_as_such(sent: str, shown: str) -> None:
    assert file_name(sent) == shown


@given(st.text(alphabet=st.characters(), max_size=400))
def test_no_name_holds_a_path_or_anything_invisible(name: str) -> None:
    shown = file_name(name)
    assert len(shown) <= LONGEST_NAME
    assert not {"/", "\\"} & set(shown)
    assert shown not in (".", "..")
    assert not [letter for letter in shown if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [
        letter for letter in shown if unicodedata.bidirectional(letter) in ("RLO", "LRO", "RLE", "RLI")
    ]


@given(st.text(alphabet=st.characters(), max_size=200))
def test_safe_text_is_taken_by_every_database(text: str) -> None:
    said = safe(text)
    assert said.encode("utf-8").decode("utf-8") == said
    assert "\0" not in said
    assert unicodedata.is_normalized("NFC", said)
    assert "\n" not in one_line(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_text(data: bytes) -> None:
    decoded(data)


def test_a_nameless_file_is_named_by_its_bytes_and_type() -> None:
    assert name_for_nameless("0123456789abcdef", "application/pdf") == "unnamed-01234567.pdf"
    assert name_for_nameless("0123456789abcdef", "x/y") == "unnamed-01234567.bin"
