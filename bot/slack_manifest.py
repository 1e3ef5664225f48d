"""What the Slack app is: its manifest, with exactly the rights and events that we use, and why each is there.

`METHODS` and `EVENTS` say what Slack asks for; a test compares them with what our code calls and hears.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack_events import COMMAND

EVENTS_PATH = "/slack/events"
Manifest = dict[str, Any]

# What Slack wants for each method that we call: nothing, or a scope. In direct messages only.
METHODS = {
    "apps.connections.open": "",  # of the app-level token: connections:write
    "assistant.threads.setStatus": "assistant:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
    "auth.test": "",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "im:history",
    "conversations.list": "im:read",
    "conversations.replies": "im:history",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "views.open": "",
    "views.publish": "",
    "views.update": "",
}
# What we are told of, as the manifest names it: Bolt's name, and the scope.
EVENTS = {
    "app_home_opened": ("app_home_opened", ""),
    "app_mention": ("app_mention", "app_mentions:read"),
    "assistant_thread_context_changed": ("assistant_thread_context_changed", "assistant:write"),
    "assistant_thread_started": ("assistant_thread_started", "assistant:write"),
    "file_shared": ("file_shared", "files:read"),
    "message.im": ("message", "im:history"),
}
# What does not work without each scope, for whoever must put it back.
FAILS = {
    "app_mentions:read": "mentions in channels are not heard",
    "assistant:write": "the assistant's thread has no suggestions and no status line",
    "chat:write": "nobody is answered",
    "commands": f"{COMMAND} and shortcuts are not heard",
    "files:read": "no file can be fetched: each is told as not received",
    "files:write": "messages have no pictures; their words say the same",
    "im:history": "direct messages are not heard, and lost ones are not found again",
    "im:read": "lost messages are not found again",
}
SCOPES = tuple(FAILS)
ORNAMENTS = ("assistant:write", "files:write")  # not every workspace has an assistant, or lets us upload
SHORTCUTS = [
    {
        "name": "Open CAIS",
        "type": "global",
        "callback_id": "cais_open",
        "description": "What is open, and a form for each thing you can do",
    },
    {
        "name": "File these attachments",
        "type": "message",
        "callback_id": "cais_file",
        "description": "Attach the files of this message to an item of a review",
    },
]


def manifest(url: str | None = None) -> Manifest:
    """The app with a socket that we open; with `url` (`https://host`) Slack calls us there instead."""
    calls = {} if url is None else {"request_url": url.rstrip("/") + EVENTS_PATH}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "CAIS",
            "description": "Evidence, findings and deadlines of your reviews, with a receipt for everything",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "assistant_view": {"assistant_description": "Asks, files and answers for your reviews"},
            "bot_user": {"display_name": "CAIS", "always_online": True},
            "shortcuts": SHORTCUTS,
            "slash_commands": [_command(url)],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": calls | {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True} | calls,
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def _command(url: str | None) -> dict[str, Any]:
    said = {
        "command": COMMAND,
        "description": "Say anything that CAIS understands",
        "usage_hint": "status EL 02",
        "should_escape": False,
    }
    return said if url is None else said | {"url": url.rstrip("/") + EVENTS_PATH}


def as_yaml(value: Mapping[str, Any]) -> str:
    """Plain YAML, as Slack's page takes it."""
    return "".join(f"{line}\n" for line in _lines(value, ""))


def _lines(value: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, one in value.items():
        if isinstance(one, Mapping):
            yield f"{indent}{name}:"
            yield from _lines(one, f"{indent}  ")
        elif isinstance(one, list):
            yield f"{indent}{name}:"
            yield from _items(one, f"{indent}  ")
        else:
            yield f"{indent}{name}: {json.dumps(one)}"


def _items(items: list[Any], indent: str) -> Iterator[str]:
    for one in items:
        if isinstance(one, Mapping):
            first, *rest = _lines(one, f"{indent}  ")
            yield f"{indent}- {first.strip()}"
            yield from rest
        else:
            yield f"{indent}- {json.dumps(one)}"
