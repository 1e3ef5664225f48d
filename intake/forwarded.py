"""Forwarded mail: what a forwarder that we chose to believe says it saw (ARC). Source: RFC 8617.

Its word is second-hand: whoever can send through it can make it say so of a copy. So it is enough to
acknowledge, and a change waits for the person's own word. Blocks: to be used in a thread.
"""

from collections.abc import Collection
from pathlib import Path

import dkim

from handlers.checking_again import NOT_KNOWN_YET
from intake.alignment import domain_of
from intake.dkim_check import QUIET, unreadable_by_dkimpy
from intake.dns_lookups import Lookups, NotNow
from intake.plain import line
from intake.results import results_from
from intake.stamped import Verdict, judged

LARGEST = 10 * 1024 * 1024
FORWARDED: Verdict = ("unauthenticated", "forwarded")
MOST_SETS = 10


def forwarded(raw: Path, address: str, sealers: Collection[str], lookups: Lookups) -> Verdict:
    """`accepted` where the whole chain holds, the newest seal is of one of `sealers`, and that one says
    that the From address was aligned when the mail came to it."""
    if not sealers or raw.stat().st_size > LARGEST:
        return FORWARDED
    try:
        newest = _newest_seal(raw.read_bytes(), lookups)
    except NotNow:
        return "unauthenticated", NOT_KNOWN_YET
    if newest is None or newest[0] not in {domain_of(one) for one in sealers}:
        return FORWARDED
    results = results_from(newest[1].partition(";")[2])
    trust, _ = judged(results, address) if results else FORWARDED
    return ("accepted", "arc") if trust != "unauthenticated" else FORWARDED


def _newest_seal(data: bytes, lookups: Lookups) -> tuple[str, str] | None:
    """The domain of the newest seal and what it says was found, if the chain holds. Raises NotNow."""

    def text(name: bytes, timeout: float = 0) -> bytes | None:  # noqa: ARG001
        return next(iter(lookups.texts(name.decode("ascii"))), None)

    if unreadable_by_dkimpy(data):
        return None
    try:
        held, sets, _ = dkim.ARC(data, logger=QUIET).verify(dnsfunc=text)
    except NotNow:
        raise
    except Exception:  # dkimpy asserts and indexes its way through what strangers write
        return None
    if held != dkim.CV_Pass or not 0 < len(sets) <= MOST_SETS:
        return None
    return domain_of(sets[0]["as-domain"].decode("ascii")), line(sets[0]["aar-value"])
