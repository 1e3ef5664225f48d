"""Run a review: open it for evidence, begin it, complete it, cancel it. Source: S20, S21.

It is completed when every finding is resolved; from then on nothing of it changes, and it stays readable.
Cancelling cannot be taken back, so it asks for the words "for good"; what nobody decided goes with it.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from handlers.access import LEADERS, may_lead
from handlers.asking import Asker, Capability
from handlers.audience import tell
from handlers.decision_words import read_why
from handlers.grammar import paragraphs_of
from handlers.leave_comment import comment_on_review
from handlers.lifecycle import label
from handlers.messages import Answer, Reply
from handlers.moving import move
from handlers.refusals import NotSaidRight, StillOpen
from handlers.requested_agreement import decide
from handlers.reviews import find_review, read_review, review_people
from handlers.sealing import sealed, words_sealed
from handlers.targets import item_target
from store.models import Lea, Review
from store.unit_of_work import UnitOfWork

USAGES = {
    "upload_opened": "open sv-fpm for evidence",
    "begun": "begin review sv-fpm",
    "completed": "complete review sv-fpm",
    "cancelled": "cancel review sv-fpm for good: why",
}
_FOR_GOOD = re.compile(r"for good\b\s*", re.I)


@dataclass(frozen=True)
class RunReview:
    """The review by its name, what happens to it, why, and whether it is said that it is `for good`."""

    review: str
    happened: str
    why: str = ""
    for_good: bool = False


@dataclass(frozen=True)
class ReviewMoved(Reply):
    """What happened to a review, and the items whose requests for more time ended with it (`withdrawn`). To
    who did it, with `told`: how many others know; to those without it."""

    by: str
    review: str
    lea: str
    kind: str
    first_day: str
    last_day: str
    upload_due: str | None
    happened: str
    why: list[str]
    withdrawn: list[str]
    told: int | None = None
    signed: list[str] = field(default_factory=list)


def reader(happened: str) -> Callable[[str, Collection[str]], RunReview | None]:
    """Reads `sv-fpm`, with ` for evidence` or ` for good: why` behind it where that belongs to it."""

    def read_line(words: str, _programs: Collection[str]) -> RunReview | None:
        found = read_review(words)
        if found is None:
            return None
        review, rest = found
        if happened == "cancelled":
            for_good = _FOR_GOOD.match(rest)
            why = read_why(rest[for_good.end() :] if for_good else rest)
            return None if why is None else RunReview(review, happened, why, for_good is not None)
        wanted = "for evidence" if happened == "upload_opened" else ""
        return RunReview(review, happened) if rest.lower() == wanted else None

    return read_line


async def run_review(command: RunReview, asker: Asker, uow: UnitOfWork) -> Answer:
    """Move the review and tell the LEA and the team. Raises NotSaidRight, NotOneOfYours, NotForYourRole,
    NotNow, StillOpen."""
    _must_be_sure(command)
    review = await find_review(command.review, asker, uow)
    may_lead(asker.person, review, "run a review")
    if command.happened in ("completed", "cancelled"):
        await uow.items_of_review(review.id, lock=True)  # who decides on one now must be done before
    review = await find_review(command.review, asker, uow, lock=True)
    await move("review", f"Review {review.id}", review, command.happened, uow)
    if command.happened == "completed":
        await _must_be_resolved(review, uow)
    withdrawn = await _withdraw_requests(review, command, asker, uow)
    if command.why:
        uow.add(comment_on_review(review, None, command.why, asker))
    lea = await uow.lea(review.lea_id)
    moved = _moved(command, review, lea, asker, withdrawn)
    notices = tell(await review_people(review, asker, uow), moved)
    facts = [("Review", review.id), ("Status", label(review.status)), *words_sealed("Reason", command.why)]
    facts += [("Request withdrawn", f"{review.id}/{code}") for code in withdrawn]
    signed = await sealed(facts, asker, uow)
    return Answer(replace(moved, told=len(notices), signed=signed), tell=notices)


def _must_be_sure(command: RunReview) -> None:
    if command.happened != "cancelled":
        return
    usage = f"cancel review {command.review} for good: why"
    if not command.for_good:
        lacks = "the words “for good”, because a cancelled review cannot be opened again"
        raise NotSaidRight("cancel review", usage, lacks)
    if not command.why:
        raise NotSaidRight("cancel review", usage, "the reason, so that the LEA knows it")


async def _withdraw_requests(review: Review, command: RunReview, asker: Asker, uow: UnitOfWork) -> list[str]:
    """Nobody can decide any more on a request for more time, so it does not wait for ever."""
    if command.happened != "cancelled":
        return []
    codes = []
    for agreement in await uow.undecided(review.id):
        item, finding = await uow.item_of(agreement.finding_id)
        decide(item_target(item, finding), agreement, "withdrawn", command.why, asker, uow)
        codes.append(item.code)
    return codes


async def _must_be_resolved(review: Review, uow: UnitOfWork) -> None:
    rows = [
        {"code": item.code, "title": item.title, "status": label(finding.status)}
        for finding, item in await uow.findings_of_review(review.id)
        if finding.status != "resolved"
    ]
    if rows:
        raise StillOpen(f"Review {review.id}", "completed", "resolved", rows)


def _moved(command: RunReview, review: Review, lea: Lea, asker: Asker, withdrawn: list[str]) -> ReviewMoved:
    return ReviewMoved(
        by=asker.person.name,
        review=review.id,
        lea=lea.name,
        kind=review.kind,
        first_day=review.first_day.isoformat(),
        last_day=review.last_day.isoformat(),
        upload_due=review.upload_due.isoformat() if review.upload_due else None,
        happened=command.happened,
        why=paragraphs_of(command.why),
        withdrawn=withdrawn,
    )


def _capability(verb: str, happened: str, does: str, opens: str = "") -> Capability:
    return Capability(
        verb=verb,
        usage=USAGES[happened],
        does=does,
        handle=run_review,
        opens=opens or verb,
        line=reader(happened),
        takes_text=happened == "cancelled",
        roles=LEADERS,
        weighty=happened in ("completed", "cancelled"),
    )


OPEN = _capability("open", "upload_opened", "opens a review for evidence", r"open(?= .{2,80} for evidence\b)")
BEGIN = _capability("begin review", "begun", "begins a review")
COMPLETE = _capability("complete review", "completed", "completes a review whose findings are all resolved")
CANCEL = _capability("cancel review", "cancelled", "cancels a review, and says why")
