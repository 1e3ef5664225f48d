"""Cards for tests of Teams: small ones, and one of everything that we use."""

from typing import Any

from bot.fake_teams_limits import CARD

Json = dict[str, Any]


def carded(content: Json) -> Json:
    return {"attachments": [{"contentType": CARD, "content": content}]}


def card(*body: Json, **more: Any) -> Json:
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body)} | more


WORDS: Json = {"type": "TextBlock", "text": "hello"}
DAY: Json = {
    "type": "Input.Date",
    "id": "day",
    "max": "2026-03-31",
    "isRequired": True,
    "errorMessage": "A day.",
}
WHY: Json = {"type": "Input.Text", "id": "why", "label": "Why?"}
GRANT: Json = {"type": "Action.Execute", "title": "Grant", "verb": "press", "data": {"press": "1.a.g"}}
SHORTEN: Json = {"type": "Action.Execute", "title": "Go", "verb": "press", "data": {"press": "1.a.s"}}
OPENS: Json = {"type": "Action.ShowCard", "title": "Shorten", "card": card(DAY, actions=[SHORTEN])}


def everything(words: str) -> Json:
    """A card of all that we use, full of these words."""
    choices = [{"title": words, "value": words}]
    body: list[Json] = [
        {"type": "TextBlock", "text": words},
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": words, "italic": True}]},
        {"type": "FactSet", "facts": [{"title": words, "value": words}]},
        {
            "type": "ColumnSet",
            "columns": [{"type": "Column", "items": [{"type": "TextBlock", "text": words}]}],
        },
        {"type": "Input.Text", "id": "a", "label": words, "value": words, "placeholder": words},
        {"type": "Input.Text", "id": "b", "isMultiline": True, "value": words},
        {"type": "Input.ChoiceSet", "id": "c", "choices": choices},
        {"type": "Input.ChoiceSet", "id": "d", "choices": choices, "isMultiSelect": True},
        {"type": "Input.Toggle", "id": "e", "title": words},
        {"type": "Input.Date", "id": "f", "value": words},
        {"type": "Container", "style": "emphasis", "items": [{"type": "TextBlock", "text": words}]},
    ]
    press = {"type": "Action.Execute", "title": words, "style": words}
    opens = {"type": "Action.ShowCard", "title": words, "card": {"type": "AdaptiveCard", "actions": [press]}}
    link = {"type": "Action.OpenUrl", "title": words, "url": f"https://cais.example/{words}"}
    return {"type": "AdaptiveCard", "version": "1.5", "body": body, "actions": [press, opens, link]}
