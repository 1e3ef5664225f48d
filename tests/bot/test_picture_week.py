"""The picture of a program's week: it and its text say the same, and its bars are as long as their numbers."""

import io
from datetime import date
from typing import Any

import pytest
from PIL import Image, ImageColor

from bot.picture_week import COLOURS, draw_week
from bot.pictures import draw
from templates.gallery import samples
from templates.render import week

TODAY = date(2013, 12, 23)
WEEK = next(
    one.fields["week"] for one in samples() if one.template == "week_shown" and len(one.fields["week"]) == 1
)


def of(**counts: int) -> list[dict[str, Any]]:
    """The sample's program with these counts alone."""
    return [WEEK[0] | {"counts": dict.fromkeys(WEEK[0]["counts"], 0) | counts}]


def length(facts: list[dict[str, Any]], word: str) -> int:
    """How many pixels of a row are in the colour of what was counted."""
    made = draw("week_shown", {"week": facts}, TODAY)
    assert made is not None
    with Image.open(io.BytesIO(made.png)) as image:
        seen, ink = image.convert("RGB"), ImageColor.getrgb(COLOURS[word])
    rows = [[seen.getpixel((x, y)) == ink for x in range(seen.width)] for y in range(0, seen.height, 7)]
    return max(map(sum, rows))


def test_a_bar_is_as_long_as_its_number() -> None:
    facts = of(opened=20, resolved=5, sent=4000)
    assert length(facts, "opened") == pytest.approx(4 * length(facts, "resolved"), abs=4)
    assert length(of(opened=3), "opened") == length(of(opened=3000), "opened")


def test_whatever_is_written_is_said_and_the_other_way_round(written: list[str]) -> None:
    shown = week(WEEK)
    draw_week(shown)
    assert [one for one in written if one not in str(shown.alt)] == []
    for bar in shown.programs[0].bars:
        assert bar.name in written
        assert f"{bar.count:,}" in written
        assert f"{bar.count:,} {bar.name}" in str(shown.alt)


def test_four_programs_are_three_and_one_more() -> None:
    facts = [WEEK[0] | {"program": f"Program {number}"} for number in range(4)]
    made = draw("week_shown", {"week": facts}, TODAY)
    assert made is not None
    assert "Program 2" in str(made.alt)
    assert "Program 3" not in str(made.alt)
    assert str(made.alt).endswith("And 1 more program.")


def test_a_quiet_week_is_a_picture_too() -> None:
    made = draw("week_shown", {"week": of()}, TODAY)
    assert made is not None
    assert str(made.alt).endswith(": nothing happened, and nothing waits.")
    assert made.height < 130


def test_one_thing_is_not_said_to_be_several() -> None:
    bars = week(of(opened=1, sent=1)).programs[0].bars
    assert [f"{bar.count} {bar.name}" for bar in bars] == ["1 finding opened", "1 reminder sent"]
