"""The pages in a real browser: they fit narrow screens, and every word has contrast enough to be read."""

import html
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from templates.gallery import samples, write_gallery
from tests.servers import environment, need
from tests.templates.pages import everything_replaced

WIDTHS = (320, 360, 680)
AT_ONCE = 150
OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --hide-scrollbars --virtual-time-budget=5000"
)
# For every page: how wide it wants to be, and the words whose contrast is below 4.5 (WCAG 2.1, 1.4.3).
LOOK = """
<script>
const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
  .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const rgba = text => text.match(/[\\d.]+/g).map(Number);
const behind = node => {
  for (let at = node; at; at = at.parentElement) {
    const colour = rgba(getComputedStyle(at).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const contrast = node => {
  const [a, b] = [light(rgba(getComputedStyle(node).color)), light(behind(node))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
};
window.onload = () => {
  const found = [...document.querySelectorAll("iframe")].map(frame => {
    const page = frame.contentDocument, pale = [];
    const words = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const word = words.currentNode;
      if (word.textContent.trim() && contrast(word.parentElement) < 4.5) pale.push(word.textContent.trim());
    }
    return {name: frame.name, wanted: page.documentElement.scrollWidth, given: frame.width, pale};
  });
  document.body.innerHTML = "";
  document.body.append(JSON.stringify(found));
};
</script>
"""


def pages() -> Iterator[tuple[str, str]]:
    """Every sample, and every sample with words that are too long for any line."""
    for sample in samples():
        yield sample.title, sample.rendered().html
        long = everything_replaced(sample.fields, "x" * 300)
        yield f"{sample.title} (long)", replace(sample, fields=long).rendered().html


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What chromium makes of every page, at every width."""
    chromium, folder = need("chromium", "chromium"), tmp_path_factory.mktemp("looks")
    frames = [
        f'<iframe name="{name}" width="{width}" srcdoc="{html.escape(page)}"></iframe>'
        for name, page in pages()
        for width in WIDTHS
    ]
    some = [frames[start : start + AT_ONCE] for start in range(0, len(frames), AT_ONCE)]
    return [one for batch in some for one in look_at(batch, chromium, folder)]


def look_at(frames: list[str], chromium: str, folder: Path) -> list[dict[str, Any]]:
    """One window with some of the pages: all of them at once are more than a browser lays out in time."""
    look = folder / "look.html"
    look.write_text(f'<!doctype html><meta charset="utf-8"><body>{"".join(frames)}{LOOK}</body>', "utf-8")
    argv = [chromium, *OPTIONS.split(), f"--user-data-dir={folder / 'profile'}", "--dump-dom", look.as_uri()]
    done = subprocess.run(
        argv, capture_output=True, text=True, env=environment(folder), timeout=120, check=True
    )
    body = re.search(r"<body[^>]*>(.*)</body>", done.stdout, re.S)
    assert body is not None
    found: list[dict[str, Any]] = json.loads(html.unescape(body[1]))
    return found


def test_every_page_was_seen(seen: list[dict[str, Any]]) -> None:
    assert len(seen) == len(WIDTHS) * len(list(pages()))


def test_nothing_sticks_out_even_on_a_small_telephone(seen: list[dict[str, Any]]) -> None:
    assert [one for one in seen if one["wanted"] > int(one["given"])] == []


def test_every_word_can_be_read(seen: list[dict[str, Any]]) -> None:
    assert [(one["name"], one["pale"]) for one in seen if one["pale"]] == []


def test_the_gallery_has_every_sample_and_an_index(tmp_path: Path) -> None:
    pages = write_gallery(tmp_path / "gallery")
    index = (tmp_path / "gallery" / "index.html").read_text()
    assert len(pages) == len(list(samples()))
    for page in pages:
        assert page.with_suffix(".txt").read_text("utf-8").startswith("Subject: ")
        assert f'href="{html.escape(page.name)}"' in index
