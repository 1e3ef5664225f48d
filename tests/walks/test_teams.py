"""A whole life in Teams: the service in its own process, beside a Teams as strict as the real one."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.fake_teams import FakeTeams
from bot.fake_teams_hands import Person
from tests.servers import wait_for_port, wait_until
from tests.walks.running import Service


@pytest.fixture
async def there() -> AsyncIterator[FakeTeams]:
    fake = FakeTeams()
    await fake.start()
    yield fake
    await fake.stop()


@contextmanager
def beside(there: FakeTeams) -> Iterator[Service]:
    """The service, as an app of that tenant."""
    settings: dict[str, Any] = {f"CAIS_{name.upper()}": value for name, value in there.settings().items()}
    service = Service(**settings)
    there.bot = f"http://127.0.0.1:{service.web}/api/messages"
    with service:
        wait_for_port(service.web, 20, service.daemon)
        yield service


def shown(message: Any) -> str:
    """Everything that a message says."""
    return json.dumps(message.activity, ensure_ascii=False)


async def linked(service: Service, ana: Person) -> None:
    await ana.says("link aruiz@sierravista.example")
    code = await asyncio.to_thread(service.code_for, "aruiz@sierravista.example")
    await ana.says(f"confirm {code}")


async def test_an_account_is_linked_by_the_mailbox_and_then_speaks_for_its_person(there: FakeTeams) -> None:
    ana = Person.new(there, "Ana Ruiz")
    with beside(there) as service:
        await ana.installs()
        assert "do not know yet who you are" in shown((await ana.hears(1))[0])
        await linked(service, ana)
        said = await ana.hears(3)
        assert "if CAIS knows that address" in shown(said[1])
        assert "Welcome, Ana Ruiz" in shown(said[2])
        await ana.says("status EL 02")
        assert "English Learner Advisory Committee" in shown((await ana.hears(4))[3])
        told = await asyncio.to_thread(service.cais, "doctor", "teams", "--json")
        assert {name: good for name, good, _ in json.loads(told)} == {
            "teams token": True,
            "teams keys": True,
            "teams door": True,
        }


async def test_a_form_is_filled_in_where_it_is_offered(there: FakeTeams) -> None:
    ana = Person.new(there, "Ana Ruiz")
    with beside(there) as service:
        await linked(service, ana)
        await ana.hears(2)
        await ana.says("menu")
        opened = await ana.presses((await ana.hears(3))[2], "Comment")
        assert opened.dialog is not None
        said = {"about": "sv-fpm/I-EL 02", "text": "which pages?"}
        answers = [await ana.submits(opened.dialog, said) for _ in range(2)]
        assert [(one.dialog, one.words) for one in answers] == [(None, ""), (None, "")]
        assert "which pages?" in shown((await ana.hears(4))[3])
        assert [one["text"] for one in (await asyncio.to_thread(service.export))["comments"]] == [
            said["text"]
        ]


async def test_only_what_teams_says_was_said_to_us_counts(there: FakeTeams) -> None:
    ana = Person.new(there, "Ana Ruiz")
    with beside(there) as service:
        await linked(service, ana)
        await ana.hears(2)
        asked = await ana.says("status EL 02", "channel")
        (answer,) = await there.heard(1, there.room("channel", ana.who))
        assert "English Learner Advisory Committee" in shown(answer)
        for claims in ({"aud": "another"}, {"iss": "https://sts.windows.net/"}, {"exp": 1}):
            assert (await there.tell(asked.activity, **claims))[0] == 401
        assert (await there.tell(asked.activity, serviceurl="https://evil.example/"))[0] == 403
        assert (await there.post(json.dumps(asked.activity), {}))[0] == 401
        await ana.edits(asked, "submit EL 02")
        await ana.deletes(asked)
        states = await asyncio.to_thread(wait_until, lambda: _states(service), 20, service.daemon.output)
        assert states == ["done", "done", "done", "ignored", "ignored"]
        assert len(there.messages) == 3


def _states(service: Service) -> list[str] | None:
    """Of the five messages that there are, once they are answered."""
    states = [str(row["state"]) for row in service.export()["messages"]]
    return states if len(states) == 5 and "received" not in states else None
