"""Asking for access, training or help: known people reach the contact, strangers only those who may add them."""

from datetime import timedelta

import pytest

from handlers.request_access import MOST_A_DAY, RequestAccess, read_line
from tests.builders import ANA, PROGRAMS, Desk, a_file
from tests.handlers.record import GUS, MARIA, RENEE, assert_whole
from tests.handlers.users import (
    BETH,
    CARL,
    NEW,
    NO_MANAGERS,
    OMAR,
    STRANGER,
    TOM,
    facts,
    outcome,
    people,
    told,
    with_an_admin,
)

ASKS = "request access, please: I am the new ELAC secretary"
REASON = "unknown sender; asks for access"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("training: when?", RequestAccess("training", None, "when?")),
        ("help for Charter Schools: how?", RequestAccess("help", "Charter Schools", "how?")),
        ("assistance with fpm:\nfirst\n\nsecond", RequestAccess("help", "fpm", "first\n\nsecond")),
        ("access\nfor two of us", RequestAccess("access", None, "for two of us")),
        ("training for sig", RequestAccess("training", "sig", "")),
        ("training soon", None),
        ("a pony: now", None),
    ],
)
def test_reading(words: str, wanted: RequestAccess | None) -> None:
    assert read_line(words, PROGRAMS) == wanted


@pytest.mark.parametrize("sender", [*NO_MANAGERS.values(), MARIA])
async def test_everybody_known_reaches_the_contact(desk: Desk, sender: str) -> None:
    answer = await desk.send(sender=sender, text="request training for Charter Schools: which day suits?")
    assert (answer["state"], answer["reply"]) == ("done", "access_requested")
    assert answer["fields"]["told"] == ["Omar Haddad"]
    assert answer["fields"]["program"]["phone"] == "916-322-6029"
    assert await told(desk, "access_request_heard") == [OMAR]
    heard = next(row for row in await desk.outgoing() if row.template == "access_request_heard")
    assert (heard.fields["address"], heard.fields["text"]) == (sender, ["which day suits?"])


async def test_without_a_program_the_office_for_questions_hears_of_it(desk: Desk) -> None:
    await desk.send(sender=ANA, text="request help: where do I begin?")
    assert await told(desk, "access_request_heard") == [RENEE]


async def test_the_words_go_on_below_and_end_before_the_signature(desk: Desk) -> None:
    await desk.send(sender=ANA, text="request help for sig:\nWe are two.\n\nWhich day?\n\nThanks,\nAna")
    heard = next(row for row in await desk.outgoing() if row.template == "access_request_heard")
    assert (heard.to, heard.fields["text"]) == (BETH, ["We are two.", "Which day?"])


async def test_a_contact_who_asks_is_not_told_of_it(desk: Desk) -> None:
    answer = await desk.send(sender=RENEE, text="request training: for me, too")
    assert (answer["state"], answer["fields"]["told"]) == ("done", [])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("request training for civics: when?", "not_one_of_yours"),
        ("request training for improvement: when?", "which_one"),
        ("request training for sig", "not_said_right"),
        ("request training soon", "not_said_right"),
    ],
)
async def test_what_is_not_clear_is_said(desk: Desk, said: str, reason: str) -> None:
    answer = await desk.send(sender=ANA, text=said)
    assert outcome(answer) == ("refused", reason)
    assert facts(answer)
    assert await told(desk, "access_request_heard") == []


async def test_help_alone_is_still_the_list(desk: Desk) -> None:
    assert (await desk.send(sender=ANA, text="help"))["reply"] == "help_given"


# --- strangers


async def test_a_stranger_of_an_leas_domain_is_shown_to_its_administrators_by_address_alone(
    desk: Desk,
) -> None:
    await with_an_admin(desk)
    before = await people(desk)
    answer = await desk.send(sender=NEW, subject="It is urgent", text=f"{ASKS}\nMy phone is 555-0100.")
    assert (answer["state"], answer["reply"], answer["reason"]) == ("held", "stranger_held", REASON)
    assert set(answer["fields"]) == {"receipt"}
    assert await told(desk, "stranger_asks_access") == [CARL, MARIA]
    notice = next(row for row in await desk.outgoing() if row.template == "stranger_asks_access")
    assert notice.fields == {"address": NEW, "number": answer["id"], "lea": "Sierra Vista Unified"}
    assert await people(desk) == before
    await assert_whole(desk)


async def test_the_answer_is_the_same_as_to_any_stranger(desk: Desk) -> None:
    asks = await desk.send(sender=NEW, text=ASKS)
    other = await desk.send(sender=STRANGER, text="hello")
    assert (asks["state"], asks["reply"]) == (other["state"], other["reply"])
    assert set(asks["fields"]) == set(other["fields"])


async def test_they_are_told_once_a_day_for_each_address(desk: Desk) -> None:
    answers = []
    for hours in (0, 1, 24):
        desk.now += timedelta(hours=hours)
        answers.append(await desk.send(sender=NEW, text=ASKS))
    assert await told(desk, "stranger_asks_access") == [MARIA, MARIA]
    assert [answer["reply"] for answer in answers] == ["stranger_held", None, "stranger_held"]
    assert {answer["reason"] for answer in answers} == {REASON, f"{REASON}; answered once today"}
    await desk.send(sender=f"other-{NEW}", text=ASKS)
    assert len(await told(desk, "stranger_asks_access")) == 3


@pytest.mark.both_databases
async def test_two_at_once_are_told_of_once(desk: Desk) -> None:
    await desk.keep({"sender": NEW, "text": ASKS}, {"sender": NEW, "text": ASKS})
    await desk.work()
    assert await told(desk, "stranger_asks_access") == [MARIA]


async def test_nobody_is_flooded_by_many_addresses(desk: Desk) -> None:
    for number in range(MOST_A_DAY + 2):
        await desk.send(sender=f"s{number}@elsewhere.example", text=ASKS)
    assert len(await told(desk, "stranger_asks_access")) == MOST_A_DAY


@pytest.mark.parametrize(
    "sender", [STRANGER, "x@sub.sierravista.example", "x@sierravista.example.evil.example", "x@a%b.example"]
)
async def test_from_elsewhere_the_fpm_contact_is_told(desk: Desk, sender: str) -> None:
    await desk.send(sender=sender, text=ASKS)
    assert await told(desk, "stranger_asks_access") == [RENEE]


async def test_the_domain_says_which_lea(desk: Desk) -> None:
    await desk.send(sender="new@harborlights.example", text="request access for us")
    assert await told(desk, "stranger_asks_access") == [GUS]


@pytest.mark.parametrize(
    "said",
    [
        {"text": "May I request access?"},
        {"text": "We would like to\nrequest access"},
        {"text": "request training: now"},
        {"text": "", "subject": "request access"},
        {"text": ASKS, "trust": "unauthenticated"},
        {"text": ASKS, "automatic": "auto-replied"},
    ],
)
async def test_nothing_but_the_exact_first_line_tells_anybody(desk: Desk, said: dict[str, str]) -> None:
    await desk.send(sender=NEW, **said)
    assert await told(desk, "stranger_asks_access") == []


async def test_files_of_a_stranger_who_asks_are_held(desk: Desk) -> None:
    answer = await desk.send(sender=NEW, text=ASKS, files=(a_file(),))
    assert [one["verdict"] for one in answer["verdicts"]] == ["held"]


async def test_a_retired_person_asks_like_a_stranger(desk: Desk) -> None:
    await desk.send(sender=MARIA, text=f"retire {TOM}")
    answer = await desk.send(sender=TOM, text=ASKS)
    assert (answer["state"], answer["reason"]) == ("held", REASON)
    assert await told(desk, "stranger_asks_access") == [MARIA]


@pytest.mark.both_databases
async def test_who_asked_may_be_added_and_the_mail_taken_up_again(desk: Desk) -> None:
    first = await desk.send(sender=NEW, subject="EL 02", text="request access", files=(a_file(),))
    desk.says.waiting[first["id"]] = desk.message(first["id"], sender=NEW, subject="EL 02", files=(a_file(),))
    await desk.send(sender=MARIA, text=f"add user Jo Lee <{NEW}> as submitter")
    await desk.work()
    row = next(row for row in (await desk.export())["messages"] if row["id"] == first["id"])
    assert row["state"] == "done"
