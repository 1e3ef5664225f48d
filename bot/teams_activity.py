"""What stands in an activity of Teams: who, where, when, and by which key it is one arrival. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.teams_words import clean

CHANNEL = "teams"
SUBMITS = frozenset({"task/submit", "composeExtension/submitAction"})
Body = Mapping[str, Any]
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ID = re.compile(r"[!-~]{1,500}")


def message_id(tenant: str, conversation: str, activity: str) -> str:
    return f"{CHANNEL}:{tenant}/{conversation}/{activity}"


def account_name(tenant: str, user: str) -> str:
    """Empty for who is in no directory: nobody can be linked to that."""
    return f"{CHANNEL}:{tenant}/{user}" if user else ""


def key_of(activity: Body) -> str:
    """The idempotency key: what is told again is one arrival. An edit has the id of what it edits, so that
    only a message is known by its id alone."""
    tenant, conversation, name = tenant_of(activity), conversation_of(activity), id_of(activity.get("id"))
    if not tenant or not conversation:
        return ""
    if activity.get("type") == "message":
        return message_id(tenant, conversation, name) if name else ""
    told_by = {"invoke": ("name", "value"), "messageUpdate": ("timestamp", "text")}
    names = told_by.get(str(activity.get("type")), ("action", "timestamp"))
    parts = [activity.get(one) for one in ("type", "id", *names)]
    if activity.get("name") in SUBMITS:  # a dialog sent twice as it is, is one act
        parts = [activity.get("type"), account_of(activity), filled_data(activity)]
    whole = json.dumps(parts, sort_keys=True).encode()
    return message_id(tenant, conversation, hashlib.sha256(whole).hexdigest()[:32])


def time_of(activity: Body, now: datetime) -> datetime:
    """When it was said, by Teams' clock: it was on its way only as long as we were down."""
    try:
        said = datetime.fromisoformat(str(activity.get("timestamp")))
        return min(said.astimezone(UTC), now) if said.tzinfo else now
    except (ValueError, OverflowError):
        return now


def tenant_of(activity: Body) -> str:
    """The organisation that it was said in; empty where it is not told, or told in two ways."""
    told = {
        text_of(activity, "channelData", "tenant", "id").lower(),
        text_of(activity, "conversation", "tenantId").lower(),
    } - {""}
    return told.pop() if len(told) == 1 else ""


def user_of(activity: Body) -> str:
    """The directory id of who does it, or empty."""
    name = text_of(activity, "from", "aadObjectId").lower()
    return name if _GUID.fullmatch(name) else ""


def account_of(activity: Body) -> str:
    """The chat account of who speaks, presses a button or fills a form; empty for who is in no directory."""
    return account_name(tenant_of(activity), user_of(activity))


def conversation_of(activity: Body) -> str:
    """Where it was said."""
    return id_of(part_of(activity, "conversation", "id"))


def filled_data(activity: Body) -> Mapping[str, Any]:
    """What a dialog sends, or the button that opens one."""
    data = part_of(activity, "value", "data")
    return data if isinstance(data, Mapping) else {}


def message_of(activity: Body) -> str:
    """The message that a command of its menu was used on, by its id among all; empty for none."""
    name = id_of(part_of(activity, "value", "messagePayload", "id"))
    tenant, conversation = tenant_of(activity), conversation_of(activity)
    return message_id(tenant, conversation, name) if tenant and conversation and name else ""


def id_of(said: object) -> str:
    """A name that Teams gave; nothing else fits into a key or an address."""
    return said if isinstance(said, str) and _ID.fullmatch(said) else ""


def part_of(value: object, *names: str) -> object:
    """What stands at these names, one in the other; None where there is nothing of the kind."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def text_of(activity: Body, *names: str) -> str:
    """The same where it is text; else empty."""
    said = part_of(activity, *names)
    return clean(said) if isinstance(said, str) else ""
