"""What is decided once is decided on every surface: buttons end, messages are written again, late presses are
told who was first."""

from datetime import timedelta
from typing import Any

import pytest

from handlers.buttons import buttons_of
from handlers.signals import Press
from tests.builders import ANA, Desk, a_file
from tests.handlers.findings import TOM, agreements, request, respond
from tests.handlers.pressing import again, button, offers, press, show, told
from tests.handlers.record import HELEN, MARIA, PRIYA, assert_whole
from tests.handlers.reviewing import LUIS, bring_review

EL02 = "sv-fpm/I-EL 02"


async def response(desk: Desk, code: str = "EL 02") -> dict[str, Any]:
    """What the reviewers are told of a response."""
    await respond(desk, code)
    return await told(desk, "response_heard", HELEN)


@pytest.mark.both_databases
async def test_the_first_press_counts_and_the_second_person_is_told_who_was_first(desk: Desk) -> None:
    fields = await response(desk)
    hers, his = (
        await show(desk.store, "response_heard", fields),
        await show(desk.store, "response_heard", fields, "U0LUIS"),
    )
    await press(desk, hers, button(hers, "resolve"), HELEN)
    assert await offers(desk.store, hers) == await offers(desk.store, his)
    assert await offers(desk.store, his) == {f"finding {EL02}": ("Resolved", "Helen Wu")}
    assert [len(await again(desk, one)) for one in (hers, his)] == [1, 1]
    late = await press(desk, his, button(his, "return"), LUIS, "the roster")
    assert (late["state"], late["reason"]) == ("refused", "button_spent")
    assert late["fields"]["facts"] == {
        "target": EL02, "outcome": "Resolved", "who": "Helen Wu", "since": desk.now.isoformat()
    }  # fmt: skip
    assert (await press(desk, hers, button(hers, "resolve"), HELEN))["reason"] == "button_spent"
    await assert_whole(desk)


async def test_two_presses_of_one_moment_are_one_decision(desk: Desk) -> None:
    fields = await response(desk)
    shown = await show(desk.store, "response_heard", fields)
    answers, what = (shown.message_id,), Press(shown.id, f"finding {EL02}")
    said = [
        {"sender": who, "text": text, "answers": answers, "press": what}
        for who, text in ((LUIS, f"return {EL02}: the roster"), (HELEN, f"resolve {EL02}"))
    ]
    numbers = await desk.keep(*said)
    await desk.work()
    states = {row["id"]: row["reason"] for row in (await desk.export())["messages"]}
    assert [states[number] for number in numbers] == ["", "button_spent"]
    assert await offers(desk.store, shown) == {f"finding {EL02}": ("Returned for more", "Luis Ortega")}


async def test_a_decision_by_mail_is_told_in_the_chat(desk: Desk) -> None:
    shown = await show(desk.store, "response_heard", await response(desk))
    await desk.send(sender=LUIS, text=f"resolve {EL02}")
    assert await offers(desk.store, shown) == {f"finding {EL02}": ("Resolved", "Luis Ortega")}
    (row,) = await again(desk, shown)
    assert (row.channel, row.template, row.fields, row.state) == (
        "slack",
        "response_heard",
        shown.fields,
        "waiting",
    )


async def test_the_new_form_is_for_the_same_reader_with_the_same_rights(desk: Desk) -> None:
    reader, needs = {"account": "slack:T0CAIS/U0HELEN"}, {"reviews": ["sv-fpm"]}
    shown = await show(desk.store, "response_heard", await response(desk), thread=reader, needs=needs)
    await desk.send(sender=LUIS, text=f"resolve {EL02}")
    (row,) = await again(desk, shown)
    assert (row.thread, row.needs) == ({"update": shown.id} | reader, needs)


async def test_a_stale_button_does_not_decide_on_what_came_later(desk: Desk) -> None:
    """Returned, and answered again: the old message's button was for the old response."""
    old = await show(desk.store, "response_heard", await response(desk))
    await desk.send(sender=HELEN, text=f"return {EL02}: the roster")
    desk.now += timedelta(days=1)
    new = await show(desk.store, "response_heard", await response(desk))
    assert (await press(desk, old, button(old, "resolve"), HELEN))["reason"] == "button_spent"
    assert (await press(desk, new, button(new, "resolve"), HELEN))["state"] == "done"


@pytest.mark.both_databases
async def test_one_decided_of_two_leaves_the_other_to_decide(desk: Desk) -> None:
    await request(desk, code="EL 02 and CE 08")
    fields = await told(desk, "agreement_heard", LUIS)
    shown = await show(desk.store, "agreement_heard", fields)
    assert {one.subject for one in buttons_of(shown.template, fields)} == {
        f"agreement {EL02}", "agreement sv-fpm/II-CE 08"
    }  # fmt: skip
    await press(desk, shown, button(shown, "grant", "I-EL 02"), LUIS)
    assert await offers(desk.store, shown) == {
        f"agreement {EL02}": ("Approved", "Luis Ortega"),
        "agreement sv-fpm/II-CE 08": (None, None),
    }
    assert (await press(desk, shown, button(shown, "grant", "II-CE 08"), LUIS))["state"] == "done"
    assert [row["status"] for row in await agreements(desk)] == ["approved", "approved"]


@pytest.mark.both_databases
async def test_a_request_and_a_response_are_two_things_to_decide(desk: Desk) -> None:
    await request(desk)
    asked = await show(desk.store, "agreement_heard", await told(desk, "agreement_heard", HELEN))
    answered = await show(desk.store, "response_heard", await response(desk))
    await desk.send(sender=HELEN, text=f"decline agreement {EL02}: the steps do not reach it")
    assert (await again(desk, answered), len(await again(desk, asked))) == ([], 1)


@pytest.mark.both_databases
async def test_a_request_that_is_withdrawn_or_needed_no_more_cannot_be_decided(desk: Desk) -> None:
    await request(desk)
    shown = await show(desk.store, "agreement_heard", await told(desk, "agreement_heard", HELEN))
    await desk.send(sender=MARIA, text=f"withdraw agreement {EL02}")
    assert await offers(desk.store, shown) == {f"agreement {EL02}": ("Withdrawn", "Maria Delgado")}


async def test_whoever_submits_ends_the_button_for_it_and_nobody_else(desk: Desk) -> None:
    filed = await desk.send(sender=PRIYA, subject="EL 02", files=[a_file()])
    first = await show(desk.store, "evidence_received", filed["fields"])
    assert await offers(desk.store, first) == {"draft cr-fpm/I-EL 02": (None, None)}
    desk.now += timedelta(hours=1)
    await desk.send(sender=PRIYA, text="submit EL 02")
    assert await offers(desk.store, first) == {"draft cr-fpm/I-EL 02": ("Submitted", "Priya Nair")}
    desk.now += timedelta(hours=1)
    more = await desk.send(sender=PRIYA, subject="EL 02", files=[a_file("bylaws.pdf", b"bylaws")])
    second = await show(desk.store, "evidence_received", more["fields"])
    desk.now += timedelta(hours=1)
    await bring_review(desk, "in_review")
    await desk.send(sender=PRIYA, subject="EL 02", files=[a_file("minutes.pdf", b"minutes")])
    taken = await desk.send(sender=HELEN, text="begin cr-fpm/I-EL 02")
    assert taken["reply"] == "taken_up"
    assert await offers(desk.store, second) == {"draft cr-fpm/I-EL 02": (None, None)}


@pytest.mark.both_databases
async def test_a_response_of_one_leaves_the_draft_of_another_to_submit(desk: Desk) -> None:
    """What Maria sends to a finding is submitted alone: Ana's draft there still waits for a submitter."""
    await desk.send(subject="finding EL 02", files=[a_file()])
    seen = await desk.send(sender=TOM, text="status EL 02")
    shown = await show(desk.store, "item_status_shown", seen["fields"])
    assert button(shown, "submit").on == "I-EL 02"
    desk.now += timedelta(hours=1)
    sent = await desk.send(sender=MARIA, subject="finding EL 02", files=[a_file("minutes.pdf", b"m")])
    assert sent["fields"]["progress"][0]["unsubmitted"] == 1
    assert await offers(desk.store, shown) == {f"draft {EL02}": (None, None)}
    desk.now += timedelta(hours=1)
    done = await press(desk, shown, button(shown, "submit"), TOM)
    assert done["fields"]["documents"] == 1
    assert await offers(desk.store, shown) == {f"draft {EL02}": ("Response submitted", "Tom Okafor")}


async def test_words_that_nobody_submitted_keep_the_button_for_them(desk: Desk) -> None:
    await desk.send(text="statement EL 02: the roster is drawn up in March")
    seen = await desk.send(sender=TOM, text="status EL 02")
    shown = await show(desk.store, "item_status_shown", seen["fields"])
    desk.now += timedelta(hours=1)
    await desk.send(sender=MARIA, subject="finding EL 02", files=[a_file("minutes.pdf", b"m")])
    assert await offers(desk.store, shown) == {f"draft {EL02}": (None, None)}


async def test_an_answer_by_mail_ends_the_question_in_the_chat(desk: Desk) -> None:
    asked = await desk.send(files=[a_file("ELAC roster.pdf")])
    shown = await show(desk.store, "evidence_received", asked["fields"], in_answer_to=asked["id"])
    await desk.send(text="1", answers=await desk.reply_to(asked["id"]))
    assert await offers(desk.store, shown) == {f"question {asked['id']}": ("Answered", "Ana Ruiz")}


@pytest.mark.both_databases
async def test_a_question_that_was_asked_again_is_answered_by_its_newest_message_too(desk: Desk) -> None:
    """What asks again answers the answer, not the message that the question is about."""
    files = [a_file("ELAC roster.pdf", b"r", 1), a_file("SSC minutes.pdf", b"m", 2)]
    asked = await desk.send(files=files)
    half = await desk.send(text="2: CE 08", answers=await desk.reply_to(asked["id"]))
    shown = await show(desk.store, "evidence_received", half["fields"], in_answer_to=half["id"])
    first = next(one for one in buttons_of(shown.template, shown.fields) if one.say == "1")
    done = await press(desk, shown, first, ANA)
    assert (done["state"], done["reply"]) == ("done", "evidence_received")


@pytest.mark.parametrize(
    "text", ["resolve sv-fpm/I-EL 02: not before the roster is there", "dry run\nresolve sv-fpm/I-EL 02"]
)
async def test_what_was_not_decided_ends_nothing(desk: Desk, text: str) -> None:
    shown = await show(desk.store, "response_heard", await response(desk))
    await desk.send(sender=HELEN, text=text)
    assert await offers(desk.store, shown) == {f"finding {EL02}": (None, None)}
    assert await again(desk, shown) == []


async def test_what_one_pair_of_eyes_saw_is_not_written_again_but_its_button_ends(desk: Desk) -> None:
    fields = await response(desk)
    shown = await show(desk.store, "response_heard", fields, "C0REVIEW", thread={"only_for": "U0HELEN"})
    await desk.send(sender=LUIS, text=f"resolve {EL02}")
    assert await again(desk, shown) == []
    assert (await press(desk, shown, button(shown, "resolve"), HELEN))["reason"] == "button_spent"


@pytest.mark.parametrize(
    ("why", "say"), [("unknown", ""), ("changed", ""), ("no_form", f"return {EL02}: what is missing")]
)
async def test_a_dead_button_is_answered_in_words(desk: Desk, why: str, say: str) -> None:
    answer = await desk.send(sender=HELEN, text="", press=Press(dead=why, say=say))
    assert (answer["state"], answer["reason"]) == ("refused", "button_dead")
    assert answer["fields"]["facts"] == {"why": why, "say": say}


async def test_mail_has_nothing_to_press(desk: Desk) -> None:
    await response(desk)
    async with desk.store.begin() as uow:
        assert await uow.open_offers([f"finding {EL02}"]) == []
