"""What the load generator is told to send, and what it tells of it afterwards."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from tests.bench.letters import Letters

PATIENCE = 120.0
ROOT = Path(__file__).parents[2]


class WrongAnswer(Exception):
    """The server said something else than it must, or nothing in time."""


@dataclass(frozen=True)
class Order:
    """`connections` at once, new mails for `seconds` or until there were `most`; `each` to a connection."""

    port: int
    connections: int
    letters: Letters
    seconds: float
    most: int
    each: int = 1

    def to(self, port: int) -> Self:
        return replace(self, port=port)

    def lasting(self, seconds: float) -> Self:
        """For so long, however many there are."""
        return replace(self, seconds=seconds, most=1_000_000)

    @classmethod
    def from_json(cls, text: str) -> Self:
        told = json.loads(text)
        return cls(**told | {"letters": Letters(**told["letters"])})


@dataclass(frozen=True)
class Sent:
    """One mail: begun (before connecting) and answered with 250, on the machine's monotonic clock, and the
    inbox number that the answer named (0 if none)."""

    began: float
    answered: float
    number: int

    @property
    def seconds(self) -> float:
        return self.answered - self.began


@dataclass(frozen=True)
class Report:
    """What one run did. `cpu` is the generator's own, in seconds: with `busy` near 1 it held up the run."""

    sent: tuple[Sent, ...]
    cpu: float

    @property
    def began(self) -> float:
        return min(one.began for one in self.sent)

    @property
    def seconds(self) -> float:
        return max(one.answered for one in self.sent) - self.began

    @property
    def busy(self) -> float:
        return self.cpu / self.seconds

    @property
    def rate(self) -> float:
        return len(self.sent) / self.seconds


def send(order: Order) -> Report:
    """Run the generator in a process of its own. Raises WrongAnswer."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(asdict(order)),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=order.seconds + PATIENCE + 60,
        check=False,
    )
    if done.returncode:
        raise WrongAnswer(
            done.stderr.strip().rpartition("\n")[2] or f"the load generator ended with {done.returncode}"
        )
    told = json.loads(done.stdout)
    return Report(tuple(Sent(*one) for one in told["sent"]), told["cpu"])
