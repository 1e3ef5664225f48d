"""What Teams says, in our words: who speaks, where, what, with which files. Pure; nothing here is asked of
Teams."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.teams_activity import (
    Body,
    account_name,
    account_of,
    conversation_of,
    id_of,
    message_id,
    part_of,
    tenant_of,
    text_of,
    user_of,
)
from bot.teams_words import listed, mentions_us, placed_in, words_of
from handlers.messages import Sender
from handlers.signals import Contact

FILE = "application/vnd.microsoft.teams.file.download.info"
SHARED = "reference"  # a file that Teams only names: in channels and groups it hands us none
IN_CHANNEL = "teams-channel"  # the word for that
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
        """Empty for who is in no directory."""
        return account_name(self.tenant, self.user)

    @property
    def own_id(self) -> str:
        """The message's id among all messages, as `under` and `message_id` have it."""
        return message_id(self.tenant, self.conversation, self.activity)


def turn_of(activity: Body) -> tuple[str | None, bool]:
    """The account in whose order it is answered (None: nobody is), and whether files must be fetched first.
    Read once: whoever calls us waits for it."""
    if activity.get("type") == "invoke":
        return account_of(activity) or None, False
    said = told(activity)
    return (None, False) if said.silent else (said.account, bool(said.files))


def told(activity: Body) -> Told:
    """Read an activity of any type."""
    kind, private = activity.get("type"), text_of(activity, "conversation", "conversationType") == "personal"
    place: dict[str, Any] = {
        "tenant": tenant_of(activity),
        "user": user_of(activity),
        "conversation": conversation_of(activity),
        "service_url": text_of(activity, "serviceUrl"),
        "own_name": id_of(part_of(activity, "from", "id")),
        "private": private,
    }
    if kind == "message":
        return _message(activity, place)
    if kind == "installationUpdate":
        return _installed(activity, place)
    return Told(**place, silent=_nobody(place) or f"automatic: {_ignored(activity)}")


def _message(activity: Body, place: dict[str, Any]) -> Told:
    text, quoted = words_of(activity)
    name = id_of(activity.get("id"))
    thread = _THREAD.search(place["conversation"])
    above = dict.fromkeys(([thread[1]] if thread else []) + [*filter(None, map(id_of, quoted))])
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
    told = {text_of(one, "id") for one in listed(activity, "attachments")}
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
