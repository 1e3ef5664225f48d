"""Deadlines on a timeline, in words: every state, and every row in the text for whom no picture is shown."""

from datetime import date, timedelta
from typing import Any

import pytest

from templates.render import timeline

TODAY = date(2013, 12, 23)


def row(day: date, state: str = "due", **more: Any) -> dict[str, Any]:
    """One of a timeline's rows: a finding, unless it is said otherwise."""
    facts = {"kind": "finding", "name": "sv-fpm/I-EL 02", "code": "I-EL 02", "title": "ELAC", "lea": ""}
    return facts | {"day": day.isoformat(), "count": 1, "step": 0, "state": state} | more


def facts(*rows: dict[str, Any], of: str = "Sierra Vista Unified", more: int = 0) -> dict[str, Any]:
    return {"of": of, "rows": list(rows), "more": more}


@pytest.mark.parametrize(
    ("days", "state", "shown", "when"),
    [
        (-400, "due", "overdue", "400 days late"),
        (-1, "due", "overdue", "1 day late"),
        (0, "due", "soon", "today"),
        (1, "due", "soon", "tomorrow"),
        (7, "due", "soon", "in 7 days"),
        (8, "due", "later", "in 8 days"),
        (-3, "sent", "sent", "with the state"),
        (-3, "decide", "decide", "waits 3 days"),
        (0, "decide", "decide", "new today"),
        (-3, "done", "done", "done"),
    ],
)
def test_a_deadline_says_how_it_stands(days: int, state: str, shown: str, when: str) -> None:
    line = timeline(facts(row(TODAY + timedelta(days=days), state)), TODAY).lines[0]
    assert (line.state, line.when) == (shown, when)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "I-EL 02 ELAC"),
        ({"kind": "form", "code": "charter_audit", "title": "Year-end report"}, "Year-end report"),
        (
            {"kind": "upload", "name": "cr-fpm", "code": "cr-fpm", "count": 12},
            "Evidence for cr-fpm, 12 items",
        ),
        ({"kind": "upload", "name": "cr-fpm", "code": "cr-fpm"}, "Evidence for cr-fpm, 1 item"),
        ({"kind": "step", "step": 2}, "I-EL 02, step 2 of its agreement"),
        ({"kind": "agreement"}, "I-EL 02, agreement: ELAC"),
        ({"kind": "decide_item", "code": "EL", "count": 3}, "EL: 3 items submitted"),
        ({"kind": "decide_agreement"}, "I-EL 02, agreement requested"),
        ({"lea": "Harbor Lights Charter"}, "Harbor Lights Charter, I-EL 02 ELAC"),
        ({"title": "x" * 300}, f"I-EL 02 {'x' * 51}…"),
        ({"title": "a\r\nb\u202ec"}, "I-EL 02 a b[U+202E]c"),
        ({"title": "{{ 7 * 7 }} <b>&"}, "I-EL 02 {{ 7 * 7 }} <b>&"),
    ],
)
def test_a_deadline_is_named_by_its_kind(more: dict[str, Any], expected: str) -> None:
    assert timeline(facts(row(TODAY) | more), TODAY).lines[0].what == expected


def test_the_text_says_all_that_is_shown() -> None:
    rows = [row(TODAY + timedelta(days=days)) for days in range(-3, 9)]
    line = timeline(facts(*rows, more=188), TODAY)
    assert line.counts == "3 overdue, 8 due within a week, 1 due later"
    assert str(line.alt).startswith(
        "Deadlines of Sierra Vista Unified as of Mon 23 Dec 2013. "
        "Everything open: 3 overdue, 8 due within a week, 1 due later. "
        "I-EL 02 ELAC: 3 days late, due Fri 20 Dec 2013. "
    )
    assert [one.words for one in line.lines if f"{one.words}." not in str(line.alt)] == []
    assert str(line.alt).endswith(" And 188 more.")


def test_the_counts_are_of_all_also_of_what_is_in_no_row() -> None:
    """A channel with fewer rows must not say other numbers than the one beside it."""
    rest = [
        {"state": "due", "day": "2014-02-03", "count": 4},
        {"state": "due", "day": "2013-12-24", "count": 1},
    ]
    rest += [{"state": "done", "day": "2013-12-20", "count": 2}]
    whole = timeline(facts(*(row(TODAY) for _ in range(12)), more=7) | {"rest": rest}, TODAY)
    for shown in (whole, whole.first(3)):
        assert shown.counts == "13 due within a week, 4 due later, 2 done"
        assert shown.summary == f"Everything open or done lately: {shown.counts}"


def test_fewer_rows_are_counted_among_those_left_out() -> None:
    whole = timeline(facts(*(row(TODAY) for _ in range(12)), more=3), TODAY)
    assert (len(whole.first(5).lines), whole.first(5).more) == (5, 10)
    assert "12 due within a week" in str(whole.first(5).alt)


def test_the_longest_text_has_room_in_every_chat() -> None:
    """Slack takes 2,000 letters."""
    long = row(date(2013, 12, 25), title="W" * 500, lea="W" * 500)
    assert len(str(timeline(facts(*[long] * 12, of="W" * 80, more=188), TODAY).alt)) <= 2000


def test_nothing_is_said_so() -> None:
    assert str(timeline(facts(), TODAY).alt) == (
        "Deadlines of Sierra Vista Unified as of Mon 23 Dec 2013. Nothing is due."
    )
    assert timeline(facts(of=""), TODAY).title == "Your deadlines"


def test_a_day_is_a_day_whatever_the_clocks_do() -> None:
    """On 9 March 2014 a day had 23 hours, on 2 November 25; a year changes on 1 January."""
    for today, due in (
        (date(2014, 3, 8), date(2014, 3, 10)),
        (date(2014, 11, 1), date(2014, 11, 3)),
        (date(2013, 12, 31), date(2014, 1, 2)),
        (date(2016, 2, 28), date(2016, 3, 1)),
    ):
        assert timeline(facts(row(due)), today).lines[0].when == "in 2 days"
