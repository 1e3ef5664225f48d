"""Messages and cards of the Teams that runs here, as a page: close to how Teams shows them.

`python -m bot.fake_teams_page FOLDER` writes every sample of every reply, for a designer.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from bot.fake_teams_cards import MOST_PRIMARY
from bot.fake_teams_controls import facts, field
from bot.fake_teams_inputs import actions_in
from bot.fake_teams_limits import CARD, CONSENT, FILE_INFO
from bot.fake_teams_rooms import BOT_NAME, PERSONAL, Message, Room
from templates.gallery import MAILBOX, samples
from templates.render import Place
from templates.teams import for_teams

Json = Mapping[str, Any]
_MARKS = ((r"\*\*(.+?)\*\*", "b"), (r"(?<!\w)_(.+?)_(?!\w)", "i"))
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
STYLE = """
.picture{display:block;max-width:100%}
body{margin:0;background:#f5f5f5;color:#242424;font:14px/20px "Segoe UI",system-ui,Arial,sans-serif}
.message{display:flex;gap:12px;padding:8px 20px;max-width:820px}
.face{flex:none;width:32px;height:32px;border-radius:50%;background:#1f4e79;color:#fff;
  font:600 13px/32px "Segoe UI",Arial;text-align:center}
.body{min-width:0;overflow-wrap:anywhere}
.head{font-size:12px;line-height:16px;color:#616161;margin-bottom:4px}
.who{color:#424242;font-weight:600;margin-right:8px}.only{color:#616161;font-size:12px;margin:2px 0}
.bubble{background:#fff;border-radius:6px;padding:8px 12px;white-space:pre-wrap;display:inline-block}
.card{background:#fff;border:1px solid #e0e0e0;border-radius:8px;padding:12px 16px;margin:2px 0;
  box-shadow:0 1px 3px #0001}
.card .card{box-shadow:none;background:#fafafa;margin-top:8px}
.el{margin-top:8px;white-space:pre-wrap}.el:first-child,.sp-none{margin-top:0}.sp-small{margin-top:3px}
.sep{border-top:1px solid #e0e0e0;padding-top:8px}
.emphasis{background:#f3f2f1;border-radius:4px;padding:8px 12px}
.good{color:#237b4b}.attention{color:#c4314b}.warning{color:#835c00}.accent{color:#5b5fc7}
.subtle{color:#616161}.small{font-size:12px;line-height:16px}.medium{font-size:16px;line-height:22px}
.large{font-size:18px;line-height:24px}.extralarge{font-size:24px;line-height:32px}
.bolder{font-weight:600}.lighter{font-weight:300}.mono{font-family:Consolas,Menlo,monospace;font-size:13px}
.columns{display:flex;gap:8px}.columns .stretch{flex:1;min-width:0}
.facts td{padding:1px 12px 1px 0;vertical-align:top}
.facts td:first-child{font-weight:600}
.actions{display:flex;flex-wrap:wrap;gap:8px;margin-top:12px}
.actions button,.plain,summary.plain{padding:5px 12px;border:1px solid #d1d1d1;border-radius:4px;
  background:#fff;
  color:#242424;font-weight:600;font-size:14px;font-family:inherit;cursor:pointer;display:inline-block;list-style:none}
.actions button:hover,.plain:hover{background:#f5f5f5}
button.positive,button.primary{background:#5b5fc7;border-color:#5b5fc7;color:#fff}
button.positive:hover,button.primary:hover{background:#4f52b2}
button.destructive{color:#c4314b;border-color:#c4314b}
.below{width:100%}.label{font-weight:600;margin-bottom:4px}.star,.error{color:#c4314b}.error{font-size:12px}
.field{box-sizing:border-box;width:100%;padding:5px 10px;border:1px solid #d1d1d1;border-bottom-color:#616161;
  border-radius:4px;background:#fff;font:inherit}
.tick{display:block}.file{display:inline-block;border:1px solid #e0e0e0;border-radius:6px;background:#fff;
  padding:8px 12px;margin:4px 6px 0 0}
details.more{display:inline-block}.dialog{padding:4px 20px;max-width:640px}
"""


def page_of(messages: Iterable[Message], title: str = "Teams", person: str = "") -> str:
    """A whole page of what the bot said, as this person sees it."""
    return _page(title, "".join(message_html(one, person) for one in messages))


def dialog_page(card: Json, title: str = "Teams") -> str:
    """A whole page of one card, as a dialog shows it."""
    return _page(title, f"<div class='dialog'><h2>{escape(title)}</h2>{card_html(card)}</div>")


def message_html(message: Message, person: str = "") -> str:
    """One message of the bot: its words, and below them its cards."""
    only = "<div class='only'>Only you can see this message</div>" if message.only_for else ""
    edited = " · Edited" if message.edits else ""
    head = f"<div class='head'><span class='who'>{BOT_NAME}</span><span class='when'></span>{edited}</div>"
    words = f"<div class='bubble'>{_markdown(message)}</div>" if message.text else ""
    own = message.own.get(person)
    shown = [{"contentType": CARD, "content": own}] if own else message.attachments
    cards = "".join(_ATTACHED[str(one["contentType"])](one) for one in shown)
    body = f"<div class='body'>{head}{only}{words}{cards}</div>"
    return f"<div class='message bot'><div class='face'>CE</div>{body}</div>"


def card_html(card: Json) -> str:
    """A card. What can be pressed has its number among all actions of the card (`data-press`)."""
    numbers = {id(one.action): at for at, one in enumerate(actions_in(dict(card)))}
    return _card(card, numbers)


def _page(title: str, body: str) -> str:
    head = f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{escape(title)}</title>"
    return f"{head}<style>{STYLE}</style><body>{body}</body></html>"


def _markdown(message: Message) -> str:
    return escape(message.text) if message.activity.get("textFormat") == "plain" else _marked(message.text)


def _marked(text: str) -> str:
    """The little of markdown that cards and messages show."""
    shown = escape(text)
    for mark, tag in _MARKS:
        shown = re.sub(mark, rf"<{tag}>\1</{tag}>", shown)
    return _LINK.sub(r"<a href='\2'>\1</a>", shown)


Numbers = Mapping[int, int]


def _card(card: Json, numbers: Numbers) -> str:
    body = _elements(card.get("body") or (), numbers)
    return f"<div class='card'>{body}{_row(card.get('actions') or (), numbers)}</div>"


def _elements(some: Iterable[Json], numbers: Numbers) -> str:
    return "".join(_element(one, numbers) for one in some if one.get("isVisible") is not False)


def _element(one: Json, numbers: Numbers) -> str:
    """Raises KeyError for an element that we never use."""
    kind = str(one["type"])
    inside = field(one) if kind.startswith("Input.") else _ELEMENTS[kind](one, numbers)
    spacing = str(one.get("spacing") or "default").lower()
    looks = [
        "el",
        f"sp-{spacing}",
        "sep" if one.get("separator") else "",
        str(one.get("style") or "").lower(),
    ]
    return f"<div class='{' '.join(filter(None, looks))}'>{inside}</div>"


def _look(one: Json) -> str:
    names = [str(one.get(name) or "default").lower() for name in ("size", "weight", "color")]
    names += ["subtle"] if one.get("isSubtle") else []
    names += ["mono"] if str(one.get("fontType")).lower() == "monospace" else []
    return " ".join(name for name in names if name != "default")


def _run(one: Json | str) -> str:
    if isinstance(one, str):
        return escape(one)
    said = escape(str(one["text"]))
    for name, tag in (("italic", "i"), ("strikethrough", "s"), ("underline", "u"), ("highlight", "mark")):
        said = f"<{tag}>{said}</{tag}>" if one.get(name) else said
    return f"<span class='{_look(one)}'>{said}</span>"


def _columns(one: Json, numbers: Numbers) -> str:
    shown = []
    for column in one.get("columns") or ():
        width = "" if column.get("width") == "auto" else "stretch"
        shown.append(f"<div class='{width}'>{_elements(column['items'], numbers)}</div>")
    return f"<div class='columns'>{''.join(shown)}</div>"


def _facts_table(one: Json) -> str:
    rows = (
        f"<tr><td>{_marked(row['title'])}</td><td>{_marked(row['value'])}</td></tr>" for row in one["facts"]
    )
    return f"<table class='facts'>{''.join(rows)}</table>"


def _row(actions: Iterable[Json], numbers: Numbers) -> str:
    """Buttons; what is more than Teams shows stands in a menu. Cards that they open stand below."""
    some = list(actions)
    shown = [one for one in some if one.get("mode") != "secondary"][:MOST_PRIMARY]
    more = [one for one in some if one not in shown]
    menu = "".join(_button(one, numbers) for one in more)
    if menu:
        menu = f"<details class='more'><summary class='plain'>…</summary>{menu}</details>"
    below = "".join(_below(one, numbers) for one in some if one["type"] == "Action.ShowCard")
    row = "".join(_button(one, numbers) for one in shown)
    return f"<div class='actions'>{row}{menu}</div>{below}" if some else ""


def _button(one: Json, numbers: Numbers) -> str:
    title, style = escape(str(one["title"])), str(one.get("style") or "")
    if one["type"] == "Action.OpenUrl":
        return f"<a class='plain' target='_blank' rel='noreferrer'{facts(href=one['url'])}>{title}</a>"
    name = "data_opens" if one["type"] == "Action.ShowCard" else "data_press"
    return (
        f"<button type='button' class='{escape(style)}'{facts(**{name: numbers[id(one)]})}>{title}</button>"
    )


def _below(one: Json, numbers: Numbers) -> str:
    return (
        f"<div class='below' hidden{facts(data_below=numbers[id(one)])}>{_card(one['card'], numbers)}</div>"
    )


def _consent(one: Json) -> str:
    size, words = int(one["content"]["sizeInBytes"]), str(one["content"].get("description") or "")
    buttons = "<button type='button' class='primary' data-consent='accept'>Allow</button>"
    buttons += "<button type='button' data-consent='decline'>Decline</button>"
    head = f"<b>{escape(str(one['name']))}</b> <span class='subtle'>{size:,} bytes</span>"
    return f"<div class='card'>{head}<div>{escape(words)}</div><div class='actions'>{buttons}</div></div>"


def _image(one: Json) -> str:
    return f"<img class='picture' alt='{escape(str(one['altText']))}' src='{escape(str(one['url']))}'>"


_ELEMENTS: Mapping[str, Callable[[Json, Numbers], str]] = {
    "Image": lambda one, _: _image(one),
    "TextBlock": lambda one, _: f"<span class='{_look(one)}'>{_marked(str(one['text']))}</span>",
    "RichTextBlock": lambda one, _: "".join(map(_run, one["inlines"])),
    "Container": lambda one, numbers: _elements(one["items"], numbers),
    "ColumnSet": _columns,
    "FactSet": lambda one, _: _facts_table(one),
    "ActionSet": lambda one, numbers: _row(one["actions"], numbers),
}
_ATTACHED: Mapping[str, Callable[[Json], str]] = {
    CARD: lambda one: card_html(one["content"]),
    CONSENT: _consent,
    FILE_INFO: lambda one: f"<div class='file'>📄 {escape(str(one.get('name')))}</div>",
}


def write_samples(folder: Path) -> list[Path]:
    """A page for each sample of each reply."""
    folder.mkdir(parents=True, exist_ok=True)
    pages, room = [], Room("", PERSONAL, "")
    for sample in samples():
        _, card = for_teams(sample.template, sample.fields, Place(MAILBOX, sample.today, channel="teams"))
        message = Message("", room, "", {"attachments": [{"contentType": CARD, "content": card}]})
        pages.append(folder / f"{sample.title}.html")
        pages[-1].write_text(page_of([message], sample.title), "utf-8")
    return pages


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bot.fake_teams_page FOLDER")
    print(f"{len(write_samples(Path(sys.argv[1])))} samples in {sys.argv[1]}")
