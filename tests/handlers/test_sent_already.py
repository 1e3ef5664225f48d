"""`sent it`: what is found of what somebody says they sent, wherever it got to; and what is no such word."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from handlers.sent_already import read
from store.models import PersonAddress
from store.unit_of_work import Actor
from tests.builders import ANA, PROGRAMS, Desk, a_file
from tests.handlers.findings import TOM, resolved, respond
from tests.handlers.record import HELEN, MARIA, PRIYA, assert_whole
from tests.handlers.test_argue import reminded, reply_of
from tests.handlers.verbs import a_message

__all__ = ["reminded"]
Before = Callable[[Desk], Awaitable[Any]]


async def ask(desk: Desk, text: str = "sent EL 02", who: str = MARIA, **more: Any) -> dict[str, Any]:
    row = await desk.send(sender=who, text=text, **more)
    assert row["reply"] == "delivery_looked_for", row
    return row["fields"]  # type: ignore[no-any-return]


async def a_draft(desk: Desk) -> None:
    await desk.send(sender=ANA, subject="EL 02", files=(a_file("minutes.pdf", b"minutes"),))


async def elsewhere(desk: Desk) -> None:
    await desk.send(sender=MARIA, subject="CE 08", files=(a_file("minutes.pdf", b"minutes"),))


async def a_question(desk: Desk) -> None:
    await desk.send(sender=MARIA, text="here it is", files=(a_file("minutes.pdf", b"minutes"),))


async def held(desk: Desk) -> None:
    await desk.send(sender=MARIA, trust="unauthenticated", files=(a_file("minutes.pdf", b"minutes"),))


async def held_of_a_colleague(desk: Desk) -> None:
    who = "newcomer@sierravista.example"
    await desk.send(sender=who, trust="unauthenticated", files=(a_file("minutes.pdf", b"minutes"),))


async def without_a_file(desk: Desk) -> None:
    await desk.send(sender=MARIA, subject="EL 02: here it is", text="see the minutes")


async def empty(desk: Desk) -> None:
    await desk.send(
        sender=MARIA, subject="EL 02", files=(a_file("minutes.pdf", b"", role="empty", remark="empty"),)
    )


async def nothing(_desk: Desk) -> None:
    pass


# What happened before, and what is found: at the finding, and among the messages that got lost.
LOST_AND_FOUND: dict[str, tuple[Before, list[str], list[str]]] = {
    "a draft": (a_draft, ["draft"], []),
    "filed under the wrong item": (elsewhere, ["elsewhere"], []),
    "a question that nobody answered": (a_question, [], ["question"]),
    "held, for nothing proved the sender": (held, [], ["unproven"]),
    "held of a colleague": (held_of_a_colleague, [], ["held of yours"]),
    "it had no file": (without_a_file, [], ["no file"]),
    "the file was empty": (empty, [], ["not taken"]),
    "nothing ever came": (nothing, [], []),
}


@pytest.mark.parametrize("name", LOST_AND_FOUND)
async def test_what_got_lost_is_found(name: str, desk: Desk) -> None:
    before, found, messages = LOST_AND_FOUND[name]
    await before(desk)
    told = await ask(desk)
    assert [one["what"] for one in told["rows"][0]["found"]] == found
    assert [one["what"] for one in told["messages"]] == messages
    assert told["rows"][0]["handed"] is None


@pytest.mark.both_databases
async def test_what_is_in_is_answered_with_its_receipt(desk: Desk) -> None:
    sent = await respond(desk)
    told = await ask(desk)
    handed = told["rows"][0]["handed"]
    assert (handed["receipt"], handed["by"], handed["own"]) == (sent["id"], "Maria Delgado", True)
    assert (handed["over"], handed["status"]) == (False, "Response submitted")
    by_another = (await ask(desk, who=TOM))["rows"][0]["handed"]
    assert (by_another["own"], by_another["receipt"]) == (False, sent["id"])
    await assert_whole(desk)


async def test_who_submitted_a_draft_has_delivered_it(desk: Desk) -> None:
    """Not who left it on file; the receipt is that of the submission."""
    await a_draft(desk)
    desk.now += timedelta(minutes=5)
    sent = await desk.send(sender=MARIA, text="submit sv-fpm/I-EL 02")
    handed = (await ask(desk))["rows"][0]["handed"]
    assert (handed["by"], handed["own"], handed["receipt"]) == ("Maria Delgado", True, sent["id"])
    assert not (await ask(desk, who=ANA))["rows"][0]["handed"]["own"]


async def test_what_is_over_says_so(desk: Desk) -> None:
    await resolved(desk)
    assert (await ask(desk))["rows"][0]["handed"]["over"]


async def test_a_draft_says_the_words_that_submit_it(desk: Desk) -> None:
    await a_draft(desk)
    say = (await ask(desk))["rows"][0]["found"][0]["say"]
    assert say == "submit sv-fpm/I-EL 02"
    assert (await desk.send(sender=MARIA, text=say))["reply"] == "item_submitted"


async def test_who_may_not_submit_hears_who_may(desk: Desk) -> None:
    await a_draft(desk)
    found = (await ask(desk, who=ANA))["rows"][0]["found"][0]
    assert found["say"] is None
    assert "Maria Delgado" in found["people"]


async def test_what_is_filed_elsewhere_moves_by_the_words(desk: Desk) -> None:
    await elsewhere(desk)
    say = (await ask(desk))["rows"][0]["found"][0]["say"]
    assert (await desk.send(sender=MARIA, text=say))["reply"] == "filing_moved"


async def test_what_came_back_says_so(desk: Desk) -> None:
    await respond(desk)
    await desk.send(sender=HELEN, text="return sv-fpm/EL 02: who was elected?")
    row = (await ask(desk))["rows"][0]
    assert (row["handed"], row["back"]) == (None, True)


async def test_who_manages_no_users_hears_nothing_of_what_others_sent(desk: Desk) -> None:
    await held_of_a_colleague(desk)
    assert (await ask(desk, who=TOM))["messages"] == []
    assert (await ask(desk, who=ANA))["messages"] == []


@pytest.mark.both_databases
async def test_what_is_held_of_a_domain_that_two_leas_share_is_neithers(desk: Desk) -> None:
    await held_of_a_colleague(desk)
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=desk.now))
        other = await uow.lea("coast-range")
        other.domains = [*other.domains, "sierravista.example"]
        uow.changed(other)
    assert (await ask(desk))["messages"] == []


async def test_what_is_held_of_who_is_known_elsewhere_is_not_told(desk: Desk) -> None:
    await held_of_a_colleague(desk)
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=desk.now))
        priya = await uow.person_at(PRIYA)
        assert priya is not None
        priya.addresses.append(PersonAddress(address="newcomer@sierravista.example"))
    assert (await ask(desk))["messages"] == []


async def test_the_files_of_a_mail_that_nobody_proved_are_not_named(desk: Desk) -> None:
    await held(desk)
    assert (await ask(desk))["messages"][0]["names"] == []


async def test_another_leas_finding_is_nowhere(desk: Desk) -> None:
    await respond(desk)
    row = await desk.send(sender=PRIYA, text="sent sv-fpm/EL 02")
    assert row["fields"]["refusal"] == "not_one_of_yours"


@pytest.mark.parametrize("name", ["cr-fpm", "cr-fpm/I-EL 01"])
async def test_the_words_that_a_reminder_shows_are_understood(name: str, desk: Desk) -> None:
    told = await ask(desk, f"sent it {name}", who=PRIYA)
    assert "I-EL 01" in {row["code"] for row in told["rows"]}


async def test_an_answer_to_a_reminder_names_nothing(reminded: Desk) -> None:
    await respond(reminded)
    told = await ask(reminded, "We submitted that last week", answers=await reply_of(MARIA, reminded))
    by_code = {row["code"]: row for row in told["rows"]}
    assert by_code["I-EL 02"]["handed"] is not None
    assert by_code["II-CE 08"]["handed"] is None


@pytest.mark.parametrize("text", ["sent sv-fpm/I-EL 02", "sent EL 02", "EL 02: done", "Ya enviamos EL 02"])
async def test_an_answer_to_a_reminder_may_name_it(text: str, reminded: Desk) -> None:
    await respond(reminded)
    told = await ask(reminded, text, answers=await reply_of(MARIA, reminded))
    assert [row["code"] for row in told["rows"]] == ["I-EL 02"]
    assert told["rows"][0]["handed"] is not None


async def test_the_same_words_below_a_question_of_ours_answer_it_once(desk: Desk) -> None:
    await a_question(desk)
    (asked,) = [row for row in await desk.outgoing() if row.template == "evidence_received"]
    filed = await desk.send(sender=MARIA, text="sent EL 02", answers=(asked.message_id or "",))
    assert filed["reply"] == "evidence_received"
    assert filed["fields"]["files"][0]["verdict"] == "filed"
    await ask(desk, answers=(asked.message_id or "",))


async def test_a_question_to_somebody_else_is_not_answered_so(desk: Desk) -> None:
    await a_question(desk)
    (asked,) = [row for row in await desk.outgoing() if row.template == "evidence_received"]
    await ask(desk, who=TOM, answers=(asked.message_id or "",))


async def test_below_nothing_of_ours_it_means_nothing(reminded: Desk) -> None:
    for more in ({}, {"answers": ("<other@client.example>",)}, {"answers": await reply_of(TOM, reminded)}):
        row = await reminded.send(sender=MARIA, text="done", **more)
        assert row["fields"]["refusal"] == "not_understood"


async def test_done_with_a_file_is_evidence(reminded: Desk) -> None:
    row = await reminded.send(
        sender=MARIA,
        text="done, EL 02",
        files=(a_file("minutes.pdf", b"minutes"),),
        answers=await reply_of(MARIA, reminded),
    )
    assert row["reply"] == "evidence_received"


@pytest.mark.parametrize("answers", [False, True])
@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("sent EL 02", "filed"),
        ("EL 02 is done", "filed"),
        ("EL 02: done", "filed"),
        ("ya enviamos EL 02", "filed"),
        ("snooze EL 02 3 days", "filed"),
        ("remind me of EL 02 on Friday", "filed"),
        ("mute EL 02", "filed"),
        ("EL 02 was submitted last week", "asked"),
        ("sent it", "asked"),
        ("already sent", "asked"),
        ("not me EL 02", "asked"),
        ("No es mío EL 02", "asked"),
        ("not EL 02", "asked"),
        ("not me", "asked"),
        ("snooze 3 days", "asked"),
    ],
)
async def test_a_document_stays_evidence_whatever_is_said_beside_it(
    reminded: Desk, text: str, verdict: str, answers: bool
) -> None:
    """It is filed at what is named plainly, or asked about; what argues with the reminder is no reason to look
    for something else, and never to lose it."""
    more = {"answers": await reply_of(MARIA, reminded)} if answers else {}
    row = await reminded.send(sender=MARIA, text=text, files=(a_file("minutes.pdf", b"minutes"),), **more)
    assert row["reply"] in ("evidence_received", "transcript_given"), row
    assert [one["verdict"] for one in row["verdicts"]] == [verdict]
    assert row["verdicts"][0]["targets"] == (["sv-fpm/I-EL 02"] if verdict == "filed" else [])


SAYS = (
    "sent it", "done", "Done!", "already sent", "We submitted that last week", "I sent it yesterday.",
    "we've already uploaded this", "it was sent on Friday", "I already did that", "ya lo envié", "ya está enviado",
    "Ya lo mandamos la semana pasada", "hecho", "listo", "enviado", "ya los subimos ayer", "sent this 3 days ago",
    "I e-mailed it to you on Dec 12", "This has been completed", "Hi,\n\nWe already sent it.\n\nThanks,\nMaria",
)  # fmt: skip
WITH_A_CODE = (
    "sent EL 02", "EL 02 is done", "we already sent EL 02 and CE 08", "EL 02 was submitted last week",
    "ya enviamos EL 02", "sent sv-plan", "EL 02 sent", "EL 02: done",
)  # fmt: skip
SAYS_NOT = (
    "not sent", "I will send it", "has not been sent", "sent nothing", "we have not submitted that",
    "can it be sent later?", "send it", "I am done with this, stop mailing me", "we sent the roster but not the minutes",
    "no lo envié", "lo enviaremos", "it will be done on Friday", "sent it tomorrow", "was it sent?", "ok",
)  # fmt: skip


@pytest.mark.parametrize("text", SAYS)
def test_words_that_say_it_was_sent(text: str) -> None:
    assert read(a_message(text, answers=("<1@x>",)), PROGRAMS) is not None
    assert read(a_message(text), PROGRAMS) is None


@pytest.mark.parametrize("text", [*SAYS, *WITH_A_CODE])
@pytest.mark.parametrize("answers", [(), ("<1@x>",)])
def test_with_a_document_none_of_them_asks_where_something_is(text: str, answers: tuple[str, ...]) -> None:
    files = (a_file("minutes.pdf", b"minutes"),)
    assert read(a_message(text, answers=answers, files=files), PROGRAMS) is None
    assert read(a_message(text, answers=answers, links=("https://drive.example/minutes",)), PROGRAMS) is None


@pytest.mark.parametrize("text", SAYS_NOT)
def test_words_that_do_not(text: str) -> None:
    assert read(a_message(text, answers=("<1@x>",)), PROGRAMS) is None


@pytest.mark.parametrize("text", WITH_A_CODE)
def test_words_with_a_code(text: str) -> None:
    found = read(a_message(text), PROGRAMS)
    assert found is not None and found.targets


async def test_a_picture_that_may_have_been_meant_is_told_of(desk: Desk) -> None:
    logo = (a_file("image001.png", b"logo", role="decoration", remark="decoration"),)
    told = await desk.send(sender=MARIA, text="EL 02 is done.", files=logo)
    assert (told["fields"]["refusal"], told["fields"]["facts"]["only"]) == ("no_file_came", ["image001.png"])


async def test_a_logo_is_no_file(reminded: Desk) -> None:
    logo = (a_file("image001.png", b"logo", role="decoration", remark="decoration"),)
    told = await ask(reminded, "Sent it.", answers=await reply_of(MARIA, reminded), files=logo)
    assert {row["code"] for row in told["rows"]} >= {"I-EL 02", "II-CE 08"}
