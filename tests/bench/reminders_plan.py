"""reminders-plan: a day's reminders for 2,000 LEAs and 100,000 deadlines, beside a loop that only compares dates."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.bench.crowd import FAST
from tests.bench.extent import Extent
from tests.bench.figures import Figure, Goal, interleaved
from tests.bench.order import ROOT
from tests.bench.planning_script import TODAY
from tests.bench.rig import Rig

NAME = "reminders-plan"
LEAS, EACH = 2000, 50
SCRIPT = ROOT / "tests" / "bench" / "planning_script.py"
ALL = LEAS * EACH
RATE = Goal("P11", ALL, of_value=True)  # all of them in a second
MEMORY = Goal("P11", 1.5, most=True)
FORMS = ("charter_interim1", "sig_q1", "lea_plan", "title_iii_y2", "ca_mid_year")


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    """Everything is open, and due on days of the whole year."""
    many, few = rig.store(), rig.store()
    crowd(many / "cais.db", LEAS)
    crowd(few / "cais.db", LEAS // 10)
    doing = {
        "pure": partial(_planned, many, "pure"),
        "bare": partial(_planned, many, "bare"),
        "read": partial(_planned, many, "read"),
        "few": partial(_planned, few, "read"),
    }
    done = interleaved(extent.rounds, doing)
    rates = {name: [ALL / seconds for seconds, _, _ in done[name]] for name in ("pure", "bare", "read")}
    where = f"{LEAS:,} LEAs, {ALL:,} deadlines"
    yield Figure(
        NAME, where, "planned, in memory", "/s", rates["pure"], "dates compared", rates["bare"], RATE
    )
    yield Figure(NAME, where, "read and planned", "/s", rates["read"], "dates compared", rates["bare"])
    peaks = [[one[2] for one in done[name]] for name in ("read", "few")]
    yield Figure(NAME, where, "peak memory", "MiB", peaks[0], f"{LEAS // 10} LEAs", peaks[1], MEMORY)
    rounds = {LEAS // 10: few} | (
        {LEAS: many} if extent.rounds > 1 else {}
    )  # a quick run leaves out the long one
    for leas, var in rounds.items():
        seconds, told, peak = _planned(var, "round")  # once only: then the day is planned
        where = f"{leas:,} LEAs, {told:,} people told"
        yield Figure(NAME, where, "whole round, each person", "ms", [1000 * seconds / told])
        yield Figure(NAME, where, "whole round: peak memory", "MiB", [peak])
    again = rig.store()
    crowd(again / "cais.db", LEAS // 10)
    seconds, told, peak = _planned(again, "send")
    yield Figure(NAME, f"{told:,} people told", "sent, each person", "ms", [1000 * seconds / told])


def crowd(database: Path, leas: int) -> None:
    """LEAs with two people each and forms that are due on days of the whole year, in a store nobody has open."""
    with closing(sqlite3.connect(database, isolation_level=None)) as store:
        for pragma in FAST:
            store.execute(f"PRAGMA {pragma}")
        store.execute("BEGIN")
        (first,) = store.execute("SELECT max(id) + 1 FROM person").fetchone()
        for number in range(leas):
            _lea(store, number, first + 2 * number)
        store.execute("COMMIT")
        store.execute("PRAGMA journal_mode=WAL")


def _lea(store: sqlite3.Connection, number: int, person: int) -> None:
    lea = f"crowd-{number}"
    own = (lea, f"77{number:012}", f"Crowd {number}", "Sample", "unified district", "[]")
    store.execute("INSERT INTO lea (id, cds, name, county, type, domains) VALUES (?, ?, ?, ?, ?, ?)", own)
    for nth, role in enumerate(("lea_submitter", "lea_coordinator")):
        at = person + nth
        store.execute("INSERT INTO person (id, name) VALUES (?, ?)", (at, f"Person {at}"))
        store.execute(
            "INSERT INTO person_address (address, person_id) VALUES (?, ?)", (f"p{at}@crowd.example", at)
        )
        store.execute("INSERT INTO person_role (person_id, role, lea_id) VALUES (?, ?, ?)", (at, role, lea))
    duties = (
        (
            f"{lea}-d-{nth}",
            lea,
            FORMS[nth % len(FORMS)],
            (TODAY + timedelta(days=(7 * nth + number) % 365)).isoformat(),
        )
        for nth in range(EACH)
    )
    store.executemany(
        "INSERT INTO obligation (id, lea_id, form_id, due, status) VALUES (?, ?, ?, ?, 'open')", duties
    )


def _planned(var: Path, how: str) -> tuple[float, int, float]:
    """Seconds, how many, and the peak in MiB of a process that did it."""
    argv: list[str | Path] = [sys.executable, SCRIPT, how, var / "cais.db"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, check=True, env={"PYTHONPATH": str(ROOT)})
    seconds, count, peak = done.stdout.split()
    return float(seconds), int(count), int(peak) / 1024
