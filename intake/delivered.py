"""To which of our addresses a mail was sent: SMTP's envelope says it, of polled mail its headers. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from intake.addresses import ANY_ADDRESS, same_mailbox, split_detail

WRITTEN = ("x-original-to", "to", "cc")
DELIVERED = ("delivered-to", "envelope-to", "x-envelope-to")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"?')


def recipients_of(
    envelope: Mapping[str, Any], headers: Sequence[tuple[str, str]], ours: Sequence[str]
) -> Sequence[str]:
    """The addresses that the mail came to; of a mailbox's mail only those that are ours.

    Where mail for several addresses ends in one mailbox, the last server writes that mailbox's own address
    (`Delivered-To`): it counts only where it says more than the mailbox, or nothing else says anything.
    """
    given: Sequence[str] = envelope.get("rcpt_tos") or ()
    if "imap" not in envelope:
        return given
    own = {same_mailbox(address) for address in ours}
    plain = {same_mailbox(address) for address in given}
    written = [one for one in _named(headers, WRITTEN) if same_mailbox(split_detail(one)[0]) in own]
    delivered = [one for one in _named(headers, DELIVERED) if same_mailbox(split_detail(one)[0]) in own]
    more = [one for one in delivered if same_mailbox(one) not in plain]
    return tuple(dict.fromkeys([*more, *written])) or given


def _named(headers: Sequence[tuple[str, str]], names: Sequence[str]) -> Iterator[str]:
    """Every address in these headers; not what only stands in a display name."""
    for wanted in names:
        for name, value in headers:
            if name.lower() == wanted:
                yield from ANY_ADDRESS.findall(_QUOTED.sub(" ", value))
