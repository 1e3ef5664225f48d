"""Letters that no database takes, wherever Slack may bring them: every message is answered like any other."""

from collections.abc import AsyncIterator

import pytest

from bot.fake_slack import FakeSlack
from store import Store
from tests.bot.slack_desk import U_ANA, SlackDesk, slack_desk

PDF = b"%PDF-1.4\n" + b"the roster of Lincoln Elementary\n" * 50 + b"%%EOF\n"
LETTERS = pytest.mark.parametrize("letter", ["\0", "\ud800"], ids=["NUL", "lone surrogate"])


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[SlackDesk]:
    async with slack_desk(store) as found:
        yield found


@pytest.fixture
def slack(desk: SlackDesk) -> FakeSlack:
    return desk.slack


@LETTERS
async def test_a_message_is_answered_whatever_letters_it_has(
    letter: str, desk: SlackDesk, slack: FakeSlack
) -> None:
    await slack.says(U_ANA, f"comment EL 02 of sv-fpm: which {letter} pages?")
    assert await ended(desk) == ["done"]
    assert len(await desk.answers()) == 1


async def test_a_command_is_answered_whatever_letters_it_has(desk: SlackDesk, slack: FakeSlack) -> None:
    assert await slack.command(U_ANA, "comment EL 02 of sv-fpm: which \0 pages?") == 200
    assert await ended(desk) == ["done"]
    assert len(await desk.answers()) == 1


@LETTERS
async def test_a_file_is_filed_whatever_letters_its_name_has(
    letter: str, desk: SlackDesk, slack: FakeSlack
) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", PDF) | {"name": f"ros{letter}ter.pdf", "title": letter}
    await slack.shares(U_ANA, file, text="EL 02")
    assert await ended(desk) == ["done"]
    (answer,) = await desk.answers("evidence_received")
    assert answer.fields["files"][0]["name"].startswith("ros")


async def ended(desk: SlackDesk) -> list[str]:
    """How everything ended that was told."""
    await desk.work()
    return [entry.state for entry in await desk.entries()]
