"""Who may be written to, what else may be said, and what of it the inbox remembers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.envelope import read_path, storable
from tests.intake.doorway import OWN, SENDER, doorway

OURS = [
    OWN,
    "EVIDENCE@CAIS.EXAMPLE",
    "evidence+sv-fpm@cais.example",
    "evidence+a+b@cais.example",
    "postmaster@cais.example",
    "Postmaster",
]
NOT_OURS = {
    "other@cais.example": "550 5.1.1",
    "evidencex@cais.example": "550 5.1.1",
    "x+evidence@cais.example": "550 5.1.1",
    "evidence@elsewhere.example": "550 5.7.1",
    "evidence%elsewhere.example@cais.example": "550 5.1.1",
    "postmaster@elsewhere.example": "550 5.7.1",
    "evidence": "550",
}


@pytest.mark.parametrize("address", OURS)
async def test_our_mailboxes_are_known(address: str, tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        assert (await talk.begin(address)).startswith("250")
        await talk.data(b"x\r\n.\r\n")
        assert way.rows[0].envelope["rcpt_tos"] == [address]


@pytest.mark.parametrize("address", NOT_OURS)
async def test_others_are_refused_before_the_mail_is_sent(address: str, tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        assert (await talk.begin(address)).startswith(NOT_OURS[address])
        assert (await talk.say("DATA")).startswith("503 5.5.1")


async def test_a_known_recipient_beside_an_unknown_one_gets_the_mail(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.begin("other@cais.example", OWN)
        assert await talk.data(b"x\r\n.\r\n") == "250 2.0.0 kept as 1"
        assert way.rows[0].envelope["rcpt_tos"] == [OWN]


async def test_whoever_guesses_addresses_is_sent_away(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.say(f"MAIL FROM:<{SENDER}>")
        answers = [await talk.say(f"RCPT TO:<guess{n}@cais.example>") for n in range(10)]
        assert all(answer.startswith("550 5.1.1") for answer in answers[:9])
        assert answers[9].startswith("421 4.7.0")
        assert await talk.answer() == ""


async def test_a_hundred_recipients_and_no_more(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.say(f"MAIL FROM:<{SENDER}>")
        answers = [await talk.say(f"RCPT TO:<evidence+{n}@cais.example>") for n in range(101)]
        assert answers[99].startswith("250")
        assert answers[100].startswith("452 4.5.3")
        assert await talk.data(b"x\r\n.\r\n") == "250 2.0.0 kept as 1"
        assert len(way.rows[0].envelope["rcpt_tos"]) == 100


async def test_the_envelope_is_remembered(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        before = datetime.now(UTC)
        await talk.mail(b"x\r\n")
        (row,) = way.rows
        assert row.channel == "mail"
        assert before <= row.received_at <= before + timedelta(seconds=20)
        assert row.envelope == {
            "mail_from": SENDER,
            "rcpt_tos": [OWN],
            "peer": "127.0.0.1",
            "helo": "client.example",
            "tls": False,
            "smtputf8": False,
        }


async def test_the_null_sender_is_empty_and_utf8_is_itself(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.say("MAIL FROM:<>")
        await talk.say(f"RCPT TO:<{OWN}>")
        await talk.data(b"x\r\n.\r\n")
        await talk.say("MAIL FROM:<josé@bücher.example> BODY=8BITMIME SMTPUTF8")
        await talk.say("RCPT TO:<evidence+año@cais.example>")
        await talk.data(b"x\r\n.\r\n")
        first, second = (row.envelope for row in way.rows)
        assert (first["mail_from"], first["smtputf8"]) == ("", False)
        assert (second["mail_from"], second["smtputf8"]) == ("josé@bücher.example", True)
        assert second["rcpt_tos"] == ["evidence+año@cais.example"]


async def test_bytes_that_no_database_holds_are_spelt_out(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.send(b"EHLO b\xe9d\0host\r\n")
        await talk.send(b"MAIL FROM:<jos\xe9\0@x.example>\r\n")
        await talk.say(f"RCPT TO:<{OWN}>")
        assert await talk.data(b"\xe9\0\r\n.\r\n") == "250 2.0.0 kept as 1"
        assert way.rows[0].envelope["helo"] == "b\\xe9d\\x00host"
        assert way.rows[0].envelope["mail_from"] == "jos\\xe9\\x00@x.example"
        assert way.kept == [b"\xe9\0\r\n"]


async def test_two_mails_in_one_connection_are_two(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        assert await talk.mail(b"one\r\n") == "250 2.0.0 kept as 1"
        assert (await talk.say("DATA")).startswith("503 5.5.1")
        assert await talk.mail(b"two\r\n") == "250 2.0.0 kept as 2"
        assert way.kept == [b"one\r\n", b"two\r\n"]


async def test_a_pipelined_envelope_is_answered_in_order(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        assert "PIPELINING" in await talk.say("EHLO x")
        commands = f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<no@cais.example>\r\nRCPT TO:<{OWN}>\r\nDATA\r\n"
        talk.writer.write(commands.encode())
        assert [(await talk.answer())[:3] for _ in range(4)] == ["250", "550", "250", "354"]
        assert await talk.send(b"x\r\n.\r\n") == "250 2.0.0 kept as 1"


async def test_a_begun_bdat_can_be_dropped_but_not_mixed_with_data(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.begin()
        await talk.send(b"BDAT 400000\r\n" + b"z" * 400_000)
        assert (await talk.say("DATA")).startswith("503 5.5.1")
        assert (await talk.say("RSET")).startswith("250")
        await way.until_no_drafts()
        assert await talk.mail(b"x\r\n") == "250 2.0.0 kept as 1"
        assert way.kept == [b"x\r\n"]


async def test_chunks_without_a_recipient_are_swallowed(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        assert (await talk.send(b"BDAT 6 LAST\r\nQUIT\r\n")).startswith("503 5.5.1")
        await talk.mail(b"x\r\n")
        assert (await talk.send(b"BDAT 6 LAST\r\nQUIT\r\n")).startswith("503 5.5.1")
        assert (await talk.say("NOOP")).startswith("250")


@pytest.mark.parametrize("arg", ["", " LAST", " x", " -1", " 5 LST", " 5 LAST x", " 99999999999999999999"])
async def test_a_chunk_of_unknown_length_ends_the_connection(arg: str, tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        await talk.begin()
        assert (await talk.send(f"BDAT{arg}\r\nRSET\r\nNOOP\r\n".encode())).startswith("501 5.5.4")
        assert await talk.answer() == ""


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("VRFY evidence", "252 2.5.2"),
        ("VRFY", "252 2.5.2"),
        ("EXPN list", "502"),
        ("AUTH PLAIN AHgAeA==", "500"),
        ("TURN", "500"),
        ("STARTTLS", "454"),
        ("DATA now", "503"),
        ("EHLO", "501"),
        ("MAIL FROM:<a@b", "553"),
        ("MAIL FROM:<a@b> BODY=9BIT", "501"),
        ("MAIL FROM:<a@b> UNKNOWN=1", "555"),
        ("HELP", "250"),
    ],
)
async def test_other_commands(command: str, answer: str, tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        assert (await talk.say(command)).startswith(answer)
        assert (await talk.say("NOOP")).startswith("250")


async def test_a_mail_needs_a_greeting_and_helo_is_one(tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.connect() as talk:
        assert await talk.answer() == "220 cais.example ESMTP"
        assert (await talk.say(f"MAIL FROM:<{SENDER}>")).startswith("503")
        assert (await talk.say("HELO old.example")).startswith("250")
        assert await talk.mail(b"x\r\n") == "250 2.0.0 kept as 1"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("<a@b.example>", ("a@b.example", "")),
        (" <a@b.example> SIZE=5", ("a@b.example", "SIZE=5")),
        ("a@b.example BODY=7BIT", ("a@b.example", "BODY=7BIT")),
        ("<>", ("<>", "")),
        ("<@relay.example,@other.example:a@b.example>", ("a@b.example", "")),
        ('<"a >\\" b"@c.example>', ('"a >\\" b"@c.example', "")),
        ("<a@b.example", (None, None)),
        ("<a b@c.example>", (None, None)),
        ("<a@b.example>SIZE=5", (None, None)),
        ("<" * 2000, (None, None)),
        ('<"' * 1000, (None, None)),
    ],
)
def test_paths_are_read_strictly_and_fast(text: str, path: tuple[str | None, str | None]) -> None:
    assert read_path(text) == path


def test_storable_text_is_itself_where_it_can_be() -> None:
    assert storable("año") == "año"
    assert storable(b"\xff\0a".decode(errors="surrogateescape")) == "\\xff\\x00a"


@pytest.mark.parametrize("local", ["evidence-preview", "Evidence-Preview+EL-02", "evidence-preview+a+b"])
async def test_every_mailbox_has_a_preview_address(local: str, tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        assert (await talk.begin(f"{local}@cais.example")).startswith("250")
        assert (await talk.data(b"x\r\n.\r\n")).startswith("250")


@pytest.mark.parametrize("local", ["other-preview", "evidence-previews", "evidence-preview-preview"])
async def test_nobody_else_has_one(local: str, tmp_path: Path) -> None:
    async with doorway(tmp_path) as way, await way.talk() as talk:
        assert (await talk.begin(f"{local}@cais.example")).startswith("550 5.1.1")
