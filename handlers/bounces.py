"""Mail of ours that came back: the address is marked, and who can do something about it is told.

A bounce is about a message of ours only with its token. Who is told: the person at another address of
theirs; else the LEA's coordinators and administrators; else the program's contacts; where there is nobody,
an alarm rings (`watch_people`). Source: threats 2.E.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from handlers.access import LEA_ADMINS, leas_served, reach_of
from handlers.addresses import one_spelling
from handlers.audience import Hearer, contacts, lea_people, tell
from handlers.messages import OWN_AFFAIR, Message, Notice, Reply
from handlers.outcome import owe_unasked
from handlers.reminder_bounced import Unheard, told_again, unheard
from handlers.request_access import QUESTIONS
from handlers.signals import Bounce
from store.clock import midnight
from store.inbox import CONFIRMED_BY, RELEASED
from store.models import Person, PersonAddress
from store.outbox import OutboxEntry
from store.unit_of_work import Actor, UnitOfWork

# It was this message that was not wanted (too long, its content); the next one may arrive.
_THIS_MESSAGE = ("5.2.3", "5.3.4", "5.6.")
_OF_THE_FIELD = ("agreement", "finding", "form", "due", "review", "nof", "evidence", "document")
_KINDS = ("deadlines", *_OF_THE_FIELD, "user", "address", "account")
Hears = Literal["themselves", "colleagues", "nobody"]


@dataclass(frozen=True)
class MailCameBack(Reply):
    """To who can do something: whose address, since when, what kind of message (`about`), and why.

    `own`: it is told to the person themself, at another address. `deadlines` are those of a reminder that
    reached the person on no other way.
    """

    told_by = "mail"
    referenced = False
    name: str
    address: str
    since: str
    about: str
    answer: bool
    status: str
    own: bool
    marked: bool
    deadlines: list[dict[str, Any]] = field(default_factory=list)


async def take_bounce(bounce: Bounce, message: Message, uow: UnitOfWork) -> tuple[str, tuple[Notice, ...]]:
    """The reason to record with the machine's message, and whom to tell."""
    if bounce.action != "failed":
        return f"delivery report: {bounce.action}", ()
    row = await uow.sent_message(bounce.number, bounce.token) if bounce.number is not None else None
    if row is None:
        return "bounce of no message of ours", ()
    status = bounce.status or "no status"
    if row.state in ("bounced", "suppressed"):
        return f"bounce of message {row.id}, which came back before: {status}", ()
    row.state, row.lease, row.receipt = "bounced", None, f"came back: {status}"
    notices = await came_back(row, bounce.status, message.received_at, uow)
    return f"bounce of message {row.id}: {status}", notices


async def came_back(row: OutboxEntry, status: str, at: datetime, uow: UnitOfWork) -> tuple[Notice, ...]:
    """Note that a message did not arrive, mark its address, and say who is told: each once a day."""
    row.bounced_at = at
    uow.changed(row)
    address = one_spelling(row.to) or row.to
    person = await uow.person_at(address)
    if person is None or person.retired_at is not None:
        return ()
    marked = not status.startswith(_THIS_MESSAGE) and not await _wrote_since(row, uow)
    missed = await unheard(row, uow, at) if marked else None
    if marked:
        _mark(next(one for one in person.addresses if one.address == address), status, at, uow)
    kind = next((one for one in _KINDS if one in row.template), "record")
    about = (person.name, address, at.isoformat(), kind, not row.is_notice)
    heard = MailCameBack(*about, status, own=False, marked=marked)
    again = await told_again(missed, person, uow) if missed is not None else []
    others = [one for one in person.addresses if one.address != address and one.unreachable_at is None]
    helpers = tell(await who_can_help(person, uow), heard)
    match who_hears(others, helpers):
        case "themselves":
            notices = [_own(heard, others[0].address)]
        case "colleagues":
            notices = [with_deadlines(one, None if again else missed) for one in helpers]
        case "nobody":  # an alarm rings; where the address works, only this message was not taken
            notices = [] if marked else [_own(heard, address)]
    notices += await _told_in_vain(row, uow)
    return (*again, *[one for one in notices if await is_news(one, at, uow)])


def who_hears(ways: Collection[object], colleagues: Collection[object]) -> Hears:
    """Who is told of what did not arrive: the person, where a way of theirs is left; else who can help."""
    return "themselves" if ways else "colleagues" if colleagues else "nobody"


def _own(heard: MailCameBack, address: str) -> Notice:
    return Notice(address, replace(heard, own=True), OWN_AFFAIR)


def with_deadlines(notice: Notice, missed: Unheard | None) -> Notice:
    """With what the person did not hear of, as far as the colleague reaches it."""
    assert isinstance(notice.reply, MailCameBack)
    deadlines = missed.deadlines(notice.needs) if missed is not None else []
    return replace(notice, reply=replace(notice.reply, deadlines=deadlines))


async def _told_in_vain(row: OutboxEntry, uow: UnitOfWork) -> tuple[Notice, ...]:
    """What came back may have told that somebody else's mail did: who else can help is told of that one."""
    if row.template != "mail_came_back" or row.fields["own"]:
        return ()
    person = await uow.person_at(row.fields["address"])
    if person is None or person.retired_at is not None:
        return ()
    await uow.session.flush()
    return tell(await who_can_help(person, uow), MailCameBack(**row.fields))


async def take_refusals(uow: UnitOfWork, now: datetime) -> list[OutboxEntry]:
    """Letters that the other side's server refused for good came back at once: told just like bounces."""
    refused = [*await uow.refused_for_good()]
    for row in refused:
        uow.act_as(Actor(at=now))
        status = _refusal(row.receipt or "")
        if status is None:
            row.bounced_at = now
            uow.changed(row)
        else:
            await owe_unasked(await came_back(row, status, now, uow), now, uow)
    return refused


async def heard_from(message: Message, person: Person, uow: UnitOfWork) -> None:
    """Who mails from an address has it again, and who speaks in a chat is reached there. What a contact
    released as theirs, or a code made theirs, says nothing of the mailbox, for it need not have come from
    there; nor does what came by chat."""
    sender = message.sender
    for account in await uow.chat_accounts_of(person.id) if sender.account else ():
        if account.account == sender.account and account.unreachable_at is not None:
            account.unreachable_at = None
            uow.changed(account)
    if (
        message.channel != "mail"
        or not sender.is_believed
        or sender.basis.startswith((RELEASED, CONFIRMED_BY))
    ):
        return
    for one in person.addresses:
        if one.address == sender.address and one.unreachable_at is not None:
            one.unreachable_at = one.unreachable_why = None
            uow.changed(one)


async def _wrote_since(row: OutboxEntry, uow: UnitOfWork) -> bool:
    """Whether the address was heard from after the message: a bounce may come weeks late."""
    return await uow.answers_since(row.to, row.created_at + timedelta(seconds=1)) > 0


def _mark(address: PersonAddress, status: str, at: datetime, uow: UnitOfWork) -> None:
    """Since the first one that came back."""
    if address.unreachable_at is None:
        address.unreachable_at, address.unreachable_why = at, status or "came back"
        uow.changed(address)


def _refusal(receipt: str) -> str | None:
    """The status of an address that is refused; None where the server refuses us (RFC 3463, x.7)."""
    code, _, rest = receipt.partition(" ")
    status = rest.partition(" ")[0]
    if status.startswith("5."):
        return status if status.startswith(("5.1.", "5.2.", "5.4.")) else None
    return "5.0.0" if code in ("550", "551", "553") else None


async def who_can_help(person: Person, uow: UnitOfWork) -> list[Hearer]:
    """Others whom mail reaches: of the LEAs first, then of the programs."""
    for lea in (leas := leas_served(person)):
        if helpers := _reached(await lea_people(lea, None, uow, LEA_ADMINS), person):
            more = [await lea_people(other, None, uow, LEA_ADMINS) for other in leas if other != lea]
            return helpers + [one for some in more for one in _reached(some, person)]
    for program in await _programs_of(person, uow):
        if helpers := _reached(await contacts(program, None, uow), person):
            return helpers
    return []


async def _programs_of(person: Person, uow: UnitOfWork) -> list[str]:
    """The person's own programs, those that their reviews and duties belong to, and the one for questions."""
    reach = reach_of(person)
    reviews = [one.program_id for one in await uow.reviews_within(reach)]
    duties = [one.form.program_id for one in await uow.duties_within(reach)]
    return list(dict.fromkeys([*reach.programs, *reviews, *duties, QUESTIONS]))


def _reached(people: Iterable[Hearer], but: Person) -> list[Hearer]:
    others = [one for one in people if one.person.id != but.id]
    return [one for one in others if any(each.unreachable_at is None for each in one.person.addresses)]


async def is_news(notice: Notice, at: datetime, uow: UnitOfWork) -> bool:
    """Whether nobody told them of that address today, or not of all these deadlines."""
    assert isinstance(notice.reply, MailCameBack)
    told = await uow.told_since(notice.to, "mail_came_back", midnight(at))
    heard = [fields for fields in told if fields["address"] == notice.reply.address]
    known = [one for fields in heard for one in fields.get("deadlines", ())]
    return not heard or any(one not in known for one in notice.reply.deadlines)
