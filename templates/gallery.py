"""Every reply's samples as pages in one folder, for a designer: `python -m templates.gallery FOLDER`."""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from templates.render import FOLDER, Place, Rendered, render

MAILBOX = "evidence@cais.example"


@dataclass(frozen=True)
class Sample:
    """One reply with invented facts, as its folder's `sample.json` has it; `today` is the day of reading."""

    template: str
    name: str
    today: date
    fields: dict[str, Any]

    @property
    def title(self) -> str:
        return f"{self.template}.{'-'.join(re.findall(r'[A-Za-z0-9]+', self.name))}"

    def rendered(self) -> Rendered:
        return render(self.template, self.fields, Place(MAILBOX, self.today, sample=True))


def samples() -> Iterator[Sample]:
    """Every sample of every reply, in the order of the folders."""
    for path in sorted(FOLDER.glob("*/sample.json")):
        for one in json.loads(path.read_text("utf-8")):
            yield Sample(path.parent.name, one["name"], date.fromisoformat(one["today"]), one["fields"])


def write_gallery(folder: Path) -> list[Path]:
    """The HTML pages, with the texts and an index beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    pages, rows = [], []
    for sample in samples():
        said = sample.rendered()
        pages.append(folder / f"{sample.title}.html")
        pages[-1].write_text(said.html, "utf-8")
        pages[-1].with_suffix(".txt").write_text(f"Subject: {said.subject}\n\n{said.text}", "utf-8")
        rows.append(_row(sample.title, said.subject))
    (folder / "index.html").write_text(_INDEX.format("".join(rows)), "utf-8")
    return pages


_INDEX = """<!doctype html><html lang="en"><meta charset="utf-8"><title>How it sounds</title>
<body style="font:16px/24px sans-serif;margin:2em"><h1>How it sounds</h1><ul>{}</ul></body></html>
"""


def _row(title: str, subject: str) -> str:
    return (
        f'<li><a href="{title}.html">{title}</a> (<a href="{title}.txt">text</a>): {escape(subject)}</li>\n'
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m templates.gallery FOLDER")
    print(f"{len(write_gallery(Path(sys.argv[1])))} samples in {sys.argv[1]}")
