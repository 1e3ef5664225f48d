"""What an operator is told of mail that did not arrive."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cais
from parts import put_together, read_settings
from tests.builders import NOW
from tests.store.rows import owed


@pytest.fixture
def dead_letter(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The number of a message that the other side refused."""
    shutil.copy(sqlite_template, tmp_path / "cais.db")
    monkeypatch.setenv("CAIS_VAR", str(tmp_path))

    async def fill() -> int:
        async with put_together(read_settings()) as parts:
            async with parts.store.begin() as uow:
                uow.add(owed())
            (row,) = await parts.store.outbox.claim("sender", 1, ["mail"])
            await parts.store.outbox.dead(row.id, "550 no such user", NOW)
            return row.id

    return asyncio.run(fill())


def shown(number: int) -> dict[str, Any]:
    said = CliRunner().invoke(cais.cli, ["outbox", "show", str(number), "--json"])
    return dict(json.loads(said.output))


def test_refused_mail_was_not_sent(dead_letter: int) -> None:
    row = shown(dead_letter)
    assert (row["state"], row["given_up_at"]) == ("dead", NOW.isoformat())
    assert "sent_at" not in row
