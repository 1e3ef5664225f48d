"""Conclusions: by the right people, until the Notification of Findings, one decider after the other."""

import asyncio

import pytest

from handlers.asking import Asker
from handlers.conclude_item import ConcludeItem, conclude_item, reader
from handlers.lifecycle import CONCLUSIONS, TRANSITIONS
from handlers.refusals import NotNow
from tests.builders import ANA, ANCHOR, DANA, NOW, PROGRAMS, Desk
from tests.handlers.record import GUS, HELEN, PRIYA, RENEE, assert_whole
from tests.handlers.reviewing import (
    LUIS,
    LUKE,
    OMAR,
    SAM,
    bring_item,
    bring_review,
    codes_of,
    comments,
    item,
    told,
)

DEFECT = "does not meet cr-fpm/EL 02 at Dune Elementary: no election is on record"


async def test_what_was_found_is_kept_with_its_school_and_its_author(desk: Desk) -> None:
    answer = await desk.send(sender=HELEN, text=DEFECT + "\n\nThe minutes name nobody.\n\nHelen Wu")
    assert (answer["state"], answer["reply"]) == ("done", "items_concluded")
    row = await item(desk, "I-EL 02")
    assert row.status == "does_not_meet"
    assert row.finding_text is not None
    assert row.finding_text.startswith("no election is on record\n\nThe minutes name nobody.")
    assert row.finding_site == "99100026000037"
    assert row.concluded_by is not None
    assert answer["fields"]["left"] == [code for code in await codes_of(desk) if code != "I-EL 02"]
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_several_items_are_concluded_at_once(desk: Desk) -> None:
    answer = await desk.send(sender=LUIS, text="meets EL 02, II-CE 08 and EL 14 of Coast Range Unified")
    assert answer["state"] == "done"
    assert [(await item(desk, code)).status for code in ("I-EL 02", "II-CE 08", "IV-EL 14")] == ["meets"] * 3


async def test_one_that_is_refused_stops_them_all(desk: Desk) -> None:
    answer = await desk.send(sender=HELEN, text="meets cr-fpm/EL 02, CE 08")
    assert answer["reason"] == "not_for_your_role"
    assert (await item(desk, "I-EL 02")).status == "not_started"


async def test_not_reviewed_may_say_why(desk: Desk) -> None:
    await desk.send(sender=HELEN, text="not reviewed cr-fpm/EL 02: no pupils of this kind")
    assert (await item(desk, "I-EL 02")).status == "not_reviewed"
    assert await comments(desk) == [("concluded", "cr-fpm/I-EL 02", "no pupils of this kind")]


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("does not meet cr-fpm/EL 02", "what was found"),
        ("does not meet cr-fpm/EL 02:", "what was found"),
        (
            "does not meet cr-fpm/EL 02, EL 14: nothing there",
            "one item in each command, with what was found there",
        ),
        ("meets the requirements of the law", ""),
        ("meets EL 02 partly", ""),
        ("meets EL 02 at Dune Elementary", ""),
    ],
)
async def test_half_a_command_is_taught_and_changes_nothing(desk: Desk, text: str, lacks: str) -> None:
    answer = await desk.send(sender=HELEN, text=text)
    assert answer["reason"] == "not_said_right"
    assert answer["fields"]["facts"]["lacks"] == lacks
    assert (await item(desk, "I-EL 02")).status == "not_started"


@pytest.mark.parametrize("sender", [PRIYA, LUKE, DANA, ANA])
@pytest.mark.parametrize("text", ["meets EL 02", "not reviewed EL 02", "does not meet EL 02: nothing there"])
async def test_an_lea_never_changes_a_conclusion(desk: Desk, sender: str, text: str) -> None:
    before = [(await item(desk, "I-EL 02", review)).status for review in ("sv-fpm", "cr-fpm")]
    answer = await desk.send(sender=sender, text=text)
    assert answer["state"] == "refused"
    assert answer["reason"] in ("not_for_your_role", "which_one")
    assert [(await item(desk, "I-EL 02", one)).status for one in ("sv-fpm", "cr-fpm")] == before


async def test_a_monitor_concludes_on_their_own_instrument_only(desk: Desk) -> None:
    answer = await desk.send(sender=SAM, text="meets cr-fpm/EL 02")
    assert (answer["reason"], answer["fields"]["facts"]["side"]) == ("not_for_your_role", "state")
    assert (await desk.send(sender=SAM, text="meets cr-fpm/CE 08"))["state"] == "done"


@pytest.mark.parametrize("sender", [GUS, OMAR, ANA])
async def test_a_foreign_item_is_like_none(desk: Desk, sender: str) -> None:
    foreign = await desk.send(sender=sender, text="meets cr-fpm/EL 02")
    nowhere = await desk.send(sender=sender, text="meets xx-fpm/EL 02")
    assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"
    assert foreign["fields"]["facts"]["what"] == nowhere["fields"]["facts"]["what"]


async def test_a_school_of_another_lea_is_like_none(desk: Desk) -> None:
    for school in ("Lincoln Elementary", "Nowhere Elementary"):
        answer = await desk.send(sender=HELEN, text=f"does not meet cr-fpm/EL 02 at {school}: no election")
        assert (answer["reason"], answer["fields"]["facts"]["what"]) == ("not_one_of_yours", "school")


@pytest.mark.parametrize("status", ["nof_issued", "resolution"])
async def test_after_the_notification_a_conclusion_is_final(desk: Desk, status: str) -> None:
    await bring_review(desk, status)
    answer = await desk.send(sender=LUIS, text="meets cr-fpm/EL 02")
    assert (answer["reason"], answer["fields"]["facts"]["possible"]) == ("not_now", [])


async def test_after_it_the_findings_own_ways_are_named(desk: Desk) -> None:
    answer = await desk.send(sender=LUIS, text="meets sv-fpm/EL 02")
    assert (answer["reason"], answer["fields"]["facts"]["possible"]) == ("not_now", ["responded"])
    assert answer["fields"]["facts"]["status"].startswith("Open, the finding")


@pytest.mark.parametrize("status", ["completed", "cancelled"])
async def test_of_a_closed_review_nothing_is_found(desk: Desk, status: str) -> None:
    await bring_review(desk, status)
    assert (await desk.send(sender=LUIS, text="meets cr-fpm/EL 02"))["reason"] == "not_one_of_yours"


VERBS = {"meets": "meets", "does_not_meet": "does not meet", "not_reviewed": "not reviewed"}
CONCLUDABLE = sorted({status for status, happened in TRANSITIONS["item"] if happened == "meets"})


@pytest.mark.parametrize("conclusion", CONCLUSIONS)
@pytest.mark.parametrize("status", CONCLUDABLE)
async def test_every_arrow_to_a_conclusion(desk: Desk, status: str, conclusion: str) -> None:
    await bring_item(desk, "I-EL 02", status)
    text = f"{VERBS[conclusion]} cr-fpm/EL 02: words"
    assert (await desk.send(sender=RENEE, text=text))["state"] == "done"
    row = await item(desk, "I-EL 02")
    assert row.status == conclusion
    assert (row.finding_text == "words") is (conclusion == "does_not_meet")


async def test_a_change_of_mind_takes_the_old_words_away(desk: Desk) -> None:
    await desk.send(sender=HELEN, text=DEFECT)
    assert (await desk.send(sender=HELEN, text="meets cr-fpm/EL 02"))["state"] == "done"
    row = await item(desk, "I-EL 02")
    assert (row.status, row.finding_text, row.finding_site) == ("meets", None, None)
    assert await told(desk, "conclusion_changed") == []


async def test_somebody_elses_conclusion_is_changed_only_by_who_says_so(desk: Desk) -> None:
    await desk.send(sender=HELEN, text="meets cr-fpm/EL 02")
    answer = await desk.send(sender=LUIS, text=DEFECT)
    facts = answer["fields"]["facts"]
    assert (answer["reason"], facts["who"], facts["since"]) == ("not_now", "Helen Wu", NOW.isoformat())
    answer = await desk.send(sender=LUIS, text=DEFECT.replace(":", " instead:"))
    assert answer["state"] == "done"
    assert (await item(desk, "I-EL 02")).status == "does_not_meet"
    assert await told(desk, "conclusion_changed") == [HELEN]
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_of_two_at_once_the_second_is_told_who_was_first(desk: Desk) -> None:
    """Two transactions: on PostgreSQL the second waits for the row, on SQLite for the writer."""
    first, second = asyncio.Event(), asyncio.Event()
    (number,) = await desk.keep({"text": "unread"})

    async def decide(who: str, text: str, mine: asyncio.Event, other: asyncio.Event | None) -> None:
        command = reader("meets" if other is None else "not_reviewed")(text, PROGRAMS)
        assert isinstance(command, ConcludeItem)
        if other is not None:
            await other.wait()
        async with desk.store.begin() as uow:
            person = await uow.person_at(who)
            assert person is not None
            asker = Asker(person, desk.message(number, sender=who), ANCHOR, desk.now)
            await conclude_item(command, asker, uow)
            mine.set()
            if other is None:
                await asyncio.wait([asyncio.create_task(second.wait())], timeout=0.2)

    both = asyncio.gather(
        decide(HELEN, "cr-fpm/EL 02", first, None),
        decide(LUIS, "cr-fpm/EL 02", second, first),
        return_exceptions=True,
    )
    one, two = await both
    assert one is None
    assert isinstance(two, NotNow)
    assert two.who == "Helen Wu"
    assert (await item(desk, "I-EL 02")).status == "meets"


async def test_until_the_notification_nobody_has_to_do_anything_about_it(desk: Desk) -> None:
    await desk.send(sender=HELEN, text=DEFECT)
    for sender, word in ((HELEN, "await_nof"), (PRIYA, "wait")):
        answer = await desk.send(sender=sender, text="history cr-fpm/EL 02")
        assert answer["fields"]["progress"][0]["next"] == word


async def test_what_the_state_has_taken_up_is_the_states_to_decide(desk: Desk) -> None:
    await bring_item(desk, "I-EL 02", "submitted")
    answer = await desk.send(sender=HELEN, text="begin cr-fpm/EL 02")
    assert (answer["reply"], answer["fields"]["progress"][0]["next"]) == ("taken_up", "decide")


@pytest.mark.parametrize(
    ("words", "reason"), [(" - not", "not_said_right"), (": not", "not_sure"), (" because if", "not_sure")]
)
async def test_a_no_behind_it_is_no_conclusion(desk: Desk, words: str, reason: str) -> None:
    assert (await desk.send(sender=HELEN, text=f"meets cr-fpm/EL 02{words}"))["reason"] == reason
