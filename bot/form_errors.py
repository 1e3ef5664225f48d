"""Where on a form a refusal is said: at the field that it is about, in the core's own words. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.form_words import Filled, steps_of
from templates.forms import refusal_in_short

# Refusal → the name of its field, by form; any other is said at the form's first field.
FIELDS: dict[str, dict[str, str]] = {
    "attach": {"no_file_came": "files", "not_understood": "items"},
    "respond": {"not_said_right": "narrative", "not_sure": "narrative"},
    "agreement": {
        "agreement_too_long": "until",
        "day_is_over": "until",
        "date_unclear": "until",
        "no_agreement_needed": "until",
        "not_said_right": "reason",
        "not_sure": "reason",
        "no_steps": "what1",
    },
    "comment": {"not_said_right": "text", "not_sure": "text"},
    "decide": {
        "later_than_requested": "until",
        "day_is_over": "until",
        "date_unclear": "until",
        "no_agreement_needed": "until",
        "not_said_right": "text",
        "not_sure": "text",
    },
    "add_user": {
        "has_that_role": "email",
        "is_retired": "email",
        "not_yourself": "email",
        "both_sides": "email",
        "address_not_free": "email",
        "not_said_right": "email",
        "not_for_your_role": "role",
        "no_such_lea": "lea",
        "which_one": "lea",
    },
    "link": {},
}
# What is nowhere of theirs is said at the field that named it, by what it is.
_NAMED = {
    "school": "school",
    "instrument": "instrument",
    "review": "review",
    "program": "program",
    "LEA": "lea",
}
_STEPS = {"step_unclear": "what", "step_too_late": "by", "date_unclear": "by"}


def errors_in(filled: Filled, there: Sequence[str], refusal: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """The words of a refusal at the field they belong to, of those that are `there`."""
    own = (_step(filled, refusal, facts), _named(refusal, facts), _on_nothing(filled))
    wanted = (*own, FIELDS[filled.form].get(refusal, ""))
    field = next((one for one in wanted if one in there), there[0])
    return {field: refusal_in_short(refusal, facts)}


def _step(filled: Filled, refusal: str, facts: Mapping[str, Any]) -> str:
    """The field of the step that a refusal speaks of: by its whole words, or by what is done in it."""
    said = facts.get("step")
    if not said or refusal not in _STEPS:
        return ""
    steps = steps_of(filled)
    number = next((one for one, words in steps if words == said or words.startswith(f"{said}, ")), 0)
    return f"{_STEPS[refusal]}{number}"


def _on_nothing(filled: Filled) -> str:
    """Where a form may leave open what a comment is on, because it can be typed, its words are not wrong."""
    said = filled.form != "comment" or filled.chosen("about") or filled.chosen("typed")
    return "" if said else "about"


def _named(refusal: str, facts: Mapping[str, Any]) -> str:
    return _NAMED.get(str(facts.get("what")), "") if refusal == "not_one_of_yours" else ""
