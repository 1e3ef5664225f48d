"""A whole life in Slack: the service in its own process, beside a Slack as strict as the real one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.fake_slack import FakeSlack
from tests.servers import wait_for_port
from tests.walks.running import Service

ANA = "U0ANA"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack()
    await fake.start()
    yield fake
    await fake.stop()


@contextmanager
def beside(slack: FakeSlack) -> Iterator[Service]:
    """The service, as an app of that workspace."""
    env = {f"CAIS_{name.upper()}": one for name, one in slack.settings().items()}
    service = Service(**env)  # type: ignore[arg-type]  # none of them is the command
    slack.bot = f"http://127.0.0.1:{service.web}/slack/events"
    with service:
        wait_for_port(service.web, 20, service.daemon)
        yield service


def shown(message: dict[str, Any]) -> str:
    """Everything that a message says."""
    return str(message["text"])


async def test_an_account_is_linked_by_the_mailbox_and_then_speaks_for_its_person(slack: FakeSlack) -> None:
    with beside(slack) as service:
        await slack.says(ANA, "status")
        assert "do not know yet who you are" in shown((await slack.heard(1))[0])
        await slack.says(ANA, "link <mailto:aruiz@sierravista.example|aruiz@sierravista.example>")
        assert "if CAIS knows that address" in shown((await slack.heard(2))[1])
        code = await asyncio.to_thread(service.code_for, "aruiz@sierravista.example")
        await slack.says(ANA, f"confirm {code}")
        said = await slack.heard(4)
        assert "Welcome, Ana Ruiz" in shown(said[2])
        assert "Sierra Vista" in shown(said[3])  # the status that she asked for first
        assert await slack.command(ANA, "status EL 02") == 200
        assert "English Learner Advisory Committee" in shown((await slack.heard(5))[4])
