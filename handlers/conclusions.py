"""What holds for a conclusion until the Notification of Findings: whoever changes somebody else's says so
("instead"), and who had concluded hears of it. From the Notification on conclusions are final."""

from dataclasses import dataclass

from handlers.asking import Asker
from handlers.audience import others, tell
from handlers.grammar import paragraphs_of
from handlers.lifecycle import CONCLUSIONS, label, possible
from handlers.messages import Notice, Reply
from handlers.moving import brought_there
from handlers.refusals import NotNow
from handlers.targets import Target
from store.models import Person, ReviewItem
from store.reaching import Reach
from store.unit_of_work import UnitOfWork

BEFORE_NOF = ("scheduled", "upload_open", "in_review")


@dataclass(frozen=True)
class ConclusionChanged(Reply):
    """To who concluded before: somebody put another conclusion in the place of theirs, or took it back."""

    by: str
    code: str
    title: str
    before: str
    conclusion: str
    text: list[str]


async def check_not_final(target: Target, wanted: str, instead: bool, asker: Asker, uow: UnitOfWork) -> None:
    """Before the Notification of Findings, and with no word of somebody else in the way. Raises NotNow."""
    item = target.item
    assert item is not None
    review = await uow.review_now(item.review_id)
    if review.status not in BEFORE_NOF:
        finding = target.finding
        status = label(finding.status if finding else item.status)
        ways = possible("finding", finding.status) if finding else []
        said = f"{status}, {'the finding' if finding else 'a conclusion'} of the Notification of Findings"
        raise NotNow(item.code, said, wanted, ways)
    if is_of_another(item, asker.person.id) and not instead:
        who, since = await brought_there(item, uow)
        raise NotNow(item.code, label(item.status), wanted, ["changed_instead"], who, since)


async def who_concluded_before(
    target: Target, wanted: str, text: str, asker: Asker, uow: UnitOfWork
) -> tuple[Notice, ...]:
    """What to tell who had concluded otherwise; ask before the item moves to the status `wanted`."""
    item = target.item
    assert item is not None
    if not is_of_another(item, asker.person.id):
        return ()
    team: list[Person] = [*await uow.people_on_review(item.review_id)]
    team += await uow.contacts_of(item.review.program_id)
    before_them = [one for one in team if one.id == item.concluded_by]
    before = label(item.status), label(wanted)
    heard = ConclusionChanged(asker.person.name, target.code, target.label, *before, paragraphs_of(text))
    return tell(others(before_them, asker, Reach(reviews=(item.review_id,))), heard)


def is_of_another(item: ReviewItem, person_id: int | None) -> bool:
    """Whether somebody else concluded on the item."""
    return item.status in CONCLUSIONS and item.concluded_by not in (None, person_id)
