"""Home is everything of somebody's and nothing of anybody else's; a day is checked by the same rules before it
is asked for."""

from datetime import date, timedelta
from typing import Any

import pytest

from handlers.check_day import check_day
from handlers.open_work import open_for_account
from handlers.outcome import snake
from store.chats import ChatAccount
from tests.builders import ANA, DANA, NOW, Desk, a_file
from tests.handlers.findings import CAP, DUE, TOM, noon, request, resolved, respond
from tests.handlers.record import GUS, HELEN, MARIA, PRIYA, RENEE
from tests.handlers.test_status_of import OMAR, submitted

EL02, TODAY = "sv-fpm/I-EL 02", NOW.date()


async def home(desk: Desk, who: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of each part, of a home that was shown."""
    said = await desk.send(sender=who, text="home")
    assert (said["state"], said["reply"]) == ("done", "home_shown")
    return {part["word"]: part["rows"] for part in said["fields"]["parts"]}


async def account_of(desk: Desk, who: str) -> str:
    account = f"slack:T0/{who}"
    async with desk.store.begin() as uow:
        person = await uow.person_at(who)
        assert person is not None
        uow.add(ChatAccount(account=account, person_id=person.id, linked_at=NOW))
    return account


@pytest.mark.both_databases
async def test_an_lea_s_people_see_their_findings_with_the_clock_and_what_is_missing(desk: Desk) -> None:
    parts = await home(desk, MARIA)
    assert [row["code"] for row in parts["findings"]] == ["I-EL 02", "IV-EL 14", "II-CE 08"]
    assert {row["day"] for row in parts["findings"]} == {DUE.isoformat()}
    assert {row["form"] for row in parts["findings"]} == {"respond"}
    assert "sv-plan" in {row["name"] for row in parts["forms"]}
    assert set(parts) == {"findings", "forms"}
    priya = await home(desk, PRIYA)
    assert {row["form"] for row in priya["items"]} == {"attach"}
    assert all(row["name"].startswith("cr-fpm/") for row in priya["items"])


async def test_agreements_and_their_clocks_are_at_the_finding(desk: Desk) -> None:
    await request(desk)
    asked = (await home(desk, ANA))["findings"]
    assert [(row["state"], row["day"]) for row in asked if row["name"] == EL02] == [
        ("requested", "2013-12-30")
    ]
    await desk.send(sender=HELEN, text=f"approve agreement {EL02}")
    approved = (await home(desk, ANA))["findings"]
    assert [(row["state"], row["day"]) for row in approved if row["name"] == EL02] == [
        ("approved", "2014-06-27")
    ]


async def test_a_finding_that_was_answered_waits_for_the_state_until_it_comes_back(desk: Desk) -> None:
    await respond(desk, "EL 14")
    parts = await home(desk, MARIA)
    assert [(row["name"], row["form"]) for row in parts["answered"]] == [("sv-fpm/IV-EL 14", "")]
    assert {row["name"] for row in parts["findings"]} == {EL02, "sv-fpm/II-CE 08"}
    await desk.send(sender=HELEN, text="return sv-fpm/EL 14: the log of this year")
    assert "answered" not in await home(desk, MARIA)


async def test_what_we_asked_waits_at_home_for_who_was_asked(desk: Desk) -> None:
    asked = await desk.send(files=(a_file("notes.pdf"),))
    assert [row["name"] for row in (await home(desk, ANA))["questions"]] == [f"R-{asked['id']}"]
    assert "questions" not in await home(desk, MARIA)


async def test_whoever_decides_sees_what_waits_for_them_and_only_that(desk: Desk) -> None:
    await request(desk)
    await respond(desk, "EL 14")
    await respond(desk, "CE 08")
    await submitted(desk, "I-EL 03")
    names = {row["name"] for row in (await home(desk, HELEN))["decisions"]}
    assert names == {f"agreement:{EL02}", "finding:sv-fpm/IV-EL 14", "item:sv-fpm/I-EL 03"}
    assert await home(desk, OMAR) == {}


@pytest.mark.both_databases
async def test_a_contact_sees_the_pen_requests_and_overdue_findings(desk: Desk) -> None:
    await desk.send(sender="jo@sierravista.example", trust="authenticated", text="EL 02")
    desk.now = noon(DUE + timedelta(days=1))
    await desk.send(sender=MARIA, text="request training for Federal Program Monitoring: when?")
    parts = await home(desk, RENEE)
    assert [row["title"] for row in parts["held"]] == ["jo@sierravista.example"]
    assert [row["name"] for row in parts["requests"]] == ["Maria Delgado"]
    assert {row["name"] for row in parts["overdue"]} == {EL02, "sv-fpm/IV-EL 14", "sv-fpm/II-CE 08"}
    assert {"held", "overdue", "requests"} & set(await home(desk, HELEN)) == set()


async def test_on_its_own_day_a_finding_is_not_overdue(desk: Desk) -> None:
    desk.now = noon(DUE)
    assert "overdue" not in await home(desk, RENEE)


async def test_a_resolved_finding_is_nobody_s_work(desk: Desk) -> None:
    await resolved(desk)
    assert EL02 not in {row["name"] for row in (await home(desk, MARIA))["findings"]}
    assert "decisions" not in await home(desk, HELEN)


@pytest.mark.parametrize("who", [PRIYA, GUS, OMAR])
async def test_nothing_of_another_lea_is_offered_or_checked(desk: Desk, who: str) -> None:
    account = await account_of(desk, who)
    async with desk.store.look() as uow:
        work = await open_for_account(account, uow)
        assert work is not None
        offered = (*work.targets, *work.findings, *work.deciding, *work.reviews)
        assert {one.lea for one in offered} <= {"Coast Range Unified", "Harbor Lights Charter"}
        assert await check_day(account, EL02, date(2014, 6, 27), TODAY, uow) is None


async def test_a_retired_person_s_account_is_offered_nothing(desk: Desk) -> None:
    account = await account_of(desk, ANA)
    await desk.send(sender=MARIA, text=f"retire user {ANA}")
    async with desk.store.look() as uow:
        assert await open_for_account(account, uow) is None
        assert await check_day(account, EL02, CAP, TODAY, uow) is None


async def test_who_may_not_submit_is_not_offered_an_agreement(desk: Desk) -> None:
    for who, free in ((TOM, 3), (ANA, 0), (DANA, 0)):
        async with desk.store.look() as uow:
            account = await account_of(desk, who)
            work = await open_for_account(account, uow)
            assert work is not None
            assert (len(work.findings), len(work.free)) == (3, free)


@pytest.mark.parametrize(
    ("day", "no"),
    [
        (CAP, ""),
        (CAP + timedelta(days=1), "agreement_too_long"),
        (DUE, "no_agreement_needed"),
        (DUE + timedelta(days=1), ""),
        (TODAY - timedelta(days=1), "day_is_over"),
    ],
)
async def test_a_day_is_judged_as_the_request_would_be(desk: Desk, day: date, no: str) -> None:
    account = await account_of(desk, TOM)
    async with desk.store.look() as uow:
        checked = await check_day(account, EL02, day, TODAY, uow)
    assert checked is not None
    assert (checked.due, checked.latest) == (DUE, CAP)
    assert (snake(type(checked.no).__name__) if checked.no else "") == no
    steps = f"step: hold the election, the principal, by {day.isoformat()}"
    answer = await request(desk, day.isoformat(), sender=TOM, steps=steps)
    assert answer["reason"] == no


@pytest.mark.both_databases
@pytest.mark.parametrize(("day", "no"), [("2014-06-27", ""), ("2014-06-28", "later_than_requested")])
async def test_a_grant_is_judged_by_what_was_asked_for(desk: Desk, day: str, no: str) -> None:
    await request(desk)
    account = await account_of(desk, HELEN)
    async with desk.store.look() as uow:
        checked = await check_day(account, EL02, date.fromisoformat(day), TODAY, uow)
    assert checked is not None
    assert (snake(type(checked.no).__name__) if checked.no else "") == no
