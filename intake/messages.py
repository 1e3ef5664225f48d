"""A letter as the core's Message: numbers, hints, the way back, the digest of its content. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from handlers.messages import Attachment, Kept, Message, ReturnAddress, Sender, Unreadable
from handlers.tokens import untagged
from intake.addresses import is_strict, same_mailbox, split_detail
from intake.automatic import why_a_machine
from intake.bounces import bounce_of
from intake.delivered import recipients_of
from intake.envelope import preview_of, with_previews
from intake.forwards import is_forward
from intake.letter import Letter, LetterFile
from intake.plain import one_line
from intake.scanner import Scanned, scanned

MOST_HINTS = 20


def message_from(
    entry: Kept,
    letter: Letter,
    sender: Sender,
    own: Sequence[str],
    scans: Mapping[str, Scanned] = MappingProxyType({}),
) -> Message:
    """`own` are the mailboxes that this service reads; their preview addresses are ours, too. `scans` are
    the malware scanner's words by digest."""
    ours = with_previews(own)
    recipients = recipients_of(entry.envelope, letter.headers, ours)
    rehearsal, hints = _is_rehearsal(recipients, own), _hints(recipients, ours)
    automatic = why_a_machine(letter, entry.envelope.get("mail_from"), ours)
    subject, tags = untagged(letter.subject)
    return Message(
        id=entry.id,
        channel=entry.channel,
        received_at=entry.received_at,
        sender=replace(sender, address=_one_spelling(sender.address)),
        reply_to=_return_address(letter, subject),
        subject=subject,
        text=letter.text,
        hints=hints,
        files=tuple(_attachments(letter.files, scans)),
        answers=letter.answers,
        message_id=letter.message_id,
        automatic=automatic,
        bounce=bounce_of(letter, automatic, hints),
        content=_content(letter, rehearsal, sender.act),
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
    address = same_mailbox(address) if address and is_strict(address) else None
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
    return ReturnAddress("mail", same_mailbox(letter.address), subject, letter.message_id, letter.references)


def _one_spelling(address: str | None) -> str | None:
    """As the record spells addresses: `MDelgado@district.example` is who `mdelgado@…` is."""
    return same_mailbox(address) if address else None


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


def _attachments(files: Sequence[LetterFile], scans: Mapping[str, Scanned]) -> Iterator[Attachment]:
    """The sender's own files first, so that `1` is the first one that a person would call one: what came out
    of an attached mail is counted after them, decorations last."""
    ordered = sorted(files, key=lambda file: (file.role == "decoration", file.forwarded))
    for number, file in enumerate(ordered, 1):
        what = (file.name, file.size, file.sha256, file.media_type, file.role, file.remark, file.extent)
        yield scanned(Attachment(number, *what, inside=file.inside), scans.get(file.sha256))


def _content(letter: Letter, rehearsal: bool, act: str = "") -> str:
    """The same for every delivery of the same mail: relays add headers, lists and gateways add footers.

    Without a Message-ID two mails could be alike in all else, so then the words count too. A rehearsal is
    another mail: it must not silence the one in earnest. `act`: see `Sender`.
    """
    writer = same_mailbox(letter.address) if letter.address else ""
    words = "" if letter.message_id else letter.text
    files = sorted(file.sha256 for file in letter.files)
    facts = [writer, act or letter.message_id, letter.subject, files, words]
    facts += ["rehearsal"] * rehearsal
    return hashlib.sha256(json.dumps(facts).encode("ascii")).hexdigest()
