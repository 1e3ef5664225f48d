"""Who stands in for somebody who is away: `cover for jlee@… by mkim@… until Dec 12`, ahead also with `from`.
Cover moves reminders and nothing else: who stands in must have a role there that does the work already. It
ends by itself.

Source: feature N14.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.access import LEA_ADMINS, SUBMITTERS, has_role, leas_served, not_for, reach_of, roles_in
from handlers.addresses import one_spelling
from handlers.asking import Asker, Capability
from handlers.audience import Hearer, others, tell
from handlers.days_said import sure_day
from handlers.managing import lists_users
from handlers.messages import OWN_AFFAIR, Answer, Notice, Reply
from handlers.reassign_work import somebody_of
from handlers.refusals import NotOneOfYours, NotSaidRight, WhichOne
from handlers.refusals_dates import DateOutside
from handlers.refusals_reminders import CannotStandIn, NobodyAway
from store.models import Person
from store.programs import rule
from store.reminders import Absence
from store.unit_of_work import UnitOfWork

VERB = "cover"
USAGE = "cover for jlee@district.example by mkim@district.example until Dec 12, or: cover for me ends"
_SAID = re.compile(
    r"(?P<who>\S.{0,80}?),? (?:(?P<ends>ends|is over|end|stops)|(?:by|with) (?P<by>\S.{0,80}?)"
    r"(?:,? from (?P<first>.{3,40}?))?(?:,? (?:until|till|to|through) (?P<last>.{3,40}))?)",
    re.I,
)
_SELF = ("me", "myself")


@dataclass(frozen=True)
class CoverFor:
    """For whom, by whom (None: it ends), and the days as they were said."""

    who: str
    by: str | None
    first: str | None
    last: str | None


@dataclass(frozen=True)
class CoverNamed(Reply):
    """Who stands in for whom, on which days (`last` None: until they write, two weeks at most). `only_in` are
    the LEAs of which they get the reminders, where the asker knows of others."""

    name: str
    own: bool
    by: str
    first: str
    last: str | None
    ends: str
    only_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class CoverHeard(Reply):
    """To who stands in, or is stood in for (`you`: cover, away), who said so, and what it is; `ended`: no
    more."""

    who: str
    name: str
    by: str
    you: str
    first: str
    last: str | None
    ended: bool = False


@dataclass(frozen=True)
class CoverEnded(Reply):
    """From now on they get their own reminders again."""

    name: str
    own: bool
    by: str


def read_line(words: str, _programs: Collection[str]) -> CoverFor | None:
    said = _SAID.fullmatch(words)
    return CoverFor(said["who"].strip("<>"), _bare(said["by"]), said["first"], said["last"]) if said else None


def _bare(said: str | None) -> str | None:
    return said.strip("<>") if said else None


async def cover_for(command: CoverFor, asker: Asker, uow: UnitOfWork) -> Answer:
    """Note who stands in, or that nobody does any more. Raises NotSaidRight, NotForYourRole, NotOneOfYours,
    WhichOne, DayNotSure, DayPassed, DateOutside, CannotStandIn, NobodyAway."""
    away = await _person(command.who, asker, uow)
    known = await uow.absences_ahead(away.id, asker.today)
    if command.by is None:
        return await _end(away, known, asker, uow)
    cover = await _person(command.by, asker, uow, of=away)
    leas = must_do_the_work(cover, away)
    one = await _absence(away, known, command, asker, uow)
    one.cover_id, one.cover_by = cover.id, asker.person.id
    uow.changed(one)
    days = (one.first.isoformat(), one.last.isoformat() if one.last else None)
    own = away.id == asker.person.id
    ends = f"cover for {'me' if own else min(held.address for held in away.addresses)} ends"
    notices = _told(away, cover, days, asker, ended=False)
    others_too = not set(leas_served(away)) & set(leas_served(asker.person)) <= leas
    only_in = tuple(lea.name for lea in await uow.leas(leas)) if others_too else ()
    return Answer(CoverNamed(away.name, own, cover.name, *days, ends, only_in), tell=notices)


def _days_said(command: CoverFor, today: date) -> tuple[date, date | None]:
    """The first day and the last. Raises DayNotSure, DayPassed, NotSaidRight, DateOutside."""
    first = sure_day(command.first, today) if command.first else today
    last = sure_day(command.last, today) if command.last else None
    if last is not None and last < first:
        raise NotSaidRight(VERB, USAGE, "a last day that is not before the first")
    most = rule("cover_days_most")
    furthest = today + timedelta(days=most)
    for day in (first, last):
        if day is not None and day > furthest:
            raise DateOutside(
                "A day of cover",
                day.isoformat(),
                today.isoformat(),
                "today",
                furthest.isoformat(),
                f"{most} days from today",
            )
    return first, last


async def _person(said: str, asker: Asker, uow: UnitOfWork, of: Person | None = None) -> Person:
    """Somebody whom the asker may name: themself, who works for an LEA whose users they manage, or who works
    on the asker's reviews or programs; `of`: who is there beside this person. Only who manages users chooses
    among several. Raises NotForYourRole, NotOneOfYours, NotSaidRight, WhichOne."""
    if said.lower() in _SELF:
        return asker.person
    leas = leas_served(of) if of is not None else leas_served(asker.person)
    for lea in leas:
        manages = has_role(asker.person, lea, LEA_ADMINS) or (
            of is not None and reach_of(asker.person).programs
        )
        if of is asker.person or manages:
            try:
                return await somebody_of(lea, said, asker, uow)
            except NotOneOfYours:
                continue
            except WhichOne:
                if manages:
                    raise
                raise NotSaidRight(VERB, USAGE, "the address of who stands in") from None
    person = await uow.person_at(one_spelling(said) or "")
    if person is None or person.retired_at is not None or not await _shares(person, asker, uow):
        if leas and of is None and not any(has_role(asker.person, lea, LEA_ADMINS) for lea in leas):
            raise not_for(asker.person, "name somebody to stand in for others", "managers")
        raise NotOneOfYours("user" if lists_users(asker.person) else "colleague", said[:80])
    return person


async def _shares(person: Person, asker: Asker, uow: UnitOfWork) -> bool:
    """A contact reaches the LEAs' people and the reviewers of their programs; a reviewer only themself and
    who reviews with them."""
    mine, theirs = reach_of(asker.person), reach_of(person)
    if set(mine.programs) & set(theirs.programs):
        return True
    if mine.programs and theirs.leas:
        return bool(await uow.leas_within(mine, theirs.leas))
    programs = {one.program_id for one in await uow.reviews_within(theirs)} if not theirs.leas else set()
    return bool(programs & set(mine.programs)) or bool(set(mine.reviews) & set(theirs.reviews))


def must_do_the_work(cover: Person, away: Person) -> set[str]:
    """The LEAs of the other in which who stands in has a role that does this work: nobody gets a right by it.
    Raises CannotStandIn where there is none."""
    if cover.id == away.id:
        raise CannotStandIn(cover.name, away.name, "same")
    mine, theirs = reach_of(cover), reach_of(away)
    leas = {lea for lea in theirs.leas if not roles_in(cover, lea).isdisjoint(SUBMITTERS)}
    lacks = not leas
    if not theirs.leas:
        shared = set(mine.reviews) & set(theirs.reviews) or set(mine.programs) & set(theirs.programs)
        lacks = not shared and not (theirs.reviews and mine.programs)
    if lacks:
        raise CannotStandIn(cover.name, away.name, "role")
    return leas


async def _absence(
    away: Person, known: Iterable[Absence], command: CoverFor, asker: Asker, uow: UnitOfWork
) -> Absence:
    """The one that is known of some of these days, with the days that were said, or a new one. Raises what
    `_days_said` does."""
    first, last = _days_said(command, asker.today)
    one = next((one for one in known if one.first <= (last or date.max) and first <= _ends(one)), None)
    if one is None:
        made = Absence(person_id=away.id, first=first, noted_at=asker.message.received_at, last=last)
        uow.add(made)
        return made
    one.first, one.last = first if command.first else one.first, last or one.last
    return one


def _ends(one: Absence) -> date:
    """Its last day, or the one on which it ends by itself."""
    return one.last or one.first + timedelta(days=rule("absence_unknown_days"))


async def _end(away: Person, known: Iterable[Absence], asker: Asker, uow: UnitOfWork) -> Answer:
    ended = [*known]
    if not ended:
        raise NobodyAway(away.name)
    for one in ended:
        one.ended_at = asker.message.received_at
        uow.changed(one)
    covers = [await uow.person_numbered(one.cover_id) for one in ended if one.cover_id is not None]
    cover = next((one for one in covers if one is not None), None)
    notices = _told(away, cover, (ended[0].first.isoformat(), None), asker, ended=True)
    return Answer(
        CoverEnded(away.name, away.id == asker.person.id, cover.name if cover else ""), tell=notices
    )


def _told(
    away: Person, cover: Person | None, days: tuple[str, str | None], asker: Asker, *, ended: bool
) -> tuple[Notice, ...]:
    """Both hear of it, but not who said it."""
    name = cover.name if cover else ""

    def heard(person: Person, you: str) -> tuple[Notice, ...]:
        reply = CoverHeard(asker.person.name, away.name, name, you, *days, ended)
        hearers: list[Hearer] = others([person], asker, OWN_AFFAIR)
        return tell(hearers, reply)

    return (*heard(away, "away"), *(heard(cover, "cover") if cover else ()))


CAPABILITY = Capability(
    verb=VERB,
    usage=USAGE,
    does="names who gets somebody's reminders while they are away; no day and no right moves by it",
    handle=cover_for,
    opens="cover for",
    line=read_line,
)
