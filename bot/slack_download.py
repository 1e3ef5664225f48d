"""One file from Slack's file host: streamed to a draft, counted, and never taken for what it is not.

Slack answers 200 with a sign-in page where a right is missing, and redirects there. The token goes to Slack's
own file hosts and nowhere else, whatever an address or a redirect says.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.rests import Rests, wait_of
from handlers.retry import TryLater
from store.files import Draft
from store.keeping import Keeper

# Files of a large organisation are redirected from the first host to the second, which wants the token, too.
HOSTS = {
    "slack.com": ("https://files.slack.com/", "https://files-origin.slack.com/"),
    "slack-gov.com": ("https://files.slack-gov.com/", "https://files-origin.slack-gov.com/"),
}
BLOCK = 256 * 1024
MOST_HOPS = 2
TIMES = aiohttp.ClientTimeout(total=1800, sock_connect=10, sock_read=30)
_MOVED = (301, 302, 303, 307, 308)
_GONE = (404, 410)
_BUSY = (408, 425, 429)
_GENERAL = ("", "application/octet-stream", "binary/octet-stream")
_SAID_BY_SERVERS = ("text/html", "application/xhtml+xml", "application/json")
DOWNLOAD = "download"


class NotGiven(Exception):
    """A file that does not come, however often we ask: a machine word for why, and the scope that we lack."""

    def __init__(self, word: str, needed: str = "") -> None:
        super().__init__(word)
        self.word, self.needed = word, needed


class Downloads:
    """Gets files of one workspace. `api` is the address of its Web API; a stand-in has files there, too."""

    def __init__(self, token: str, api: str, keeper: Keeper, is_over: Callable[[], bool]) -> None:
        self._token, self._keeper, self._is_over = token, keeper, is_over
        self._places = places_of(api)
        self._rests = Rests()
        self._session: aiohttp.ClientSession | None = None

    def _is_ours(self, url: str) -> bool:
        """Whether a file may lie there: compared letter by letter, so that no two readers of addresses can
        disagree."""
        return url.startswith(self._places)

    async def download(self, url: str, size: int, mimetype: str) -> str:
        """Keep the file as an object; its digest. Raises NotGiven, TryLater, OSError."""
        self._rests.check(DOWNLOAD)
        draft = self._keeper.draft()
        try:
            await self._fetch(url, size, mimetype, draft)
            return await self._keeper.keep_draft(draft)
        except BaseException:
            await self._keeper.discard(draft)
            raise

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _fetch(self, url: str, size: int, mimetype: str, draft: Draft) -> None:
        try:
            for hop in range(MOST_HOPS):
                if not self._is_ours(url):
                    raise NotGiven("slack-no-scope" if hop else "slack-foreign")
                async with self._opened().get(url, allow_redirects=False) as answer:
                    if answer.status not in _MOVED:
                        self._check(answer, mimetype)
                        await self._take(answer, size, draft)
                        return
                    url = urljoin(url, answer.headers.get("Location", ""))
        except (aiohttp.ClientError, TimeoutError) as trouble:
            raise TryLater(f"{DOWNLOAD} {type(trouble).__name__}") from trouble
        raise NotGiven("slack-no-scope")

    def _check(self, answer: aiohttp.ClientResponse, mimetype: str) -> None:
        """Whether what comes is the file. Raises NotGiven, TryLater."""
        if answer.status in _BUSY or answer.status >= 500:
            raise self._rests.later(DOWNLOAD, f"HTTP {answer.status}", wait_of(answer.headers))
        if answer.status != 200:
            raise NotGiven("slack-gone" if answer.status in _GONE else "slack-no-scope")
        if (word := other_kind(answer.headers.get("Content-Type", ""), mimetype)) is not None:
            raise NotGiven(word)

    async def _take(self, answer: aiohttp.ClientResponse, size: int, draft: Draft) -> None:
        """The body, block by block; one that is too long is left at once."""
        await self._keeper.write(draft, b"")
        async for block in answer.content.iter_chunked(BLOCK):
            if draft.size + len(block) > size:
                break
            if self._is_over():
                raise TryLater(f"{DOWNLOAD} stopped with the service", timedelta(0))
            await self._keeper.write(draft, block)
        else:
            if draft.size == size:
                return
        raise NotGiven("slack-short")

    def _opened(self) -> aiohttp.ClientSession:
        """Made by the first download, in the loop that it runs in. Nothing is unpacked: sizes are of what is
        on record."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers={"Authorization": f"Bearer {self._token}", "Accept-Encoding": "identity"},
                timeout=TIMES,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def places_of(api: str) -> tuple[str, ...]:
    """How the addresses of files begin; in each the host has ended, so that nothing can be added to it."""
    parts = urlsplit(api)
    return HOSTS.get(parts.hostname or "", (f"{parts.scheme}://{parts.netloc}/",))


def other_kind(served: str, on_record: str) -> str | None:
    """The word for what cannot be the file by its type: a page of the server, or another kind of file."""
    came, expected = _type(served), _type(on_record)
    if came == expected or came in _GENERAL:
        return None
    if came in _SAID_BY_SERVERS:
        return "slack-no-scope"
    kinds = (came.partition("/")[0], expected.partition("/")[0])
    return None if expected in _GENERAL or kinds[0] == kinds[1] else "slack-other"


def _type(said: Any) -> str:
    return str(said or "").partition(";")[0].strip().lower()
