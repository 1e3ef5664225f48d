"""Access tokens for mailboxes: Microsoft 365 by client credentials, Google by a service account.

Synchronous and thread-safe; a token is kept until shortly before it expires. No secret of ours and no
answer's free text is ever in an exception.
"""

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MICROSOFT_SCOPE = "https://outlook.office365.com/.default"
MICROSOFT_LOGIN = "https://login.microsoftonline.com"
GOOGLE_SCOPE = "https://mail.google.com/"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_SECONDS = 3600
ANSWER_SECONDS = 20
EARLY_SECONDS = 300.0
PASSING = frozenset({"temporarily_unavailable", "server_error", "slow_down", "internal_failure"})


class TokenRefused(Exception):
    """The other side does not give us a token: a secret or a consent is to be mended."""


class TokenUnavailable(Exception):
    """No token now; later there may be one."""


@dataclass(frozen=True)
class Fresh:
    """A token as it came, and how many seconds it is good for."""

    token: str = field(repr=False)
    seconds: float


Fetch = Callable[[str], Fresh]


class Tokens:
    """`tokens(user)` is a token to log in as this mailbox. Raises TokenRefused, TokenUnavailable."""

    def __init__(self, fetch: Fetch, now: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._now = now
        self._held: dict[str, tuple[str, float]] = {}
        self._one_at_a_time = threading.Lock()

    def __call__(self, user: str) -> str:
        with self._one_at_a_time:
            token, until = self._held.get(user, ("", 0.0))
            if token and self._now() < until:
                return token
            fresh = self._fetch(user)
            early = min(EARLY_SECONDS, fresh.seconds / 2)
            self._held[user] = fresh.token, self._now() + fresh.seconds - early
            return fresh.token

    def forget(self, user: str) -> None:
        """The other side took this mailbox's token for expired or revoked."""
        with self._one_at_a_time:
            self._held.pop(user, None)


@dataclass(frozen=True)
class Microsoft:
    """An app of a tenant with the application permissions IMAP.AccessAsApp and SMTP.SendAsApp: one token
    opens every mailbox that its service principal was given. `http_client` is for tests."""

    tenant: str
    client_id: str
    secret: str = field(repr=False)
    http_client: Any = None

    def __call__(self, _user: str) -> Fresh:
        """A new application each time: it would answer from its own cache. Raises TokenRefused,
        TokenUnavailable."""
        from msal import ConfidentialClientApplication
        from msal.exceptions import MsalError

        try:
            app = ConfidentialClientApplication(
                self.client_id,
                authority=f"{MICROSOFT_LOGIN}/{self.tenant}",
                client_credential=self.secret,
                http_client=self.http_client,
                **({} if self.http_client else {"timeout": ANSWER_SECONDS}),
            )
            return given(app.acquire_token_for_client([MICROSOFT_SCOPE]), "Microsoft")
        except ValueError as trouble:  # msal has no other word for a tenant that is nowhere
            raise _about_tenant(f"{trouble} {trouble.__context__}") from None
        except (OSError, RuntimeError, MsalError) as trouble:  # requests' own errors are OSErrors
            raise TokenUnavailable(f"Microsoft: {type(trouble).__name__}") from None


@dataclass(frozen=True)
class Google:
    """A service account that may act for the mailboxes of its domain (domain-wide delegation)."""

    email: str
    key: str = field(repr=False)
    token_uri: str
    key_id: str = ""

    @classmethod
    def of(cls, path: Path) -> "Google":
        """From the JSON file that Google gives. Raises ValueError with what is wrong, OSError."""
        try:
            said = json.loads(path.read_text("utf-8"))
        except ValueError:
            raise ValueError("is no JSON file") from None
        names = ("client_email", "private_key", "token_uri")
        if not isinstance(said, dict) or said.get("type") != "service_account":
            raise ValueError("is not the file of a service account")
        if missing := [name for name in names if not isinstance(said.get(name), str) or not said[name]]:
            raise ValueError(f"lacks {', '.join(missing)}")
        email, key, token_uri = (str(said[name]) for name in names)
        return cls(email, key, token_uri, str(said.get("private_key_id") or ""))

    def __call__(self, user: str) -> Fresh:
        """Raises TokenRefused, TokenUnavailable."""
        import requests

        form = {"grant_type": GRANT, "assertion": self._assertion(user)}
        try:
            answer = requests.post(self.token_uri, form, timeout=ANSWER_SECONDS, allow_redirects=False)
            said = answer.json()
        except (OSError, ValueError) as trouble:
            raise TokenUnavailable(f"Google: {type(trouble).__name__}") from None
        if answer.status_code >= 500 or answer.status_code in (408, 429):
            raise TokenUnavailable(f"Google: {answer.status_code}")
        return given(said, "Google")

    def _assertion(self, user: str) -> str:
        import jwt

        now = int(time.time())
        claims: dict[str, str | int] = {
            "iss": self.email,
            "sub": user,
            "scope": GOOGLE_SCOPE,
            "aud": self.token_uri,
        }
        claims |= {"iat": now, "exp": now + ASSERTION_SECONDS}
        try:
            headers = {"kid": self.key_id} if self.key_id else None
            return jwt.encode(claims, self.key, algorithm="RS256", headers=headers)
        except (ValueError, TypeError, jwt.PyJWTError):
            raise TokenRefused("Google: the private key of the service account cannot be used") from None


def given(said: Any, who: str) -> Fresh:
    """The token of an answer. Raises TokenRefused, TokenUnavailable; of free text only the code is kept."""
    answer = said if isinstance(said, dict) else {}
    token, error = answer.get("access_token"), str(answer.get("error") or "")
    if isinstance(token, str) and token:
        return Fresh(token, _seconds(answer.get("expires_in")))
    if not error or error in PASSING:
        raise TokenUnavailable(f"{who}: {_code(error) or 'an answer without a token'}")
    code = re.search(r"AADSTS[0-9]+", str(answer.get("error_description") or ""))
    raise TokenRefused(f"{who}: {_code(error)}{' ' + code[0] if code else ''}")


def _seconds(said: Any) -> float:
    try:
        return max(float(said), 0.0)
    except (TypeError, ValueError):
        return 0.0


def _code(error: str) -> str:
    return re.sub(r"[^a-z_]", "", error.lower())[:40]


def _about_tenant(words: str) -> TokenRefused | TokenUnavailable:
    unknown = "invalid_tenant" in words or "AADSTS90002" in words
    if unknown:
        return TokenRefused("Microsoft: there is no such tenant")
    return TokenUnavailable("Microsoft: the tenant cannot be looked up")
