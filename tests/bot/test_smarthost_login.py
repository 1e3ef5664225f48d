"""A real smarthost that asks for a login over STARTTLS: by password, and by token."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from bot.delivery import TryLater
from bot.mailer import SmarthostMailer
from bot.oauth import Fresh, TokenRefused, Tokens, TokenUnavailable
from tests.bot.conftest import outgoing
from tests.servers.dovecot_sasl import PASSWORD, USER, Submission, submission
from tests.servers.sink import Sink


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Sink, Submission]]:
    with ExitStack() as closing:
        sink = closing.enter_context(Sink())
        yield sink, submission(sink.port, closing)


@pytest.fixture
def smarthost(world: tuple[Sink, Submission], monkeypatch: pytest.MonkeyPatch) -> Submission:
    monkeypatch.setenv("SSL_CERT_FILE", str(world[1].certificate))
    world[1].tokens.valid.clear()
    world[1].tokens.asked.clear()
    return world[1]


def url(smarthost: Submission, password: str = "") -> SecretStr:
    login = quote(USER) + (f":{quote(password)}" if password else "")
    return SecretStr(f"smtp://{login}@127.0.0.1:{smarthost.port}")


def fetched(*tokens: str) -> Tokens:
    """One token after the other, each good for an hour."""
    left = list(tokens)
    return Tokens(lambda _user: Fresh(left.pop(0), 3600))


async def test_a_good_password_gets_mail_out(world: tuple[Sink, Submission], smarthost: Submission) -> None:
    before = len(world[0].mails)
    assert "queued" in await SmarthostMailer(url(smarthost, PASSWORD)).send(outgoing())
    assert world[0].wait_for(before + 1)[-1].rcpts == ("mdelgado@sierravista.example",)


async def test_a_bad_password_is_for_an_operator_and_the_mail_waits(smarthost: Submission) -> None:
    with pytest.raises(TryLater, match="535"):
        await SmarthostMailer(url(smarthost, "wrong")).send(outgoing())


async def test_a_good_token_gets_mail_out(world: tuple[Sink, Submission], smarthost: Submission) -> None:
    before = len(world[0].mails)
    smarthost.tokens.valid["token1"] = USER
    mailer = SmarthostMailer(url(smarthost), fetched("token1"))
    await mailer.send(outgoing())
    await mailer.send(outgoing())
    assert len(world[0].wait_for(before + 2)) == before + 2


async def test_an_expired_token_is_fetched_anew_once(smarthost: Submission) -> None:
    smarthost.tokens.valid["fresh"] = USER
    assert "queued" in await SmarthostMailer(url(smarthost), fetched("expired", "fresh")).send(outgoing())
    assert smarthost.tokens.asked == ["expired", "fresh"]


async def test_a_token_that_stays_refused_is_tried_again_later(smarthost: Submission) -> None:
    mailer = SmarthostMailer(url(smarthost), fetched("one", "two", "three"))
    with pytest.raises(TryLater, match="535"):
        await mailer.send(outgoing())
    assert smarthost.tokens.asked == ["one", "two"]


@pytest.mark.parametrize("trouble", [TokenRefused("invalid_client"), TokenUnavailable("timeout")])
async def test_without_a_token_the_mail_waits(smarthost: Submission, trouble: Exception) -> None:
    def none(_user: str) -> Fresh:
        raise trouble

    with pytest.raises(TryLater, match=type(trouble).__name__):
        await SmarthostMailer(url(smarthost), Tokens(none)).send(outgoing())


async def test_no_token_goes_to_a_host_that_has_not_proved_its_name(
    smarthost: Submission, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "none.pem").write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    smarthost.tokens.valid["token1"] = USER
    with pytest.raises(TryLater):
        await SmarthostMailer(url(smarthost), fetched("token1")).send(outgoing())
    assert smarthost.tokens.asked == []


async def test_no_token_is_sent_in_the_clear() -> None:
    with Sink() as sink:
        tokens = fetched("token1")
        with pytest.raises(TryLater):
            await SmarthostMailer(SecretStr(f"smtp://desk@127.0.0.1:{sink.port}"), tokens).send(outgoing())
        assert sink.attempts == []
