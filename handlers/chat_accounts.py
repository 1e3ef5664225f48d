"""Whose chat account it is: linked by a code that went to an address on record, never by a profile.

Who is linked speaks with the authority of a second channel: the chat service vouches for the account, and
the mailbox vouched for the account. Source: feature C10, threats 2.H.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.access import address_of
from handlers.addresses import EMAIL, one_spelling
from handlers.messages import OWN_AFFAIR, Answer, Message, Notice, Reply, Sender
from handlers.one_use import LIFETIME, TRIES, digest, is_code, new_code, read_code
from handlers.open_work import person_speaking
from handlers.outcome import silent
from handlers.pen_known import take_up
from handlers.show_home import wants_home
from store.channels import CHATS, chat_of
from store.chat_reference import UNINSTALLED
from store.chats import ChatAccount, ChatProof
from store.inbox import UNKNOWN_SENDER
from store.models import Person
from store.unit_of_work import UnitOfWork

MOST_OPEN = 3
NOT_LINKED = f"{UNKNOWN_SENDER}: chat account not linked"
_LINK = re.compile(rf"(?:link|connect|log ?in)(?: me)?(?: (?:as|to|with))? <?(?P<address>{EMAIL})>?\.?", re.I)


@dataclass(frozen=True)
class AccountNotLinked(Reply):
    """To an account that speaks for nobody yet: how to link it. `files` came along and are kept."""

    referenced = False
    files: int


@dataclass(frozen=True)
class AccountElsewhere(Reply):
    """To an account of another workspace, in a channel that we share: nobody is heard from there."""

    referenced = False


@dataclass(frozen=True)
class AccountCodeAsked(Reply):
    """To the account: if the address is on record, a code is on its way there. Says no more than that."""

    referenced = False
    address: str
    ends_at: str


@dataclass(frozen=True)
class AccountCodeSent(Reply):
    """To the address on record: the code. Of `one_use_code` the history keeps only the digest."""

    told_by = "mail"
    service: str
    ends_at: str
    one_use_code: str


@dataclass(frozen=True)
class AccountCodeWrong(Reply):
    """To the account: this code opens nothing (wrong, used, too old or tried too often)."""

    referenced = False


@dataclass(frozen=True)
class AccountLinked(Reply):
    """To the account: it speaks for the person now. `held` messages that waited are handled now."""

    referenced = False
    name: str
    held: int


@dataclass(frozen=True)
class AccountNowLinked(Reply):
    """To the address on record: a chat account may speak for the person now."""

    told_by = "mail"
    name: str
    service: str


async def known_account(message: Message, uow: UnitOfWork) -> Message:
    """The same message as the person's whom its account speaks for, if it does for an active one."""
    if message.sender.elsewhere:
        return message
    person = await person_speaking(message.sender.account, uow)
    if person is None:
        return message
    basis = f"{message.sender.basis}, linked by a code"
    return replace(message, sender=replace(message.sender, address=address_of(person), basis=basis))


async def note_contact(message: Message, uow: UnitOfWork) -> None:
    """Remember how the account of a message is reached: what is for it later needs no message before it."""
    seen, account = message.contact, message.sender.account
    if seen is not None and account:
        trouble, at = UNINSTALLED if seen.gone else None, message.received_at
        await uow.note_reference(
            account, seen.service_url, seen.user, at, conversation=seen.conversation, trouble=trouble
        )


async def in_thread(message: Message, uow: UnitOfWork) -> Message:
    """The same message with what we said in its chat thread as what it answers."""
    if not message.under:
        return message
    user = message.sender.account.rpartition("/")[2]
    return replace(message, answers=(*message.answers, *await uow.said_in_thread(message.under, user)))


async def unlinked(message: Message, uow: UnitOfWork, now: datetime) -> Answer:
    """What becomes of a message from an account that speaks for nobody: asking for a code, bringing it, or
    held until the account is linked. Who speaks in another workspace, others decide: it is refused. The time
    of a code begins `now` (aware, UTC), when it is mailed."""
    if message.sender.elsewhere:
        return Answer(AccountElsewhere(), "refused", "an account of another workspace")
    if (asked := _LINK.fullmatch(message.text.strip())) is not None and not message.has_files:
        return await _ask_code(asked["address"], message, uow, now)
    if (code := read_code(message)) is not None:
        return await _prove(code, message, uow)
    if wants_home(message):  # a glance leaves nothing to be handled later
        return Answer(AccountNotLinked(0), "refused", NOT_LINKED)
    files = sum(file.came and file.role != "decoration" for file in message.files)
    return replace(silent("held", NOT_LINKED, message, "held"), reply=AccountNotLinked(files))


async def _ask_code(said: str, message: Message, uow: UnitOfWork, at: datetime) -> Answer:
    """A code to the address, if it is an active person's; whether it is, is not told."""
    address, account = one_spelling(said) or said, message.sender.account
    until = (at + LIFETIME).isoformat()
    asked = Answer(AccountCodeAsked(address, until))
    person = await uow.person_at(address)
    if person is None or person.retired_at is not None:
        return replace(asked, reason="no code: the address is not on record")
    await uow.person_again(person.id)
    own = await uow.chat_proofs(at - LIFETIME, person_id=person.id)
    if len(own) >= MOST_OPEN or len(await uow.chat_proofs(at - LIFETIME, account=account)) >= MOST_OPEN:
        return replace(asked, reason="no code: too many are open")
    code = new_code()
    secret = digest(code, account)
    uow.add(ChatProof(account=account, person_id=person.id, address=address, code_sha256=secret, asked_at=at))
    return replace(
        asked, tell=(Notice(address, AccountCodeSent(_service(message.sender), until, code), OWN_AFFAIR),)
    )


async def _prove(code: str, message: Message, uow: UnitOfWork) -> Answer:
    """Link the account whose open code this is; a wrong one counts as a try of every code for it."""
    account, at = message.sender.account, message.received_at
    waiting = [one for one in await uow.chat_proofs(at - LIFETIME, account=account) if one.tries < TRIES]
    proof = next((one for one in waiting if is_code(code, account, one.code_sha256)), None)
    if proof is None:
        for one in waiting:
            one.tries += 1
            uow.changed(one)
        return Answer(AccountCodeWrong(), "refused", "wrong code")
    person: Person = await uow.person_again(proof.person_id)
    if person.retired_at is not None:
        return Answer(AccountCodeWrong(), "refused", "its person is retired")
    proof.proven_at = at
    uow.changed(proof)
    uow.add(ChatAccount(account=account, person_id=person.id, linked_at=at))
    told = Notice(proof.address, AccountNowLinked(person.name, _service(message.sender)), OWN_AFFAIR)
    held = await take_up(account, uow)
    return Answer(AccountLinked(person.name, held), tell=(told,))


def _service(sender: Sender) -> str:
    """`Slack` of `slack:T0/U0`."""
    return CHATS[chat_of(sender.account)]
