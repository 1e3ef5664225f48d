"""start: how long until the SMTP door is open on a store with the sample, and until `cais --help` is read."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.extent import Extent
from tests.bench.figures import Figure, Goal, interleaved
from tests.bench.rig import CAIS, Rig, cais_environment

NAME = "start"
LISTENING = Goal("P7", 3, most=True, of_value=True)
HELP = Goal("P7", 0.3, most=True, of_value=True)


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    var = rig.store()
    doing = {
        "run": lambda: _listening(rig, var),
        "help": lambda: _program(var, *CAIS, "--help"),
        "python": lambda: _program(var, sys.executable, "-c", "pass"),
    }
    done = interleaved(extent.rounds, doing)
    python = done["python"]
    yield Figure(NAME, "cais run", "to SMTP listening", "s", done["run"], "python -c pass", python, LISTENING)
    yield Figure(NAME, "cais --help", "to its end", "s", done["help"], "python -c pass", python, HELP)


def _listening(rig: Rig, var: Path) -> float:
    began = time.monotonic()
    service = rig.service(var, "smtp,web,worker")
    seconds = time.monotonic() - began
    service.daemon.stop()
    return seconds


def _program(var: Path, *argv: str) -> float:
    began = time.monotonic()
    subprocess.run(argv, env=cais_environment(var, 0), cwd=var.parent, check=True, capture_output=True)
    return time.monotonic() - began
