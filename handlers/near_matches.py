"""Whether an unknown address nearly is a registered one: a warning for staff, never a match. Pure."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA

# Letters that look alike, each as the Latin one (from Unicode's confusables, those of names and domains).
_ALIKE = str.maketrans(
    "аеорсхуіјѕԁһԛԝвкмнтгпАЕОРСХУІЈЅВКМНТΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοινρτυκεɑɡıℓ01|",
    "aeopcxyijsdhqwbkmhtrnaeopcxyijsbkmhtabezhikmnoptyxaoivptukeagiloll",
)
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def near_match(address: str, registered: Iterable[str]) -> str | None:
    """The registered address that looks the same, or is one keystroke away; None if it is none's double."""
    looks = looks_like(address)
    for known in registered:
        if known == address:
            continue
        if looks_like(known) == looks or OSA.distance(known, address, score_cutoff=1) <= 1:
            return known
    return None


@lru_cache(1 << 16)  # every held mail is compared with every registered address
def looks_like(address: str) -> str:
    """The same for all addresses that look alike on paper."""
    shown = ".".join(_shown(label) for label in address.replace("@", ".@.").split("."))
    bare = "".join(one for one in unicodedata.normalize("NFKD", shown) if not unicodedata.combining(one))
    bare = bare.translate(_ALIKE).lower().replace("i", "l").translate(_ALIKE)
    for pair, one in _PAIRS:
        bare = bare.replace(pair, one)
    return bare


def _shown(label: str) -> str:
    """`xn--…` as people see it."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label
