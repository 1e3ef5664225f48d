"""Confirm receipt of a form that an LEA submitted. Source: S47 (receipt is confirmed, then it is read)."""

from collections.abc import Collection

from handlers.asking import Capability
from handlers.form_decisions import DECIDERS, DecideForm, decide_form
from handlers.references import read_target


def read_line(words: str, programs: Collection[str]) -> DecideForm | None:
    """`confirm receipt sv-plan`, and nothing behind it."""
    found = read_target(words, programs)
    if found is None or found[0].name is None or found[1]:
        return None
    return DecideForm(found[0], "receipt_confirmed")


CAPABILITY = Capability(
    verb="confirm receipt",
    usage="confirm receipt sv-plan",
    does="tells the LEA that its form has arrived",
    handle=decide_form,
    opens=r"confirm (?:the )?receipt(?: of)?",
    line=read_line,
    roles=DECIDERS,
)
