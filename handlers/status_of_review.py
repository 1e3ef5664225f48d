"""How one review stands, open or closed: counts, findings, the items that still lack evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers.access import SENDERS, has_role, reach_of
from handlers.asking import Asker
from handlers.lifecycle import CONCLUSIONS, label
from handlers.messages import Reply
from handlers.reminder_log import reminder_rows
from handlers.reminder_preview import Wanted, foreseen
from handlers.show_reminders import AHEAD, BEFORE
from handlers.status_of_lea import finding_row, review_row
from handlers.targets import agreements_by_finding
from store.models import OPEN_REVIEWS, TO_DO, Finding, Review, ReviewItem
from store.status_questions import Collected
from store.unit_of_work import UnitOfWork

MOST = 10
TO_DECIDE = {"submitted", "resubmitted", "responded", "under_review"}


@dataclass(frozen=True)
class ReviewStatusShown(Reply):
    """`counts` are items by status; `missing` the first items without evidence, `more` how many lines are
    left out. `next` is a word for the one next step: respond, send, decide, wait, nothing; `code` for
    what. `paused`: its reminders go out again on that day (None: they go out). `reminded`, to who works for
    the state: the `last` reminder that was sent and the `next` one, each its day, its rung and its code."""

    name: str
    lea: str
    review: dict[str, Any]
    counts: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    more: int
    next: str
    code: str | None
    paused: str | None = None
    reminded: dict[str, dict[str, str] | None] | None = None


async def review_status(review: Review, asker: Asker, uow: UnitOfWork) -> ReviewStatusShown:
    """Of a review within the asker's reach."""
    own = has_role(asker.person, review.lea_id, SENDERS)
    lea = await uow.lea(review.lea_id)
    counted = (await uow.collected([review.id], submitted=not own)).get(review.id, Collected())
    findings = await uow.findings_of([review.id], submitted=not own)
    still_open = review.status in OPEN_REVIEWS
    lacking = await uow.items_without_evidence(review.id, not own, MOST) if still_open else []
    agreed = await agreements_by_finding([finding for finding, _, _ in findings], uow)
    shown = [finding_row(*one, agreed[one[0].id]) for one in findings if one[0].status != "resolved"]
    pauses = [one.until for one in await uow.pauses_of(review.id, asker.today)] if still_open else []
    step, code = _next(own, counted, findings, lacking) if still_open else ("nothing", None)
    return ReviewStatusShown(
        name=asker.person.name,
        lea=lea.name,
        review=review_row(review, counted),
        counts=_counts(counted, private=own and review.nof_date is None),
        findings=shown[:MOST],
        missing=[{"code": one, "title": title} for one, title in lacking],
        more=max(len(shown) - MOST, 0),
        next=step,
        code=code,
        paused=pauses[-1].isoformat() if pauses and pauses[-1] else None,
        reminded=await _reminded(review, asker, uow) if still_open and not own else None,
    )


async def _reminded(review: Review, asker: Asker, uow: UnitOfWork) -> dict[str, dict[str, str] | None]:
    """Rungs and no names: who may see those asks for `reminders of`."""
    found = await uow.reminders_of_review(review.id, review.lea_id, asker.today - BEFORE)
    sent = (row for row in await reminder_rows(found, uow) if row["state"] == "sent")
    last = next(((row["day"], row["role"], row["target"]) for row in sent), None)
    wanted = Wanted(lea=review.lea_id, review=review.id, reach=reach_of(asker.person))
    owed = [one for one in await foreseen(AHEAD, asker.now, uow, wanted) if not one.owed.why_not]
    ahead = next(((one.day.isoformat(), one.owed.rung, one.owed.deadline.target) for one in owed), None)
    return {"last": _heard(last), "next": _heard(ahead)}


def _heard(one: tuple[str, str, str] | None) -> dict[str, str] | None:
    """`code` is empty where it is the whole review."""
    if one is None:
        return None
    day, rung, target = one
    return {"day": day, "rung": rung, "code": target.partition("/")[2].partition("#")[0]}


def _counts(counted: Collected, private: bool) -> list[dict[str, Any]]:
    """Items by status; while conclusions are the state's own, the LEA counts them as in progress."""
    found: dict[str, int] = {}
    for status, count in counted.statuses:
        told = "in_progress" if private and status in CONCLUSIONS else status
        found[told] = found.get(told, 0) + count
    return [{"status": label(status), "count": count} for status, count in found.items()]


def _next(
    own: bool,
    counted: Collected,
    findings: Sequence[tuple[Finding, ReviewItem, bool]],
    lacking: Sequence[tuple[str, str]],
) -> tuple[str, str | None]:
    """The finding that is due next comes before the first item without evidence."""
    to_answer = [item.code for finding, item, _ in findings if finding.status in TO_DO]
    if own and (to_answer or lacking):
        return ("respond", to_answer[0]) if to_answer else ("send", lacking[0][0])
    came = {status for status, _ in counted.statuses} | {finding.status for finding, _, _ in findings}
    if own:
        return "wait", None
    return ("decide" if came & TO_DECIDE else "wait_for_lea"), None
