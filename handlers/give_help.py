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
    """Nothing more to say."""


@dataclass(frozen=True)
class HelpGiven(Reply):
    """One line per capability: how to say it, and what it does."""

    name: str
    lines: list[dict[str, Any]]


def read(message: Message, _programs: Collection[str]) -> GiveHelp | None:
    asked = re.match(r"(?:help|\?)(?:\s*(?:me|please|,))*\W*$", first_words(message), re.I)
    return GiveHelp() if asked and not message.has_documents else None


async def give_help(_command: GiveHelp, asker: Asker, _uow: UnitOfWork) -> Answer:
    from handlers.capabilities import CAPABILITIES  # the table of contents lists this very file

    own = {role.role for role in asker.person.roles}
    offered = [one for one in CAPABILITIES if not one.roles or not own.isdisjoint(one.roles)]
    lines = [{"usage": one.usage, "does": one.does} for one in offered]
    return Answer(HelpGiven(asker.person.name, lines))


CAPABILITY = Capability(verb="help", usage="help", does="shows this list", read=read, handle=give_help)
