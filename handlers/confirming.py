"""Messages that wait for a second word of their sender, and where the code for it goes.

Source: threats 2.A. SPF alone is any tenant of a big provider; a mailbox may be taken over. So what changes
people, decides or withdraws is done only after a code came back that went to another mailbox of the same
person. Who has one mailbox alone gets it there: that stops forgeries and replays, and not a thief.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handlers.access import reach_of
from handlers.asking import Asker
from handlers.messages import Answer, FileVerdict, Notice, Reply, Sender
from handlers.one_use import LIFETIME, TRIES, digest, new_code
from handlers.outcome import told_today
from handlers.script import Script
from handlers.transcript import run_script
from store.inbox import CONFIRMED_BY, SPF_ONLY, TO_CONFIRM, InboxEntry
from store.models import Confirmation, Person
from store.unit_of_work import UnitOfWork

MOST_OPEN = 5
A_DAY = timedelta(days=1)
CONFIRM = "confirm"
OTHER_MAILBOX, SAME_MAILBOX = "another mailbox", "the same mailbox"


@dataclass(frozen=True)
class Channel:
    """A way to reach a person: `kind` is how the record calls it, `to` the mailbox."""

    kind: str
    to: str


@dataclass(frozen=True)
class ConfirmationAsked(Reply):
    """Nothing of the message is done yet. `commands` are those that wait, as written; `files` counts what is
    kept. `code_to` shows as much of an address as its owner needs. `spf_only`: why it waits is the mail's
    way here, not what it asks for; then nothing of it was read, and `commands` is empty."""

    commands: list[str]
    files: int
    code_to: str
    same_mailbox: bool
    ends_at: str
    spf_only: bool


@dataclass(frozen=True)
class ConfirmationCodeSent(Reply):
    """The code, to the other mailbox, with all one must know to say yes. Of `one_use_code` the history keeps
    only the digest."""

    told_by = "mail"
    name: str
    sender: str
    number: int
    at: str
    commands: list[str]
    files: int
    spf_only: bool
    ends_at: str
    one_use_code: str


@dataclass(frozen=True)
class ConfirmationsFull(Reply):
    """`most` messages wait for their codes already: this one is kept, and waits without one."""

    name: str
    most: int


def waits_for_code(script: Script, trust: str) -> bool:
    """Whether a message that could file must be confirmed first: because of a step that would be done."""
    return trust == "authenticated" and any(
        step.capability.weighty and step.command is not None and step.doubt is None for step in script.steps
    )


def said_in(script: Script) -> list[str]:
    """The commands that would be done, as they were written."""
    return [step.said for step in script.steps if step.command is not None and step.doubt is None]


def second_channels(person: Person, used: str) -> list[Channel]:
    """Ways to the person that who holds the mailbox `used` does not hold with it: the best first. One that
    gave mail back comes last, and still before the mailbox itself, so that filling it up opens nothing."""
    first = datetime.min.replace(tzinfo=UTC)
    others = [one for one in person.addresses if mailbox_of(one.address) != mailbox_of(used)]
    others.sort(key=lambda one: (one.unreachable_at is not None, one.proven_at or first, one.address))
    return [Channel(OTHER_MAILBOX, one.address) for one in others]


def mailbox_of(address: str) -> str:
    """The mailbox behind an address: `ana+home@x.example` is read where `ana@x.example` is."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def masked(address: str) -> str:
    """Enough for its owner, too little for a thief: `a…@home.example`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def may_ask(open_since: Iterable[datetime], at: datetime) -> bool:
    """A few open codes for a person and day, those for mail by SPF alone apart: our codes are not to be
    poured into anybody's mailbox."""
    return sum(at - one < A_DAY for one in open_since) < MOST_OPEN


def is_open(row: Confirmation, at: datetime) -> bool:
    """Whether its code still counts."""
    return row.confirmed_at is None and row.tries < TRIES and at - row.asked_at <= LIFETIME


async def wait_unless_refused(
    script: Script, asker: Asker, programs: Collection[str], uow: UnitOfWork
) -> Answer:
    """A code is asked for what could be done; what could not is refused at once. With a code in it nothing is
    tried, since what is undone would not count a wrong one."""
    if all(step.capability.verb != CONFIRM for step in script.steps):
        async with uow.undone():
            answer = await run_script(script, asker, programs, uow)
            await uow.session.flush()
        if answer.state == "refused":
            return answer
    return await wait_for_code(said_in(script), asker, uow)


async def wait_for_code(commands: Sequence[str], asker: Asker, uow: UnitOfWork) -> Answer:
    """Mail a code, whose time begins now; the whole message waits, its files kept."""
    message, at = asker.message, asker.now
    spf_only = message.sender.trust == "accepted"
    reason = SPF_ONLY if spf_only else TO_CONFIRM
    files = [file for file in message.files if file.role != "decoration"]
    verdicts = tuple(FileVerdict(file, "held", reason=TO_CONFIRM) for file in files)
    await uow.person_again(asker.person.id)
    rows = await uow.confirmations_of(asker.person.id, at - A_DAY, spf_only=spf_only)
    if not may_ask([row.asked_at for row in rows if is_open(row, at)], at):
        return await _full(reason, verdicts, asker, uow)
    used = message.sender.address or ""
    channel = next(iter(second_channels(asker.person, used)), Channel(SAME_MAILBOX, used))
    code, ends_at = new_code(), (at + LIFETIME).isoformat()
    uow.add(_confirmation(code, channel, asker, at))
    same = channel.kind == SAME_MAILBOX
    code_to = channel.to if same else masked(channel.to)
    count = len(files)
    asked = ConfirmationAsked([*commands], count, code_to, same, ends_at, spf_only)
    sent = ConfirmationCodeSent(
        name=asker.person.name,
        sender=used,
        number=message.id,
        at=message.received_at.isoformat(),
        commands=[*commands],
        files=count,
        spf_only=spf_only,
        ends_at=ends_at,
        one_use_code=code,
    )
    return Answer(asked, "asked", reason, verdicts, (Notice(channel.to, sent, reach_of(asker.person)),))


def _confirmation(code: str, channel: Channel, asker: Asker, at: datetime) -> Confirmation:
    return Confirmation(
        inbox_id=asker.message.id,
        person_id=asker.person.id,
        code_sha256=digest(code, channel.to),
        asked_at=at,
        channel=channel.kind,
        sent_to=channel.to,
    )


async def _full(reason: str, verdicts: tuple[FileVerdict, ...], asker: Asker, uow: UnitOfWork) -> Answer:
    """Held without a code, for an operator or for a day with room; told once a day."""
    full = f"{reason}; {MOST_OPEN} wait already"
    if await told_today(asker.message, "confirmations_full", uow):
        return Answer(None, "held", f"{full}; told once today", verdicts)
    return Answer(ConfirmationsFull(asker.person.name, MOST_OPEN), "held", full, verdicts)


async def confirmed_sender(entry: InboxEntry, uow: UnitOfWork) -> Sender | None:
    """Who a message is from that waited and was confirmed: the same person as when the code was asked for."""
    row = await uow.confirmed(entry.id) if entry.sender else None
    if row is None or entry.sender is None:
        return None
    person = await uow.person_at(entry.sender)
    if person is None or person.id != row.person_id:
        return None
    return Sender(entry.sender, "confirmed", f"{CONFIRMED_BY}{row.channel}")
