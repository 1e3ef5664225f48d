"""Twenty more mails from a coordinator's working week, and what a colleague at the desk would do with each."""

from typing import Any

import pytest

from tests.builders import ANA, DANA, Desk, a_file
from tests.handlers.record import GUS, MARIA, PEI, PRIYA, assert_whole, reasons, verdicts

EL02, EL14, CE07, CE08 = "sv-fpm/I-EL 02", "sv-fpm/IV-EL 14", "sv-fpm/II-CE 07", "sv-fpm/II-CE 08"
LOGO = a_file("image001.png", b"logo", 9, role="decoration", remark="inline-logo")
SIGNED = "\n\nMaria Delgado\nFPM Coordinator, Sierra Vista Unified\n(555) 555-0102 ext. 14"


def files(*names: str) -> tuple[Any, ...]:
    return tuple(a_file(name, name.encode(), number) for number, name in enumerate(names, 1))


FILED: list[tuple[str, dict[str, Any], list[list[str]]]] = [
    (MARIA, {"subject": "RE: FPM evidence – I‑EL 02", "text": f"Attached.{SIGNED}", "files": files("roster.pdf")}, [[EL02]]),
    (ANA, {"subject": "ELAC evidence", "text": "Hi Helen,\n\nHere is our EL 02 roster. The EL 02 minutes will follow next week.\n\nAna",
           "files": (*files("ELAC roster.pdf"), LOGO)}, [[EL02], []]),
    (MARIA, {"subject": "Evidence", "text": "Files 1 and 2: I-EL 02\nFile 3: II-CE 08 pp. 4-9\nThe rest: finding IV-EL 14" + SIGNED,
             "files": files("a.pdf", "b.pdf", "c.pdf", "d.pdf", "e.pdf")}, [[EL02], [EL02], [CE08], [EL14], [EL14]]),
    (MARIA, {"subject": "CE 7 & CE 8", "text": "The SPSA serves both.", "files": files("SPSA 2013-14.pdf")}, [[CE07, CE08]]),
    (ANA, {"subject": "Fwd: scans", "text": "", "files": files("EL-02 Lincoln.pdf", "II-CE 08 minutes 11-12-13.pdf")}, [[EL02], [CE08]]),
    (ANA, {"subject": "el 2", "text": "sent from my phone", "files": files("IMG_0042.jpg")}, [[EL02]]),
    (ANA, {"subject": "lista", "text": "Buenos días:\nAdjunto la lista para EL 02, firmada el 2 de diciembre.\nGracias, Ana",
           "files": files("lista.pdf")}, [[EL02]]),
    (PEI, {"subject": "EL 02 from Lincoln", "text": "Could you please file this under EL 02?", "files": files("ballots.pdf")}, [[EL02]]),
    (PRIYA, {"subject": "EL 02", "text": "Dune Elementary's roster; call me 2 times if needed.", "files": files("r.pdf")}, [["cr-fpm/I-EL 02"]]),
    (DANA, {"subject": "Coast Range Unified EL 02", "text": "On behalf of the district.", "files": files("r.pdf")}, [["cr-fpm/I-EL 02"]]),
    (MARIA, {"subject": "Sierra Vista Unified; PI Year 3; LEA Plan", "text": "Board approved.", "files": files("LEA Plan.docx")}, [["sv-plan"]]),
]  # fmt: skip


@pytest.mark.both_databases
@pytest.mark.parametrize(("sender", "said", "targets"), FILED)
async def test_what_is_plain_is_filed_without_a_question(
    desk: Desk, sender: str, said: dict[str, Any], targets: list[list[str]]
) -> None:
    told = await desk.send(sender=sender, **said)
    assert [one for _, one in verdicts(told)] == targets
    assert (told["state"], told["reply"]) == ("done", "evidence_received")
    await assert_whole(desk)


ASKED: list[tuple[str, dict[str, Any], str]] = [
    (MARIA, {"subject": "EL 02 or EL 03?", "text": "Not sure where DELAC goes.", "files": files("DELAC.pdf")}, "prose"),
    (MARIA, {"subject": "EL 02", "text": "Sorry, please ignore the EL 02 I sent, that was CE 08.", "files": files("x.pdf")}, "sources-differ"),
    (ANA, {"subject": "Acta de la junta el 14", "text": "", "files": files("acta.pdf")}, "word"),
    (ANA, {"subject": "Title III EL 2 files attached", "text": "", "files": files("a.pdf")}, "word"),
    (GUS, {"subject": "EL 02", "text": "Charter evidence", "files": files("x.pdf")}, "unknown-code"),
    (MARIA, {"subject": "EL 02 / CE 08", "text": "Both attached.", "files": files("a.pdf", "b.pdf")}, "several-files-several-items"),
]  # fmt: skip


@pytest.mark.parametrize(("sender", "said", "reason"), ASKED)
async def test_what_a_colleague_would_ask_back_is_asked(
    desk: Desk, sender: str, said: dict[str, Any], reason: str
) -> None:
    told = await desk.send(sender=sender, **said)
    assert (told["state"], set(reasons(told))) == ("asked", {reason})
    assert (await desk.export())["documents"] == []


TOLD: list[tuple[str, dict[str, Any], tuple[str, str | None]]] = [
    (MARIA, {"subject": "Question", "text": f"Hi,\nwhat is still missing for EL 02?{SIGNED}"}, ("done", "item_status_shown")),
    (MARIA, {"subject": "EL 02", "text": f"As discussed, it is in our Drive.{SIGNED}", "links": ("drive.google.com",)}, ("refused", "request_refused")),
    (MARIA, {"subject": "Re: Receipt R-1: 1 file filed", "text": f"Thank you!{SIGNED}", "files": (LOGO,)}, ("ignored", None)),
]  # fmt: skip


@pytest.mark.parametrize(("sender", "said", "end"), TOLD)
async def test_what_brings_no_file_is_answered_for_what_it_is(
    desk: Desk, sender: str, said: dict[str, Any], end: tuple[str, str | None]
) -> None:
    told = await desk.send(sender=sender, **said)
    assert (told["state"], told["reply"]) == end
    await assert_whole(desk)
