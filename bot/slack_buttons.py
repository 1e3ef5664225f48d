"""What stands below our messages in Slack: who decided what, and what can still be pressed."""

from collections.abc import Sequence

from bot.pressing import Placed, decided_in, placed_in, title_of, value_of
from bot.slack_events import CHANNEL
from bot.slack_fields import plain_text
from handlers.button import Button
from store.chats import Shown
from store.outbox import OutboxEntry
from templates.chat import Block, context
from templates.forms import CHAT_FORMS
from templates.pieces import decided_lines
from templates.render import sentence
from templates.words import button as words_on

IN_A_ROW = 5
READ_ALOUD = 75
CONFIRM, CONFIRM_BUTTON = 300, 30  # Slack's most characters of such a question and of its buttons


def below(shown: Shown) -> tuple[list[str], list[Block]]:
    """What stands below a message's words: who decided what, as lines of text too, and what can still be
    pressed."""
    lines = decided_lines(CHANNEL, decided_in(shown))
    return lines, ([context(lines)] if lines else []) + _rows(shown.message, placed_in(shown)[""])


def beside(shown: Shown) -> dict[str, list[Block]]:
    """What can be pressed where the message speaks of it, by the number of the row."""
    return {row: _rows(shown.message, some) for row, some in placed_in(shown).items() if row}


def _rows(message: OutboxEntry, buttons: Sequence[Placed]) -> list[Block]:
    """As many in a row as phones show; where a thing has several buttons, a row for each thing."""
    apart = len({one.on for _, one in buttons}) < len(buttons)
    rows: list[list[Block]] = []
    last = ""
    for number, one in buttons:
        if not rows or len(rows[-1]) == IN_A_ROW or (apart and last != one.on):
            rows.append([])
        rows[-1].append(_element(message, number, one))
        last = one.on
    return [{"type": "actions", "elements": row} for row in rows]


def _element(message: OutboxEntry, number: int, button: Button) -> Block:
    more: Block = {"style": button.style} if button.style else {}
    more |= _asked_first(button) | _read_aloud(button)
    return more | {
        "type": "button",
        "action_id": f"press:{number}",
        "text": plain_text(title_of(button)),
        "value": value_of(message, button),
    }


def _read_aloud(button: Button) -> Block:
    """What stands with its row says only to eyes what it is about."""
    whole = words_on(button.label, button.on)
    return {"accessibility_label": whole[:READ_ALOUD]} if button.row and button.on else {}


def _asked_first(button: Button) -> Block:
    """Slack's own question before what is final; where a form opens, the form says it."""
    if not button.is_final or button.asks:
        return {}
    words = words_on(button.label, "")
    happens = sentence(CHANNEL, "will_happen", button.label, button.target, button.day)
    dialog = {
        "title": plain_text(words_on(button.label, button.target)),
        "text": plain_text(happens, CONFIRM),
        "confirm": plain_text(words, CONFIRM_BUTTON),
        "deny": plain_text(CHAT_FORMS["confirm"]["deny"], CONFIRM_BUTTON),
    }
    return {"confirm": dialog}
