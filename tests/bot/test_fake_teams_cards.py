"""What is wrong with a card: ours knows at least what Microsoft's own schema knows."""

from collections.abc import Iterator
from copy import deepcopy
from itertools import product
from typing import Any

import pytest

from bot.fake_teams_cards import elements_in, wrong_card
from tests.bot.cards import DAY, GRANT, OPENS, WHY, WORDS, card, everything
from tests.templates.adaptive_cards import faults

Json = dict[str, Any]
GOOD = everything("2026-01-01") | {"actions": [GRANT, OPENS]}


@pytest.mark.parametrize(
    "wrong",
    [
        card(WORDS, version="1.6"),
        card(WORDS, version=None),
        card(),
        card({"type": "TextBlock"}),
        card(WORDS | {"colour": "red"}),
        card(WORDS | {"size": "Huge"}),
        card({"type": "Container", "items": [{"type": "Action.Submit", "title": "x"}]}),
        card({"type": "RichTextBlock", "inlines": [{"type": "TextBlock", "text": "x"}]}),
        card({"type": "ColumnSet", "columns": [WORDS]}),
        card({"type": "Input.Text"}),
        card(DAY, DAY),
        card(DAY | {"max": "31.3.2026"}),
        card({"type": "Input.ChoiceSet", "id": "a", "choices": [], "value": "x"}),
        card(WORDS, actions=[{"type": "Action.Http", "title": "x"}]),
        card(WORDS, actions=[{"type": "Action.OpenUrl", "title": "x"}]),
        card(WORDS, actions=[GRANT | {"style": "danger"}]),
        card(WORDS, actions=[OPENS | {"card": card({"type": "Blink"})}]),
        card(WORDS, refresh={"action": OPENS}),
    ],
)
def test_a_card_with_a_fault_is_refused(wrong: Json) -> None:
    assert wrong_card(wrong)


def test_a_card_of_what_there_is_is_taken() -> None:
    rich = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "x", "weight": "Bolder"}, "y"]}
    columns = {"type": "ColumnSet", "columns": [{"type": "Column", "width": "auto", "items": [WORDS, rich]}]}
    facts = {"type": "FactSet", "facts": [{"title": "a", "value": "b"}]}
    row = {"type": "ActionSet", "actions": [GRANT, OPENS]}
    whole = card(WORDS, columns, facts, WHY, row, msteams={"width": "Full"}, refresh={"action": GRANT})
    assert wrong_card(whole) == []


def spoiled() -> Iterator[tuple[str, Json]]:
    """The good card with one thing wrong in the first element of each kind: something is missing, of another
    kind, or unknown."""
    values: tuple[Json | None, ...] = (None, {})
    kinds = {tuple(sorted(one)): at for at, one in reversed([*enumerate(elements_in(GOOD))])}
    for at, whole in enumerate(elements_in(GOOD)):
        if at not in kinds.values():
            continue
        for name, value in product((*whole, "unknown"), values):
            bad = deepcopy(GOOD)
            one: Any = [*elements_in(bad)][at]
            one.pop(name, None)
            if value is not None:
                one[name] = value
            yield f"{whole.get('type')}.{name}: {value}", bad


def test_what_microsofts_schema_refuses_is_refused() -> None:
    assert (wrong_card(GOOD), faults(GOOD)) == ([], [])
    both = [(what, bool(wrong_card(bad)), bool(faults(bad))) for what, bad in spoiled()]
    assert [what for what, ours, theirs in both if theirs and not ours] == []
    assert sum(theirs for *_, theirs in both) > len(both) / 3
