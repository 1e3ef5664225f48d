"""A reply as the bytes of a mail: what is in it, and that nothing can break out of a header."""

import re
from dataclasses import replace
from email.utils import parseaddr
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import Outgoing
from bot.letter import UnsafeHeader, compose
from handlers.tokens import references_in, untagged
from templates import render
from tests.bot.conftest import NOW, PLACE, THREAD, TOKEN, an_entry, outgoing, parsed

BREAKING = [
    "\r",
    "\n",
    "\r\nBcc: victim@example.org",
    "\0",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x85",
    "\u2028",
    "\u2029",
    "\ud800",
]
TAG = f"[r17-{TOKEN}]"
letters = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))


def head_of(raw: bytes) -> list[str]:
    """The names of the headers, one for each line that begins one."""
    head = raw.partition(b"\r\n\r\n")[0].decode()
    return [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith(" ")]


HEADERS = head_of(compose(outgoing()))


def test_a_reply_stays_in_the_thread_of_its_question() -> None:
    mail = parsed(compose(outgoing()))
    assert mail["Subject"] == f"Re: EL 02 roster {TAG}"
    assert mail["In-Reply-To"] == "<m1@client.example>"
    assert mail["References"].split() == ["<m0@client.example>", "<m1@client.example>"]
    assert mail["Message-ID"] == "<out-17.0123456789abcdef@cais.example>"


def test_it_comes_from_the_mailbox_that_people_write_to() -> None:
    mail = parsed(compose(outgoing()))
    assert mail["From"] == "CAIS evidence desk <evidence@cais.example>"
    assert mail["Reply-To"] == "CAIS evidence desk <evidence+r17-0123456789abcdef@cais.example>"
    assert mail["To"] == "mdelgado@sierravista.example"
    assert mail["Date"].datetime == NOW.replace(microsecond=0)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("EL 02", "Re: EL 02"), ("RE: EL 02", "RE: EL 02"), ("re:x", "re:x"), ("", "Our own subject")],
)
def test_the_subject_gets_one_re(theirs: str, ours: str) -> None:
    assert parsed(compose(outgoing(thread=THREAD | {"subject": theirs})))["Subject"] == f"{ours} {TAG}"


def test_a_strangers_subject_does_not_come_back() -> None:
    mail = parsed(compose(outgoing(template="stranger_held", thread=THREAD | {"subject": "buy pills"})))
    assert mail["Subject"] == "Our own subject"
    assert mail["In-Reply-To"] == "<m1@client.example>"


def test_what_says_only_that_something_came_has_no_secret_part() -> None:
    raw = compose(outgoing(template="stranger_held"))
    assert parsed(raw)["Reply-To"] == "CAIS evidence desk <evidence@cais.example>"
    assert TOKEN not in raw.decode().replace(f"out-17.{TOKEN}", "")


def test_a_very_long_mailbox_goes_without_its_plus_address() -> None:
    place = replace(PLACE, mailbox=f"{'e' * 60}@cais.example")
    assert parsed(compose(outgoing(place=place)))["Reply-To"] == f"CAIS evidence desk <{place.mailbox}>"


def test_the_tag_comes_off_again_and_leaves_the_subject_as_it_was() -> None:
    subject = str(parsed(compose(outgoing()))["Subject"])
    assert untagged(f"RE: {subject}") == ("RE: Re: EL 02 roster", ("r17-0123456789abcdef",))
    assert references_in(f"> Reference: r17-{TOKEN}\n") == (f"r17-{TOKEN}",)


def test_robots_are_told_not_to_answer() -> None:
    answer = parsed(compose(outgoing(in_answer_to=5)))
    notice = parsed(
        compose(outgoing(in_answer_to=5, thread={"subject": "", "message_id": None, "references": []}))
    )
    assert answer["Auto-Submitted"] == "auto-replied"
    assert notice["Auto-Submitted"] == parsed(compose(outgoing()))["Auto-Submitted"] == "auto-generated"
    assert answer["X-Auto-Response-Suppress"] == "All"
    assert answer["X-Loop"] == "evidence@cais.example"


def test_text_and_html_arrive_as_they_were_rendered() -> None:
    mail = parsed(compose(outgoing()))
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert mail.get_content_type() == "multipart/alternative"
    assert text.get_content() == outgoing().said.text
    assert page.get_content().strip() == outgoing().said.html


def test_lines_end_in_crlf_and_are_short() -> None:
    raw = compose(
        outgoing(
            thread=THREAD | {"subject": "x" * 500, "references": [f"<{n}@client.example>" for n in range(20)]}
        )
    )
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()


@given(st.text(letters, min_size=1, max_size=200))
def test_any_printable_subject_comes_back_unchanged(subject: str) -> None:
    raw = compose(outgoing(subject, template="stranger_held"))
    assert head_of(raw) == HEADERS
    assert parsed(raw)["Subject"] == subject


@given(st.text(letters, min_size=1, max_size=10))
def test_any_printable_name_comes_back_but_for_doubled_spaces(name: str) -> None:
    raw = compose(outgoing(place=replace(PLACE, service=name)))
    assert head_of(raw) == HEADERS
    (sender,) = parsed(raw)["From"].addresses
    assert sender.display_name.split() == name.split()
    assert sender.addr_spec == "evidence@cais.example"


@given(st.from_regex(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,30}@[a-z0-9-]{1,20}\.example", fullmatch=True))
def test_any_ordinary_address_comes_back_unchanged(address: str) -> None:
    raw = compose(outgoing(to=address))
    assert head_of(raw) == HEADERS
    assert f"\r\nTo: {address}\r\n" in raw.decode()
    assert parseaddr(parsed(raw)["To"])[1] == address


@given(st.text(max_size=60))
def test_no_address_makes_a_header(address: str) -> None:
    try:
        raw = compose(outgoing(to=address))
    except UnsafeHeader:
        return
    assert head_of(raw) == HEADERS


@given(st.lists(st.text(max_size=40), max_size=4), st.text(max_size=40))
def test_strange_ids_cost_the_thread_and_nothing_else(references: list[str], theirs: str) -> None:
    raw = compose(outgoing(thread={"subject": "EL 02", "message_id": theirs, "references": references}))
    assert set(head_of(raw)) <= set(HEADERS)


@pytest.mark.parametrize("bad", BREAKING)
@pytest.mark.parametrize("field", ["subject", "their subject", "name", "to", "mailbox", "own id"])
def test_what_could_end_a_header_is_refused(field: str, bad: str) -> None:
    cases: dict[str, dict[str, Any]] = {
        "subject": {"subject": f"a{bad}b", "template": "stranger_held"},
        "their subject": {"thread": THREAD | {"subject": f"a{bad}b"}},
        "name": {"place": replace(PLACE, service=f"a{bad}b")},
        "to": {"to": f"a{bad}b@x.example"},
        "mailbox": {"place": replace(PLACE, mailbox=f"a{bad}b@x.example")},
        "own id": {"message_id": f"<a{bad}b@x.example>"},
    }
    with pytest.raises(UnsafeHeader):
        compose(outgoing(**cases[field]))


def test_words_that_look_encoded_are_not_decoded() -> None:
    trick = "=?utf-8?q?=0D=0ABcc:_victim@example.org?="
    assert parsed(compose(outgoing(thread=THREAD | {"subject": trick})))["Subject"] == f"Re: {trick} {TAG}"


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b@c", "a b@x.example", "<a@x.example>", "a@x.example, b@x.example"]
)
def test_what_is_no_address_is_refused(to: str) -> None:
    with pytest.raises(UnsafeHeader):
        compose(outgoing(to=to))


def test_a_real_reply_is_a_whole_mail() -> None:
    raw = compose(Outgoing(an_entry(), PLACE, NOW))
    text = parsed(raw).get_body(("plain",))
    assert text is not None
    assert text.get_content() == render("stranger_held", {"receipt": 17}, replace(PLACE, notice=True)).text


@pytest.mark.parametrize(
    ("said", "word"),
    [({"in_answer_to": 17}, "answer"), ({"in_answer_to": 17, "thread": {}}, "notice"), ({}, "notice")],
)
def test_its_foot_says_whether_it_answers_its_reader(said: dict[str, Any], word: str) -> None:
    made = Outgoing(an_entry(**said), PLACE, NOW).said
    for part in (made.text, made.html):
        assert f"This is an automatic {word}. " in part
