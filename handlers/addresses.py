"""An e-mail address that somebody writes in a command, in the one spelling that addresses are compared in.

Plain ASCII only: for those `intake.addresses.same_mailbox` is lower case and nothing else, and an address
with a letter that only looks like another can be given to nobody.
"""

import re

LONGEST_LOCAL = 64
LONGEST = 254
EMAIL = r"[^\s<>,;()]+@[^\s<>,;()]+"
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]++"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_WHOLE = re.compile(rf"{_ATOM}(?:\.{_ATOM})*+@{_LABEL}(?:\.{_LABEL})++")


def one_spelling(address: str) -> str | None:
    """The address in lower case; None if it is no plain address of a mailbox."""
    said = address.removeprefix("mailto:").rstrip(".")
    if not said.isascii() or len(said) > LONGEST or len(said.partition("@")[0]) > LONGEST_LOCAL:
        return None
    return said.lower() if _WHOLE.fullmatch(said.lower()) and "=?" not in said else None


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]
