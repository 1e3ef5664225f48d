"""What stands below our messages in Slack: who decided what, and what can still be pressed."""

from collections.abc import Sequence

from bot.pressing import alive_in, decided_in, value_of
from bot.slack_events import CHANNEL
from bot.slack_fields import plain_text
from handlers.button import Button
from store.chats import Shown
from store.outbox import OutboxEntry
from templates.chat import Block, context
from templates.forms import CHAT_FORMS
from templates.pieces import decided_lines
from templates.render import sentence
from templates.values import button as words_on

IN_A_ROW = 5
CONFIRM, CONFIRM_BUTTON = 300, 30  # Slack's most characters of such a question and of its buttons


def below(shown: Shown) -> tuple[list[str], list[Block]]:
    """What stands below a message's words: who decided what, as lines of text too, and what can still be
    pressed."""
    lines = decided_lines(CHANNEL, decided_in(shown))
    return lines, ([context(lines)] if lines else []) + _rows(shown.message, alive_in(shown))


def _rows(message: OutboxEntry, buttons: Sequence[Button]) -> list[Block]:
    """As many in a row as phones show; where a thing has several buttons, a row for each thing."""
    apart = len({one.on for one in buttons}) < len(buttons)
    rows: list[list[Block]] = []
    for number, one in enumerate(buttons, 1):
        ends = apart and number > 1 and buttons[number - 2].on != one.on
        if not rows or len(rows[-1]) == IN_A_ROW or ends:
            rows.append([])
        rows[-1].append(_element(message, number, one))
    return [{"type": "actions", "elements": row} for row in rows]


def _element(message: OutboxEntry, number: int, button: Button) -> Block:
    more: Block = {"style": button.style} if button.style else {}
    more |= _asked_first(button)
    return more | {
        "type": "button",
        "action_id": f"press:{number}",
        "text": plain_text(words_on(button.label, button.on)),
        "value": value_of(message, button),
    }


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
