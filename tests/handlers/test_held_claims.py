"""Who is asked about a mail in their name, how often, and what is seen of a double."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.checking_again import next_check
from handlers.near_matches import near_match
from handlers.self_test import detail_of, send_self_test, stamp_is_missing
from store.clock import wall
from store.mailboxes import SelfTest
from tests.builders import ANA, NOW, Desk

T = datetime(2026, 11, 26, tzinfo=UTC)
FORGED = {"sender": ANA, "trust": "unauthenticated", "text": "approve EL 02"}


async def test_a_thousand_forgeries_are_one_mail_to_the_registered_person_and_none_to_others(
    desk: Desk,
) -> None:
    await desk.keep(*[FORGED] * 100, *[FORGED | {"sender": f"x{n}@evil.example"} for n in range(100)])
    await desk.work()
    assert [(one.to, one.template) for one in await desk.outgoing()] == [(ANA, "claims_to_be_you")]


async def test_the_next_day_they_are_asked_again_and_nothing_of_the_mail_is_said(desk: Desk) -> None:
    await desk.send(**FORGED)
    desk.now = NOW + timedelta(days=1)
    await desk.send(**FORGED)
    asked = await desk.outgoing()
    assert [one.template for one in asked] == ["claims_to_be_you"] * 2
    assert set(asked[0].fields) == {"receipt", "received_at"}
    assert all(one.in_answer_to for one in asked)


@pytest.mark.both_databases
async def test_a_sender_who_may_be_known_later_is_looked_up_again_and_not_asked(desk: Desk) -> None:
    from handlers.messages import Sender

    desk.now = wall()
    (number,) = await desk.keep({})
    said = desk.says.waiting[number]
    desk.says.waiting[number] = type(said)(
        **vars(said) | {"sender": Sender(ANA, "unauthenticated", "dns-trouble")}
    )
    await desk.work()
    assert await desk.outgoing() == []
    assert await desk.store.inbox.check_again(wall()) == 0
    assert await desk.store.inbox.check_again(wall() + timedelta(minutes=6)) == 1
    desk.says.waiting[number] = said
    await desk.work()
    row = next(one for one in (await desk.export())["messages"] if one["id"] == number)
    assert row["state"] != "held"


async def test_who_could_not_be_looked_up_in_three_days_is_asked_at_last(desk: Desk) -> None:
    from handlers.messages import Sender

    desk.now = wall() - timedelta(days=4)
    (number,) = await desk.keep({})
    said = desk.says.waiting[number]
    desk.says.waiting[number] = type(said)(
        **vars(said) | {"sender": Sender(ANA, "unauthenticated", "dns-trouble")}
    )
    await desk.work()
    assert [(one.to, one.template) for one in await desk.outgoing()] == [(ANA, "claims_to_be_you")]


async def test_a_double_of_a_registered_address_is_a_clue_and_never_a_match(desk: Desk) -> None:
    told = await desk.send(sender="aru1z@sierravista.example")
    assert (told["state"], told["reply"]) == ("held", "stranger_held")
    async with desk.store.look() as uow:
        entry = await uow.entry(told["id"])
        assert entry is not None
        assert entry.clues is not None
        assert entry.clues["near"] == ANA


@pytest.mark.parametrize(
    "double",
    [
        "aruiz@sierrav\u0456sta.example",
        "aruiz@sieravista.example",
        "aruiz@sierravista.exarnple",
        "aruiz@s1erravista.example",
    ],
)
def test_doubles_are_seen(double: str) -> None:
    assert near_match(double, [ANA]) == ANA


@pytest.mark.parametrize("other", [ANA, "bob@sierravista.example", "aruiz@whitfield.example"])
def test_others_are_no_doubles(other: str) -> None:
    assert near_match(other, [ANA]) is None


def test_the_wait_grows_with_the_age_and_ends_after_three_days() -> None:
    assert next_check("dns-trouble", T, T) == T + timedelta(minutes=5)
    assert next_check("dns-trouble", T, T + timedelta(hours=1)) == T + timedelta(hours=2)
    assert next_check("dns-trouble", T, T + timedelta(days=1)) == T + timedelta(hours=28)
    assert next_check("dns-trouble", T, T + timedelta(days=3)) is None
    assert next_check("not-aligned", T, T) is None


@pytest.mark.both_databases
async def test_a_self_test_comes_back_before_all_other_rules(desk: Desk) -> None:
    async with desk.store.begin() as uow:
        assert await send_self_test("evidence@cais.example", uow, NOW)
        assert not await send_self_test("evidence@cais.example", uow, NOW + timedelta(minutes=59))
        (test,) = await uow.newest_self_tests()
        token = test.token
    (sent,) = await desk.outgoing()
    assert sent.to == f"evidence+s-{token}@cais.example"
    told = await desk.send(
        sender=None, trust="unauthenticated", hints=(detail_of(token),), automatic="our-own"
    )
    assert (told["state"], told["reply"]) == ("ignored", None)
    async with desk.store.begin() as uow:
        (test,) = await uow.newest_self_tests()
        assert (test.stamped, stamp_is_missing([test], NOW)) == (False, True)


def test_the_stamp_is_missing_when_the_newest_test_that_ended_says_so() -> None:
    def made(minutes: int, stamped: bool | None) -> SelfTest:
        seen = T if stamped is not None else None
        return SelfTest(token="t", sent_at=T - timedelta(minutes=minutes), seen_at=seen, stamped=stamped)

    assert not stamp_is_missing([], T)
    assert not stamp_is_missing([made(14, None)], T)
    assert stamp_is_missing([made(15, None)], T)
    assert stamp_is_missing([made(1, None), made(61, False)], T)
    assert not stamp_is_missing([made(1, None), made(61, True)], T)
    assert not stamp_is_missing([made(1, True), made(61, False)], T)
