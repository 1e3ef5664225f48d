"""Every form of any chat: what may be chosen, and what was said so far. Pure; no rule lives here.

`fields_of` draws any of them; what a filled one says is in `bot/form_words.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.form_fields import Element, Fields, Option, options
from handlers.check_day import DayChecked
from handlers.open_work import OpenWork, Sent
from handlers.outcome import snake
from handlers.sent_last import WhereItWent
from store.programs import rule
from templates.forms import CHAT_FORMS, form_words, refusal_in_short

MOST_STEPS = 8
AT_LEA = ("user", "submitter", "coordinator", "admin")
LESS_TIME = "approve agreement until"


@dataclass(frozen=True)
class Said:
    """What a form knows beyond its fields: what is chosen at first or was chosen (`target`, `decision`,
    `role`), the check of its day, how many steps it has room for, the files of the message it was opened on,
    and whether it was opened at home. `find` are words of what may be chosen, where there is more than a form
    has room for. `sent` is what it is to file, as far as that tells what may be meant; `went`: where what was
    sent last went, where there is nothing to file."""

    target: str = ""
    decision: str = ""
    role: str = ""
    checked: DayChecked | None = None
    steps: int = 1
    files: tuple[str, ...] = ()
    home: bool = False
    find: str = ""
    sent: Sent | None = None
    went: WhereItWent | None = None

    @property
    def noted(self) -> dict[str, Any]:
        """What must be noted in the form, because no field says it."""
        return {"steps": self.steps, "files": self.files, "home": self.home, "find": self.find}

    @property
    def kind(self) -> str:
        """What kind of thing is decided on; empty for none, or one that has no decisions."""
        kind = self.target.partition(":")[0]
        return kind if kind in CHAT_FORMS["decide"]["choices"] else ""


def fields_of(name: str, fields: Fields, work: OpenWork, said: Said) -> list[Element]:
    """The fields of the form of this name, with what is open for its person."""
    return _FORMS[name](fields, work, said)


def is_begun(name: str, said: Said) -> bool:
    """Whether that is still to be said on which the rest of the form depends."""
    if name == "agreement":
        return said.checked is None or said.checked.day is None or said.checked.no is not None
    return {"decide": not said.kind, "add_user": not said.role}.get(name, False)


def shape_of(name: str, said: Said) -> list[str]:
    """What the fields of a form depend on. A form filled in for another shape lacks some of them."""
    if name == "decide":
        return [said.kind, LESS_TIME if said.decision == LESS_TIME else ""]
    return [said.role] if name == "add_user" else []


def _attach(fields: Fields, work: OpenWork, said: Said) -> list[Element]:
    some = options(work.targets, several=work.several)
    if work.several:  # the same code may be two LEAs'
        leas = {one.name: one.lea for one in work.targets}
        some = [replace(one, value=f"{one.value} of {leas[one.value]}") for one in some]
    chosen = next((one.value for one in some if said.target and one.value.startswith(said.target)), "")
    drawn = [fields.some_of("items", some, chosen, optional=work.more)]
    if work.more:
        drawn.append(fields.text("typed", optional=True))
    if work.schools:
        schools = [Option(school, school) for school in work.schools]
        drawn.append(fields.one_of("school", schools, optional=True))
    drawn.append(fields.text("pages", optional=True))
    return [*drawn, _files(fields, work, said), fields.check("draft")]


def _files(fields: Fields, work: OpenWork, said: Said) -> Element:
    """The message that it was opened on has them, or a field."""
    if said.files:
        return fields.note(form_words("message_files", files=len(said.files)))
    return fields.files("files", kept=[Option(one.name, f"{one.code}  {one.title}") for one in work.asked])


def _respond(fields: Fields, work: OpenWork, said: Said) -> list[Element]:
    return [
        fields.one_of("finding", options(work.findings, several=work.several), said.target),
        fields.text("narrative", lines=True, optional=True),
        fields.files("files", optional=True),
    ]


def _agreement(fields: Fields, work: OpenWork, said: Said) -> list[Element]:
    first, last = _bounds(work, said)
    drawn = [
        fields.one_of("finding", options(work.free, several=work.several), said.target, live=True),
        fields.day("until", live=True, first=first, last=last),
        *_day_note(fields, said.checked, rule("resolution_agreement_cap_days")),
    ]
    if not fields.tells and is_begun("agreement", said):
        return drawn
    drawn.append(fields.text("reason", lines=True))
    for number in range(1, said.steps + 1):
        drawn += [
            fields.text("what", block=f"what{number}", number=number),
            fields.text("who", block=f"who{number}", number=number),
            fields.day("by", block=f"by{number}", last=last, number=number),
        ]
    if said.steps < MOST_STEPS:
        drawn.append(fields.more(CHAT_FORMS["agreement"]["more"]))
    return [*drawn, fields.text("interim", lines=True, optional=True)]


def _bounds(work: OpenWork, said: Said) -> tuple[date | None, date | None]:
    """The first and the last day that can be asked for, as far as is known before a finding is chosen."""
    if said.checked is None:
        return None, max((one.latest for one in work.free if one.latest), default=None)
    due = said.checked.due
    return due + timedelta(days=1) if due else None, said.checked.latest


def _comment(fields: Fields, work: OpenWork, said: Said) -> list[Element]:
    things = {one.name: one for one in (*work.targets, *work.deciding, *work.reviews)}
    some = options(things.values(), several=work.several)
    drawn = [fields.one_of("about", some, said.target, optional=work.more)]
    if work.more:
        drawn.append(fields.text("typed", optional=True))
    return [*drawn, fields.text("text", lines=True)]


def _decide(fields: Fields, work: OpenWork, said: Said) -> list[Element]:
    drawn = [fields.one_of("matter", options(work.deciding, kinds=True), said.target, live=True)]
    if not fields.tells and is_begun("decide", said):
        return drawn
    if said.kind:  # another kind of thing has other decisions
        choices = CHAT_FORMS["decide"]["choices"][said.kind]
        drawn.append(fields.radio("decision", choices, block=f"decision_{said.kind}", live=True))
        if said.decision == LESS_TIME:
            last = next((one.due for one in work.deciding if f"{one.kind}:{one.name}" == said.target), None)
            drawn.append(fields.day("until", live=True, last=last))
        drawn += _day_note(fields, said.checked)
    return [*drawn, fields.text("text", lines=True, optional=True)]


def _add_user(fields: Fields, work: OpenWork, said: Said) -> list[Element]:
    known = CHAT_FORMS["add_user"]["choices"]
    roles = [
        Option(role, text) for role, text in known.items() if work.contact or role in (*AT_LEA, "school user")
    ]
    drawn = [fields.text("name"), fields.email("email"), fields.one_of("role", roles, said.role, live=True)]
    if said.role in (*AT_LEA, "school user"):
        if work.contact:
            drawn.append(fields.text("lea"))
        elif len(work.managed) > 1:
            drawn.append(fields.one_of("lea", [Option(one, one) for one in work.managed]))
    if said.role == "school user":
        own = [Option(school, school) for school in work.schools]
        drawn.append(fields.one_of("school", own) if own else fields.text("school"))
    if said.role == "monitor":
        drawn.append(fields.text("instrument"))
    if said.role in ("monitor", "team leader"):
        reviews = [Option(one.name, f"{one.name}  {one.lea}") for one in work.reviews]
        drawn.append(fields.one_of("review", reviews) if reviews else fields.text("review"))
    if said.role == "contact":
        drawn.append(fields.one_of("program", [Option(*one) for one in work.programs]))
    return drawn


def _link(fields: Fields, _work: OpenWork, _said: Said) -> list[Element]:
    """For an account that speaks for nobody yet."""
    return [fields.email("address")]


_FORMS: Mapping[str, Callable[[Fields, OpenWork, Said], list[Element]]] = {
    "attach": _attach,
    "respond": _respond,
    "agreement": _agreement,
    "comment": _comment,
    "decide": _decide,
    "add_user": _add_user,
    "link": _link,
}


def _day_note(fields: Fields, checked: DayChecked | None, days: int | None = None) -> list[Element]:
    """What bounds the day, and whether the one that was chosen can be."""
    if checked is None:
        return []
    no = checked.no
    facts: dict[str, Any] = {
        "no": refusal_in_short(snake(type(no).__name__), no.facts) if no else "",
        "due": checked.due.isoformat() if checked.due else "",
        "latest": checked.latest.isoformat(),
        "day": checked.day.isoformat() if checked.day else "",
        "off": checked.off,
        "business": checked.business.isoformat() if checked.business else "",
        "days": days,
    }
    return [fields.note(form_words("day", **facts))]
