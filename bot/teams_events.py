"""What Teams says, in our words: who speaks, where, what, with which files. Pure; nothing here is asked of
Teams."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.teams_words import clean, listed, mentions_us, placed_in, words_of
from handlers.messages import Contact, Sender

CHANNEL = "teams"
FILE = "application/vnd.microsoft.teams.file.download.info"
SUBMITS = frozenset({"task/submit", "composeExtension/submitAction"})
SHARED = "reference"  # a file that Teams only names: in channels and groups it hands us none
IN_CHANNEL = "teams-channel"  # the word for that
Body = Mapping[str, Any]
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ID = re.compile(r"[!-~]{1,500}")
_THREAD = re.compile(r";messageid=(\d{1,30})$")
_IGNORED = {
    "messageUpdate": "message edited",
    "messageDelete": "message deleted",
    "messageReaction": "reaction",
    "conversationUpdate": "members changed",
    "typing": "typing",
}


@dataclass(frozen=True)
class Told:
    """One thing that somebody did in Teams. `conversation` is where; `private`: only they and we see it.

    `user` is their directory id, `own_name` the id that Teams itself gives them. `activity` is the message's
    own id, empty for what is no message; `under` are the messages it stands under or quotes. `silent` says
    why nobody is answered (a bot, an edit, a deletion), or is empty. `gone`: they removed us.
    """

    tenant: str
    user: str
    conversation: str
    service_url: str = ""
    own_name: str = ""
    text: str = ""
    activity: str = ""
    under: tuple[str, ...] = ()
    private: bool = True
    files: tuple[dict[str, Any], ...] = ()
    silent: str = ""
    gone: bool = False

    @property
    def account(self) -> str:
        """Empty for who is in no directory: nobody can be linked to that."""
        return f"{CHANNEL}:{self.tenant}/{self.user}" if self.user else ""

    @property
    def own_id(self) -> str:
        """The message's id among all messages, as `under` and `message_id` have it."""
        return message_id(self.tenant, self.conversation, self.activity)


def message_id(tenant: str, conversation: str, activity: str) -> str:
    return f"{CHANNEL}:{tenant}/{conversation}/{activity}"


def key_of(activity: Body) -> str:
    """The idempotency key: what is told again is one arrival. An edit has the id of what it edits, so that
    only a message is known by its id alone."""
    tenant, conversation, name = tenant_of(activity), _conversation(activity), _id(activity.get("id"))
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
        _text(activity, "channelData", "tenant", "id").lower(),
        _text(activity, "conversation", "tenantId").lower(),
    } - {""}
    return told.pop() if len(told) == 1 else ""


def account_of(activity: Body) -> str:
    """The chat account of who speaks, presses a button or fills a form; empty for who is in no directory."""
    return Told(tenant_of(activity), _user(activity), "").account


def filled_data(activity: Body) -> Mapping[str, Any]:
    """What a dialog sends, or the button that opens one."""
    data = _of(activity, "value", "data")
    return data if isinstance(data, Mapping) else {}


def message_of(activity: Body) -> str:
    """The message that a command of its menu was used on, by its id among all; empty for none."""
    name = _id(_of(activity, "value", "messagePayload", "id"))
    tenant, conversation = tenant_of(activity), _conversation(activity)
    return message_id(tenant, conversation, name) if tenant and conversation and name else ""


def speaker_of(activity: Body) -> str | None:
    """The account in whose order it is answered; None where nobody is answered."""
    if activity.get("type") == "invoke":
        return account_of(activity) or None
    said = told(activity)
    return None if said.silent else said.account


def conversation_of(activity: Body) -> str:
    """Where it was said."""
    return _conversation(activity)


def needs_files(activity: Body) -> bool:
    """Whether files must be fetched before it can be answered."""
    said = told(activity)
    return bool(said.files and not said.silent)


def told(activity: Body) -> Told:
    """Read an activity of any type."""
    kind, private = activity.get("type"), _text(activity, "conversation", "conversationType") == "personal"
    place: dict[str, Any] = {
        "tenant": tenant_of(activity),
        "user": _user(activity),
        "conversation": _conversation(activity),
        "service_url": _text(activity, "serviceUrl"),
        "own_name": _id(_of(activity, "from", "id")),
        "private": private,
    }
    if kind == "message":
        return _message(activity, place)
    if kind == "installationUpdate":
        return _installed(activity, place)
    return Told(**place, silent=_nobody(place) or f"automatic: {_ignored(activity)}")


def _message(activity: Body, place: dict[str, Any]) -> Told:
    text, quoted = words_of(activity)
    name = _id(activity.get("id"))
    thread = _THREAD.search(place["conversation"])
    above = dict.fromkeys(([thread[1]] if thread else []) + [*filter(None, map(_id, quoted))])
    return Told(
        **place,
        text=text,
        activity=name,
        under=tuple(_message_id(place, one) for one in above if one != name),
        files=(*filter(is_file, listed(activity, "attachments")), *_unnamed(activity, place)),
        silent=_nobody(place) or ("" if place["private"] or mentions_us(activity) else _NOT_US),
    )


_NOT_US = "automatic: not said to us"


def _message_id(place: dict[str, Any], activity: str) -> str:
    return message_id(place["tenant"], place["conversation"], activity)


def is_file(attachment: Body) -> bool:
    """Whether an attachment is a file; cards, and the page that a formatted message has beside its text, are
    none."""
    kind = str(attachment.get("contentType"))
    return kind in (FILE, SHARED) or kind.startswith("image/")


def _unnamed(activity: Body, place: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Files of channels and groups of which there is no more than their place among the words."""
    told = {_text(one, "id") for one in listed(activity, "attachments")}
    placed = [] if place["private"] else placed_in(activity)
    return [{"contentType": SHARED, "id": one} for one in placed if one not in told]


def sender_of(account: str) -> Sender:
    """Microsoft vouches for the account; whose it is, the core knows. Nobody is who is in no directory."""
    if not account:
        return Sender(None, "unauthenticated", "Teams: in no directory")
    return Sender(account, "confirmed", f"Teams account {account}", account=account)


def contact_of(said: Told) -> Contact | None:
    """How they are reached from now on; None for bots and for whom no directory knows."""
    if not said.user or not said.own_name or said.own_name.startswith("28:"):
        return None
    return Contact(said.service_url, said.own_name, said.conversation if said.private else "", said.gone)


def _installed(activity: Body, place: dict[str, Any]) -> Told:
    """Who gives themselves the app sees where they are; what somebody does for a team is answered nobody."""
    action = activity.get("action")
    if action == "add" and place["private"]:
        return Told(**place, text="home", silent=_nobody(place))
    gone = action == "remove" and place["private"]
    return Told(**place, gone=gone, silent=_nobody(place) or f"automatic: app {_word(action)}")


def _nobody(place: dict[str, Any]) -> str:
    """Why they are nobody whom we could answer, or empty."""
    if place["own_name"].startswith("28:"):
        return "automatic: a bot"
    return "" if place["user"] else "automatic: in no directory"


def _ignored(activity: Body) -> str:
    kind = activity.get("type")
    return _IGNORED.get(str(kind)) or _word(activity.get("name") if kind == "invoke" else kind)


def _word(said: object) -> str:
    """Somebody else's word, as one of ours could be."""
    return "".join(letter for letter in str(said) if letter.isascii() and letter.isalnum())[:40]


def _user(activity: Body) -> str:
    name = _text(activity, "from", "aadObjectId").lower()
    return name if _GUID.fullmatch(name) else ""


def _conversation(activity: Body) -> str:
    return _id(_of(activity, "conversation", "id"))


def _id(said: object) -> str:
    """A name that Teams gave; nothing else fits into a key or an address."""
    return said if isinstance(said, str) and _ID.fullmatch(said) else ""


def _of(value: object, *names: str) -> object:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _text(activity: Body, *names: str) -> str:
    said = _of(activity, *names)
    return clean(said) if isinstance(said, str) else ""
