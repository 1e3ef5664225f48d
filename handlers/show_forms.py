"""List the forms to hand in, with their status: `forms`, `forms of LEA`, `status hl-audit`."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from handlers import show_status
from handlers.access import reach_of
from handlers.asking import Asker, Capability
from handlers.grammar import plain
from handlers.messages import Answer, Message, Reply
from handlers.references import NAME, lea_of
from handlers.refusals import NotOneOfYours
from handlers.standing import standing
from handlers.targets import form_target
from store.models import Obligation
from store.unit_of_work import UnitOfWork

MOST_SHOWN = 60
_FORMS = re.compile(
    r"(?:(?:my|our|the|all|list|show)\s+){0,2}forms(?:\s+(?:of|for)\s+(?P<where>[^\n?!]{1,120}?))?[\s.?!]*",
    re.I,
)
_ONE = re.compile(rf"status\s+(?:of\s+)?(?:the\s+)?(?:form\s+)?(?P<name>(?-i:{NAME}))[\s.?!]*", re.I)


@dataclass(frozen=True)
class ShowForms:
    """All forms, those of the LEA that is named, or the one with this `name`; `said` is the whole line."""

    said: str
    where: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class FormsShown(Reply):
    """Every form with where it stands, whose it is and for which school, the next due first; `more` counts
    those that are not listed."""

    forms: list[dict[str, Any]]
    where: str | None
    more: int


def read(message: Message, _programs: Collection[str]) -> ShowForms | None:
    """The whole line is the question, and no document came along: nothing changes by it."""
    if message.has_documents:
        return None
    said = plain(show_status.first_words(message)).strip()
    if found := _FORMS.fullmatch(said):
        return ShowForms(said, where=found["where"])
    found = _ONE.fullmatch(said)
    return ShowForms(said, name=found["name"]) if found else None


async def show_forms(command: ShowForms, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look up within reach. Raises NotOneOfYours; what names no form is asked of `status`."""
    reach, lea = reach_of(asker.person), None
    if command.where and (lea := await lea_of(command.where, asker, uow)) is None:
        raise NotOneOfYours("LEA", command.where)
    duties = await uow.duties_within(reach, name=command.name, lea=lea)
    if command.name and not duties:
        duties = await uow.duties_within(reach, form=command.name)
    if command.name and not duties:
        return await show_status.show_status(show_status.ShowStatus((), command.said[:80]), asker, uow)
    shown = await _rows(duties[:MOST_SHOWN], asker, uow)
    return Answer(FormsShown(shown, command.where, len(duties) - len(shown)))


async def _rows(duties: Sequence[Obligation], asker: Asker, uow: UnitOfWork) -> list[dict[str, Any]]:
    leas = {duty.lea_id for duty in duties}
    names = {lea.id: lea.name for lea in await uow.leas(leas)}
    schools = {school.cds: school.name for school in await uow.schools(leas)}
    rows = await standing([form_target(duty) for duty in duties], asker, uow)
    return [
        row | {"lea": names[duty.lea_id], "school": schools.get(duty.school_cds or "")}
        for row, duty in zip(rows, duties, strict=True)
    ]


CAPABILITY = Capability(
    verb="forms",
    usage="forms, or forms of Sierra Vista Unified, or status sv-plan",
    does="lists the forms to hand in, with their status and due day",
    read=read,
    handle=show_forms,
)
