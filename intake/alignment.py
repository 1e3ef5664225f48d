"""Whether a domain that vouches belongs to the same organisation as the domain of a From address. Pure.

Source: RFC 7489, 3.1 and 3.2, with the public suffix list. A suffix that nobody registers under vouches for
nobody below it.
"""

from functools import cache
from typing import TYPE_CHECKING

from intake.addresses import same_mailbox

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

LONGEST_DOMAIN = 253


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def domain_of(address: str) -> str:
    """The domain of an address or a domain itself, in the one spelling that domains are compared in."""
    return same_mailbox(f"x@{address.rpartition('@')[2]}").partition("@")[2].rstrip(".")


def organisation(domain: str) -> str | None:
    """`a.b.lea.k12.ca.us` belongs to `lea.k12.ca.us`; a public suffix belongs to nobody."""
    if not domain or len(domain) > LONGEST_DOMAIN or not all(domain.split(".")):
        return None
    return _suffixes().privatesuffix(domain)


def is_aligned(vouching: str, domain: str, *, strict: bool = False) -> bool:
    """Whether `vouching` may speak for `domain` (both of `domain_of`); `strict`: only for itself."""
    if vouching == domain:
        return bool(domain)
    if strict:
        return False
    owner = organisation(vouching)
    return owner is not None and owner == organisation(domain)
