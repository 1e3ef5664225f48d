"""The words behind a decision: a reason, or something that would make another decision of it. Pure.

Only a colon or the word "because" begins a reason. Where none is needed, words that begin with a no or a
condition (`not`, `once the minutes are signed`) leave the decision in doubt, and so does a day.
"""

import re

from handlers.grammar import plain
from handlers.refusals import NotSure

REASON = r"\s*(?::|\bbecause\b)\s*"
_REASON = re.compile(REASON, re.I)
_TURNS = re.compile(
    r"[\W_]*(?:and|pero|well|yes|ok|please)?[\W_]*"
    r"(?:not|no|never|\w+n't|cannot|once|if|when|after|before|unless|until|till|but|only|wait|hold|stop"
    r"|provided|except|as soon as|as long as|subject to|pending|pero|si|cuando|hasta|solo)\b",
    re.I,
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|ene|abr|ago|dic)[a-z]{0,7}\.?"
_DAY = re.compile(
    rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}}\b)?"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+|de\s+)?{_MONTH}(?![a-z])(?:,?\s+(?:de\s+)?\d{{4}}\b)?"
    r"|\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?\b"
    r"|\b(?:(?:next|this) )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\btomorrow\b"
    r"|\b(?:until|till)\s+\S[^,;.]{0,40}",
    re.I,
)


def worded(text: str) -> str:
    """The text, or nothing where it is only marks: the … of an example is no reason."""
    return text if re.search(r"\w", text) else ""


def read_why(words: str) -> str | None:
    """The text behind a colon or "because": empty where there is none, None where other words stand."""
    if not words.strip():
        return ""
    mark = _REASON.match(words)
    return worded(words[mark.end() :].strip()) if mark else None


def check_meant(command: str, words: str) -> None:
    """Raises NotSure with the `command` alone, where its words begin with a no or a condition."""
    if _TURNS.match(plain(words)):
        raise NotSure(command, "condition", " ".join(words.split())[:80], whole=True)


def day_in(words: str) -> str | None:
    """What names a day anywhere in the words."""
    found = _DAY.search(plain(words[:500]))
    return found[0] if found else None
