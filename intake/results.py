"""An Authentication-Results header taken apart, and where in the mail it stands. Pure. Source: RFC 8601.

Comments go and quoted strings become empty before anything is split: `reason="ok; dmarc=pass"` is an attack.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from intake.alignment import domain_of, organisation

Headers = Sequence[tuple[str, str]]
LONGEST_RESULTS = 16 * 1024
LONGEST_RECEIVED = 4 * 1024
MOST_PIECES = 100

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)(?:/[0-9]+)?[ \t]*=[ \t]*([^\s;]*)")
_BY = re.compile(r"\s*(?:from\s+\S.*?\s)?(by\s+([^\s;]+))", re.IGNORECASE)
_PRIVATE = [
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7")
]
_IP = re.compile(r"[0-9A-Fa-f:.]{3,45}")


@dataclass(frozen=True)
class Result:
    """One method's word: `dkim`, `pass`, what it is about (`header.d` …). A property said twice is none."""

    method: str
    word: str
    about: dict[str, str]


@dataclass(frozen=True)
class Results:
    """What one server says. `server` is its authserv-id in lower case, "" where it writes none."""

    server: str
    said: tuple[Result, ...]

    def of(self, method: str) -> list[Result]:
        return [one for one in self.said if one.method == method]


def results_from(value: str) -> Results | None:
    """The header's value taken apart, or None if it is not whole."""
    bare = without_comments(value, LONGEST_RESULTS)
    if bare is None:
        return None
    first, *pieces = bare.split(";")[:MOST_PIECES]
    if "=" in first:  # Microsoft 365 writes no authserv-id
        return Results("", tuple(_said([first, *pieces])))
    words = first.split()
    if not 1 <= len(words) <= 2 or (len(words) == 2 and not words[1].isdecimal()):
        return None
    return Results(words[0].lower(), tuple(_said(pieces)))


def without_comments(value: str, longest: int) -> str | None:
    """Comments as blanks and quoted strings as blanks in quotes, at the same places; None if one is open."""
    if len(value) > longest:
        return None
    shown, depth, quoted, escaped = list[str](), 0, False, False
    for letter in value:
        inside = depth > 0 or quoted
        if escaped or (inside and letter == "\\"):
            escaped = not escaped
        elif quoted:
            quoted = letter != '"'
        elif letter == '"' and not depth:
            quoted = True
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            inside = True
        if depth < 0:
            return None
        shown.append('"' if letter == '"' and not depth and not escaped else " " if inside else letter)
    return None if depth or quoted else "".join(shown)


def _said(pieces: Sequence[str]) -> Iterator[Result]:
    for piece in pieces:
        fields = [(found[1].lower(), found[2]) for found in _FIELD.finditer(piece)]
        if fields and _FIELD.match(piece.lstrip()):
            (method, word), *about = fields
            yield Result(method, word.lower(), _once(about))


def _once(fields: Sequence[tuple[str, str]]) -> dict[str, str]:
    names = [name for name, _ in fields]
    return {name: value for name, value in fields if names.count(name) == 1}


@dataclass(frozen=True)
class Hop:
    """One Received header: which host wrote it, and whether the mail came to it from inside."""

    value: str

    @cached_property
    def _found(self) -> re.Match[str] | None:
        bare = without_comments(self.value, LONGEST_RECEIVED)
        return _BY.match(bare) if bare is not None else None

    @property
    def by(self) -> str:
        """The host that wrote it, "" where it cannot be told."""
        return domain_of(self._found[2]) if self._found else ""

    def is_of(self, server: str) -> bool:
        """Written by a host of the same organisation as `server`; a name that is no domain is any host's."""
        if "." not in server:
            return bool(self.by)
        return self.by == server or (organisation(server) or server) == (organisation(self.by) or "")

    @property
    def is_internal(self) -> bool:
        """Handed over within the receiver: no sender is named, or only addresses of private networks.

        What the other side called itself is its own word; the address in brackets is the host's.
        """
        if self._found is None:
            return False
        before = self.value[: self._found.start(1)]
        if not before.strip():
            return True
        found = [one for one in map(ip_of, _IP.findall(before.replace("IPv6:", " "))) if one]
        return bool(found) and all(any(one in network for network in _PRIVATE) for one in found)


def hops(headers: Headers) -> list[Hop]:
    return [Hop(value) for name, value in headers if name.lower() == "received"]


def ip_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a text is, or None."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
