"""The page of the Slack that runs here: every reply and form can be shown, and nobody's words are markup in it."""

from pathlib import Path

import pytest

from bot.fake_slack_page import message_html, page_of, view_page, write_samples
from bot.slack_home import home_view
from templates import Place
from templates.chat import for_slack
from templates.gallery import Sample, samples
from tests.templates.pages import NAUGHTY, Page, everything_replaced


def shown(sample: Sample, bad: str | None = None) -> str:
    fields = sample.fields if bad is None else everything_replaced(sample.fields, bad)
    text, blocks = for_slack(
        sample.template, fields, Place("evidence@cais.example", sample.today, channel="slack")
    )
    return page_of([{"text": text, "blocks": blocks}])


SAMPLES = {sample.title: sample for sample in samples()}
SHAPES = {shape for sample in SAMPLES.values() for shape in Page(shown(sample)).shapes}


def test_every_word_of_a_reply_is_on_its_page() -> None:
    for sample in SAMPLES.values():
        place = Place("evidence@cais.example", sample.today, channel="slack")
        text, _ = for_slack(sample.template, sample.fields, place)
        page = Page(shown(sample)).text
        plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        for line in (" ".join(line.split()).removeprefix("• ") for line in plain.splitlines()):
            assert line in page, sample.title


@pytest.mark.parametrize("bad", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_people_write_stays_text(bad: str) -> None:
    for sample in SAMPLES.values():
        assert Page(shown(sample, bad)).shapes <= SHAPES


def test_a_message_for_one_pair_of_eyes_says_so() -> None:
    assert "Only visible to you" in message_html({"text": "*hello*", "only_for": "U0ANA"})
    assert "<b>hello</b>" in message_html({"text": "*hello*"})


def test_home_is_a_page() -> None:
    sample = next(one for one in SAMPLES.values() if one.template == "home_shown")
    place = Place("evidence@cais.example", sample.today, channel="slack")
    page = view_page(home_view(sample.template, sample.fields, place))
    assert sample.fields["name"] in Page(page).text


def test_a_designer_gets_a_page_for_every_sample(tmp_path: Path) -> None:
    pages = write_samples(tmp_path)
    assert len(pages) == len(SAMPLES)
    assert all(page.read_text("utf-8").startswith("<!doctype html>") for page in pages)
