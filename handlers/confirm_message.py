"""The code that came back: the message that waited is handled again, now as confirmed. Source: threats 2.A.

The code alone opens nothing: it counts only from the person whose message waits, from any of their
addresses. It is used once.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.asking import Asker, Capability
from handlers.confirming import CONFIRM, is_open
from handlers.messages import Answer, Message, Reply
from handlers.one_use import CODE, LIFETIME, TRIES, is_code, is_doubtful, may_try, tried
from handlers.own_lines import own_lines, tidied
from handlers.refusals_people import CodeNotRight, NothingToConfirm
from handlers.saying_no import refused
from handlers.script import script_of
from handlers.threads import Thread, is_answer, thread_of
from store.inbox import CONFIRMED, InboxEntry
from store.models import Confirmation
from store.unit_of_work import UnitOfWork

REMEMBERED = timedelta(days=30)


@dataclass(frozen=True)
class ConfirmMessage:
    """`code` in the one spelling that it was made in."""

    code: str


@dataclass(frozen=True)
class MessageConfirmed(Reply):
    """`number` is the message that is being done now; what comes of it is told in its own answer."""

    number: int
    at: str


def read_line(words: str, _programs: Collection[str]) -> ConfirmMessage | None:
    """The code, as people copy it."""
    said = words.strip(": ")
    return ConfirmMessage(re.sub("[ -]", "", said).upper()) if re.fullmatch(CODE, said, re.I) else None


def code_alone(message: Message, programs: Collection[str]) -> ConfirmMessage | None:
    """The code of a reply to us whose first line is that and nothing else. Of a mail that SPF alone vouches
    for, this and `confirm CODE` is all that is ever read before it is confirmed."""
    if message.differs or message.has_files:
        return None
    if message.sender.trust == "accepted":
        steps = script_of(message, (CAPABILITY,), programs).steps
        if len(steps) == 1 and isinstance(steps[0].command, ConfirmMessage):
            return steps[0].command
    lines = own_lines(message) if is_answer(message) else []
    return read_line(tidied(lines[0]), programs) if lines else None


async def confirm_message(command: ConfirmMessage, asker: Asker, uow: UnitOfWork) -> Answer:
    """Hand the message that waits to the worker once more. Raises NothingToConfirm, CodeNotRight; a wrong
    code is an answer, because its try must count."""
    if asker.message.rehearsal:  # everything of a rehearsal is undone, also the count of wrong codes
        raise CodeNotRight("rehearsal")
    at, thread = asker.message.received_at, await thread_of(asker.message, uow)
    doubtful = is_doubtful(asker.message, thread)
    await uow.person_again(asker.person.id)
    rows = _meant(await uow.confirmations_of(asker.person.id, at - REMEMBERED), thread, asker)
    waiting = [one for one in rows if is_open(one, at)]
    if doubtful and any(not may_try(one, doubtful) for one in waiting):
        raise CodeNotRight("reply")
    row = next((one for one in rows if is_code(command.code, one.sent_to, one.code_sha256)), None)
    if row is None:
        return _wrong(waiting, doubtful, asker, uow)
    entry = await uow.entry_again(row.inbox_id)
    if why := _why_not(row, entry, at):
        raise CodeNotRight(why, row.inbox_id)
    row.confirmed_at = at
    entry.requeue(CONFIRMED)
    uow.changed(row, entry)
    return Answer(MessageConfirmed(entry.id, entry.received_at.isoformat()))


def _meant(rows: Sequence[Confirmation], thread: Thread | None, asker: Asker) -> Sequence[Confirmation]:
    """A reply that SPF alone vouches for can be about the message of its thread only: whoever has that mail
    of ours need not have the others."""
    if thread is None or asker.message.sender.trust != "accepted":
        return rows
    about = {thread.sent.in_answer_to, *(one.in_answer_to for one in thread.earlier)}
    return [one for one in rows if one.inbox_id in about]


def _wrong(waiting: Sequence[Confirmation], doubtful: bool, asker: Asker, uow: UnitOfWork) -> Answer:
    """A wrong code is a try of every one that waits."""
    if not waiting:
        raise NothingToConfirm(asker.message.sender.address or "")
    left = max([tried(one, doubtful) for one in waiting])
    uow.changed(*waiting)
    return refused(CodeNotRight("wrong", left=left), asker)


def _why_not(row: Confirmation, entry: InboxEntry, at: datetime) -> str:
    """Why the right code does not count any more; empty if it does."""
    if row.confirmed_at is not None or entry.state != "asked":
        return "used"
    return "late" if at - row.asked_at > LIFETIME else "tries" if row.tries >= TRIES else ""


CAPABILITY = Capability(
    verb=CONFIRM,
    usage="confirm and the code",
    does="confirms a message of yours that waits, or proves a new address (by a mail from there)",
    handle=confirm_message,
    opens=rf"confirm(?=:? {CODE}$)",
    line=read_line,
)
