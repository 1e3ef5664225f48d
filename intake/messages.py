"""A letter as the core's Message: numbers, hints, the way back, the digest of its content. Pure."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from handlers.messages import Attachment, Kept, Message, ReturnAddress, Sender, Unreadable
from handlers.tokens import untagged
from intake.addresses import is_strict, same_mailbox, split_detail
from intake.automatic import why_automatic
from intake.envelope import preview_of, with_previews
from intake.forwards import is_forward
from intake.letter import Letter, LetterFile
from intake.plain import one_line

MOST_HINTS = 20


def message_from(entry: Kept, letter: Letter, sender: Sender, own: Sequence[str]) -> Message:
    """`own` are the mailboxes that this service reads; their preview addresses are ours, too."""
    ours, recipients = with_previews(own), entry.envelope.get("rcpt_tos") or ()
    rehearsal = _is_rehearsal(recipients, own)
    subject, tags = untagged(letter.subject)
    return Message(
        id=entry.id,
        channel=entry.channel,
        received_at=entry.received_at,
        sender=sender,
        reply_to=_return_address(letter, subject),
        subject=subject,
        text=letter.text,
        hints=_hints(recipients, ours),
        files=tuple(_attachments(letter.files)),
        answers=letter.answers,
        message_id=letter.message_id,
        automatic=why_automatic(letter.headers, entry.envelope.get("mail_from"), ours),
        content=_content(letter, rehearsal),
        links=letter.links,
        rehearsal=rehearsal,
        differs=letter.differs,
        quoted=letter.quoted,
        subject_tags=tags,
        text_tags=letter.tags,
        forwarded=is_forward(letter.headers, subject, letter.quoted),
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


def _return_address(letter: Letter, subject: str) -> ReturnAddress | None:
    if letter.address is None:
        return None
    return ReturnAddress("mail", letter.address, subject, letter.message_id, letter.references)


def _hints(recipients: Iterable[str], own: Sequence[str]) -> tuple[str, ...]:
    """The plus details of the addresses that are ours, in the order of the envelope."""
    ours = {same_mailbox(address) for address in own}
    split = (split_detail(recipient) for recipient in recipients)
    details = (one_line(detail) for base, detail in split if same_mailbox(base) in ours)
    return tuple(dict.fromkeys(filter(None, details)))[:MOST_HINTS]


def _is_rehearsal(recipients: Iterable[str], own: Sequence[str]) -> bool:
    """Sent to a preview address alone: who writes to the mailbox itself, too, is in earnest."""
    to = {same_mailbox(split_detail(recipient)[0]) for recipient in recipients}
    previews, mailboxes = ({same_mailbox(one) for one in some} for some in (map(preview_of, own), own))
    return not to.isdisjoint(previews) and to.isdisjoint(mailboxes)


def _attachments(files: Sequence[LetterFile]) -> Iterable[Attachment]:
    """Decorations are counted last: `1` is the first file that a person would call one."""
    ordered = sorted(files, key=lambda file: file.role == "decoration")
    for number, file in enumerate(ordered, 1):
        what = (file.name, file.size, file.sha256, file.media_type, file.role, file.remark, file.extent)
        yield Attachment(number, *what)


def _content(letter: Letter, rehearsal: bool) -> str:
    """The same for every delivery of the same mail: relays add headers, lists and gateways add footers.

    Without a Message-ID two mails could be alike in all else, so then the words count too. A rehearsal is
    another mail: it must not silence the one in earnest.
    """
    writer = same_mailbox(letter.address) if letter.address else ""
    words = "" if letter.message_id else letter.text
    facts = [writer, letter.message_id, letter.subject, sorted(file.sha256 for file in letter.files), words]
    facts += ["rehearsal"] * rehearsal
    return hashlib.sha256(json.dumps(facts).encode("ascii")).hexdigest()
