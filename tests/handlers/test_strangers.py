"""Whom we do not know, do not believe, or heard before: kept, recorded with a reason, mostly silent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.messages import ReturnAddress, Sender, Unreadable
from store.models import Person
from store.verify import verify
from tests.builders import ANA, NOW, Desk, a_file

STRANGER = "who@elsewhere.example"
FILES = (a_file(),)


def verdicts(told: dict[str, Any]) -> list[str]:
    return [one["verdict"] for one in told["verdicts"]]


async def mail(desk: Desk, **said: Any) -> dict[str, Any]:
    return await desk.send(**({"subject": "EL 02", "files": FILES, "sender": STRANGER} | said))


async def test_a_stranger_is_held_and_told_nothing_but_a_number(desk: Desk) -> None:
    told = await mail(desk)

    assert (told["state"], told["reason"], verdicts(told)) == ("held", "unknown sender", ["held"])
    assert (told["reply"], told["fields"]) == ("stranger_held", {"receipt": told["id"]})
    assert (await desk.export())["documents"] == []


async def test_a_stranger_becomes_no_person(desk: Desk) -> None:
    before = (await desk.export())["people"]
    await mail(desk)

    assert (await desk.export())["people"] == before


MINUTE = timedelta(minutes=1)
MIDNIGHTS = [  # midnight in Sacramento, in UTC: winter, summer, and the nights when the clocks change
    datetime(2013, 12, 3, 8, tzinfo=UTC),
    datetime(2013, 7, 4, 7, tzinfo=UTC),
    datetime(2014, 3, 9, 8, tzinfo=UTC),
    datetime(2014, 3, 10, 7, tzinfo=UTC),
    datetime(2013, 11, 3, 7, tzinfo=UTC),
    datetime(2013, 11, 4, 8, tzinfo=UTC),
]


@pytest.mark.parametrize("midnight", MIDNIGHTS, ids=lambda moment: f"{moment:%m-%d}")
async def test_a_stranger_is_answered_once_a_day_of_sacramento(desk: Desk, midnight: datetime) -> None:
    told = []
    for moment in (
        midnight - timedelta(hours=20),
        midnight - MINUTE,
        midnight,
        midnight + timedelta(hours=22, minutes=59),
    ):
        desk.now = moment
        told.append(await mail(desk))

    assert [one["reply"] for one in told] == ["stranger_held", None, "stranger_held", None]
    assert {one["state"] for one in told} == {"held"}
    assert told[1]["reason"] == "unknown sender; answered once today"


@pytest.mark.both_databases
async def test_two_mails_of_a_stranger_at_once_get_one_answer(desk: Desk) -> None:
    await desk.keep({"sender": STRANGER}, {"sender": STRANGER})
    await desk.work()

    assert [row.template for row in await desk.outgoing()] == ["stranger_held"]


async def test_another_stranger_is_answered_too(desk: Desk) -> None:
    await mail(desk)

    assert (await mail(desk, sender="other@elsewhere.example"))["reply"] == "stranger_held"


@pytest.mark.parametrize(("sender", "asked"), [(STRANGER, None), (ANA, "claims_to_be_you")])
async def test_an_unproven_sender_is_held_and_only_a_registered_person_is_asked(
    desk: Desk, sender: str, asked: str | None
) -> None:
    told = await mail(desk, sender=sender, trust="unauthenticated")

    assert (told["state"], told["reply"], verdicts(told)) == ("held", None, ["held"])
    assert [row.template for row in await desk.outgoing()] == ([asked] if asked else [])
    assert told["reason"] == "not authenticated: test"
    assert (await desk.export())["documents"] == []


async def test_a_retired_person_is_a_stranger(desk: Desk) -> None:
    await retire(desk, ANA)
    told = await mail(desk, sender=ANA)

    assert (told["state"], told["reply"], verdicts(told)) == ("held", "stranger_held", ["held"])


async def retire(desk: Desk, address: str) -> None:
    async with desk.store.begin() as uow:
        person = await uow.person_at(address)
        assert isinstance(person, Person)
        person.retired_at = NOW - timedelta(days=1)


@pytest.mark.parametrize("sender", [STRANGER, ANA])
async def test_mail_of_a_machine_is_ignored_with_its_reason(desk: Desk, sender: str) -> None:
    told = await mail(desk, sender=sender, automatic="auto-replied")

    assert (told["state"], told["reason"]) == ("ignored", "automatic: auto-replied")
    assert (told["reply"], verdicts(told)) == (None, ["not_evidence"])


async def test_a_second_delivery_is_ignored_and_not_answered(desk: Desk) -> None:
    first = await mail(desk, sender=ANA, content="same")
    told = await mail(desk, sender=ANA, content="same")

    assert (told["state"], told["reason"]) == ("ignored", f"delivered before as {first['id']}")
    assert (told["reply"], verdicts(told)) == (None, ["duplicate"])


@pytest.mark.both_databases
async def test_two_deliveries_at_once_are_answered_once(desk: Desk) -> None:
    said = {"subject": "EL 02", "files": FILES, "content": "same"}
    await desk.keep(dict(said), dict(said))
    await desk.work()

    states = [one["state"] for one in (await desk.export())["messages"]]
    assert states == ["done", "ignored"]
    assert len(await desk.outgoing()) == 1


async def test_a_forged_copy_does_not_silence_the_real_mail(desk: Desk) -> None:
    await mail(desk, sender=ANA, trust="unauthenticated", content="same")
    told = await mail(desk, sender=ANA, content="same")

    assert (told["state"], told["reply"], verdicts(told)) == ("done", "evidence_received", ["filed"])


async def test_a_forged_copy_of_an_answered_mail_is_ignored(desk: Desk) -> None:
    await mail(desk, sender=ANA, content="same")
    told = await mail(desk, sender=ANA, trust="unauthenticated", content="same")

    assert (told["state"], told["reply"]) == ("ignored", None)


async def test_two_held_copies_do_not_silence_each_other_when_one_is_taken_up_again(desk: Desk) -> None:
    first = await mail(desk, sender=ANA, trust="unauthenticated", content="same")
    await mail(desk, sender=ANA, trust="unauthenticated", content="same")
    desk.says.waiting[first["id"]] = desk.message(
        first["id"], subject="EL 02", files=FILES, content="same", sender=ANA
    )
    assert await desk.store.inbox.again(first["id"])
    await desk.work()

    record = await desk.export()
    assert record["messages"][0]["state"] == "done"
    assert [one["verdict"] for one in record["messages"][0]["verdicts"]] == ["filed"]


@pytest.mark.both_databases
async def test_a_stranger_who_was_added_is_answered_when_taken_up_again(desk: Desk) -> None:
    first = await mail(desk)
    async with desk.store.begin() as uow:
        ana = await uow.person_at(ANA)
        assert ana is not None
        ana.addresses.append(type(ana.addresses[0])(address=STRANGER))
    assert await desk.store.inbox.again(first["id"])
    await desk.work()

    record = await desk.export()
    (message,) = record["messages"]
    assert (message["state"], [one["verdict"] for one in message["verdicts"]]) == ("done", ["filed"])
    wrong = (await verify(desk.store.database, desk.store.files)).wrong
    assert [line for line in wrong if "needs object" not in line] == []


async def test_a_mail_with_nowhere_to_answer_says_so_in_the_record(desk: Desk) -> None:
    told = await mail(desk, sender=ANA, reply_to=None)

    assert (told["state"], told["reply"], told["reason"]) == ("done", None, "no address to answer to")


@pytest.mark.parametrize(
    ("sender", "reply"), [(ANA, "message_held"), (STRANGER, None), ("gmoreno@harborlights.example", None)]
)
async def test_an_unreadable_mail_is_told_to_active_people_only(
    desk: Desk, sender: str, reply: str | None
) -> None:
    await retire(desk, "gmoreno@harborlights.example")
    (number,) = await desk.keep({})
    desk.says.waiting[number] = Unreadable(
        number,
        "mail",
        NOW,
        "broken",
        Sender(sender, "unauthenticated", "envelope"),
        ReturnAddress("mail", sender),
    )
    await desk.work()

    assert [row.template for row in await desk.outgoing()] == ([reply] if reply else [])
    (message,) = (await desk.export())["messages"]
    silence = "" if reply else "; from nobody we know"
    assert (message["state"], message["reason"]) == ("held", f"broken{silence}")
