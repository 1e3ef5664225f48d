"""Run a review: open it for evidence, begin it, complete it, cancel it. Source: S20, S21.

It is completed when every finding is resolved; from then on nothing of it changes, and it stays readable.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from handlers.access import address_of, may_lead
from handlers.audience import lea_people
from handlers.grammar import paragraphs_of
from handlers.leave_comment import comment_on_review
from handlers.lifecycle import label
from handlers.messages import Answer, Asker, Capability, Notice, Reply
from handlers.moving import move
from handlers.refusals import NotSaidRight, StillOpen
from handlers.reviews import find_review, read_review, read_why, team_of
from handlers.sealing import sealed, words_sealed
from store.models import Lea, Review
from store.unit_of_work import UnitOfWork

USAGES = {
    "upload_opened": "open sv-fpm for evidence",
    "begun": "begin review sv-fpm",
    "completed": "complete review sv-fpm",
    "cancelled": "cancel review sv-fpm: why",
}


@dataclass(frozen=True)
class RunReview:
    """The review by its name, what happens to it, and why."""

    review: str
    happened: str
    why: str = ""


@dataclass(frozen=True)
class ReviewMoved(Reply):
    """What happened to a review. To who did it, with `told`: how many others know; to those without it."""

    by: str
    review: str
    lea: str
    kind: str
    first_day: str
    last_day: str
    upload_due: str | None
    happened: str
    why: list[str]
    told: int | None = None
    signed: list[str] = field(default_factory=list)


def reader(happened: str) -> Callable[[str, Collection[str]], RunReview | None]:
    """Reads `sv-fpm`, with ` for evidence` or `: why` behind it where that belongs to it."""

    def read_line(words: str, _programs: Collection[str]) -> RunReview | None:
        found = read_review(words)
        if found is None:
            return None
        review, rest = found
        if happened == "cancelled":
            why = read_why(rest)
            return None if why is None else RunReview(review, happened, why)
        wanted = "for evidence" if happened == "upload_opened" else ""
        return RunReview(review, happened) if rest.lower() == wanted else None

    return read_line


async def run_review(command: RunReview, asker: Asker, uow: UnitOfWork) -> Answer:
    """Move the review and tell the LEA and the team. Raises NotSaidRight, NotOneOfYours, NotForYourRole,
    NotNow, StillOpen."""
    if command.happened == "cancelled" and not command.why:
        raise NotSaidRight("cancel review", USAGES["cancelled"], "the reason, so that the LEA knows it")
    review = await find_review(command.review, asker, uow)
    may_lead(asker.person, review, "run a review")
    if command.happened in ("completed", "cancelled"):
        await uow.items_of_review(review.id, lock=True)  # who decides on one now must be done before
    review = await find_review(command.review, asker, uow, lock=True)
    await move("review", f"Review {review.id}", review, command.happened, uow)
    if command.happened == "completed":
        await _must_be_resolved(review, uow)
    if command.why:
        uow.add(comment_on_review(review, None, command.why, asker))
    (lea,) = await uow.leas([review.lea_id])
    others = {
        address_of(person)
        for person in [*await lea_people(lea.id, asker, uow), *await team_of(review, uow)]
        if person.id != asker.person.id
    }
    tell = tuple(Notice(address, _moved(command, review, lea, asker)) for address in sorted(others))
    moved = [("Review", review.id), ("Status", label(review.status)), *words_sealed("Reason", command.why)]
    reply = _moved(command, review, lea, asker, len(tell))
    return Answer(replace(reply, signed=await sealed(moved, asker, uow)), tell=tell)


async def _must_be_resolved(review: Review, uow: UnitOfWork) -> None:
    rows = [
        {"code": item.code, "title": item.title, "status": label(finding.status)}
        for finding, item in await uow.findings_of_review(review.id)
        if finding.status != "resolved"
    ]
    if rows:
        raise StillOpen(f"Review {review.id}", "completed", "resolved", rows)


def _moved(
    command: RunReview, review: Review, lea: Lea, asker: Asker, told: int | None = None
) -> ReviewMoved:
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
        told=told,
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
        roles=frozenset({"rtl", "program_contact"}),
    )


OPEN = _capability("open", "upload_opened", "opens a review for evidence", r"open(?= .{2,80} for evidence\b)")
BEGIN = _capability("begin review", "begun", "begins a review")
COMPLETE = _capability("complete review", "completed", "completes a review whose findings are all resolved")
CANCEL = _capability("cancel review", "cancelled", "cancels a review, and says why")
