"""What makes a code that stands in ordinary words unsure, or no code at all. Pure, on short windows.

Traps come from real mail: dates and times behind "EL", room numbers, money, Spanish "el 2 de mayo",
"not EL 02", "maybe EL 02", "CE 08 will follow tomorrow".
"""

import re
from typing import Literal

Hedge = Literal["denied", "later"]

# Program codes that are also words of English or Spanish, when they are not written in capitals.
WORDS = frozenset({"EL", "ME", "HE", "GATE", "CD", "PI", "PE"})
_WINDOW = 160
_MONTHS = (
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]{0,6}\b"
    r"|(?:ene|abr|ago|dic)\w{0,7}\b|(?:febrero|marzo|mayo|junio|julio|septiembre|octubre|noviembre)\b"
)
_NUMBER_IS_OTHER = re.compile(
    r"\s?%|:\d\d|,\d{3}\b|[ \t]?(?:a\.?m\b|p\.?m\b|o'clock|hrs\b)|°"
    r"|[/-]\d{1,2}[/-]\d{2,4}\b|\.\d{1,2}\.\d{2,4}\b|/\d{4}\b"
    rf"|[ \t]+de[ \t]+(?:{_MONTHS})",
    re.I,
)
_PLACE = re.compile(
    r"(?:\brooms?|\brm\.?|\bportable|\bbldg\.?|\bbuilding|\bsuite|\bext\.?|\bextension|\btel\.?|\bfax"
    r"|\bchannel|\bperiod|\bgrades?|\baula|\bsala|\bsal[oó]n|\bgrado)[ \t]{0,2}#?$",
    re.I,
)
_SPANISH = re.compile(
    r"\s{0,2}(?:del?\b|por\b|a las?\b|al\b|y el\b|nos\b|se\b|fue\b|ser[aá]\b|d[ií]as?\b"
    rf"|[,/]?\s?(?:{_MONTHS}))",
    re.I,
)
_UNITS = re.compile(r"\s{1,2}(?:times?|more|o'clock|\w{2,12}s)\b", re.I)
_COUNTED = re.compile(
    r"\s{1,2}(?:files?|documents?|docs|copies|attachments?|students?|pupils|teachers?|parents|members|schools?"
    r"|sites?|classes|periods?|years?|times|days|weeks|months|hours|por ciento|archivos|grado)\b",
    re.I,
)
_ALONE = re.compile(r"(?:^|\n|[,;:(/&+-])[ \t]{0,3}$")
_CLAUSE_END = re.compile(r"[;,!?()\n]|[.:](?=\s|$)|\s-\s|\b(?:and|but|y|pero|while)\b", re.I)
_UNSURE_BEFORE = re.compile(
    r"\b(?:not|isn't|aren't|wasn't|don't|doesn't|instead of|except|without|wrong|rather than|ignore|disregard"
    r"|never|maybe|perhaps|probably|possibly|might|unsure|either|guess|think|wonder\w*|whether"
    r"|no es|no son|no|sin|excepto|en vez de|quiz[aá]s?|tal vez|creo)\b",
    re.I,
)
_UNSURE_AFTER = re.compile(
    r"\b(?:not|isn't|aren't|wasn't|wrong|maybe|perhaps|probably|no longer|no est[aá])\b", re.I
)
_IGNORE = re.compile(r"\b(?:ignore|disregard|ignor[ea]r?)\b", re.I)
_EITHER_BEFORE, _EITHER_AFTER = (
    re.compile(r"\b(?:or|vs\.?|o)\s{1,2}$", re.I),
    re.compile(r"\s{1,2}(?:or|vs|o)\b", re.I),
)
_REQUEST = re.compile(
    r"\b(?:can|could|would|will|please)\b.{0,40}\b(?:file|add|attach|put|post|upload|submit|include)\b"
    r"|\b(?:puede|podr[ií]a)",
    re.I,
)
_LATER = re.compile(
    r"\b(?:tomorrow|later|soon|pending|next (?:week|month)|to follow|to come|coming|mañana|luego|despu[eé]s"
    r"|already sent|sent (?:you )?(?:last|before|earlier|yesterday)|(?:sent|submitted|mailed|emailed) .{0,40}"
    r"(?:last (?:week|month|year)|yesterday|already|before|earlier)|enviar\w*)\b"
    r"|(?:\bwill|'ll) (?:\w+ ){0,2}(?:sen[dt]|follow|come|submit|upload|mail|email|bring|provide|forward)\b",
    re.I,
)


def is_prose(match: re.Match[str], text: str) -> bool:
    """A program's letters and a number, but no code: `el 2 de diciembre`, `call me 2 times`, `EL 10:30`."""
    before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 24]
    if _NUMBER_IS_OTHER.match(after) or _PLACE.search(before):
        return True
    if match["joined"] and match["gap"].isspace():
        return True  # `vice 2`, `ICE 3`: a word, not II-CE
    if not is_worded(match):
        return False
    if match["program"].upper() in ("ME", "HE", "GATE"):
        return _ALONE.search(before or "\n") is None or _UNITS.match(after) is not None
    return _SPANISH.match(after) is not None


def is_worded(match: re.Match[str]) -> bool:
    """Written like a word: not in capitals, and a space before the number."""
    program = match["program"]
    small = program.upper() in WORDS and not program.isupper()
    return small and match["gap"].isspace() and not match["dimension"]


def is_count(match: re.Match[str], text: str) -> bool:
    """`EL 2 files` may be two files; `EL 02 files`, `EL-2 files` and `I-EL 2 files` are item 2."""
    bare = match["gap"].isspace() and not match["dimension"] and text[match.start("number") - 1] != "0"
    return bare and _COUNTED.match(text, match.end()) is not None


def hedge(text: str, start: int, end: int) -> Hedge | None:
    """Whether the words around a code take it back (`denied`: not, maybe, or, a question) or put it off."""
    before = _CLAUSE_END.split(text[max(0, start - _WINDOW) : start])[-1]
    rest = text[end : end + _WINDOW]
    stop = _CLAUSE_END.search(rest)
    after, sign = (rest[: stop.start()], stop[0]) if stop else (rest, "")
    if _UNSURE_BEFORE.search(before) or _UNSURE_AFTER.search(after):
        return "denied"
    if _EITHER_BEFORE.search(before) or _EITHER_AFTER.match(after) or _IGNORE.search(rest.partition("\n")[0]):
        return "denied"
    if sign == "?" and not _REQUEST.search(before):
        return "denied"
    return "later" if _LATER.search(f"{before} … {after}") else None
