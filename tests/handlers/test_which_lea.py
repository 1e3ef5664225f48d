"""Which LEA, school or form a mail means: by code, by name, by the department's subject convention."""

import pytest
from sqlalchemy import select

from store.models import Filing, Obligation
from tests.builders import DANA, Desk, a_file
from tests.handlers.record import (
    PEI,
    documents,
    offered,
    reasons,
    verdicts,
)

EL02, EL14, CE08 = "sv-fpm/I-EL 02", "sv-fpm/IV-EL 14", "sv-fpm/II-CE 08"


async def test_the_same_code_in_two_reviews_is_asked(desk: Desk) -> None:
    told = await desk.send(sender=DANA, subject="EL 02", files=(a_file(),))
    assert (told["state"], reasons(told)) == ("asked", ["two-readings"])
    first, second = told["fields"]["choices"][:2]
    assert {first["lea"], second["lea"]} == {"Sierra Vista Unified", "Coast Range Unified"}
    assert first["code"] == second["code"] == "I-EL 02"


@pytest.mark.parametrize(
    ("said", "target"),
    [
        ({"subject": "Coast Range Unified: EL 02"}, "cr-fpm/I-EL 02"),
        ({"subject": "EL 02", "text": "For SIERRA VISTA UNIFIED, please."}, EL02),
        ({"subject": "EL 02 for Dune Elementary"}, "cr-fpm/I-EL 02"),
        ({"subject": "EL 02", "text": "Lincoln Elementary's roster"}, EL02),
    ],
)
async def test_an_lea_or_its_school_in_words_decides_between_two(
    desk: Desk, said: dict[str, str], target: str
) -> None:
    told = await desk.send(sender=DANA, files=(a_file(),), **said)
    assert verdicts(told) == [("filed", [target])]


async def test_both_leas_in_words_decide_nothing(desk: Desk) -> None:
    told = await desk.send(
        sender=DANA, subject="EL 02", text="Sierra Vista Unified and Coast Range Unified", files=(a_file(),)
    )
    assert reasons(told) == ["two-readings"]


async def test_each_line_of_a_map_may_name_its_own_lea(desk: Desk) -> None:
    text = "1: EL 02 Sierra Vista Unified\n2: EL 02 Coast Range Unified"
    told = await desk.send(sender=DANA, text=text, files=(a_file("a", b"a", 1), a_file("b", b"b", 2)))
    assert verdicts(told) == [("filed", [EL02]), ("filed", ["cr-fpm/I-EL 02"])]
    assert {lea for lea, *_ in await documents(desk)} == {"sierra-vista", "coast-range"}


@pytest.mark.parametrize(
    "subject",
    [
        "Sierra Vista Unified; PI Year 3; LEA Plan",
        "sierra vista unified ; PI Year 3 ; lea plan",
        "Sierra Vista Unified; PI Year 3; Mid-year evidence of progress",
        "Sierra Vista Unified; PI Year 3; Mid-year evidence of progress (PI Year 3)",
    ],
)
async def test_the_departments_subject_convention_names_a_form(desk: Desk, subject: str) -> None:
    told = await desk.send(subject=subject, files=(a_file("LEA Plan.docx"),))
    target = "sv-plan" if "lan" in subject.rpartition(";")[2] else "sv-ca-mid"
    assert verdicts(told) == [("filed", [target])]
    assert told["fields"]["progress"][0]["on_file"] == 1


@pytest.mark.parametrize(
    "subject",
    [
        "LEA Plan",
        "Coast Range Unified; PI Year 3; LEA Plan",
        "Sierra Vista Unified; LEA Plan",
        "Somewhere; PI Year 3; LEA Plan",
    ],
)
async def test_half_a_convention_is_asked(desk: Desk, subject: str) -> None:
    told = await desk.send(subject=subject, files=(a_file("LEA Plan.docx"),))
    assert reasons(told) == ["no-code"]
    assert set(offered(told)[:2]) == {"lea_plan", "CE 04"}


async def test_a_form_that_is_accepted_is_no_target(desk: Desk) -> None:
    async with desk.store.begin() as uow:
        duty = await uow.session.get(Obligation, "sv-plan")
        assert duty is not None
        duty.status = "accepted"
        uow.changed(duty)
    told = await desk.send(
        subject="Sierra Vista Unified; PI Year 3; LEA Plan", files=(a_file("LEA Plan.docx"),)
    )
    assert told["state"] == "asked"


async def schools(desk: Desk) -> list[list[str]]:
    async with desk.store.database.reading() as session:
        return list(await session.scalars(select(Filing.schools).order_by(Filing.id)))


LINCOLN, MISSION = "99100016000011", "99100016000029"


async def test_a_school_named_in_words_is_kept_with_the_filing(desk: Desk) -> None:
    told = await desk.send(subject="EL 02 Lincoln Elementary", files=(a_file(),))
    assert told["fields"]["files"][0]["targets"][0]["schools"] == ["Lincoln Elementary"]
    await desk.send(
        subject="EL 02", text="For Mission Middle and Lincoln Elementary", files=(a_file("b", b"b"),)
    )
    await desk.send(subject="EL 02 Dune Elementary", files=(a_file("c", b"c"),))
    assert await schools(desk) == [[LINCOLN], [LINCOLN, MISSION], []]


@pytest.mark.both_databases
async def test_a_school_users_evidence_is_of_that_school_whatever_it_says(desk: Desk) -> None:
    await desk.send(sender=PEI, subject="EL 02", files=(a_file(),))
    await desk.send(sender=PEI, subject="EL 02 Mission Middle", files=(a_file("b", b"b"),))
    assert await schools(desk) == [[LINCOLN], [LINCOLN]]
