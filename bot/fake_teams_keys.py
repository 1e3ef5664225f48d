"""Who signs what the Teams that runs here says, and who gives the bot its tokens: keys, metadata, login.

The key is made once a process; a bot that checks tokens checks them for real.
"""

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

APP_ID = "7c1f0a52-93d4-4e0b-a6b8-5d2e9f31c704"
APP_SECRET = "fake8Q~teams-secret-of-the-evidence-desk"
TENANT = "0b9c2f4e-6d17-4a83-9e55-f2a1c8d07b36"
CHANNEL_KEY, OTHER_KEY = "fake-teams-key-1", "fake-other-channel-key"
GOOD_FOR = 3600
KEYS_PATH = "/v1/.well-known/keys"
Json = dict[str, Any]


@cache
def key(kid: str = CHANNEL_KEY) -> "RSAPrivateKey":
    """The private key of this name; any name has one, but only two of them are published."""
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    return generate_private_key(65537, 2048) if kid else key()


def signed(claims: Mapping[str, Any], kid: str = CHANNEL_KEY, by: str | None = None) -> str:
    """A token of these claims; None is a claim that is left out. `by` names another key than `kid` says."""
    import jwt

    said = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(said, key(by or kid), algorithm="RS256", headers={"kid": kid, "x5t": kid})


@dataclass
class FakeKeys:
    """The issuer. `asked` are the paths that were fetched; `endorsed` is what each published key may sign.
    `given` are the tokens that the bot holds, with the time until which they are good."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    endorsed: dict[str, list[str]] = field(
        default_factory=lambda: {CHANNEL_KEY: ["msteams"], OTHER_KEY: ["webchat", "directline"]}
    )
    given: dict[str, float] = field(default_factory=dict)

    def claims(self, service_url: str) -> Json:
        """What a token says that Teams calls the bot with."""
        now = int(time.time())
        about = {"iss": self.url, "aud": APP_ID, "serviceurl": service_url}
        return about | {"iat": now, "nbf": now - 1, "exp": now + GOOD_FOR}

    def is_good(self, bearer: str) -> bool:
        return self.given.get(bearer, 0) > time.time()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/.well-known/openidconfiguration", self._metadata),
            web.get(KEYS_PATH, self._keys),
            web.get("/{tenant}/v2.0/.well-known/openid-configuration", self._login),
            web.post("/{tenant}/oauth2/v2.0/token", self._token),
        ]

    async def _metadata(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        said = {"issuer": self.url, "jwks_uri": f"{self.url}{KEYS_PATH}"}
        said |= {"authorization_endpoint": f"{self.url}/invalid"}
        return web.json_response(
            said
            | {
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            }
        )

    async def _keys(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.json_response({"keys": [_published(kid, for_) for kid, for_ in self.endorsed.items()]})

    async def _login(self, request: web.Request) -> web.Response:
        tenant = request.match_info["tenant"]
        if tenant != TENANT:
            return refused(400, "invalid_tenant", 90002, f"Tenant '{tenant}' not found.")
        there = f"{self.url}/{tenant}"
        said = {"issuer": f"{there}/v2.0", "token_endpoint": f"{there}/oauth2/v2.0/token"}
        return web.json_response(said | {"authorization_endpoint": f"{there}/oauth2/v2.0/authorize"})

    async def _token(self, request: web.Request) -> web.Response:
        """Client credentials, with the errors of Entra."""
        self.asked.append(request.path)
        form = {name: str(value) for name, value in (await request.post()).items()}
        if (wrong := self._wrong(request.match_info["tenant"], form)) is not None:
            return wrong
        token = f"eyJ0eXAiOiJKV1QifQ.{secrets.token_urlsafe(48)}.{secrets.token_urlsafe(32)}"
        self.given[token] = time.time() + GOOD_FOR
        said = {"token_type": "Bearer", "expires_in": GOOD_FOR - 1, "ext_expires_in": GOOD_FOR - 1}
        return web.json_response(said | {"access_token": token})

    def _wrong(self, tenant: str, form: Mapping[str, str]) -> web.Response | None:
        if tenant != TENANT:
            return refused(400, "invalid_request", 90002, f"Tenant '{tenant}' not found.")
        if form.get("grant_type") != "client_credentials":
            return refused(400, "unsupported_grant_type", 70003, "The grant type is not supported.")
        if form.get("client_id") != APP_ID:
            return refused(400, "unauthorized_client", 700016, "Application was not found in the directory.")
        if form.get("client_secret") != APP_SECRET:
            return refused(401, "invalid_client", 7000215, "Invalid client secret provided.")
        if form.get("scope", "").split()[:1] != [f"{self.url}/.default"]:
            return refused(400, "invalid_scope", 1002012, "The provided value for scope is not valid.")
        return None


def refused(status: int, error: str, code: int, words: str) -> web.Response:
    """Entra's no."""
    said = {"error": error, "error_description": f"AADSTS{code}: {words}", "error_codes": [code]}
    return web.json_response(said, status=status)


def _published(kid: str, endorsements: list[str]) -> Json:
    numbers = key(kid).public_key().public_numbers()
    facts = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "x5t": kid}
    return facts | {"n": _url64(numbers.n), "e": _url64(numbers.e), "endorsements": endorsements}


def _url64(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
