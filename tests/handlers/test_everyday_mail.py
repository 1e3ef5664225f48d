"""Twenty mails as coordinators write them, with what a good colleague would do."""

from typing import Any

import pytest

from tests.builders import ANA, DANA, Desk, a_file

MARIA, PRIYA, GUS = "mdelgado@sierravista.example", "pnair@coastrange.example", "gmoreno@harborlights.example"
EL, CE, EL14 = "sv-fpm/I-EL 02", "sv-fpm/II-CE 08", "sv-fpm/IV-EL 14"
ASK: list[str] = []
MAILS: list[tuple[str, str, str, list[str], list[list[str]]]] = [
    (ANA, "EL 02", "Hi, attached is the roster. Thanks, Ana", ["roster.pdf"], [[EL]]),
    (ANA, "I-EL 2", "", ["roster.pdf"], [[EL]]),
    (ANA, "EL-02 evidence", "Please see attached.", ["a.pdf", "b.pdf"], [[EL], [EL]]),
    (ANA, "ELAC evidence", "This is for EL 02.", ["minutes.pdf"], [[EL]]),
    (MARIA, "CE 08 and EL 02", "One file for both.", ["plan.pdf"], [[CE, EL]]),
    (MARIA, "Evidence", "1: EL 02\n2: CE 08\n", ["a.pdf", "b.pdf"], [[EL], [CE]]),
    (MARIA, "Evidence", "", ["EL 02 roster.pdf", "CE 08 minutes.pdf"], [[EL], [CE]]),
    (MARIA, "Finding EL 14", "Our follow-up records.", ["follow.pdf"], [[EL14]]),
    (MARIA, "our documents", "Please find attached what you asked for.", ["scan0001.pdf"], [ASK]),
    (MARIA, "EL 02, CE 08", "Both attached.", ["a.pdf", "b.pdf"], [ASK, ASK]),
    (MARIA, "EL 02", "Sorry, this is CE 08, not EL 02.", ["a.pdf"], [ASK]),
    (MARIA, "EL 02", "", ["CE 08 minutes.pdf"], [ASK]),
    (MARIA, "EL 99", "", ["a.pdf"], [ASK]),
    (MARIA, "Notes", "EL 02 will follow next week, this is something else.", ["a.pdf"], [ASK]),
    (PRIYA, "EL 02", "", ["roster.pdf"], [["cr-fpm/I-EL 02"]]),
    (PRIYA, "UCP 01", "", ["policy.pdf"], [ASK]),
    (DANA, "EL 02", "", ["roster.pdf"], [ASK]),
    (DANA, "EL 02 for Sierra Vista Unified", "", ["roster.pdf"], [[EL]]),
    (GUS, "EL 02", "", ["roster.pdf"], [ASK]),
    (GUS, "charter_interim1", "First interim attached.", ["interim.pdf"], [["hl-interim1"]]),
]


@pytest.mark.both_databases
@pytest.mark.parametrize(("sender", "subject", "text", "names", "targets"), MAILS)
async def test_an_everyday_mail_ends_as_a_good_colleague_would_end_it(
    desk: Desk, sender: str, subject: str, text: str, names: list[str], targets: list[list[str]]
) -> None:
    files = tuple(a_file(name, name.encode(), number) for number, name in enumerate(names, 1))
    told: dict[str, Any] = await desk.send(sender=sender, subject=subject, text=text, files=files)

    assert [one["targets"] for one in told["verdicts"]] == targets
    assert [one["verdict"] for one in told["verdicts"]] == ["filed" if some else "asked" for some in targets]
    assert told["state"] == ("done" if all(targets) else "asked")
