"""A review by its name, within somebody's reach, and who is on its team."""

import re

from handlers.access import reach_of
from handlers.asking import Asker
from handlers.audience import Hearer, lea_people, team_of
from handlers.references import NAME
from handlers.refusals import NotOneOfYours
from store.models import Review
from store.unit_of_work import UnitOfWork

REVIEW = rf"(?:the )?(?:review )?(?:of )?(?P<review>{NAME})"


def read_review(words: str) -> tuple[str, str] | None:
    """A review's name at the beginning, and the words behind it."""
    found = re.match(rf"{REVIEW}(?![\w/@.-])", words, re.I)
    return (found["review"].lower(), words[found.end() :].strip()) if found else None


async def find_review(name: str, asker: Asker, uow: UnitOfWork, *, lock: bool = False) -> Review:
    """The review, open or closed, within the asker's reach. Raises NotOneOfYours."""
    found = await uow.reviews_within(reach_of(asker.person), review=name, lock=lock)
    if not found:
        raise NotOneOfYours("review", name)
    return found[0]


async def review_people(
    review: Review, asker: Asker, uow: UnitOfWork, code: str | None = None
) -> list[Hearer]:
    """Who hears of a review as a whole: who speaks for the LEA, and the team (`code` as of `team_of`)."""
    return [*await lea_people(review.lea_id, asker, uow), *await team_of(review, asker, uow, code)]
