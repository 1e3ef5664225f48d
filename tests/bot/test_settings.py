"""Settings: nothing is needed, nothing wrong passes, nothing secret is shown."""

import pytest
from pydantic import SecretStr, ValidationError

from bot.mailer import Smarthost
from bot.settings import BotSettings


def test_a_password_is_never_shown() -> None:
    assert "hidden" not in repr(Smarthost.of("smtp://desk:hidden@mail.example"))
    assert "hidden" not in repr(BotSettings(smarthost=SecretStr("smtp://desk:hidden@mail.example")))


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


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://intake.example.org", "https://intake.example.org"),
        ("https://intake.example.org/", "https://intake.example.org"),
        ("https://intake.example.org:8443/cais/", "https://intake.example.org:8443/cais"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_where_programs_reach_us(url: str, kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIS_PUBLIC_URL", url)
    assert BotSettings().public_url == kept


@pytest.mark.parametrize(
    "url",
    [
        "http://intake.example.org",  # a private link would be read on its way
        "http://127.0.0.1.example.org",
        "intake.example.org",
        "https://",
        "ftp://intake.example.org",
        "https://desk@intake.example.org",
        "https://intake.example.org?to=x",
        "https://intake.example.org/#x",
        "https://intake.example.org/a b",
        "https://intake.example.org/a\nb",
        "https://intake.example.org:99999",
    ],
)
def test_a_wrong_public_address_stops_the_start(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIS_PUBLIC_URL", url)
    with pytest.raises(ValidationError, match="public_url"):
        BotSettings()
