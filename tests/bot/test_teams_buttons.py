"""What stands below a message in Teams: nothing that Teams would refuse, however much there is to say."""

from typing import Any

import pytest

from bot.fake_teams_inputs import actions_in
from bot.fake_teams_limits import wrong_activity
from bot.teams_voice import words_of
from handlers.buttons import buttons_of
from store.chats import Shown
from templates.gallery import Sample
from templates.values import button as words_on
from tests.bot.test_slack_buttons import PLACE, WITH_BUTTONS, shown, the_most
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
    opens = {button.title: button for button in actions_in(card_of(one)) if "card" in button.action}
    final = [words_on(two.label, two.on) for two in offered if two.is_final]
    assert [*opens] == [words_on(two.label, two.on) for two in offered if two.is_final or two.asks]
    assert all("is told" in str(opens[title].action["card"]) for title in final)
