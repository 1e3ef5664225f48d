"""Send a message of ours once more, as a new one: `resend OUT-57`, or to another address of the same person.
For program contacts, to the people whose deliveries they see.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from handlers.access import CONTACTS, is_contact, not_for
from handlers.addresses import EMAIL, one_spelling
from handlers.asking import Asker, Capability
from handlers.messages import Answer, Reply
from handlers.refusals import NotOneOfYours
from handlers.refusals_people import NotSentAgain
from handlers.sealing import sealed
from handlers.show_deliveries import View, seen, view_of
from store.outbox import OutboxEntry
from store.resending import NotResent
from store.unit_of_work import UnitOfWork

USAGE = "resend OUT-57"


@dataclass(frozen=True)
class ResendMail:
    """Which message of ours, and to which address; None: to the same."""

    number: int
    to: str | None = None


@dataclass(frozen=True)
class MailResent(Reply):
    """The message `number` goes out again as message `again` to this address."""

    number: int
    again: int
    name: str
    address: str
    template: str
    signed: list[str] = field(default_factory=list)


_SAID = re.compile(rf"(?:OUT-?)?(?P<number>\d{{1,9}})(?: to <?(?P<to>{EMAIL})>?)?", re.I)


def read_line(words: str, _programs: Collection[str]) -> ResendMail | None:
    """`OUT-57 [to ADDRESS]`."""
    said = _SAID.fullmatch(words)
    to = one_spelling(said["to"]) if said and said["to"] else None
    return None if said is None or (said["to"] and to is None) else ResendMail(int(said["number"]), to)


async def resend_mail(command: ResendMail, asker: Asker, uow: UnitOfWork) -> Answer:
    """Queue the same words once more. Raises NotForYourRole, NotOneOfYours, NotSentAgain."""
    if not is_contact(asker.person):
        raise not_for(asker.person, "send messages again", "contacts")
    name = await _reader(await uow.delivery(command.number), command, asker, uow)
    try:
        row = await uow.sent_again(command.number, command.to, asker.message.received_at)
    except NotResent as no:
        raise NotSentAgain(command.number, str(no)) from no
    uow.add(row)
    await uow.session.flush()
    facts = [("Sent-again", f"OUT-{command.number}"), ("As", f"OUT-{row.id}"), ("To", row.to)]
    signed = await sealed(facts, asker, uow)
    return Answer(MailResent(command.number, row.id, name, row.to, row.template, signed))


async def _reader(old: OutboxEntry | None, command: ResendMail, asker: Asker, uow: UnitOfWork) -> str:
    """Whose message it is. Raises NotOneOfYours, whether it is somebody else's or none."""
    person = await uow.person_at(old.to) if old is not None and old.channel == "mail" else None
    own = person is not None and person.id == asker.person.id
    view = View() if own else await view_of(person, asker.person, uow)
    if old is None or person is None or view is None or not await seen([old], view, uow):
        raise NotOneOfYours("message of ours", f"OUT-{command.number}")
    return person.name


CAPABILITY = Capability(
    verb="resend",
    usage=USAGE,
    does="sends a message of ours once more; with “to” and an address, to another one of the same person",
    handle=resend_mail,
    opens=r"resend(?= (?:OUT-?)?\d)",
    line=read_line,
    roles=CONTACTS,
    weighty=True,
)
