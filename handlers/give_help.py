"""Say what can be asked for, in the order of the table of contents: to each what their roles may do."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from handlers.asking import Asker, Capability
from handlers.messages import Answer, Message, Reply
from handlers.show_status import first_words
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class GiveHelp:
    """`about`: a word of the commands that are meant; empty: all of them."""

    about: str = ""


@dataclass(frozen=True)
class HelpGiven(Reply):
    """One line per capability: how to say it, and what it does."""

    name: str
    lines: list[dict[str, Any]]


def read(message: Message, _programs: Collection[str]) -> GiveHelp | None:
    asked = _ASKED.match(first_words(message))
    return GiveHelp((asked["about"] or "").lower()) if asked and not message.has_documents else None


_ASKED = re.compile(
    r"(?:help|\?)(?:\s*(?:me|please|,))*\W*$|help (?:(?:with|on|about) )?(?P<about>[a-z]{4,20})\W*$", re.I
)


async def give_help(command: GiveHelp, asker: Asker, _uow: UnitOfWork) -> Answer:
    """What the asker's roles may do; where a word fits none of it, all of it."""
    from handlers.capabilities import CAPABILITIES  # the table of contents lists this very file

    own = {role.role for role in asker.person.roles}
    offered = [one for one in CAPABILITIES if not one.roles or not own.isdisjoint(one.roles)]
    word = command.about.removesuffix("s")
    meant = [one for one in offered if word in f"{one.usage} {one.does}".lower()] or offered
    lines = [{"usage": one.usage, "does": one.does} for one in meant]
    return Answer(HelpGiven(asker.person.name, lines))


CAPABILITY = Capability(
    verb="help",
    usage="help, or help reminders",
    does="shows this list, or what there is for one word",
    read=read,
    handle=give_help,
)
