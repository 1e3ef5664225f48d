"""What the Teams app is: the package that an administrator uploads, a manifest with two pictures.

A manifest that changes needs a higher `VERSION`, or Teams keeps the old one; a test says when.
Source: Microsoft, "App manifest schema", 1.19, which has all that is used here.
"""

import io
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile, ZipInfo

from handlers.capabilities import CAPABILITIES

VERSION = "1.1.0"
SCHEMA = "1.19"
NAME = "CAIS evidence desk"
FILE_THIS = "fileThis"
ACCENT = "#1f3a5f"
LONGEST_ADDRESS = 2048
Manifest = dict[str, Any]

# What the menu of commands offers where: at most ten each, by their verbs. Files come in personal chat only.
TOGETHER = ("status", "documents", "submit", "comment", "forms", "history", "search", "contacts", "help")
PERSONAL: tuple[str, ...] = ("home", "status", "documents", "submit", "respond", "request agreement")
PERSONAL += ("comment", "forms", "history", "help")
MENUS = {"personal": PERSONAL, "team": TOGETHER, "groupChat": TOGETHER}
ABOUT = (
    "School districts send the documents of their reviews to the program inbox; this is the same inbox in"
    " Teams. Send it a file with the item that it is for, and it answers with a signed receipt. Ask it what"
    " is on file, what is missing and when it is due; submit, answer findings, ask for more time. Reviewers"
    " see what came and decide on it. It acts for people on record only: who opens it links their account"
    " once, by a code that comes by mail."
)


def manifest(app_id: str, website: str) -> Manifest:
    """The app of this id; `website` is the page of who runs it."""
    pages = dict.fromkeys(("websiteUrl", "privacyUrl", "termsOfUseUrl"), website)
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA,
        "version": VERSION,
        "id": app_id,
        "developer": {"name": NAME, **pages},
        "name": {"short": NAME, "full": NAME},
        "description": {
            "short": "Evidence, findings and deadlines of your reviews, each with a receipt",
            "full": ABOUT,
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [_bot(app_id)],
        "composeExtensions": [_on_messages(app_id)],
        "defaultInstallScope": "personal",
        "permissions": ["identity", "messageTeamMembers"],
    }


def package(app_id: str, website: str) -> bytes:
    """The zip; the same bytes each time."""
    from bot.teams_icons import color_icon, outline_icon

    words = json.dumps(manifest(app_id, website), indent=2, ensure_ascii=False) + "\n"
    out = io.BytesIO()
    with ZipFile(out, "w") as zipped:
        zipped.writestr(ZipInfo("manifest.json"), words.encode())
        zipped.writestr(ZipInfo("color.png"), color_icon())
        zipped.writestr(ZipInfo("outline.png"), outline_icon())
    return out.getvalue()


def is_website(url: str) -> bool:
    """Whether Teams takes it as the page of who runs the app."""
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_ADDRESS
    return plain and url.startswith("https://") and bool(urlsplit(url).hostname)


def _bot(app_id: str) -> Manifest:
    lists = [{"scopes": [scope], "commands": _commands(verbs)} for scope, verbs in MENUS.items()]
    return {"botId": app_id, "scopes": list(MENUS), "supportsFiles": True, "commandLists": lists}


def _commands(verbs: Iterable[str]) -> list[dict[str, str]]:
    does = {one.verb: one.does for one in CAPABILITIES}
    return [{"title": verb, "description": _sentence(does[verb])} for verb in verbs]


def _sentence(does: str) -> str:
    return does[0].upper() + does[1:]


def _on_messages(app_id: str) -> Manifest:
    """What stands in the menu of a message: a form for the files of this one."""
    file_this = {
        "id": FILE_THIS,
        "type": "action",
        "title": "File this…",
        "description": "Attach the files of this message to an item of a review",
        "context": ["message"],
        "fetchTask": True,
    }
    return {"botId": app_id, "commands": [file_this]}
