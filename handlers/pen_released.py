"""A message that came out of the holding pen, as it is handled. Pure."""

from collections.abc import Collection
from dataclasses import replace

from handlers.grammar import find_codes
from handlers.messages import Message, ReturnAddress, Sender
from store.inbox import DIRECTED, InboxEntry


def released(message: Message, entry: InboxEntry, programs: Collection[str]) -> Message:
    """It is the person's that it was released as, and answered at the address on record, never at the one
    that nobody vouches for. What it is for is as a contact directed it, if one did."""
    address = entry.sender or ""
    to = message.reply_to or ReturnAddress("mail", address, message.subject, message.message_id)
    basis = entry.reason + (f"{DIRECTED}{entry.directed}" if entry.directed else "")
    sender = Sender(address, "authenticated", basis)
    theirs = replace(message, sender=sender, reply_to=replace(to, channel="mail", to=address))
    return _directed(theirs, entry.directed, programs) if entry.directed else theirs


def _directed(message: Message, to: str, programs: Collection[str]) -> Message:
    """A contact who directs it has read it: other codes in its subject or text do not raise a doubt any more.
    One in a file's own name still does."""

    def agreed(words: str) -> str:
        return "" if _keys(words, programs) - _keys(to, programs) else words

    return replace(message, hints=(to,), subject=agreed(message.subject), text=agreed(message.text))


def _keys(words: str, programs: Collection[str]) -> set[str]:
    return {mention.code.key for mention in find_codes(words, programs)}
