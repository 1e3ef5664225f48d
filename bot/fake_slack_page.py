"""Messages and views of the Slack that runs here, as a page: close to how Slack shows them.

`python -m bot.fake_slack_page FOLDER` writes every sample of every reply, for a designer.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from bot.fake_controls import control
from templates.chat import for_slack
from templates.gallery import MAILBOX, samples
from templates.render import Place

Json = Mapping[str, Any]
_MARKS = (("*", "b"), ("_", "i"), ("~", "s"), ("`", "code"))
STYLE = """
body{margin:0;background:#fff;color:#1d1c1d;font:15px/22px Lato,"Helvetica Neue",Arial,sans-serif}
.message{display:flex;gap:8px;padding:8px 20px;max-width:720px}
.face{flex:none;width:36px;height:36px;border-radius:6px;
  background:#1f4e79;color:#fff;font:700 15px/36px Arial;text-align:center}
.who{font-weight:900}
.app{margin:0 6px;padding:0 3px;border-radius:2px;
  background:#e8e8e8;color:#616061;font:700 10px/14px Arial}
.when,.only,.context{color:#616061;font-size:12px;line-height:18px}
.body{min-width:0;overflow-wrap:anywhere}.block{margin:0 0 6px}
.header{font:700 18px/24px inherit;font-weight:900;font-size:18px}.context{white-space:pre-line}
.rich,.section{white-space:pre-wrap}.rich>div{margin:0}
ul{margin:2px 0;padding-left:22px;white-space:normal}li{white-space:pre-wrap}
pre{margin:4px 0;padding:8px;background:#f8f8f8;border:1px solid #dddddd;
  border-radius:4px;font:12px/18px Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
code{padding:2px 3px;background:#f8f8f8;border:1px solid #dddddd;
  border-radius:3px;color:#c0125a;font:12px Menlo,Consolas,monospace}
button,.field{padding:4px 12px;border:1px solid #bbb;border-radius:4px;
  background:#fff;color:#1d1c1d;font:700 13px/20px inherit;font-family:inherit}
.primary{background:#007a5a;border-color:#007a5a;color:#fff}
.danger{background:#fff;border-color:#c01343;color:#c01343}.actions{display:flex;flex-wrap:wrap;gap:8px}
.row{display:flex;justify-content:space-between;gap:12px}.label{font-weight:700;margin:8px 0 2px}
.hint{color:#616061;font-size:12px}
.field{display:block;box-sizing:border-box;width:100%;font-weight:400;font-size:15px}
select.field{padding:6px 8px}select[multiple]{height:8em}.tick{display:block}
.error{color:#c01343;font-size:12px}
.view{max-width:520px;margin:12px;padding:16px;border:1px solid #ddd;border-radius:8px}
.picture{display:block;max-width:100%;width:480px;border:1px solid #ddd;border-radius:6px}
hr{border:0;border-top:1px solid #ddd}
"""


def page_of(messages: Iterable[Json], title: str = "Slack") -> str:
    """A whole page of messages, as `FakeSlack.messages` has them."""
    return _page(title, "".join(map(message_html, messages)))


def view_page(view: Json) -> str:
    """A whole page of one form or home tab."""
    head = f"<h2>{_plain(view['title'])}</h2>" if view.get("title") else ""
    foot = f"<button class='primary'>{_plain(view['submit'])}</button>" if view.get("submit") else ""
    return _page("Slack", f"<div class='view'>{head}{blocks_html(view['blocks'])}{foot}</div>")


def message_html(message: Json) -> str:
    """One message; `only_for` is told as Slack tells it. Without blocks its text is shown."""
    only = "<div class='only'>Only visible to you</div>" if message.get("only_for") else ""
    body = blocks_html(message["blocks"]) if message.get("blocks") else _marked(str(message["text"]))
    head = "<span class='who'>CAIS evidence desk</span><span class='app'>APP</span>"
    head += f"<span class='when'>{escape(str(message.get('when', '')))}</span>"
    return f"<div class='message'><div class='face'>C</div><div class='body'>{only}{head}{body}</div></div>"


def blocks_html(blocks: Iterable[Json]) -> str:
    """What the blocks show. Raises KeyError for a block that we never use."""
    return "".join(f"<div class='block'>{_BLOCKS[one['type']](one)}</div>" for one in blocks)


def _page(title: str, body: str) -> str:
    head = f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{escape(title)}</title>"
    return f"{head}<style>{STYLE}</style><body>{body}</body></html>"


def _plain(text: Json) -> str:
    """A text object: plain text letter by letter, `mrkdwn` with its marks."""
    said = str(text["text"])
    return _marked(said) if text["type"] == "mrkdwn" else escape(said)


def _marked(text: str) -> str:
    """`mrkdwn`, whose `&`, `<` and `>` are escaped as HTML's are."""
    shown = text
    for mark, tag in _MARKS:
        at = re.escape(mark)
        wrapped = rf"(?<![\w{at}]){at}(?=\S)([^{at}\n]+?)(?<=\S){at}(?!\w)"
        shown = re.sub(wrapped, rf"<{tag}>\1</{tag}>", shown)
    return f"<div class='section'>{shown}</div>"


def _header(block: Json) -> str:
    return f"<div class='header'>{_plain(block['text'])}</div>"


def _section(block: Json) -> str:
    fields = "".join(f"<div>{_plain(one)}</div>" for one in block.get("fields", ()))
    words = f"<div class='section'>{_plain(block['text']) if block.get('text') else ''}{fields}</div>"
    beside = control(block["accessory"]) if block.get("accessory") else ""
    return f"<div class='row'>{words}<div>{beside}</div></div>"


def _context(block: Json) -> str:
    return f"<div class='context'>{''.join(_plain(one) for one in block['elements'])}</div>"


def _actions(block: Json) -> str:
    return f"<div class='actions'>{''.join(map(control, block['elements']))}</div>"


def _input(block: Json) -> str:
    hint = f"<div class='hint'>{_plain(block['hint'])}</div>" if block.get("hint") else ""
    optional = " <span class='hint'>(optional)</span>" if block.get("optional") else ""
    field = control(block["element"], block)
    return (
        f"<div class='label'>{_plain(block['label'])}{optional}</div>{field}{hint}<div class='error'></div>"
    )


def _rich(block: Json) -> str:
    return f"<div class='rich'>{''.join(_RICH[one['type']](one) for one in block['elements'])}</div>"


def _words(element: Json) -> str:
    return "".join(map(_styled, element["elements"]))


def _styled(word: Json) -> str:
    style, said = word.get("style") or {}, escape(str(word["text"]))
    for name, tag in (("bold", "b"), ("italic", "i"), ("strike", "s"), ("code", "code")):
        said = f"<{tag}>{said}</{tag}>" if style.get(name) else said
    return said


_RICH: Mapping[str, Callable[[Json], str]] = {
    "rich_text_section": lambda one: f"<div>{_words(one)}</div>",
    "rich_text_preformatted": lambda one: f"<pre>{_words(one)}</pre>",
    "rich_text_list": lambda one: (
        f"<ul>{''.join(f'<li>{_words(item)}</li>' for item in one['elements'])}</ul>"
    ),
}


def _image(block: Json) -> str:
    """By the address at which the Slack that runs here shows its pictures."""
    alt = escape(str(block["alt_text"]))
    return f"<img class='picture' alt='{alt}' src='/pictures/{escape(block['slack_file']['id'])}'>"


_BLOCKS: Mapping[str, Callable[[Json], str]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "divider": lambda _: "<hr>",
    "rich_text": _rich,
    "input": _input,
}


def write_samples(folder: Path) -> list[Path]:
    """A page for each sample of each reply."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for sample in samples():
        text, blocks = for_slack(
            sample.template, sample.fields, Place(MAILBOX, sample.today, channel="slack")
        )
        pages.append(folder / f"{sample.title}.html")
        pages[-1].write_text(page_of([{"text": text, "blocks": blocks}], sample.title), "utf-8")
    return pages


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bot.fake_slack_page FOLDER")
    print(f"{len(write_samples(Path(sys.argv[1])))} samples in {sys.argv[1]}")
