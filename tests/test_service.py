"""The parts of the service, and the chats beside mail: named the same everywhere."""

import asyncio
import json
import shutil
import socket
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cais
import service
from bot.fake_teams import FakeTeams
from parts import CannotStart, put_together, read_settings
from store.channels import CHATS


def test_the_command_names_the_parts_that_the_service_has() -> None:
    assert tuple(cais.PARTS.split(",")) == service.PARTS


async def test_every_chat_has_a_part_and_no_chat_lives_before_it_is_set_up(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(sqlite_template, tmp_path / "cais.db")
    monkeypatch.setenv("CAIS_VAR", str(tmp_path))
    async with put_together(read_settings()) as parts:
        assert [chat.name for chat in parts.chats] == [*CHATS]
        assert parts.live_chats() == []
        assert {chat.setting for chat in parts.chats} <= {
            f"CAIS_{name.upper()}" for name in type(parts.settings.bot).model_fields
        }


async def test_a_teams_that_is_not_microsofts_is_for_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in could say anything in anybody's name."""
    monkeypatch.setenv("CAIS_VAR", str(tmp_path))
    for name, value in FakeTeams(url="http://127.0.0.1:8082").settings().items():
        monkeypatch.setenv(f"CAIS_{name.upper()}", value)
    with pytest.raises(CannotStart, match=r"^CAIS_TEAMS_CLOUD: only a sample store"):
        async with put_together(read_settings()):
            pass


def test_the_sample_may_begin_on_another_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But a store that is none has no clock of its own."""
    monkeypatch.setenv("CAIS_VAR", str(tmp_path))
    monkeypatch.setenv("CAIS_CLOCK", "2013-12-02T23:30:00-08:00")
    say = CliRunner()
    assert say.invoke(cais.cli, ["store", "migrate"]).exit_code == 0
    refused = say.invoke(cais.cli, ["export", "--format", "json"])
    assert (refused.exit_code, "only a sample store" in refused.stderr) == (1, True)
    assert say.invoke(cais.cli, ["store", "sample"]).exit_code == 0
    record = json.loads(say.invoke(cais.cli, ["export", "--format", "json"]).stdout)
    due = {one["id"]: one["due"] for one in record["obligations"]}
    assert due["sv-title3-y2"] == "2014-01-16"  # 45 days later


async def test_reminders_alone_are_planned_without_any_door(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process of its own beside others, on a machine where the doors' ports are taken."""
    shutil.copy(sqlite_template, tmp_path / "cais.db")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("CAIS_VAR", str(tmp_path))
        monkeypatch.setenv("CAIS_CLOCK", "2013-12-23T09:00:00-08:00")
        for door in ("CAIS_SMTP_LISTEN", "CAIS_HTTP_LISTEN"):
            monkeypatch.setenv(door, f"127.0.0.1:{port}")
        async with put_together(read_settings()) as parts, asyncio.timeout(30):
            running = asyncio.create_task(service.run(parts, ["reminders"]))
            await parts.owing.wait()
            parts.stopping.set()
            await running
            async with parts.store.look() as uow:
                assert await uow.planned_day(date(2013, 12, 23)) is not None
                assert await uow.digests_of_day(date(2013, 12, 23))
