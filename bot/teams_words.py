"""The words of a message in Teams as their writer saw them: entities, tags and mentions read, our own name
gone. Pure."""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from html.parser import HTMLParser
from typing import Any

from handlers.safe_text import safe

Body = Mapping[str, Any]
LONGEST = 64 * 1024
REPLY = "http://schema.skype.com/reply"
MENTION = "http://schema.skype.com/mention"
_AT = re.compile(r"</?at(?: [^<>]*)?>", re.I)
_LINE = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"})
_UNSEEN = frozenset({"script", "style"})


def clean(text: str) -> str:
    """Safe to store; and blanks that are blanks."""
    return safe(text.replace("\u00a0", " "))


def words_of(activity: Body) -> tuple[str, tuple[str, ...]]:
    """What somebody wrote, without what they quote; and the ids of the messages that they quote."""
    names = [*_mentions(activity)]
    page = _twin(activity, names)
    if not page.quoted:
        page = _written(activity, names)
    said = clean(page.text).strip()
    return said.lstrip(" ,:;") if any(ours for _, ours, _ in names) else said, tuple(page.quoted)


def placed_in(activity: Body) -> tuple[str, ...]:
    """The attachments among the words of its formatted twin, by their ids; not those of a quote."""
    return tuple(dict.fromkeys(_twin(activity, ()).placed))


def listed(activity: Body, name: str) -> list[dict[str, Any]]:
    """The objects of a list that may be missing or something else."""
    found = activity.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def mentions_us(activity: Body) -> bool:
    """Whether somebody put our name into it as a mention; to type it is none."""
    return any(ours for _, ours, _ in _mentions(activity))


def _mentions(activity: Body) -> Sequence[tuple[str, bool, str]]:
    """Each mention: as it stands in the text, whether it is of us, and the name it shows."""
    recipient = activity.get("recipient")
    own = recipient.get("id") if isinstance(recipient, dict) else None
    found = []
    for one in listed(activity, "entities"):
        whom = one.get("mentioned")
        if one.get("type") == "mention" and isinstance(whom, dict):
            text = str(one.get("text") or "")
            found.append((text, bool(own) and whom.get("id") == own, _AT.sub("", text)))
    return found


def _twin(activity: Body, names: Sequence[tuple[str, bool, str]]) -> "_Page":
    """The same message as its writer formatted it."""
    page = _Page(names)
    for one in listed(activity, "attachments"):
        if one.get("contentType") == "text/html" and isinstance(one.get("content"), str):
            page.feed(one["content"][:LONGEST])
    return page


def _written(activity: Body, names: Sequence[tuple[str, bool, str]]) -> "_Page":
    """The text itself; only where it says that it is marked up its tags are read as such."""
    text = str(activity.get("text") or "")[:LONGEST]
    for tag, ours, name in names:
        if tag:
            text = text.replace(tag, "" if ours else name, 1)
    page = _Page(())
    if activity.get("textFormat") in ("xml", "html"):
        page.feed(text)
        page.close()
    else:
        page.pieces.append(unescape(_AT.sub("", text)))
    return page


class _Page(HTMLParser):
    """The words of a page outside of its quotes; lines where blocks begin or end."""

    def __init__(self, names: Sequence[tuple[str, bool, str]]) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.quoted: list[str] = []
        self.placed: list[str] = []
        self._names = names
        self._hidden: list[str] = []

    @property
    def text(self) -> str:
        lines = (" ".join(line.split(" ")).strip() for line in "".join(self.pieces).splitlines())
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden:
            if tag == self._hidden[-1]:
                self._hidden.append(tag)
            return
        said = {name: value or "" for name, value in attrs}
        kind = said.get("itemtype", "").lower()
        if tag == "blockquote" and kind == REPLY:
            self.quoted.append(said.get("itemid", ""))
            self._hidden.append(tag)
        elif tag in _UNSEEN or (kind == MENTION and self._is_ours(said.get("itemid", ""))):
            self._hidden.append(tag)
        elif tag == "attachment":
            self.placed.append(said.get("id", ""))
        elif tag in _LINE:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag == self._hidden[-1]:
                self._hidden.pop()
        elif tag in _LINE:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)

    def _is_ours(self, number: str) -> bool:
        """Mentions in a page are numbered as they stand in the message's list."""
        return number.isdecimal() and int(number) < len(self._names) and self._names[int(number)][1]
