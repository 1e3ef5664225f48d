"""Every form as a Slack view (its fields: `bot/form_views.py`). Pure."""

import json
from collections.abc import Mapping
from typing import Any

from bot.form_views import Said, fields_of
from bot.slack_fields import ACTION, Block, Fields, View, button, line, modal, said_view
from handlers.open_work import OpenWork
from templates.forms import CHAT_FORMS, form_words

CALLBACK = "cais:form:"
NOTHING_SAID = Said()


def form(name: str, choices: OpenWork, said: Said = NOTHING_SAID) -> View:
    """The form of this name, filled with what is open for its person; or why there is nothing to fill in."""
    if name != "menu" and name not in choices.forms:
        return said_view(CHAT_FORMS[name]["title"], CHAT_FORMS["menu"]["nothing"])
    if name == "menu":
        return menu(choices)
    return _framed(name, fields_of(name, Fields(name), choices, said), said)


def menu(choices: OpenWork) -> View:
    """What one may do, a button each."""
    words = CHAT_FORMS["menu"]
    if not choices.forms:
        return said_view(words["title"], words["nothing"])
    buttons = {"type": "actions", "elements": [button(one) for one in choices.forms]}
    return modal("cais:menu", words["title"], [line(words["text"]), buttons], **_close())


def link_form() -> View:
    """For an account that speaks for nobody yet."""
    fields = fields_of("link", Fields("link"), OpenWork(""), NOTHING_SAID)
    return _framed("link", [line(form_words("link")), *fields], NOTHING_SAID)


def _framed(name: str, blocks: list[Block], said: Said) -> View:
    words = CHAT_FORMS[name]
    foot = {"submit": words["submit"], "private_metadata": json.dumps(said.noted)} | _close()
    return modal(f"{CALLBACK}{name}", words["title"], blocks, **foot)


def _close() -> dict[str, str]:
    return {"close": CHAT_FORMS["waiting"]["close"]}


def form_of(view: Mapping[str, Any]) -> str:
    """The name of a form that we opened."""
    return str(view["callback_id"]).removeprefix(CALLBACK)


def is_form(view: Mapping[str, Any]) -> bool:
    """Whether a view is one of these forms, and not somebody else's."""
    return str(view.get("callback_id")).startswith(CALLBACK)


def action_of(action: Block) -> tuple[str, str]:
    """What was pressed or filled in, and on which form: `("open", "attach")`, `("until", "")`."""
    name, _, on = str(action["action_id"]).removeprefix(ACTION).partition(":")
    return name, on
