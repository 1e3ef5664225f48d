"""SPF by pyspf, with our lookups instead of its own. Blocks: to be used in a thread."""

from collections.abc import Sequence
from typing import Any

import spf

from intake.dns_lookups import Lookups, NotNow

MOST_VOID = 2


def check(peer: str, sender: str, helo: str, lookups: Lookups) -> str:
    """`pass`, `fail`, `softfail`, `neutral`, `none`, `permerror` or `temperror`."""
    try:
        word, _, _ = _Query(peer, sender, helo, lookups).check()
    except NotNow:
        return "temperror"
    except Exception:  # pyspf asserts and indexes its way through what strangers publish
        return "permerror"
    return str(word)


class _Query(spf.query):  # type: ignore[misc]  # pyspf has no types
    """Its evaluation; the questions are ours, and so are time and number of them."""

    def __init__(self, peer: str, sender: str, helo: str, lookups: Lookups) -> None:
        super().__init__(i=peer, s=sender, h=helo, receiver="unknown", querytime=0)
        self._lookups = lookups

    def dns(self, name: str, qtype: str, cnames: Any = None, ignore_void: bool = False) -> Sequence[Any]:  # noqa: ARG002
        if qtype == "SPF":
            return []
        try:
            records = self._lookups.records(str(name), qtype)
        except NotNow as trouble:
            raise spf.TempError(f"DNS {trouble}") from trouble
        if not records and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > MOST_VOID:
                raise spf.PermError(f"Void lookup limit of {MOST_VOID} exceeded")
        return [_value(record, qtype) for record in records]


def _value(record: Any, kind: str) -> Any:
    """A record as pyspf takes it."""
    if kind in ("A", "AAAA"):
        return record.address
    if kind == "MX":
        return record.preference, record.exchange.to_text(omit_final_dot=True)
    return record.target.to_text(omit_final_dot=True) if kind == "PTR" else record.strings
