"""A letter as the core's Message: numbers, hints, the way back, the digest of its content. Pure."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from handlers.messages import Attachment, Kept, Message, ReturnAddress, Sender, Unreadable
from intake.addresses import is_strict, same_mailbox, split_detail
from intake.automatic import why_automatic
from intake.letter import Letter, LetterFile
from intake.plain import one_line

MOST_HINTS = 20


def message_from(entry: Kept, letter: Letter, sender: Sender, own: Sequence[str]) -> Message:
    return Message(
        id=entry.id,
        channel=entry.channel,
        received_at=entry.received_at,
        sender=sender,
        reply_to=_return_address(letter),
        subject=letter.subject,
        text=letter.text,
        hints=_hints(entry.envelope.get("rcpt_tos") or (), own),
        files=tuple(_attachments(letter.files)),
        answers=letter.answers,
        message_id=letter.message_id,
        automatic=why_automatic(letter.headers, entry.envelope.get("mail_from"), own),
        content=_content(letter),
        links=letter.links,
    )


def unreadable(entry: Kept, reason: str) -> Unreadable:
    """Nothing inside the mail is known: the sender is who the envelope names, and unproven."""
    address = entry.envelope.get("mail_from") or None
    if address is not None and not is_strict(address):
        address = None
    return Unreadable(
        id=entry.id,
        channel=entry.channel,
        received_at=entry.received_at,
        reason=reason,
        sender=Sender(address, "unauthenticated", "envelope"),
        reply_to=ReturnAddress("mail", address) if address else None,
    )


def _return_address(letter: Letter) -> ReturnAddress | None:
    if letter.address is None:
        return None
    return ReturnAddress("mail", letter.address, letter.subject, letter.message_id, letter.references)


def _hints(recipients: Iterable[str], own: Sequence[str]) -> tuple[str, ...]:
    """The plus details of the addresses that are ours, in the order of the envelope."""
    ours = {same_mailbox(address) for address in own}
    split = (split_detail(recipient) for recipient in recipients)
    details = (one_line(detail) for base, detail in split if same_mailbox(base) in ours)
    return tuple(dict.fromkeys(filter(None, details)))[:MOST_HINTS]


def _attachments(files: Sequence[LetterFile]) -> Iterable[Attachment]:
    """Decorations are counted last: `1` is the first file that a person would call one."""
    ordered = sorted(files, key=lambda file: file.role == "decoration")
    for number, file in enumerate(ordered, 1):
        yield Attachment(number, file.name, file.size, file.sha256, file.media_type, file.role, file.remark)


def _content(letter: Letter) -> str:
    """The same for every delivery of the same mail: relays add headers, lists and gateways add footers.

    Without a Message-ID two mails could be alike in all else, so then the words count too.
    """
    writer = same_mailbox(letter.address) if letter.address else ""
    words = "" if letter.message_id else letter.text
    facts = [writer, letter.message_id, letter.subject, sorted(file.sha256 for file in letter.files), words]
    return hashlib.sha256(json.dumps(facts).encode("ascii")).hexdigest()
