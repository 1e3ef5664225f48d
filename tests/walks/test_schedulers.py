"""Four schedulers on one store, with kills and clocks that jump: every reminder exactly once."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from handlers.deadlines import business_days_from, is_business_day
from handlers.remind import plan_of
from handlers.reminder_standing import standing_on
from store import Store
from store.outbox import OutboxEntry
from store.reminder_questions import Key
from store.reminders import Digest, Reminder
from tests.handlers.school_year import World, pacific_time
from tests.walks.running import ROOT

# Around both nights on which the hour changes, and over holidays.
AUTUMN = (date(2026, 10, 29), date(2026, 11, 5))
SPRING = (date(2027, 3, 11), date(2027, 3, 18))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Schedulers:
    """Orders to processes that plan, and their answers."""

    def __init__(self, pipe: "subprocess.Popen[str]") -> None:
        self._pipe = pipe

    def plan(self, *orders: tuple[datetime, int]) -> list[str]:
        """All of these at once; how each ended."""
        assert self._pipe.stdin is not None and self._pipe.stdout is not None
        self._pipe.stdin.write(json.dumps([(at.isoformat(), kill) for at, kill in orders]) + "\n")
        self._pipe.stdin.flush()
        said: list[str] = json.loads(self._pipe.stdout.readline())
        # A round that waits too long for another fails, and the service does the next one.
        assert all(one == "killed" or one.isdigit() or "database is locked" in one for one in said), said
        return said

    def finish(self, now: datetime) -> None:
        """Two that were started again do what is left, at once; then nothing is."""
        self.plan((now, 0), (now, 0))
        while self.plan((now, 0)) != ["0"]:
            pass


@contextmanager
def schedulers(url: str, files: Path, first: date) -> Iterator[Schedulers]:
    """With the first day planned."""
    moment = pacific_time(first, 0).isoformat()
    argv = [sys.executable, "-m", "tests.walks.schedulers", url, str(files), moment]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(argv, cwd=ROOT, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield Schedulers(process)
        finally:
            process.stdin.close()
            assert process.wait(20) == 0


def work_days(first: date, last: date) -> list[date]:
    found = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in found if is_business_day(day)]


async def expected(store: Store, days: Sequence[date]) -> set[Key]:
    """What one scheduler that is never interrupted would say."""
    keys: set[Key] = set()
    async with store.look() as uow:
        for day in days:
            standing = await standing_on(day, uow)
            standing.last = business_days_from(day, -1)
            keys |= {one.key for one in await plan_of(day, uow, standing)}
    return keys


async def reminded(store: Store) -> Counter[Key]:
    async with store.look() as uow:
        rows = await uow.session.scalars(select(Reminder))
        return Counter((one.target, one.kind, one.due, one.offset, one.person_id) for one in rows)


async def assert_each_has_its_message(store: Store, last: date) -> None:
    """Every reminder is in a message, or waits for that of the next day; every message is owed once; nobody has
    two of one day."""
    async with store.look() as uow:
        rows = list(await uow.session.scalars(select(Reminder)))
        digests = list(await uow.session.scalars(select(Digest)))
        owed = Counter(one.fields["digest"] for one in await uow.session.scalars(select(OutboxEntry)))
    assert all(one.digest_id or one.planned_for >= last for one in rows)
    assert {one.digest_id for one in rows if one.digest_id} <= {one.id for one in digests} == {*owed}
    assert set(owed.values()) == {1}
    assert len({(one.person_id, one.day) for one in digests}) == len(digests)


async def sent(store: Store, now: datetime) -> None:
    """All that waits is sent: what is not would come again with the next day's."""
    async with store.look() as uow:
        waiting = list(
            await uow.session.scalars(select(OutboxEntry.id).where(OutboxEntry.state == "waiting"))
        )
    await store.outbox.sent([(number, "250 ok") for number in waiting], now)


async def filled(store: Store) -> None:
    await World(store, Random(7), 14, 4).begin()


@pytest.mark.parametrize(("first", "last"), [AUTUMN, SPRING], ids=["autumn", "spring"])
async def test_four_at_once_with_kills_and_jumping_clocks(
    store: Store, database_url: str, tmp_path: Path, first: date, last: date
) -> None:
    await filled(store)
    chance, days, killed = Random(first.toordinal()), work_days(first, last), 0
    with schedulers(database_url, tmp_path / "files", days[0]) as four:
        await sent(store, pacific_time(days[0], 8))
        for day in days[1:]:
            now = pacific_time(day, chance.choice((0, 1, 2, 9, 16)), chance.randrange(60))
            jumps = (timedelta(), HOUR, -HOUR, chance.choice((DAY, -DAY, timedelta())))
            said = four.plan(*((now + jump, chance.choice((0, *range(8, 90)))) for jump in jumps))
            killed += said.count("killed")
            four.finish(now)
            await sent(store, now)
    assert killed > 2
    ahead = business_days_from(days[-1], 1)  # the clock that was a day ahead may have planned it
    wanted, found = await expected(store, days), await reminded(store)
    assert wanted <= {*found} <= wanted | await expected(store, [ahead])
    assert set(found.values()) == {1}
    await assert_each_has_its_message(store, days[-1])


async def test_killed_before_every_statement_of_a_day(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    """One dies, the next goes on: a few statements later on every day, so that each of them is the last once."""
    await filled(store)
    days = work_days(date(2026, 8, 3), date(2026, 8, 21))
    killed = 0
    with schedulers(database_url, tmp_path / "files", days[0]) as one:
        await sent(store, pacific_time(days[0], 8))
        for number, day in enumerate(days[1:]):
            killed += one.plan((pacific_time(day, 0), 12 + 9 * number)).count("killed")
            one.plan((pacific_time(day, 0), 0))
            await sent(store, pacific_time(day, 8))
    assert killed > 6
    found = await reminded(store)
    assert {*found} == await expected(store, days)
    await assert_each_has_its_message(store, days[-1])
