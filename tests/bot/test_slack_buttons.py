"""What stands below a message in Slack: nothing that Slack would refuse, however much there is to say."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.fake_slack_limits import wrong_message
from bot.pressing import title_of, value_of
from bot.slack_buttons import below
from bot.slack_voice import words_of
from handlers.buttons import buttons_of
from handlers.surfaces import offers_in
from store.chats import Shown
from store.outbox import OutboxEntry
from templates import Place
from templates.gallery import Sample, samples
from tests.builders import ANCHOR, NOW

WITH_BUTTONS = [one for one in samples() if buttons_of(one.template, {"receipt": 118, **one.fields})]
PLACE = Place("evidence@cais.example", ANCHOR, channel="slack")


def shown(template: str, fields: Mapping[str, Any], decided: int = 0) -> Shown:
    """The message with this number of the things that it offers decided."""
    message = OutboxEntry(
        created_at=NOW, channel="slack", to="U0HELEN", template=template, fields=dict(fields), run_at=NOW
    )
    message.id = 123_456_789
    offers = offers_in(message)
    for number, one in enumerate(offers):
        one.id = number
    for one in offers[:decided]:
        one.ended_at, one.ended_by, one.outcome = (
            datetime(2013, 12, 2, 20, 5, tzinfo=UTC),
            "Helen Wu",
            "Resolved",
        )
    return Shown(message, offers)


def words(one: Shown) -> dict[str, Any]:
    return words_of(one, PLACE)


def rows_in(said: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """The buttons of a message, as they stand."""
    return [block["elements"] for block in said["blocks"] if block["type"] == "actions"]


@pytest.mark.parametrize("sample", WITH_BUTTONS, ids=lambda one: one.title)
@pytest.mark.parametrize("decided", [0, 1, 25])
def test_slack_takes_every_message_with_its_buttons(sample: Sample, decided: int) -> None:
    said = words(shown(sample.template, {"receipt": 118, **sample.fields}, decided))
    assert wrong_message(said) == ""


def the_most() -> Shown:
    """Nine choices, and files that wait for a word on initials; more files than a message can list."""
    sample = next(one for one in WITH_BUTTONS if one.title == "evidence_received.two-questions-two-LEAs")
    choice = sample.fields["choices"][0] | {
        "title": "The longest title that an item of an instrument has here"
    }
    drafts = next(one for one in WITH_BUTTONS if one.title.startswith("evidence_received.drafts")).fields
    target = next(one for one in drafts["files"] if one["reason"] == "initials-only")["targets"][0]
    asked = sample.fields["files"][0]
    waiting = [
        asked | {"reason": "initials-only", "targets": [target | {"name": f"sv-fpm/UCP {number:02d}"}]}
        for number in range(1, 21)
    ]
    files = [
        asked,
        *waiting,
        *(asked | {"verdict": "refused", "name": f"{'Minutes ' * 12}{n}.pdf"} for n in range(99)),
    ]
    fields = {"choices": [choice | {"number": number} for number in range(1, 10)], "files": files}
    return shown(sample.template, sample.fields | fields)


def test_the_most_buttons_and_the_longest_words_fit_together() -> None:
    one = the_most()
    assert len(buttons_of(one.message.template, one.message.fields)) == 25
    assert wrong_message(words(one)) == ""


@pytest.mark.parametrize("sample", WITH_BUTTONS, ids=lambda one: one.title)
def test_slack_asks_before_what_is_final_and_is_done_at_once(sample: Sample) -> None:
    one = shown(sample.template, {"receipt": 118, **sample.fields})
    rows = rows_in(words(one))
    asking = [button["text"]["text"] for row in rows for button in row if "confirm" in button]
    offered = buttons_of(one.message.template, one.message.fields)
    final = [two for two in offered if two.is_final and not two.asks]
    assert asking == [title_of(two) for two in final]


def test_the_question_says_what_will_happen() -> None:
    fields = next(one for one in WITH_BUTTONS if one.title.startswith("agreement_heard.to-decide")).fields
    (row,) = below(shown("agreement_heard", fields))[1]
    dialog = {name: words["text"] for name, words in row["elements"][0]["confirm"].items()}
    assert dialog == {
        "title": "Grant: I-EL 02",
        "text": "The LEA gets time until Fri 27 Jun 2014 for I-EL 02 and is told at once. "
        "It cannot be taken back.",
        "confirm": "Grant",
        "deny": "Not yet",
    }
    too_long = row["elements"][0] | {
        "confirm": row["elements"][0]["confirm"] | {"title": {"text": "x" * 101}}
    }
    assert wrong_message({"text": "x", "blocks": [row | {"elements": [too_long]}]}) == "invalid_blocks"


def test_of_two_things_the_decided_one_is_named_and_the_other_keeps_its_buttons() -> None:
    sample = next(one for one in WITH_BUTTONS if one.title.startswith("agreement_heard.two"))
    lines, extra = below(shown(sample.template, sample.fields, 1))
    assert lines == ["I-EL 02: Resolved, by Helen Wu, Mon 2 Dec 2013, 12:05:00 PM PST."]
    assert [block["type"] for block in extra] == ["context", "actions"]
    assert [one["text"]["text"] for one in extra[1]["elements"]] == [
        "Grant: II-CE 08", "Grant less time: II-CE 08", "Decline: II-CE 08"
    ]  # fmt: skip


@pytest.mark.parametrize("sample", WITH_BUTTONS, ids=lambda one: one.title)
def test_every_button_that_is_offered_is_there_to_be_pressed(sample: Sample) -> None:
    one = shown(sample.template, {"receipt": 118, **sample.fields})
    values = [button["value"] for row in rows_in(words(one)) for button in row]
    offered = buttons_of(one.message.template, one.message.fields)
    assert sorted(values) == sorted(value_of(one.message, two) for two in offered)


def digest() -> Shown:
    fields = next(one for one in WITH_BUTTONS if one.title == "deadlines_reminded.overdue").fields
    return shown("deadlines_reminded", fields)


def test_a_reminder_has_its_buttons_below_the_row_that_they_are_about() -> None:
    blocks = words(digest())["blocks"]
    above = [str(blocks[at - 1]) for at, block in enumerate(blocks) if block["type"] == "actions"]
    about = ["I-EL 02", "II-CE 08", "I-EL 09", "sv-fpm", "First interim report"]
    assert [code in text for code, text in zip(about, above, strict=True)] == [True] * 5
    first = rows_in({"blocks": blocks})[0]
    assert [(one["text"]["text"], one["accessibility_label"]) for one in first] == [
        ("Answer in words", "Answer in words: I-EL 02"),
        ("We sent it", "We sent it: I-EL 02"),
        ("Snooze 3 days", "Snooze 3 days: I-EL 02"),
    ]


def test_a_row_for_which_there_is_no_room_takes_its_buttons_with_it() -> None:
    one = digest()
    one.message.fields["rows"][1]["title"] = "A very long title " * 600
    said = words(one)
    assert wrong_message(said) == ""
    assert [len(row) for row in rows_in(said)] == [3]
    assert "There is more" in said["text"]
