"""DNS for one mail: a time limit for all of its questions together, a number of them, and TXT as bytes.

Blocks: to be used in a thread.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dns.resolver import Resolver

SECONDS = 5.0
SECONDS_EACH = 2.0
MOST_QUESTIONS = 40


class NotNow(Exception):
    """The answer is not known at this moment: no server, no answer in time, or too much was asked."""


def resolver_at(where: str | None) -> "Resolver":
    """The resolver at `host:port`, or the system's. Addresses only: it cannot be asked for its own name."""
    from dns.resolver import Resolver

    if where is None:
        return Resolver()
    found = Resolver(configure=False)
    host, _, port = where.rpartition(":")
    found.nameservers, found.port = [host.strip("[]")], int(port)
    return found


@dataclass
class Lookups:
    """The questions of one mail. What was asked before is not asked again."""

    resolver: "Resolver"
    seconds: float = SECONDS
    asked: dict[tuple[str, str], list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds

    def records(self, name: str, kind: str) -> Sequence[Any]:
        """The records as dnspython has them; none where there is no such name. Raises NotNow."""
        key = (name.lower().rstrip("."), kind)
        if key not in self.asked:
            self.asked[key] = self._ask(*key)
        return self.asked[key]

    def texts(self, name: str) -> list[bytes]:
        """The TXT records, each in one piece. Raises NotNow."""
        return [b"".join(record.strings) for record in self.records(name, "TXT")]

    def _ask(self, name: str, kind: str) -> list[Any]:
        from dns.exception import DNSException, Timeout
        from dns.name import LabelTooLong, NameTooLong
        from dns.resolver import NXDOMAIN, NoAnswer, NoNameservers

        left = self._end - time.monotonic()
        if left <= 0 or len(self.asked) >= MOST_QUESTIONS:
            raise NotNow("too long")
        try:
            return list(self.resolver.resolve(name, kind, lifetime=min(left, SECONDS_EACH), search=False))
        except (NXDOMAIN, NoAnswer, LabelTooLong, NameTooLong):
            return []
        except (Timeout, NoNameservers, OSError) as trouble:
            raise NotNow(type(trouble).__name__) from trouble
        except (DNSException, UnicodeError):  # a name that cannot be asked for
            return []
