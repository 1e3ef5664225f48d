"""Every form as a Slack view: what may be chosen, and what was said so far. Pure; no rule lives here.

`form` builds any of them; what a filled one says is in `bot/slack_form_words.py`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.slack_fields import (
    ACTION,
    Block,
    Fields,
    Option,
    View,
    button,
    line,
    modal,
    note,
    options,
    said_view,
)
from handlers.check_day import DayChecked
from handlers.open_work import OpenWork
from handlers.outcome import snake
from store.programs import rule
from templates.forms import CHAT_FORMS, form_words, refusal_in_short

CALLBACK = "cais:form:"
MOST_STEPS = 8
AT_LEA = ("user", "submitter", "coordinator", "admin")


@dataclass(frozen=True)
class Said:
    """What a form knows beyond its fields: what is chosen at first or was chosen (`target`, `decision`,
    `role`), the check of its day, how many steps it has room for, the files of the message it was opened on,
    and whether it was opened at home."""

    target: str = ""
    decision: str = ""
    role: str = ""
    checked: DayChecked | None = None
    steps: int = 1
    files: tuple[str, ...] = ()
    home: bool = False

    @property
    def metadata(self) -> str:
        return json.dumps({"steps": self.steps, "files": self.files, "home": self.home})


def form(name: str, choices: OpenWork, said: Said = Said()) -> View:
    """The form of this name, filled with what is open for its person; or why there is nothing to fill in."""
    if name != "menu" and name not in choices.forms:
        return said_view(CHAT_FORMS[name]["title"], CHAT_FORMS["menu"]["nothing"])
    if name == "menu":
        return menu(choices)
    words, blocks = CHAT_FORMS[name], _FORMS[name](choices, said)
    return modal(f"{CALLBACK}{name}", words["title"], blocks, **_foot(name, said))


def menu(choices: OpenWork) -> View:
    """What one may do, a button each."""
    words = CHAT_FORMS["menu"]
    if not choices.forms:
        return said_view(words["title"], words["nothing"])
    buttons = {"type": "actions", "elements": [button(one) for one in choices.forms]}
    return modal("cais:menu", words["title"], [line(words["text"]), buttons], **_close())


def link_form() -> View:
    """For an account that speaks for nobody yet."""
    blocks = [line(form_words("link")), Fields("link").email("address")]
    return modal(f"{CALLBACK}link", CHAT_FORMS["link"]["title"], blocks, **_foot("link", Said()))


def _foot(name: str, said: Said) -> dict[str, str]:
    return {"submit": CHAT_FORMS[name]["submit"], "private_metadata": said.metadata} | _close()


def _close() -> dict[str, str]:
    return {"close": CHAT_FORMS["waiting"]["close"]}


def _attach(work: OpenWork, said: Said) -> list[Block]:
    fields, some = Fields("attach"), options(work.targets, several=work.several)
    if work.several:  # the same code may be two LEAs'
        leas = {one.name: one.lea for one in work.targets}
        some = [replace(one, value=f"{one.value} of {leas[one.value]}") for one in some]
    chosen = next((one.value for one in some if said.target and one.value.startswith(said.target)), "")
    blocks = [fields.some_of("items", some, chosen, optional=work.more)]
    if work.more:
        blocks.append(fields.text("typed", optional=True))
    if work.schools:
        schools = [Option(school, school) for school in work.schools]
        blocks.append(fields.one_of("school", schools, optional=True))
    blocks.append(fields.text("pages", optional=True))
    files = note(form_words("message_files", files=len(said.files))) if said.files else fields.files("files")
    return [*blocks, files, fields.check("draft")]


def _respond(work: OpenWork, said: Said) -> list[Block]:
    fields = Fields("respond")
    return [
        fields.one_of("finding", options(work.findings, several=work.several), said.target),
        fields.text("narrative", lines=True, optional=True),
        fields.files("files", optional=True),
    ]


def _agreement(work: OpenWork, said: Said) -> list[Block]:
    fields = Fields("agreement")
    blocks = [
        fields.one_of("finding", options(work.free, several=work.several), said.target, live=True),
        fields.day("until", live=True),
        *_day_note(said.checked, rule("resolution_agreement_cap_days")),
        fields.text("reason", lines=True),
    ]
    for number in range(1, said.steps + 1):
        blocks += [
            fields.text("what", block=f"what{number}", number=number),
            fields.text("who", block=f"who{number}", number=number),
            fields.day("by", block=f"by{number}", number=number),
        ]
    if said.steps < MOST_STEPS:
        more = button("agreement", words=CHAT_FORMS["agreement"]["more"], action="more")
        blocks.append({"type": "actions", "block_id": "more", "elements": [more]})
    return [*blocks, fields.text("interim", lines=True, optional=True)]


def _comment(work: OpenWork, said: Said) -> list[Block]:
    fields = Fields("comment")
    things = {one.name: one for one in (*work.targets, *work.deciding, *work.reviews)}
    return [
        fields.one_of("about", options(things.values(), several=work.several), said.target),
        fields.text("text", lines=True),
    ]


def _decide(work: OpenWork, said: Said) -> list[Block]:
    fields, some = Fields("decide"), options(work.deciding, kinds=True)
    blocks = [fields.one_of("matter", some, said.target, live=True)]
    kind = said.target.partition(":")[0]
    if kind in CHAT_FORMS["decide"]["choices"]:  # another kind of thing has other decisions
        choices = CHAT_FORMS["decide"]["choices"][kind]
        blocks.append(fields.radio("decision", choices, block=f"decision_{kind}", live=True))
        if said.decision == "approve agreement until":
            blocks.append(fields.day("until", live=True))
        blocks += _day_note(said.checked)
    return [*blocks, fields.text("text", lines=True, optional=True)]


def _add_user(work: OpenWork, said: Said) -> list[Block]:
    fields, known = Fields("add_user"), CHAT_FORMS["add_user"]["choices"]
    roles = [
        Option(role, text) for role, text in known.items() if work.contact or role in (*AT_LEA, "school user")
    ]
    blocks = [fields.text("name"), fields.email("email"), fields.one_of("role", roles, said.role, live=True)]
    if said.role in (*AT_LEA, "school user"):
        if work.contact:
            blocks.append(fields.text("lea"))
        elif len(work.managed) > 1:
            blocks.append(fields.one_of("lea", [Option(one, one) for one in work.managed]))
    if said.role == "school user":
        own = [Option(school, school) for school in work.schools]
        blocks.append(fields.one_of("school", own) if own else fields.text("school"))
    if said.role == "monitor":
        blocks.append(fields.text("instrument"))
    if said.role in ("monitor", "team leader"):
        reviews = [Option(one.name, f"{one.name}  {one.lea}") for one in work.reviews]
        blocks.append(fields.one_of("review", reviews) if reviews else fields.text("review"))
    if said.role == "contact":
        blocks.append(fields.one_of("program", [Option(*one) for one in work.programs]))
    return blocks


_FORMS: dict[str, Callable[[OpenWork, Said], list[Block]]] = {
    "attach": _attach,
    "respond": _respond,
    "agreement": _agreement,
    "comment": _comment,
    "decide": _decide,
    "add_user": _add_user,
}


def _day_note(checked: DayChecked | None, days: int | None = None) -> list[Block]:
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
    return [note(form_words("day", **facts))]


def form_of(view: Mapping[str, Any]) -> str:
    """The name of a form that we opened."""
    return str(view["callback_id"]).removeprefix(CALLBACK)


def is_form(view: Mapping[str, Any]) -> bool:
    """Whether a view is one of these forms, and not somebody else's."""
    return str(view.get("callback_id")).startswith(CALLBACK)


def action_of(action: Block) -> tuple[str, str]:
    """What was pressed or filled in, and on which form: `("open", "attach")`, `("until", "")`."""
    name, _, on = str(action["action_id"]).removeprefix(ACTION).partition(":")
    return name, on
