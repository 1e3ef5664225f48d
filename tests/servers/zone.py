"""A DNS server of a test: TXT records by name, on a free port of 127.0.0.1."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dnslib import QTYPE, RCODE, RR, TXT
from dnslib.server import DNSServer


class _Records:
    def __init__(self, records: dict[str, str]) -> None:
        self._records = records

    def resolve(self, request: Any, _handler: Any) -> Any:
        reply = request.reply()
        said = self._records.get(str(request.q.qname).rstrip("."))
        if said is None:
            reply.header.rcode = RCODE.NXDOMAIN
        elif request.q.qtype == QTYPE.TXT:
            pieces = [said[at : at + 250] for at in range(0, len(said), 250)]
            reply.add_answer(RR(request.q.qname, QTYPE.TXT, rdata=TXT(pieces), ttl=1))
        return reply


@contextmanager
def zone(records: dict[str, str]) -> Iterator[int]:
    """The port it answers on; `records` may change meanwhile."""
    server = DNSServer(_Records(records), port=0, address="127.0.0.1")
    server.start_thread()
    try:
        yield int(server.server.server_address[1])
    finally:
        server.stop()
        server.server.server_close()
