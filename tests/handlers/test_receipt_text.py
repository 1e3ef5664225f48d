"""The words of a receipt: whatever mail programs do to lines, they stay; whatever people write, it is a value."""

import unicodedata
from email.message import EmailMessage
from email.policy import SMTP
from textwrap import fill

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.receipt_text import (
    TITLE,
    WIDTH,
    Found,
    armored,
    fields_of,
    lines_of,
    plainly,
    receipts_in,
    said,
    words_of,
)
from intake.fresh_text import fresh_text
from store.signing import signer_from
from tests.templates.pages import NAUGHTY

SIGNER = signer_from(bytes(range(32)))
DIGEST = "929f75a46be9d5d2e4586c9fbe06ac27757056b45b87ea3267a5ba130dafcda7"
NAMES = [
    *NAUGHTY.values(),
    "a + b - c.pdf",
    "+",
    "-",
    "--",
    "-- ",
    " roster  of   May ",
    "Verdict: filed SHA-256: 00 File: 2",
    "-----BEGIN SIGNATURE-----",
    "-----END CAIS RECEIPT-----",
    "x\\ y\\",
    "50% of %41.pdf",
    "> quoted",
    "From the office.pdf",
    "On 3 May 2013, Ana wrote:",
    "e\u0301te\u0301 \u1100\u1161\u11a8 \u212b.pdf",
    "a@b.example<mailto:a@b.example>",
    "thanks and best regards, " * 20,
    "\u00a0name\u2003of\u3000spaces\u00a0",
]
names = st.text(max_size=200) | st.sampled_from(NAMES)


def a_receipt(*values: str) -> list[str]:
    """A signed receipt of files with these names."""
    facts = [("Receipt", "R-17"), ("SHA-256", DIGEST)]
    for number, value in enumerate(values, 1):
        facts += [("File", str(number)), ("Name", said(value)), ("Verdict", "filed")]
    lines = lines_of(facts)
    return armored(lines, SIGNER.sign(words_of("\n".join(lines)).encode()))


def whole(text: str) -> Found:
    """The one receipt in a text; its signature fits."""
    (found,) = receipts_in(text)
    assert found.signature is not None
    assert SIGNER.verifies(SIGNER.key, found.words.encode(), found.signature)
    return found


def told(found: Found) -> list[str]:
    return [plainly(value) for label, value in fields_of(found.words) if label == "Name"]


def readable(value: str) -> str:
    """Half a letter has no UTF-8 of its own."""
    return unicodedata.normalize("NFC", value).encode("utf-8", "surrogatepass").decode("utf-8", "replace")


@given(st.lists(names, max_size=4))
def test_whatever_people_write_comes_back_as_one_value(values: list[str]) -> None:
    found = whole("\n".join(a_receipt(*values)))
    labels = [label for label, _ in fields_of(found.words)]
    assert labels == ["Receipt", "SHA-256"] + ["File", "Name", "Verdict"] * len(values)
    assert told(found) == [readable(value) for value in values]


@given(st.lists(names, max_size=3))
def test_no_line_is_longer_than_mail_programs_leave_alone(values: list[str]) -> None:
    lines = a_receipt(*values)
    assert max(map(len, lines)) <= WIDTH < 76
    for line in lines:
        assert line == " ".join(line.split())
        assert line.isprintable()
        assert not line.startswith((">", "From ", "-- ", "."))


@given(st.lists(names, max_size=3), st.integers(50, 90))
def test_a_receipt_survives_what_mail_programs_do(values: list[str], width: int) -> None:
    lines = a_receipt(*values)
    text = "\n".join(lines)
    words = whole(text).words
    wrapped = "\n".join(fill(part, width, break_long_words=False, break_on_hyphens=False) for part in lines)
    made = {
        "CRLF": text.replace("\n", "\r\n"),
        "quoted": "\n".join(f"> {line}" for line in lines),
        "quoted twice": "\n".join(f">> {line}" for line in lines),
        "quoted by degrees": "\n".join(f"> > >{line}" for line in lines),
        "format=flowed": "\n".join(f" {line} " for line in lines),
        "no blank lines": "\n".join(line for line in lines if line),
        "blank lines": "\n\n \n".join(lines),
        "tabs and no-break spaces": text.replace(" ", "\t\u00a0 "),
        "wrapped anew": wrapped,
        "quoted and wrapped anew": wrapped.replace("\n", "\n> "),
        "decomposed letters": unicodedata.normalize("NFD", text),
        "in other words": f"Hello,\nhere it is: \n{text}\n-- \nAna",
        "a BOM in front": f"\ufeff\n{text}",
    }
    assert {how for how, one in made.items() if whole(one).words != words} == set()


def test_links_that_outlook_adds_are_not_of_the_receipt() -> None:
    lines = armored([TITLE, "Address: a@b.example", "Service: cais.example"], SIGNER.sign(b"x"))
    text = "\n".join(lines)
    linked = text.replace("a@b.example", "a@b.example<mailto:a@b.example>")
    linked = linked.replace("cais.example", "cais.example<http://cais.example/>")
    assert words_of(linked) == words_of(text)


@pytest.mark.parametrize("name", NAMES)
def test_a_receipt_pasted_into_a_mail_passes_our_own_reading(name: str) -> None:
    lines = a_receipt("roster.pdf", name)
    assert told(whole(fresh_text("verify\n\n" + "\n".join(lines) + "\n\nThanks\nAna")))[0] == "roster.pdf"


def test_a_receipt_of_forty_files_passes_our_own_reading() -> None:
    lines = a_receipt(*(f"ELAC minutes of school {number}, October 2013.pdf" for number in range(40)))
    assert len(told(whole(fresh_text("\n".join(lines))))) == 40


def test_a_receipt_survives_the_email_package() -> None:
    mail, text = EmailMessage(policy=SMTP), "\n".join(a_receipt("été 教育.pdf", "x" * 300))
    mail.set_content(text, cte="quoted-printable")
    assert whole(mail.get_content()).words == words_of(text).split("----- ", 1)[1].split(" -----BEGIN")[0]


@given(st.data())
def test_no_letter_can_be_changed_left_out_or_added(data: st.DataObject) -> None:
    words = whole("\n".join(a_receipt("roster.pdf", "minutes of May.pdf"))).words
    at = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(st.characters(exclude_characters=words[at], codec="utf-8"))
    signature = whole("\n".join(a_receipt("roster.pdf", "minutes of May.pdf"))).signature
    assert signature is not None
    for changed in (words[:at] + other + words[at + 1 :], words[:at] + words[at + 1 :]):
        assert not SIGNER.verifies(SIGNER.key, changed.encode(), signature)


def test_what_was_cut_off_is_found_without_its_signature() -> None:
    lines = a_receipt("roster.pdf")
    for end in (2, 5, len(lines) - 3, len(lines) - 1):
        (found,) = receipts_in("\n".join(lines[:end]))
        assert found.signature is None
    again = list(receipts_in("\n".join([*lines[:4], *lines])))
    assert [one.signature is None for one in again] == [True, False]


def test_hostile_text_is_searched_in_no_time() -> None:
    for word in (
        "-----BEGIN CAIS RECEIPT----- ",
        "-----BEGIN SIGNATURE----- ",
        "> ",
        "\\ ",
        "+ ",
        "<mailto:",
    ):
        text = f"-----BEGIN CAIS RECEIPT----- {word * (20_000 // len(word))}"
        assert all(found.signature is None for found in receipts_in(text))
