"""The directory of program contacts (S1): whom to ask for access, training and help."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.access import address_of, reach_of
from handlers.asking import Asker, Capability
from handlers.grammar import find_codes
from handlers.messages import Answer, Message, Reply
from handlers.plain_questions import plainly_asked
from handlers.show_status import first_words
from store.models import Program
from store.unit_of_work import UnitOfWork

USAGE = "contacts, or contact Charter Schools"


@dataclass(frozen=True)
class FindContact:
    """The words that name a program (empty: one's own); `by_code`: an item code stood there, as FPM has."""

    said: str
    by_code: bool = False


@dataclass(frozen=True)
class ContactsShown(Reply):
    """Directory entries; `said` is what named none of them, and then all are shown. `others` are those that
    are only named (`{"id", "name"}`)."""

    programs: list[dict[str, Any]]
    said: str = ""
    others: list[dict[str, str]] = field(default_factory=list)


_WHO = re.compile(
    r"(?:who(?:'s| is| are)|what(?:'s| is)|show(?: me)?|list|give me)\s+(?:\w+\s+){0,2}?"
    r"(?:program )?contacts?(?: (?:person|persons|people|information|info|details))?\b"
    r"|who(?:m)? (?:do|can|should|could|must) (?:i|we) (?:call|contact|ask|phone|write to)\b",
    re.I,
)
_NO_PROGRAM = r"(?!(?:me|us|you|him|her|them|person|people|info\w*|details?|numbers?)\b)"
_PLAIN = re.compile(
    r"(?:program )?contacts(?:\s+(?:for|of|at|in))?(?:\s+(?P<many>.+))?"
    rf"|(?:program )?contact\s+(?:(?:for|of|at|in)\s+)?(?P<one>{_NO_PROGRAM}.+)",
    re.I,
)
_ABOUT = re.compile(r"\b(?:for|of|about|in|on|regarding)\s+(?:the\s+)?(?P<what>.+)", re.I)
LONGEST = 100


def read(message: Message, programs: Collection[str]) -> FindContact | None:
    """`contacts`, `contact PROGRAM`, `who is the contact for charter schools?`; nothing changes by it."""
    if plainly_asked(message) == "whom":
        return FindContact("")
    line = first_words(message).strip(" .!?")
    if len(line) > LONGEST or message.has_documents:
        return None
    if (asked := _WHO.match(line)) is not None:
        about = _ABOUT.search(line, asked.end())
        said = about["what"] if about else line[asked.end() :]
    elif (plainly := _PLAIN.fullmatch(line)) is not None:
        said = plainly["many"] or plainly["one"] or ""
    else:
        return None
    return FindContact(said.strip(" ,.!?"), bool(find_codes(said, programs)) or said.upper() in programs)


async def find_contact(command: FindContact, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look up and tell: without a program's name one's own in full, the others by name."""
    everything = await uow.programs()
    found = programs_called(command.said, everything)
    if not found and command.by_code:
        found = [one for one in everything if one.id == "fpm"]
    if not command.said:
        own = await _programs_of(asker, uow)
        found = [one for one in everything if one.id in own]
    entries = [await entry_of(program, uow) for program in found or everything]
    others = [one for one in everything if found and not command.said and one not in found]
    named = [{"id": one.id, "name": one.name} for one in others]
    return Answer(ContactsShown(entries, "" if found else command.said, named))


async def _programs_of(asker: Asker, uow: UnitOfWork) -> set[str]:
    """The programs that somebody has to do with: by a role, or a review or a form within reach."""
    reach = reach_of(asker.person)
    reviews = {one.program_id for one in await uow.reviews_within(reach)}
    forms = {one.form.program_id for one in await uow.duties_within(reach)}
    return reviews | forms | {one.program_id for one in asker.person.roles if one.program_id}


async def entry_of(program: Program, uow: UnitOfWork) -> dict[str, Any]:
    """A program as the directory shows it, with the people who are its contacts in this store."""
    people = await uow.contacts_of(program.id)
    return {
        "id": program.id,
        "name": program.name,
        "use": program.use,
        "office": program.office,
        "staff": program.staff,
        "phone": program.phone,
        "people": [{"name": one.name, "address": address_of(one)} for one in people if one.addresses],
    }


def programs_called(said: str, programs: Sequence[Program]) -> list[Program]:
    """The program of this very id or name; else those whose name holds every word that was said, at last
    also by beginnings. Several may fit."""
    words = _words(said)
    if not words:
        return []
    known = [(one, _words(f"{one.name} {one.id} {one.office}")) for one in programs]
    return (
        [one for one in programs if said.casefold() in (one.id.casefold(), one.name.casefold())]
        or [one for one, theirs in known if set(words) <= set(theirs)]
        or [
            one
            for one, theirs in known
            if all(any(_begins(their, word) for their in theirs) for word in words)
        ]
    )


def _begins(one: str, word: str) -> bool:
    """`plan` means planning, and `plans` the plan."""
    long = min(len(one), len(word)) >= 4
    return one == word or (long and (one.startswith(word) or word.startswith(one)))


def _words(text: str) -> list[str]:
    """Words in one spelling: roman numbers, no plural of few letters, no small words."""
    found = re.findall(r"[^\W_]+", text.casefold())
    spelled = (_SAME.get(word, word) for word in found)
    return [word for word in spelled if word not in _SMALL]


_SAME = {"3": "iii", "nps": "npsa", "npa": "npsa", "leas": "lea", "charters": "charter", "sped": "special"}
_SMALL = frozenset({"the", "program", "programs", "and", "of", "for", "in", "a", "s", "please"})

CAPABILITY = Capability(
    verb="contacts",
    usage=USAGE,
    does="shows whom to ask for access, training and help, program by program",
    handle=find_contact,
    read=read,
)
