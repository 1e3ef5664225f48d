"""What the connector of the Teams that runs here refuses of a message. Sources: "Format your bot messages",
"Cards reference" and "Status codes from agent conversational APIs" of the Teams documentation.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.fake_teams_cards import wrong_card

Json = Mapping[str, Any]
LARGEST = 28 * 1024
CARD = "application/vnd.microsoft.card.adaptive"
CONSENT = "application/vnd.microsoft.teams.card.file.consent"
FILE_INFO = "application/vnd.microsoft.teams.card.file.info"


def wrong_activity(activity: Json) -> tuple[int, str, str] | None:
    """The connector's status, code and words for what the bot wants to say, or nothing."""
    if activity.get("type") not in ("message", "typing"):
        return 400, "BadSyntax", "Activity type is missing or unknown"
    if size_of(activity) > LARGEST:
        return 413, "MessageSizeTooBig", "Message size too large."
    attached = activity.get("attachments") or []
    if activity["type"] == "message" and not (activity.get("text") or attached):
        return 400, "BadSyntax", "Activity resulted into multiple or no messages"
    for one in attached:
        if faults := [*_faults_of_attachment(one)]:
            return 400, "BadSyntax", faults[0]
    for one in activity.get("entities") or ():
        if one.get("type") == "mention" and not _is_mentioned(one, activity):
            return 400, "BadSyntax", "Invalid mention in message body"
    return None


def size_of(some: Any) -> int:
    """Bytes, as they are sent."""
    return len(json.dumps(some, ensure_ascii=False).encode())


def _is_mentioned(entity: Json, activity: Json) -> bool:
    words = str(entity.get("text") or "")
    said = f"{activity.get('text') or ''}{json.dumps(activity.get('attachments') or '', ensure_ascii=False)}"
    return words.startswith("<at>") and words in said and bool(entity.get("mentioned", {}).get("id"))


def _faults_of_attachment(one: Json) -> Iterator[str]:
    kind, content = one.get("contentType"), one.get("content")
    if kind == CARD:
        yield from wrong_card(content)
    elif kind == CONSENT:
        if not one.get("name") or not isinstance(content, Mapping) or "sizeInBytes" not in content:
            yield "a file consent card needs a name and sizeInBytes"
    elif kind == FILE_INFO:
        if not one.get("contentUrl") or not (content or {}).get("uniqueId"):
            yield "a file info card needs contentUrl and uniqueId"
    else:
        yield f"Unknown attachment type {kind}"
