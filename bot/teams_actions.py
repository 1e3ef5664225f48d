"""A button that was pressed in Teams, with what was filled in below it, as a message."""

from bot.pressing import Pressed, said_by
from bot.shown import ShownOf
from bot.teams_activity import CHANNEL, Body, part_of
from bot.teams_buttons import PRESS
from bot.teams_events import Told, contact_of, sender_of, told
from bot.teams_words import clean
from handlers.messages import Kept, Message, ReturnAddress

ACTION = "adaptiveCard/action"


async def read_press(entry: Kept, activity: Body, shown_of: ShownOf) -> Message | None:
    """What a press says, in the words of the grammar; None for what is none."""
    if activity.get("type") != "invoke" or activity.get("name") != ACTION:
        return None
    who, what = told(activity), pressed(activity)
    said = await said_by(what, shown_of)
    return Message(
        id=entry.id,
        channel=CHANNEL,
        received_at=entry.received_at,
        sender=sender_of(who.account),
        reply_to=_answer_to(who),
        text=clean(said.text),
        answers=said.answers,
        filled=what.filled,
        press=said.press,
        contact=contact_of(who),
    )


def pressed(activity: Body) -> Pressed:
    """Which button, with what was filled in below it; fields of other buttons of the card are not its own."""
    data = part_of(activity, "value", "action", "data")
    value = str(part_of(data, PRESS))
    mark = value.rpartition(".")[2]
    text, day = part_of(data, f"text_{mark}"), part_of(data, f"day_{mark}")
    who = told(activity)
    filled = text is not None or day is not None
    return Pressed(CHANNEL, who.user, who.conversation, value, filled, str(text or ""), str(day or ""))


def _answer_to(who: Told) -> ReturnAddress:
    return ReturnAddress(CHANNEL, who.conversation, only_for=None if who.private else who.user)
