"""`cais inbox …` at the terminal: the same rules as the contacts' commands, without limits of reach."""

import asyncio
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import cais
from parts import put_together, read_settings
from store.inbox import InboxEntry
from store.keeping import Arrival
from tests.builders import ANA, NOW


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Three messages in a new sample store: two are held for their sender, the third could not be read."""
    monkeypatch.setenv("CAIS_VAR", str(tmp_path))
    for words in ("store migrate", "store sample"):
        assert say(*words.split()).exit_code == 0

    async def fill() -> list[int]:
        async with put_together(read_settings()) as parts:
            numbers = await parts.store.inbox.insert([Arrival("mail", NOW, {}, "0" * 64, 1)] * 3)
            async with parts.store.begin() as uow:
                for number in numbers:
                    entry = await uow.entry(number)
                    assert entry is not None
                    why = "took-too-long" if number == numbers[-1] else "not authenticated: spf"
                    entry.state, entry.reason, entry.sender = "held", why, ANA
            return numbers

    return asyncio.run(fill())


WHY = (
    "The check of its sender failed: the domain of its address disowns it (DMARC). Asked once today.",
    "Our mail server has not written on it whether its sender is real: no word of it at all.",
    "Reading it took longer than one mail may take.",
)
CLUES = {
    "word": "not-authenticated",
    "people": [{"address": ANA, "why": "same", "leas": ["sierra-vista"]}],
    "leas": [{"id": "sierra-vista", "why": "person"}],
    "targets": [{"name": "sv-fpm/I-EL 02", "lea": "sierra-vista"}],
    "near": "tokafor@sierravista.example",
}


def change(what: Callable[[InboxEntry], None]) -> None:
    """Something about every held message."""

    async def go() -> None:
        async with put_together(read_settings()) as parts, parts.store.begin() as uow:
            for entry in await uow.held_entries():
                what(entry)

    asyncio.run(go())


def with_reasons(failed: str, none: str, sender: str = ANA) -> None:
    def go(entry: InboxEntry) -> None:
        entry.reason = {1: failed, 2: none}.get(entry.id, entry.reason)
        entry.sender = sender

    change(go)


def with_clues(number: int, clues: dict[str, Any]) -> None:
    def go(entry: InboxEntry) -> None:
        entry.clues = clues if entry.id == number else entry.clues

    change(go)


def say(*words: str) -> Result:
    return CliRunner().invoke(cais.cli, list(words))


def test_an_operator_decides_on_held_messages(held: list[int]) -> None:
    one, two, unread = map(str, held)
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


def test_a_message_that_is_none_or_not_held_is_refused_in_words_for_a_terminal(held: list[int]) -> None:
    one, _, unread = map(str, held)
    assert say("inbox", "again", unread).exit_code == 0
    acts = (("release",), ("hold",), ("refuse", "--reason", "x"), ("redirect", "--to", "EL 02"))
    for verb, *more in acts:
        for number, words in (("99", "There is no message 99."), (unread, f"Message {unread} is not held: ")):
            said = say("inbox", verb, number, *more)
            assert (said.exit_code, said.output.startswith(f"cais: {words}")) == (1, True), said.output
            assert "Mail the word" not in said.output
    assert say("inbox", "again", "99").exit_code == 1
    nobody = say("inbox", "release", one, "--as", "nobody@cais.example")
    assert (nobody.exit_code, "no address of an active person" in nobody.output) == (1, True)
    change(lambda entry: setattr(entry, "files", 1))
    wrong = say("inbox", "redirect", one, "--to", "EL 77")
    assert wrong.output.startswith("cais: There is no item EL 77 among what is open for the person")


def test_the_list_tells_a_failed_check_from_none_in_words(held: list[int]) -> None:
    failed, none, unread = map(str, held)
    with_reasons(
        failed="not authenticated: dmarc-fails; asked once today", none="not authenticated: no-stamp"
    )
    table = " ".join(say("inbox", "list", "--state", "held").output.split())
    shown = [" ".join(say("inbox", "show", one).output.split()) for one in (failed, none, unread)]
    rows = json.loads(say("inbox", "list", "--state", "held", "--json").output)
    assert [row["why"][:30] for row in rows] == [one[:30] for one in WHY]
    for words, one in zip(WHY, shown, strict=True):
        assert words in one
    assert "dmarc-fails" not in table + shown[0]
    assert table.count("cais inbox show ") == 3
    assert say("inbox", "list", "--state", "hold").exit_code == 2


def test_one_held_message_is_shown_with_its_guesses_and_their_commands(held: list[int]) -> None:
    one = str(held[0])
    with_clues(held[0], CLUES)
    lines = [line.strip() for line in say("inbox", "show", one).output.splitlines()]
    assert f"cais inbox release {one} --as {ANA}" in lines
    assert f"cais inbox redirect {one} --to 'sv-fpm/I-EL 02' --as {ANA}" in lines
    assert f"cais inbox refuse {one} --reason 'your reason'" in lines
    assert any("almost that of tokafor@sierravista.example" in line for line in lines)
    command = next(line for line in lines if "redirect" in line)
    assert say(*shlex.split(command)[1:]).exit_code == 1  # it came without files: nothing can be filed


def test_what_a_sender_wrote_is_quoted_for_the_shell(held: list[int]) -> None:
    with_reasons(failed="unknown sender", none="unknown sender", sender="$(reboot)@x.example")
    with_clues(held[0], CLUES | {"people": []})
    (command,) = [
        line for line in say("inbox", "show", str(held[0])).output.splitlines() if "add user" in line
    ]
    assert "add user <$(reboot)@x.example> as user for Sierra Vista Unified" in shlex.split(command)
