"""growth: what a message costs when a thousand are stored, and when very many are."""

import shutil
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench.crowd import multiply
from tests.bench.extent import Extent
from tests.bench.figures import Figure, Goal, interleaved
from tests.bench.letters import Letters
from tests.bench.order import Order, send
from tests.bench.replies import PATIENCE, NotAnswered, unsent
from tests.bench.rig import Rig
from tests.bench.whole_job import ALL, watched

NAME = "growth"
FEW = 1000
CONNECTIONS = 10
EACH_TAKES = 10_000  # bytes of database for one message with all its rows; as many as half of the disk takes
COST = Goal("P10", 1.2, most=True)


def run(extent: Extent) -> Iterator[Figure]:
    """Two services at once, taking turns, so that both have as much on file for the items that are used."""
    with Rig() as rig:
        few = _with_one(rig)
        many = rig.store(few)
        stored = min(extent.stored, shutil.disk_usage(many).free // (2 * EACH_TAKES))
        multiply(many / "cais.db", stored)
        multiply(few / "cais.db", FEW)
        order = Order(0, CONNECTIONS, Letters(10 * 1024), extent.seconds, 300)
        services = {"many": rig.service(many, ALL), "few": rig.service(few, ALL)}
        for service in services.values():
            watched(service, order)  # warm
        done = interleaved(
            extent.rounds, {name: partial(watched, one, order) for name, one in services.items()}
        )
        where, beside = f"{stored:,} stored", f"{FEW:,} stored"
        took = {name: [1000 / job.processed for job in jobs] for name, jobs in done.items()}
        yield Figure(NAME, where, "time a mail, processed", "ms", took["many"], beside, took["few"], COST)
        cpu = {name: [1000 * job.cpu for job in jobs] for name, jobs in done.items()}
        yield Figure(NAME, where, "CPU a mail", "ms", cpu["many"], beside, cpu["few"])
        acknowledged = {name: [1000 / job.report.rate for job in jobs] for name, jobs in done.items()}
        yield Figure(
            NAME, where, "time a mail, acknowledged", "ms", acknowledged["many"], beside, acknowledged["few"]
        )


def _with_one(rig: Rig) -> Path:
    """A store with one message, filed and answered, and nobody running on it."""
    var = rig.store()
    service = rig.service(var, ALL)
    send(Order(service.port, 1, Letters(10 * 1024), 1.0, 1))
    until = time.monotonic() + PATIENCE
    while unsent(service.database):
        if time.monotonic() > until:
            raise NotAnswered("the first message")
        time.sleep(0.05)
    service.daemon.stop()
    shutil.rmtree(var / "files")
    return var
