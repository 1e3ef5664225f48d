"""memory: what ten very long mails at once cost, in the service and in its reading process."""

from collections.abc import Iterator

from tests.bench.extent import MIB, Extent
from tests.bench.figures import Figure, Goal
from tests.bench.letters import BLOCKS, Letters
from tests.bench.order import Order, send
from tests.bench.processes import family, forget_peak, peak, resident
from tests.bench.replies import wait_for_quiet
from tests.bench.rig import Rig, Target

NAME = "memory"
AT_ONCE = 10
EACH = Goal("P6", 2, most=True, of_value=True)
WHOLE = Goal("P6", 256, most=True, of_value=True)


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    for shape in BLOCKS:
        where = f"{shape} {extent.long_mail / MIB:.0f} MiB × {AT_ONCE}"
        for parts in ("smtp", "smtp,web,worker"):
            service = rig.service(rig.store(), parts)
            yield from _figures(service, parts, where, Letters(extent.long_mail, shape))
            rig.stop(service)


def _figures(service: Target, parts: str, where: str, letters: Letters) -> Iterator[Figure]:
    pid = service.daemon.pid
    send(Order(service.port, AT_ONCE, Letters(10 * 1024), 1.0, 50))  # what is loaded and cached once
    forget_peak(pid)
    before = resident(pid)
    send(Order(service.port, AT_ONCE, letters, 1.0, AT_ONCE))
    if parts == "smtp":
        grown = (peak(pid) - before) / AT_ONCE
        yield Figure(NAME, where, "smtp: each in flight", "MiB", [grown / MIB], goal=EACH)
        yield Figure(NAME, where, "smtp: peak", "MiB", [peak(pid) / MIB], goal=WHOLE)
    else:
        wait_for_quiet(service.database)
        peaks = [peak(one) / MIB for one in family(pid)]
        yield Figure(NAME, where, "service: peak", "MiB", [peaks[0]], goal=WHOLE)
        yield Figure(NAME, where, "service + reading", "MiB", [sum(peaks)])
