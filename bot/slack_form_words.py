"""A filled view of Slack: what it says (`bot/form_words.py`), and the files that go with it. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import form_words
from bot.form_errors import errors_in
from bot.form_views import Said
from bot.slack_form_views import form_of
from handlers.safe_text import safe

View = Mapping[str, Any]


@dataclass(frozen=True)
class Filled:
    """The fields of a form by their blocks' names."""

    view: View

    @property
    def form(self) -> str:
        return form_of(self.view)

    @property
    def noted(self) -> Mapping[str, Any]:
        noted: Mapping[str, Any] = json.loads(self.view.get("private_metadata") or "{}")
        return noted

    def text(self, name: str) -> str:
        """Words as they were written."""
        return safe(str(self._of(name).get("value") or "")).strip()

    def day(self, name: str) -> str:
        return str(self._of(name).get("selected_date") or "")

    def chosen(self, name: str) -> str:
        """What was chosen in a list or typed in its stead."""
        option = self._of(name).get("selected_option")
        return str(option["value"]) if option else " ".join(self.text(name).split())

    def several(self, name: str) -> list[str]:
        return [str(option["value"]) for option in self._of(name).get("selected_options") or ()]

    def files(self, name: str) -> list[dict[str, Any]]:
        return [file for file in self._of(name).get("files") or () if isinstance(file, dict)]

    def _of(self, name: str) -> Mapping[str, Any]:
        values = (self.view.get("state") or {}).get("values") or {}
        return next(iter((values.get(name) or {}).values()), {})


def is_command(view: View) -> bool:
    """Whether a form says a whole command; the small ones below a button say what the button leaves open."""
    return form_words.is_command(form_of(view))


def command_of(view: View) -> str:
    """The command that a submitted form is, in the grammar's own words."""
    return form_words.command_said(Filled(view))


def files_of(view: View) -> tuple[dict[str, Any], ...]:
    """The files of its own field, then those of the message that it was opened on."""
    asked = ({"id": name, "file_access": "check_file_info"} for name in said_so_far(view).files)
    return (*Filled(view).files("files"), *asked)


def said_so_far(view: View) -> Said:
    """What a form knows: what we noted in it, and what is filled in that other fields depend on."""
    return form_words.said_in(Filled(view))


def errors_of(view: View, refusal: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """The words of a refusal at the block they belong to; only blocks that are on the form are named."""
    there = [str(block["block_id"]) for block in view["blocks"] if block["type"] == "input"]
    return errors_in(Filled(view), there, refusal, facts)
