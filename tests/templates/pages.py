"""What a reader sees of a rendered page, and the strings that hostile people write."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

NAUGHTY = {
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "template": "{{7*7}}{% raw %}",
    "broadcast": "<!channel> <@U012AB3CD> <https://evil.example|here>",
    "line ends": "a\r\nBcc: victim@example.org\r\n\r\nfree text\x0b\x0c\x85\u2028\u2029end",
    "controls": "nul\x00 escape\x1b[31m bell\x07 delete\x7f",
    "bidi": "roster\u202efdp.exe\u2066\u200b",
    "surrogate": "half \ud83d of one",
    "long": "x" * 300,
    "emoji": "👩\u200d🏫 été 教育",
    "marker": "-- please reply above this line --",
    "empty": "",
}
# Words for machines and times; everything else in a reply's fields is somebody's text.
_MACHINES = frozenset(
    (
        "verdict",
        "refusal",
        "next",
        "fit",
        "how",
        "why",
        "template",
        "wanted",
        "next",
        "kind",
        "at",
        "doubt",
        "status",
        "received_at",
        "since",
        "sent_at",
        "ended_at",
        "unreachable_at",
        "state",
        "due",
        "answered_at",
        "first_day",
        "last_day",
        "upload_due",
        "nof_date",
        "business_day",
        "happened",
        "at",
        "day",
        "first",
        "last",
        "next",
        "was",
        "word",
        "wrong",
        "opens",
        "doubt",
        "days",
        "ends_at",
        "wrote_at",
        "sent_at",
        "until",
        "requested",
        "latest",
        "business",
        "better",
        "due_on",
        "closed",
        "when",
        "do",
        "paused",
        "stops",
        "role",
        "channel",
        "why_not",
    )
)


class Page(HTMLParser):
    """The visible text (and the titles), and every tag with the names of its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.shapes: set[tuple[str, tuple[str, ...]]] = set()
        self.titles: list[str] = []
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shapes.add((tag, tuple(sorted(name for name, _ in attrs))))
        self.titles += [value for name, value in attrs if name == "title" and value]
        self._hidden = self._hidden or tag in ("title", "thead")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = self._hidden and tag not in ("title", "thead")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join([*self.words, *self.titles]).split())


def everything_replaced(value: Any, by: str) -> Any:
    """Fields in which every string that a person may have written is replaced."""
    return _replaced(value, lambda _: by)


def _replaced(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: one if key in _MACHINES else _replaced(one, change) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, change) for one in value]
    return change(value) if isinstance(value, str) else value


def facts(text: str) -> dict[str, set[str]]:
    """What both parts of a mail must say: codes, digests, days, moments, numbers of receipts."""
    return {
        "codes": set(re.findall(r"\b[IVX]+-[A-Z&]+ \d\d\b", text)),
        "digests": set(re.findall(r"\b[0-9a-f]{64}\b", text)),
        "days": set(re.findall(r"\b\w{3} \d{1,2} \w{3} \d{4}\b", text)),
        "moments": set(re.findall(r"\d{1,2}:\d\d:\d\d (?:[AP]M P[SD]T|UTC)", text)),
        "receipts": set(re.findall(r"\bR-\d+\b", text)),
        "sizes": set(re.findall(r"[\d.]+ (?:bytes?|KB|MB)", text)),
    }


def strings(value: Any) -> Iterator[str]:
    """Every string in some fields that a person may have written."""
    found: list[str] = []
    _replaced(value, lambda text: found.append(text) or text)  # type: ignore[func-returns-value]
    yield from found
