"""Who calls us as Teams: Microsoft's token, checked in every point, none of them optional.

Source: threats 2.H; Microsoft, "Authenticate requests from the Bot Connector service to your bot".
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt

from bot.teams_cloud import Cloud

LEEWAY_SECONDS = 60
FRESH_SECONDS = 24 * 3600.0
STALE_SECONDS = 2 * FRESH_SECONDS  # so long keys are good when no newer ones can be had
AGAIN_SECONDS = 60.0
FETCH_SECONDS = 10.0
LARGEST_KEYS = 256 * 1024
CHANNEL_ID = "msteams"
_DEMANDED = ["exp", "nbf", "iss", "aud"]
_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)


class NotTeams(Exception):
    """It is not Teams that calls; `why` is for the log, and quotes nothing that came."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NoKeys(Exception):
    """Microsoft's keys cannot be had now, so that nobody can be checked: to be tried again."""


@dataclass(frozen=True)
class Key:
    """One of Microsoft's keys, and the channels it may sign for."""

    key: jwt.PyJWK
    endorsed: frozenset[str]


@dataclass
class Keys:
    """The keys of a cloud, fetched when they are first needed and once a day; for an unknown one at once, but
    not more than once a minute: anybody can name one."""

    cloud: Cloud
    _known: Mapping[str, Key] = field(default_factory=dict)
    _fetched: float = 0.0
    _tried: float | None = None
    _failed: bool = False
    _fetching: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def key(self, name: str) -> Key | None:
        """None: there is no such key. Raises NoKeys."""
        if name not in self._known or self._age() > FRESH_SECONDS:
            async with self._fetching:
                await self._fetch_again(name)
        found = self._known.get(name)
        if (found is None and self._failed) or not self._known or self._age() > STALE_SECONDS:
            raise NoKeys
        return found

    async def look(self) -> None:
        """Have fresh ones before they are needed. Raises NoKeys where they cannot be had now."""
        await self.key(next(iter(self._known), ""))
        if self._failed:
            raise NoKeys

    def _age(self) -> float:
        return monotonic() - self._fetched

    async def _fetch_again(self, name: str) -> None:
        """Whoever waited for another's fetch finds it done."""
        fresh = self._age() <= FRESH_SECONDS
        just_tried = self._tried is not None and monotonic() - self._tried < AGAIN_SECONDS
        if (name in self._known and fresh) or just_tried:
            return
        self._tried = monotonic()
        try:
            self._known, self._fetched = await self._fetch(), monotonic()
            self._failed = False
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError, TypeError):
            self._failed = True

    async def _fetch(self) -> dict[str, Key]:
        """Both from one host: nobody else's word counts."""
        timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            address = str((await _json(session, self.cloud.keys))["jwks_uri"])
            if urlsplit(address)[:2] != urlsplit(self.cloud.keys)[:2]:
                raise ValueError("keys of another host")
            said = await _json(session, address)
        return {str(one["kid"]): _key(one) for one in said["keys"] if one.get("kty") == "RSA"}


async def _json(session: aiohttp.ClientSession, url: str) -> Any:
    """Raises what aiohttp and json raise; a redirect is no answer."""
    async with session.get(url, allow_redirects=False) as answer:
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        body = bytearray()
        async for block in answer.content.iter_any():
            body += block
            if len(body) > LARGEST_KEYS:
                raise ValueError("more than keys")
        return json.loads(body)


def _key(said: Mapping[str, Any]) -> Key:
    try:
        return Key(jwt.PyJWK({**said}, "RS256"), frozenset(map(str, said.get("endorsements") or ())))
    except jwt.PyJWTError as odd:
        raise ValueError("not a key") from odd


async def check_token(headers: Sequence[str], app_id: str, keys: Keys) -> Mapping[str, Any]:
    """The claims of the one Authorization header there must be, for `app_id`. Raises NotTeams, NoKeys."""
    if len(headers) != 1:
        raise NotTeams("no token" if not headers else "two tokens")
    scheme, _, token = headers[0].partition(" ")
    if scheme.lower() != "bearer":
        raise NotTeams("no bearer token")
    try:
        head = jwt.get_unverified_header(token)
    except _UNREADABLE as odd:
        raise NotTeams("unreadable token") from odd
    if head.get("alg") != "RS256" or not isinstance(head.get("kid"), str):
        raise NotTeams("algorithm or key not named")
    key = await keys.key(head["kid"])
    if key is None or CHANNEL_ID not in key.endorsed:
        raise NotTeams("unknown key" if key is None else "key not endorsed for Teams")
    return _claims(token, key, app_id, keys.cloud.issuer)


def _claims(token: str, key: Key, app_id: str, issuer: str) -> Mapping[str, Any]:
    try:
        return jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            audience=app_id,
            issuer=issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": _DEMANDED, "strict_aud": True},
        )
    except _UNREADABLE as wrong:
        raise NotTeams(f"token: {type(wrong).__name__}") from wrong
