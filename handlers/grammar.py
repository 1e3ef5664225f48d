"""Words → values: item codes in every spelling people use, file maps, pages, numbered choices.

Pure functions on capped text. They find what is said; whether it names anything is for the store.
Spellings: domain facts 10 (`I-EL 2`, `el2`, `EL-02`, `CE 7`, `NorD 3`, `S&DATE`).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 20_000


@dataclass(frozen=True)
class Code:
    """A program and a number. Dimension, spaces, hyphens and leading zeros do not tell codes apart."""

    program: str
    number: int

    @property
    def key(self) -> str:
        """The spelling that codes are compared in: `EL2`."""
        return f"{self.program}{self.number}".upper()

    def __str__(self) -> str:
        return f"{self.program} {self.number:02d}"


@dataclass(frozen=True)
class Mention:
    """A code that a text names, where it stands, and what makes the reading unsure.

    `finding`: the word "finding" stands before it. `pages`: a page range stands behind it.
    `doubt`: None, or `word` (like the pronoun in "call me 2", or a count: "EL 2 files"), `supporting`
    (a decimal), `list` (a bare number follows that may be another item: see `also`).
    """

    code: Code
    start: int
    end: int
    finding: bool = False
    pages: str | None = None
    doubt: str | None = None
    also: tuple[Code, ...] = ()


def find_codes(text: str, programs: Collection[str]) -> tuple[Mention, ...]:
    """Every code that the text names, in order."""
    found = _code_pattern(tuple(sorted(programs))).finditer(text[:LONGEST])
    spelled = {program.upper(): program for program in programs}
    return tuple(
        _mention(match, text, spelled)
        for match in found
        if not _is_prose(match, text) and not _is_address(match, text)
    )


def find_programs(text: str, programs: Collection[str]) -> tuple[str, ...]:
    """Programs named without a number, written as they are spelled (`EL`, `S&DATE`)."""
    shape = "|".join(map(re.escape, sorted(programs, key=len, reverse=True)))
    found = re.findall(rf"(?<![\w&])(?:{shape})(?![\w&])", text[:LONGEST])
    return tuple(dict.fromkeys(found))


def choices(text: str) -> tuple[int, ...] | None:
    """The numbers of an answer such as `2`, `1, 3` or `2 and 4`, from its first line; else None."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not re.fullmatch(
        r"\s*(?:#|no\.?|number|option)?\s*\d{1,2}(?:[\s,&+]+(?:and\s+)?\d{1,2})*\s*[.!)]?\s*", first, re.I
    ):
        return None
    return tuple(dict.fromkeys(int(number) for number in re.findall(r"\d+", first)))


def pages(text: str) -> str | None:
    """A page range as it is kept: `p. 4-9` is `4-9`, `pages 3 to 5, 8` is `3-5, 8`."""
    match = re.search(rf"\b(?:pp?|pgs?|pages?)\b\.?\s*({_PAGES})", text[:200], re.I)
    if match is None:
        return None
    joined = re.sub(r"\s*(?:-|–|—|to)\s*", "-", match[1])
    return re.sub(r"\s*(?:,|and|&)\s*", ", ", joined)


_PAGES = r"\d{1,4}(?:\s*(?:-|–|—|to|,|and|&)\s*\d{1,4})*"
_FOLLOWS = re.compile(
    r"\s*(?:,|;|/|&|\+|and|or|to|through|y|-|–)\s*0*(\d{1,2})(?![\w.:=])"
    r"(?!\s*(?:files?|documents?|docs?|pages?|pp?\b|cop|attach|of\b|parts?|pdf|years?|days?))",
    re.I,
)
_PROSE = re.compile(
    r"\s*(?:de\b|del\b|a\.?m\b|p\.?m\b|o'clock|%|times?\b|more\b|days?\b|weeks?\b|minutes?\b|hours?\b)", re.I
)
_COUNTED = re.compile(
    r"\s{1,9}(?:files?|documents?|docs|copies|students?|teachers?|schools?|sites?|classes|periods?|years?|times"
    r"|days|weeks|months|minutes|hours|p\.?m\b|a\.?m\b|de\b|por\b|grado)\b",
    re.I,
)
_BREAKS = re.compile(r"[\s,;<>()\"|]")


@lru_cache(maxsize=8)
def _code_pattern(programs: tuple[str, ...]) -> re.Pattern[str]:
    shape = "|".join(_loosely(program) for program in sorted(programs, key=len, reverse=True))
    return re.compile(
        r"(?P<finding>\bfindings?:?\s+(?:on\s+|for\s+|no\.?\s*|#\s*|item\s+)?)?"
        r"(?<![A-Za-z0-9&.])(?P<dimension>(?:VII|VI|IV|V|III|II|I)(?:[-–— ]|(?=[A-Z])))?"
        rf"(?P<program>{shape})"
        r"(?P<gap>[ \t\xa0]*(?:items?[ \t]+)?(?:no\.?[ \t]*|number[ \t]+)?[ \t\xa0\-–—_.#]{0,3})"
        r"0*(?P<number>\d{1,2})(?P<part>\.\d{1,2}(?![\d.]|\.?[A-Za-z]))?"
        r"(?![A-Za-z0-9]|:\d\d|,\d{3}(?!\d)|[/-]\d{1,2}[/-]\d)",
        re.I,
    )


def _loosely(program: str) -> str:
    """`Cal-SAFE` is also written `Cal SAFE` and `CalSAFE`; `S&DATE` also `S & DATE`."""
    parts = re.split(r"([-&])", program)
    gaps = {"-": r"[-– ]?", "&": r"\s?&\s?"}
    return "".join(gaps.get(part, re.escape(part)) for part in parts)


def _is_prose(match: re.Match[str], text: str) -> bool:
    """`el 2 de diciembre`, `call me 2 times`: a word and a number, not a code."""
    return _is_worded(match) and _PROSE.match(text, match.end()) is not None


def _is_worded(match: re.Match[str]) -> bool:
    """Spelled as words are, with a space: `el 2`, and `El 2` at the start of a sentence."""
    written, dimension = match["program"], match["dimension"] or ""
    small = written.islower() or (written.istitle() and len(written) <= 3)
    return small and match["gap"].isspace() and not dimension.strip()


def _is_address(match: re.Match[str], text: str) -> bool:
    """Part of a web or mail address: `https://x.example/EL-02`, `EL-02@x.example`."""
    left = _BREAKS.split(text[max(0, match.start() - 300) : match.start()])[-1]
    right = _BREAKS.split(text[match.end() : match.end() + 300], maxsplit=1)[0]
    return "://" in left or left.startswith("www.") or "@" in left or "@" in right


def _mention(match: re.Match[str], text: str, spelled: dict[str, str]) -> Mention:
    program = spelled.get(re.sub(r"\s", "", match["program"]).upper(), "")
    program = program or next(known for up, known in spelled.items() if _same(up, match["program"]))
    also = _following(program, text, match.end())
    return Mention(
        code=Code(program, int(match["number"])),
        start=match.start(),
        end=match.end(),
        finding=match["finding"] is not None,
        pages=pages(text[match.end() : match.end() + 60].split("\n")[0])
        if _pages_next(text, match.end())
        else None,
        doubt=_doubt(match, also, text),
        also=also,
    )


def _same(known: str, written: str) -> bool:
    return re.sub(r"\W", "", known) == re.sub(r"\W", "", written.upper())


def _pages_next(text: str, end: int) -> bool:
    return re.match(r"[\s,(;:]*(?:on\s+)?(?:pp?|pgs?|pages?)\b", text[end : end + 20], re.I) is not None


def _doubt(match: re.Match[str], also: tuple[Code, ...], text: str) -> str | None:
    if also:
        return "list"
    if match["part"]:
        return "supporting"
    return "word" if _is_worded(match) or _is_count(match, text) else None


def _is_count(match: re.Match[str], text: str) -> bool:
    """`EL 2 files` may be two files; `EL 02 files`, `EL-2 files` and `I-EL 2 files` are not."""
    bare = match["gap"].isspace() and not match["dimension"] and text[match.start("number") - 1] != "0"
    return bare and _COUNTED.match(text, match.end()) is not None


def _following(program: str, text: str, end: int) -> tuple[Code, ...]:
    """Bare numbers straight after a code: `EL 02 and 14` may mean two items."""
    found: list[Code] = []
    while (match := _FOLLOWS.match(text, end)) is not None:
        found.append(Code(program, int(match[1])))
        end = match.end()
    return tuple(found)
