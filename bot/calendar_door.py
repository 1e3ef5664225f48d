"""The private calendar feed: `GET /calendar/<token>.ics`. Whoever has the link reads the deadlines that its
person may see at this moment; nothing that people see changes by it, and no log has the link.

Wrong, ended, and of somebody who was retired: one and the same answer.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from aiohttp import web

from bot.calendar_file import calendar_feed
from handlers.access import reach_of
from handlers.calendar_entries import keep_current
from handlers.give_calendar import token_digest
from store import Store
from store.clock import Clock, pacific
from templates import Place

SHOWN_BACK = timedelta(days=400)  # what is overdue longer is in no calendar
ENDED_SHOWN = timedelta(days=14)  # so long a calendar is told that an entry is cancelled; then it is gone
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
MINUTE = 60.0
MOST_A_LINK = 20  # requests a minute
MOST_IN_ALL = 600


class Rate:
    """How often each link, real or not, was asked for in the last minute."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._asked: deque[tuple[float, str]] = deque()
        self._counts: Counter[str] = Counter()

    def is_too_high(self, link: str) -> bool:
        """Count one more request, or refuse it."""
        while self._asked and self._asked[0][0] <= self._now() - MINUTE:
            self._counts -= Counter([self._asked.popleft()[1]])
        if len(self._asked) >= MOST_IN_ALL or self._counts[link] >= MOST_A_LINK:
            return True
        self._asked.append((self._now(), link))
        self._counts[link] += 1
        return False


class CalendarDoor:
    """Where calendar programs come in. Without a public address there is none."""

    def __init__(self, store: Store, clock: Clock, place: Callable[[], Place]) -> None:
        self._store, self._clock, self._place = store, clock, place
        self._rate, self._wrong = Rate(), Rate()  # whoever tries out links shuts nobody out

    def add_to(self, app: web.Application) -> None:
        app.add_routes([web.get(r"/calendar/{token:[^/]{1,200}}.ics", self.read)])

    async def read(self, request: web.Request) -> web.Response:
        """The calendar; 304 for who has it already, 429 for who asks too often."""
        digest = token_digest(request.match_info["token"])
        async with self._store.look() as uow:
            known = await uow.feed_reader(digest) is not None
        if (self._rate if known else self._wrong).is_too_high(digest):
            return web.Response(status=429, headers=HEADERS | {"Retry-After": "60"})
        body = await self._calendar(digest)
        if body is None:
            return web.Response(status=404, text="404: Not Found", headers=HEADERS)
        tag = hashlib.sha256(body).hexdigest()
        headers = HEADERS | {"ETag": f'"{tag}"'}
        if any(one.value in (tag, "*") for one in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=headers)

    async def _calendar(self, digest: str) -> bytes | None:
        async with self._store.look() as uow:
            reader = await uow.feed_reader(digest)
            if reader is None:
                return None
            reach = reach_of(reader)
            leas = await uow.leas_under(reach)
        now = self._clock.now()
        await keep_current(leas, self._store, now)
        async with self._store.look() as uow:
            since = pacific(now).date() - SHOWN_BACK
            entries = await uow.entries_within(reach, since, now - ENDED_SHOWN)
        return calendar_feed(entries, self._place())
