"""What Slack says, in our words: who speaks, where, what, with which files. Pure; nothing here is asked of
Slack."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

from bot.slack_form_words import command_of, files_of, is_command
from handlers.messages import Sender
from handlers.surfaces import HOME

CHANNEL = "slack"
SOCKET = f"{CHANNEL} socket"  # what it is called where we watch over it
COMMAND = "/cais"
Body = Mapping[str, Any]
_LINK = re.compile(r"<(?P<to>[^<>|]*)(?:\|(?P<shown>[^<>]*))?>")


@dataclass(frozen=True)
class Told:
    """One thing that somebody did in Slack. `conversation` is where; `private`: only they and we see it.

    `ts` is the message's own stamp, empty for what is no message; `thread` the message it stands under.
    `silent` says why nobody is answered (a bot, an edit, a deletion), or is empty. `filled`: a form says it.
    """

    team: str
    user: str
    conversation: str
    text: str = ""
    ts: str = ""
    thread: str = ""
    private: bool = True
    files: tuple[dict[str, Any], ...] = ()
    silent: str = ""
    filled: bool = False

    @property
    def account(self) -> str:
        return f"{CHANNEL}:{self.team}/{self.user}"

    @property
    def own_id(self) -> str:
        """The message's id among all messages, as `under` and `message_id` have it."""
        return message_id(self.team, self.conversation, self.ts)


def message_id(team: str, conversation: str, ts: str) -> str:
    return f"{CHANNEL}:{team}/{conversation}/{ts}"


def key_of(body: Body) -> str:
    """The idempotency key: an event that is repeated, found again later, or that comes as two kinds of event
    for one message, is one arrival."""
    if (view := body.get("view")) and "state" in view and body.get("type") == "view_submission":
        filled = json.dumps(view["state"], sort_keys=True)  # sent twice as it is, it is one act
        return f"{CHANNEL}:{view['id']}/{hashlib.sha256(filled.encode()).hexdigest()[:32]}"
    event = body.get("event", {})
    if event.get("type") in ("message", "app_mention") and event.get("ts") and not event.get("hidden"):
        return message_id(str(body.get("team_id")), str(event.get("channel")), str(event["ts"]))
    name = body.get("event_id") or body.get("trigger_id")
    return f"{CHANNEL}:{name}" if name else ""


def time_of(body: Body, now: datetime) -> datetime:
    """When it was said, by Slack's clock: it was on its way only as long as we were down."""
    event = body.get("event", {})
    try:
        said = datetime.fromtimestamp(float(event.get("ts") or event.get("event_ts")), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return now
    return min(said, now)


def is_share(body: Body) -> bool:
    """A file was shared, and only its id is told."""
    return bool(body.get("event", {}).get("type") == "file_shared")


def needs_files(body: Body) -> bool:
    """Whether files must be fetched before it can be answered."""
    if body.get("type") == "view_submission" and not is_command(body["view"]):
        return False
    said = told(body)
    return is_share(body) or bool(said.files and not said.silent)


def told(body: Body) -> Told:
    """Read a slash command, a filled form, an opened home tab or an event of a message."""
    if body.get("type") == "view_submission":
        return _filled(body)
    if body.get("event", {}).get("type") == "app_home_opened":
        return _home(body)
    return _command(body) if "command" in body else _message(body)


def who_acts(body: Body) -> tuple[str, str]:
    """Team and user of a click, a shortcut or a form."""
    user = body["user"]
    return str(user.get("team_id") or (body.get("team") or {}).get("id")), str(user["id"])


def speaker_of(body: Body) -> str | None:
    """The account in whose order it is answered. None: nobody is answered, somebody glances at their home
    tab, or it is a file told by its id alone, which names nobody and waits for its message."""
    if isinstance(body.get("user"), Mapping):
        return account_of(body)
    said = told(body)
    is_apart = is_share(body) or said.silent or said.conversation.startswith(HOME)
    return None if is_apart else said.account


def sender_of(account: str, body: Body) -> Sender:
    """Slack vouches for the account. Its workspace is held against the one in which Slack tells us of it."""
    team = account.partition(":")[2].partition("/")[0]
    elsewhere = team != _told_in(body)
    return Sender(account, "confirmed", f"Slack account {account}", account=account, elsewhere=elsewhere)


def _told_in(body: Body) -> str:
    """Our workspace. Of a channel that two share, `team_id` and `team` may be the other; who is authorized is
    us, and so is where the app of a form is installed."""
    if installed := (body.get("view") or {}).get("app_installed_team_id"):
        return str(installed)
    ours: Body = next(iter(body.get("authorizations") or ()), body)
    return str((ours.get("team") or {}).get("id") or ours.get("team_id"))


def account_of(body: Body) -> str:
    """The chat account of who clicks, uses a shortcut or fills a form."""
    return f"{CHANNEL}:{'/'.join(who_acts(body))}"


def _filled(body: Body) -> Told:
    """Its answer goes to the direct messages of who filled it."""
    team, user = who_acts(body)
    return Told(team, user, user, text=command_of(body["view"]), files=files_of(body["view"]), filled=True)


def home_of(team: str, user: str) -> Body:
    """What Slack says when somebody opens the home tab; we say it to ourselves when theirs has changed."""
    return {"team_id": team, "event": {"type": "app_home_opened", "tab": "home", "user": user}}


def _home(body: Body) -> Told:
    user = str(body["event"].get("user"))
    return Told(str(body.get("team_id")), user, f"{HOME}{user}", text="home")


def _command(body: Body) -> Told:
    conversation = str(body.get("channel_id"))
    return Told(
        team=str(body.get("team_id")),
        user=str(body.get("user_id")),
        conversation=conversation,
        text=unescape(str(body.get("text") or "")).strip() or "help",
        private=conversation.startswith("D"),
    )


def _message(body: Body) -> Told:
    event: dict[str, Any] = dict(body.get("event", {}))
    said = event.get("message", event)
    return Told(
        team=str(event.get("user_team") or event.get("team") or body.get("team_id")),
        user=str(said.get("user")),
        conversation=str(event.get("channel")),
        text=plain(str(event.get("text") or "")),
        ts=str(event.get("ts") or ""),
        thread=str(event.get("thread_ts") or ""),
        private=event.get("channel_type") == "im" or str(event.get("channel")).startswith("D"),
        files=tuple(file for file in event.get("files") or () if isinstance(file, dict)),
        silent=_why_silent(event),
    )


def _why_silent(event: Mapping[str, Any]) -> str:
    if event.get("bot_id") or event.get("subtype") == "bot_message":
        return "automatic: a bot"
    subtype = event.get("subtype")
    return "" if subtype in (None, "file_share", "thread_broadcast") else f"automatic: {subtype}"


def plain(text: str) -> str:
    """Slack's markup as the words that people typed: links by what they show, mentions gone."""
    return unescape(_LINK.sub(_shown, text)).strip()


def _shown(link: re.Match[str]) -> str:
    to, shown = link["to"], link["shown"]
    if to.startswith(("@", "!")):
        return ""
    if to.startswith("#"):
        return f"#{shown or to[1:]}"
    return to.removeprefix("mailto:") if shown is None or to.startswith("mailto:") else shown
