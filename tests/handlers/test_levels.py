"""Every command at every level of trust, against a list written by hand: a new command must decide."""

import pytest

from handlers.capabilities import CAPABILITIES
from handlers.confirming import waits_for_code
from handlers.messages import Trust
from handlers.script import script_of
from tests.builders import PROGRAMS, Desk
from tests.handlers.record import assert_whole
from tests.handlers.test_access_matrix import EVERYONE, MATRIX, TOM, Row, expected, reading_of
from tests.handlers.verbs import a_message

# Asks only; what authenticated mail does; what needs a second word (threats 2.A: change people, decide, withdraw).
ASKS = {
    "deliveries",
    "held",
    "documents",
    "history",
    "search",
    "verify",
    "contacts",
    "users",
    "help",
    "home",
    "timeline",
    "week",
    "forms",
    "status",
    "preview reminders",
    "reminders",
    "test reminder",
    "sent it",
    "my reminders",
}
FILES = {
    "attach",
    "answer",
    "drop",
    "submit",
    "respond",
    "request agreement",
    "statement",
    "on site",
    "initials",
} | {
    "attach again",
    "replace",
    "undo",
    "comment",
    "begin",
    "open",
    "begin review",
    "load nof",
    "confirm receipt",
    "calendar",
    "request",
    "confirm",
    "resume reminders",
    "snooze",
    "mute",
    "wake",
    "not me",
    "reassign",
    "cover",
    "remind me",
}
WEIGHTY = {
    "withdraw agreement": "withdraw agreement EL 02",
    "withdraw": "withdraw D-17",
    "move": "move D-17 to CE 08",
    "release": "release 41",
    "redirect": "redirect 41 to EL 02 of Sierra Vista Unified",
    "refuse": "refuse 41: not for us",
    "hold": "hold 41",
    "return": "return EL 02: the roster, please",
    "meets": "meets EL 02, EL 14",
    "does not meet": "does not meet EL 02: no election",
    "not reviewed": "not reviewed EL 02: why",
    "resolve": "resolve EL 02",
    "approve agreement": "approve agreement EL 02",
    "decline agreement": "decline agreement EL 02: too late",
    "reopen form": "reopen form sv-plan: a page is missing",
    "reopen": "reopen EL 02: something new",
    "issue nof": "issue nof sv-fpm",
    "complete review": "complete review sv-fpm",
    "cancel review": "cancel review sv-fpm for good: a mistake",
    "assign": "assign sig_q1 to Sierra Vista Unified at Sierra High due Jan 31",
    "move due": "move due sv-plan to Jan 15 because of late data",
    "pause reminders": "pause reminders of sv-fpm until Jan 15 because the office is closed",
    "remind": "remind sv-fpm of findings 7 days before",
    "accept": "accept sv-plan: complete",
    "add address": "add address jlee@home.example",
    "add user": "add user Jo Lee <jlee@sierravista.example> as submitter",
    "change role": "change role jlee@sierravista.example to submitter",
    "retire": "retire jlee@sierravista.example",
    "resend": "resend OUT-57",
    "reinstate": "reinstate jlee@sierravista.example",
}
LEVELS: tuple[Trust, ...] = ("unauthenticated", "accepted", "authenticated", "confirmed")


def test_every_command_is_at_one_level() -> None:
    assert {one.verb for one in CAPABILITIES} == ASKS | FILES | WEIGHTY.keys()
    assert {one.verb for one in CAPABILITIES if one.weighty} == WEIGHTY.keys()
    assert not {one.verb for one in CAPABILITIES if one.only_asks} & (FILES | WEIGHTY.keys())


@pytest.mark.parametrize("verb", WEIGHTY)
def test_authenticated_mail_waits_for_a_code_and_confirmed_mail_does_not(verb: str) -> None:
    script = script_of(a_message(WEIGHTY[verb]), CAPABILITIES, PROGRAMS)
    assert [step.capability.verb for step in script.steps if step.command] == [verb] * len(script.steps)
    assert [waits_for_code(script, trust) for trust in LEVELS] == [False, False, True, False]


@pytest.mark.parametrize("text", [f"{WEIGHTY['meets']}?", "meets EL 02 if you agree", "meets"])
def test_what_would_not_be_done_needs_no_code(text: str) -> None:
    script = script_of(a_message(text), CAPABILITIES, PROGRAMS)
    assert not waits_for_code(script, "authenticated")


def one_of_each(row: Row) -> list[str]:
    """Somebody who may, somebody whose role does not, somebody for whom it is nowhere, where there are such."""
    kinds = {expected(row, who): who for who in sorted(EVERYONE)}
    return list(kinds.values())


@pytest.mark.both_databases
@pytest.mark.parametrize("row", MATRIX, ids=[row.text.split("\n")[0] for row in MATRIX])
async def test_what_each_role_gets_at_each_level(row: Row, desk: Desk) -> None:
    """Unauthenticated: silence. SPF alone: nothing is read. Authenticated: as its rights are, and a code
    before anything weighty. The rehearsal says the same and needs no code."""
    if row.before:
        assert (await desk.send(sender=TOM, text=row.before))["state"] == "done"
    before = (await desk.export())["items"]
    for who in one_of_each(row):
        forged = await desk.send(sender=who, text=row.text, trust="unauthenticated")
        assert (forged["state"], forged["reply"]) == ("held", None)
        for text in (row.text, f"dry run: {row.text}"):
            spf_only = await desk.send(sender=who, text=text, trust="accepted")
            assert (spf_only["state"], spf_only["reply"]) == ("asked", "confirmation_asked")
            assert spf_only["fields"]["commands"] == []
        rehearsed = await desk.send(sender=who, text=f"dry run: {row.text}", trust="authenticated")
        assert reading_of(rehearsed) == expected(row, who)
        would = rehearsed["fields"]
        weighs = row.verb in WEIGHTY and would["template"] != "request_refused"
        assert would["code"] is weighs
        if row.verb in WEIGHTY:
            answer = await desk.send(sender=who, text=row.text, trust="authenticated")
            reason = "to be confirmed" if weighs else would["fields"]["refusal"]
            reply = "confirmation_asked" if weighs else "request_refused"
            assert (answer["reply"], answer["reason"]) == (reply, reason)
    assert (await desk.export())["items"] == before
    await assert_whole(desk)
