"""What stands below a message in Teams: nothing that Teams would refuse, however much there is to say."""

from typing import Any

import pytest

from bot.fake_teams_inputs import actions_in
from bot.fake_teams_limits import wrong_activity
from bot.pressing import title_of
from bot.teams_voice import words_of
from handlers.buttons import buttons_of
from store.chats import Shown
from templates.gallery import Sample
from tests.bot.test_slack_buttons import PLACE, WITH_BUTTONS, digest, shown, the_most
from tests.templates.test_teams import checked

every_sample = pytest.mark.parametrize("sample", WITH_BUTTONS, ids=lambda one: one.title)


def card_of(one: Shown) -> dict[str, Any]:
    _, words = words_of(one, PLACE)
    assert wrong_activity(words) is None
    card: dict[str, Any] = words["attachments"][0]["content"]
    checked(card)
    return card


@every_sample
@pytest.mark.parametrize("decided", [0, 1, 25])
def test_teams_takes_every_message_with_its_buttons(sample: Sample, decided: int) -> None:
    card_of(shown(sample.template, {"receipt": 118, **sample.fields}, decided))


def test_the_most_buttons_and_the_longest_words_fit_together() -> None:
    one = the_most()
    assert len(buttons_of(one.message.template, one.message.fields)) == 25
    card_of(one)


@every_sample
def test_what_is_final_opens_first_with_what_will_happen(sample: Sample) -> None:
    one = shown(sample.template, {"receipt": 118, **sample.fields})
    offered = buttons_of(one.message.template, one.message.fields)
    opens = [button for button in actions_in(card_of(one)) if "card" in button.action]
    asking = [two for two in offered if two.is_final or two.asks]
    assert [button.title for button in opens] == [title_of(two) for two in asking]
    final = [button for button, two in zip(opens, asking, strict=True) if two.is_final]
    assert all("is told" in str(button.action["card"]) for button in final)


def test_a_reminder_has_its_buttons_below_the_row_that_they_are_about() -> None:
    body = card_of(digest())["body"]
    parts = [one["items"] for one in body if one["type"] == "Container"]
    rows = [one for part in parts for one in part if one["type"] in ("ColumnSet", "ActionSet")]
    assert [one["type"] for one in rows] == ["ColumnSet", "ActionSet"] * 5
    about = ["I-EL 02", "II-CE 08", "I-EL 09", "sv-fpm", "First interim report"]
    assert [code in str(row) for code, row in zip(about, rows[::2], strict=True)] == [True] * 5
    assert [one["tooltip"] for one in rows[3]["actions"]] == ["Submit: II-CE 08", "We sent it: II-CE 08"]
