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


TEAMS = {
    "CAIS_TEAMS_APP_ID": "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
    "CAIS_TEAMS_APP_SECRET": "kW8~q-2vN4.hT7sLx0",
    "CAIS_TEAMS_TENANTS": "c1a0b9d4-7e35-4f6a-9b21-5d8e3f7a6c40=fresnocoe",
}


def test_teams_is_set_up_by_three_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TEAMS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(
        "CAIS_TEAMS_TENANTS",
        f"{TEAMS['CAIS_TEAMS_TENANTS']}, 5A0D9E1B-4C3F-4B7A-8E62-90D1F7C3B8A4=sierravista",
    )
    bot = read_settings().bot
    assert [one.sharepoint for one in bot.teams_tenants] == ["fresnocoe", "sierravista"]
    assert bot.teams_tenants[1].id == "5a0d9e1b-4c3f-4b7a-8e62-90d1f7c3b8a4"
    assert bot.teams_cloud == "public"


@pytest.mark.parametrize("empty", TEAMS)
@pytest.mark.parametrize("value", ["", None])
def test_part_of_teams_is_no_teams(monkeypatch: pytest.MonkeyPatch, empty: str, value: str | None) -> None:
    """An app without an id would take every caller for its own."""
    for name, said in (TEAMS | {empty: value}).items():
        if said is not None:
            monkeypatch.setenv(name, said)
    with pytest.raises(CannotStart, match=f"^{empty}: is missing"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CAIS_TEAMS_APP_ID", " "),
        ("CAIS_TEAMS_APP_ID", "our-app"),
        ("CAIS_TEAMS_APP_ID", "00000000-0000-0000-0000-000000000000"),
        ("CAIS_TEAMS_APP_ID", "11111111-1111-1111-1111-111111111111"),
        ("CAIS_TEAMS_APP_ID", "12345678-1234-1234-1234-123456789012"),
        ("CAIS_TEAMS_APP_ID", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
        ("CAIS_TEAMS_APP_SECRET", "   "),
        ("CAIS_TEAMS_APP_SECRET", "short"),
        ("CAIS_TEAMS_APP_SECRET", "<the-client-secret>"),
        ("CAIS_TEAMS_APP_SECRET", "your-client-secret-here"),
        ("CAIS_TEAMS_APP_SECRET", "0000000000000000"),
        ("CAIS_TEAMS_TENANTS", "fresnocoe"),
        ("CAIS_TEAMS_TENANTS", "*=fresnocoe"),
        ("CAIS_TEAMS_TENANTS", "00000000-0000-0000-0000-000000000000=fresnocoe"),
        ("CAIS_TEAMS_TENANTS", "c1a0b9d4-7e35-4f6a-9b21-5d8e3f7a6c40"),
        ("CAIS_TEAMS_TENANTS", "c1a0b9d4-7e35-4f6a-9b21-5d8e3f7a6c40=fresnocoe.sharepoint.com"),
        ("CAIS_TEAMS_TENANTS", ",".join([TEAMS["CAIS_TEAMS_TENANTS"]] * 2)),
        ("CAIS_TEAMS_CLOUD", "gov"),
        ("CAIS_TEAMS_CLOUD", "http://teams.example:3978"),
        ("CAIS_TEAMS_CLOUD", "http://127.0.0.1@evil.example:3978"),
    ],
)
def test_teams_with_a_placeholder_does_not_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for other, said in (TEAMS | {name: value}).items():
        monkeypatch.setenv(other, said)
    with pytest.raises(CannotStart, match=f"^{name}: ") as told:
        read_settings()
    assert TEAMS["CAIS_TEAMS_APP_SECRET"] not in str(told.value)


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
