"""receive → identify → read → handle → owe: what becomes of one message, in one transaction.

Nothing here touches a network.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.absences import back_again, note_absence
from handlers.access import reach_of
from handlers.asking import Asker, Capability
from handlers.at_hand import with_what_is_at_hand
from handlers.attach_evidence import no_file
from handlers.bounces import heard_from, take_bounce
from handlers.capabilities import CAPABILITIES
from handlers.caps import within_caps
from handlers.chat_accounts import in_thread, known_account, note_contact
from handlers.checking_again import next_check
from handlers.confirm_message import code_alone, confirm_message
from handlers.confirming import confirmed_sender, wait_for_code, wait_unless_refused, waits_for_code
from handlers.grammar import find_codes
from handlers.held_claims import near_of
from handlers.meant_instead import meant_instead
from handlers.messages import Answer, Message, Unreadable
from handlers.newest_reminder import below_newest_reminder
from handlers.outcome import complete, owe, remember, silent
from handlers.own_lines import own_lines
from handlers.pen_clues import clues_of
from handlers.pen_released import released
from handlers.polite import only_polite
from handlers.quarantine import tell_of_malware, with_known
from handlers.refusals import NotSaidRight, NotUnderstood, Refusal
from handlers.rehearsal import in_earnest, rehearse
from handlers.saying_no import refused
from handlers.script import script_of
from handlers.self_test import self_test_came
from handlers.settle_claim import settle_claim
from handlers.spelling import misspelt
from handlers.strangers import stranger, unreadable
from handlers.surfaces import check_press, end_offers, in_its_thread
from handlers.transcript import run_script
from store.clock import pacific, wall
from store.inbox import DELIVERED_BEFORE, RELEASED, UNIDENTIFIED, InboxEntry
from store.models import Person
from store.unit_of_work import Actor, UnitOfWork

_SAID_BY_MACHINES = {"out of office": "auto-reply: out of office"}


async def receive(
    read: Message | Unreadable, entry: InboxEntry, programs: Collection[str], uow: UnitOfWork, now: datetime
) -> None:
    """Decide what becomes of a message and put it all into the transaction. `now` is aware (UTC)."""
    if isinstance(read, Message) and entry.sender:
        read = await _vouched_for(read, entry, programs, uow)
    if isinstance(read, Message) and read.sender.account:
        await note_contact(read, uow)
        read = await in_thread(await known_account(read, uow), uow)
        read = await below_newest_reminder(read, programs, uow)
    if isinstance(read, Message) and read.press is not None:
        read = await in_its_thread(read, read.press, uow)
    uow.act_as(Actor(read.sender.address or "unknown", read.channel, read.received_at))
    if isinstance(read, Unreadable):
        answer = await unreadable(read, uow)
    else:
        read = await with_known(read, uow)
        answer = complete(await _answer(read, programs, uow, now), read)
        if read.sender.is_believed:
            answer = await tell_of_malware(answer, read, programs, uow)
    if answer.reply is not None and read.reply_to is None:
        answer = replace(answer, reply=None, reason=answer.reason or "no address to answer to")
    answer = await within_caps(answer, read, uow)
    if answer.state == "held":
        await _note_for_staff(read, entry, answer, programs, uow)
    await remember(read, entry, answer, uow)
    if isinstance(read, Message):
        await end_offers(read, entry, uow)
    await owe(read, entry, answer, uow)


async def _note_for_staff(
    read: Message | Unreadable,
    entry: InboxEntry,
    answer: Answer,
    programs: Collection[str],
    uow: UnitOfWork,
) -> None:
    """What may be seen of a held message; a sender who may be known later is looked up again by itself."""
    clues = {name: one for name, one in (entry.clues or {}).items() if name == "pen"}
    clues |= await clues_of(read, answer.reason, programs, uow)
    if isinstance(read, Message) and answer.reason.startswith(UNIDENTIFIED):
        entry.check_at = next_check(read.sender.basis, entry.received_at, wall())
        clues |= await near_of(read, uow)
    entry.clues = clues


async def _vouched_for(
    message: Message, entry: InboxEntry, programs: Collection[str], uow: UnitOfWork
) -> Message:
    """A message that is handled again, with what was said of it meanwhile: by who released it, or by its
    sender, who confirmed it."""
    if (sender := await confirmed_sender(entry, uow)) is not None:
        return replace(released(message, entry, programs), sender=sender)
    return released(message, entry, programs) if entry.reason.startswith(RELEASED) else message


async def _answer(message: Message, programs: Collection[str], uow: UnitOfWork, now: datetime) -> Answer:
    if (tested := await self_test_came(message, uow)) is not None:
        return tested
    if message.automatic:
        return await _automatic(message, uow)
    if (earlier := await _delivered_before(message, uow)) is not None:
        return silent("ignored", DELIVERED_BEFORE.format(earlier.id), message, "duplicate")
    person = await _identify(message, uow)
    if person is None:
        return await stranger(message, uow, now)
    await heard_from(message, person, uow)
    await back_again(message, person, uow)
    if await only_polite(message, person, programs, uow) and recognised(message, programs) is None:
        return silent("ignored", "thanks, and nothing else", message, "not_evidence")
    asker = Asker(person, message, pacific(message.received_at).date(), now)
    answer = await _decide(asker, programs, uow)
    return replace(answer, needs=reach_of(person))


async def _automatic(message: Message, uow: UnitOfWork) -> Answer:
    """A machine's mail is never answered; what a bounce says is told to others."""
    if message.bounce is not None:
        reason, tell = await take_bounce(message.bounce, message, uow)
        return replace(silent("ignored", reason, message, "not_evidence"), tell=tell)
    if (noted := await note_absence(message, uow)) is not None:
        return replace(silent("ignored", noted[0], message, "not_evidence"), tell=noted[1])
    why = _SAID_BY_MACHINES.get(message.automatic or "", f"automatic: {message.automatic}")
    return silent("ignored", why, message, "not_evidence")


async def _decide(asker: Asker, programs: Collection[str], uow: UnitOfWork) -> Answer:
    """In earnest, or as a rehearsal where the message asks for one and may be answered at all."""
    earnest = in_earnest(asker.message, CAPABILITIES, programs)
    if earnest is None or asker.message.sender.trust == "accepted":
        return await _in_earnest(asker, programs, uow)
    again = replace(asker, message=earnest)
    code = waits_for_code(script_of(earnest, CAPABILITIES, programs), earnest.sender.trust)
    return await rehearse(again, lambda: _in_earnest(again, programs, uow), uow, code)


async def _in_earnest(asker: Asker, programs: Collection[str], uow: UnitOfWork) -> Answer:
    try:
        async with uow.undone_by(Refusal):
            return await _handle(asker, programs, uow)
    except Refusal as no:
        return refused(await with_what_is_at_hand(no, asker, uow), asker)


async def _identify(message: Message, uow: UnitOfWork) -> Person | None:
    """The known, active person whose proven address an authenticated sender used."""
    if message.sender.trust == "unauthenticated" or message.sender.address is None:
        return None
    person = await uow.person_at(message.sender.address)
    return person if person is not None and person.retired_at is None else None


async def _handle(asker: Asker, programs: Collection[str], uow: UnitOfWork) -> Answer:
    if asker.message.press is not None:
        await check_press(asker.message.press, uow)
    if (code := code_alone(asker.message, programs)) is not None:
        return await confirm_message(code, asker, uow)
    if asker.message.sender.trust == "accepted":
        return await wait_for_code((), asker, uow)
    if (settled := await settle_claim(asker, uow)) is not None:
        return settled
    script = script_of(asker.message, CAPABILITIES, programs)
    if waits_for_code(script, asker.message.sender.trust) and not asker.message.rehearsal:
        return await wait_unless_refused(script, asker, programs, uow)
    if script.steps:
        return await run_script(script, asker, programs, uow)
    capability, command = read_command(asker.message, programs)
    return await capability.handle(command, asker, uow)


def read_command(message: Message, programs: Collection[str]) -> tuple[Capability, Any]:
    """The first capability that recognises the message, and its command. Raises NoFileCame, NotSaidRight
    (a slip of the keyboard in a verb), NotUnderstood."""
    if (found := recognised(message, programs)) is not None:
        return found
    if (meant := misspelt(message, CAPABILITIES)) is not None:
        raise NotSaidRight(meant.verb, meant.usage)
    said = f"{message.subject}\n{message.text}"
    codes = list(dict.fromkeys(str(mention.code) for mention in find_codes(said, programs)))
    if codes or message.links or message.files:
        raise no_file(message, codes)
    first = said.strip().partition("\n")[0][:80]
    raise NotUnderstood(first, instead=meant_instead("\n".join(own_lines(message))))


def recognised(message: Message, programs: Collection[str]) -> tuple[Capability, Any] | None:
    for capability in CAPABILITIES:
        if capability.read and (command := capability.read(message, programs)) is not None:
            return capability, command
    return None


async def _delivered_before(message: Message, uow: UnitOfWork) -> InboxEntry | None:
    """The same mail, dealt with before; whom we could not identify was not dealt with (see `remember`)."""
    return await uow.delivered_before(message.content, message.id) if message.content else None
