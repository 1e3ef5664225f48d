"""What stands below our messages in Slack: who decided what, and what can still be pressed."""

from collections.abc import Sequence

from bot.pressing import value_of
from bot.slack_fields import plain_text
from handlers.buttons import Button, buttons_of
from store.chats import Shown
from store.outbox import OutboxEntry
from templates.chat import Block, context, decided_lines
from templates.values import button as words_on

IN_A_ROW = 5


def below(shown: Shown) -> tuple[list[str], list[Block]]:
    """What stands below a message's words: who decided what, as lines of text too, and what can still be
    pressed."""
    message, ended = shown.message, shown.ended
    several = len({one.subject for one in shown.offers}) > 1
    lines = decided_lines(
        {
            "target": one.subject.partition(" ")[2].rpartition("/")[2] if several else "",
            "outcome": one.outcome,
            "who": one.ended_by,
            "at": one.ended_at.isoformat() if one.ended_at else "",
        }
        for one in ended
    )
    gone = {one.subject for one in ended}
    alive = [one for one in buttons_of(message.template, message.fields) if one.subject not in gone]
    return lines, ([context(lines)] if lines else []) + _rows(message, alive)


def _rows(message: OutboxEntry, buttons: Sequence[Button]) -> list[Block]:
    """As many in a row as phones show."""
    elements = [_element(message, number, one) for number, one in enumerate(buttons, 1)]
    rows = [elements[at : at + IN_A_ROW] for at in range(0, len(elements), IN_A_ROW)]
    return [{"type": "actions", "elements": row} for row in rows]


def _element(message: OutboxEntry, number: int, button: Button) -> Block:
    style = {"style": button.style} if button.style else {}
    return {
        "type": "button",
        "action_id": f"press:{number}",
        "text": plain_text(words_on(button.label, button.on)),
        "value": value_of(message, button),
    } | style
