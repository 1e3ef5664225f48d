"""memory: what ten very long mails at once cost, in the service and in its reading process."""

from collections.abc import Iterator

from tests.bench.extent import KIB, MIB, Extent
from tests.bench.figures import Figure, Goal
from tests.bench.letters import BLOCKS, Letters
from tests.bench.order import Order, send
from tests.bench.processes import family, forget_peak, peak, resident
from tests.bench.replies import wait_for_quiet
from tests.bench.rig import Rig, Target
from tests.bench.whole_job import ALL

NAME = "memory"
AT_ONCE = 10
EACH = Goal("P6", 2, most=True, of_value=True)
WHOLE = Goal("P6", 256, most=True, of_value=True)


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    """The door alone anew for each shape, to see what each takes; then the whole service for all of them."""
    for shape in BLOCKS:
        service = _warm(rig, "smtp")
        yield from _in_flight(service, Letters(extent.long_mail, shape))
        rig.stop(service)
    whole = _warm(rig, ALL)
    for shape in BLOCKS:
        send(Order(whole.port, AT_ONCE, Letters(extent.long_mail, shape), 1.0, AT_ONCE))
    wait_for_quiet(whole.database)
    peaks = [peak(one) / MIB for one in family(whole.daemon.pid)]
    yield Figure(NAME, "all of these", "whole service: peak", "MiB", [peaks[0]], goal=WHOLE)
    yield Figure(NAME, "all of these", "and reading processes", "MiB", [sum(peaks)])
    rig.stop(whole)


def _warm(rig: Rig, parts: str) -> Target:
    """Running, and with everything in memory that is loaded or cached once."""
    service = rig.service(rig.store(), parts)
    send(Order(service.port, AT_ONCE, Letters(10 * KIB), 1.0, 50))
    forget_peak(service.daemon.pid)
    return service


def _in_flight(service: Target, letters: Letters) -> Iterator[Figure]:
    pid, where = service.daemon.pid, f"{letters.shape} {letters.size / MIB:.0f} MiB × {AT_ONCE}"
    before = resident(pid)
    send(Order(service.port, AT_ONCE, letters, 1.0, AT_ONCE))
    grown = (peak(pid) - before) / AT_ONCE / MIB
    yield Figure(NAME, where, "each in flight", "MiB", [grown], goal=EACH)
    yield Figure(NAME, where, "smtp service: peak", "MiB", [peak(pid) / MIB], goal=WHOLE)
