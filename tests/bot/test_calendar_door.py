"""The private feed: what its person may see at this moment, and for everybody else one and the same answer."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from bot.calendar_door import MOST_A_LINK, MOST_IN_ALL, CalendarDoor, Rate
from bot.web import application
from store.clock import Clock
from store.history import HistoryEntry
from store.models import PersonRole
from store.reminders import CalendarEntry
from tests.bot.conftest import PLACE
from tests.bot.ics import Read, read
from tests.builders import ANA, NOW, Desk
from tests.handlers.findings import BETH, LUIS, respond
from tests.handlers.record import HELEN, MARIA, PRIYA

EL_02 = "Due: finding I-EL 02 (Sierra Vista Unified)"


async def healthy() -> dict[str, object]:
    return {"status": "ok"}


class Feeds:
    """Calendar programs in front of the door."""

    def __init__(self, desk: Desk, client: TestClient[Any, Any]) -> None:
        self.desk, self.client = desk, client

    async def link(self, who: str) -> str:
        """The path of a new link."""
        await self.desk.send(sender=who, text="calendar")
        rows = [row for row in await self.desk.outgoing() if row.template == "calendar_link_sent"]
        return str(rows[-1].fields["secret_link"]).removeprefix("https://intake.example.org")

    async def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        answer = await self.client.get(path, headers=headers)
        return answer.status, {name.lower(): one for name, one in answer.headers.items()}, await answer.read()

    async def calendar(self, path: str) -> Read:
        status, _, body = await self.get(path)
        assert status == 200
        return read(body)

    async def titles(self, path: str) -> set[str]:
        return {one["SUMMARY"] for one in (await self.calendar(path)).events}


@pytest.fixture
async def feeds(desk: Desk) -> AsyncIterator[Feeds]:
    app = application(healthy)
    CalendarDoor(desk.store, Clock(NOW), lambda: PLACE).add_to(app)
    async with TestClient(TestServer(app)) as client:
        yield Feeds(desk, client)


async def test_it_shows_the_leas_own_deadlines_as_they_are_now(feeds: Feeds) -> None:
    path = await feeds.link(MARIA)
    assert EL_02 in await feeds.titles(path)
    await respond(feeds.desk)
    gone = (await feeds.calendar(path)).by_title()
    assert EL_02 not in gone
    over = gone["No longer due: finding I-EL 02 (Sierra Vista Unified)"]
    assert (over["STATUS"], over["SEQUENCE"]) == ("CANCELLED", "1")


async def test_nobody_sees_another_leas_or_what_waits_for_the_state(feeds: Feeds) -> None:
    sierra, coast = await feeds.titles(await feeds.link(MARIA)), await feeds.titles(await feeds.link(PRIYA))
    assert sierra
    assert coast
    assert all("Sierra" in one for one in sierra)
    assert all("Coast" in one for one in coast)


async def test_reviewers_and_contacts_see_what_their_leas_owe_in_reviews_and_no_forms(feeds: Feeds) -> None:
    for who in (HELEN, LUIS):
        found = await feeds.titles(await feeds.link(who))
        assert EL_02 in found
        assert all("finding" in one or "evidence" in one or "step" in one for one in found)
    assert await feeds.titles(await feeds.link(BETH)) == set()  # a contact of a program of forms alone


async def test_who_lost_a_role_sees_no_more_of_it(feeds: Feeds) -> None:
    path = await feeds.link(MARIA)
    assert EL_02 in await feeds.titles(path)
    async with feeds.desk.store.database.begin() as connection:
        roles = PersonRole.__table__
        await connection.execute(update(roles).where(roles.c.lea_id == "sierra-vista").values(ended_at=NOW))
    assert await feeds.titles(path) == set()


async def test_wrong_ended_and_retired_are_one_and_the_same_answer(feeds: Feeds) -> None:
    ended = await feeds.link(MARIA)
    live = await feeds.link(MARIA)
    of_ana = await feeds.link(ANA)
    assert (await feeds.get(live))[0] == (await feeds.get(of_ana))[0] == 200
    await feeds.desk.send(sender=MARIA, text=f"retire {ANA}")
    answers = []
    for path in (ended, of_ana, f"/calendar/{'x' * 43}.ics", "/calendar/%00%ff.ics", "/calendar/a.ics"):
        status, headers, body = await feeds.get(path)
        headers.pop("date")
        answers.append((status, headers, body))
    assert answers[0][0] == 404
    assert all(one == answers[0] for one in answers)
    assert (await feeds.get(live))[0] == 200


async def test_what_is_had_already_is_not_sent_again(feeds: Feeds) -> None:
    path = await feeds.link(MARIA)
    _, headers, _ = await feeds.get(path)
    status, _, body = await feeds.get(path, **{"If-None-Match": headers["etag"]})
    assert (status, body) == (304, b"")
    await respond(feeds.desk)
    assert (await feeds.get(path, **{"If-None-Match": headers["etag"]}))[0] == 200


async def test_it_is_for_one_reader_and_tells_no_other_site(feeds: Feeds) -> None:
    path = await feeds.link(MARIA)
    for one in (path, "/calendar/wrong.ics"):
        _, headers, _ = await feeds.get(one)
        assert headers["cache-control"] == "private, no-cache"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
    assert (await feeds.get(path))[1]["content-type"] == "text/calendar; charset=utf-8"


async def test_reading_changes_nothing_and_no_log_has_the_link(feeds: Feeds) -> None:
    path = await feeds.link(MARIA)

    async def counted() -> tuple[int, int]:
        async with feeds.desk.store.database.reading() as session:
            history = await session.scalar(select(func.count()).select_from(HistoryEntry))
            return history or 0, len(await feeds.desk.outgoing())

    before = await counted()
    with capture_logs() as logs:
        await feeds.get(path)
        await feeds.client.head(path)
        await feeds.get(path)
    assert await counted() == before
    assert path.rpartition("/")[2].removesuffix(".ics") not in json.dumps(logs, default=str)


async def test_whoever_asks_too_often_waits_whether_the_link_is_real_or_not(feeds: Feeds) -> None:
    real, wrong = await feeds.link(MARIA), "/calendar/wrong.ics"
    for path, usual in ((real, 200), (wrong, 404)):
        statuses = [(await feeds.get(path))[0] for _ in range(MOST_A_LINK + 1)]
        assert statuses == [usual] * MOST_A_LINK + [429]
    assert (await feeds.get(await feeds.link(PRIYA)))[0] == 200


async def test_who_tries_out_links_shuts_no_real_one_out(feeds: Feeds) -> None:
    real = await feeds.link(MARIA)
    tried = [(await feeds.get(f"/calendar/wrong-{number}.ics"))[0] for number in range(MOST_IN_ALL + 1)]
    assert (tried[0], tried[-1]) == (404, 429)
    assert (await feeds.get(real))[0] == 200


def test_the_rate_forgets_after_a_minute_and_keeps_nothing() -> None:
    now = [0.0]
    rate = Rate(lambda: now[0])
    assert [rate.is_too_high("a") for _ in range(MOST_A_LINK + 1)] == [False] * MOST_A_LINK + [True]
    assert not rate.is_too_high("b")
    now[0] = 61.0
    assert not rate.is_too_high("a")
    assert len(rate._asked) == 1
    assert {*rate._counts} == {"a"}


async def test_what_ended_long_ago_is_gone(feeds: Feeds) -> None:
    path = await feeds.link(MARIA)
    assert EL_02 in await feeds.titles(path)
    await respond(feeds.desk)
    assert any(one.startswith("No longer due") for one in await feeds.titles(path))
    async with feeds.desk.store.database.begin() as connection:
        table = CalendarEntry.__table__
        await connection.execute(
            update(table).where(table.c.ended).values(changed_at=NOW - timedelta(days=15))
        )
    assert not any(one.startswith("No longer due") for one in await feeds.titles(path))


async def test_without_a_public_address_there_is_no_door(desk: Desk) -> None:
    async with TestClient(TestServer(application(healthy))) as client:
        assert (await client.get("/calendar/anything.ics")).status == 404
