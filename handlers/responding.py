"""What files do beyond being filed: to an open finding they are the LEA's response, and the state is told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.access import address_of
from handlers.asking import Asker
from handlers.audience import Hearer, state_people, tell
from handlers.lifecycle import possible
from handlers.messages import Notice, Reply
from handlers.placing import Placed
from handlers.submit_target import Submission, submit_target
from handlers.targets import Target
from store.unit_of_work import UnitOfWork

Done = tuple[Target, Submission]


@dataclass(frozen=True)
class SubmissionHeard(Reply):
    """To the state's people: who submitted what, in one notice for all of a message."""

    by: str
    lea: str
    targets: list[dict[str, Any]]


async def respond_with(placed: Iterable[Placed], asker: Asker, uow: UnitOfWork) -> tuple[Notice, ...]:
    """Submit what came for open findings from who may submit and called it no draft; tell the state."""
    by_target: dict[str, list[Placed]] = defaultdict(list)
    for one in placed:
        came = not one.is_there and one.how != "corrected"
        if came and one.filing.status == "attached" and one.target.finding is not None:
            by_target[one.target.name].append(one)
    done = [await _respond(some, asker, uow) for some in by_target.values()]
    return await heard([one for one in done if one is not None], asker, uow)


async def heard(done: Sequence[Done], asker: Asker, uow: UnitOfWork) -> tuple[Notice, ...]:
    """One notice for each of the state's people, about the targets that they decide on."""
    lines: dict[str, list[tuple[Hearer, str, dict[str, Any]]]] = defaultdict(list)
    leas = {lea.id: lea.name for lea in await uow.leas({target.lea for target, _ in done})} if done else {}
    for target, submission in done:
        line = {
            "name": target.name,
            "code": target.code,
            "title": target.title,
            "finding": target.finding is not None,
            "documents": submission.documents,
            "statements": submission.statements,
        }
        for one in await state_people(target, asker, uow):
            lines[address_of(one.person)].append((one, leas[target.lea], line))
    notices: tuple[Notice, ...] = ()
    for some in lines.values():
        names = " and ".join(dict.fromkeys(name for _, name, _ in some))
        submitted = SubmissionHeard(asker.person.name, names, [line for _, _, line in some])
        notices += tell([one for one, _, _ in some], submitted)
    return notices


async def _respond(placed: Sequence[Placed], asker: Asker, uow: UnitOfWork) -> Done | None:
    """The finding's row is held first; one that is resolved takes no response."""
    target = placed[0].target
    assert target.finding is not None
    await uow.hold(target.finding)
    if "responded" not in possible("finding", target.finding.status):
        return None
    return target, await submit_target(target, asker, uow, [one.filing for one in placed])
