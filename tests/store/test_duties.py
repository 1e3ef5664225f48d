"""Duties from a file: the day that is written, or the next one of the form's yearly rule."""

import tomllib
from datetime import date

import pytest

from store import Store
from store.loading import NotLoaded, load_records
from store.models import Obligation
from store.offsets import is_yearly, last_opening, next_due
from store.programs import kind_label, lea_kind
from tests.builders import ANCHOR

DUTY = """
[[obligation]]
id = "new-duty"
lea = "harbor-lights"
form = "{}"
"""


async def test_a_duty_without_a_day_is_due_by_the_rule_of_its_form(store: Store) -> None:
    async with store.begin() as uow:
        await load_records(uow, tomllib.loads(DUTY.format("charter_unaudited")), ANCHOR)
    async with store.look() as uow:
        assert (await uow.session.get_one(Obligation, "new-duty")).due == date(2014, 9, 15)


@pytest.mark.parametrize(
    ("form", "why"),
    [("lea_plan", "lacks 'due', and its form lea_plan has no yearly day"), ("none", "no form")],
)
async def test_where_there_is_no_rule_the_day_must_be_written(store: Store, form: str, why: str) -> None:
    with pytest.raises(NotLoaded, match=why):
        async with store.begin() as uow:
            await load_records(uow, tomllib.loads(DUTY.format(form)), ANCHOR)


@pytest.mark.parametrize(
    ("today", "due", "opening"),
    [
        (date(2013, 10, 31), date(2013, 10, 31), date(2012, 10, 31)),
        (date(2013, 11, 1), date(2014, 10, 31), date(2013, 10, 31)),
        (date(2012, 1, 1), date(2012, 10, 31), date(2011, 10, 31)),
    ],
)
def test_a_yearly_day_is_the_next_and_the_last_one(today: date, due: date, opening: date) -> None:
    assert next_due("10-31", today) == due
    assert last_opening("10-31", today - (date(2013, 10, 31) - date(2013, 10, 30))) == opening


def test_a_rule_for_the_leap_day_is_the_end_of_february() -> None:
    assert next_due("02-29", date(2013, 1, 1)) == date(2013, 2, 28)
    assert last_opening("02-29", date(2012, 3, 1)) == date(2012, 2, 29)


@pytest.mark.parametrize("rule", ["any time", "", None, "13-01", "1-1", "2013-01-01"])
def test_words_are_no_yearly_day(rule: str | None) -> None:
    assert not is_yearly(rule)


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("unified district", "district"),
        ("High School District", "district"),
        ("county office of education (coe)", "county_office"),
        ("direct-funded charter", "charter"),
        ("nonpublic school", "nonpublic"),
        ("something else", None),
    ],
)
def test_an_agencys_type_is_one_of_the_kinds_that_forms_tell_apart(kind: str, found: str | None) -> None:
    assert lea_kind(kind) == found
    assert found is None or kind_label(found)
