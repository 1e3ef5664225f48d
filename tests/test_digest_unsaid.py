"""An address that dies in the night, between planning and saying, does not take the reminder with it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.bounces import who_hears
from handlers.reminder_unsaid import take_unsaid
from loops import time_round
from store.clock import Clock
from store.models import PersonAddress
from store.reminders import ReminderHabit
from tests.builders import Desk
from tests.handlers.findings import TOM, respond
from tests.handlers.record import MARIA
from tests.handlers.test_bounces import bounce_of, mark
from tests.handlers.test_chat_notices import has_account
from tests.handlers.test_remind import remind_all
from tests.handlers.test_reminder_bounced import ACCOUNT, HOME, NEWS
from tests.test_digest_sending import FINDINGS, MIDNIGHT, MORNING, Office
from tests.test_digest_sending import office as office

NIGHT = MIDNIGHT + timedelta(hours=6)


async def morning(office: Office, now: datetime = MORNING) -> int:
    """The digests are to be said, and the service looks after those that are not; how many those were."""
    await office.send(now)
    async with office.parts.store.begin() as uow:
        found = len(await take_unsaid(uow, now))
    await office.send(now)
    return found


async def to_colleagues(office: Office) -> list[tuple[str, list[str]]]:
    """Who was told that Tom's mail came back, with which deadlines."""
    rows = [row for row in await office.desk().outgoing() if row.template == NEWS]
    return [(row.to, [one["code"] for one in row.fields["deadlines"]]) for row in rows]


async def why_not(office: Office) -> set[Any]:
    (row, *_) = await office.rows(TOM)
    async with office.parts.store.look() as uow:
        return {one.why_not for one in await uow.reminders_in(row.fields["digest"])}


@pytest.mark.parametrize(
    ("ways", "colleagues", "hears"),
    [(["a"], ["b"], "themselves"), ([], ["b"], "colleagues"), (["a"], [], "themselves"), ([], [], "nobody")],
)
def test_who_hears_of_what_did_not_arrive(ways: list[str], colleagues: list[str], hears: str) -> None:
    assert who_hears(ways, colleagues) == hears


async def test_it_is_said_at_the_other_address(office: Office) -> None:
    async with office.parts.store.begin() as uow:
        tom = await uow.person_at(TOM)
        assert tom is not None
        tom.addresses.append(PersonAddress(address=HOME, proven_at=MIDNIGHT))
    await mark(office.desk(NIGHT), TOM)
    assert await morning(office) == 1
    assert [row.state for row in await office.rows(TOM)] == ["suppressed"]
    (said,) = office.heard(HOME)
    assert [one["code"] for one in said.entry.fields["rows"]] == ["I-EL 02", "II-CE 08", "IV-EL 14"]
    assert (await to_colleagues(office), await why_not(office)) == ([], {None})


async def test_or_in_the_chat(office: Office) -> None:
    async with office.parts.store.begin() as uow:
        tom = await uow.person_at(TOM)
        assert tom is not None
        uow.add(ReminderHabit(person_id=tom.id, way="mail"))
    await has_account(office.desk(), TOM, ACCOUNT)
    await mark(office.desk(NIGHT), TOM)
    await morning(office)
    assert [row.channel for row in await office.rows("U0TOM")] == ["slack"]
    assert await to_colleagues(office) == []


async def test_else_colleagues_hear_its_deadlines_and_the_record_says_why_it_was_not_said(
    office: Office,
) -> None:
    await mark(office.desk(NIGHT), TOM)
    await morning(office)
    assert await to_colleagues(office) == [(MARIA, ["I-EL 02", "II-CE 08", "IV-EL 14"])]
    assert await why_not(office) == {"unreachable"}


async def test_what_was_handed_in_meanwhile_is_told_to_nobody(office: Office) -> None:
    for code in FINDINGS:
        await respond(office.desk(), code)
    await mark(office.desk(NIGHT), TOM)
    await morning(office)
    assert await to_colleagues(office) == []
    assert await why_not(office) == {"not open any more"}


async def test_where_nobody_is_left_the_record_says_why(office: Office) -> None:
    everybody = [row.to for row in await office.desk().outgoing() if row.channel == "mail"]
    async with office.parts.store.look() as uow:
        contacts = [one.addresses[0].address for one in await uow.contacts_of("fpm")]
    await mark(office.desk(NIGHT), *{TOM, MARIA, *everybody, *contacts})
    await morning(office)
    assert await why_not(office) == {"unreachable"}


async def test_who_knew_since_the_night_that_mail_comes_back_still_hears_what_it_said(office: Office) -> None:
    """A receipt came back at six; colleagues were told so, and of no deadline."""
    desk = office.desk(NIGHT)
    answer = await desk.send(sender=TOM, subject="status")
    row = next(row for row in await desk.outgoing() if row.in_answer_to == answer["id"])
    await desk.store.outbox.sent([(row.id, "250 queued")], desk.now)
    await desk.send(**bounce_of(row))
    await morning(office)
    assert await to_colleagues(office) == [(MARIA, []), (MARIA, ["I-EL 02", "II-CE 08", "IV-EL 14"])]


async def test_it_is_looked_after_once(office: Office) -> None:
    await mark(office.desk(NIGHT), TOM)
    await morning(office)
    assert await morning(office, MORNING + timedelta(hours=1)) == 0
    assert len(await to_colleagues(office)) == 1


async def test_the_service_looks_after_them(office: Office) -> None:
    await mark(office.desk(NIGHT), TOM)
    await office.send(MORNING)
    await time_round(replace(office.parts, clock=Clock(MORNING)), (), ())
    assert len(await to_colleagues(office)) == 1


async def test_what_is_not_said_for_another_reason_is_left_alone(office: Office) -> None:
    for code in FINDINGS:
        await respond(office.desk(), code)
    assert await morning(office) == 0


@pytest.mark.both_databases
async def test_on_both_databases_it_is_found_once(desk: Desk) -> None:
    desk.now = MORNING
    await remind_all(desk, MORNING)
    await mark(desk, TOM)
    await desk.store.outbox.claim("w", 100, ["mail"])
    for found in ([TOM], []):
        async with desk.store.begin() as uow:
            assert [row.to for row in await take_unsaid(uow, MORNING)] == found
    assert [(row.to, row.fields["own"]) for row in await desk.outgoing() if row.template == NEWS] == [
        (MARIA, False)
    ]
