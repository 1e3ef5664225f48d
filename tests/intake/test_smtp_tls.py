"""STARTTLS: offered when there is a certificate, and nothing said before it counts after it."""

import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from intake.lobby import tls_context
from intake.settings import IntakeSettings
from tests.intake.doorway import Talk, doorway
from tests.servers import need

Facts = dict[str, Any]


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    new = [need("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*new, *names, "-keyout", key, "-out", cert], check=True, capture_output=True)
    return {"smtp_cert": cert, "smtp_key": key}


async def upgrade(talk: Talk, facts: Facts) -> None:
    context = ssl.create_default_context(cafile=facts["smtp_cert"])
    await talk.writer.start_tls(context, server_hostname="localhost")


async def test_a_mail_over_tls_is_kept_and_says_so(tls: Facts, tmp_path: Path) -> None:
    async with doorway(tmp_path, **tls) as way, await way.talk() as talk:
        assert "250-STARTTLS" in await talk.say("EHLO client.example")
        assert (await talk.say("STARTTLS")).startswith("220")
        await upgrade(talk, tls)
        assert (await talk.say("MAIL FROM:<a@b.example>")).startswith("503")
        assert "STARTTLS" not in await talk.say("EHLO client.example")
        assert (await talk.say("STARTTLS")).startswith("503 5.5.1")
        raw = b"z" * 1_000_000 + b"\r\n"
        assert await talk.mail(raw) == "250 2.0.0 kept as 1"
        assert way.rows[0].envelope["tls"] is True
        assert way.kept == [raw]
        assert (await talk.say("QUIT")).startswith("221")


async def test_commands_injected_before_tls_are_dropped(tls: Facts, tmp_path: Path) -> None:
    async with doorway(tmp_path, **tls) as way, await way.talk() as talk:
        injected = b"STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<evil@x.example>\r\n"
        assert (await talk.send(injected)).startswith("220")
        await upgrade(talk, tls)
        assert (await talk.say("NOOP")) == "250 OK"
        assert (await talk.say("RCPT TO:<evidence@cais.example>")).startswith("503")


async def test_a_failed_handshake_closes_only_its_own_connection(tls: Facts, tmp_path: Path) -> None:
    async with doorway(tmp_path, **tls) as way:
        async with await way.talk() as talk:
            await talk.say("STARTTLS")
            talk.writer.write(b"this is not a handshake\r\n" * 10)
            await talk.reader.read()
        async with await way.talk() as talk:
            assert await talk.mail(b"x\r\n") == "250 2.0.0 kept as 1"


async def test_a_silent_tls_client_is_told_and_sent_away(tls: Facts, tmp_path: Path) -> None:
    async with doorway(tmp_path, smtp_idle_seconds=0.5, **tls) as way, await way.talk() as talk:
        await talk.say("STARTTLS")
        await upgrade(talk, tls)
        assert (await talk.answer()).startswith("421 4.4.2")


async def test_a_tls_client_that_vanishes_leaves_no_draft(tls: Facts, tmp_path: Path) -> None:
    async with doorway(tmp_path, **tls) as way:
        async with await way.talk() as talk:
            await talk.say("STARTTLS")
            await upgrade(talk, tls)
            await talk.say("EHLO client.example")
            await talk.begin()
            await talk.say("DATA")
            talk.writer.write(b"z" * 1_000_000)
            await talk.writer.drain()
        await way.until_no_drafts()
        assert way.rows == []


def test_nothing_below_tls_1_2(tls: Facts) -> None:
    context = tls_context(IntakeSettings(mailbox=("evidence@cais.example",), **tls))
    assert context is not None
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
