"""Show what we sent to a person, and what became of it. Of others only to who manages them: foreign is like
nobody.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.access import is_contact, leas_served, reach_of
from handlers.addresses import EMAIL, one_spelling
from handlers.asking import Asker, Capability
from handlers.managing import leas_managed
from handlers.messages import Answer, Reply
from handlers.refusals import NotOneOfYours
from store.channels import CHATS
from store.models import Person
from store.outbox import OutboxEntry
from store.reaching import Reach
from store.unit_of_work import UnitOfWork

USAGE = "deliveries, or deliveries jlee@sierravista.example"


@dataclass(frozen=True)
class ShowDeliveries:
    """To the person of this address; None: to the asker."""

    address: str | None = None


@dataclass(frozen=True)
class DeliveriesShown(Reply):
    """At most 20 messages to `addresses`, the newest first; `own` and `may_resend` are about the asker.

    An address: `address`, `unreachable_at` (None) and `why`. A row: number, template, at, to, state, ended_at
    (None), said (what the other side or we said), tries, answers (the R-number; None), again (of which it is
    a copy; None)."""

    name: str
    own: bool
    may_resend: bool
    addresses: list[dict[str, Any]]
    rows: list[dict[str, Any]]


_SAID = re.compile(rf"(?:(?:to|of|for) )?<?(?P<address>{EMAIL})>?|(?:to|of|for) me|me|", re.I)


def read_line(words: str, _programs: Collection[str]) -> ShowDeliveries | None:
    """Nothing, or an address."""
    said = _SAID.fullmatch(words)
    return ShowDeliveries(one_spelling(said["address"] or "")) if said else None


async def show_deliveries(command: ShowDeliveries, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look and tell. Raises NotOneOfYours."""
    address = command.address
    person = asker.person if address is None else await uow.person_at(address)
    own = person is not None and person.id == asker.person.id
    view = View() if own else await view_of(person, asker.person, uow)
    if person is None or view is None:
        raise NotOneOfYours("person", address or "")
    shown = [one for one in person.addresses if view.whole or one.address == address]
    chats = await uow.chat_accounts_of(person.id) if view.whole else ()
    sent = await uow.latest_deliveries([one.address for one in shown], [one.account for one in chats])
    marks = [
        {
            "address": one.address,
            "unreachable_at": one.unreachable_at and one.unreachable_at.isoformat(),
            "why": one.unreachable_why or "",
        }
        for one in sorted(shown, key=lambda one: one.address)
    ]
    rows = [_row(one) for one in await seen(sent, view, uow)]
    return Answer(DeliveriesShown(person.name, own, not own and is_contact(asker.person), marks, rows))


@dataclass(frozen=True)
class View:
    """What of somebody's mail one may see: all of it (`whole`), or what is about something in reach."""

    whole: bool = True
    reach: Reach = field(default_factory=Reach)


async def view_of(person: Person | None, asker: Person, uow: UnitOfWork) -> View | None:
    """A coordinator's of the users of the LEAs they manage; a contact's of people of their programs, and of
    the users of LEAs that have a review or a duty there. Who also works elsewhere is not seen whole."""
    if person is None:
        return None
    served, programs = {*leas_served(person)}, reach_of(asker).programs if is_contact(asker) else ()
    reach = Reach(leas_managed(asker), programs=programs)
    within = {*await uow.leas_within(reach, served)}
    if not within and not await _of_programs(person, programs, uow):
        return None
    others = [role for role in person.roles if role.program_id and role.program_id not in programs]
    return View(not others and served == within, reach)


async def _of_programs(person: Person, programs: Sequence[str], uow: UnitOfWork) -> bool:
    """Whether somebody of the state has a role in one of these programs or their reviews."""
    reviews = [role.review_id for role in person.roles if role.review_id and programs]
    found = [await uow.reviews_within(Reach(programs=tuple(programs)), review=one) for one in reviews]
    return any(found) or any(role.program_id in programs for role in person.roles if role.program_id)


async def seen(sent: Sequence[OutboxEntry], view: View, uow: UnitOfWork) -> list[OutboxEntry]:
    """Of these messages, those that the view holds."""
    if view.whole:
        return [*sent]
    names = {name for one in sent for name in one.about or ()}
    within = {one.target for one in await uow.items_at(view.reach, names)}
    within |= {one.id for one in await uow.duties_at(view.reach, names)}
    return [one for one in sent if one.about and within.issuperset(one.about)]


def _row(one: OutboxEntry) -> dict[str, Any]:
    ended = one.bounced_at if one.state == "bounced" else one.sent_at
    return {
        "number": one.id,
        "template": one.template,
        "at": one.created_at.isoformat(),
        "to": one.to if one.channel == "mail" else CHATS.get(one.channel, one.channel.capitalize()),
        "state": one.state,
        "ended_at": ended and ended.isoformat(),
        "said": (one.receipt or one.trouble or "").removeprefix("came back: "),
        "tries": one.attempts,
        "answers": one.in_answer_to if not one.is_notice else None,
        "again": one.thread.get("again"),
    }


CAPABILITY = Capability(
    verb="deliveries",
    usage=USAGE,
    does="shows what we sent you, and what became of it; to coordinators and contacts also of their users",
    handle=show_deliveries,
    opens=rf"deliveries(?= ?$| (?:(?:to|of|for) )?(?:me$|<?{EMAIL}))",
    line=read_line,
    only_asks=True,
)
