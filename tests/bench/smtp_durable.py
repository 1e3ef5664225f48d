"""smtp-durable: mails a second that are on the disk when we say 250, beside servers that throw them away."""

from collections.abc import Iterator, Sequence
from functools import partial

from tests.bench.disk import sync_rate
from tests.bench.extent import KIB, MIB, Extent, case
from tests.bench.figures import Figure, Goal, interleaved, percentile
from tests.bench.letters import Letters
from tests.bench.order import Report, send
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


def run(extent: Extent) -> Iterator[Figure]:
    """One fresh set of servers for each size, all at once; they take turns."""
    for size in extent.sizes:
        with Rig() as rig:
            found = (rig.service(rig.store(), "smtp"), rig.aiosmtpd(), rig.smtp_sink())
            servers = [server for server in found if server is not None]
            for server in servers:
                send(extent.order(server.port, 10, Letters(size)))  # warm
            for connections in extent.connections:
                yield from _sent(servers, size, connections, extent)
            yield from _disk(rig, servers[0], size, extent)


def _sent(servers: Sequence[Target], size: int, connections: int, extent: Extent) -> Iterator[Figure]:
    letters = Letters(size)
    doing = {one.name: partial(send, extent.order(one.port, connections, letters)) for one in servers}
    done = interleaved(extent.rounds, doing)
    ours, where = done.pop("cais"), case(size, connections)
    for name, theirs in done.items():
        goal = GOALS.get((size, connections, name))
        rates = ([one.rate for one in ours], [one.rate for one in theirs])
        yield Figure(NAME, where, "acknowledged", "/s", rates[0], name, rates[1], goal)
    slowest = SLOWEST if (size, connections) == (10 * KIB, 50) else (None, None)
    theirs = done["aiosmtpd"]
    yield Figure(NAME, where, "p50 to 250", "ms", _ms(ours, 0.5), "aiosmtpd", _ms(theirs, 0.5))
    yield Figure(NAME, where, "p99 to 250", "ms", _ms(ours, 0.99), "aiosmtpd", _ms(theirs, 0.99), slowest[1])
    if slowest[0]:
        yield Figure(NAME, where, "p99 to 250", "ms", _ms(ours, 0.99), goal=slowest[0])
    yield Figure(
        NAME,
        where,
        "load's own CPU",
        "cores",
        [one.busy for one in ours],
        "aiosmtpd",
        [one.busy for one in theirs],
    )


def _disk(rig: Rig, service: Target, size: int, extent: Extent) -> Iterator[Figure]:
    """What the disk gives whoever only syncs files of this size, beside what is acknowledged of us then."""
    ours = partial(_rate, extent, service, size)
    for threads in THREADS:
        files = min(300 * threads, extent.most)
        raw = partial(sync_rate, rig.folder / "raw", threads, files, size)
        done = interleaved(extent.rounds, {"cais": ours, "disk": raw})
        name = f"disk, {threads} thread{'s' if threads > 1 else ''}"
        yield Figure(NAME, case(size, 10), "acknowledged", "/s", done["cais"], name, done["disk"])


def _rate(extent: Extent, service: Target, size: int) -> float:
    return send(extent.order(service.port, 10, Letters(size))).rate


def _ms(reports: Sequence[Report], share: float) -> list[float]:
    return [1000 * percentile([one.seconds for one in report.sent], share) for report in reports]
