"""Settings are checked together at start, and every wrong one is told by its name."""

from pathlib import Path

import pytest

from parts import CannotStart, read_settings

WRONG = {
    "CAIS_SMTP_LISTEN": "2563",
    "CAIS_HTTP_LISTEN": "127.0.0.1:8064x",
    "CAIS_MAILBOX": "nobody",
    "CAIS_MAX_MESSAGE_BYTES": "50MB",
    "CAIS_CLOCK": "2013-12-02T10:00:00",
    "CAIS_SMTP_CERT": "/nosuch.pem",
    "CAIS_SMPT_LISTEN": "127.0.0.1:2525",
}


@pytest.mark.parametrize(("name", "value"), WRONG.items())
def test_a_wrong_setting_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(CannotStart, match=f"^{name}"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CAIS_RELAYS", "foo", "must be addresses or networks separated by commas, for example 192.0.2.25"),
        ("CAIS_MX", "perhaps", "must be true or false"),
        ("CAIS_DKIM_KEY", "/nosuch", "there is no such file; write the path of the file"),
        ("CAIS_DKIM_KEY", __file__, "must be the path of an RSA private key"),
        ("CAIS_SMTP_CONNECTIONS", "many", "must be a whole number"),
        ("CAIS_ENVELOPE", "both", "must be 'verp', 'mailbox' or 'null'"),
        ("CAIS_DNS", "dns.example:53", "must be an address and a port"),
        ("CAIS_CLOCK", "now", "must be an ISO time with its zone"),
    ],
)
def test_a_wrong_setting_says_what_to_write(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(CannotStart) as told:
        read_settings()
    assert str(told.value).startswith(f"{name}: {words}")
    assert "; CAIS_" not in str(told.value)  # said once


def test_all_wrong_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WRONG.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CannotStart) as told:
        read_settings()
    wanted = set(WRONG) - {"CAIS_SMTP_CERT"}  # a rule on two settings is asked when each is right by itself
    assert all(name in str(told.value) for name in wanted)


def test_mailboxes_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIS_MAILBOX", "evidence@cais.example, title3@cais.example")
    assert read_settings().intake.mailbox == ("evidence@cais.example", "title3@cais.example")


def test_a_certificate_needs_its_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("")
    monkeypatch.setenv("CAIS_SMTP_CERT", str(tmp_path / "cert.pem"))
    with pytest.raises(CannotStart, match="CAIS_SMTP_KEY"):
        read_settings()


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])
def test_a_mailbox_by_token_needs_somebody_who_gives_tokens(
    monkeypatch: pytest.MonkeyPatch, auth: str
) -> None:
    monkeypatch.setenv("CAIS_IMAP", "imaps://evidence%40cais.example@mail.example/INBOX")
    monkeypatch.setenv("CAIS_IMAP_AUTH", auth)
    with pytest.raises(CannotStart, match=f"^CAIS_IMAP_AUTH: {auth} also needs CAIS_OAUTH$"):
        read_settings()
