"""From codes to the one thing they name, and what is offered when they do not."""

from typing import Any

import pytest

from handlers.aiming import aim, likeliest
from handlers.ranking import missing_evidence
from handlers.targets import Aim, Desk, Target, desk_for
from handlers.wishes import Wish, wishes_of
from tests.builders import PROGRAMS, a_file
from tests.builders import Desk as Office

SIERRA = ["sierra-vista"]
BOTH = ["sierra-vista", "coast-range"]


async def table(office: Office, words: str = "", leas: list[str] = SIERRA) -> Desk:
    async with office.store.begin() as uow:
        return await desk_for(uow, leas, words)


def wish(office: Office, name: str = "a.pdf", **said: Any) -> Wish:
    (found,) = wishes_of(office.message(1, files=(a_file(name),), **said), PROGRAMS)
    return found


async def aimed(office: Office, subject: str, leas: list[str] = SIERRA, name: str = "a.pdf") -> Aim:
    return aim(wish(office, name, subject=subject), await table(office, subject, leas), subject)


def names(targets: tuple[Target, ...]) -> list[str]:
    return [target.name for target in targets]


@pytest.mark.both_databases
async def test_a_code_that_names_one_item_is_sure(desk: Office) -> None:
    found = await aimed(desk, "EL 02 p. 4-9")
    assert (names(found.targets), found.doubt) == (["sv-fpm/I-EL 02"], None)
    assert found.pages == {"sv-fpm/I-EL 02": "4-9"}


async def test_an_unknown_code_is_asked_about(desk: Office) -> None:
    found = await aimed(desk, "EL 98")
    assert (found.targets, found.doubt) == ((), "unknown-code")
    assert found.choices


async def test_one_code_in_two_leas_is_two_readings_until_one_is_named(desk: Office) -> None:
    items = (await table(desk, leas=BOTH)).targets
    keys = [target.item.key for target in items if target.item]
    twice = next(target for target in items if target.item and keys.count(target.item.key) > 1)
    assert (await aimed(desk, twice.code, BOTH)).doubt == "two-readings"
    assert (await aimed(desk, f"Sierra Vista Unified: {twice.code}", BOTH)).doubt is None
    assert (
        await aimed(desk, f"Sierra Vista Unified, Coast Range Unified: {twice.code}", BOTH)
    ).doubt is not None


async def test_a_finding_that_is_none_is_asked_about(desk: Office) -> None:
    plain = next(one for one in (await table(desk)).targets if one.item and not one.finding)
    assert (await aimed(desk, f"finding {plain.code}")).doubt == "unknown-code"
    assert (await aimed(desk, plain.code)).doubt is None


async def test_a_form_is_named_by_its_id_or_by_the_convention_of_cde_and_not_by_its_title(
    desk: Office,
) -> None:
    form = next(one for one in (await table(desk)).targets if one.obligation)
    assert names((await aimed(desk, f"Sierra Vista Unified; PI Year 3; {form.title}")).targets) == [form.name]
    assert names((await aimed(desk, f"here is {form.code}")).targets) == [form.name]
    assert (await aimed(desk, form.title)).doubt == "no-code"
    assert (await aimed(desk, f"Coast Range Unified; PI Year 3; {form.title}")).doubt == "no-code"


async def test_a_school_named_in_words_is_heard(desk: Office) -> None:
    found = await aimed(desk, "EL 02 for Lincoln Elementary")
    assert [school.name for school in found.schools] == ["Lincoln Elementary"]
    assert (await aimed(desk, "EL 02 for Lincoln")).schools == ()


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("ELAC minutes.pdf", "I-EL 02"),
        ("ELAC roster.pdf", "I-EL 02"),
        ("DELAC agenda.docx", "I-EL 03"),
        ("SSC roster.pdf", "II-CE 07"),
        ("reclassification list.xlsx", "IV-EL 14"),
    ],
)
async def test_the_likeliest_item_stands_first(desk: Office, name: str, first: str) -> None:
    offered = likeliest(wish(desk, name), await table(desk), "")
    assert offered[0].code == first
    assert len(offered) <= 6


async def test_a_plan_of_the_lea_is_offered_as_item_and_as_form(desk: Office) -> None:
    offered = {one.code for one in likeliest(wish(desk, "LEA Plan 2013.pdf"), await table(desk), "")}
    assert offered >= {"CE 04", "II-EL 05", "lea_plan"}


def test_what_is_missing_goes_by_the_names_on_record() -> None:
    asked = [{"name": "ELAC agendas"}, {"name": "Reclassification records"}, {"name": "Budget"}]
    assert missing_evidence(asked, []) == ["ELAC agendas", "Reclassification records", "Budget"]
    assert missing_evidence(asked, ["ELAC agenda.pdf"]) == ["Reclassification records", "Budget"]
    assert missing_evidence(asked, ["scan0001.pdf"]) == ["ELAC agendas", "Reclassification records", "Budget"]


def test_the_ending_of_a_file_is_no_evidence() -> None:
    assert missing_evidence([{"name": "Roster (PDF)"}], ["minutes.pdf"]) == ["Roster (PDF)"]
