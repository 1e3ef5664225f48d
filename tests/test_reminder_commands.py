"""`cais reminders …` at the terminal: the plan of the coming days, what became of one, and a try."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import cais
from bot.reminder_listing import _due

MARIA = "mdelgado@sierravista.example"


@pytest.fixture(autouse=True)
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIS_VAR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    for words in ("store migrate", "store sample"):
        assert say(*words.split()).exit_code == 0


def say(*words: str) -> Result:
    return CliRunner().invoke(cais.cli, ["reminders", *words] if words[0] != "store" else words)


def test_a_preview_of_everything_of_one_review_and_of_one_person() -> None:
    said = json.loads(say("preview", "--days", "60", "--json").output)
    assert said.keys() == {"at", "days", "planned", "left_out"}
    assert said["planned"]
    one = said["planned"][0]
    assert one.keys() == {"day", "at", "channel", "person", "role", "away", "late", "lines"}
    of_maria = json.loads(say("preview", "--days", "60", "--json", "--person", MARIA).output)["planned"]
    assert {row["person"]["address"] for row in of_maria} == {MARIA}
    of_review = json.loads(say("preview", "--days", "60", "--json", "--review", "sv-fpm").output)["planned"]
    assert {line["name"].partition("/")[0] for row in of_review for line in row["lines"]} == {"sv-fpm"}
    of_lea = json.loads(say("preview", "--days", "60", "--json", "--lea", "Sierra Vista Unified").output)
    assert {line["lea"] for row in of_lea["planned"] for line in row["lines"]} == {"Sierra Vista Unified"}
    words = say("preview", "--days", "60", "--person", MARIA).output
    assert f"to Maria Delgado <{MARIA}>" in words
    assert "stops by" in words and "next: " in words
    assert json.loads(say("list", "--json").output)["reminders"] == []  # nothing was written


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("preview", "--lea", "nowhere"), "there is no LEA nowhere"),
        (("preview", "--review", "xx-fpm"), "there is no review xx-fpm"),
        (("preview", "--person", "who@nowhere.example"), "nobody has the address who@nowhere.example"),
        (("test", "--as", "who@nowhere.example"), "nobody active has the address who@nowhere.example"),
    ],
)
def test_what_is_not_on_record_is_told(words: tuple[str, ...], said: str) -> None:
    result = say(*words)
    assert result.exit_code == 1
    assert said in result.stderr


def test_a_try_is_owed_to_its_person_alone_and_counts_nothing(tmp_path: Path) -> None:
    assert "A try is sent to Maria Delgado" in say("test", "--as", MARIA.upper()).output
    sent = json.loads(CliRunner().invoke(cais.cli, ["outbox", "list", "--json"]).output)
    assert [(one["to"], one["template"]) for one in sent] == [(MARIA, "deadlines_reminded")]
    with closing(sqlite3.connect(tmp_path / "cais.db")) as store:
        (needs,) = store.execute("SELECT needs FROM outbox").fetchone()
    assert json.loads(needs)["leas"] == ["sierra-vista"]  # without this role she gets it no more
    assert say("list").output == "No reminders were planned.\n"
    assert json.loads(say("list", "--day", "2013-12-23", "--json").output) == {
        "day": "2013-12-23",
        "planned_at": None,
        "counts": {"planned": 0, "late": 0, "skipped": {}, "letters": {}},
        "reminders": [],
    }


def test_the_list_is_of_the_last_planned_day_whatever_today_is(tmp_path: Path) -> None:
    file = next(one for one in tmp_path.rglob("*") if one.is_file() and one.read_bytes()[:6] == b"SQLite")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "INSERT INTO planned_day (day, planned_at, sent, skipped)"
            " VALUES ('2099-01-05', '2099-01-05 08:00:00', 0, 0)"
        )
    assert json.loads(say("list", "--json").output)["day"] == "2099-01-05"


def test_a_preview_says_how_far_its_own_day_is_from_the_due_day() -> None:
    line = {"due": "2014-01-11", "stops": "respond", "offset": 0}
    assert _due(line, "2014-01-10") == "due Sat 11 Jan 2014 (the day before: due tomorrow)"
    assert _due(line, "2014-01-11").endswith("(the day itself)")
    assert _due(line, "2014-01-09").endswith("(2 days before)")
