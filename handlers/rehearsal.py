"""A dry run: the same answer as in earnest, marked as a rehearsal, and a record as it was before."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

from handlers.messages import Answer, Asker, FileVerdict, Reply
from handlers.outcome import snake
from store.unit_of_work import UnitOfWork

REASON = "rehearsal"


@dataclass(frozen=True)
class Rehearsed(Reply):
    """What would have been answered (`template`, `fields`), and to whom else something would have been
    written, as `{"to", "template"}`."""

    name: str
    template: str
    fields: dict[str, Any]
    tell: list[dict[str, str]]


async def rehearse(asker: Asker, decide: Callable[[], Awaitable[Answer]], uow: UnitOfWork) -> Answer:
    """Decide in earnest, then undo everything but the answer. The files stay kept, like every message."""
    async with uow.undone():
        answer = await decide()
        await uow.session.flush()
    files = tuple(FileVerdict(file, "not_evidence", reason=REASON) for file in asker.message.files)
    if answer.reply is None:
        return Answer(None, answer.state, answer.reason, files)
    template, fields = snake(type(answer.reply).__name__), asdict(answer.reply)
    tell = [{"to": one.to, "template": snake(type(one.reply).__name__)} for one in answer.tell]
    return Answer(Rehearsed(asker.person.name, template, fields, tell), "done", REASON, files)
