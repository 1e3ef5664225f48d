"""Codes as a subject, a text or a file's name mentions them: which are meant plainly, and which are in
doubt. Pure.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from handlers.grammar import Mention, find_codes, plain
from handlers.prose import hedge

FIRST_LINES = 12
MOST_CODES = 50
_LIST = re.compile(
    r"[\s,;/&+-]{0,9}(?:\([^()]{0,80}\)[\s,;/&+]{0,9})?(?:p\w{0,5}\.?\s{0,3}[\d\s,-]{1,40})?"
    r"(?:and|y|plus|as well as)?[\s,;/&+]{0,9}(?:(?:also|for|item|items|para)\b\s{0,3}){0,2}",
    re.I,
)
_ALTERNATIVE = re.compile(r"\b(?:or|o|vs)\b|\?", re.I)
_REPLY = re.compile(r"(?:\s{0,5}(?:re|fwd?|fw|aw|wg|rv|tr)\s{0,3}:){0,9}[\s#\[(*-]{0,5}", re.I)
_BEFORE_CODE = re.compile(
    r"(?:[,;:(/&+_-]|\b(?:for|item|items|evidence|evidencia|para|and|file))[ \t]{0,3}$", re.I
)


def said_in_subject(subject: str, programs: Collection[str]) -> tuple[Mention, ...]:
    """Codes of a subject: with "or" or a question between them, all are in doubt."""
    said = plain(subject)
    mentions = plainly(said, find_codes(said, programs))
    between = [said[one.end : two.start] for one, two in pairwise(mentions)]
    either = any(_ALTERNATIVE.search(words) for words in between)
    found = hedged(said, mentions)
    return tuple(replace(one, doubt=one.doubt or "prose") if either else one for one in found)


def said_in_text(text: str, programs: Collection[str]) -> tuple[Mention, ...]:
    """Codes of the first lines. Running prose is weak: scattered codes are in doubt, and hedged ones."""
    first = plain("\n".join(text.splitlines()[:FIRST_LINES]))
    mentions = _as_of_now(hedged(first, find_codes(first, programs)))
    between = [first[one.end : two.start] for one, two in pairwise(mentions)]
    if all(len(words) < 200 and _LIST.fullmatch(words) for words in between):
        return mentions
    same = len(codes_of(mentions)) == 1
    return tuple(replace(one, doubt=one.doubt or (None if same else "scattered")) for one in mentions)


def _as_of_now(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """More of the same item may follow tomorrow: that puts nothing off where it is named plainly, too."""
    named = {mention.code.key for mention in mentions if mention.doubt is None}
    return tuple(
        replace(one, doubt=None) if one.doubt == "later" and one.code.key in named else one
        for one in mentions
    )


def hedged(text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Every mention with the doubt that the words around it raise; a flood of codes is in doubt as it is."""
    if len(mentions) > MOST_CODES:
        return tuple(replace(one, doubt=one.doubt or "scattered") for one in mentions)
    said = plain(text)
    found = [one.doubt or hedge(said, one.start, one.end) for one in mentions]
    return tuple(
        replace(one, doubt="prose" if doubt == "denied" else doubt)
        for one, doubt in zip(mentions, found, strict=True)
    )


def plainly(text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """In a subject, a file name or an answer `el 2` is a code where a code may stand: at the beginning or
    after a sign or a word like "for". Elsewhere (`junta el 14`) it may be a day in Spanish."""
    return tuple(
        replace(mention, doubt=None) if mention.doubt == "word" and _stands_well(text, mention) else mention
        for mention in mentions
    )


def _stands_well(text: str, mention: Mention) -> bool:
    before, written = text[: mention.start], text[mention.start : mention.end]
    begins = _REPLY.fullmatch(before[-60:]) is not None and len(before) <= 60
    if written[:1].isupper():  # `El 2`: a telephone writes so, and so does Spanish
        return begins and not text[mention.end :].strip(" .!")
    return begins or _BEFORE_CODE.search(before[-20:]) is not None


def with_details(mentions: tuple[Mention, ...], others: Iterable[Mention]) -> tuple[Mention, ...]:
    """Pages and the word "finding" that stand at the same code elsewhere in the mail."""
    said = {mention.code.key: mention for mention in others}
    return tuple(
        replace(mention, pages=mention.pages or other.pages, finding=mention.finding or other.finding)
        if (other := said.get(mention.code.key))
        else mention
        for mention in mentions
    )


def distinct(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """One mention for each code, in the order of the first ones, unsure if any of them is."""
    found: dict[str, Mention] = {}
    for mention in mentions:
        first = found.setdefault(mention.code.key, mention)
        found[mention.code.key] = replace(
            first,
            doubt=first.doubt or mention.doubt,
            pages=first.pages or mention.pages,
            finding=first.finding or mention.finding,
            also=first.also or mention.also,
        )
    return tuple(found.values())


def codes_of(mentions: Iterable[Mention]) -> set[str]:
    return {mention.code.key for mention in mentions}
