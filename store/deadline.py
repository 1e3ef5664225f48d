"""A thing with a day, as a plain value: what an LEA owes, or what waits for the state."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Kind = Literal[
    "upload",
    "form",
    "finding",
    "agreement",
    "step",
    "decide_item",
    "decide_finding",
    "decide_agreement",
    "decide_form",
]


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing with a day (Pacific). `target` is its name in the record: a review (its evidence, as a
    whole), `sv-fpm/I-EL 02`, a duty, an instrument of a review (`sv-fpm/EL`: what was submitted there), or a
    step of an agreement (`sv-fpm/I-EL 02#1`). For what waits for a decision, `due` is the day since when.
    `count`: of how many items."""

    kind: Kind
    target: str
    lea: str
    program: str
    review: str | None
    code: str
    title: str
    due: date
    status: str
    count: int = 1
    said: str = ""

    @property
    def name(self) -> str:
        """What commands call it: a step belongs to its finding."""
        return self.target.partition("#")[0]

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other one of a day."""
        return self.target, self.kind

    @property
    def facts(self) -> dict[str, Any]:
        """As replies show it."""
        own = {"name": self.name, "code": self.code, "title": self.title, "kind": self.kind}
        return own | {"due": self.due.isoformat()}

    @property
    def is_decision(self) -> bool:
        return self.kind.startswith("decide_")
