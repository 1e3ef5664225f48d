"""What a message says about each of its files: which items, which finding, pages, school.

Pure: no look-up. A line of a file map beats a code in the file's name, which narrows what the mail
as a whole says (address, subject, first lines). Where two of these disagree, the wish is unsure.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from handlers.file_map import ANSWER_SIGN, MapLine, file_map, without_map
from handlers.grammar import Mention, find_codes
from handlers.mentioned import (
    codes_of,
    distinct,
    hedged,
    plainly,
    said_in_subject,
    said_in_text,
    with_details,
)
from handlers.messages import Attachment, Message
from handlers.own_lines import own_subject

_AS_ASKED = {"later": "prose", "scattered": "prose"}


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
        return codes_of(self.mentions)


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
    said = said_in_text(without_map(text, lines), programs)
    mail = _Mail(distinct(plainly(text, said)))
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
    differ = any(codes_of(one.mentions) != codes_of(two.mentions) for one, two in pairwise(own))
    said = [mention for line in own for mention in hedged(line.says, line.mentions)]
    mentions = tuple(replace(one, doubt=None) if one.doubt == "word" else one for one in said)
    words = "\n".join(line.says for line in own)
    return _sure(Wish(file, distinct(mentions), "sources-differ" if differ else None, words))


def _whole_mail(message: Message, lines: Sequence[MapLine], programs: Collection[str]) -> _Mail:
    """What the address, the subject and the first lines say together, and whether they agree."""
    hints = find_codes("; ".join(message.hints), programs)
    subject = said_in_subject(message.subject, programs)
    text = said_in_text(without_map(message.text, lines), programs)
    strong = [said for said in (hints, subject) if said]
    if len(strong) == 2 and codes_of(hints) != codes_of(subject):
        return _Mail(distinct(hints + subject), "sources-differ")
    if not strong:
        return _Mail(distinct(text))
    said = tuple(mention for mention in text if mention.doubt != "word")
    if _contradicted(codes_of(strong[0]), said):
        return _Mail(distinct(strong[0] + said), "sources-differ")
    return _Mail(with_details(distinct(strong[0] + subject), said))


def _contradicted(strong: set[str], text: Sequence[Mention]) -> bool:
    """The text names another item, takes one back, or puts one off."""
    hedged = any(mention.doubt in ("prose", "later") for mention in text)
    return hedged or bool(codes_of(text) - strong)


def _from_name(file: Attachment, mail: _Mail, programs: Collection[str]) -> Wish:
    stem = file.name.rpartition(".")[0] or file.name
    named = distinct(hedged(stem, plainly(stem, find_codes(stem, programs))))
    if not named:
        return _sure(Wish(file, mail.mentions, mail.doubt))
    if mail.mentions and not codes_of(named) <= mail.codes:
        return Wish(file, distinct(mail.mentions + named), "sources-differ")
    if any(one.doubt == "prose" and one.code.key in codes_of(named) for one in mail.mentions):
        return Wish(file, mail.mentions, "prose")
    return _sure(Wish(file, with_details(named, mail.mentions), by_name=True))


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
