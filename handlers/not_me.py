"""`not me EL 02`: a reminder of what is somebody else's work. Whose it is, the LEA's coordinators are asked;
who says it hears no more of it while somebody else does. Source: feature N11.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain
from typing import Any

from handlers.access import LEA_ADMINS, SENDERS, has_role, leas_served, not_for
from handlers.asking import Asker, Capability
from handlers.audience import Hearer, lea_people, tell
from handlers.messages import Answer, Notice, Reply
from handlers.mute_reminder import others_hearing
from handlers.references import TargetSaid
from handlers.reminded_of import Due, due_of, end_wishes, means_all, read_due, wish
from store.unit_of_work import UnitOfWork

USAGE = "not me EL 02, or as a reply to a reminder: not me"
COORDINATORS = ("lea_coordinator",)


@dataclass(frozen=True)
class NotMe:
    """None: what the reminder answered was about."""

    target: TargetSaid | None


@dataclass(frozen=True)
class NotTheirs(Reply):
    """To who said it. `asked`: who was asked whose work it is. `manages`: the asker gives it to somebody
    themself; nobody else is asked. Each row has how many `others` hear of it: with none, the reminders go
    on."""

    rows: list[dict[str, Any]]
    asked: list[str]
    manages: bool


@dataclass(frozen=True)
class WhoseWork(Reply):
    """To the LEA's coordinators: who says that these are not theirs."""

    by: str
    rows: list[dict[str, Any]]


_ASK = re.compile(
    r"[ ,.;:-]*(?:(?:please )?(?:ask|try|tell)|(?:it|that)(?:'s| is)|belongs to"
    r"|preg[uú]nt[ae](?:le|n)? a|es de|le toca a) [^,;]{1,40}$",
    re.I,
)


def _without_whom(words: str) -> str:
    """Without `, ask Tom`: whose work it is a coordinator says, with an address."""
    return _ASK.sub("", words.replace("’", "'"))


def read_line(words: str, programs: Collection[str]) -> NotMe | None:
    said = read_due(_without_whom(words), programs)
    return NotMe(said) if said else None


async def not_me(command: NotMe, asker: Asker, uow: UnitOfWork) -> Answer:
    """Note it, end that it was given to the asker, and ask. Raises NotSaidRight, NotOneOfYours, WhichOne,
    NothingReminded, NotForYourRole."""
    meant = await due_of(command.target, asker, uow, ("not me", USAGE))
    if any(one.first.lea not in leas_served(asker.person) for one in meant):
        raise not_for(asker.person, "hand on work of the state", "contacts")
    names = [one.name for one in meant]
    await end_wishes(names, asker, uow)
    uow.add(*(wish(one, "not_me", asker) for one in meant))
    for one in await uow.assignments(names):
        if one.person_id == asker.person.id:
            one.ended_at = asker.message.received_at
            uow.changed(one)
    rows = [one.facts | {"others": await others_hearing(one, asker, uow)} for one in meant]
    if all(has_role(asker.person, one.first.lea, LEA_ADMINS) for one in meant):
        return Answer(NotTheirs(rows, [], True))
    asked, notices = await _asked(meant, asker, uow)
    return Answer(NotTheirs(rows, asked, False), tell=notices)


async def _asked(meant: list[Due], asker: Asker, uow: UnitOfWork) -> tuple[list[str], tuple[Notice, ...]]:
    """The coordinators of each LEA; where there is none, its administrators."""
    people: dict[str, list[Hearer]] = {}
    for lea in dict.fromkeys(one.first.lea for one in meant):
        own = await lea_people(lea, asker, uow, COORDINATORS)
        people[lea] = own or await lea_people(lea, asker, uow, LEA_ADMINS)
    notices = [
        tell(some, WhoseWork(asker.person.name, [one.facts for one in meant if one.first.lea == lea]))
        for lea, some in people.items()
    ]
    return sorted({one.person.name for one in chain(*people.values())}), tuple(chain(*notices))


CAPABILITY = Capability(
    verb="not me",
    usage=USAGE,
    does="tells your LEA's coordinator that it is somebody else's work",
    handle=not_me,
    opens="not (?:me|mine|my (?:job|work|task|item))|no (?:soy yo|es m[ií]o|me toca)",
    line=read_line,
    in_answer=lambda words, _: NotMe(None) if means_all(_without_whom(words)) else None,
    roles=SENDERS,
)
