"""What a message says about each of its files: which items, which finding, pages, school.

Pure: no look-up. A line of a file map beats a code in the file's name, which narrows what the mail
as a whole says (address, subject, first lines). Where two of these disagree, the wish is unsure.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from handlers.file_map import MapLine, file_map, without_map
from handlers.grammar import Mention, find_codes
from handlers.messages import Attachment, Message

FIRST_LINES = 12
_LIST = re.compile(r"[\s,;/&+]*(?:p\S*\s*[\d\s,–-]+)?(?:and|y)?[\s,;/&+]*", re.I)
_BEFORE = re.compile(r"(?:^|[\n:;,(\[&/–-]|\b(?:for|item|evidence|and|re|fwd?))\s*$", re.I)
_AFTER = re.compile(r"\s*(?:$|[\n:;,.)\]&/–-]|and\b)", re.I)
_HEDGE = re.compile(
    r"\b(?:not|isn't|don't|instead|except|without|wrong|rather|later|tomorrow"
    r"|ignore|will (?:send|follow|come)|next (?:week|month)|last (?:week|month|year))\b",
    re.I,
)


@dataclass(frozen=True)
class Wish:
    """One file and the items it is for. `doubt` says why that is not sure, in a machine's word:
    `no-code`, `sources-differ`, `several-files-several-items`, `list`, `supporting`, `word`, `prose`."""

    file: Attachment
    mentions: tuple[Mention, ...]
    doubt: str | None = None
    words: str = ""


def wishes_of(message: Message, programs: Collection[str]) -> tuple[Wish, ...]:
    """A wish for every file that can be evidence, in the order the sender sees them."""
    documents = [file for file in message.files if file.role == "document"]
    lines = file_map(message.text, [file.name for file in message.files], programs)
    mail, doubt = _whole_mail(message, lines, programs)
    denied = _denied(without_map(message.text, lines), programs)
    loose = [file for file in documents if _line_for(file, lines) is None]
    wishes = (
        _from_line(file, line)
        if (line := _line_for(file, lines))
        else _doubted(_from_name(file, mail, doubt, programs), denied)
        for file in documents
    )
    return _spread(tuple(wishes), {file.number for file in loose}, mail)


def mapped_wishes(files: Iterable[Attachment], text: str, programs: Collection[str]) -> tuple[Wish, ...]:
    """The wishes of an answer about files asked for before: a map, or one item for all of them."""
    asked = tuple(files)
    highest = max((file.number for file in asked), default=0)
    names = ["" for _ in range(highest)]
    for file in asked:
        names[file.number - 1] = file.name
    lines = file_map(text, names, programs)
    mentions = _distinct(_plain(_said_in_text(without_map(text, lines), programs), text))
    loose = {file.number for file in asked if _line_for(file, lines) is None}
    wishes = (
        _from_line(file, line) if (line := _line_for(file, lines)) else _sure(Wish(file, mentions))
        for file in asked
    )
    return _spread(tuple(wishes), loose, mentions)


def _line_for(file: Attachment, lines: tuple[MapLine, ...]) -> MapLine | None:
    named = [line for line in lines if file.number in line.numbers]
    rest = [line for line in lines if line.rest]
    lines_for_it = named or rest
    return lines_for_it[-1] if lines_for_it else None


def _from_line(file: Attachment, line: MapLine) -> Wish:
    """In a map every spelling is meant as a code, and several codes are all meant, unless hedged."""
    mentions = tuple(
        replace(mention, doubt=None) if mention.doubt == "word" else mention for mention in line.mentions
    )
    return _sure(Wish(file, _distinct(_hedging(line.says, mentions)), words=line.says))


def _whole_mail(
    message: Message, lines: tuple[MapLine, ...], programs: Collection[str]
) -> tuple[tuple[Mention, ...], str | None]:
    """What the address, the subject and the first lines say together, and whether they agree."""
    hints = find_codes("; ".join(message.hints), programs)
    subject = _named_in(message.subject, programs)
    text = _said_in_text(without_map(message.text, lines), programs)
    strong = [said for said in (hints, subject) if said]
    if len(strong) == 2 and _codes(hints) != _codes(subject):
        return _distinct(hints + subject), "sources-differ"
    if not strong:
        return _distinct(text), None
    if _codes(text) - _codes(strong[0]) or any(mention.doubt == "prose" for mention in text):
        return _distinct(strong[0] + text), "sources-differ"
    return _with_details(_distinct(strong[0]), text), None


def _said_in_text(text: str, programs: Collection[str]) -> tuple[Mention, ...]:
    """Codes of the first lines. Running prose is weak: hedged or scattered codes are in doubt."""
    first = "\n".join(text.splitlines()[:FIRST_LINES])
    mentions = find_codes(first, programs)
    scattered = any(not _LIST.fullmatch(first[one.end : two.start]) for one, two in pairwise(mentions))
    return tuple(
        replace(mention, doubt=mention.doubt or "prose") if scattered or _hedged(first, mention) else mention
        for mention in mentions
    )


def _hedged(text: str, mention: Mention) -> bool:
    """Words like "not" or "tomorrow" on the line of a code."""
    start, end = text.rfind("\n", 0, mention.start) + 1, text.find("\n", mention.end)
    return _HEDGE.search(text[start : end if end >= 0 else len(text)]) is not None


def _denied(text: str, programs: Collection[str]) -> set[str]:
    """Codes of the first lines that stand beside a word like "not"."""
    first = "\n".join(text.splitlines()[:FIRST_LINES])
    return {mention.code.key for mention in find_codes(first, programs) if _hedged(first, mention)}


def _doubted(wish: Wish, denied: set[str]) -> Wish:
    """What the text denies is not sure, even if the file is named so."""
    return replace(wish, doubt=wish.doubt or "prose") if _codes(wish.mentions) & denied else wish


def _from_name(
    file: Attachment, mail: tuple[Mention, ...], doubt: str | None, programs: Collection[str]
) -> Wish:
    named = _distinct(_named_in(file.name, programs))
    if not named:
        return _sure(Wish(file, mail, doubt))
    if mail and not _codes(named) <= _codes(mail):
        return Wish(file, _distinct(mail + named), "sources-differ")
    return _sure(Wish(file, _with_details(named, mail)))


def _spread(wishes: tuple[Wish, ...], loose: set[int], mail: tuple[Mention, ...]) -> tuple[Wish, ...]:
    """Several files and several items without a map: each to each, or one to one? We ask."""
    shared = [wish for wish in wishes if wish.file.number in loose and wish.mentions == mail]
    if len(shared) < 2 or len(mail) < 2:
        return wishes
    unsure = {wish.file.number for wish in shared}
    return tuple(
        replace(wish, doubt=wish.doubt or "several-files-several-items")
        if wish.file.number in unsure
        else wish
        for wish in wishes
    )


def _sure(wish: Wish) -> Wish:
    """A wish without a code, or with a doubtful one, is not sure."""
    doubts = [mention.doubt for mention in wish.mentions if mention.doubt]
    none = None if wish.mentions else "no-code"
    return replace(wish, doubt=wish.doubt or none or next(iter(doubts), None))


def _named_in(words: str, programs: Collection[str]) -> tuple[Mention, ...]:
    """Codes of a subject or a file name."""
    return _hedging(words, _plain(find_codes(words, programs), words))


def _plain(mentions: tuple[Mention, ...], words: str) -> tuple[Mention, ...]:
    """`el 2` standing by itself is a code; `Reunión el 12` and `el 2 llegan` may be prose."""
    return tuple(
        replace(mention, doubt=None) if mention.doubt == "word" and _stands_alone(mention, words) else mention
        for mention in mentions
    )


def _stands_alone(mention: Mention, words: str) -> bool:
    before, after = words[: mention.start], words[mention.end :]
    return _BEFORE.search(before[-20:]) is not None and _AFTER.match(after) is not None


def _hedging(words: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    return tuple(
        replace(mention, doubt=mention.doubt or "prose") if _hedged(words, mention) else mention
        for mention in mentions
    )


def _with_details(mentions: tuple[Mention, ...], others: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Pages and the word "finding" that stand at the same code elsewhere in the mail."""
    said = {mention.code.key: mention for mention in others}
    return tuple(
        replace(
            mention,
            pages=mention.pages or said[mention.code.key].pages,
            finding=mention.finding or said[mention.code.key].finding,
        )
        if mention.code.key in said
        else mention
        for mention in mentions
    )


def _distinct(mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    return tuple({mention.code.key: mention for mention in reversed(mentions)}.values())[::-1]


def _codes(mentions: tuple[Mention, ...]) -> set[str]:
    return {mention.code.key for mention in mentions}
