"""Accept a form: the LEA's duty is done."""

from collections.abc import Collection

from handlers.asking import Asker, Capability
from handlers.decision_words import check_meant
from handlers.form_decisions import DECIDERS, DecideForm, decide_form, read_decision
from handlers.messages import Answer
from store.unit_of_work import UnitOfWork


def read_line(words: str, programs: Collection[str]) -> DecideForm | None:
    """`accept sv-plan`, perhaps with words for the LEA behind a colon."""
    return read_decision(words, programs, "accepted")


async def accept_form(command: DecideForm, asker: Asker, uow: UnitOfWork) -> Answer:
    """Raises NotSure where its words begin like a no, and whatever `decide_form` raises."""
    check_meant(f"accept {command.target.said}", command.text)
    return await decide_form(command, asker, uow)


CAPABILITY = Capability(
    verb="accept",
    usage="accept sv-plan: complete",
    does="accepts a form that an LEA submitted",
    handle=accept_form,
    opens=r"accept(?! (?:the |their )?response)",
    line=read_line,
    takes_text=True,
    roles=DECIDERS,
    weighty=True,
)
