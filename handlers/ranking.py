"""Which target a file sounds like, and which evidence no file name speaks of. Going by words alone:
good enough to order choices and to remind, never to file. Pure.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from rapidfuzz import fuzz, process

_SILENT = frozenset(
    {"and", "are", "attached", "attachment", "can", "copy", "document", "evidence", "file", "final", "find"}
    | {"for", "from", "here", "its", "our", "please", "review", "scan", "see", "send", "that", "the", "this"}
    | {"updated", "was", "with", "yes", "you", "your"}
)
_GENERIC = frozenset({"data", "each", "form", "list", "material", "record", "report", "sample", "sheet"})
_WORD = re.compile(r"[^\W\d_]{3,}")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")


@dataclass(frozen=True)
class Described:
    """The words of one thing that can be filed to: its title, what it asks for, and its program."""

    title: frozenset[str]
    evidence: tuple[frozenset[str], ...]
    program: str

    @property
    def words(self) -> frozenset[str]:
        return self.title.union(*self.evidence)

    @classmethod
    def of(cls, code: str, title: str, evidence: Iterable[str]) -> "Described":
        program = re.sub(r"^[IVX]+-", "", code.rpartition(" ")[0])
        return cls(roots(title), tuple(map(roots, evidence)), program)


def scores(said: str, things: Sequence[Described]) -> list[float]:
    """How well each thing fits the words; zero is no sign at all.

    A rare word weighs more than a common one, the title more than the evidence, and a title or a
    piece of evidence that is said in full most of all.
    """
    count = Counter(word for thing in things for word in thing.words)
    weight = {word: log(1 + len(things) / often) for word, often in count.items()}
    words = frozenset(_spelled(word, list(weight)) for word in roots(said))
    programs = frozenset(re.findall(r"(?<![\w&-])[A-Z][A-Za-z&-]+", said))
    return [_score(words, programs, thing, weight) for thing in things]


def missing_evidence(asked: Sequence[Mapping[str, Any]], names: Collection[str]) -> list[str]:
    """Evidence that an item asks for and no file name on record speaks of.

    A name speaks of it by a word that no other evidence of the item has ("parent" in two of three
    tells nothing); where all its words are shared, by any of them.
    """
    seen = roots(" ".join(re.sub(r"\.\w{2,5}$", "", name) for name in names))
    words = [(said := roots(one["name"])) - _GENERIC or said for one in asked]
    count = Counter(word for some in words for word in some)
    telling = [{word for word in some if count[word] == 1} or some for some in words]
    return [one["name"] for one, own in zip(asked, telling, strict=True) if not own & seen]


def roots(words: str) -> frozenset[str]:
    """The words that say something, lower case and without plural; `ELACRoster_v2` holds two."""
    apart = _HUMP.sub(" ", words)
    return frozenset(_root(word) for word in _WORD.findall(apart)) - _SILENT


def stem(name: str) -> str:
    """A file's name without its ending."""
    return name.rpartition(".")[0] or name


def _score(
    words: frozenset[str], programs: frozenset[str], thing: Described, weight: Mapping[str, float]
) -> float:
    def heavy(some: Iterable[str]) -> float:
        return sum(weight[word] for word in some)

    def in_full(some: frozenset[str]) -> float:
        return 4 * heavy(words & some) / heavy(some) if some else 0

    title = 3 * heavy(words & thing.title) + in_full(thing.title)
    evidence = heavy((words & thing.words) - thing.title) + max(map(in_full, thing.evidence), default=0)
    return title + evidence + (thing.program in programs)


def _spelled(word: str, known: Sequence[str]) -> str:
    """The known word that this one is a slip of the keyboard of, or itself."""
    if word in known or len(word) < 5:
        return word
    near = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=85)
    return near[0] if near else word


def _root(word: str) -> str:
    lower = word.casefold()
    if lower.endswith("ies") and len(lower) > 4:
        return lower[:-3] + "y"
    return lower if lower.endswith("ss") else lower.removesuffix("s")
