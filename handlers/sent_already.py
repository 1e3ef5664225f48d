"""`sent it`, as an answer to a reminder or with a code: the service looks for it, and answers with the
receipt, or with what it found instead and the next step. Nothing changes by it. Source: feature N11,
complaint 23.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from handlers import answer_question
from handlers.access import leas_served, reach_of
from handlers.asking import Asker, Capability
from handlers.grammar import Mention, find_codes, plain
from handlers.lost_and_found import (
    came_back,
    draft_of,
    filed_elsewhere,
    handed_in,
    held_of_lea,
    lost_messages,
    on_file,
)
from handlers.manners import is_polite, without_signature
from handlers.messages import Answer, Message, Reply
from handlers.own_lines import own_lines
from handlers.references import NAME, TargetSaid, find_target
from handlers.refusals import NotUnderstood
from handlers.reminded_of import reminders_answered
from handlers.targets import Target, form_target, item_targets
from handlers.threads import is_answer
from store.due_questions import NOT_IN
from store.unit_of_work import UnitOfWork

USAGE = "sent it, as a reply to a reminder, or: sent EL 02"
MOST_ITEMS = 8


@dataclass(frozen=True)
class SentAlready:
    """What they say they sent (nothing: what the reminder answered was about), and their words. `answer`:
    what these are where a question of ours waits for an answer ("sent EL 02": the file is for EL 02)."""

    targets: tuple[TargetSaid, ...]
    said: str
    answer: answer_question.AnswerQuestion | None = None


@dataclass(frozen=True)
class DeliveryLookedFor(Reply):
    """For each of `rows` (name, code, title) whether it is `handed` in, and what was `found` instead; `back`:
    the state had it and wants more. `messages` are those of the asker that did not get where they were to go,
    and those of their LEA's domain. `more` were not looked for."""

    rows: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    more: int = 0


_IT = r"(?:it|this|that|them|these|those|everything|all(?: of (?:it|them))?|(?:the|our|my) [a-z]{3,12})"
_WHEN = (
    r"(?: (?:in|already|just(?: now)?|before|earlier|today|yesterday|to you|by email|"
    r"(?:last|this) (?:week|month|night|morning|[a-z]+day)|(?:on |this |last )?[a-z]+day|"
    r"(?:on )?[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?|on \d{1,2}/\d{1,2}|(?:a |\w+ )?(?:days?"
    r"|weeks?) ago)){0,3}"
)
_DID = (
    r"sent|submitted|uploaded|filed|delivered|turned in|handed in|mailed|emailed|done|provided|completed|did"
    r"|finished"
)
_WHO = r"(?:i|we)(?:'ve| have| had)?|(?:it|this|that|they|these)(?:'s| is| was| were| has been| have been)?"
_ENGLISH = re.compile(
    rf"(?:(?:{_WHO}) )?"
    rf"(?:already |just )?(?:been )?(?:{_DID})(?: {_IT})?{_WHEN}|all done|(?:it|this|that) is in",
    re.I,
)
_SPANISH = re.compile(
    r"(?:ya )?(?:(?:se )?(?:lo|la|los|las) )?(?:hemos |he )?(?:enviad[oa]s?|enviamos|envi[eé]|mandamos"
    r"|mand[eé]"
    r"|mandado|presentamos|present[eé]|presentado|entregamos|entregu[eé]|entregado|subimos|sub[ií]"
    r"|subido|hecho|hicimos|hice"
    r"|listo)(?: (?:lo|la|esto|eso|todo|it))?(?: (?:ya|ayer|hoy|la semana pasada|el \w+|por correo)){0,2}"
    r"|ya est[aá]n? (?:enviad[oa]s?|hech[oa]s?|list[oa]s?|entregad[oa]s?|presentad[oa]s?"
    r"|subid[oa]s?)(?: it)?",
    re.I,
)
_IS_IN = re.compile(rf"it (?:is |are |was |were |has been )?(?:already )?(?:{_DID}|in){_WHEN}", re.I)
_AND = re.compile(r"it(?:(?:, and|,| and| y| &)? it)+")


def read(message: Message, programs: Collection[str]) -> SentAlready | None:
    """Only as the whole message, without a file: with one, `done` is what came along with the evidence. A
    picture that we take for a logo may have been meant as such, but for below a reminder."""
    lines = [line for line in without_signature(own_lines(message)) if line.strip()]
    own = [plain(line).strip() for line in lines if not is_polite(line, files=False)]
    said = re.sub(r"\be-mail", "email", " ".join(" ".join(own).split()), flags=re.I)
    if message.has_files or message.links or not 0 < len(said) <= 200:
        return None
    targets, words = _named(said, programs)
    words = words.strip(" .!,-").replace("’", "'")
    if not is_answer(message) and (message.files or not targets):
        return None
    fits = any(one.fullmatch(words) for one in (_ENGLISH, _SPANISH))
    behind = re.sub(r"^it[ :,.-]+", "", words)
    if not fits and not (targets and (_IS_IN.fullmatch(words) or _SPANISH.fullmatch(behind))):
        return None
    return SentAlready(targets, said[:80], answer_question.read(message, programs))


def _named(said: str, programs: Collection[str]) -> tuple[tuple[TargetSaid, ...], str]:
    """What is named, and the words with `it` in its place."""
    spans = [_span(one, said) for one in find_codes(said, programs) if one.doubt in (None, "word")]
    if not spans:
        spans = [(one.start(), one.end(), TargetSaid(one[0], name=one[0])) for one in _NAMES.finditer(said)]
    words = said
    for start, end, _ in reversed(spans):
        words = f"{words[:start]}it{words[end:]}"
    return tuple(target for *_, target in spans), _AND.sub("it", words)


def _span(one: Mention, said: str) -> tuple[int, int, TargetSaid]:
    """Where a code stands, with the review before it."""
    within = _REVIEW.search(said[: one.start])
    start, review = (within.start(), within["review"]) if within else (one.start, None)
    end = one.end + (said[one.end : one.end + 1] == ":")
    return start, end, TargetSaid(said[start : one.end], code=one.code, review=review)


_REVIEW = re.compile(rf"(?P<review>{NAME})/$")
_NAMES = re.compile(rf"(?<![\w/@.-]){NAME}(?![\w/@.-])")


async def sent_already(command: SentAlready, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look and tell. Raises NotUnderstood where no reminder is answered and nothing named; NotOneOfYours,
    WhichOne."""
    if command.answer is not None and await answer_question.waits(asker, uow):
        return await answer_question.answer_question(command.answer, asker, uow)
    targets = await _targets(command, asker, uow)
    if not targets:
        raise NotUnderstood(command.said, instead="sent")
    rows = [await _looked_for(one, asker, uow) for one in targets[:MOST_ITEMS]]
    missing = [one for one, row in zip(targets, rows, strict=False) if not row["handed"] and not row["found"]]
    messages = []
    if missing:
        messages = await lost_messages(missing, asker, uow)
        messages += await held_of_lea(missing[0], asker, uow)
    return Answer(DeliveryLookedFor(rows, messages, max(0, len(targets) - MOST_ITEMS)))


async def _targets(command: SentAlready, asker: Asker, uow: UnitOfWork) -> list[Target]:
    """What is named, else what the reminder was about; of a whole review the items that the state has not."""
    if command.targets:
        found = list(chain(*[await _named_by(one, asker, uow) for one in command.targets]))
    else:
        answered = await reminders_answered(asker, uow)
        names = list(dict.fromkeys(one.target.partition("#")[0] for one in answered))
        found = await _at(names, asker, uow)
    return [one for one in found if one.lea in leas_served(asker.person)]


async def _named_by(said: TargetSaid, asker: Asker, uow: UnitOfWork) -> list[Target]:
    """One thing, or what is missing of a whole review."""
    reviews = await uow.reviews_within(reach_of(asker.person), review=said.name) if said.name else []
    if reviews:
        return await _at([reviews[0].id], asker, uow)
    return [await find_target(said, asker, uow, also_closed=True)]


async def _at(names: Sequence[str], asker: Asker, uow: UnitOfWork) -> list[Target]:
    reach = reach_of(asker.person)
    items = list(await uow.items_at(reach, [name for name in names if "/" in name]))
    for review in [name for name in names if "/" not in name]:
        items += [one for one in await uow.items_within(reach, review=review) if one.status in NOT_IN]
    return [*await item_targets(items, uow), *map(form_target, await uow.duties_at(reach, names))]


async def _looked_for(target: Target, asker: Asker, uow: UnitOfWork) -> dict[str, Any]:
    filed = await on_file(target, uow)
    handed = await handed_in(target, filed, asker, uow)
    found = []
    if handed is None:
        draft = await draft_of(target, filed, asker, uow)
        found = [draft] if draft else await filed_elsewhere(target, asker, uow)
    return {
        "name": target.name,
        "code": target.code,
        "title": target.title,
        "kind": "finding" if target.item else "form",
        "due": target.due.isoformat() if target.due else None,
        "handed": handed,
        "back": came_back(target),
        "found": found,
    }


CAPABILITY = Capability(
    verb="sent it",
    usage=USAGE,
    does="looks for what you sent before, and answers with its receipt or with what it found instead",
    handle=sent_already,
    read=read,
    only_asks=True,
)
