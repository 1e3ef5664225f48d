"""Every form as a dialog of Teams (its fields: `bot/form_views.py`). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.form_fields import Element
from bot.form_views import Said, fields_of, is_begun, shape_of
from bot.teams_fields import TeamsFields, button
from bot.teams_form_words import FORM, NOTED, ONCE
from handlers.open_work import Choice, OpenWork
from handlers.sent_last import WhereItWent
from templates.forms import CHAT_FORMS, form_words
from templates.teams import card, line, size_of

MOST = 24_000  # bytes of a card
NOBODY = OpenWork("")


@dataclass(frozen=True)
class Dialog:
    """What Teams shows: a title, and a card below it."""

    title: str
    card: Element


@dataclass(frozen=True)
class Frame:
    """What stands around a form: `mailbox` takes documents, too; `once` makes what is sent of this dialog one
    act, however often it is sent. `values` and `errors` are by the fields' names."""

    mailbox: str
    once: str
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def form(name: str, work: OpenWork, said: Said, frame: Frame) -> Dialog:
    """The form of this name, filled with what is open for its person; or why there is nothing to fill in."""
    if name == "menu":
        return menu(work)
    if name not in work.forms:
        return _nothing(name, frame, CHAT_FORMS["menu"]["nothing"])
    if name == "attach" and not work.asked:
        return _nothing(name, frame, nothing_waits(said.went, frame.mailbox))
    whole = _form(name, work, said, frame)
    return whole if size_of(whole.card) <= MOST else _found(name, work, said, frame)


def link_form(frame: Frame) -> Dialog:
    """For an account that speaks for nobody yet."""
    return _form("link", NOBODY, Said(), frame, [line(one) for one in form_words("link").splitlines()])


def menu(work: OpenWork) -> Dialog:
    """What one may do, a button each."""
    words = CHAT_FORMS["menu"]
    if not work.forms:
        return said_dialog(words["title"], words["nothing"])
    buttons = [_opens(one) for one in work.forms]
    return Dialog(
        words["title"],
        card([line(words["text"]), *({"type": "ActionSet", "actions": [one]} for one in buttons)]),
    )


def said_dialog(title: str, text: str, *actions: Element) -> Dialog:
    """A dialog that only says something: why there is nothing to fill in."""
    below = [{"type": "ActionSet", "actions": [*actions]}] if actions else []
    return Dialog(title, card([*map(line, text.splitlines()), *below]))


def nothing_waits(went: WhereItWent | None, mailbox: str, message: bool = False) -> str:
    """That no files wait to be filed, where those of their latest message (or of this very `message`) went,
    and how others get to us."""
    facts = asdict(went) if went else None
    elsewhere = form_words("files_elsewhere", mailbox=mailbox, first=True)
    return f"{form_words('nothing_waits', went=facts, message=message)}\n{elsewhere}"


def _nothing(name: str, frame: Frame, why: str) -> Dialog:
    """What was refused, or else why there is nothing to fill in."""
    return said_dialog(_title(name), next(iter(frame.errors.values()), why))


def _form(name: str, work: OpenWork, said: Said, frame: Frame, above: Sequence[Element] = ()) -> Dialog:
    """It goes on where something is still to be said on which the rest depends."""
    data = {FORM: name, ONCE: frame.once, NOTED: said.noted | {"shape": shape_of(name, said)}}
    fields = TeamsFields(name, frame.mailbox, data, frame.values, frame.errors)
    drawn = fields_of(name, fields, work, said)
    last = _goes_on(data) if is_begun(name, said) else button(CHAT_FORMS[name]["submit"], data)
    last |= {"style": "positive"}
    return Dialog(_title(name), card([*above, *drawn, {"type": "ActionSet", "actions": [last]}]))


def _found(name: str, work: OpenWork, said: Said, frame: Frame) -> Dialog:
    """The form with what was looked for, where it has no room for all; or the field that asks for that."""
    found = only(work, said.find or said.target.rpartition(":")[2])
    if name in found.forms:
        whole = _form(name, found, said, frame)
        if size_of(whole.card) <= MOST:
            return whole
    nothing = {"find": CHAT_FORMS["find"]["nothing"]} if said.find and name not in found.forms else {}
    data = {FORM: name, ONCE: frame.once, NOTED: Said().noted}
    fields = TeamsFields("find", frame.mailbox, data, {"find": said.find}, {**frame.errors, **nothing})
    drawn = [fields.note(form_words("too_many")), fields.text("find")]
    return Dialog(_title(name), card([*drawn, {"type": "ActionSet", "actions": [_goes_on(data)]}]))


def only(work: OpenWork, find: str) -> OpenWork:
    """Of what is open, that which has all these words in it."""
    words = find.casefold().split()

    def few(some: tuple[Choice, ...]) -> tuple[Choice, ...]:
        return tuple(one for one in some if all(word in _letters(one) for word in words))

    return replace(
        work,
        targets=few(work.targets),
        findings=few(work.findings),
        deciding=few(work.deciding),
        reviews=few(work.reviews),
    )


def _letters(one: Choice) -> str:
    return f"{one.name} {one.code} {one.title} {one.lea}".casefold()


def _title(name: str) -> str:
    return str(CHAT_FORMS[name]["title"])


def _goes_on(data: Mapping[str, Any]) -> Element:
    return button(CHAT_FORMS["going_on"]["next"], data, next="next")


def _opens(name: str) -> Element:
    return button(CHAT_FORMS["buttons"][name], {FORM: name}, next="open") | {"associatedInputs": "none"}
