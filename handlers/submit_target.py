"""Submit what is on file for a target: the state sees it from now on, and its status moves on.

One place for all who submit: `submit EL 02`, a response to a finding, a file that a submitter sends to one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.access import SENDERS, SUBMITTERS, has_role, may_submit
from handlers.asking import Asker
from handlers.lifecycle import advance, after
from handlers.placing import end
from handlers.refusals_submitting import AskASubmitter, NothingToSubmit
from handlers.summing_up import sum_up
from handlers.targets import Target
from store.models import LIVE, Filing, Statement
from store.unit_of_work import UnitOfWork

Word = Filing | Statement


@dataclass(frozen=True)
class Submission:
    """What was submitted: how many documents and statements, and what the target's status is now."""

    documents: int
    statements: int
    status: str


async def check_may_submit(lea: str, action: str, asker: Asker, uow: UnitOfWork) -> None:
    """Raises AskASubmitter for the LEA's other people, NotForYourRole for everybody else."""
    if has_role(asker.person, lea, SENDERS - SUBMITTERS) and not has_role(asker.person, lea, SUBMITTERS):
        raise AskASubmitter(action, [one.name for one in await uow.people_of_lea(lea, SUBMITTERS)])
    may_submit(asker.person, lea, action)


async def submit_target(
    target: Target, asker: Asker, uow: UnitOfWork, only: Iterable[Word] | None = None
) -> Submission:
    """Submit all that is new (or `only` these words and filings of it) and move finding, item or form on.

    The target's row must be locked, and whether the asker may submit be asked before. Raises
    NothingToSubmit, and NotNow where the table has no such arrow.
    """
    await uow.session.flush()
    on_file = await _on_file(target, uow)
    chosen = None if only is None else {(type(one), one.id) for one in only}
    new = [one for one in on_file if one.submitted_at is None]
    new = [one for one in new if chosen is None or (type(one), one.id) in chosen]
    if not new:
        raise NothingToSubmit(target.code, target.label, _last(on_file))
    status = _advance(target, asker, uow)
    for one in new:
        _submit(one, target, asker.message.received_at)
        uow.changed(one)
    await _take_their_place(new, target, asker, uow)
    documents = sum(isinstance(one, Filing) for one in new)
    return Submission(documents, len(new) - documents, status)


async def _take_their_place(new: Sequence[Word], target: Target, asker: Asker, uow: UnitOfWork) -> None:
    """What the state had until now ends where a newer file that was submitted replaces it."""
    filings = {filing.id: filing for filing in await uow.filings_at(*target.key)}
    gone = {old.id: old for one in new if isinstance(one, Filing) for old in _replaced_by(one, filings)}
    for old in gone.values():
        end(old, target, "replaced", asker.message.received_at, asker.message.id, uow)
    for words in await _older_words(new, target, uow):
        words.status, words.ended_at = "superseded", asker.message.received_at
        words.ended_in = asker.message.id
        uow.changed(words)
    changed = {one.document_id for one in new if isinstance(one, Filing)}
    await sum_up(changed | {old.document_id for old in gone.values()}, uow)


async def _older_words(new: Sequence[Word], target: Target, uow: UnitOfWork) -> list[Statement]:
    """Statements that the state had until now, of a kind of which a newer one is submitted now; what
    several people said and is submitted together, all counts."""
    submitted = [one for one in new if isinstance(one, Statement)]
    newest = {one.kind: one for one in submitted}
    words = await uow.statements_on(*target.at) if newest else []
    known = [one for one in words if one.status in LIVE and one.submitted_at is not None]
    return [
        one
        for one in known
        if (last := newest.get(one.kind)) is not None
        and one.id < last.id
        and (one not in submitted or one.by_id == last.by_id)
    ]


def _replaced_by(filing: Filing, filings: Mapping[int, Filing]) -> Iterator[Filing]:
    """The filings that this one replaces, directly or by others that never were submitted."""
    seen = {filing.id}
    while filing.replaces is not None and filing.replaces not in seen and filing.replaces in filings:
        filing = filings[filing.replaces]
        seen.add(filing.id)
        if filing.status in LIVE:
            yield filing


async def _on_file(target: Target, uow: UnitOfWork) -> list[Word]:
    found: list[Word] = list(await uow.filings_at(*target.key))
    found += await uow.statements_on(*target.at)
    return [one for one in found if one.status in LIVE]


def _last(on_file: Sequence[Word]) -> str | None:
    """The last time that something on file was submitted."""
    when = max((one.submitted_at for one in on_file if one.submitted_at), default=None)
    return when.isoformat() if when else None


def _submit(one: Word, target: Target, when: datetime) -> None:
    one.status, one.submitted_at = advance("document", target.label, one.status, "submitted"), when
    if target.finding is not None:
        one.finding_id = target.finding.id


def _advance(target: Target, asker: Asker, uow: UnitOfWork) -> str:
    """The target's next status by the table; a finding's own goes before that of its item."""
    what, when = f"{target.code} {target.label}", asker.message.received_at
    if target.finding is not None:
        target.finding.status = advance("finding", what, target.finding.status, "responded")
        target.finding.responded_at = when
        uow.changed(target.finding)
        _review_goes_on(target, uow)
        return target.finding.status
    row = target.item or target.obligation
    assert row is not None
    row.status = advance("item" if target.item else "form", what, row.status, "submitted")
    row.submitted_at, row.submitted_by = when, asker.person.id
    uow.changed(row)
    return row.status


def _review_goes_on(target: Target, uow: UnitOfWork) -> None:
    """The first response after the Notification of Findings begins the review's resolution."""
    assert target.item is not None
    review = target.item.review
    status = after("review", review.status, "responded")
    if status != review.status:
        review.status = status
        uow.changed(review)
