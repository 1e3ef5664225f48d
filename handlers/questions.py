"""Questions about files: asked with numbered choices that never change, settled by whatever files them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from handlers.asking import Asker
from handlers.evidence_rules import INITIALS
from handlers.messages import Attachment, FileVerdict, Verdict
from handlers.placing import Sending
from handlers.targets import Aim, Target
from store.inbox import InboxEntry
from store.models import Lea, Question
from store.unit_of_work import UnitOfWork

MOST = 9
DROPPED, ASKED_AGAIN = "dropped", "asked-again"
Choice = dict[str, Any]


def offer(unsure: Sequence[Aim], leas: Sequence[Lea], offered: Sequence[Choice] = ()) -> list[Choice]:
    """The numbered choices: the best of every unsure file, in turn, without repeats.

    Choices that were `offered` before keep their numbers: a reply to an older mail must not mean
    something else by now.
    """
    columns = [one.choices for one in unsure]
    depth = max(map(len, columns), default=0)
    best = [column[row] for row in range(depth) for column in columns if row < len(column)]
    before = {choice["target"] for choice in offered}
    new = [target for name, target in {one.name: one for one in best}.items() if name not in before]
    first = max((choice["number"] for choice in offered), default=0) + 1
    names = {lea.id: lea.name for lea in leas} if len(leas) > 1 else {}
    return [*offered, *(_choice(number, target, names) for number, target in enumerate(new, first))][:MOST]


async def ask(
    asker: Asker, unsure: Sequence[Aim], choices: list[Choice], uow: UnitOfWork, sending: Sending
) -> None:
    """Remember what we ask, and what was `said` of each file; a message that is handled again asks anew."""
    files = [asdict(one.wish.file) | {"said": _said(one, sending)} for one in unsure]
    question = await uow.session.get(Question, asker.message.id)
    if question is None:
        who, when = asker.person.id, asker.message.received_at
        uow.add(
            Question(inbox_id=asker.message.id, person_id=who, asked_at=when, files=files, choices=choices)
        )
        return
    question.files, question.choices, question.answered_at = files, choices, None
    uow.changed(question)


def attachments_of(question: Question) -> list[Attachment]:
    """The files that we asked about and that still wait."""
    return [attachment_of(file) for file in question.files]


def attachment_of(file: Mapping[str, Any]) -> Attachment:
    return Attachment(**{name: value for name, value in file.items() if name != "said"})


def as_said(question: Question, sending: Sending, entry: InboxEntry) -> Sending:
    """How the files came: in the message that we asked about, with what it said of all of them; the answer
    may still call them drafts."""
    said = question.files[0].get("said", {}) if question.files else {}
    then = replace(sending, inbox_id=entry.id, received_at=entry.received_at, covers=said.get("covers"))
    return replace(then, draft=sending.draft or bool(said.get("draft")))


def remember_said(question: Question, aims: Sequence[Aim]) -> None:
    """An answer may have told where a file goes, and a rule then asks for one thing more."""
    doubts = {one.wish.file.number: one for one in aims if one.doubt == INITIALS}
    question.files = [
        file | {"said": file.get("said", {}) | _where(doubts[file["number"]])}
        if file["number"] in doubts
        else file
        for file in question.files
    ]


async def settle(question: Question, outcomes: Sequence[FileVerdict], asker: Asker, uow: UnitOfWork) -> None:
    """Give asked files their final verdicts in the message that brought them; the last one closes it."""
    rows = {row.number: row for row in await uow.verdicts_of(question.inbox_id)}
    for said in outcomes:
        row = rows[said.file.number]
        row.verdict, row.reason, row.targets = said.verdict, said.reason, list(said.targets)
        row.document = said.document
        uow.changed(row)
    final = {said.file.number for said in outcomes if said.verdict != "asked"}
    question.files = [file for file in question.files if file["number"] not in final]
    uow.changed(question)
    entry = await uow.entry(question.inbox_id)
    if entry is not None and not question.files:
        question.answered_at = asker.message.received_at
        entry.state, entry.reason = "done", ""
        uow.changed(entry)


async def settle_sent_again(
    waiting: Sequence[Question], outcomes: Sequence[FileVerdict], asker: Asker, uow: UnitOfWork
) -> None:
    """A file we asked this person about came again with a code: it is no question any more."""
    filed = {said.file.sha256: said for said in outcomes if said.verdict in ("filed", "duplicate")}
    for question in waiting:
        again = [file for file in attachments_of(question) if file.sha256 in filed]
        known = [replace(filed[file.sha256], file=file, verdict="filed", reason="") for file in again]
        if known:
            await settle(question, known, asker, uow)


async def close(
    question: Question,
    files: Sequence[Attachment],
    verdict: Verdict,
    why: str,
    asker: Asker,
    uow: UnitOfWork,
) -> None:
    """End a question, or its part about these files, without filing them; whole, it keeps what it asked."""
    kept = question.files
    await settle(question, [FileVerdict(file, verdict, reason=why) for file in files], asker, uow)
    if not question.files:
        question.files = [file | {"said": file.get("said", {}) | {"closed": why}} for file in kept]


def closed_as(question: Question) -> str:
    """Why it was closed without an answer, in a machine's word; empty otherwise."""
    said = question.files[0].get("said", {}) if question.answered_at and question.files else {}
    return str(said.get("closed", ""))


async def reopen(
    question: Question, entry: InboxEntry, asker: Asker, uow: UnitOfWork
) -> list[tuple[Attachment, str]]:
    """Ask again what was closed: its files, and why each is asked about."""
    question.answered_at = None
    said = [file | {"said": {**file.get("said", {}), "closed": ""}} for file in question.files]
    question.files = said
    doubts = [(attachment_of(file), file["said"].get("doubt") or "no-code") for file in said]
    await settle(question, [FileVerdict(file, "asked", reason=doubt) for file, doubt in doubts], asker, uow)
    entry.state, entry.reason = "asked", doubts[0][1]
    uow.changed(entry)
    return doubts


async def take_over(
    waiting: Sequence[Question], unsure: Sequence[Aim], asker: Asker, uow: UnitOfWork
) -> None:
    """A file that waits for an answer already came again without one: it waits where it was asked last, and
    counts from when it first came. What waits for a word on initials knows where it goes and stays."""
    asked = await uow.session.get(Question, asker.message.id)
    assert asked is not None  # `ask` made it
    again = {one.wish.file.sha256 for one in unsure if one.doubt != INITIALS}
    came: dict[str, int] = {}
    for question in waiting:
        if question.inbox_id == asked.inbox_id:
            continue
        same = [file for file in question.files if file["sha256"] in again and not _knows_where(file)]
        for file in same:
            came.setdefault(file["sha256"], came_with(file, question))
        if same:
            await close(
                question, [attachment_of(file) for file in same], "duplicate", ASKED_AGAIN, asker, uow
            )
    asked.files = [
        file | {"said": file["said"] | {"came_with": came[file["sha256"]]}}
        if file["sha256"] in came
        else file
        for file in asked.files
    ]
    uow.changed(asked)


def came_with(file: Mapping[str, Any], question: Question) -> int:
    """The message that first brought a file which waits."""
    return int(file.get("said", {}).get("came_with", question.inbox_id))


async def since_it_came(number: int, question: Question, then: Sending, uow: UnitOfWork) -> Sending:
    """How one of the files came, if that was with an earlier message than the question's."""
    file = next(file for file in question.files if file["number"] == number)
    entry = await uow.entry(came_with(file, question))
    return replace(then, inbox_id=entry.id, received_at=entry.received_at) if entry else then


def _knows_where(file: Mapping[str, Any]) -> bool:
    return bool(file.get("said", {}).get("doubt") == INITIALS)


def _said(one: Aim, sending: Sending) -> dict[str, Any]:
    return _where(one) | {"draft": sending.draft, "covers": sending.covers}


def _where(one: Aim) -> dict[str, Any]:
    """What waits for a word on initials is sure to be for these targets, and their pages."""
    targets = [target.name for target in one.choices] if one.doubt == INITIALS else []
    return {"doubt": one.doubt, "targets": targets, "pages": one.pages if targets else {}}


def _choice(number: int, target: Target, names: Mapping[str, str]) -> Choice:
    """A choice as the question keeps and shows it; the LEA's name only for people who serve several."""
    of = names[target.lea] if names else None
    return {"number": number, "target": target.name, "code": target.code, "title": target.title, "lea": of}
