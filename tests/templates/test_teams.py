"""Replies in Teams: cards that the official schema and Teams' limits take, and that say all and no more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handlers.capabilities import CAPABILITIES
from templates import Place
from templates.gallery import Sample, samples
from templates.teams import MOST, for_teams, quiet, size_of
from tests.templates.adaptive_cards import faults
from tests.templates.pages import NAUGHTY, everything_replaced

SAMPLES = {sample.title: sample for sample in samples()}
every_sample = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
RECEIPT = SAMPLES["evidence_received.every-verdict"]
WHOLE = 28 * 1024  # bytes that Teams takes of one message


def checked(card: dict[str, Any]) -> None:
    assert faults(card) == []
    assert size_of(card) <= WHOLE


def said(sample: Sample, **fields: Any) -> tuple[str, dict[str, Any]]:
    place = Place("evidence@cais.example", sample.today, channel="teams")
    return for_teams(sample.template, sample.fields | fields, place)


def objects_in(some: Any) -> Iterator[dict[str, Any]]:
    if isinstance(some, dict):
        yield some
        for value in some.values():
            yield from objects_in(value)
    elif isinstance(some, list):
        for one in some:
            yield from objects_in(one)


@every_sample
def test_teams_takes_it(sample: Sample) -> None:
    checked(said(sample)[1])


@every_sample
def test_the_text_says_all_that_the_card_says(sample: Sample) -> None:
    text, card = said(sample)
    shown = [one["text"] for one in objects_in(card) if one.get("type") == "TextRun" and one["text"] != "•"]
    assert [line for line in shown if line.strip() and line not in text] == []
    assert len(shown) >= len(text.splitlines())


@every_sample
def test_whatever_people_write_stays_letters(sample: Sample) -> None:
    """Runs of rich text are the only text: Teams reads neither markdown nor mentions in them."""
    for bad in NAUGHTY.values():
        _, card = said(replace(sample, fields=everything_replaced(sample.fields, bad)))
        assert size_of(card) <= WHOLE
        assert {one["type"] for one in objects_in(card) if "text" in one} <= {"TextRun"}


def test_what_does_not_fit_is_said_and_the_receipt_stays() -> None:
    file = RECEIPT.fields["files"][0]
    text, card = said(RECEIPT, files=[file | {"number": number} for number in range(1, 300)])
    checked(card)
    assert "There is more than fits here." in text
    assert "Your message is kept as R-17" in text
    assert size_of(card) > MOST * 0.7  # no more is left out than must be


def test_what_stands_below_has_its_room() -> None:
    file = RECEIPT.fields["files"][0]
    files = [file | {"number": number} for number in range(1, 300)]
    place = Place("evidence@cais.example", RECEIPT.today, channel="teams")
    extra = [quiet("x" * 500)] * 12
    _, card = for_teams(RECEIPT.template, RECEIPT.fields | {"files": files}, place, below=extra)
    checked(card)
    assert card["body"][-12:] == extra


def test_teams_has_no_threads_to_reply_in() -> None:
    text, _ = said(RECEIPT)
    assert ("Reply here with" in text, "thread" in text) == (True, False), text


def test_all_that_can_be_asked_for_fits_into_one_message() -> None:
    """Even for who may do everything, and with buttons below."""
    lines = [{"usage": one.usage, "does": one.does} for one in CAPABILITIES]
    place = Place("evidence@cais.example", date(2013, 12, 23), channel="teams")
    text, made = for_teams("help_given", {"name": "Maria", "lines": lines}, place, below=[quiet("x" * 2000)])
    assert [one["usage"] for one in lines if one["usage"] not in text] == []
    assert "more than fits" not in text
    checked(made)
