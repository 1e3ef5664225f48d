"""Where our mail goes back to, and what stands on the wire."""

import re
from dataclasses import replace

import pytest
from aiosmtplib import SMTPDataError, SMTPSenderRefused
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.delivery import NeverAgain, TryLater
from bot.envelope import envelope_sender
from bot.letter import UnsafeHeader, compose
from bot.mailer import SmarthostMailer, verdict_on
from handlers.tokens import read_detail
from tests.bot.conftest import PLACE, outgoing
from tests.servers.sink import Sink

NONE: dict[str, object] = {"subject": "", "message_id": None, "references": []}


def test_an_answer_comes_from_nobody() -> None:
    assert envelope_sender(outgoing(in_answer_to=5)) == ""


def test_a_notice_comes_from_an_address_of_its_own() -> None:
    notice = outgoing(in_answer_to=5, thread=NONE)
    sender = envelope_sender(notice)
    assert sender == f"evidence+b17-{notice.entry.token}@cais.example"
    assert read_detail(sender[len("evidence+") :].partition("@")[0]) == ("bounce", 17, notice.entry.token)


@pytest.mark.parametrize("thread", [NONE, {"message_id": "<m1@client.example>"}])
def test_a_relay_that_refuses_others_gets_one_sender_always(thread: dict[str, object]) -> None:
    assert envelope_sender(outgoing(in_answer_to=5, thread=thread), "mailbox") == "evidence@cais.example"
    assert envelope_sender(outgoing(in_answer_to=5, thread=thread), "null") == ""


def test_a_mailbox_of_many_letters_is_its_own_sender() -> None:
    long = replace(PLACE, mailbox=f"{'e' * 60}@cais.example")
    assert envelope_sender(outgoing(thread=NONE, place=long)) == long.mailbox


@given(st.text(max_size=60))
def test_no_mailbox_breaks_out_of_the_envelope(mailbox: str) -> None:
    for rule in ("verp", "mailbox"):
        try:
            sender = envelope_sender(outgoing(thread=NONE, place=replace(PLACE, mailbox=mailbox)), rule)
        except UnsafeHeader:
            continue
        assert not re.search(r"[\s<>\x00-\x20]", sender)


def test_a_sender_that_is_refused_is_for_an_operator_to_mend() -> None:
    assert isinstance(verdict_on(SMTPSenderRefused(550, "5.7.60 not allowed", "a@b")), TryLater)
    assert isinstance(verdict_on(SMTPSenderRefused(552, "too large", "a@b")), NeverAgain)
    denied = "5.2.252 SendAsDenied; evidence@cais.example not allowed to send as evidence+b1@cais.example"
    assert isinstance(verdict_on(SMTPDataError(554, denied)), TryLater)


async def test_every_byte_on_the_wire_is_what_was_composed(sink: Sink) -> None:
    notice = outgoing(thread=NONE, subject="Ü" * 300)
    await SmarthostMailer(SecretStr(f"smtp://127.0.0.1:{sink.port}")).send(notice)
    (mail,) = sink.mails
    assert mail.raw == compose(notice)
    assert mail.mail_from == f"evidence+b17-{notice.entry.token}@cais.example"
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", mail.raw)
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998
