"""Find words in what is on record: items, findings, documents, comments, statements within one's reach.

Every word must stand in one of them. What people wrote is found, but not repeated in the answer.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.access import leas_served, not_for, reach_of
from handlers.asking import Asker, Capability
from handlers.messages import Answer, Reply
from handlers.refusals import NotSaidRight
from store.unit_of_work import UnitOfWork

USAGE = "search minutes ELAC"
MOST = 20
MOST_WORDS = 8
LONGEST_WORD = 60
Hit = dict[str, Any]


@dataclass(frozen=True)
class SearchRecord:
    """The words that must all stand there."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class RecordSearched(Reply):
    """At most twenty hits, `more` if there are others. A hit is `{"kind", "name", "title", "by", "at"}`:
    kind is item, document, comment or statement; name a target or a document's number (`D-17`)."""

    said: str
    hits: list[dict[str, Any]]
    more: bool


def read_line(words: str, _programs: Collection[str]) -> SearchRecord | None:
    """`search WORDS`; the rest of the line are the words."""
    said = re.sub(r"^for\s+", "", words.partition("\n")[0].strip(), flags=re.I)
    return SearchRecord(tuple(dict.fromkeys(_printable(word) for word in said.split() if _printable(word))))


async def search_record(command: SearchRecord, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look and tell; nothing changes. Raises NotSaidRight, NotForYourRole."""
    words, reach = command.words[:MOST_WORDS], reach_of(asker.person)
    if not any(len(word) > 1 for word in words):
        raise NotSaidRight("search", USAGE, "the words to look for")
    if not leas_served(asker.person) and not reach.of_state:
        raise not_for(asker.person, "search the record")
    await uow.session.flush()
    hits = [
        *_items(await uow.items_saying(reach, words), words),
        *_documents(await uow.documents_saying(reach, words), words),
        *_said("comment", await uow.comments_saying(reach, words), words),
        *_said("statement", await uow.statements_saying(reach, words), words),
    ]
    return Answer(RecordSearched(" ".join(words), hits[:MOST], len(hits) > MOST))


def _items(rows: Sequence[Any], words: Sequence[str]) -> Iterable[Hit]:
    for code, title, finding, review in rows:
        if holds((code, title, finding), words):
            yield _hit("item", f"{review}/{code}", title)


def _documents(rows: Sequence[Any], words: Sequence[str]) -> Iterable[Hit]:
    for name, number, _, received_at, version in rows:
        if holds((name, number), words):
            title = name if version == 1 else f"{name} (version {version})"
            yield _hit("document", number, title, at=received_at.isoformat())


def _said(kind: str, rows: Sequence[Any], words: Sequence[str]) -> Iterable[Hit]:
    for text, target, made_at, by in rows:
        if holds((text,), words):
            yield _hit(kind, target, "", by, made_at.isoformat())


def _hit(kind: str, name: str, title: str, by: str | None = None, at: str | None = None) -> Hit:
    return {"kind": kind, "name": name, "title": title, "by": by, "at": at}


def holds(texts: Sequence[str], words: Sequence[str]) -> bool:
    """Whether every word stands in the texts, in capitals or not; the same on every database."""
    said = "\n".join(map(_folded, texts))
    return all(_folded(word) in said for word in words)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())


def _printable(word: str) -> str:
    """What a database takes: no NUL, no lone surrogates."""
    whole = unicodedata.normalize("NFC", word.encode("utf-8", "ignore").decode("utf-8"))
    return "".join(letter for letter in whole[:LONGEST_WORD] if letter.isprintable())


CAPABILITY = Capability(
    verb="search",
    usage=USAGE,
    does="finds words in items, documents, comments and statements",
    handle=search_record,
    opens="search(?: for)?",
    line=read_line,
    only_asks=True,
)
