"""Reopen a form that was accepted: it goes back to the LEA, with the reason."""

from collections.abc import Collection

from handlers.asking import Asker, Capability
from handlers.form_decisions import DECIDERS, DecideForm, decide_form, read_decision
from handlers.messages import Answer
from handlers.references import NAME
from handlers.refusals import NotSaidRight
from store.unit_of_work import UnitOfWork

VERB = "reopen form"
USAGE = "reopen form sv-plan: why"
# The name of a form or a duty behind the verb, and no item: `hl-audit`, not `sv-fpm/EL 02`.
_FORM_NEXT = rf"(?=\s+(?:the\s+)?(?:form\s+)?(?-i:{NAME})(?:\s*[:,]|\s+(?:-|because\b|of\b)|\s*$))"


def read_line(words: str, programs: Collection[str]) -> DecideForm | None:
    """`reopen sv-plan: why`, or `because …`."""
    return read_decision(words.removeprefix("form "), programs, "reopened")


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
    opens=rf"reopen(?: the)?(?: form\b|{_FORM_NEXT})",
    line=read_line,
    takes_text=True,
    roles=DECIDERS,
    weighty=True,
)
