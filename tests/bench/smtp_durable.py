"""smtp-durable: mails a second that are on the disk when we say 250, beside servers that throw them away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from tests.bench.disk import sync_rate
from tests.bench.extent import KIB, MIB, Extent, case
from tests.bench.figures import Figure, Goal, interleaved, percentile
from tests.bench.letters import Letters
from tests.bench.order import Order, Report, send
from tests.bench.processes import cpu_seconds
from tests.bench.rig import Rig, Target

NAME = "smtp-durable"
GOALS = {
    (10 * KIB, 10, "aiosmtpd"): Goal("P1", 1.0),
    (10 * KIB, 50, "aiosmtpd"): Goal("P1", 1.5),
    (100 * KIB, 10, "aiosmtpd"): Goal("P2", 3.0),
    (100 * KIB, 10, "smtp-sink"): Goal("P2", 0.6),
    (MIB, 10, "aiosmtpd"): Goal("P3", 5.0),
    (MIB, 10, "smtp-sink"): Goal("P3", 0.75),
}
SLOWEST = (Goal("P4", 60, most=True, of_value=True), Goal("P4", 2.0, most=True))
THREADS = (1, 16)


@dataclass(frozen=True)
class Turn:
    """One run against one server: what was sent, and the server's processor time for a mail in ms."""

    report: Report
    cpu: float

    def ms(self, share: float) -> float:
        return 1000 * percentile([one.seconds for one in self.report.sent], share)


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    """One fresh set of servers for each size, all at once; they take turns."""
    for size in extent.sizes:
        found = (rig.service(rig.store(), "smtp"), rig.aiosmtpd(), rig.smtp_sink())
        servers = [server for server in found if server is not None]
        for server in servers:
            send(extent.order(server.port, 10, Letters(size)))  # warm
        for connections in extent.connections:
            yield from _sent(servers, size, connections, extent)
        yield from _disk(rig, servers[0], size, extent)
        for server in servers:
            rig.stop(server)


def _sent(servers: Sequence[Target], size: int, connections: int, extent: Extent) -> Iterator[Figure]:
    letters = Letters(size)
    doing = {one.name: partial(_turn, one, extent.order(one.port, connections, letters)) for one in servers}
    done = interleaved(extent.rounds, doing)
    ours, where = done.pop("cais"), case(size, connections)
    for name, theirs in done.items():
        goal = GOALS.get((size, connections, name))
        rates = [[turn.report.rate for turn in turns] for turns in (ours, theirs)]
        yield Figure(NAME, where, "acknowledged", "/s", rates[0], name, rates[1], goal)
    yield from _times(where, ours, done["aiosmtpd"], (size, connections) == (10 * KIB, 50))


def _times(where: str, ours: Sequence[Turn], theirs: Sequence[Turn], is_goal: bool) -> Iterator[Figure]:
    wait, ratio = SLOWEST if is_goal else (None, None)
    for name, share, goal in (("p50 to 250", 0.5, None), ("p99 to 250", 0.99, ratio)):
        ms = [[turn.ms(share) for turn in turns] for turns in (ours, theirs)]
        yield Figure(NAME, where, name, "ms", ms[0], "aiosmtpd", ms[1], goal)
    if wait:
        yield Figure(NAME, where, "p99 to 250", "ms", [turn.ms(0.99) for turn in ours], goal=wait)
    cpu = [[turn.cpu for turn in turns] for turns in (ours, theirs)]
    yield Figure(NAME, where, "CPU a mail", "ms", cpu[0], "aiosmtpd", cpu[1])
    busy = [[turn.report.busy for turn in turns] for turns in (ours, theirs)]
    yield Figure(NAME, where, "load's own CPU", "cores", busy[0], "aiosmtpd", busy[1])


def _turn(server: Target, order: Order) -> Turn:
    before = cpu_seconds(server.daemon.pid)
    report = send(order)
    return Turn(report, 1000 * (cpu_seconds(server.daemon.pid) - before) / len(report.sent))


def _disk(rig: Rig, service: Target, size: int, extent: Extent) -> Iterator[Figure]:
    """What the disk gives whoever only syncs files of this size, beside what is acknowledged of us then."""
    ours = partial(_rate, extent, service, size)
    for threads in THREADS:
        files = min(300 * threads, extent.most)
        raw = partial(sync_rate, rig.folder / f"raw-{size}", threads, files, size)
        done = interleaved(extent.rounds, {"cais": ours, "disk": raw})
        name = f"disk, {threads} thread{'s' if threads > 1 else ''}"
        yield Figure(NAME, case(size, 10), "acknowledged", "/s", done["cais"], name, done["disk"])


def _rate(extent: Extent, service: Target, size: int) -> float:
    return send(extent.order(service.port, 10, Letters(size))).rate
