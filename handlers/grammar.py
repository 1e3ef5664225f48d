"""Words → values: item codes in every spelling people use, page ranges, numbered choices.

Pure functions on capped text. They find what is said; whether it names anything is for the store.
Spellings: domain facts 10 (`I-EL 2`, `el2`, `EL-02`, `CE 7`, `NorD 3`, `S&DATE`).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from handlers.prose import is_count, is_prose, is_worded

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
    `doubt`: None, or `word` (may be ordinary words: "el 2", "EL 2 files"), `supporting` (a decimal or a
    letter), `list` (a bare number follows that may be another item: see `also`), `prose` (the words
    around it take it back), `later` (they put it off), `scattered` (prose that names several).
    """

    code: Code
    start: int
    end: int
    finding: bool = False
    pages: str | None = None
    doubt: str | None = None
    also: tuple[Code, ...] = ()


def plain(text: str) -> str:
    """The text, capped, with every dash, space and apostrophe as keyboards have them; offsets are kept."""
    return text[:LONGEST].translate(_KEYBOARD)


def find_codes(text: str, programs: Collection[str]) -> tuple[Mention, ...]:
    """Every code that the text names, in order. What stands in an address or a link is not named."""
    said = _without_addresses(plain(text))
    pattern, known = _codes(tuple(sorted(programs)))
    found = pattern.finditer(said)
    return tuple(_mention(match, said, known) for match in found if not is_prose(match, said))


def choices(text: str) -> tuple[int, ...] | None:
    """The numbers of an answer such as `2`, `1, 3`, `2 and 4` or `number 2, please`; else None.

    Only the first line counts.
    """
    line = first_line(text)
    match = _CHOICE.fullmatch(line) if len(line) <= 120 else None
    return tuple(dict.fromkeys(map(int, re.findall(r"\d+", match[1])))) if match else None


def first_line(text: str) -> str:
    """The first line that says something, without a greeting (`Hi Renee,`)."""
    lines = (_GREETING.sub("", line.strip(), count=1) for line in plain(text).splitlines())
    return next(filter(None, lines), "")


def is_greeting(line: str) -> bool:
    """A line that greets and says nothing else (`Hi Renee,`)."""
    return _GREETING.fullmatch(plain(line[:200]).strip()) is not None


def paragraphs_of(text: str) -> list[str]:
    """A text as a reply carries it: one line per paragraph."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def pages(text: str) -> str | None:
    """A page range as it is kept: `p. 4-9` is `4-9`, `pages 3 to 5, 8` is `3-5, 8`; of a spreadsheet
    `sheet Ledger rows 10-80`."""
    match = _PAGES.search(plain(text[:200]))
    return _range(match) if match else _sheet(_SHEET.search(plain(text[:200])))


def leading_pages(text: str) -> tuple[str | None, str]:
    """The page range that a text begins with, and the words behind it."""
    said = plain(text).lstrip(" ,(")
    pages_at, sheet_at = _PAGES.match(said), _SHEET.match(said)
    found, read = (pages_at, _range(pages_at)) if pages_at else (sheet_at, _sheet(sheet_at))
    return (read, said[found.end() :].lstrip(" )")) if found and read else (None, text)


def _sheet(match: re.Match[str] | None) -> str | None:
    """ "The sheet attached" names none: a bare name must look like one."""
    if match is None or not (match["quoted"] or match["rows"] or not match["name"][0].islower()):
        return None
    name = " ".join((match["quoted"] or match["name"]).split())
    rows = re.sub(r"\s?(?:-|to)\s?", "-", match["rows"] or "")
    return f"sheet {name} rows {rows}" if rows else f"sheet {name}"


def _range(match: re.Match[str]) -> str:
    joined = re.sub(r"\s*(?:-|\bto\b|\ba\b)\s*", "-", match[1])
    return re.sub(r"\s*(?:,|and|&|y)\s*", ", ", joined)


_KEYBOARD = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u200b\ufeff"), " "),
    **dict.fromkeys(map(ord, "\u2018\u2019"), "'"),
}
_PAGES = re.compile(
    r"\b(?:pp?|pgs?|pages?|p[aá]gs?|p[aá]ginas?)\b\.?\s{0,3}"
    r"(\d{1,4}(?:\s{0,2}(?:-|to|a|,|and|&|y)\s{0,2}\d{1,4}){0,12})",
    re.I,
)
_SHEET = re.compile(
    r"\bsheet\s{1,3}(?:[\"'](?P<quoted>[^\"'\n]{1,40})[\"']|(?P<name>\w[\w-]{0,39}))"
    r"(?:,?\s{1,3}rows?\s{1,3}(?P<rows>\d{1,7}(?:\s?(?:-|to)\s?\d{1,7})?))?",
    re.I,
)
_PAGES_NEXT = re.compile(
    r"[\s,(;:]{0,4}(?:on\s|en\s)?(?:(?:pp?|pgs?|pages?|p[aá]gs?|p[aá]ginas?)\b|sheet\s)", re.I
)
_GREETING = re.compile(
    r"(?i:hi|hello|hey|dear|hola|good (?:morning|afternoon|evening)|buen[oa]s [a-zí]{3,6}|estimad[oa]s?)\b"
    r"(?: (?:[A-ZÁÉÍÓÚÑ][\w'.-]{1,30}|all|everyone|team|there)){0,4}(?:\s{0,3}[,.:;!-]+\s*|\s*$)"
)
_CHOICE = re.compile(
    r"\(?(?:(?:it'?s|it is|i choose|choose|use|answer|choice|option|number|no\.?|#|opci[oó]n|n[uú]mero)"
    r"[\s:]*){0,3}"
    r"(\d{1,2}(?:[\s,&+]{1,4}(?:and\s+|y\s+)?#?\d{1,2}){0,8})\s*[.!)]?"
    r"(?:[\s,]{1,3}(?:please|pls|thanks|thank you|thx|por favor|gracias)){0,2}[\s.!]*",
    re.I,
)
_FOLLOWS = re.compile(
    r"[ \t]{0,3}(?:(?P<loose>[,;/-])|&|\+|(?:and|or|to|through|thru|y|o)\b)\s{0,3}#?0{0,3}([1-9]\d?)"
    r"(?![\w%]|[.,:/-]\d|\s{0,2}[:=])"
    r"(?!\s{0,2}(?:files?|documents?|docs?|pages?|pp?\b|cop|attach|of\b|parts?|pdf|years?|days?|members?|sites?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b))"
    r"(?!(?(loose)\s{1,2}[a-z]{3,12}s\b|(?!)))",
    re.I,
)
_LINK = re.compile(r"://|www\.|@[^@]*\.|\.(?:com|org|gov|edu|net|us)\b", re.I)


@lru_cache(maxsize=8)
def _codes(programs: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """The pattern of codes, and the programs by their bare letters.

    ASCII letters and digits only: elsewhere `İ` equals `i` and has no upper case that we know.
    """
    shape = "|".join(_loosely(program) for program in sorted(programs, key=len, reverse=True))
    roman = "VII|VI|IV|V|III|II|I"
    pattern = re.compile(
        r"(?P<finding>\bfindings?\b[\s:#-]{0,4}(?:(?:on|for|in|under|no\.?|number|item)\b[\s:#.-]{0,4}){0,3})?"
        rf"(?<![^\W_]|[&.])(?:(?P<dimension>{roman})[-./][ ]?|(?:{roman})[ ]|(?P<joined>{roman})(?=[A-Z]))?"
        rf"(?P<program>(?a:{shape}))"
        r"(?P<gap>[ \t]{0,3}(?:items?[ \t]{1,3})?(?:items?|nos?\.?|num\.?|number)[ \t]{0,3}#?"
        r"|[ \t]{0,3}[-_#]{1,2}[ \t]{0,3}|\.|[ \t]{0,3})"
        r"0{0,3}(?P<number>[1-9][0-9]?)(?P<part>\.[0-9]{1,2}(?![0-9])|[ ]?\([a-h]\))?"
        r"(?![^\W_]|\.[0-9])",
        re.I,
    )
    return pattern, {_letters(program): program for program in programs}


def _loosely(program: str) -> str:
    """`Cal-SAFE` is also written `Cal SAFE` and `CalSAFE`; `S&DATE` also `S & DATE`."""
    parts = re.split(r"([-&])", program)
    gaps = {"-": "[- ]?", "&": r"\s?&\s?"}
    return "".join(gaps.get(part, re.escape(part)) for part in parts)


def _letters(program: str) -> str:
    return re.sub(r"[^A-Z]", "", program.upper())


def _without_addresses(text: str) -> str:
    """Blanks for every e-mail address and link: `el2@district.example` names nothing."""
    if _LINK.search(text) is None:
        return text
    return re.sub(r"\S+", lambda word: " " * len(word[0]) if _LINK.search(word[0]) else word[0], text)


def _mention(match: re.Match[str], text: str, known: dict[str, str]) -> Mention:
    program, end = known[_letters(match["program"])], match.end()
    also = _following(program, text, end)
    return Mention(
        code=Code(program, int(match["number"])),
        start=match.start(),
        end=end,
        finding=match["finding"] is not None,
        pages=pages(text[end : end + 60].split("\n")[0]) if _PAGES_NEXT.match(text, end) else None,
        doubt=_doubt(match, text, also),
        also=also,
    )


def _doubt(match: re.Match[str], text: str, also: tuple[Code, ...]) -> str | None:
    if also:
        return "list"
    if match["part"]:
        return "supporting"
    return "word" if is_worded(match) or is_count(match, text) else None


def _following(program: str, text: str, end: int) -> tuple[Code, ...]:
    """Bare numbers straight after a code: `EL 02 and 14` may mean two items."""
    found: list[Code] = []
    while (match := _FOLLOWS.match(text, end)) is not None:
        found.append(Code(program, int(match[2])))
        end = match.end()
    return tuple(found)
