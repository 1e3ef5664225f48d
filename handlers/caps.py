"""How much one address may hear of us: a net below all signs of automatic mail, for robots that show none.

Beyond a cap a message is handled all the same and its result is kept; only its answer is withheld, with the
reason recorded, and a person is told. Whoever files documents is answered always: robots send none.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.messages import Answer, Message, Unreadable
from handlers.outcome import named
from store.unit_of_work import UnitOfWork

A_DAY = timedelta(hours=24)
A_WHILE = timedelta(minutes=10)
LEADS_NOWHERE = 5
ALIKE = 30
ALL = 200
WITHHELD = "answer withheld"
_TEMPLATES = ("message_held", "stranger_held")
_REASONS = ("not_understood", "nothing_asked", "nothing_to_confirm")


@dataclass(frozen=True)
class Told:
    """What an address got before: answers that led nowhere and all answers of 24 hours, those of the same
    template of ten minutes."""

    nowhere: int
    alike: int
    all: int


def why_withheld(told: Told, leads_nowhere: bool) -> str | None:
    """The cap that one more answer would break, or None."""
    if leads_nowhere and told.nowhere >= LEADS_NOWHERE:
        return f"{LEADS_NOWHERE} that led nowhere in 24 hours"
    if told.alike >= ALIKE:
        return f"{ALIKE} of a kind in 10 minutes"
    return f"{ALL} in 24 hours" if told.all >= ALL else None


async def within_caps(answer: Answer, read: Message | Unreadable, uow: UnitOfWork) -> Answer:
    """The answer, or its result alone."""
    if answer.reply is None or read.reply_to is None or read.channel != "mail" or _files(answer):
        return answer
    nowhere = leads_nowhere(answer)
    told = await _told(read.reply_to.to, named(answer.reply)[0], nowhere, read.received_at, uow)
    why = why_withheld(told, nowhere)
    if why is None:
        return answer
    reason = "; ".join(filter(None, (answer.reason, f"{WITHHELD}: {why}")))
    return replace(answer, reply=None, reason=reason)


def leads_nowhere(answer: Answer) -> bool:
    """Whether an answer only says that there was nothing to answer."""
    assert answer.reply is not None
    return named(answer.reply)[0] in _TEMPLATES or answer.reason in _REASONS


def _files(answer: Answer) -> bool:
    return any(said.verdict == "filed" for said in answer.verdicts)


async def _told(to: str, template: str, nowhere: bool, at: datetime, uow: UnitOfWork) -> Told:
    """One question for nearly every message: whoever got little got little of each kind."""
    everything = await uow.answers_since(to, at - A_DAY)
    alike = await uow.answers_since(to, at - A_WHILE, template) if everything >= ALIKE else 0
    wasted = everything >= LEADS_NOWHERE and nowhere
    led = await uow.answers_to_nothing_since(to, at - A_DAY, _TEMPLATES, _REASONS) if wasted else 0
    return Told(led, alike, everything)
