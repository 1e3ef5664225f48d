"""Strangers, forged and retired senders, machines, and mail that comes twice: who is told what."""

from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.messages import ReturnAddress, Sender, Unreadable
from store.clock import PACIFIC
from store.models import Person
from tests.builders import ANA, NOW, Desk, a_file
from tests.handlers.record import assert_whole, documents, message, verdicts

STRANGER = "someone@elsewhere.example"
BOUNCE = "null-sender"


async def test_a_stranger_is_held_answered_once_and_told_nothing(desk: Desk) -> None:
    told = await desk.send(sender=STRANGER, subject="EL 02", files=(a_file(),))
    assert (told["state"], told["reason"], verdicts(told)) == ("held", "unknown sender", [("held", [])])
    assert (told["reply"], told["fields"]) == ("stranger_held", {"receipt": told["id"]})
    assert await documents(desk) == []
    people = (await desk.export())["people"]
    assert STRANGER not in str(people)
    await assert_whole(desk)


async def test_a_stranger_is_answered_once_a_day_however_much_comes(desk: Desk) -> None:
    numbers = await desk.keep(*({"sender": STRANGER, "text": str(n)} for n in range(5)))
    await desk.work()
    assert [row.in_answer_to for row in await desk.outgoing()] == numbers[:1]
    later = await message(desk, numbers[4])
    assert (later["state"], later["reason"]) == ("held", "unknown sender; answered once today")


def pacific(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PACIFIC).astimezone(UTC)


DAYS = [
    ("2013-12-02T00:00:00", "2013-12-02T23:59:59", 1),
    ("2013-12-02T23:59:59", "2013-12-03T00:00:00", 2),
    ("2013-12-02T15:59:00", "2013-12-02T16:01:00", 1),  # midnight UTC is no midnight here
    ("2013-12-31T23:59:00", "2014-01-01T00:01:00", 2),
    ("2014-03-09T00:30:00", "2014-03-09T23:30:00", 1),  # 23 hours long
    ("2014-03-09T23:30:00", "2014-03-10T00:30:00", 2),
    ("2014-11-02T00:10:00", "2014-11-02T23:50:00", 1),  # 25 hours long
    ("2014-11-01T23:50:00", "2014-11-02T00:10:00", 2),
    ("2014-11-02T23:50:00", "2014-11-03T00:10:00", 2),
]


@pytest.mark.parametrize(("first", "second", "answers"), DAYS)
async def test_the_day_of_the_one_answer_is_a_day_in_sacramento(
    desk: Desk, first: str, second: str, answers: int
) -> None:
    for moment in (first, second):
        desk.now = pacific(moment)
        await desk.send(sender=STRANGER, text="hello")
    assert len(await desk.outgoing()) == answers


async def retire(desk: Desk, address: str) -> None:
    async with desk.store.begin() as uow:
        person = await uow.person_at(address)
        assert isinstance(person, Person)
        person.retired_at = NOW
        uow.changed(person)


async def test_a_retired_person_is_a_stranger(desk: Desk) -> None:
    await retire(desk, ANA)
    told = await desk.send(subject="EL 02", files=(a_file(),))
    assert (told["state"], told["reason"], told["reply"]) == ("held", "unknown sender", "stranger_held")
    assert await documents(desk) == []


async def test_a_forged_mail_is_held_in_silence_with_its_reason(desk: Desk) -> None:
    told = await desk.send(trust="unauthenticated", subject="EL 02", files=(a_file(),))
    assert (told["state"], told["reason"], told["reply"]) == ("held", "not authenticated: test", None)
    assert verdicts(told) == [("held", [])]
    await assert_whole(desk)


@pytest.mark.parametrize("text", ["status", "help", "1", "EL 02", "Thanks!"])
async def test_a_forged_mail_learns_nothing(desk: Desk, text: str) -> None:
    told = await desk.send(trust="unauthenticated", text=text)
    assert (told["state"], told["reply"]) == ("held", None)


@pytest.mark.both_databases
async def test_a_mail_without_any_sender_is_held(desk: Desk) -> None:
    told = await desk.send(sender=None, subject="EL 02", files=(a_file(),))
    assert (told["state"], told["reply"]) == ("held", None)
    assert told["reason"]


@pytest.mark.parametrize("why", ["auto-reply", "bounce", "mailing-list", BOUNCE])
@pytest.mark.parametrize("sender", [ANA, STRANGER])
async def test_a_machines_mail_is_ignored_with_its_reason(desk: Desk, why: str, sender: str) -> None:
    told = await desk.send(sender=sender, automatic=why, subject="EL 02", text="1", files=(a_file(),))
    assert (told["state"], told["reason"], told["reply"]) == ("ignored", f"automatic: {why}", None)
    assert verdicts(told) == [("not_evidence", [])]
    assert await documents(desk) == []
    await assert_whole(desk)


async def test_a_second_delivery_is_ignored_and_says_of_what(desk: Desk) -> None:
    mail: dict[str, Any] = {"subject": "EL 02", "files": (a_file(),), "content": "same"}
    first, second = await desk.send(**mail), await desk.send(**mail)
    assert (second["state"], second["reason"]) == ("ignored", f"delivered before as {first['id']}")
    assert (verdicts(second), second["reply"]) == ([("duplicate", [])], None)
    assert len(await desk.outgoing()) == 1
    await assert_whole(desk)


async def test_two_deliveries_in_one_batch_are_answered_once(desk: Desk) -> None:
    mail: dict[str, Any] = {"subject": "EL 02", "files": (a_file(),), "content": "same"}
    numbers = await desk.keep(mail, mail)
    await desk.work()
    assert [(await message(desk, number))["state"] for number in numbers] == ["done", "ignored"]
    assert len(await desk.outgoing()) == 1


@pytest.mark.parametrize("role", ["damaged", "unreadable"])
async def test_a_second_delivery_of_a_mail_whose_file_is_held_is_ignored_too(desk: Desk, role: str) -> None:
    mail: dict[str, Any] = {"subject": "EL 02", "files": (a_file(role=role),), "content": "same"}
    first, second = await desk.send(**mail), await desk.send(**mail)
    assert (first["state"], second["state"]) == ("held", "ignored")
    assert len(await desk.outgoing()) == 1


@pytest.mark.both_databases
async def test_a_forged_copy_cannot_silence_the_real_mail_nor_make_it_count_twice(desk: Desk) -> None:
    mail: dict[str, Any] = {"subject": "EL 02", "files": (a_file(),), "content": "same"}
    forged = await desk.send(trust="unauthenticated", **mail)
    real = await desk.send(**mail)
    again = await desk.send(**mail)
    late = await desk.send(trust="unauthenticated", **mail)
    assert [row["state"] for row in (forged, real, again, late)] == ["held", "done", "ignored", "ignored"]
    assert [row.template for row in await desk.outgoing()] == ["claims_to_be_you", "evidence_received"]


async def test_who_was_unknown_and_is_added_may_send_the_very_same_mail_again(desk: Desk) -> None:
    await retire(desk, ANA)
    mail: dict[str, Any] = {"subject": "EL 02", "files": (a_file(),), "content": "same"}
    await desk.send(**mail)
    async with desk.store.begin() as uow:
        person = await uow.person_at(ANA)
        assert person is not None
        person.retired_at = None
        uow.changed(person)
    assert (await desk.send(**mail))["state"] == "done"


async def test_a_held_mail_that_is_handled_again_gets_new_verdicts_in_the_same_rows(desk: Desk) -> None:
    held = await desk.send(trust="unauthenticated", subject="EL 02", files=(a_file(), a_file("b", b"b", 2)))
    desk.says.waiting[held["id"]] = desk.message(held["id"], subject="EL 02", files=(a_file(),))
    assert await desk.store.inbox.again(held["id"])
    await desk.work()
    row = await message(desk, held["id"])
    assert (row["state"], [verdict for verdict, _ in verdicts(row)]) == ("done", ["filed", "held"])
    await assert_whole(desk)


def unreadable(number: int, address: str | None, trust: Any = "unauthenticated") -> Unreadable:
    back = ReturnAddress("mail", address) if address else None
    return Unreadable(number, "mail", NOW, "too-many-parts", Sender(address, trust, "envelope"), back)


async def handle_unreadable(
    desk: Desk, address: str | None, trust: Any = "unauthenticated"
) -> dict[str, Any]:
    (number,) = await desk.keep({})
    desk.says.waiting[number] = unreadable(number, address, trust)
    await desk.work()
    replies = [row.template for row in await desk.outgoing() if row.in_answer_to == number]
    return await message(desk, number) | {"replies": replies}


async def test_an_unreadable_mail_is_held_and_its_known_sender_told_once_a_day(desk: Desk) -> None:
    """The envelope proves nothing: a flood in Ana's name is one mail to Ana."""
    first, second = await handle_unreadable(desk, ANA), await handle_unreadable(desk, ANA)
    assert (first["state"], first["reason"], first["replies"]) == ("held", "too-many-parts", ["message_held"])
    assert (second["reason"], second["replies"]) == ("too-many-parts; told once today", [])
    third = await handle_unreadable(desk, ANA, "authenticated")
    assert third["replies"] == ["message_held"]
    await assert_whole(desk)


@pytest.mark.both_databases
@pytest.mark.parametrize("address", [None, STRANGER])
async def test_an_unreadable_mail_from_nobody_is_held_in_silence(desk: Desk, address: str | None) -> None:
    row = await handle_unreadable(desk, address)
    assert (row["state"], row["reason"], row["replies"]) == (
        "held",
        "too-many-parts; from nobody we know",
        [],
    )


@pytest.mark.both_databases
async def test_an_unreadable_mail_from_a_retired_person_is_held_in_silence(desk: Desk) -> None:
    await retire(desk, ANA)
    assert (await handle_unreadable(desk, ANA))["replies"] == []


async def test_a_known_person_whom_we_cannot_answer_leaves_a_reason_for_the_silence(desk: Desk) -> None:
    told = await desk.send(subject="EL 02", files=(a_file(),), reply_to=None)
    assert (told["state"], told["reason"], told["reply"]) == ("done", "no address to answer to", None)
