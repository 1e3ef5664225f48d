"""What stands below our messages in Teams: who decided what, and what can still be pressed."""

from collections.abc import Iterable

from bot.pressing import Placed, decided_in, placed_in, title_of, value_of
from bot.teams_activity import CHANNEL
from handlers.button import Button
from store.chats import Shown
from store.outbox import OutboxEntry
from templates.forms import CHAT_FORMS
from templates.pieces import decided_lines
from templates.render import sentence
from templates.teams import IN_A_ROW, Element, inner_card, quiet
from templates.words import button as words_on

PRESS = "press"  # the verb of our actions, and in their data the button's value
LONGEST_TEXT = 3000
ROOM = 50  # letters of titles in a row
_STYLES = {"primary": "positive", "danger": "destructive"}


def below(shown: Shown) -> tuple[list[str], list[Element]]:
    """What stands below a message's words: who decided what, as lines of text too, and what can still be
    pressed."""
    lines = decided_lines(CHANNEL, decided_in(shown))
    return lines, [*map(quiet, lines), *_rows(shown.message, placed_in(shown)[""])]


def beside(shown: Shown) -> dict[str, list[Element]]:
    """What can be pressed where the message speaks of it, by the number of the row."""
    return {row: _rows(shown.message, some) for row, some in placed_in(shown).items() if row}


def _rows(message: OutboxEntry, buttons: Iterable[Placed]) -> list[Element]:
    return in_rows(_action(message, one) for _, one in buttons)


def in_rows(actions: Iterable[Element]) -> list[Element]:
    """As many in a row as can be read: Teams cuts words that have no room."""
    rows: list[list[Element]] = []
    for action in actions:
        wide = sum(len(one["title"]) for one in [*rows[-1], action]) if rows else 0
        if not rows or len(rows[-1]) == IN_A_ROW or wide > ROOM:
            rows.append([])
        rows[-1].append(action)
    return [{"type": "ActionSet", "actions": row} for row in rows]


def _action(message: OutboxEntry, button: Button) -> Element:
    """A press; or what is asked and told first, which opens below the button."""
    title = title_of(button)
    style = {"style": _STYLES[button.style]} if button.style else {}
    if button.row and button.on:
        style |= {"tooltip": words_on(button.label, button.on)}
    press = _press(message, button, title)
    asked = [*_asked(button), *_told_before(button)]
    if not asked:
        return press | style
    first = inner_card([*asked, {"type": "ActionSet", "actions": [press | style]}])
    return {"type": "Action.ShowCard", "title": title, "card": first} | style


def _press(message: OutboxEntry, button: Button, title: str) -> Element:
    data = {PRESS: value_of(message, button)}
    return {"type": "Action.Execute", "title": title, "verb": PRESS, "data": data}


def _asked(button: Button) -> list[Element]:
    """The fields of what must be said before it is complete. They are called by the button: fields of one
    message are sent together, whichever button is pressed."""
    if button.asks is None:
        return []
    words = CHAT_FORMS["press"][button.asks]
    label = words["text"].format(target=button.target)
    is_day = button.asks == "day"
    text = {
        "type": "Input.Text",
        "id": f"text_{button.mark}",
        "label": label,
        "isMultiline": True,
        "maxLength": LONGEST_TEXT,
        "isRequired": not is_day,
        "errorMessage": CHAT_FORMS["press_text"]["missing"],
    }
    return [_day(button), text] if is_day else [text]


def _told_before(button: Button) -> list[Element]:
    """What no other button takes back is told with what will happen."""
    if not button.is_final:
        return []
    return [quiet(sentence(CHANNEL, "will_happen", button.label, button.target, button.day))]


def _day(button: Button) -> Element:
    words = CHAT_FORMS["press_day"]
    bounds = {"value": button.day, "max": button.day} if button.day else {}
    named = {"type": "Input.Date", "id": f"day_{button.mark}", "label": words["label"]}
    return named | bounds | {"isRequired": True, "errorMessage": words["missing"]}
