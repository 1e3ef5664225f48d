"""The picture of a message in Teams: in the card while there is room, else the words alone."""

from base64 import b64decode
from json import dumps

import pytest

from bot.delivery import Extra
from bot.teams_picture import with_picture
from bot.teams_voice import words_of
from store.chats import Shown
from templates.alt import Alt
from templates.gallery import Sample, samples
from templates.teams import size_of
from tests.pictures import _place, _row
from tests.templates.adaptive_cards import faults

DIGESTS = [one for one in samples() if one.template == "deadlines_reminded"]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 30
PICTURE = Extra("picture.png", "image/png", PNG, "", Alt("Deadlines of Sierra Vista Unified: 1 overdue"))
WHOLE = 28 * 1024


@pytest.mark.parametrize("sample", DIGESTS, ids=[one.title for one in DIGESTS])
def test_it_stands_above_the_buttons_or_there_is_no_room_for_it(sample: Sample) -> None:
    shown, place = Shown(_row(sample, "teams")), _place(sample, "teams")
    _, alone = words_of(shown, place)
    _, activity = words_of(shown, place, "", (PICTURE,))
    assert size_of(activity) <= WHOLE
    card = activity["attachments"][0]["content"]
    assert faults(card) == []
    before, body = alone["attachments"][0]["content"]["body"], card["body"]
    images = [one for one in body if one["type"] == "Image"]
    assert bool(images) == (sample.name != "25 and more")
    assert [one for one in body if one not in images] == before
    for image in images:
        assert b64decode(image["url"].partition(",")[2]) == PNG
        assert image["altText"] == str(PICTURE.alt)
        after = body[body.index(image) + 1 :]
        assert [one for one in after if one["type"] != "ActionSet" and '"isSubtle"' not in dumps(one)] == []
        assert '"isSubtle"' not in dumps(body[: body.index(image)])


def test_what_is_no_picture_stands_in_no_card() -> None:
    card = {"body": [{"type": "TextBlock", "text": "x"}]}
    assert with_picture(card, (Extra("deadlines.ics", "text/calendar", b"BEGIN"),), 0) == card
