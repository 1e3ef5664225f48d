"""What the state decides on a form, whichever form it is: one step for all decisions, and its two replies."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from handlers.asking import Asker
from handlers.audience import lea_people, tell
from handlers.decision_words import read_why
from handlers.grammar import paragraphs_of
from handlers.leave_comment import comment_on
from handlers.lifecycle import label
from handlers.messages import Answer, Reply
from handlers.moving import find_to_decide, move
from handlers.references import TargetSaid, read_target
from handlers.refusals import NotOneOfYours
from handlers.sealing import sealed, words_sealed
from handlers.standing import standing
from handlers.targets import Target
from store.models import Obligation
from store.unit_of_work import UnitOfWork

DECIDERS = frozenset({"program_contact", "program_monitor"})


@dataclass(frozen=True)
class FormDecided(Reply):
    """To who decided: what `happened` (receipt_confirmed, accepted, reopened), the words that were said, how
    many people of the LEA were told, and where the form stands."""

    happened: str
    lea: str
    text: list[str]
    told: int
    progress: list[dict[str, Any]]
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FormDecisionHeard(Reply):
    """To the LEA: who decided what on their form, and why."""

    happened: str
    by: str
    name: str
    title: str
    text: list[str]
    due: str


@dataclass(frozen=True)
class DecideForm:
    """The form, what happens to it, and the words that go with it."""

    target: TargetSaid
    happened: str
    text: str = ""


def read_decision(words: str, programs: Collection[str], happened: str) -> DecideForm | None:
    """`FORM`, perhaps with words behind a colon or `because`."""
    found = read_target(words, programs)
    text = read_why(found[1]) if found and found[0].name else None
    return DecideForm(found[0], happened, text) if found and text is not None else None


async def decide_form(command: DecideForm, asker: Asker, uow: UnitOfWork) -> Answer:
    """Move the form on, keep the words, tell the LEA. Raises NotOneOfYours, WhichOne, NotForYourRole, and
    NotNow with who was first and when."""
    target, duty = await form_to_decide(command.target, asker, uow)
    await move("form", f"{target.title} ({target.name})", duty, command.happened, uow)
    if command.happened != "receipt_confirmed":
        duty.decided_at, duty.decided_by = asker.message.received_at, asker.person.id
    if command.text:
        uow.add(comment_on(target, command.text, asker, command.happened))
    text = paragraphs_of(command.text)
    heard = FormDecisionHeard(
        command.happened, asker.person.name, target.name, target.title, text, duty.due.isoformat()
    )
    told = tell(await lea_people(target.lea, asker, uow), heard)
    lea = await uow.lea(target.lea)
    rows = await standing([target], asker, uow)
    signed = await sealed(_facts(command, target, duty), asker, uow)
    return Answer(FormDecided(command.happened, lea.name, text, len(told), rows, signed), tell=told)


def _facts(command: DecideForm, target: Target, duty: Obligation) -> list[tuple[str, str]]:
    """`Accepted`, `Reopened` or `Receipt-confirmed`, and the status that the form has now."""
    happened = command.happened.replace("_", "-").capitalize()
    return [(happened, target.name), ("Status", label(duty.status)), *words_sealed("Text", command.text)]


async def form_to_decide(said: TargetSaid, asker: Asker, uow: UnitOfWork) -> tuple[Target, Obligation]:
    """The form that is meant, its row held. Raises NotOneOfYours, WhichOne, NotForYourRole."""
    target = await find_to_decide(said, asker, uow, "decide on forms")
    if target.obligation is None:
        raise NotOneOfYours("form", said.said)
    return target, target.obligation
