"""Say how things stand, what is missing and when it is due: the door to the `status_of_…` files.

`status`, `status EL 02 of Sierra Vista Unified`, `status sv-fpm`, `status charter`, `status me`.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from handlers.access import leas_served, not_for, reach_of
from handlers.asking import Asker, Capability
from handlers.grammar import Mention, find_codes, first_line, plain
from handlers.messages import Answer, Message
from handlers.plain_questions import plainly_asked
from handlers.references import NAME, lea_of
from handlers.refusals import NotOneOfYours
from handlers.status_of_item import forms_status, items_status
from handlers.status_of_lea import lea_status
from handlers.status_of_person import person_status
from handlers.status_of_program import program_status, work_status
from handlers.status_of_review import review_status
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ShowStatus:
    """The items asked about, or else what `said` names; nothing means everything open of the asker."""

    mentions: tuple[Mention, ...]
    said: str


_LEAD = re.compile(r"(?:(?:of|on|for|about|the|our|my|form|review|de|del)\s+)*", re.I)
_ALL = re.compile(r"(?:us|all|everything|open items?|open|now|today|update|report)?", re.I)
_ONLY_CODES = re.compile(r"[\s,;&+/]*(?:(?:and|y|findings?|items?|on|for)[\s,;&+/]*)*", re.I)
_OF_WHOM = re.compile(r"\s+(?:of|for|at|in|,)?\s*[^\W\d_][\w .'&-]{1,80}")
_NAMED = re.compile(r"[^\W\d_][\w.'&()-]*(?: [\w.'&()-]+){0,7}")
_PROSE = re.compile(
    r"\b(?:report|update|check|quo|meeting|letter|attached|is|are|was|will|we|you|i|please|this|that|which)\b",
    re.I,
)


def read_line(words: str, programs: Collection[str]) -> ShowStatus | None:
    """`status TARGETS`, `status NAME`: only names behind the verb, no prose."""
    said = plain(words).strip(" :").rstrip(" .?!")
    said = _LEAD.sub("", said, count=1)
    if _ALL.fullmatch(said):
        return ShowStatus((), "")
    if (mentions := find_codes(said, programs)) and _is_only_codes(said, mentions):
        return ShowStatus(mentions, said[:160])
    named = len(said) <= 90 and not mentions and not _PROSE.search(said)
    known = re.fullmatch(rf"{NAME}|[^\s@,;:]{{1,64}}@[^\s@,;:]{{1,190}}", said, re.I) or _NAMED.fullmatch(
        said
    )
    return ShowStatus((), said) if named and known else None


def _is_only_codes(said: str, mentions: tuple[Mention, ...]) -> bool:
    """Whether nothing stands beside the codes but commas, and behind them an LEA's or a review's name."""
    end, rest = 0, ""
    for mention in mentions:
        rest += said[end : mention.start]
        end = mention.end
    before = re.sub(rf"{NAME}/?\s*$", "", rest)
    behind = said[end:]
    whose = _OF_WHOM.fullmatch(behind) is not None and not _PROSE.search(behind)
    return _ONLY_CODES.fullmatch(before) is not None and (whose or _ONLY_CODES.fullmatch(behind) is not None)


def read(message: Message, programs: Collection[str]) -> ShowStatus | None:
    """`status` begins the first line, or the subject of a mail that is no reply; or somebody asks how an
    item stands. Nothing changes by it, so that it may be read generously."""
    if message.has_documents:
        return None
    if plainly_asked(message) == "to_do":
        return ShowStatus((), "")
    said = first_words(message)
    if not wants_status(said, programs):
        said = message.subject.strip()
        if not re.match(r"status\b", said, re.I):
            return None
    exact = read_line(said[6:], programs) if re.match(r"status\b", said, re.I) else None
    codes = find_codes(said, programs)
    return exact or ShowStatus(codes, said[:160] if codes else "")


def wants_status(said: str, programs: Collection[str]) -> bool:
    """Whether a line asks how things stand: `status`, `what is missing for EL 02?`, `Is EL 02 complete?`"""
    line = said[:200]
    if re.match(r"status\b", line, re.I) or _OPENLY.search(line):
        return True
    return "?" in line and _ASKS.search(line) is not None and bool(find_codes(line, programs))


def first_words(message: Message) -> str:
    """The line that may hold a verb: the first of the text, or the subject when the text is empty."""
    subject = re.sub(r"^(?:(?:re|fwd?|aw|wg)\s*:\s*)+", "", message.subject.strip(), flags=re.I)
    return first_line(message.text) or subject


_OPENLY = re.compile(
    r"\b(?:what(?:'s| is|’s) (?:the |our )?(?:status|still missing|missing|open|due|outstanding)\b"
    r"|what (?:do (?:we|i|you)|are we) (?:still )?(?:need|owe|missing)\b"
    r"|(?:the|our|a) status of\b|^(?:our|my) status\b|where do we stand\b)",
    re.I,
)
_ASKS = re.compile(
    r"\b(?:status|complete|missing|received?|got|get|on file|arrived?|open|done|need|due|stand|falta"
    r"|recibi\w*)\b",
    re.I,
)


async def show_status(command: ShowStatus, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look up and tell; nothing changes. Raises NotForYourRole, NotOneOfYours, WhichOne."""
    leas, reach = leas_served(asker.person), reach_of(asker.person)
    if not leas and not reach.of_state:
        raise not_for(asker.person, "see an LEA's status")
    if command.mentions:
        return Answer(await items_status(command.mentions, command.said, asker, uow))
    if not command.said:
        return Answer(await lea_status(leas, asker, uow) if leas else await work_status(asker, uow))
    return await _of_named(command.said, asker, uow)


async def _of_named(said: str, asker: Asker, uow: UnitOfWork) -> Answer:
    """Of a person, a review, a form, a program or an LEA, whichever the words name within reach."""
    if said.lower() in ("me", "myself") or "@" in said:
        return Answer(await person_status(said, asker, uow))
    name = said.lower()
    if reviews := await uow.reviews_within(reach_of(asker.person), review=name):
        return Answer(await review_status(reviews[0], asker, uow))
    found = await forms_status(name, asker, uow) or await program_status(said, asker, uow)
    if found is not None:
        return Answer(found)
    lea = await lea_of(said, asker, uow)
    if lea is None:
        raise NotOneOfYours("review, form, program or LEA", said[:80])
    return Answer(await lea_status((lea,), asker, uow))


CAPABILITY = Capability(
    verb="status",
    usage="status, or status EL 02",
    does="shows what is on file, what is missing and when it is due",
    handle=show_status,
    read=read,
    opens="status",
    line=read_line,
    only_asks=True,
)
