"""The words of forms in chats: titles, labels, hints and buttons, from `forms.toml`."""

import tomllib
from pathlib import Path
from typing import Any

CHAT_FORMS: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("forms.toml").read_text("utf-8")
)
