"""What Teams tells a bot, as Microsoft documents it: messages, edits, installations, and what is asked at
once."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from bot.fake_teams_rooms import BOT_ID, BOT_NAME, CHANNEL, Message, Room, Somebody

Json = dict[str, Any]
MENTION = f"<at>{BOT_NAME}</at>"
_MENTIONED = (
    '<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">' + BOT_NAME + "</span>&nbsp;"
)


def from_somebody(who: Somebody, room: Room, kind: str, under: str = "", **more: Any) -> Json:
    """What every activity has. `under` is the message that begins the thread, in channels."""
    now = datetime.now(UTC)
    return {
        "type": kind,
        "id": f"f:{secrets.token_hex(8)}",
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "localTimestamp": now.isoformat(timespec="milliseconds"),
        "localTimezone": "America/Los_Angeles",
        "locale": "en-US",
        "channelId": "msteams",
        "from": who.as_account(),
        "conversation": room.reference(under if room.kind == CHANNEL else ""),
        "recipient": {"id": BOT_ID, "name": BOT_NAME},
        "entities": [{"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Web"}],
        "channelData": room.channel_data(),
    } | more


def message(
    who: Somebody,
    room: Room,
    text: str,
    files: Sequence[Json],
    mentioned: bool,
    quoted: Message | None = None,
) -> Json:
    """Words and files, with the twin in HTML that the editor makes; its id and thread come with `posted`. In
    chats an answer to a message quotes it."""
    said = f"{MENTION} {text}" if mentioned else text
    preview = _preview(quoted) if quoted is not None else ""
    said = f"{preview}\n\n{said}" if preview else said
    act = from_somebody(who, room, "message", text=said, textFormat="plain")
    own = [one for one in files if room.kind == "personal" or one["contentType"] == "image/*"]
    twin = (_quote(quoted) if quoted is not None else "") + _html(text, files, mentioned)
    act["attachments"] = [*own, {"contentType": "text/html", "content": twin}]
    if mentioned:
        named = {"id": BOT_ID, "name": BOT_NAME}
        act["entities"].append({"type": "mention", "mentioned": named, "text": MENTION})
    return act


def posted(act: Json, room: Room, stamp: str, under: str) -> Json:
    """The same once it stands in the conversation. A message that begins a thread of a channel is its own
    thread."""
    return act | {
        "id": stamp,
        "conversation": room.reference((under or stamp) if room.kind == CHANNEL else ""),
    }


def changed(act: Json, kind: str, event: str) -> Json:
    """An edit or a deletion of what was said."""
    return act | {"type": kind, "channelData": act["channelData"] | {"eventType": event}}


def invoke(who: Somebody, room: Room, name: str, value: Json, on: Message | None = None) -> Json:
    """Something that is asked for and answered at once; `on` is the message that it was pressed on."""
    act = from_somebody(who, room, "invoke", thread_of(on), name=name, value=value)
    if on is not None:
        act["replyToId"] = on.id
        act["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": on.id}}
    return act


def thread_of(message: Message | None) -> str:
    return "" if message is None else message.under or message.id


def payload_of(message: Message, sender: Somebody | None, url: str) -> Json:
    """A message, as a message extension tells of it."""
    own = {"userIdentityType": "aadUser", "id": sender.id, "displayName": sender.name} if sender else None
    app = None if sender else {"applicationIdentityType": "bot", "id": BOT_ID, "displayName": BOT_NAME}
    twin = next((one["content"] for one in message.attachments if one["contentType"] == "text/html"), "")
    return {
        "id": message.id,
        "replyToId": message.under or None,
        "createdDateTime": datetime.fromtimestamp(message.at, UTC).isoformat(),
        "lastModifiedDateTime": None,
        "deleted": message.deleted,
        "subject": None,
        "summary": None,
        "importance": "normal",
        "locale": "en-us",
        "linkToMessage": f"{url}/l/message/{message.room.id}/{message.id}",
        "from": {"device": None, "conversation": None, "user": own, "application": app},
        "body": {"contentType": "html", "content": twin or escape(message.text)},
        "attachmentLayout": None,
        "attachments": [_reference(one) for one in message.files],
        "mentions": [],
        "reactions": [],
    }


def _reference(file: Json) -> Json:
    """A file of a message: its place in SharePoint, which opens for people only."""
    own = file.get("content") or {}
    told = {"id": own.get("uniqueId"), "contentType": "reference", "contentUrl": file["contentUrl"]}
    return told | {"content": None, "name": file.get("name"), "thumbnailUrl": None}


def _preview(quoted: Message) -> str:
    return (quoted.text or str(quoted.activity.get("summary") or "Card"))[:100]


def _quote(quoted: Message) -> str:
    head = '<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="'
    who = f'<strong itemprop="mri" itemid="{BOT_ID}">{BOT_NAME}</strong>'
    preview = f'<p itemprop="preview">{escape(_preview(quoted))}</p>'
    return f'{head}{quoted.id}">{who}<span itemprop="time" itemid="{quoted.id}"></span>{preview}</blockquote>'


def _html(text: str, files: Sequence[Json], mentioned: bool) -> str:
    inside = "".join(f"<div>{escape(line) or '&nbsp;'}</div>" for line in text.splitlines() or [""])
    named = "".join(
        f'<attachment id="{one["content"]["uniqueId"]}"></attachment>' for one in files if "content" in one
    )
    return f"<div>{_MENTIONED if mentioned else ''}{inside}</div>{named}"
