"""Words beside a command that change nothing of it: names, titles and addresses, politeness. Pure.

Whatever is not known here may change the command, so that it is asked. Words of denial and condition are
never manners, in whatever form they stand ("No.", "Stop", "After Friday").
"""

import re
from collections.abc import Sequence

from handlers.grammar import is_greeting, plain

_LETTER = "A-ZÀ-ÖØ-ÞĀ-Ž"
_NAME = (
    rf"(?:[{_LETTER}][\w.'&-]*|\(?\+?\d[\d().x-]*|(?i:ext|tel|phone|cell|mobile|fax|office|e-?mail|[cfmopt])[.:]+"
    r"|ext|of|and|the|for|de|del|la|y|\S+@\S+|www\.\S+|https?://\S+|[-/·–]+)"
)
_SIGNED = re.compile(rf"{_NAME}(?:[ ,|]+{_NAME})*[,.]?")
_SAYS_SOMETHING = re.compile(
    r"\b(?:no|nope|not|never|don'?t|stop|wait|hold|cancel\w*|draft|wrong|sorry|oops|ignore|disregard|undo"
    r"|pending|later|soon|tomorrow|today|next|after(?![ -]?school)|before(?! and after)|until|till|unless"
    r"|when|once|only|but|instead|except|if|maybe|perhaps|first(?! 5)|yes|ok|is|are|was|were|be|would|can"
    r"|could|should|must|have|had|let|please|ask|want|check|it|this|that|these|you|we|he|me|my|our|what|why|how"
    r"|hoy|ma[nñ]ana|todav[ií]a|a[uú]n|espere|(?:mon|tues|wednes|thurs|fri|satur|sun)day|tue|wed|thu|fri"
    r"|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.? \d{1,4})\b",
    re.I,
)
_TELEPHONE = re.compile(r"(?:\D*\d){7}")
_TAKES_BACK = re.compile(
    r"\b(?:do(?:es)? not|don't|didn't|not yet|not now|not ready|wait|hold (?:off|on)|on hold|cancel(?:led)?"
    r"|disregard|ignore|never ?mind|instead of|unless|only if|should (?:i|we)|can you tell|before you|stop"
    r"|postpone|by mistake|wrong one|todav[ií]a no|a[uú]n no|espere|no lo)\b",
    re.I,
)
_TURNS = re.compile(
    r"\b(?:no|not|never|\w+n't|cannot|stop|wait|hold|cancel\w*|postpone\w*|draft|wrong|sorry|ignore|disregard"
    r"|later|tomorrow|next|after|before|until|till|unless|when|once|only|but|however|instead|except|if|maybe"
    r"|perhaps|first|should|pending|todav[ií]a|a[uú]n|pero|si|cuando|hasta|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"\b|\?",
    re.I,
)
_HARMLESS = re.compile(
    r"(?:(?:please |kindly )?(?:see|per|as (?:in|per)|re:?) (?:the |my )?(?:subject|above)(?: line)?"
    r"|as (?:discussed|agreed|requested|promised|mentioned|we (?:said|discussed|agreed))"
    r"(?: (?:today|yesterday|earlier|with you|by phone|on the phone|in our (?:call|meeting)))?"
    r"|(?:i )?hope (?:you are|you're|all is|this (?:e-?mail )?finds you) (?:well|doing well|fine)"
    r"|have a (?:nice|great|good|wonderful) (?:day|week|weekend|evening|one)"
    r"|happy (?:new year|holidays|friday)"
    r"|(?:please )?(?:let me know|feel free to (?:call|contact|e-?mail) me|call me|contact me)"
    r"(?: (?:if|should) (?:you have|there are) (?:any )?(?:other )?questions(?: or concerns)?"
    r"| with (?:any )?questions)?"
    r"|(?:many )?(?:thanks|thank you)(?: so much| very much)? for (?:your|all your|the) "
    r"(?:help|time|patience|support|reply|work)"
    r"|muchas gracias por (?:su|tu|la) ayuda)\s*[.!]*",
    re.I,
)
_ATTACHED = re.compile(r"\b(?:attach(?:ed|ing|ments?)|enclosed|adjunt\w+)\b|^here(?:'s| is| are)\b", re.I)


def is_signature(line: str) -> bool:
    """Names, titles, telephone numbers and addresses, and nothing else."""
    said = plain(line).strip()
    if len(said) > 120 or _SAYS_SOMETHING.search(said) or _SIGNED.fullmatch(said) is None:
        return False
    return _TELEPHONE.match(said) is not None or any(letter.isalpha() for letter in said)


def is_polite(words: str, *, files: bool) -> bool:
    """Politeness that changes nothing; with files also a word that they are there."""
    said = " ".join(plain(words[:400]).split())
    if _HARMLESS.fullmatch(said) or is_greeting(said):
        return True
    return files and len(words) <= 400 and bool(_ATTACHED.search(said)) and not _TURNS.search(said)


def takes_back(lines: Sequence[str]) -> bool:
    """Whether words beside a command say not to, or not yet."""
    return any(_TAKES_BACK.search(plain(line[:500])) for line in lines)


def without_signature(lines: Sequence[str]) -> list[str]:
    """A text without the names and numbers that stand at its end behind a blank line. What a sentence that
    is not over (`the members are:`) leads to is kept, and so is a text that would be nothing else."""
    text = [*lines]
    while text and not text[-1].strip():
        text.pop()
    end = len(text)
    while end and text[end - 1].strip() and len(text[end - 1]) <= 80 and is_signature(text[end - 1]):
        end -= 1
    above = [line for line in text[:end] if line.strip()]
    if end in (0, len(text)) or text[end - 1].strip() or above[-1].rstrip().endswith((":", ",")):
        return text
    return text[:end]
