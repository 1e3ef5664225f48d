"""Show what became of a review's reminders, to the state's people on it: sent, left out, and who is next."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.access import STATE, is_contact, not_for, reach_of
from handlers.asking import Asker, Capability
from handlers.messages import Answer, Reply
from handlers.references import NAME
from handlers.reminder_log import reminder_rows
from handlers.reminder_preview import Wanted, foreseen
from handlers.reminder_view import OF_THE_LEA, faces_of, message_rows, sees_as
from handlers.reviews import find_review, read_review
from store.models import Person, Review
from store.unit_of_work import UnitOfWork

BEFORE = timedelta(days=60)
AHEAD = 30
MOST_SENT, MOST_NEXT = 20, 5


@dataclass(frozen=True)
class ShowReminders:
    review: str


@dataclass(frozen=True)
class RemindersShown(Reply):
    """Of the last 60 days, the newest first: `sent` and `left_out`, as `reminder_rows` has them; `more` of
    both are not shown. `next` are the first messages of the coming 30 days. `paused`: until which day;
    `own`: kinds of deadline for which the review has its own `days`."""

    review: str
    lea: str
    paused: str | None
    own: list[dict[str, Any]]
    sent: list[dict[str, Any]]
    left_out: list[dict[str, Any]]
    more: int
    next: list[dict[str, Any]]


def read_line(words: str, _programs: Collection[str]) -> ShowReminders | None:
    """`of sv-fpm`."""
    found = read_review(words)
    return ShowReminders(found[0]) if found is not None and not found[1].strip(" .!?") else None


async def show_reminders(command: ShowReminders, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look up and tell. Raises NotOneOfYours, NotForYourRole."""
    review = await find_review(command.review, asker, uow)
    reach = reach_of(asker.person)
    if not reach.for_state(review.id, review.program_id):
        raise not_for(asker.person, "see what was sent to others", "state")
    pauses = await uow.pauses_of(review.id, asker.today)
    sent, left_out, more = await _past(review, asker, uow)
    found = await foreseen(AHEAD, asker.now, uow, Wanted(lea=review.lea_id, review=review.id, reach=reach))
    ahead = message_rows(found, await faces_of(found, uow), sees_as(asker.person))
    days = {one.kind: one.days for one in await uow.schedules_of_review(review.id) if one.days}
    until = [one.until.isoformat() if one.until else "" for one in pauses]
    shown = RemindersShown(
        review=review.id,
        lea=(await uow.lea(review.lea_id)).name,
        paused=until[-1] if until else None,
        own=[{"kind": kind, "days": some} for kind, some in days.items()],
        sent=sent,
        left_out=left_out,
        more=more,
        next=ahead[:MOST_NEXT],
    )
    return Answer(shown, needs=reach)


async def _past(
    review: Review, asker: Asker, uow: UnitOfWork
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    found = await uow.reminders_of_review(review.id, review.lea_id, asker.today - BEFORE)
    rows = [_for(row, asker.person, review) for row in await reminder_rows(found, uow)]
    sent = [row for row in rows if not row["why_not"]]
    left_out = [row for row in rows if row["why_not"]]
    more = max(len(sent) - MOST_SENT, 0) + max(len(left_out) - MOST_SENT, 0)
    return sent[:MOST_SENT], left_out[:MOST_SENT], more


def _for(row: Mapping[str, Any], person: Person, review: Review) -> dict[str, Any]:
    """A row as this person may see it: names of an LEA's people are for who may list its users."""
    hidden = row["role"] in OF_THE_LEA and not is_contact(person, review.program_id)
    code = str(row["target"]).partition("/")[2].partition("#")[0]
    own = {"person": None, "said": ""} if hidden else {}
    return {**row, **own, "code": code or row["target"]}


CAPABILITY = Capability(
    verb="reminders",
    usage="reminders of sv-fpm",
    does="shows what the people of a review were reminded of, what became of it, and who is next",
    handle=show_reminders,
    opens=rf"(?:show )?(?:the )?reminders(?= (?:of|for) (?:the )?(?:review )?{NAME})(?: for)?",
    line=read_line,
    only_asks=True,
    roles=STATE,
)
