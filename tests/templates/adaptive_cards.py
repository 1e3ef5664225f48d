"""Microsoft's schema of Adaptive Cards, as the library of that name ships it."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema


@cache
def official() -> jsonschema.Draft6Validator:
    """The schema of cards of version 1.5."""
    text = (files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text("utf-8")
    return jsonschema.Draft6Validator(json.loads(text))


def faults(card: dict[str, Any]) -> list[str]:
    """It takes no property of Teams' own."""
    bare = {name: value for name, value in card.items() if name != "msteams"}
    return [fault.message for fault in official().iter_errors(bare)]
