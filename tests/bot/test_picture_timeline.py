"""The picture of deadlines: how large it is, where its marks are, and that it and its text say the same."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image, ImageColor

from bot.canvas import FINER, SHADE, Canvas
from bot.picture_timeline import COLOURS, MARK_AT, ROW, WIDTH, days_of, draw_mark, draw_timeline, row_top
from bot.pictures import Picture, draw, has_picture, picture_for
from templates.render import timeline
from templates.values import long_date
from tests.templates.test_timeline import TODAY, facts, row

NAUGHTY = [
    "",
    " ",
    "\0",
    "\ud800",
    "🎓" * 40,
    "教育委員会",
    "ع" * 90,
    "<img src=x>",
    "%s{0}",
    "\u202eabc",
    "a" * 5000,
]

AXIS = re.compile(r"(?:\d+ )?[A-Z][a-z]{2}(?: \d{4})?|today, .+")


def picture(shown: dict[str, Any], today: date = TODAY, most_bytes: int | None = None) -> Picture:
    made = draw("timeline_shown", {"timeline": shown}, today, most_bytes)
    assert made is not None
    return made


def seen(made: Picture) -> Image.Image:
    with Image.open(io.BytesIO(made.png)) as image:
        assert (image.format, image.mode) == ("PNG", "P")
        return image.convert("RGB")


def colour(name: str) -> tuple[int, ...]:
    return ImageColor.getrgb(name)


EVERY = facts(
    row(TODAY - timedelta(days=24)),
    row(TODAY + timedelta(days=7)),
    row(TODAY + timedelta(days=60)),
    row(TODAY - timedelta(days=12), "sent"),
    row(TODAY - timedelta(days=5), "decide"),
    row(TODAY - timedelta(days=9), "done"),
    more=3,
)


def test_every_mark_is_where_its_day_is() -> None:
    image, line = seen(picture(EVERY)), timeline(EVERY, TODAY)
    days = days_of(line)
    for number, one in enumerate(line.lines):
        edge = (
            days.x(one.day) - 5,
            row_top(number) + MARK_AT + (4 if one.state in ("overdue", "sent") else 0),
        )
        found = image.getpixel((round(edge[0] * FINER), round(edge[1] * FINER)))
        assert found == colour(COLOURS[one.state]), one.state


def test_states_are_apart_for_who_sees_no_colours() -> None:
    """Each has a shape of its own, wherever it is drawn."""
    shapes = set()
    for state in COLOURS:
        canvas = Canvas(40, 40)
        draw_mark(canvas, (20, 20), state)
        with Image.open(io.BytesIO(canvas.png())) as image:
            shapes.add(image.convert("L").point(lambda light: 255 if light > 230 else 0).tobytes())
    assert len(shapes) == len(COLOURS)


def test_the_days_lie_in_their_order_and_today_among_them() -> None:
    days = days_of(timeline(EVERY, TODAY))
    assert 0 < days.x(TODAY - timedelta(days=24)) < days.x(TODAY) < days.x(TODAY + timedelta(days=60)) < WIDTH
    assert days.x(TODAY - timedelta(days=4000)) == days.x(days.start)
    assert days.x(TODAY + timedelta(days=4000)) == days.x(days.end)


def test_nothing_is_due_can_be_drawn_too() -> None:
    drawn = draw_timeline(timeline(facts(), TODAY))
    assert drawn.size == (WIDTH * FINER, (row_top(1) + 12) * FINER)


@pytest.mark.parametrize("count", [1, 12])
def test_it_is_as_high_as_it_has_rows(count: int) -> None:
    made = picture(facts(*(row(TODAY) for _ in range(count))))
    image = seen(made)
    assert image.size == (made.width * FINER, made.height * FINER)
    assert made.width == WIDTH
    assert made.height == row_top(count) + 12
    assert len(image.getcolors(maxcolors=256) or []) <= 42


def test_the_same_facts_are_the_same_bytes() -> None:
    assert picture(EVERY) == picture(EVERY)
    assert picture(EVERY).png != picture(EVERY, TODAY + timedelta(days=1)).png


@pytest.mark.parametrize("rows", [6, 2])
def test_no_more_is_shown_than_the_text_says(rows: int, written: list[str]) -> None:
    """Whatever is written is in the text, and every row of the text is written."""
    line = timeline(EVERY, TODAY).first(rows)
    draw_timeline(line)
    assert f"today, {long_date(TODAY)}" in written
    words = [one for one in written if not AXIS.fullmatch(one)]
    assert [one for one in words if one not in str(line.alt)] == []
    told = [(one.when, one.what, long_date(one.day)) for one in line.lines]
    first = words.index(line.lines[0].when)  # below the title and the counts
    assert [*zip(words[first::3], words[first + 1 :: 3], words[first + 2 :: 3], strict=False)] == told
    assert words[-1] == f"And {9 - rows} more"


@pytest.mark.parametrize("words", NAUGHTY)
def test_whatever_is_written_it_is_drawn_and_said(words: str) -> None:
    odd = row(TODAY, title=words, lea=words, code=words, name=words)
    kinds = ("finding", "form", "upload", "step", "agreement", "decide_item", "decide_agreement")
    made = picture(facts(*(odd | {"kind": kind} for kind in kinds), of=words))
    assert seen(made).width == WIDTH * FINER
    assert str(made.alt).encode()


def test_teams_gets_a_small_one_with_as_many_rows_as_fit() -> None:
    twelve = facts(
        *(row(TODAY + timedelta(days=9 * number), title="Committee of parents") for number in range(12)),
        more=188,
    )
    made = picture(twelve, most_bytes=18_000)
    assert 12_000 < len(made.png) <= 18_000
    shown = str(made.alt).count("Committee of parents")
    assert seen(made).width == made.width * 1.5
    assert shown >= 5
    assert f"And {200 - shown} more." in str(made.alt)
    assert draw("timeline_shown", {"timeline": twelve}, TODAY, 100) is None


@pytest.mark.parametrize(
    ("template", "fields"),
    [
        ("help_given", {}),
        ("deadlines_reminded", {}),
        ("deadlines_reminded", {"timeline": None}),
        ("timeline_shown", {"timeline": facts()}),
    ],
)
async def test_most_messages_have_none(template: str, fields: dict[str, Any]) -> None:
    assert not has_picture(template, fields)
    assert await picture_for(template, fields, TODAY) is None


async def test_it_is_drawn_beside_the_loop() -> None:
    made = await picture_for("timeline_shown", {"timeline": EVERY}, TODAY)
    assert made == picture(EVERY)


def test_rows_stand_on_ground_that_tells_them_apart() -> None:
    image = seen(picture(EVERY))
    grounds = [image.getpixel((2, round((row_top(number) + ROW / 2) * FINER))) for number in range(2)]
    assert grounds == [colour(SHADE), (255, 255, 255)]


def test_no_month_is_hidden_by_todays_name(written: list[str]) -> None:
    draw_timeline(timeline(EVERY, TODAY))
    assert {"Dec", "Jan 2014", "Feb"} <= {*written}
