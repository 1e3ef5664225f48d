"""One file from a chat's file hosts: streamed to a draft, counted, and never taken for what it is not.

Servers answer 200 with a sign-in page where a right is missing, or redirect there. Every address, and every
one that a redirect names, is judged by the chat before anything is sent to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.rests import Rests, wait_of
from handlers.retry import TryLater
from store.files import Draft
from store.keeping import Keeper

BLOCK = 256 * 1024
MOST_HOPS = 2
TIMES = aiohttp.ClientTimeout(total=1800, sock_connect=10, sock_read=30)
MOVED = (301, 302, 303, 307, 308)
BUSY = (408, 425, 429)
DOWNLOAD = "download"
_GENERAL = ("", "application/octet-stream", "binary/octet-stream")
SAID_BY_SERVERS = ("text/html", "application/xhtml+xml", "application/json")


class NotGiven(Exception):
    """A file that does not come, however often we ask: a machine word for why, and the scope that we lack."""

    def __init__(self, word: str, needed: str = "") -> None:
        super().__init__(word)
        self.word, self.needed = word, needed


@dataclass(frozen=True)
class Wanted:
    """A file to get: of the `mimetype` that is on record (empty: none is), of so many bytes at `most`, or of
    so many exactly."""

    url: str
    mimetype: str
    most: int
    exact: bool = False


@dataclass(frozen=True)
class Got:
    """The digest of the object that was kept, and the type that its host gave it."""

    sha256: str
    kind: str


class Hosts(Protocol):
    """A chat's file hosts. Its words for why nothing comes begin with `chat`; there is one for each HTTP
    status of `statuses`, and `refused` for any other, and for a page or an address in place of the file."""

    chat: str
    refused: str
    statuses: Mapping[int, str]

    async def headers(self, url: str, hop: int) -> Mapping[str, str] | None:
        """What goes to an address beside the question; None: nothing goes there. `hop` counts redirects.
        Raises TryLater."""

    def refuses(self, url: str, status: int) -> None:
        """An address said no. Raises TryLater where that may pass."""

    def connector(self) -> aiohttp.TCPConnector:
        """How they are reached."""


class Downloads:
    """Gets files from the hosts of a chat; `is_over`: the service is about to end."""

    def __init__(self, hosts: Hosts, keeper: Keeper, is_over: Callable[[], bool]) -> None:
        self._hosts, self._keeper, self._is_over = hosts, keeper, is_over
        self._rests = Rests()
        self._session: aiohttp.ClientSession | None = None

    async def download(self, wanted: Wanted) -> Got:
        """Keep the file as an object. Raises NotGiven, TryLater, OSError."""
        draft = self._keeper.draft()
        try:
            kind = await self._fetch(wanted, draft)
            return Got(await self._keeper.keep_draft(draft), kind)
        except BaseException:
            await self._keeper.discard(draft)
            raise

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _fetch(self, wanted: Wanted, draft: Draft) -> str:
        """The type that its host gives it."""
        url = wanted.url
        try:
            for hop in range(MOST_HOPS):
                headers = await self._hosts.headers(url, hop)
                if headers is None:
                    raise NotGiven(self._hosts.refused if hop else f"{self._hosts.chat}-foreign")
                self._rests.check(_place(url))
                async with self._opened().get(url, headers=headers, allow_redirects=False) as answer:
                    if answer.status not in MOVED:
                        self._check(answer, url, wanted)
                        await self._take(answer, wanted, draft)
                        return _type(answer.headers.get("Content-Type"))
                    url = urljoin(url, answer.headers.get("Location", ""))
        except aiohttp.ClientConnectorError as trouble:
            if isinstance(trouble.os_error, NotPublic):
                raise NotGiven(f"{self._hosts.chat}-not-public") from trouble
            raise TryLater(f"{DOWNLOAD} {type(trouble).__name__}") from trouble
        except (aiohttp.ClientError, TimeoutError) as trouble:
            raise TryLater(f"{DOWNLOAD} {type(trouble).__name__}") from trouble
        raise NotGiven(self._hosts.refused)

    def _check(self, answer: aiohttp.ClientResponse, url: str, wanted: Wanted) -> None:
        """Whether what comes is the file. Raises NotGiven, TryLater."""
        hosts, status = self._hosts, answer.status
        if status in BUSY or status >= 500:
            raise self._rests.later(_place(url), f"HTTP {status}", wait_of(answer.headers))
        if status != 200:
            hosts.refuses(url, status)
            raise NotGiven(hosts.statuses.get(status, hosts.refused))
        if (told := other_kind(answer.headers.get("Content-Type", ""), wanted.mimetype)) is not None:
            raise NotGiven(hosts.refused if told == "page" else f"{hosts.chat}-other")
        if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise NotGiven(f"{hosts.chat}-other")
        if not wanted.exact and (answer.content_length or 0) > wanted.most:
            raise NotGiven(f"{hosts.chat}-too-big")

    async def _take(self, answer: aiohttp.ClientResponse, wanted: Wanted, draft: Draft) -> None:
        """The body, block by block; one that is too long is left at once."""
        await self._keeper.write(draft, b"")
        async for block in answer.content.iter_chunked(BLOCK):
            if draft.size + len(block) > wanted.most:
                break
            if self._is_over():
                raise TryLater(f"{DOWNLOAD} stopped with the service", timedelta(0))
            await self._keeper.write(draft, block)
        else:
            if not wanted.exact or draft.size == wanted.most:
                return
        raise NotGiven(f"{self._hosts.chat}-{'short' if wanted.exact else 'too-big'}")

    def _opened(self) -> aiohttp.ClientSession:
        """Made by the first download, in the loop that it runs in. Nothing is unpacked: sizes are of what is
        on record."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=self._hosts.connector(),
                headers={"Accept-Encoding": "identity"},
                timeout=TIMES,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


class NotPublic(OSError):
    """A name leads into our own network, or to this machine."""


def other_kind(served: str, on_record: str) -> str | None:
    """What cannot be the file by its type: a `page` of the server, or `other`, another kind of file."""
    came, expected = _type(served), _type(on_record)
    if came == expected or came in _GENERAL:
        return None
    if came in SAID_BY_SERVERS:
        return "page"
    kinds = (came.partition("/")[0], expected.partition("/")[0])
    return None if expected in _GENERAL or kinds[0] == kinds[1] else "other"


def _type(said: Any) -> str:
    return str(said or "").partition(";")[0].strip().lower()


def _place(url: str) -> str:
    return f"{DOWNLOAD} {urlsplit(url).hostname}"
