"""Every command that changes something says so in a signed receipt; a rehearsal has none, a script has one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from handlers.receipt_check import check, check_stored
from handlers.receipt_text import fields_of, receipts_in
from store.models import Review
from templates.render import Place, Rendered, render
from tests.builders import ANA, Desk, a_file
from tests.handlers.findings import BETH, LUIS, SAM, TOM, request
from tests.handlers.record import HELEN, MARIA, RENEE, assert_whole
from tests.handlers.reviewing import (
    bring,
    bring_finding,
    bring_form,
    bring_item,
    bring_review,
    keep,
    meets_all,
)
from tests.handlers.test_access_matrix import AGREEMENT, PAUSE, verbs
from tests.handlers.test_bounces import sent
from tests.handlers.test_load_nof import FILES

Fields = list[tuple[str, str]]
WORDS = "we held the election"
DIGEST = sha256(WORDS.encode()).hexdigest()


@dataclass(frozen=True)
class Row:
    """A command, what comes before it, and the facts that its receipt must have."""

    verb: str
    sender: str
    text: str
    facts: Fields
    before: Callable[[Desk], Awaitable[Any]] | None = None
    more: dict[str, Any] = field(default_factory=dict)


def said(text: str, sender: str = MARIA, **more: Any) -> Callable[[Desk], Awaitable[Any]]:
    """Something that somebody says first."""

    async def first(desk: Desk) -> None:
        assert (await desk.send(sender=sender, text=text, **more))["state"] in ("done", "asked")

    return first


async def filed_and_withdrawn(desk: Desk) -> None:
    await FILED(desk)
    await desk.send(sender=ANA, text="withdraw D-1")


async def mailed(desk: Desk) -> None:
    assert (await sent(desk)).id == 1


async def log_that_waits(desk: Desk) -> None:
    await bring_item(desk, "UCP 03", "not_started", "sv-fpm")
    await LOGGED(desk)


async def over(desk: Desk) -> None:
    await meets_all(desk)
    await bring(desk, Review, "cr-fpm", first_day=date(2013, 11, 18), last_day=date(2013, 11, 22))


async def all_resolved(desk: Desk) -> None:
    for code in ("I-EL 02", "IV-EL 14", "II-CE 08"):
        await bring_finding(desk, code, "resolved")


def form(status: str) -> Callable[[Desk], Awaitable[Any]]:
    return lambda desk: bring_form(desk, "sv-plan", status)


EL02, EL14, LOG = "sv-fpm/I-EL 02", "sv-fpm/IV-EL 14", a_file("log.xlsx", b"log")
FILED = said("", ANA, subject="EL 02", files=(a_file(),))
SENT = said(f"respond EL 02: {WORDS}")
LOGGED = said("Our log.", ANA, subject="UCP 3", files=(LOG,))
ADDED = said("add user Jo Lee <jlee@sierravista.example> as user")
GONE = said(f"retire {TOM}")
RESPONSE = [("Responded", EL02), ("Narrative-SHA-256", DIGEST), ("File", "1"), ("SHA-256", a_file().sha256)]
ROWS = [
    Row("attach", ANA, "", [("Verdict", "filed")], None, {"subject": "EL 02", "files": (a_file(),)}),
    Row("submit", TOM, "submit EL 02", [("Submitted", EL02)], FILED),
    Row("respond", MARIA, f"respond EL 02: {WORDS}", RESPONSE, None, {"files": (a_file(),)}),
    Row("respond", ANA, f"respond EL 02: {WORDS}", [("As", "draft"), ("Status", "Open")]),
    Row("request agreement", TOM, AGREEMENT, [("Agreement-requested", EL02), ("Until", "2014-03-14")]),
    Row("withdraw agreement", TOM, "withdraw agreement EL 02", [("Agreement-withdrawn", EL02)], request),
    Row("statement", ANA, "statement EL 02: see the minutes", [("Statement", EL02)]),
    Row("on site", ANA, "on site EL 02: in the binder", [("Kind", "on_site")]),
    Row("initials", ANA, "initials UCP 3", [("SHA-256", LOG.sha256), ("Verdict", "filed")], log_that_waits),
    Row("attach again", ANA, "attach D-1 to CE 08", [("SHA-256", a_file().sha256)], FILED),
    Row("replace", ANA, "replace D-1", [("Replaced", "D-1")], FILED, {"files": (a_file("b.pdf", b"b"),)}),
    Row("withdraw", ANA, "withdraw D-1", [("Withdrawn", "D-1"), ("SHA-256", a_file().sha256)], FILED),
    Row("undo", ANA, "undo", [("Back", f"D-1 {EL02}")], filed_and_withdrawn),
    Row("comment", ANA, f"comment EL 02: {WORDS}", [("Commented", EL02), ("Text-SHA-256", DIGEST)]),
    Row("comment", HELEN, f"comment sv-fpm: {WORDS}", [("Commented", "sv-fpm")]),
    Row("begin", HELEN, "begin sv-fpm/EL 02", [("Begun", EL02), ("Status", "Under review")], SENT),
    Row(
        "return", HELEN, f"return sv-fpm/EL 02: {WORDS}", [("Returned", EL02), ("Text-SHA-256", DIGEST)], SENT
    ),
    Row("meets", HELEN, "meets cr-fpm/EL 02", [("Concluded", "cr-fpm/I-EL 02")]),
    Row(
        "does not meet",
        HELEN,
        f"does not meet cr-fpm/EL 02 at Dune Elementary: {WORDS}",
        [("Text-SHA-256", DIGEST), ("School", "99100026000037")],
    ),
    Row("not reviewed", SAM, "not reviewed cr-fpm/CE 08", [("Concluded", "cr-fpm/II-CE 08")]),
    Row(
        "resolve",
        HELEN,
        f"resolve sv-fpm/EL 02: {WORDS}",
        [("Resolved", EL02), ("Text-SHA-256", DIGEST)],
        SENT,
    ),
    Row("reopen", LUIS, f"reopen sv-fpm/EL 02: {WORDS}", [("Reason-SHA-256", DIGEST)], all_resolved),
    Row(
        "approve agreement",
        HELEN,
        "approve agreement sv-fpm/EL 02",
        [("Agreement-approved", EL02), ("Until", "2014-06-27")],
        request,
    ),
    Row(
        "decline agreement",
        HELEN,
        f"decline agreement sv-fpm/EL 02: {WORDS}",
        [("Agreement-declined", EL02), ("Reason-SHA-256", DIGEST)],
        request,
    ),
    Row(
        "open",
        LUIS,
        "open cr-fpm for evidence",
        [("Status", "Upload open")],
        lambda desk: bring_review(desk, "scheduled"),
    ),
    Row("begin review", LUIS, "begin review cr-fpm", [("Review", "cr-fpm")]),
    Row("complete review", LUIS, "complete review sv-fpm", [("Status", "Completed")], all_resolved),
    Row("cancel review", LUIS, f"cancel review cr-fpm for good: {WORDS}", [("Reason-SHA-256", DIGEST)]),
    Row("load nof", LUIS, "load nof cr-fpm", [("Loaded", "cr-fpm"), ("Name", "nof.csv")]),
    Row("issue nof", LUIS, "issue nof cr-fpm", [("Notification", "cr-fpm"), ("Findings", "0")], over),
    Row(
        "assign",
        BETH,
        "assign sig_q2 to Sierra Vista Unified at Sierra High",
        [("Form", "sig_q2"), ("For", "Sierra Vista Unified")],
    ),
    Row("move due", BETH, "move due sv-plan to 3/14/2014 because the data are late", [("To", "2014-03-14")]),
    Row(
        "confirm receipt",
        BETH,
        "confirm receipt sv-plan",
        [("Receipt-confirmed", "sv-plan")],
        form("submitted"),
    ),
    Row(
        "accept",
        BETH,
        f"accept sv-plan: {WORDS}",
        [("Accepted", "sv-plan"), ("Text-SHA-256", DIGEST)],
        form("submitted"),
    ),
    Row(
        "reopen form",
        BETH,
        "reopen form sv-plan: a page is missing",
        [("Reopened", "sv-plan")],
        form("accepted"),
    ),
    Row(
        "add user",
        MARIA,
        "add user Jo Lee <jlee@sierravista.example> as submitter",
        [("User-added", "jlee@sierravista.example"), ("Role", "lea_submitter")],
    ),
    Row(
        "change role",
        MARIA,
        "change role jlee@sierravista.example to submitter",
        [("Ended", "lea_user")],
        ADDED,
    ),
    Row("retire", MARIA, f"retire {TOM}", [("User-retired", TOM), ("At", "Sierra Vista Unified")]),
    Row("reinstate", MARIA, f"reinstate {TOM}", [("User-reinstated", TOM)], GONE),
    Row("pause reminders", LUIS, PAUSE, [("Reminders-paused", "sv-fpm"), ("Until", "2014-01-15")]),
    Row(
        "resume reminders",
        LUIS,
        "resume reminders of sv-fpm",
        [("Reminders-resumed", "sv-fpm")],
        said(PAUSE, RENEE),
    ),
    Row(
        "remind",
        LUIS,
        "remind sv-fpm of findings 7 days before",
        [("Reminders-of", "sv-fpm"), ("Kind", "finding"), ("Days", "-7, 0")],
    ),
    Row("resend", RENEE, "resend OUT-1", [("Sent-again", "OUT-1"), ("As", "OUT-2"), ("To", ANA)], mailed),
]
ONLY_ASKS = {
    "contacts",
    "deliveries",
    "documents",
    "forms",
    "held",
    "help",
    "history",
    "preview reminders",
    "reminders",
    "search",
    "status",
    "test reminder",
    "timeline",
    "users",
    "verify",
    "week",
    "sent it",
    "my reminders",
}
REMINDERS = {"snooze", "mute", "wake", "not me", "reassign", "cover", "remind me"}
# Nothing of the record changes by asking, or by what moves only reminders; what proves an address comes from a
# stranger.
NO_RECEIPT = ONLY_ASKS | REMINDERS | {"add address", "calendar", "confirm", "home", "request"}
ELSEWHERE = {
    "answer",
    "drop",
    "move",
    "release",
    "redirect",
    "refuse",
    "hold",
}  # test_sealing, test_drop_question, test_move_filing, test_held


async def obeyed(row: Row, desk: Desk, **more: Any) -> dict[str, Any]:
    if row.before is not None:
        await row.before(desk)
    said = row.more | more
    if row.verb == "load nof":
        said["files"] = (keep(desk, "nof.csv", FILES["nof.csv"]),)
    return await desk.send(sender=row.sender, text=row.text, **said)


async def faults(desk: Desk, signed: list[str]) -> list[str]:
    """What is wrong with a receipt in somebody's hands, or with any that we keep."""
    (found,) = receipts_in("\n".join(signed))
    async with desk.store.look() as uow:
        return [*await check(found, uow), *(await check_stored(uow))[1]]


def facts_of(signed: list[str]) -> Fields:
    (found,) = receipts_in("\n".join(signed))
    return fields_of(found.words)


@pytest.mark.both_databases
@pytest.mark.parametrize("row", ROWS, ids=[f"{row.verb} {row.sender}" for row in ROWS])
async def test_what_was_done_is_in_a_receipt_that_holds(row: Row, desk: Desk) -> None:
    answer = await obeyed(row, desk)
    assert answer["state"] == "done", answer["fields"]
    signed = answer["fields"]["signed"]
    assert [fact for fact in row.facts if fact not in facts_of(signed)] == []
    assert WORDS not in " ".join(signed)
    assert await faults(desk, signed) == []
    await assert_whole(desk)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.verb} {row.sender}" for row in ROWS])
async def test_a_rehearsal_has_none(row: Row, desk: Desk) -> None:
    answer = await obeyed(row, desk, rehearsal=True)
    assert (answer["reply"], answer["fields"]["fields"]["signed"]) == ("rehearsed", [])
    async with desk.store.look() as uow:
        assert await uow.receipt_of(answer["id"]) is None


async def test_what_is_only_told_to_others_has_none(desk: Desk) -> None:
    await desk.send(sender=LUIS, text="begin review cr-fpm")
    told = [row.fields["signed"] for row in await desk.outgoing() if row.template == "review_moved"]
    assert sorted(map(bool, told)) == [False] * (len(told) - 1) + [True]


async def test_a_script_has_one_receipt_for_everything_it_did(desk: Desk) -> None:
    text = (
        f"comment EL 02: {WORDS}\n\nstatement EL 14: see the minutes\n\ncomment EL 77: none\n\nsubmit EL 14"
    )
    answer = await desk.send(sender=MARIA, text=text)
    assert (answer["reply"], answer["reason"]) == ("transcript_given", "1 of 4 refused")
    facts = facts_of(answer["fields"]["signed"])
    done = [fact for fact in facts if fact[0] in ("Commented", "Statement", "Submitted")]
    assert done == [("Commented", EL02), ("Statement", EL14), ("Submitted", EL14)]
    assert [step["fields"].get("signed", []) for step in answer["fields"]["steps"]] == [[]] * 4
    assert await faults(desk, answer["fields"]["signed"]) == []
    await assert_whole(desk)


async def test_files_that_came_in_several_messages_are_in_one_receipt_that_holds(desk: Desk) -> None:
    await log_that_waits(desk)
    await desk.send(sender=ANA, subject="EL 02", files=(a_file(),))
    new = a_file("b.pdf", b"b")
    text = "initials UCP 3\nattach D-1 to CE 08\nrespond EL 14: done"
    answer = await desk.send(sender=ANA, text=text, files=(new,))
    signed = answer["fields"]["signed"]
    named = [value for label, value in facts_of(signed) if label == "SHA-256"]
    assert named == [LOG.sha256, a_file().sha256, new.sha256]
    assert await faults(desk, signed) == []
    await assert_whole(desk)


def mail_of(answer: dict[str, Any]) -> Rendered:
    return render(answer["reply"], answer["fields"], Place("cais@cde.example", date(2013, 12, 2)))


@pytest.mark.parametrize("text", ["submit EL 02, EL 14", "submit EL 02, EL 14\ncomment EL 02: thanks"])
async def test_a_script_shows_its_receipt_once_at_its_end(desk: Desk, text: str) -> None:
    await desk.send(sender=ANA, subject="EL 02, EL 14", files=(a_file(),))
    answer = await desk.send(sender=MARIA, text=text)
    mail = mail_of(answer)
    assert [part.count("-----BEGIN CAIS RECEIPT-----") for part in (mail.text, mail.html)] == [1, 1]
    (found,) = receipts_in(mail.text)
    assert fields_of(found.words) == facts_of(answer["fields"]["signed"])


def test_every_command_that_changes_something_is_here() -> None:
    assert verbs() - NO_RECEIPT - ELSEWHERE == {row.verb for row in ROWS}
