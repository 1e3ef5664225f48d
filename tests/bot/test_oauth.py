"""Access tokens: msal with a fake network, Google's grant against a local server, and the cache of both."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import ValidationError

from bot.oauth import GOOGLE_SCOPE, Fresh, Google, Microsoft, TokenRefused, Tokens, TokenUnavailable
from bot.settings import BotSettings

MAILBOX = "evidence@cde.ca.gov"
MICROSOFT = {
    "CAIS_OAUTH": "microsoft",
    "CAIS_MICROSOFT_TENANT": "cde.onmicrosoft.com",
    "CAIS_MICROSOFT_CLIENT_ID": "5b1c2f0e-5f4e-4a5f-9d0e-2f1a3b4c5d6e",
    "CAIS_MICROSOFT_CLIENT_SECRET": "q~Zt8Q.4vBd",
}


@dataclass
class Answered:
    """What msal reads of an answer."""

    status_code: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise RuntimeError(self.status_code)


@dataclass
class Entra:
    """The network as msal sees it: tenants are found, tokens are given as told."""

    answer: Answered | Exception
    forms: list[dict[str, str]] = field(default_factory=list)
    tenant: Answered | None = None

    def get(self, url: str, **_: Any) -> Answered:
        if "/discovery/instance" in url:
            return Answered(200, json.dumps({"metadata": []}))
        if self.tenant is not None:
            return self.tenant
        base = url.split("/v2.0/")[0]
        found = {
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "issuer": base,
        }
        return Answered(200, json.dumps(found))

    def post(self, _url: str, data: dict[str, str], **_: Any) -> Answered:
        self.forms.append(data)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def close(self) -> None:
        """msal may close it."""


def microsoft(entra: Entra) -> Microsoft:
    return Microsoft("cde.onmicrosoft.com", "5b1c2f0e", "q~Zt8Q", entra)


def test_microsoft_gives_a_token_for_the_app() -> None:
    entra = Entra(
        Answered(200, json.dumps({"access_token": "t1", "expires_in": 3599, "token_type": "Bearer"}))
    )
    assert microsoft(entra)(MAILBOX) == Fresh("t1", 3599)
    (form,) = entra.forms
    assert form["grant_type"] == "client_credentials"
    assert form["scope"] == "https://outlook.office365.com/.default"


def test_a_fresh_token_never_comes_from_msals_own_cache() -> None:
    entra = Entra(Answered(200, json.dumps({"access_token": "t1", "expires_in": 3599})))
    microsoft(entra)(MAILBOX)
    microsoft(entra)(MAILBOX)
    assert len(entra.forms) == 2


def test_a_wrong_secret_is_refused_by_its_code_and_nothing_else() -> None:
    said = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret q~Zt8Q"}
    with pytest.raises(TokenRefused, match=r"^Microsoft: invalid_client AADSTS7000215$"):
        microsoft(Entra(Answered(401, json.dumps(said))))(MAILBOX)


@pytest.mark.parametrize(
    "answer",
    [
        Answered(503, json.dumps({"error": "temporarily_unavailable"})),
        Answered(200, "{}"),
        Answered(200, "<html>"),
        ConnectionResetError(),
    ],
)
def test_trouble_of_the_moment_is_no_refusal(answer: Answered | Exception) -> None:
    with pytest.raises(TokenUnavailable):
        microsoft(Entra(answer))(MAILBOX)


def test_a_tenant_that_is_nowhere_is_refused() -> None:
    said = {"error": "invalid_tenant", "error_description": "AADSTS90002: Tenant not found"}
    entra = Entra(Answered(200, "{}"), tenant=Answered(400, json.dumps(said)))
    with pytest.raises(TokenRefused, match="tenant"):
        microsoft(entra)(MAILBOX)


# --- the cache


def test_a_token_is_kept_until_shortly_before_it_expires() -> None:
    now, fetched = [0.0], []

    def fetch(user: str) -> Fresh:
        fetched.append(user)
        return Fresh(f"t{len(fetched)}", 3600)

    tokens = Tokens(fetch, lambda: now[0])
    assert [tokens("a"), tokens("a"), tokens("b")] == ["t1", "t1", "t2"]
    now[0] = 3299
    assert tokens("a") == "t1"
    now[0] = 3300
    assert tokens("a") == "t3"
    tokens.forget("a")
    assert tokens("a") == "t4"


def test_many_threads_fetch_once() -> None:
    fetched = []

    def fetch(user: str) -> Fresh:
        fetched.append(user)
        return Fresh("t", 3600)

    tokens = Tokens(fetch)
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(tokens, ["a"] * 200)) == {"t"}
    assert fetched == ["a"]


def test_a_failure_is_not_kept() -> None:
    answers: list[Fresh | Exception] = [TokenUnavailable("x"), Fresh("t", 3600)]

    def fetch(_user: str) -> Fresh:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    tokens = Tokens(fetch)
    with pytest.raises(TokenUnavailable):
        tokens("a")
    assert tokens("a") == "t"


def test_no_token_and_no_secret_is_ever_shown() -> None:
    assert "hidden" not in repr(Fresh("hidden", 1)) + repr(Microsoft("t", "c", "hidden"))
    assert "hidden" not in repr(Google("a@b", "hidden", "https://x"))


# --- Google


@dataclass
class TokenServer:
    """Google's token endpoint: keeps the forms, answers as told."""

    status: int = 200
    body: bytes = b'{"access_token": "g1", "expires_in": 3599}'
    forms: list[dict[str, list[str]]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def google_server() -> Iterator[TokenServer]:
    state = TokenServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.forms.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            self.wfile.write(state.body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        state.url = f"http://127.0.0.1:{server.server_address[1]}/token"
        yield state
        server.shutdown()


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def google(server: TokenServer, key: RSAPrivateKey) -> Google:
    return Google("bot@cais.iam.gserviceaccount.com", pem(key), server.url, "kid1")


def test_google_gives_a_token_for_the_very_mailbox(google_server: TokenServer, key: RSAPrivateKey) -> None:
    assert google(google_server, key)(MAILBOX) == Fresh("g1", 3599)
    (form,) = google_server.forms
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    said = jwt.decode(
        form["assertion"][0], key.public_key(), algorithms=["RS256"], audience=google_server.url
    )
    assert (said["iss"], said["sub"]) == ("bot@cais.iam.gserviceaccount.com", MAILBOX)
    assert said["scope"] == GOOGLE_SCOPE
    assert said["exp"] - said["iat"] == 3600
    assert jwt.get_unverified_header(form["assertion"][0])["kid"] == "kid1"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (401, b'{"error": "unauthorized_client"}', TokenRefused),
        (400, b'{"error": "invalid_grant", "error_description": "Invalid JWT"}', TokenRefused),
        (500, b'{"error": "internal_failure"}', TokenUnavailable),
        (429, b'{"error": "rate_limit"}', TokenUnavailable),
        (302, b"", TokenUnavailable),
        (200, b"<html>", TokenUnavailable),
        (200, b"[]", TokenUnavailable),
        (200, b'{"access_token": 5}', TokenUnavailable),
    ],
)
def test_what_google_answers_decides(
    google_server: TokenServer, key: RSAPrivateKey, status: int, body: bytes, outcome: type[Exception]
) -> None:
    google_server.status, google_server.body = status, body
    with pytest.raises(outcome):
        google(google_server, key)(MAILBOX)


def test_a_key_that_is_none_is_refused(google_server: TokenServer) -> None:
    with pytest.raises(TokenRefused):
        Google("a@b", "no key", google_server.url)(MAILBOX)


# --- settings


def read(monkeypatch: pytest.MonkeyPatch, **values: str) -> BotSettings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return BotSettings()


def test_all_of_microsoft_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(
        monkeypatch, **MICROSOFT, CAIS_SMARTHOST="smtp://evidence%40cde.ca.gov@smtp.office365.com:587"
    )
    assert settings.tokens() is not None
    assert "q~Zt8Q" not in repr(settings)


@pytest.mark.parametrize("name", [name for name in MICROSOFT if name != "CAIS_OAUTH"])
@pytest.mark.parametrize("value", ["", "changeme", "<tenant>", "your-client-id", "xxxx", "${SECRET}"])
def test_what_was_never_filled_in_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        read(monkeypatch, **(MICROSOFT | {name: value}))
    assert name in str(wrong.value) or name.removeprefix("CAIS_").lower() in str(wrong.value)


@pytest.mark.parametrize(
    "said", ["", "[]", "{}", '{"type": "service_account"}', '{"type": "authorized_user"}']
)
def test_a_file_that_is_no_service_account_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str
) -> None:
    (tmp_path / "account.json").write_text(said)
    with pytest.raises(ValidationError, match="google_service_account"):
        read(monkeypatch, CAIS_OAUTH="google", CAIS_GOOGLE_SERVICE_ACCOUNT=str(tmp_path / "account.json"))


def test_a_service_account_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: RSAPrivateKey
) -> None:
    said = {"type": "service_account", "client_email": "a@b", "private_key": pem(key)}
    said["token_uri"] = "https://oauth2.googleapis.com/token"
    (tmp_path / "account.json").write_text(json.dumps(said))
    path = str(tmp_path / "account.json")
    assert read(monkeypatch, CAIS_OAUTH="google", CAIS_GOOGLE_SERVICE_ACCOUNT=path).tokens() is not None


def test_a_user_without_a_password_needs_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="CAIS_OAUTH"):
        read(monkeypatch, CAIS_SMARTHOST="smtp://desk@mail.example")
