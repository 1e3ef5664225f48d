"""Ask a program contact for access, training or help. Source: S1, "Log-on Information".

A stranger may ask, too, by one exact first line: they hear nothing, and the coordinators of the LEA whose
domain they mail from hear of the address alone. No person is ever made from a mail.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers.access import LEA_ADMINS, leas_served
from handlers.addresses import domain_of
from handlers.asking import Asker, Capability
from handlers.audience import Hearer, contacts, lea_people, tell
from handlers.find_contact import entry_of, programs_called
from handlers.grammar import first_line, paragraphs_of
from handlers.messages import Answer, Message, Notice, Reply
from handlers.refusals import NotOneOfYours, NotSaidRight, WhichOne
from store.clock import midnight
from store.inbox import UNKNOWN_SENDER
from store.models import Program
from store.unit_of_work import UnitOfWork

USAGE = "request training for Charter Schools: two of us are new, which day suits?"
ASKS = f"{UNKNOWN_SENDER}; asks for access"
QUESTIONS = "fpm"  # the directory's own line for questions names this office
MOST_A_DAY = 10


@dataclass(frozen=True)
class RequestAccess:
    """What is asked for (`access`, `training`, `help`), for which program, in whose words."""

    what: str
    program: str | None
    text: str


@dataclass(frozen=True)
class AccessRequested(Reply):
    """To who asked: the directory's entry, and who of it was told."""

    what: str
    program: dict[str, Any]
    told: list[str]


@dataclass(frozen=True)
class AccessRequestHeard(Reply):
    """To a program contact: who asks for what, in their own words."""

    by: str
    address: str
    leas: list[str]
    what: str
    program: str
    text: list[str]


@dataclass(frozen=True)
class StrangerAsksAccess(Reply):
    """To an LEA's administrators (or a program contact): an address that asks, and not a word of its own."""

    told_by = "mail"
    address: str
    number: int
    lea: str | None


_SAID = re.compile(
    r"(?P<what>access|training|help|assistance)(?:,? (?:for|with|on|in) (?P<program>[^:\n]{1,100}?))?"
    r"\s*(?::\s*(?P<text>.*)|$|\n(?P<more>.*))",
    re.I | re.S,
)
_STRANGER = re.compile(r"request access(?![\w-])", re.I)


def read_line(words: str, _programs: Collection[str]) -> RequestAccess | None:
    """`access|training|help [for PROGRAM]: words`; the words may go on below."""
    said = _SAID.fullmatch(words)
    if said is None:
        return None
    what = said["what"].lower().replace("assistance", "help")
    return RequestAccess(what, said["program"], (said["text"] or said["more"] or "").strip())


async def request_access(command: RequestAccess, asker: Asker, uow: UnitOfWork) -> Answer:
    """Tell the program's contacts. Raises NotSaidRight, NotOneOfYours, WhichOne."""
    if not command.text:
        raise NotSaidRight("request", USAGE, "what you want to ask, after a colon")
    program = await _program(command.program, uow)
    others = await contacts(program.id, asker, uow)
    leas = [lea.name for lea in await uow.leas(leas_served(asker.person))]
    heard = AccessRequestHeard(
        by=asker.person.name,
        address=asker.message.sender.address or "",
        leas=leas,
        what=command.what,
        program=program.name,
        text=paragraphs_of(command.text),
    )
    requested = AccessRequested(
        command.what, await entry_of(program, uow), [one.person.name for one in others]
    )
    return Answer(requested, tell=tell(others, heard))


def asks_access(message: Message) -> bool:
    """Whether a stranger's first line is the exact one."""
    return not message.rehearsal and _STRANGER.match(first_line(message.text)) is not None


async def tell_of_stranger(message: Message, answer: Answer, uow: UnitOfWork) -> Answer:
    """The answer to a stranger who asks for access, with those told who may add them: once a day for each
    address, and nobody more than a few times a day."""
    address = message.sender.address or ""
    since = midnight(message.received_at)
    asks = replace(answer, reason=answer.reason.replace(UNKNOWN_SENDER, ASKS, 1))
    lea, people = await _who_may_add(address, uow)
    notices = tell(people, StrangerAsksAccess(address, message.id, lea))
    return replace(asks, tell=tuple([one for one in notices if await _is_news(one, address, since, uow)]))


async def _who_may_add(address: str, uow: UnitOfWork) -> tuple[str | None, list[Hearer]]:
    """The administrators of the LEA that mails from this domain; where there are none, the FPM contacts."""
    for lea in await uow.leas_with_domain(domain_of(address)):
        if people := await lea_people(lea.id, None, uow, LEA_ADMINS):
            return lea.name, people
    return None, await contacts(QUESTIONS, None, uow)


async def _is_news(notice: Notice, address: str, midnight: datetime, uow: UnitOfWork) -> bool:
    heard = await uow.told_since(notice.to, "stranger_asks_access", midnight)
    return len(heard) < MOST_A_DAY and all(fields["address"] != address for fields in heard)


async def _program(said: str | None, uow: UnitOfWork) -> Program:
    found = programs_called(said or QUESTIONS, await uow.programs())
    if not found:
        raise NotOneOfYours("program", said or QUESTIONS)
    if len(found) > 1:
        raise WhichOne("program", said or "", [{"say": f"for {one.id}", "title": one.name} for one in found])
    return found[0]


CAPABILITY = Capability(
    verb="request",
    usage=USAGE,
    does="asks the program contact for access, training or help",
    handle=request_access,
    opens="request(?= (?:access|training|help|assistance)\\b)",
    line=read_line,
    takes_text=True,
)
