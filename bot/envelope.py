"""Who a mail of ours comes from on the envelope: where it goes back to when it cannot be delivered. Pure."""

from typing import Literal

from bot.delivery import Outgoing
from bot.letter import checked_address
from handlers.tokens import bounce_detail

Rule = Literal["verp", "mailbox", "null"]
LONGEST_LOCAL = 64


def envelope_sender(outgoing: Outgoing, rule: Rule = "verp") -> str:
    """Answers come from nobody, so that no robot answers them (RFC 3834); what we say of our own accord
    comes from an address of its own, so that we know what came back. Raises UnsafeHeader."""
    mailbox = checked_address(outgoing.place.mailbox)
    if rule == "mailbox":
        return mailbox
    if rule == "null" or outgoing.entry.is_answer:
        return ""
    local, _, domain = mailbox.rpartition("@")
    own = f"{local}+{bounce_detail(outgoing.entry.id, outgoing.entry.token)}"
    return f"{own}@{domain}" if len(own.encode()) <= LONGEST_LOCAL else mailbox
