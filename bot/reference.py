"""What an answer to a message of ours is known by: plus-address, subject tag, reference line."""

from handlers.tokens import reply_detail
from store.outbox import OutboxEntry

# A stranger's own words are never sent back, not even as a subject; nor is there a thread to find.
CONTENT_FREE = frozenset({"stranger_held"})


def reference_of(entry: OutboxEntry) -> str | None:
    """`r41-0123456789abcdef`; None for what only says that something came."""
    return None if entry.template in CONTENT_FREE else reply_detail(entry.id, entry.token)


def reply_address(mailbox: str, reference: str | None) -> str:
    """The mailbox, with the reference as its plus detail."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+{reference}@{domain}" if reference else mailbox
