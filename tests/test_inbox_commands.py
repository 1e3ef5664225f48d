"""`cais inbox …` at the terminal: the same rules as the contacts' commands, without limits of reach."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import cais
import service
from store.keeping import Arrival
from tests.builders import ANA, NOW


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Three messages in a new sample store: two are held for their sender, the third could not be read."""
    monkeypatch.setenv("CAIS_VAR", str(tmp_path))
    for words in ("store migrate", "store sample"):
        assert say(*words.split()).exit_code == 0

    async def fill() -> list[int]:
        async with service.put_together(service.read_settings()) as parts:
            numbers = await parts.store.inbox.insert([Arrival("mail", NOW, {}, "0" * 64, 1)] * 3)
            async with parts.store.begin() as uow:
                for number in numbers:
                    entry = await uow.entry(number)
                    assert entry is not None
                    why = "took-too-long" if number == numbers[-1] else "not authenticated: spf"
                    entry.state, entry.reason, entry.sender = "held", why, ANA
            return numbers

    return asyncio.run(fill())


def say(*words: str) -> Result:
    return CliRunner().invoke(cais.cli, list(words))


def test_an_operator_decides_on_held_messages(held: list[int]) -> None:
    one, two, unread = map(str, held)
    assert "took-too-long" in say("inbox", "list", "--state", "held").output
    assert say("inbox", "list", "--state", "held", "--json").exit_code == 0
    released = say("inbox", "release", one, two)
    assert (released.exit_code, released.output.count("as Ana Ruiz's")) == (0, 2)
    second = say("inbox", "refuse", one, "--reason", "spam")
    assert (second.exit_code, "operator was first" in second.output) == (1, True)
    assert say("inbox", "hold", one).exit_code == 0
    assert "Senders told: 1" in say("inbox", "refuse", one, "--reason", "spam").output
    assert "not held for its sender" in say("inbox", "release", unread).output
    assert say("inbox", "again", "--reason", "took").output == f"Message {unread} is back in the queue.\n"
    assert say("inbox", "again", unread).exit_code == 1
    assert say("inbox", "redirect", one, "--to", "nothing at all").exit_code == 2
    wrong = say("verify").output.partition("WRONG:")[2]
    assert wrong.strip().endswith("which is missing")  # the bytes of these three were never there
    assert wrong.count("\n") == 2


def test_a_message_that_is_none_is_refused(held: list[int]) -> None:
    for words in (("release", "99"), ("hold", "99"), ("again", "99"), ("refuse", "99", "--reason", "x")):
        assert say("inbox", *words).exit_code == 1
