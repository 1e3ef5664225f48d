"""A reply as a mail: what is in it, that nothing can break out of a header, and the two ways out."""

import asyncio
import re
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
from aiosmtplib import SMTPDataError, SMTPRecipientRefused, SMTPRecipientsRefused, SMTPServerDisconnected
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from bot.delivery import NeverAgain, Outgoing, TryLater
from bot.letter import UnsafeHeader, compose
from bot.mailer import FolderMailer, Smarthost, SmarthostMailer, verdict_on
from bot.settings import BotSettings
from templates import MARKER, Place, Rendered, render
from tests.bot.conftest import NOW, THREAD, an_entry
from tests.servers import free_port
from tests.servers.sink import Sink

PLACE = Place("evidence@cais.example", date(2013, 11, 26))
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
letters = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))


def outgoing(subject: str = "Our own subject", place: Place = PLACE, **said: Any) -> Outgoing:
    said.setdefault("template", "message_held")
    words = Rendered(
        subject, f"{MARKER}\n\nKept as R-17. Größe: 48.2 KB\n", "<p>Kept as R-17. Größe: 48.2 KB</p>"
    )
    return Outgoing(an_entry(**said), words, place, NOW)


def parsed(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def head_of(raw: bytes) -> list[str]:
    """The names of the headers, one for each line that begins one."""
    head = raw.partition(b"\r\n\r\n")[0].decode()
    return [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith(" ")]


HEADERS = head_of(compose(outgoing()))


def test_a_reply_stays_in_the_thread_of_its_question() -> None:
    mail = parsed(compose(outgoing()))
    assert mail["Subject"] == "Re: EL 02 roster"
    assert mail["In-Reply-To"] == "<m1@client.example>"
    assert mail["References"].split() == ["<m0@client.example>", "<m1@client.example>"]
    assert mail["Message-ID"] == "<out-17.0123456789abcdef@cais.example>"


def test_it_comes_from_the_mailbox_that_people_write_to() -> None:
    mail = parsed(compose(outgoing()))
    assert mail["From"] == "CAIS evidence desk <evidence@cais.example>"
    assert mail["Reply-To"] == "evidence@cais.example"
    assert mail["To"] == "mdelgado@sierravista.example"
    assert mail["Date"].datetime == NOW.replace(microsecond=0)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("EL 02", "Re: EL 02"), ("RE: EL 02", "RE: EL 02"), ("re:x", "re:x"), ("", "Our own subject")],
)
def test_the_subject_gets_one_re(theirs: str, ours: str) -> None:
    assert parsed(compose(outgoing(thread=THREAD | {"subject": theirs})))["Subject"] == ours


def test_a_strangers_subject_does_not_come_back() -> None:
    mail = parsed(compose(outgoing(template="stranger_held", thread=THREAD | {"subject": "buy pills"})))
    assert mail["Subject"] == "Our own subject"
    assert mail["In-Reply-To"] == "<m1@client.example>"


def test_robots_are_told_not_to_answer() -> None:
    answer = parsed(compose(outgoing(in_answer_to=5)))
    notice = parsed(
        compose(outgoing(in_answer_to=5, thread={"subject": "", "message_id": None, "references": []}))
    )
    assert answer["Auto-Submitted"] == "auto-replied"
    assert notice["Auto-Submitted"] == parsed(compose(outgoing()))["Auto-Submitted"] == "auto-generated"
    assert answer["X-Auto-Response-Suppress"] == "All"


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
    assert parsed(compose(outgoing(thread=THREAD | {"subject": trick})))["Subject"] == f"Re: {trick}"


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b@c", "a b@x.example", "<a@x.example>", "a@x.example, b@x.example"]
)
def test_what_is_no_address_is_refused(to: str) -> None:
    with pytest.raises(UnsafeHeader):
        compose(outgoing(to=to))


async def test_the_folder_gets_whole_files(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "outgoing"
    assert await FolderMailer(folder).send(outgoing()) == "written to out-17.eml"
    assert await FolderMailer(folder).send(outgoing()) == "written to out-17.eml"
    assert [path.name for path in folder.iterdir()] == ["out-17.eml"]
    assert (folder / "out-17.eml").read_bytes() == compose(outgoing())


async def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TryLater):
        await FolderMailer(tmp_path / "file").send(outgoing())


def smarthost(port: int) -> SmarthostMailer:
    return SmarthostMailer(SecretStr(f"smtp://127.0.0.1:{port}"))


async def test_the_smarthost_gets_it_with_the_null_sender(sink: Sink) -> None:
    sink.answers = ["250 2.0.0 queued as 4711"]
    assert await smarthost(sink.port).send(outgoing()) == "2.0.0 queued as 4711"
    (mail,) = sink.mails
    assert (mail.mail_from, mail.rcpts) == ("", ("mdelgado@sierravista.example",))
    assert mail.raw == compose(outgoing())


async def test_letters_beyond_ascii_in_an_address_need_smtputf8(sink: Sink) -> None:
    await smarthost(sink.port).send(outgoing(to="josé@sierravista.example"))
    assert sink.mails[0].rcpts == ("josé@sierravista.example",)
    assert parsed(sink.mails[0].raw)["To"] == "josé@sierravista.example"


@pytest.mark.parametrize(("answer", "outcome"), [("451 4.3.0 later", TryLater), ("554 5.7.1 no", NeverAgain)])
async def test_the_answer_to_the_data_decides(sink: Sink, answer: str, outcome: type[Exception]) -> None:
    sink.answers = [answer]
    with pytest.raises(outcome, match=answer[:3]):
        await smarthost(sink.port).send(outgoing())


@pytest.mark.parametrize(
    ("answer", "outcome"), [("450 4.2.1 greylisted", TryLater), ("550 5.1.1 no such", NeverAgain)]
)
async def test_the_answer_to_the_recipient_decides(sink: Sink, answer: str, outcome: type[Exception]) -> None:
    sink.refuse["mdelgado@sierravista.example"] = answer
    with pytest.raises(outcome, match=answer[:3]):
        await smarthost(sink.port).send(outgoing())


async def test_nobody_listening_is_trouble_of_the_moment() -> None:
    with pytest.raises(TryLater):
        await smarthost(free_port()).send(outgoing())


async def test_a_server_that_hangs_up_is_trouble_of_the_moment() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        with pytest.raises(TryLater):
            await smarthost(server.sockets[0].getsockname()[1]).send(outgoing())


def test_a_refusal_of_ourselves_is_not_a_refusal_of_the_mail() -> None:
    refused = SMTPRecipientsRefused([SMTPRecipientRefused(550, "no such user", "x@y.example")])
    assert isinstance(verdict_on(refused), NeverAgain)
    assert isinstance(verdict_on(SMTPDataError(421, "closing")), TryLater)
    assert isinstance(verdict_on(SMTPServerDisconnected("gone")), TryLater)
    assert isinstance(verdict_on(TimeoutError()), TryLater)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("smtp://mail.example", Smarthost("mail.example", 25)),
        ("smtp://mail.example:2525", Smarthost("mail.example", 2525)),
        ("smtp://desk:p%40ss@mail.example", Smarthost("mail.example", 587, False, "desk", "p@ss")),
        ("smtps://desk:pw@mail.example", Smarthost("mail.example", 465, True, "desk", "pw")),
    ],
)
def test_a_smarthosts_url(url: str, host: Smarthost) -> None:
    assert Smarthost.of(url) == host


async def test_a_password_is_never_sent_in_the_clear(sink: Sink) -> None:
    with pytest.raises(TryLater):
        await SmarthostMailer(SecretStr(f"smtp://desk:secret@127.0.0.1:{sink.port}")).send(outgoing())
    assert sink.attempts == []


def test_a_password_is_never_shown() -> None:
    assert "secret" not in repr(Smarthost.of("smtp://desk:secret@mail.example"))
    assert "secret" not in repr(BotSettings(smarthost=SecretStr("smtp://desk:secret@mail.example")))


@pytest.mark.parametrize(
    "url",
    [
        "mail.example:25",
        "http://mail.example",
        "smtp://:25",
        "smtp://h:99999",
        "smtp://desk@h",
        "smtp://h/path",
        "smtp://h:x",
    ],
)
def test_a_wrong_smarthost_stops_the_start_without_showing_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAIS_SMARTHOST", url)
    with pytest.raises(ValidationError) as wrong:
        BotSettings()
    assert url not in str(wrong.value)


def test_settings_need_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIS_SMARTHOST", "")
    settings = BotSettings()
    assert settings.smarthost is None
    assert settings.mail_from == "CAIS evidence desk"
    assert all(field.description for field in BotSettings.model_fields.values())


def test_a_real_reply_is_a_whole_mail() -> None:
    said = render("stranger_held", {"receipt": 17}, PLACE)
    raw = compose(Outgoing(an_entry(), said, PLACE, NOW))
    text = parsed(raw).get_body(("plain",))
    assert text is not None
    assert text.get_content() == said.text
