"""One readable conversation per item, finding, form or review: who did and said what, when, and how.

It is told from the history itself, so that it says what the chain of digests vouches for.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from handlers.access import reach_of
from handlers.asking import Asker, Capability
from handlers.conversation import MOST_TURNS, Turn, records_of, turns_of
from handlers.lifecycle import label
from handlers.messages import Answer, Reply
from handlers.references import TargetSaid, find_target, read_target
from handlers.standing import standing
from handlers.targets import Target
from store.history import record_of
from store.history_questions import Story
from store.models import Person, Review
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ShowHistory:
    target: TargetSaid


@dataclass(frozen=True)
class HistoryShown(Reply):
    """The newest turns, the oldest of them first, and how many `earlier` ones there are; then where the
    target stands (`progress`, empty for a review, whose `status` it is)."""

    code: str
    title: str
    status: str
    turns: list[dict[str, Any]]
    earlier: int
    progress: list[dict[str, Any]]


def read_line(words: str, programs: Collection[str]) -> ShowHistory | None:
    """`history EL 02`, `history finding EL 02`, `history hl-audit`, `history sv-fpm`."""
    found = read_target(words, programs)
    return ShowHistory(found[0]) if found is not None and not found[1] else None


async def show_history(command: ShowHistory, asker: Asker, uow: UnitOfWork) -> Answer:
    """Tell; nothing changes. Closed reviews stay readable. Raises NotOneOfYours, WhichOne."""
    name = command.target.name
    found = await uow.reviews_within(reach_of(asker.person), review=name) if name else []
    if found:
        return Answer(await _of_review(found[0], asker, uow))
    target = await find_target(command.target, asker, uow, also_closed=True)
    return Answer(await _of_target(target, asker, uow))


async def _of_review(review: Review, asker: Asker, uow: UnitOfWork) -> HistoryShown:
    lea = await uow.lea(review.lea_id)
    story = await uow.story_of_review(review.id)
    turns, earlier = await _turns(record_of(review), story, review, asker, uow)
    title = f"review of {lea.name}"
    return HistoryShown(review.id, title, label(review.status), turns, earlier, [])


async def _of_target(target: Target, asker: Asker, uow: UnitOfWork) -> HistoryShown:
    if target.item is not None:
        story, own = await uow.story_of_item(target.item), record_of(target.item)
    else:
        assert target.obligation is not None
        story, own = await uow.story_of_form(target.obligation.id), record_of(target.obligation)
    about = target.item.review if target.item else target.lea
    turns, earlier = await _turns(own, story, about, asker, uow)
    progress = await standing([target], asker, uow)
    return HistoryShown(target.code, target.label, progress[0]["status"], turns, earlier, progress)


async def _turns(
    own: str, story: Story, about: Review | str, asker: Asker, uow: UnitOfWork
) -> tuple[list[dict[str, Any]], int]:
    """The newest turns with names and roles for addresses, and the count of those before them. `about` is
    the review, or the LEA whose form it is."""
    lea, before_nof = (about, False) if isinstance(about, str) else (about.lea_id, about.nof_date is None)
    of_state = lea not in reach_of(asker.person).leas
    entries = await uow.entries_on([own, *records_of(story, of_state=of_state)])
    turns = turns_of(entries, story, of_state=of_state, before_nof=before_nof)
    newest = turns[-MOST_TURNS:]
    people = await uow.people_at({turn.who for turn in newest})
    return [_named(turn, people) for turn in newest], len(turns) - len(newest)


def _named(turn: Turn, people: Mapping[str, Person]) -> dict[str, Any]:
    person = people.get(turn.who)
    roles = sorted({role.role for role in person.roles}) if person else []
    return asdict(turn) | {"who": person.name if person else turn.who, "roles": roles}


CAPABILITY = Capability(
    verb="history",
    usage="history EL 02",
    does="tells who did and said what on an item, finding, form or review, and when",
    handle=show_history,
    opens="history",
    line=read_line,
    only_asks=True,
)
