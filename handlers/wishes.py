"""What a message says about each of its files: which items, which finding, pages, school.

Pure: no look-up. A line of a file map beats a code in the file's name, which narrows what the mail
as a whole says (address, subject, first lines). Where two of these disagree, the wish is unsure.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from handlers.file_map import ANSWER_SIGN, MapLine, file_map, without_map
from handlers.grammar import Mention, find_codes, plain
from handlers.messages import Attachment, Message
from handlers.own_lines import own_subject
from handlers.prose import hedge

FIRST_LINES = 12
MOST_CODES = 50
_LIST = re.compile(
    r"[\s,;/&+-]{0,9}(?:\([^()]{0,80}\)[\s,;/&+]{0,9})?(?:p\w{0,5}\.?\s{0,3}[\d\s,-]{1,40})?"
    r"(?:and|y|plus|as well as)?[\s,;/&+]{0,9}(?:(?:also|for|item|items|para)\b\s{0,3}){0,2}",
    re.I,
)
_AS_ASKED = {"later": "prose", "scattered": "prose"}
_ALTERNATIVE = re.compile(r"\b(?:or|o|vs)\b|\?", re.I)
_REPLY = re.compile(r"(?:\s{0,5}(?:re|fwd?|fw|aw|wg|rv|tr)\s{0,3}:){0,9}[\s#\[(*-]{0,5}", re.I)
_BEFORE_CODE = re.compile(
    r"(?:[,;:(/&+_-]|\b(?:for|item|items|evidence|evidencia|para|and|file))[ \t]{0,3}$", re.I
)


@dataclass(frozen=True)
class Wish:
    """One file and the items it is for. `doubt` says why that is not sure, in a machine's word:
    `no-code`, `sources-differ`, `several-files-several-items`, `list`, `supporting`, `word`, `prose`.
    `words` are those of its own line in a file map, else empty; `chosen`: a form says them, so that they name
    things exactly. `by_name`: its own name says it."""

    file: Attachment
    mentions: tuple[Mention, ...]
    doubt: str | None = None
    words: str = ""
    chosen: bool = False
    by_name: bool = False


@dataclass(frozen=True)
class _Mail:
    """What a mail says of all its files together, and why that is unsure."""

    mentions: tuple[Mention, ...]
    doubt: str | None = None

    @property
    def codes(self) -> set[str]:
        return _codes(self.mentions)


def wishes_of(message: Message, programs: Collection[str]) -> tuple[Wish, ...]:
    """A wish for every file that can be evidence, in the order the sender sees them."""
    names = _names(message.files)
    lines = file_map(message.text, names, programs)
    mail = _whole_mail(message, lines, programs)
    documents = [file for file in message.files if file.role == "document"]
    lines = lines or _map_in_subject(message, programs)
    wishes = [_mapped(file, lines) or _from_name(file, mail, programs) for file in documents]
    if _stray(lines, message.files):
        wishes = [
            wish if wish.words else replace(wish, doubt=wish.doubt or "sources-differ") for wish in wishes
        ]
    wishes = [replace(wish, chosen=message.filled and bool(wish.words)) for wish in wishes]
    return _spread(wishes, mail)


def answered_wishes(files: Iterable[Attachment], text: str, programs: Collection[str]) -> tuple[Wish, ...]:
    """The wishes of an answer about files asked for before: a map, or one item for all of them."""
    asked = tuple(files)
    lines = file_map(text, _names(asked), programs, ANSWER_SIGN)
    said = _said_in_text(without_map(text, lines), programs)
    mail = _Mail(_distinct(_plainly(text, said)))
    return _spread([_mapped(file, lines) or _sure(Wish(file, mail.mentions)) for file in asked], mail)


def _map_in_subject(message: Message, programs: Collection[str]) -> tuple[MapLine, ...]:
    """A map that a new mail has as its subject, if it names every document and nothing else names an item."""
    lines = file_map(own_subject(message), _names(message.files), programs)
    beside = find_codes("; ".join([message.text, *message.hints]), programs)
    documents = [file for file in message.files if file.role == "document"]
    whole = all(line.mentions for line in lines) and all(_mapped(file, lines) for file in documents)
    return lines if whole and not beside and not _stray(lines, message.files) else ()


def _names(files: Iterable[Attachment]) -> list[str]:
    """The files' names in the places of their numbers."""
    named = {file.number: file.name for file in files}
    return [named.get(number, "") for number in range(1, max(named, default=0) + 1)]


def _stray(lines: Sequence[MapLine], files: Iterable[Attachment]) -> bool:
    """A line of the map is for a file that did not come: it may have meant one that no line names."""
    there = {file.number for file in files}
    return any(not line.rest and not line.numbers & there for line in lines)


def _mapped(file: Attachment, lines: Sequence[MapLine]) -> Wish | None:
    """The wish that the file's own lines of a map make: every spelling and every code is meant."""
    own = [line for line in lines if file.number in line.numbers] or [line for line in lines if line.rest]
    if not own:
        return None
    differ = any(_codes(one.mentions) != _codes(two.mentions) for one, two in pairwise(own))
    said = [mention for line in own for mention in _hedged(line.says, line.mentions)]
    mentions = tuple(replace(one, doubt=None) if one.doubt == "word" else one for one in said)
    words = "\n".join(line.says for line in own)
    return _sure(Wish(file, _distinct(mentions), "sources-differ" if differ else None, words))


def _whole_mail(message: Message, lines: Sequence[MapLine], programs: Collection[str]) -> _Mail:
    """What the address, the subject and the first lines say together, and whether they agree."""
    hints = find_codes("; ".join(message.hints), programs)
    subject = _said_in_subject(message.subject, programs)
    text = _said_in_text(without_map(message.text, lines), programs)
    strong = [said for said in (hints, subject) if said]
    if len(strong) == 2 and _codes(hints) != _codes(subject):
        return _Mail(_distinct(hints + subject), "sources-differ")
    if not strong:
        return _Mail(_distinct(text))
    said = tuple(mention for mention in text if mention.doubt != "word")
    if _contradicted(_codes(strong[0]), said):
        return _Mail(_distinct(strong[0] + said), "sources-differ")
    return _Mail(_with_details(_distinct(strong[0] + subject), said))


def _contradicted(strong: set[str], text: Sequence[Mention]) -> bool:
    """The text names another item, takes one back, or puts one off."""
    hedged = any(mention.doubt in ("prose", "later") for mention in text)
    return hedged or bool(_codes(text) - strong)


def _said_in_subject(subject: str, programs: Collection[str]) -> tuple[Mention, ...]:
    said = plain(subject)
    mentions = _plainly(said, find_codes(said, programs))
    between = [said[one.end : two.start] for one, two in pairwise(mentions)]
    either = any(_ALTERNATIVE.search(words) for words in between)
    hedged = _hedged(said, mentions)
    return tuple(replace(one, doubt=one.doubt or "prose") if either else one for one in hedged)


def _as_of_now(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """More of the same item may follow tomorrow: that puts nothing off where it is named plainly, too."""
    plainly = {mention.code.key for mention in mentions if mention.doubt is None}
    return tuple(
        replace(one, doubt=None) if one.doubt == "later" and one.code.key in plainly else one
        for one in mentions
    )


def _said_in_text(text: str, programs: Collection[str]) -> tuple[Mention, ...]:
    """Codes of the first lines. Running prose is weak: scattered codes are in doubt, and hedged ones."""
    first = plain("\n".join(text.splitlines()[:FIRST_LINES]))
    mentions = _as_of_now(_hedged(first, find_codes(first, programs)))
    between = [first[one.end : two.start] for one, two in pairwise(mentions)]
    if all(len(words) < 200 and _LIST.fullmatch(words) for words in between):
        return mentions
    same = len(_codes(mentions)) == 1
    return tuple(replace(one, doubt=one.doubt or (None if same else "scattered")) for one in mentions)


def _hedged(text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Every mention with the doubt that the words around it raise; a flood of codes is in doubt as it is."""
    if len(mentions) > MOST_CODES:
        return tuple(replace(one, doubt=one.doubt or "scattered") for one in mentions)
    said = plain(text)
    found = [one.doubt or hedge(said, one.start, one.end) for one in mentions]
    return tuple(
        replace(one, doubt="prose" if doubt == "denied" else doubt)
        for one, doubt in zip(mentions, found, strict=True)
    )


def _from_name(file: Attachment, mail: _Mail, programs: Collection[str]) -> Wish:
    stem = file.name.rpartition(".")[0] or file.name
    named = _distinct(_hedged(stem, _plainly(stem, find_codes(stem, programs))))
    if not named:
        return _sure(Wish(file, mail.mentions, mail.doubt))
    if mail.mentions and not _codes(named) <= mail.codes:
        return Wish(file, _distinct(mail.mentions + named), "sources-differ")
    if any(one.doubt == "prose" and one.code.key in _codes(named) for one in mail.mentions):
        return Wish(file, mail.mentions, "prose")
    return _sure(Wish(file, _with_details(named, mail.mentions), by_name=True))


def _spread(wishes: Sequence[Wish], mail: _Mail) -> tuple[Wish, ...]:
    """Several files and several items without a map: each to each, or one to one? We ask."""
    if len(wishes) < 2 or len(mail.mentions) < 2:
        return tuple(wishes)
    unsure = "several-files-several-items"
    return tuple(
        replace(wish, doubt=wish.doubt or unsure)
        if wish.mentions == mail.mentions and not wish.words
        else wish
        for wish in wishes
    )


def _sure(wish: Wish) -> Wish:
    """A wish without a code, or with a doubtful one, is not sure."""
    doubts = [_AS_ASKED.get(one.doubt, one.doubt) for one in wish.mentions if one.doubt]
    none = None if wish.mentions else "no-code"
    return replace(wish, doubt=wish.doubt or none or next(iter(doubts), None))


def _plainly(text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
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


def _with_details(mentions: tuple[Mention, ...], others: Iterable[Mention]) -> tuple[Mention, ...]:
    """Pages and the word "finding" that stand at the same code elsewhere in the mail."""
    said = {mention.code.key: mention for mention in others}
    return tuple(
        replace(mention, pages=mention.pages or other.pages, finding=mention.finding or other.finding)
        if (other := said.get(mention.code.key))
        else mention
        for mention in mentions
    )


def _distinct(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
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


def _codes(mentions: Iterable[Mention]) -> set[str]:
    return {mention.code.key for mention in mentions}
