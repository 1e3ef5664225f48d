"""A DNS server of our own zone: names that are there, that are not, that fail, and that take their time."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import pytest
from dnslib import AAAA, MX, PTR, QTYPE, RCODE, RR, TXT, A, DNSRecord
from dnslib.server import BaseResolver, DNSLogger, DNSServer

from tests.servers import free_port

_KINDS = {"A": A, "AAAA": AAAA, "PTR": PTR}


@dataclass
class Zone(BaseResolver):  # type: ignore[misc]  # dnslib has no types
    """`records` by name and kind; `failing` names answer SERVFAIL, `slow` ones after so many seconds.

    `asked` are all questions, in their order.
    """

    records: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    slow: dict[str, float] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def text(self, name: str, *texts: str) -> None:
        self.records[name.lower(), "TXT"] = list(texts)

    def add(self, name: str, kind: str, *values: Any) -> None:
        self.records[name.lower(), kind] = list(values)

    def resolve(self, request: Any, _handler: Any) -> DNSRecord:
        name, kind = str(request.q.qname).rstrip(".").lower(), QTYPE[request.q.qtype]
        self.asked.append((name, kind))
        time.sleep(self.slow.get(name, 0))
        reply = request.reply()
        if name in self.failing:
            reply.header.rcode = RCODE.SERVFAIL
        elif (name, kind) in self.records:
            for value in self.records[name, kind]:
                reply.add_answer(RR(name, getattr(QTYPE, kind), rdata=_data(kind, value), ttl=0))
        elif name not in {known for known, _ in self.records}:
            reply.header.rcode = RCODE.NXDOMAIN
        return reply


class Dns:
    """The server on `.where` (`127.0.0.1:port`), UDP and TCP. Use it in a `with`."""

    def __init__(self) -> None:
        self.zone, port = Zone(), free_port()
        self.where = f"127.0.0.1:{port}"
        quiet = DNSLogger("-request,-reply,-truncated,-error,-recv,-send,-data")
        self._servers = [
            DNSServer(self.zone, "127.0.0.1", port, tcp=tcp, logger=quiet) for tcp in (False, True)
        ]

    def __enter__(self) -> Self:
        for server in self._servers:
            server.start_thread()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.stop()
            server.server.server_close()


def _data(kind: str, value: Any) -> Any:
    if kind == "TXT":
        return TXT([value[start : start + 255] for start in range(0, len(value), 255)] or [""])
    if kind == "MX":
        return MX(value[1], value[0])
    return _KINDS[kind](value)


@pytest.fixture
def dns() -> Iterator[Dns]:
    with Dns() as running:
        yield running
