"""A refusal as an answer: its words, and a verdict for every file that came along."""

from dataclasses import asdict, dataclass, field
from typing import Any

from handlers.asking import Asker
from handlers.filing import not_filed
from handlers.messages import Answer, Attachment, Reply, Verdict
from handlers.outcome import snake
from handlers.refusals import Refusal


@dataclass(frozen=True)
class RequestRefused(Reply):
    """No, and why, and what works instead: `refusal` names the sentences, `facts` fill them."""

    receipt: int
    received_at: str
    name: str
    refusal: str
    facts: dict[str, Any]
    files: list[dict[str, Any]] = field(default_factory=list)


def refused(no: Refusal, asker: Asker) -> Answer:
    """The answer to a refusal. Every file is kept, and refused with the same reason."""
    message, name = asker.message, snake(type(no).__name__)
    outcomes = [not_filed(file, *_refused_file(file, name)) for file in message.files]
    lines = [asdict(one.line) for one in outcomes]
    told = (message.id, message.received_at.isoformat(), asker.person.name)
    reply = RequestRefused(*told, refusal=name, facts=no.facts, files=lines)
    return Answer(reply, "refused", name, tuple(one.verdict for one in outcomes))


def _refused_file(file: Attachment, name: str) -> tuple[Verdict, str]:
    if file.role == "infected":
        return "held", "infected"
    if not file.came:
        return ("held" if file.role == "withheld" else "refused"), file.remark or file.role
    decoration = file.role == "decoration"
    return ("not_evidence", file.remark or "decoration") if decoration else ("refused", name)
