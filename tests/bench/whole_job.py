"""whole-job: from connecting to the receipt in the queue, with everything running in one service."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from tests.bench.extent import KIB, Extent, case
from tests.bench.figures import Figure, Goal, interleaved, percentile
from tests.bench.letters import Letters
from tests.bench.order import Order, Report, send
from tests.bench.processes import cpu_seconds
from tests.bench.replies import NotAnswered, Watch, states, wait_for_quiet
from tests.bench.rig import Rig, Target

NAME = "whole-job"
ALL = "smtp,web,worker"
PACE = {(size, 10): Goal("P5", 0.85) for size in (10 * KIB, 100 * KIB)}
WAIT = {(size, 10): Goal("P5", 500, most=True, of_value=True) for size in (10 * KIB, 100 * KIB)}


@dataclass(frozen=True)
class Job:
    """One run of the whole service: what was sent, seconds to each reply, and processor time a mail."""

    report: Report
    waits: tuple[float, ...]
    processed: float
    cpu: float


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    for size in extent.whole_sizes:
        for connections in extent.whole_connections:
            yield from _case(rig, size, connections, extent)


def _case(rig: Rig, size: int, connections: int, extent: Extent) -> Iterator[Figure]:
    doing = {
        "smtp": partial(_job, rig, "smtp", extent.order(0, connections, Letters(size))),
        "whole": partial(_job, rig, ALL, extent.order(0, connections, Letters(size))),
    }
    done = interleaved(extent.rounds, doing)
    whole, where = done["whole"], case(size, connections)
    durable = [job.report.rate for job in done["smtp"]]
    acknowledged = [job.report.rate for job in whole]
    processed = [job.processed for job in whole]
    goal, wait = PACE.get((size, connections)), WAIT.get((size, connections))
    yield Figure(NAME, where, "acknowledged", "/s", acknowledged, "smtp-durable", durable)
    yield Figure(NAME, where, "processed", "/s", processed, "smtp-durable", durable, goal)
    yield Figure(NAME, where, "processed", "/s", processed, "acknowledged", acknowledged)
    for share in (0.5, 0.99):
        waits = [1000 * percentile(job.waits, share) for job in whole]
        goal = wait if share > 0.5 else None
        yield Figure(NAME, where, f"p{share:.0%}"[:-1] + " to reply queued", "ms", waits, goal=goal)
    costs = [[1000 * job.cpu for job in done[which]] for which in ("whole", "smtp")]
    yield Figure(NAME, where, "CPU a mail", "ms", costs[0], "smtp-durable", costs[1])


def _job(rig: Rig, parts: str, order: Order) -> Job:
    """A run on a fresh store, so that no round has more on file than another."""
    service = rig.service(rig.store(), parts)
    try:
        send(Order(service.port, order.connections, order.letters, 1.0, 40))  # warm
        if parts == ALL:
            wait_for_quiet(service.database)
        return watched(service, order) if parts == ALL else _acknowledged(service, order)
    finally:
        rig.stop(service)


def _acknowledged(service: Target, order: Order) -> Job:
    before = cpu_seconds(service.daemon.pid)
    report = send(order.to(service.port))
    used = cpu_seconds(service.daemon.pid) - before
    return Job(report, (), 0.0, used / len(report.sent))


def watched(service: Target, order: Order) -> Job:
    """Send, and wait for the last receipt. Raises NotAnswered, also when one was not filed."""
    watch, before = Watch(service.database), cpu_seconds(service.daemon.pid)
    with ThreadPoolExecutor(1) as pool:
        watching, kept = pool.submit(watch.run), list[int]()
        try:
            report = send(order.to(service.port))
            kept += [one.number for one in report.sent]
        finally:
            watch.expect(kept)
        watching.result()
    used = cpu_seconds(service.daemon.pid) - before
    if set(states(service.database)) != {"done"}:
        raise NotAnswered(f"not all were filed: {states(service.database)}")
    waits = tuple(watch.queued[one.number] - one.began for one in report.sent)
    ended = max(watch.queued[one.number] for one in report.sent)
    return Job(report, waits, len(report.sent) / (ended - report.began), used / len(report.sent))
