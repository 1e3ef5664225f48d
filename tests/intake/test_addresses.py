"""Only a From header that is strictly one mailbox to three readers names anybody."""

import time
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import addresses, mail_parser
from intake.addresses import is_strict, same_mailbox, split_detail, strict_from

GOOD = {
    "ana@x.example": "ana@x.example",
    " <ana@x.example> ": "ana@x.example",
    "Ana Ruiz <ana@x.example>": "ana@x.example",
    "Ana J. Ruiz <ana.ruiz+a@x.y.example>": "ana.ruiz+a@x.y.example",
    '"Ruiz, Ana (Office) <b@y.example>" <ana@x.example>': "ana@x.example",
    '"say \\"hi\\"" <ana@x.example>': "ana@x.example",
    "=?utf-8?q?Ana=2C_b=40y=2Eexample?= <ana@x.example>": "ana@x.example",
    "Ana Ruíz – Büro <ana@x.example>": "ana@x.example",
    "josé@müller.example": "josé@müller.example",
    "Ana\r\n Ruiz\r\n\t<ana@x.example>": "ana@x.example",
    "ANA@X.Example": "ANA@X.Example",
}
BAD = {
    "": "not-strict",
    "Ana": "not-strict",
    "ana@x": "not-strict",
    "ana@x.example, ben@y.example": "two-addresses",
    "ana@x.example ben@y.example": "two-addresses",
    "ana@x.example <ben@y.example>": "two-addresses",
    "Ruiz, Ana <ana@x.example>": "two-addresses",
    "<ana@x.example> <ben@y.example>": "two-addresses",
    "staff: ana@x.example;": "group",
    "undisclosed:;": "group",
    "<@relay.example:ana@x.example>": "group",
    "ana@x.example (Ana)": "not-strict",
    "Ana (Office) <ana@x.example>": "not-strict",
    "(ana@x.example)": "not-strict",
    '"ana ruiz"@x.example': "not-strict",
    "ana@[192.0.2.1]": "not-strict",
    "ana@x.example.": "not-strict",
    ".ana@x.example": "not-strict",
    "a..na@x.example": "not-strict",
    "ana@-x.example": "not-strict",
    "ana@x-.example": "not-strict",
    "ana @ x.example": "not-strict",
    "<ana@x.example": "not-strict",
    "ana@x.example>": "not-strict",
    "<ana@x.example> Ana": "not-strict",
    "Ana <ana@x.example\0>": "not-strict",
    "Ana\0 <ana@x.example>": "not-strict",
    "Ana\r\nBcc: b@y.example <ana@x.example>": "group",
    "=?utf-8?q?ana=40x=2Eexample?=": "not-strict",
    "=?utf-8?q?ana?=@x.example": "not-strict",
    "ana@=?utf-8?q?x?=.example": "not-strict",
    "\\ana@x.example": "not-strict",
    "ana@x\u3002example": "not-strict",
    "ana@\u212aings.example": "not-strict",
    "ana\u202e@x.example": "not-strict",
    "ana\u00ad@x.example": "not-strict",
    "ana@" + "x" * 64 + ".example": "not-strict",
    "a" * 65 + "@x.example": "not-strict",
    "ana@" + "x." * 130 + "example": "not-strict",
    "Ana <ana@x.example> " + " " * 3000: "not-strict",
}


@pytest.mark.parametrize("value", GOOD)
def test_one_strict_mailbox_is_taken(value: str) -> None:
    assert strict_from([value]) == (GOOD[value], "strict-from")
    assert strict_from([value.encode()]) == (GOOD[value], "strict-from")


@pytest.mark.parametrize("value", BAD)
def test_anything_else_gives_no_address_and_says_why(value: str) -> None:
    assert strict_from([value]) == (None, BAD[value])


def test_no_header_and_two_headers_give_none() -> None:
    assert strict_from([]) == (None, "no-from")
    assert strict_from(["a@b.example", "a@b.example"]) == (None, "two-from-headers")


def test_raw_bytes_that_are_no_utf8_give_none() -> None:
    assert strict_from([b"Ana Ru\xedz <ana@x.example>"]) == (None, "not-strict")
    assert strict_from(["Ana Ru\udcedz <ana@x.example>"]) == (None, "not-strict")


SIGNS = ["@", ".", "<", ">", '"', "\\", "(", ")", ",", ":", ";", " ", "\t", "\r\n ", "=?", "?=", "[", "]"]
WORDS = ["ana", "x.example", "é", "\u202e", "\0", "=?utf-8?q?a?=", "ana@x.example", "<b@y.example>", "\ud800"]
pieces = st.sampled_from([*SIGNS, *WORDS, "\u212a"])


@given(st.lists(pieces, max_size=14).map("".join))
def test_an_address_is_only_given_when_both_other_readers_give_the_same(value: str) -> None:
    address, basis = strict_from([value])
    assert (address is None) == (basis != "strict-from")
    if address is not None:
        unfolded = value.replace("\r\n", "")
        assert [found for _, found in getaddresses([unfolded]) if found] == [address]
        assert mail_parser.mailboxes(unfolded) == [address]
        assert is_strict(address)
        assert value.count(address) >= 1


@pytest.mark.parametrize("reader", ["getaddresses", "mailboxes"])
def test_a_reader_that_sees_another_makes_it_ambiguous(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No header within our grammar is known to do so; should a new release differ, nobody is named."""
    if reader == "getaddresses":
        monkeypatch.setattr(addresses, reader, lambda _values: [("", "b@y.example")])
    else:
        monkeypatch.setattr(mail_parser, "get_addresses", lambda _value: [("", "b@y.example")])
    assert strict_from(["ana@x.example"]) == (None, "ambiguous")


@given(st.binary(max_size=200))
def test_any_bytes_give_an_answer(raw: bytes) -> None:
    strict_from([raw])


@pytest.mark.parametrize(
    "unit", ['"', "(", "<", "a.", "a@", "=?", '\\"', "a ", ",", "é", "a@b.", '"a" ', "\t"]
)
@pytest.mark.parametrize("tail", ["", "<ana@x.example>", "@x.example", '"'])
def test_no_header_takes_long(unit: str, tail: str) -> None:
    started = time.process_time()
    strict_from([unit * (2000 // len(unit)) + tail])
    strict_from([unit * 200_000 + tail])
    assert time.process_time() - started < 0.2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana@X.EXAMPLE", "ana@x.example"),
        ("ana@MÜLLER.example", "ana@xn--mller-kva.example"),
        ("ana@mu\u0308ller.example", "ana@müller.example"),
        ("JOSÉ@x.example", "jose\u0301@x.example"),
    ],
)
def test_spellings_of_one_mailbox_are_the_same(one: str, other: str) -> None:
    assert same_mailbox(one) == same_mailbox(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana@x.example", "ana@x.examp1e"),
        ("ana@x.example", "аna@x.example"),
        ("ana@faß.example", "ana@fass.example"),
        ("ana+a@x.example", "ana@x.example"),
        ("a.na@x.example", "ana@x.example"),
    ],
)
def test_look_alikes_are_not_the_same(one: str, other: str) -> None:
    assert same_mailbox(one) != same_mailbox(other)


def test_the_detail_is_what_stands_behind_the_first_plus() -> None:
    assert split_detail("evidence+EL-02@cais.example") == ("evidence@cais.example", "EL-02")
    assert split_detail("evidence+a+b@cais.example") == ("evidence@cais.example", "a+b")
    assert split_detail("evidence@cais.example") == ("evidence@cais.example", "")
