"""The one click that leads to somebody's own chat with us, where Teams hands us files. Pure."""

from collections.abc import Sequence

from bot.teams_activity import CHANNEL
from bot.teams_cloud import CLIENT
from bot.teams_events import IN_CHANNEL
from store.outbox import OutboxEntry
from templates.render import sentence
from templates.teams import Element
from templates.words import button as words_on


def chat_link(app_id: str, client: str = CLIENT) -> str:
    """Opens the personal chat with the app of this id, wherever it is pressed; `client` is where people of
    its cloud see Teams."""
    return f"{client}/l/chat/0/0?users=28:{app_id}"


def with_link(
    message: OutboxEntry, lines: Sequence[str], below: Sequence[Element], link: str
) -> tuple[list[str], list[Element]]:
    """What stands below a message, as lines of text and on its card; with the way to their own chat where
    files are to be attached there."""
    if not link or not _lacks_files(message):
        return [*lines], [*below]
    action = {"type": "Action.OpenUrl", "title": words_on("own_chat", ""), "url": link}
    shown = {"type": "ActionSet", "actions": [action]}
    return [*lines, sentence(CHANNEL, "own_chat", link)], [*below, shown]


def _lacks_files(message: OutboxEntry) -> bool:
    """Whether it answers somebody, in front of others, whose files we were not handed: they were named, or
    only spoken of."""
    files = message.fields.get("files")
    if isinstance(files, list) and any(one.get("reason") == IN_CHANNEL for one in files):
        return True
    return message.fields.get("refusal") == "no_file_came" and bool(message.thread.get("only_for"))
