"""A document finds its form by the form's id, the duty's id, the address, the title in quotes; doubt is asked."""

from typing import Any

import pytest

from tests.builders import ANA, DANA, Desk, a_file
from tests.handlers.record import GUS, MARIA, PRIYA, assert_whole, reasons, verdicts

INES = "ifalk@oakhollow.example"

NAMED: list[tuple[str, dict[str, Any], str]] = [
    (GUS, {"subject": "hl-audit"}, "hl-audit"),
    (GUS, {"subject": "RE: HL-AUDIT, our document"}, "hl-audit"),
    (GUS, {"subject": "charter_audit"}, "hl-audit"),
    (GUS, {"subject": "", "text": "This is for hl-audit.\n\nGus"}, "hl-audit"),
    (GUS, {"subject": "for you", "hints": ("hl-audit",)}, "hl-audit"),
    (GUS, {"subject": "for you", "hints": ("charter_interim1",)}, "hl-interim1"),
    (GUS, {"subject": 'The "Annual independent financial audit"'}, "hl-audit"),
    (GUS, {"subject": "“First interim report”, signed"}, "hl-interim1"),
    (GUS, {"subject": "for you", "files": (a_file("hl-audit final.pdf"),)}, "hl-audit"),
    (MARIA, {"subject": "Sierra Vista Unified; PI Year 3; LEA Plan"}, "sv-plan"),
    (INES, {"subject": "nps_renewal"}, "oh-renewal"),
    (PRIYA, {"subject": "cr-sig-c2 chart"}, "cr-sig-c2"),
    (DANA, {"subject": "title_iii_y4"}, "cr-title3-y4"),
]


@pytest.mark.both_databases
@pytest.mark.parametrize(("sender", "said", "name"), NAMED)
async def test_a_form_that_is_named_gets_the_document(
    desk: Desk, sender: str, said: dict[str, Any], name: str
) -> None:
    answer = await desk.send(sender=sender, **({"files": (a_file("scan.pdf"),)} | said))
    assert verdicts(answer) == [("filed", [name])]
    await assert_whole(desk)


ASKED: list[tuple[str, dict[str, Any], str]] = [
    (GUS, {"subject": "hl-audit and hl-interim1"}, "no-code"),
    (GUS, {"subject": "Annual independent financial audit"}, "no-code"),
    (GUS, {"subject": "this is not hl-audit"}, "no-code"),
    (GUS, {"subject": "hl-audit will follow tomorrow"}, "no-code"),
    (GUS, {"subject": "hl-audit", "files": (a_file("hl-interim1.pdf"),)}, "sources-differ"),
    (ANA, {"subject": "EL 02 and sv-plan"}, "sources-differ"),
    (ANA, {"subject": "EL 02", "hints": ("sv-plan",)}, "sources-differ"),
    (ANA, {"subject": "hl-audit"}, "no-code"),
    (ANA, {"subject": "hl-nothing"}, "no-code"),
]


@pytest.mark.parametrize(("sender", "said", "reason"), ASKED)
async def test_a_doubt_is_asked(desk: Desk, sender: str, said: dict[str, Any], reason: str) -> None:
    answer = await desk.send(sender=sender, **({"files": (a_file("scan.pdf"),)} | said))
    assert (answer["state"], reasons(answer)) == ("asked", [reason])


async def test_a_quoted_title_takes_no_item_its_document(desk: Desk) -> None:
    answer = await desk.send(sender=ANA, subject='EL 02, from our "LEA Plan"', files=(a_file("scan.pdf"),))
    assert verdicts(answer) == [("filed", ["sv-fpm/I-EL 02"])]


async def test_of_two_forms_in_the_mail_the_files_name_tells_which(desk: Desk) -> None:
    files = (a_file("hl-audit.pdf", b"1", 1), a_file("hl-interim1.pdf", b"2", 2))
    answer = await desk.send(sender=GUS, subject="hl-audit and hl-interim1", files=files)
    assert verdicts(answer) == [("filed", ["hl-audit"]), ("filed", ["hl-interim1"])]


async def test_a_form_of_two_schools_is_told_apart_by_the_school(desk: Desk) -> None:
    beth = "blindgren@cde.example"
    await desk.send(sender=beth, text="assign sig_q1 to Sierra Vista Unified at Mission Middle")
    asked = await desk.send(sender=ANA, subject="sig_q1", files=(a_file("report.pdf", b"1"),))
    assert asked["state"] == "asked"
    told = await desk.send(sender=ANA, subject="sig_q1 of Sierra High", files=(a_file("other.pdf", b"2"),))
    assert verdicts(told) == [("filed", ["sv-sig-c1"])]
