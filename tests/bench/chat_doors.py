"""How a chat's door is measured: how many calls a second are on the disk when they are acknowledged, beside a
bare app that keeps nothing; and how long the chat waits at a hundred a second while mail arrives."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from tests.bench.chat_load import Answered, Calls, send_calls
from tests.bench.extent import KIB, Extent
from tests.bench.figures import Figure, Goal, interleaved
from tests.bench.letters import Letters
from tests.bench.order import send
from tests.bench.rig import Rig, Target
from tests.servers import free_port, wait_for_port

PACE = Goal("P9", 0.5)
WAIT = Goal("P9", 100, most=True, of_value=True)
CONNECTIONS = 10
RATE = 100
MAIL = 4  # connections that bring mail of 10 KB, one after the other, meanwhile


@dataclass(frozen=True)
class Door:
    """The service with a door for a chat, and that door's port."""

    smtp: Target
    port: int


@dataclass(frozen=True)
class Measured:
    """A workload, by the part of the service it is about: what is called (`calls`, at the bare app), and how
    its figures are named."""

    name: str
    calls: Calls
    bare: str
    acknowledged: str


def measure(rig: Rig, extent: Extent, what: Measured, settings: dict[str, str]) -> Iterator[Figure]:
    """Every figure of a chat's door, for the service with these settings."""
    door = _open(rig, f"smtp,{what.name}", settings)
    whole = _open(rig, f"smtp,{what.name},worker", settings)
    for calls in _both(what, door, connections=CONNECTIONS, seconds=0.2).values():
        send_calls(calls)  # warm
    yield from _pace(what, door, extent)
    for case, one in {"the doors": door, "the whole service": whole}.items():
        yield from _wait(what, case, one, extent)
        rig.stop(one.smtp)


def _open(rig: Rig, parts: str, settings: dict[str, str]) -> Door:
    """The service with these parts."""
    port = free_port()
    service = rig.service(rig.store(), parts, CAIS_HTTP_LISTEN=f"127.0.0.1:{port}", **settings)
    wait_for_port(port, 30, service.daemon)
    return Door(service, port)


def _both(
    what: Measured, door: Door, *, connections: int, seconds: float, rate: float = 0
) -> dict[str, Calls]:
    bare = replace(what.calls, connections=connections, seconds=seconds, rate=rate)
    return {"ours": replace(bare, port=door.port), "bare": bare}


def _pace(what: Measured, door: Door, extent: Extent) -> Iterator[Figure]:
    for connections in (1, CONNECTIONS):
        both = _both(what, door, connections=connections, seconds=extent.seconds)
        done = interleaved(extent.rounds, {which: partial(send_calls, one) for which, one in both.items()})
        rates = [[one.rate for one in done[which]] for which in both]
        goal = PACE if connections == CONNECTIONS else None
        where = f"{connections} at once"
        yield Figure(what.name, where, "acknowledged", "/s", rates[0], what.bare, rates[1], goal)
        yield from _waits(what, where, done, None)


def _wait(what: Measured, case: str, door: Door, extent: Extent) -> Iterator[Figure]:
    both = _both(what, door, connections=64, seconds=max(extent.seconds, 2.0), rate=RATE)
    doing = {which: partial(_beside_mail, one, door.smtp, extent) for which, one in both.items()}
    where = f"{RATE}/s while mail arrives, {case}"
    yield from _waits(what, where, interleaved(extent.rounds, doing), WAIT)


def _waits(
    what: Measured, where: str, done: dict[str, list[Answered]], goal: Goal | None
) -> Iterator[Figure]:
    for share in (0.5, 0.99):
        ms = [[one.ms(share) for one in done[which]] for which in ("ours", "bare")]
        title = f"p{share * 100:.0f} to {what.acknowledged}"
        yield Figure(what.name, where, title, "ms", ms[0], what.bare, ms[1], goal if share == 0.99 else None)


def _beside_mail(calls: Calls, smtp: Target, extent: Extent) -> Answered:
    """Calls at their times, while the service takes as much mail as it can."""
    mail = extent.order(smtp.port, MAIL, Letters(10 * KIB))
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send, mail.lasting(calls.seconds))
        answered = send_calls(calls)
        sending.result()
    return answered
