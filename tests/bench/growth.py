"""growth: what a message costs when a thousand are stored, and when very many are."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.bench.crowd import multiply
from tests.bench.extent import KIB, Extent
from tests.bench.figures import Figure, Goal, interleaved
from tests.bench.letters import Letters
from tests.bench.order import Order, send
from tests.bench.replies import wait_for_quiet
from tests.bench.rig import Rig
from tests.bench.whole_job import ALL, Job, watched

NAME = "growth"
FEW = 1000
CONNECTIONS = 10
EACH_TAKES = 10_000  # bytes of database for one message with all its rows; as many as half of the disk takes
COST = Goal("P10", 1.2, most=True)


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    """Two services at once, taking turns, so that both have as much on file for the items that are used."""
    few = with_one(rig)
    many = rig.store(few)
    stored = min(extent.stored, shutil.disk_usage(many).free // (2 * EACH_TAKES))
    multiply(many / "cais.db", stored)
    multiply(few / "cais.db", FEW)
    order = Order(0, CONNECTIONS, Letters(10 * KIB), extent.seconds, 300)
    services = {"many": rig.service(many, ALL), "few": rig.service(few, ALL)}
    for service in services.values():
        watched(service, order)  # warm
    done = interleaved(extent.rounds, {name: partial(watched, one, order) for name, one in services.items()})
    yield from _figures(f"{stored:,} stored", done["many"], done["few"])


def _figures(where: str, many: Sequence[Job], few: Sequence[Job]) -> Iterator[Figure]:
    costs: dict[str, Callable[[Job], float]] = {
        "time a mail, processed": lambda job: 1 / job.processed,
        "time a mail, acknowledged": lambda job: 1 / job.report.rate,
        "CPU a mail": lambda job: job.cpu,
    }
    for what, cost in costs.items():
        ms = [[1000 * cost(job) for job in jobs] for jobs in (many, few)]
        goal = COST if what == "time a mail, processed" else None
        yield Figure(NAME, where, what, "ms", ms[0], f"{FEW:,} stored", ms[1], goal)


def with_one(rig: Rig) -> Path:
    """A store with one message, filed and answered, and nobody running on it."""
    var = rig.store()
    service = rig.service(var, ALL)
    send(Order(service.port, 1, Letters(10 * KIB), 1.0, 1))
    wait_for_quiet(service.database)
    service.daemon.stop()
    shutil.rmtree(var / "files")
    return var
