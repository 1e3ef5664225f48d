"""Show deadlines on a line of days: one's own, an LEA's, a review's, or a program's to its contacts; the
words say what the picture shows.

`timeline`, `timeline sv-fpm`, `timeline fpm`, `timeline Sierra Vista Unified`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.access import is_contact, leas_served, not_for, reach_of
from handlers.asking import Asker, Capability
from handlers.messages import Answer, Reply
from handlers.references import lea_of
from handlers.refusals import NotOneOfYours
from handlers.show_status import read_line as read_status
from handlers.timeline_facts import Only, timeline_of
from store.reaching import Reach
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ShowTimeline:
    """Of the review, the program or the LEA that `said` names; empty: of everything the asker reaches."""

    said: str = ""


@dataclass(frozen=True)
class TimelineShown(Reply):
    """`timeline` as `handlers/timeline_facts.py` makes it."""

    name: str
    timeline: dict[str, Any]


def read_line(words: str, programs: Collection[str]) -> ShowTimeline | None:
    """As `status` is read, but for items: nothing, or one name; no prose."""
    asked = read_status(words, programs)
    return ShowTimeline(asked.said) if asked is not None and not asked.mentions else None


async def show_timeline(command: ShowTimeline, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look up and tell; nothing changes. Raises NotForYourRole, NotOneOfYours."""
    reach = reach_of(asker.person)
    if not reach.leas and not reach.of_state:
        raise not_for(asker.person, "see a timeline")
    await uow.session.flush()
    leas, only = await _of_named(command.said, asker, uow)
    shown = await timeline_of(asker.person, leas, uow, asker.message.received_at, only)
    return Answer(TimelineShown(asker.person.name, shown))


async def _of_named(said: str, asker: Asker, uow: UnitOfWork) -> tuple[Sequence[str], Only | None]:
    """The LEAs, and what of them where only a part is meant."""
    reach = reach_of(asker.person)
    if not said:
        own = leas_served(asker.person)
        return (own if not reach.of_state else await uow.leas_within(reach, await uow.lea_ids())), None
    if reviews := await uow.reviews_within(reach, review=said.lower()):
        return [reviews[0].lea_id], Only(reviews[0].id, review=reviews[0].id)
    for program in await uow.programs_said(said):
        if is_contact(asker.person, program.id):
            leas = await uow.leas_within(Reach(programs=(program.id,)), await uow.lea_ids())
            return leas, Only(program.name, program=program.id)
    lea = await lea_of(said, asker, uow)
    if lea is None:
        raise NotOneOfYours("review, program or LEA", said[:80])
    return [lea], None


CAPABILITY = Capability(
    verb="timeline",
    usage="timeline, or timeline sv-fpm, or of a program: timeline fpm",
    does="shows what is due on a line of days, as a picture and in words",
    handle=show_timeline,
    opens="timeline",
    line=read_line,
    only_asks=True,
)
