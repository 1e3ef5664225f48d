"""Behind a receiver: what the server before us wrote into the topmost Authentication-Results. Pure.

Only the topmost header of a configured server counts, and only in the block that it put on top in its own
hop. None there: nobody is believed, and no other header is looked for. Where several filters of the server
write a header each (`:several`), all of them above its own Received header are read as one.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from handlers.messages import Trust
from intake.alignment import domain_of, is_aligned
from intake.results import Headers, Hop, Result, Results, hops, results_from

MICROSOFT = "microsoft365"
Place = Literal["above", "below", "several"]
Verdict = tuple[Trust, str]

_MICROSOFT_HOSTS = (".outlook.com", ".office365.com", ".exchangelabs.com", ".office365.us")
_MICROSOFT_BORDER = (".mail.protection.outlook.com", ".mail.protection.office365.us")
_PLACES: Mapping[str, Place] = {"below": "below", "several": "several"}
_BELOW_BY_HABIT = frozenset({"mx.google.com"})  # Google removes what others wrote in its name


def servers_from(names: Sequence[str]) -> Mapping[str, Place]:
    """The configured authserv-ids. `:below` says that the server writes below its own Received header,
    `:several` that it writes several headers above it."""
    found: dict[str, Place] = {}
    for name in names:
        server, _, said = name.lower().partition(":")
        found[server] = _PLACES.get(said) or ("below" if server in _BELOW_BY_HABIT else "above")
    return found


def stamp_of(headers: Headers, servers: Mapping[str, Place]) -> Results | None:
    """What the receiver wrote, or None: no such header, not taken apart, or not where it writes."""
    topmost = True
    for index, (name, value) in enumerate(headers):
        if name.lower() != "authentication-results":
            continue
        results = results_from(value)
        if results is None:
            return None
        above, below = hops(headers[:index]), hops(headers[index:])
        if topmost and MICROSOFT in servers and not results.server:
            return results if _is_microsofts(above, below) else None
        if results.server in servers and results.server != MICROSOFT:
            place = servers[results.server]
            if not _is_in_place(results.server, place, above, below):
                return None
            return _together(results.server, headers[index:]) if place == "several" else results
        topmost = False
    return None


def is_apart(headers: Headers, servers: Mapping[str, Place]) -> bool:
    """Whether the receiver says more in further headers, of which its setting lets us read only one."""
    many: dict[str, Place] = {name: "several" if one == "above" else one for name, one in servers.items()}
    read, whole = stamp_of(headers, servers), stamp_of(headers, many)
    return read is not None and whole is not None and len(whole.said) > len(read.said)


def _together(server: str, headers: Headers) -> Results | None:
    """All that the server wrote above the first Received header; None if it is not whole or not of one mind.

    Its filters each have their own methods: one that two of them speak of, or a `none` beside another's word,
    is somebody else's header.
    """
    names = [name.lower() for name, _ in headers]
    block = headers[: names.index("received")]
    read = [results_from(value) for name, value in block if name.lower() == "authentication-results"]
    own = [one for one in read if one is not None and one.server == server]
    methods = [method for one in own for method in {said.method for said in one.said}]
    silent = len(own) > 1 and not all(one.said for one in own)
    if None in read or silent or len(set(methods)) != len(methods):
        return None
    return Results(server, tuple(said for one in own for said in one.said))


def judged(results: Results, address: str) -> Verdict:
    """How far the receiver's word carries a From address, and a word for why."""
    domain = domain_of(address)
    policy = results.of("dmarc")
    if any(one.word == "fail" for one in policy):
        return "unauthenticated", "dmarc-fails"
    if _vouching(results, "dkim", domain):
        return "authenticated", "stamped-dkim"
    about = [domain_of(one.about.get("header.from", "")) for one in policy if one.word == "pass"]
    if domain in about or _vouching(results, "spf", domain):
        return "accepted", "stamped-spf"
    return "unauthenticated", "not-aligned"


def vouching_domains(results: Results, address: str) -> list[str]:
    """The signing domains that the receiver found good and that may speak for the address."""
    return _vouching(results, "dkim", domain_of(address))


def _vouching(results: Results, method: str, domain: str) -> list[str]:
    found = [_domain(one) for one in results.of(method) if one.word == "pass"]
    return [one for one in found if one and is_aligned(one, domain)]


def _domain(result: Result) -> str:
    if result.method == "spf":
        return domain_of(result.about.get("smtp.mailfrom", ""))
    signing, identity = (domain_of(result.about.get(name, "")) for name in ("header.d", "header.i"))
    return signing or identity


def _is_in_place(server: str, place: Place, above: Sequence[Hop], below: Sequence[Hop]) -> bool:
    """Above it stands nothing but hops within the receiver, and with them comes the receiver's own hop."""
    if place == "several":  # the exact host: a header is the receiver's only if this hop is
        return all(hop.is_internal for hop in above) and bool(below) and below[0].by == server
    if place == "above":
        return all(hop.is_internal for hop in above) and bool(below) and below[0].is_of(server)
    return bool(above) and all(hop.is_internal for hop in above[:-1]) and above[-1].is_of(server)


def _is_microsofts(above: Sequence[Hop], below: Sequence[Hop]) -> bool:
    """Its border hop lies right below, and only its inner hosts above."""
    inner = [hop.by for hop in above]
    inside = all(by.endswith(_MICROSOFT_HOSTS) and not by.endswith(_MICROSOFT_BORDER) for by in inner)
    return inside and bool(below) and below[0].by.endswith(_MICROSOFT_BORDER)
