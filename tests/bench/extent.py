"""How long and how much: the full run and the quick one."""

from dataclasses import dataclass

from tests.bench.letters import Letters
from tests.bench.order import Order

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True)
class Extent:
    """`seconds` and `most` mails bound every run of the load generator."""

    rounds: int
    seconds: float
    most: int
    sizes: tuple[int, ...]
    connections: tuple[int, ...]
    whole_sizes: tuple[int, ...]
    whole_connections: tuple[int, ...]
    long_mail: int
    stored: int
    agencies: int
    documents: int
    commands: int
    exported: int
    backlog: int

    def order(self, port: int, connections: int, letters: Letters) -> Order:
        return Order(port, connections, letters, self.seconds, self.most)


FULL = Extent(
    rounds=5,
    seconds=1.2,
    most=4000,
    sizes=(10 * KIB, 100 * KIB, MIB),
    connections=(1, 10, 50),
    whole_sizes=(10 * KIB, 100 * KIB, MIB),
    whole_connections=(10, 50),
    long_mail=50 * MIB - 4096,
    stored=1_000_000,
    agencies=2_000,
    documents=100_000,
    commands=40,
    exported=10_000,
    backlog=10_000,
)
QUICK = Extent(
    rounds=1,
    seconds=0.3,
    most=300,
    sizes=(10 * KIB, MIB),
    connections=(10,),
    whole_sizes=(10 * KIB,),
    whole_connections=(10,),
    long_mail=4 * MIB,
    stored=20_000,
    agencies=2_000,
    documents=100_000,
    commands=8,
    exported=10_000,
    backlog=1_000,
)


def case(size: int, connections: int) -> str:
    """`100 KB × 10`: the attachment, and how many connections at once."""
    return f"{named(size)} × {connections}"


def named(size: int) -> str:
    return f"{size // MIB} MB" if size >= MIB else f"{size // KIB} KB"
