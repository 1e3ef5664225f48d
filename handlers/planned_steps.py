"""The lines below a request: its steps (`step: WHAT, WHO, by DATE`), interim evidence, the reason. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from handlers.agreements import FILL_IN, Draft, Frame, PlannedStep, check_step_day
from handlers.dates import read_date
from handlers.refusals_dates import StepUnclear

_KEY = re.compile(
    r"\s*(?:[-*\u2022]\s*)?(?:\d{1,2}[.)]\s*)?"
    r"(steps?|interim|reason)\b(?: evidence)?\s{0,2}\d{0,2}\s{0,2}:",
    re.I,
)
_BULLET = re.compile(r"\s*(?:[-*\u2022]|\d{1,2}[.)])\s+")
_BY = re.compile(r"(?P<rest>.*)(?:[,;]|\s)\s*(?:by|until|till|due|before)\b\s*:?\s*(?P<by>.+)", re.I)


def parts_of(text: str) -> Iterator[tuple[str, str]]:
    """The words by what they are: `step`, `interim`, `reason`, or nothing. A line without a key goes on with
    the one before; below a step, a bullet begins the next."""
    key, said = "", ""
    for line in text.splitlines():
        keyed, bullet = _KEY.match(line), _BULLET.match(line)
        if keyed is None and (bullet is None or key != "step"):
            said = f"{said} {line.strip()}".strip()
            continue
        yield key, said
        key = keyed[1].lower().removesuffix("s") if keyed else key
        said = (_KEY if keyed else _BULLET).sub("", line, count=1).strip()
    yield key, said


@dataclass(frozen=True)
class _Said:
    """A step as written, and its parts as far as they are there."""

    text: str
    what: str
    who: str
    by: str | None

    @property
    def lacks(self) -> str:
        if FILL_IN in self.text.upper():
            return "what will be done"
        if not (self.what and self.who):
            return "what is done, or who does it"
        return "" if self.by else "by when it is done"


def read_step(text: str, until: date, draft: Draft, frame: Frame, anchors: Mapping[str, date]) -> PlannedStep:
    """What, who and by when. Raises StepUnclear for what is missing, DateUnclear for a doubtful day; both
    offer the whole request with a step that works."""
    said = _said(text)

    def instead(step: PlannedStep) -> list[str]:
        return draft.instead_of(f"step: {text}", step.line).until(until)

    if said.lacks or said.by is None:
        example = draft.example(until)
        what, who = (said.what, said.who) if said.what else (said.who or example.what, "")
        raise StepUnclear(text, said.lacks, instead(replace(example, what=what, who=who or example.who)))
    day = check_step_day(
        read_date(said.by, frame.today, anchors),
        frame,
        until,
        draft.example(until).by,
        lambda day: instead(PlannedStep(said.what, said.who, day)),
        text,
    )
    return PlannedStep(said.what, said.who, day)


def _said(text: str) -> _Said:
    dated = _BY.fullmatch(text)
    rest = (dated["rest"] if dated else text).strip(" ,;.").replace(";", ",")
    what, _, who = rest.rpartition(",")
    return _Said(text, what.strip(" ,"), who.strip(" ,"), dated["by"] if dated else None)
