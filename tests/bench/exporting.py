"""export: memory and time of a review's export with very many documents, beside a tenth of them."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.crowd import multiply
from tests.bench.extent import Extent
from tests.bench.figures import Figure, Goal, interleaved
from tests.bench.growth import with_one
from tests.bench.order import ROOT
from tests.bench.rig import Rig

NAME = "export"
FORMS = ("csv", "json", "xlsx")
MEMORY = Goal("P8", 1.2, most=True)
SCRIPT = ROOT / "tests" / "bot" / "export_script.py"


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    """Each export is a process of its own; the objects on disk are not needed for these forms."""
    few = with_one(rig)
    many = rig.store(few)
    stores = {"many": (many, extent.exported), "few": (few, extent.exported // 10)}
    for var, count in stores.values():
        multiply(var / "cais.db", count, each=count)
    for form in FORMS:
        taken = interleaved(extent.rounds, {name: _exporting(var, form) for name, (var, _) in stores.items()})
        where, beside = f"{form}, {extent.exported:,} documents", f"{extent.exported // 10:,} documents"
        memory, seconds = (
            [[each[place] for each in taken[name]] for name in ("many", "few")] for place in (0, 1)
        )
        yield Figure(NAME, where, "peak memory", "MiB", memory[0], beside, memory[1], MEMORY)
        yield Figure(NAME, where, "to its end", "s", seconds[0], beside, seconds[1])


def _exporting(var: Path, form: str) -> Callable[[], tuple[float, float]]:
    """What does one export of the crowd's review and gives its memory (MiB) and time (s)."""
    argv: list[str | Path] = [
        sys.executable,
        SCRIPT,
        var / "cais.db",
        var / "files",
        form,
        "crowd-1",
        var / f"out.{form}",
    ]

    def export() -> tuple[float, float]:
        began = time.monotonic()
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, check=True, env={"PYTHONPATH": str(ROOT)})
        return int(done.stdout) / 1024, time.monotonic() - began

    return export
