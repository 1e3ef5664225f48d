"""Reopen a form that was accepted: it goes back to the LEA, with the reason."""

from collections.abc import Collection

from handlers.form_decisions import FORM_NEXT, DecideForm, decide_form
from handlers.messages import Answer, Asker, Capability
from handlers.references import read_target
from handlers.refusals import NotSaidRight
from handlers.reviews import read_why
from store.unit_of_work import UnitOfWork

VERB = "reopen form"
USAGE = "reopen form sv-plan: why"


def read_line(words: str, programs: Collection[str]) -> DecideForm | None:
    """`reopen sv-plan: why`, or `because …`."""
    found = read_target(words.removeprefix("form "), programs)
    text = read_why(found[1]) if found and found[0].name else None
    return DecideForm(found[0], "reopened", text) if found and text is not None else None


async def reopen_form(command: DecideForm, asker: Asker, uow: UnitOfWork) -> Answer:
    """Only with a reason. Raises NotSaidRight, and whatever `decide_form` raises."""
    if not command.text:
        raise NotSaidRight(VERB, USAGE, "the reason, so that the LEA knows what to do")
    return await decide_form(command, asker, uow)


CAPABILITY = Capability(
    verb=VERB,
    usage=USAGE,
    does="gives an accepted form back to the LEA",
    handle=reopen_form,
    opens=rf"reopen(?: the)?(?: form\b|{FORM_NEXT})",
    line=read_line,
    takes_text=True,
    roles=frozenset({"program_contact", "program_monitor"}),
)
