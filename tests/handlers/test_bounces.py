"""Mail that came back: whose message, whose address, who hears of it, and what is not sent any more."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.alarms import WATCHES, sound_alarms
from handlers.bounces import heard_from, take_refusals
from handlers.pen import Keeper, release
from handlers.signals import Bounce
from handlers.watch_people import watch_operators
from store.models import PersonAddress
from store.outbox import OutboxEntry
from store.verify import verify
from tests.builders import ANA, DANA, NOW, Desk

MARIA = "mdelgado@sierravista.example"
DAY = timedelta(days=1)


async def sent(desk: Desk, to: str = ANA, **more: Any) -> OutboxEntry:
    """An answer of ours to this person, handed over to the smarthost."""
    told = await desk.send(sender=to, subject="status", **more)
    row = next(row for row in await desk.outgoing() if row.in_answer_to == told["id"])
    await desk.store.outbox.sent([(row.id, "250 queued")], desk.now)
    return row


def bounce_of(row: OutboxEntry, action: str = "failed", status: str = "5.1.1", **more: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"number": row.id, "token": row.token} | more
    return {"sender": "mailer-daemon@mx.example", "trust": "unauthenticated", "automatic": "bounce"} | {
        "bounce": Bounce(said["number"], said["token"], action, status, "verp")
    }


async def came_back(desk: Desk, to: str = ANA, **how: Any) -> dict[str, Any]:
    row = await sent(desk, to)
    return await desk.send(**bounce_of(row, **how))


async def told(desk: Desk) -> list[tuple[str, str]]:
    """Who was told of whose address."""
    return [
        (row.to, row.fields["address"]) for row in await desk.outgoing() if row.template == "mail_came_back"
    ]


async def mark_of(desk: Desk, address: str) -> tuple[Any, str | None]:
    async with desk.store.look() as uow:
        found = await uow.session.get(PersonAddress, address)
        assert found is not None
        return found.unreachable_at, found.unreachable_why


async def state_of(desk: Desk, number: int) -> tuple[str, str | None]:
    row = next(row for row in await desk.outgoing() if row.id == number)
    return row.state, row.receipt


async def mark(desk: Desk, *addresses: str) -> None:
    async with desk.store.begin() as uow:
        for address in addresses:
            found = await uow.address_on_record(address)
            assert found is not None
            found.unreachable_at, found.unreachable_why = NOW - DAY, "5.1.1"


async def wrong(desk: Desk) -> list[str]:
    """What the record's own check finds; these tests keep no bytes."""
    return [
        line
        for line in (await verify(desk.store.database, desk.store.files)).wrong
        if "needs object" not in line
    ]


def notice(to: str, thread: dict[str, Any]) -> OutboxEntry:
    return OutboxEntry(
        created_at=NOW,
        channel="mail",
        to=to,
        template="help_given",
        fields={},
        run_at=NOW - DAY,
        thread=thread,
    )


async def test_a_message_that_came_back_is_recorded_and_its_address_marked(desk: Desk) -> None:
    row = await sent(desk)
    answer = await desk.send(**bounce_of(row))

    assert (answer["state"], answer["reason"]) == ("ignored", f"bounce of message {row.id}: 5.1.1")
    assert await state_of(desk, row.id) == ("bounced", "came back: 5.1.1")
    assert await mark_of(desk, ANA) == (NOW, "5.1.1")
    assert await wrong(desk) == []


async def test_the_bounce_itself_is_never_answered(desk: Desk) -> None:
    await came_back(desk)
    assert "mailer-daemon@mx.example" not in [row.to for row in await desk.outgoing()]


async def test_the_leas_coordinators_are_told_once_a_day(desk: Desk) -> None:
    await came_back(desk)
    await came_back(desk)
    assert await told(desk) == [(MARIA, ANA)]

    desk.now = NOW + DAY
    await came_back(desk)
    assert await told(desk) == [(MARIA, ANA)] * 2


async def test_another_address_of_the_same_person_comes_first(desk: Desk) -> None:
    async with desk.store.begin() as uow:
        ana = await uow.person_at(ANA)
        assert ana is not None
        ana.addresses.append(PersonAddress(address="ana@home.example", proven_at=NOW))
    await came_back(desk)

    assert await told(desk) == [("ana@home.example", ANA)]
    assert [row.fields["own"] for row in await desk.outgoing() if row.template == "mail_came_back"] == [True]


async def test_of_a_lone_coordinator_the_programs_contacts_are_told(desk: Desk) -> None:
    await came_back(desk, MARIA)
    async with desk.store.look() as uow:
        contacts = [one.addresses[0].address for one in await uow.contacts_of("fpm")]

    assert contacts
    assert {to for to, _ in await told(desk)} == set(contacts)


async def test_who_serves_two_leas_is_missed_in_both(desk: Desk) -> None:
    await came_back(desk, DANA)
    assert {to for to, _ in await told(desk)} == {MARIA, "pnair@coastrange.example"}


async def test_nobody_is_told_at_an_address_that_mail_comes_back_from(desk: Desk) -> None:
    await mark(desk, MARIA)
    await came_back(desk)
    assert MARIA not in [to for to, _ in await told(desk)]


@pytest.mark.both_databases
async def test_of_a_person_of_the_state_the_programs_contacts_are_told(desk: Desk) -> None:
    async with desk.store.look() as uow:
        people = [person for review in ("sv-fpm",) for person in await uow.people_on_review(review)]
        contacts = {one.addresses[0].address for one in await uow.contacts_of("fpm")}
    monitor = next(one.addresses[0].address for one in people if one.addresses[0].address not in contacts)
    await came_back(desk, monitor)

    assert {to for to, _ in await told(desk)} == contacts


@pytest.mark.parametrize("more", [{"token": "f" * 16}, {"number": 99_999}, {"number": None}])
async def test_without_the_right_token_nobody_is_marked(desk: Desk, more: dict[str, Any]) -> None:
    row = await sent(desk)
    answer = await desk.send(**bounce_of(row, **more))

    assert (answer["state"], answer["reason"]) == ("ignored", "bounce of no message of ours")
    assert await mark_of(desk, ANA) == (None, None)
    assert (await state_of(desk, row.id))[0] == "sent"
    assert await told(desk) == []


@pytest.mark.parametrize("action", ["delayed", "relayed", "expanded", "delivered"])
async def test_a_report_of_anything_else_is_no_failure(desk: Desk, action: str) -> None:
    answer = await came_back(desk, action=action)

    assert (answer["state"], answer["reason"]) == ("ignored", f"delivery report: {action}")
    assert await mark_of(desk, ANA) == (None, None)


@pytest.mark.parametrize("status", ["4.4.7", "5.2.2", "4.2.2", ""])
async def test_what_was_given_up_came_back_whatever_its_status(desk: Desk, status: str) -> None:
    await came_back(desk, status=status)
    assert (await mark_of(desk, ANA))[0] == NOW


async def test_a_message_that_was_too_big_says_nothing_of_the_address(desk: Desk) -> None:
    await came_back(desk, status="5.3.4")
    assert await mark_of(desk, ANA) == (None, None)
    assert await told(desk) == [(MARIA, ANA)]


async def test_a_bounce_that_comes_weeks_late_marks_nobody_who_wrote_since(desk: Desk) -> None:
    row = await sent(desk)
    desk.now = NOW + 20 * DAY
    await sent(desk)
    await desk.send(**bounce_of(row))

    assert await mark_of(desk, ANA) == (None, None)
    assert await told(desk) == [(MARIA, ANA)]


async def test_a_bounce_that_comes_weeks_late_marks_who_was_silent(desk: Desk) -> None:
    row = await sent(desk)
    desk.now = NOW + 20 * DAY
    await desk.send(**bounce_of(row))

    assert (await mark_of(desk, ANA))[0] == desk.now


async def test_the_same_bounce_again_changes_nothing(desk: Desk) -> None:
    row = await sent(desk)
    await desk.send(**bounce_of(row))
    desk.now = NOW + 30 * DAY
    answer = await desk.send(**bounce_of(row))

    assert answer["reason"] == f"bounce of message {row.id}, which came back before: 5.1.1"
    assert len(await told(desk)) == 1


async def test_a_bounce_that_is_faster_than_our_own_word_stands(desk: Desk) -> None:
    answer = await desk.send(subject="status")
    row = next(row for row in await desk.outgoing() if row.in_answer_to == answer["id"])
    await desk.send(**bounce_of(row))
    await desk.store.outbox.sent([(row.id, "250 queued")], desk.now)

    assert (await state_of(desk, row.id))[0] == "bounced"


@pytest.mark.parametrize(
    ("trust", "cleared"), [("authenticated", True), ("confirmed", True), ("accepted", False)]
)
async def test_mail_from_the_address_clears_the_mark(desk: Desk, trust: str, cleared: bool) -> None:
    await mark(desk, ANA)
    await desk.send(subject="status", trust=trust)
    assert (await mark_of(desk, ANA) == (None, None)) is cleared


async def test_a_forger_clears_no_mark(desk: Desk) -> None:
    await mark(desk, ANA)
    await desk.send(subject="status", trust="unauthenticated")
    assert await mark_of(desk, ANA) == (NOW - DAY, "5.1.1")


@pytest.mark.both_databases
async def test_notices_to_a_dead_address_are_not_sent_and_answers_are(desk: Desk) -> None:
    await mark(desk, ANA, MARIA)
    async with desk.store.begin() as uow:
        for to, thread in (
            (MARIA, {}),
            ("pnair@coastrange.example", {}),
            (ANA, {"message_id": "<q@x.example>"}),
        ):
            uow.add(notice(to, thread))
    claimed = await desk.store.outbox.claim("w", 10, ["mail"])

    assert [row.to for row in claimed] == ["pnair@coastrange.example", ANA]
    assert [(row.state, row.receipt) for row in await desk.outgoing() if row.to == MARIA] == [
        ("suppressed", "address unreachable since 2013-12-01")
    ]
    assert await wrong(desk) == []


async def test_a_person_with_another_address_gets_notices_there(desk: Desk) -> None:
    async with desk.store.begin() as uow:
        maria = await uow.person_at(MARIA)
        assert maria is not None
        maria.addresses.append(PersonAddress(address="maria@home.example", proven_at=NOW))
    await mark(desk, MARIA)
    await came_back(desk)

    assert await told(desk) == [("maria@home.example", ANA)]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("receipt", "marked"),
    [
        ("550 5.1.1 no such user", True),
        ("550 unknown user", True),
        ("552 5.2.2 mailbox full", True),
        ("554 5.7.1 relay access denied", False),
        ("530 5.7.0 authentication required", False),
        ("KeyError", False),
    ],
)
async def test_a_server_that_refuses_the_address_at_once_is_like_a_bounce(
    desk: Desk, receipt: str, marked: bool
) -> None:
    answer = await desk.send(subject="status")
    row = next(row for row in await desk.outgoing() if row.in_answer_to == answer["id"])
    await desk.store.outbox.dead(row.id, receipt, NOW)
    for _ in range(2):
        async with desk.store.begin() as uow:
            await take_refusals(uow, NOW)

    assert (await mark_of(desk, ANA))[0] == (NOW if marked else None)
    assert await told(desk) == ([(MARIA, ANA)] if marked else [])
    assert (await state_of(desk, row.id))[0] == "dead"


async def test_what_is_told_holds_nothing_of_the_message(desk: Desk) -> None:
    row = await sent(desk, text="secret pupil name")
    await desk.send(**bounce_of(row))
    (fields,) = [one.fields for one in await desk.outgoing() if one.template == "mail_came_back"]

    assert fields == {
        "name": "Ana Ruiz",
        "address": ANA,
        "since": NOW.isoformat(),
        "about": "record",
        "answer": True,
        "status": "5.1.1",
        "own": False,
        "marked": True,
        "deadlines": [],
    }


async def test_an_absence_is_recorded_for_whoever_waits(desk: Desk) -> None:
    answer = await desk.send(automatic="out of office", subject="Out of office")
    assert (answer["state"], answer["reason"], answer["reply"]) == (
        "ignored",
        "auto-reply: out of office",
        None,
    )


# --- nobody is left to be told


RENEE, BETH = "rpark@cde.example", "blindgren@cde.example"


async def ringing(desk: Desk, *operators: str) -> list[tuple[str, str]]:
    async with desk.store.begin() as uow:
        await sound_alarms(uow, desk.now, operators, (*WATCHES, watch_operators(operators)))
    async with desk.store.look() as uow:
        return [(one.kind, one.about) for one in await uow.alarms_raised()]


async def test_who_cannot_be_reached_nor_told_of_rings_until_they_write(desk: Desk) -> None:
    await came_back(desk, MARIA)
    assert await ringing(desk) == []
    await came_back(desk, RENEE)  # the one contact of her program; of Maria's forms there is another
    assert await ringing(desk) == [("unreachable", RENEE)]
    await came_back(desk, BETH)
    assert {about for _, about in await ringing(desk)} == {MARIA, RENEE, BETH}
    await desk.send(sender=RENEE, subject="status")
    assert await ringing(desk) == []


async def test_who_told_in_vain_is_not_the_last_to_be_told(desk: Desk) -> None:
    await came_back(desk, ANA)
    (row,) = [row for row in await desk.outgoing() if row.template == "mail_came_back"]
    assert row.to == MARIA
    await desk.send(**bounce_of(row))
    assert set(await told(desk)) == {(MARIA, ANA), (RENEE, ANA), (RENEE, MARIA)}


@pytest.mark.both_databases
async def test_one_message_that_was_not_taken_is_told_at_the_same_address_at_last(desk: Desk) -> None:
    await came_back(desk, RENEE, status="5.3.4")
    (row,) = [row for row in await desk.outgoing() if row.template == "mail_came_back"]
    assert (row.to, row.fields["own"], row.fields["marked"]) == (RENEE, True, False)
    assert await ringing(desk) == []


@pytest.mark.both_databases
async def test_an_alarm_that_came_back_rings_and_does_not_mail_itself_for_ever(desk: Desk) -> None:
    operator = "operator@elsewhere.example"
    await came_back(desk, MARIA)
    await came_back(desk, RENEE)
    await ringing(desk, operator)
    for _ in range(3):
        alarm = [row for row in await desk.outgoing() if row.template == "operator_alarm"][-1]
        await desk.store.outbox.sent([(alarm.id, "250 queued")], desk.now)
        await desk.send(**bounce_of(alarm))
        desk.now += timedelta(hours=1)
        assert ("operator", "CAIS_OPERATOR") in await ringing(desk, operator)
    assert len([row for row in await desk.outgoing() if row.template == "operator_alarm"]) == 2


@pytest.mark.parametrize(("trust", "marked"), [("authenticated", False), ("unauthenticated", True)])
async def test_mail_that_somebody_released_says_nothing_of_the_mailbox(
    desk: Desk, trust: str, marked: bool
) -> None:
    await mark(desk, ANA)
    answer = await desk.send(subject="status", trust=trust)
    if trust == "unauthenticated":
        async with desk.store.begin() as uow:
            entry = await uow.entry(answer["id"])
            assert entry is not None
            await release(entry, ANA, Keeper("operator", desk.now), uow)
        await desk.work()
    assert [row.template for row in await desk.outgoing() if row.in_answer_to == answer["id"]][-1:] == [
        "status_shown"
    ]
    assert ((await mark_of(desk, ANA))[0] is not None) == marked


async def test_neither_does_a_message_by_chat(desk: Desk) -> None:
    await mark(desk, ANA)
    async with desk.store.begin() as uow:
        ana = await uow.person_at(ANA)
        assert ana is not None
        await heard_from(replace(desk.message(1), channel="slack"), ana, uow)
    assert (await mark_of(desk, ANA))[0] is not None
