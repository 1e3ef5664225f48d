"""Whatever a reply offers to press is one command that somebody who gets the reply may give."""

from collections.abc import Iterator
from typing import Any

import pytest

from handlers.asking import Capability
from handlers.button import Button, in_words, spoken
from handlers.buttons import buttons_of
from handlers.capabilities import CAPABILITIES
from handlers.pipeline import recognised
from handlers.script import script_of
from templates.chat import escaped
from templates.forms import CHAT_FORMS
from templates.gallery import samples
from templates.render import sentence
from templates.words import button as words_on
from tests.builders import ANA, PROGRAMS, Desk, a_file
from tests.handlers.findings import request, respond
from tests.handlers.pressing import button, press, show, told
from tests.handlers.record import GUS, HELEN, MARIA, PRIYA
from tests.handlers.reviewing import OMAR, bring_review
from tests.handlers.verbs import a_message

TYPED = "The minutes of the election.\n\nmeets EL 14\n\nThanks, Helen"
DAY = "2014-05-30"
VERBS = {
    "meets": "meets",
    "does_not_meet": "does not meet",
    "resolve": "resolve",
    "accept": "accept",
    "return": "return",
    "grant": "approve agreement",
    "shorten": "approve agreement",
    "decline": "decline agreement",
    "submit": "submit",
    "undo": "undo",
    "choice": "answer",
    "choice_for_all": "answer",
    "initials": "initials",
    "look": "status",
    "answer": "respond",
    "ask_back": "comment",
    "snooze": "snooze",
    "sent_it": "sent it",
    "meant": "",  # whichever it was
}


def every() -> Iterator[tuple[str, Button]]:
    """Every button of every sample, and of an answer that says its number."""
    for sample in samples():
        fields = {"receipt": 118, **sample.fields}
        for one in buttons_of(sample.template, fields):
            yield f"{sample.template}: {one.label} {one.on}", one


BUTTONS = dict(every())


def commands(said: str, filled: bool = False) -> list[Capability]:
    """What a pressed button's words are read as, with no doubt."""
    message = a_message(said, answers=("<ours@cais.example>",), filled=filled)
    script = script_of(message, CAPABILITIES, PROGRAMS)
    if script.steps:
        assert not script.left
        assert all(one.command is not None and one.doubt is None for one in script.steps)
        return [one.capability for one in script.steps]
    found = recognised(message, PROGRAMS)
    return [found[0]] if found else []


@pytest.mark.parametrize("name", BUTTONS)
def test_every_button_says_exactly_one_command(name: str) -> None:
    one = BUTTONS[name]
    said = spoken(one, TYPED if one.asks else "", DAY if one.asks == "day" else "")
    read = commands(said, filled=one.asks is not None)
    assert [capability.verb for capability in read] == [VERBS[one.label] or one.say.split()[0]]


@pytest.mark.parametrize("name", [name for name, one in BUTTONS.items() if one.asks])
def test_what_is_said_instead_of_a_form_is_the_same_command(name: str) -> None:
    assert [one.verb for one in commands(in_words(BUTTONS[name]))] == [VERBS[BUTTONS[name].label]]


def test_every_kind_of_button_is_in_a_sample() -> None:
    assert {one.label for one in BUTTONS.values()} == set(VERBS)


@pytest.mark.parametrize("name", BUTTONS)
def test_every_button_has_words_that_fit(name: str) -> None:
    one = BUTTONS[name]
    assert escaped(words_on(one.label, one.on))
    assert one.asks is None or CHAT_FORMS["press"][one.asks]["title"]


def test_buttons_of_one_message_are_told_apart() -> None:
    for sample in samples():
        found = buttons_of(sample.template, sample.fields)
        assert len({one.mark for one in found}) == len(found)
        assert len({words_on(one.label, one.on) for one in found}) == len(found)


def test_a_button_is_known_by_what_it_does_and_not_by_where_it_stands() -> None:
    one = buttons_of("submission_heard", fields_of("submission_heard", "two targets"))[0]
    assert Button(one.label, one.say, "danger", one.asks, "elsewhere", "", "2014-01-01").mark == one.mark
    assert Button(one.label, one.say, one.style, "found").mark != one.mark


def fields_of(template: str, name: str) -> dict[str, Any]:
    return next(one.fields for one in samples() if (one.template, one.name) == (template, name))


def test_an_older_notice_without_names_offers_nothing() -> None:
    fields = fields_of("submission_heard", "two targets")
    old = [{name: value for name, value in one.items() if name != "name"} for one in fields["targets"]]
    assert buttons_of("submission_heard", fields | {"targets": old}) == []


def test_who_only_hears_of_it_is_offered_nothing() -> None:
    assert buttons_of("agreement_heard", fields_of("agreement_heard", "to the LEA")) == []
    assert buttons_of("rehearsed", fields_of("rehearsed", "of an answer")) == []


def test_many_targets_are_answered_in_words() -> None:
    one = fields_of("submission_heard", "one statement")["targets"][0]
    many = [
        one | {"name": f"cr-fpm/I-EL {number:02d}", "code": f"I-EL {number:02d}"} for number in range(1, 31)
    ]
    assert len(buttons_of("submission_heard", {"targets": many})) == 15


# --- done by the right person, refused to the others


async def submitted(desk: Desk) -> None:
    await desk.send(sender=PRIYA, subject="EL 02", files=[a_file()])
    assert (await desk.send(sender=PRIYA, text="submit EL 02"))["state"] == "done"


ITEM = ("item", "submission_heard")
FINDING = ("finding", "response_heard")
AGREEMENT = ("agreement", "agreement_heard")
FORM = ("form", "submission_heard")
DECISIONS = [
    (ITEM, "meets", HELEN, PRIYA, "Meets requirements"),
    (ITEM, "return", HELEN, PRIYA, "More evidence requested"),
    (ITEM, "does_not_meet", HELEN, PRIYA, "Does not meet requirements"),
    (FINDING, "resolve", HELEN, MARIA, "Resolved"),
    (FINDING, "return", HELEN, MARIA, "Returned for more"),
    (AGREEMENT, "grant", HELEN, MARIA, "Approved"),
    (AGREEMENT, "shorten", HELEN, MARIA, "Approved"),
    (AGREEMENT, "decline", HELEN, MARIA, "Declined"),
    (FORM, "accept", OMAR, GUS, "Accepted"),
    (FORM, "return", OMAR, GUS, "Returned for more"),
]


async def handed_in(desk: Desk, machine: str) -> None:
    """Something that waits for a decision of the state."""
    if machine == "item":
        await submitted(desk)
    elif machine == "finding":
        await respond(desk)
    elif machine == "agreement":
        await request(desk)
    else:
        await desk.send(sender=GUS, subject="hl-interim1", files=[a_file("First interim report.pdf")])
        assert (await desk.send(sender=GUS, text="submit hl-interim1"))["state"] == "done"


@pytest.mark.both_databases
@pytest.mark.parametrize(("what", "label", "who", "other", "outcome"), DECISIONS)
async def test_a_decision_is_done_for_the_reviewer_and_refused_to_the_lea(
    desk: Desk, what: tuple[str, str], label: str, who: str, other: str, outcome: str
) -> None:
    machine, template = what
    await handed_in(desk, machine)
    shown = await show(desk.store, template, await told(desk, template, who))
    pressed, day = button(shown, label), DAY if label == "shorten" else ""
    refused = await press(desk, shown, pressed, other, TYPED if pressed.asks else "", day)
    assert (refused["state"], refused["reason"]) == ("refused", "not_for_your_role")
    done = await press(desk, shown, pressed, who, TYPED if pressed.asks else "", day)
    assert done["state"] == "done", done
    async with desk.store.look() as uow:
        seen = await uow.shown(shown.id)
    assert seen is not None
    assert [one.outcome for one in seen.ended if one.subject == pressed.subject] == [outcome]


async def test_a_typed_reason_stays_one_reason(desk: Desk) -> None:
    """Its lines look like commands and a closing: none of them is one."""
    await bring_review(desk, "in_review")
    await submitted(desk)
    shown = await show(desk.store, "submission_heard", await told(desk, "submission_heard", HELEN))
    done = await press(desk, shown, button(shown, "return"), HELEN, TYPED)
    assert done["reply"] == "evidence_returned"
    assert done["fields"]["text"] == TYPED.split("\n\n")


async def test_who_gets_something_back_answers_it_or_asks_back_from_the_notice(desk: Desk) -> None:
    await respond(desk)
    await desk.send(sender=HELEN, text="return sv-fpm/EL 02: the sign-in sheet is old")
    shown = await show(desk.store, "more_needed", await told(desk, "more_needed", MARIA))
    asked = await press(desk, shown, button(shown, "ask_back"), MARIA, "Which year do you need?")
    assert (asked["reply"], asked["fields"]["code"]) == ("comment_made", "I-EL 02")
    assert (await press(desk, shown, button(shown, "look"), MARIA))["reply"] == "item_status_shown"
    answered = await press(desk, shown, button(shown, "answer"), MARIA, TYPED)
    assert answered["reply"] == "response_received"


def test_an_older_notice_that_more_is_needed_offers_nothing() -> None:
    fields = {**fields_of("more_needed", "finding"), "name": ""}
    assert buttons_of("more_needed", fields) == []


def test_the_oldest_that_waits_is_looked_at_before_anything_is_decided() -> None:
    found = buttons_of("work_shown", fields_of("work_shown", "a reviewer"))
    assert [one.say for one in found] == [
        "status sv-fpm/I-EL 02", "status sv-fpm/IV-EL 14", "status sv-fpm/II-CE 08"
    ]  # fmt: skip
    assert [one.style for one in found] == ["primary", "", ""]


@pytest.mark.parametrize("name", [name for name, one in BUTTONS.items() if one.is_final])
def test_what_is_final_is_told_before(name: str) -> None:
    one = BUTTONS[name]
    said = sentence("slack", "will_happen", one.label, one.target, one.day)
    assert "told" in said
    assert one.label == "shorten" or (one.target and one.target in said)


async def test_less_time_is_granted_until_the_chosen_day_with_the_reason(desk: Desk) -> None:
    await request(desk)
    shown = await show(desk.store, "agreement_heard", await told(desk, "agreement_heard", HELEN))
    shorten = button(shown, "shorten")
    assert shorten.day == "2014-06-27"
    done = await press(
        desk, shown, shorten, HELEN, "May is when the election is.\n\nUntil June 6 is too long.", DAY
    )
    assert done["fields"]["until"] == DAY
    assert done["fields"]["why"] == ["May is when the election is.", "Until June 6 is too long."]


async def test_a_question_is_answered_by_its_number(desk: Desk) -> None:
    asked = await desk.send(files=[a_file("ELAC roster.pdf")])
    shown = await show(desk.store, "evidence_received", asked["fields"], in_answer_to=asked["id"])
    first = next(one for one in buttons_of(shown.template, shown.fields) if one.say == "1")
    assert (await press(desk, shown, first, MARIA))["reason"] == "nothing_asked"  # it is Ana's question
    done = await press(desk, shown, first, ANA)
    assert [one["verdict"] for one in done["fields"]["files"]] == ["filed"]


@pytest.mark.both_databases
async def test_what_is_on_file_is_submitted_by_who_may(desk: Desk) -> None:
    filed = await desk.send(sender=PRIYA, subject="EL 02", files=[a_file()])
    shown = await show(desk.store, "evidence_received", filed["fields"])
    assert (await press(desk, shown, button(shown, "submit"), PRIYA))["reply"] == "item_submitted"


async def test_undo_takes_back_the_change_of_its_own_message_only(desk: Desk) -> None:
    for number, code in ((1, "EL 02"), (2, "CE 08")):
        await desk.send(
            sender=MARIA, subject=f"{code} draft", files=[a_file(f"{code}.pdf", code.encode(), number)]
        )
    documents = [row["id"] for row in (await desk.export())["documents"]]
    shown = []
    for number in documents[-2:]:
        withdrawn = await desk.send(sender=MARIA, text=f"withdraw D-{number}")
        assert withdrawn["reply"] == "document_withdrawn"
        shown.append(await show(desk.store, "document_withdrawn", withdrawn["fields"]))
    stale = await press(desk, shown[0], button(shown[0], "undo"), MARIA)
    assert (stale["reason"], stale["fields"]["facts"]["why"]) == ("not_undone", "another")
    assert (await press(desk, shown[1], button(shown[1], "undo"), MARIA))["reply"] == "change_undone"
