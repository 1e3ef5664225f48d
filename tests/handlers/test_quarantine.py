"""Malware: kept for staff, told to sender and state, counted as received; what waits for the scanner is filed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.quarantine import note_scan
from handlers.watch_scanner import watch_scanner
from tests.builders import ANA, NOW, Desk, a_file
from tests.handlers.record import MARIA, PRIYA, assert_whole, documents, reasons, verdicts

GOOD = a_file("good.pdf", b"good", 1)
BAD = a_file("bad.pdf", b"bad", 2, role="infected", remark="infected", scan="infected", found="Test.Marker")
WAITS = a_file("roster.pdf", b"roster", scan="checking")


async def scan_says(desk: Desk, scan: str, found: str | None = None, content: bytes = b"roster") -> int:
    async with desk.store.begin() as uow:
        return len(await note_scan(a_file("x", content).sha256, scan, found, NOW + timedelta(minutes=5), uow))


async def told(desk: Desk) -> list[tuple[str, bool]]:
    return [
        (one.to, one.fields["staff"]) for one in await desk.outgoing() if one.template == "file_quarantined"
    ]


async def scans(desk: Desk) -> list[tuple[str | None, str]]:
    return [(one["scan"], one["status"]) for one in (await desk.export())["documents"]]


async def test_an_infected_file_is_held_and_the_others_go_on(desk: Desk) -> None:
    answer = await desk.send(subject="EL 02", files=(GOOD, BAD))
    assert answer["state"] == "done"
    assert [(one["file"], one["verdict"], one["reason"]) for one in answer["verdicts"]] == [
        ("good.pdf", "filed", ""),
        ("bad.pdf", "held", "infected"),
    ]
    assert [row[1] for row in await documents(desk)] == ["good.pdf"]
    line = answer["fields"]["files"][1]
    assert (line["verdict"], line["remark"]) == ("held", "infected")
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_the_contacts_of_the_targets_program_hear_of_it_at_once(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(BAD,))
    found = await told(desk)
    assert found
    assert all(staff for _, staff in found)
    assert all(to.endswith("@cde.example") for to, _ in found)


async def test_a_command_that_has_no_eyes_for_files_still_tells_the_sender(desk: Desk) -> None:
    answer = await desk.send(subject="", text="status", files=(BAD,))
    assert [(one["verdict"], one["reason"]) for one in answer["verdicts"]] == [("held", "infected")]
    if answer["reply"] != "evidence_received":
        assert (ANA, False) in await told(desk)


async def test_nobody_hears_of_malware_from_a_stranger(desk: Desk) -> None:
    await desk.send(sender="who@else.example", subject="EL 02", files=(BAD,))
    assert await told(desk) == []


async def test_what_waits_for_the_scanner_is_filed_and_says_so(desk: Desk) -> None:
    answer = await desk.send(subject="EL 02", files=(WAITS,))
    assert verdicts(answer) == [("filed", ["sv-fpm/I-EL 02"])]
    assert answer["fields"]["files"][0]["scan"] == "checking"
    assert await scans(desk) == [("checking", "draft")] or await scans(desk) == [("checking", "attached")]
    shown = await desk.send(text="status EL 02")
    assert shown["fields"]["items"][0]["documents"][0]["scan"] == "checking"
    shown = await desk.send(text="documents")
    assert shown["fields"]["documents"][0]["scan"] == "checking"


async def test_found_clean_later_nobody_hears_anything(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(WAITS,))
    before = len(await desk.outgoing())
    assert await scan_says(desk, "clean") == 1
    assert await scan_says(desk, "clean") == 0
    assert [scan for scan, _ in await scans(desk)] == ["clean"]
    assert len(await desk.outgoing()) == before
    await assert_whole(desk)


async def test_found_infected_later_its_filings_end_and_both_sides_hear(desk: Desk) -> None:
    await desk.send(sender=MARIA, subject="EL 02", files=(WAITS,))
    await desk.send(sender=MARIA, text="submit EL 02")
    assert await scan_says(desk, "infected", "Test.Marker") == 1
    (row,) = (await desk.export())["documents"]
    assert (row["scan"], row["scan_found"], row["status"], row["targets"]) == (
        "infected",
        "Test.Marker",
        "quarantined",
        [],
    )
    assert [one["status"] for one in row["filings"]] == ["quarantined"]
    found = await told(desk)
    assert found[0] == (MARIA, False)
    assert any(staff for _, staff in found)
    assert row["received_at"] == NOW.isoformat()
    await assert_whole(desk)


async def status_of(desk: Desk, code: str) -> str:
    items = (await desk.export())["items"]
    return next(str(one["status"]) for one in items if (one["review"], one["code"]) == ("cr-fpm", code))


async def test_an_item_left_without_evidence_is_as_before_the_first(desk: Desk) -> None:
    assert await status_of(desk, "I-EL 02") == "not_started"
    await desk.send(sender=PRIYA, subject="EL 02", files=(WAITS,))
    assert await status_of(desk, "I-EL 02") == "evidence_attached"
    await scan_says(desk, "infected")
    assert await status_of(desk, "I-EL 02") == "not_started"


async def test_the_same_bytes_again_are_known_though_the_scanner_is_away(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(WAITS,))
    await scan_says(desk, "infected", "Test.Marker")
    answer = await desk.send(subject="CE 08", files=(WAITS,))
    assert reasons(answer) == ["infected"]
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_what_is_in_quarantine_is_attached_again_by_nobody(desk: Desk) -> None:
    await desk.send(sender=MARIA, subject="EL 02", files=(WAITS,))
    await scan_says(desk, "infected")
    (document,) = (await desk.export())["documents"]
    answer = await desk.send(sender=MARIA, text=f"attach D-{document['id']} to CE 08")
    assert [one["status"] for one in (await desk.export())["documents"][0]["filings"]] == ["quarantined"]
    assert answer["fields"]["files"][0]["reason"] == "infected"


async def test_bytes_on_file_from_before_the_scanner_knew_them_go_into_quarantine(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file("roster.pdf", b"bad", scan="clean"),))
    await desk.send(subject="CE 08", files=(BAD,))
    assert await scans(desk) == [("infected", "quarantined")]
    assert (ANA, False) in await told(desk)
    await assert_whole(desk)


async def test_undo_brings_no_file_out_of_quarantine(desk: Desk) -> None:
    await desk.send(sender=MARIA, subject="EL 02", files=(WAITS,))
    await desk.send(sender=MARIA, subject="EL 02", files=(a_file("roster.pdf", b"newer", scan="clean"),))
    await scan_says(desk, "infected")
    answer = await desk.send(sender=MARIA, text="undo")
    assert answer["reply"] == "request_refused"
    assert [one["status"] for one in (await desk.export())["documents"]] == ["quarantined", "attached"]


async def test_too_big_for_the_scanner_is_filed_and_said(desk: Desk) -> None:
    answer = await desk.send(subject="EL 02", files=(a_file("big.pdf", b"big", scan="unscanned"),))
    assert verdicts(answer) == [("filed", ["sv-fpm/I-EL 02"])]
    shown = await desk.send(text="status EL 02")
    assert shown["fields"]["items"][0]["documents"][0]["scan"] == "unscanned"


async def test_the_operator_hears_when_documents_wait_too_long_and_of_malware(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(WAITS,))
    await desk.send(subject="EL 02", files=(BAD,))
    async with desk.store.look() as uow:
        soon: list[Any] = await watch_scanner(uow, NOW + timedelta(minutes=14))
        late = await watch_scanner(uow, NOW + timedelta(minutes=16))
        next_week = await watch_scanner(uow, NOW + timedelta(days=7))
    assert [one.kind for one in soon] == ["malware"]
    assert [one.kind for one in late] == ["scanner", "malware"]
    assert [one.kind for one in next_week] == ["scanner"]


# --- forms, which are asked of an LEA by a program of their own


BETH, SAID = "blindgren@cde.example", "sv-title3-y2"


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "said",
    [
        {"subject": SAID},
        {"subject": "", "text": "title_iii_y2"},
        {"files": (replace(BAD, name=f"{SAID}.pdf"),)},
        {"subject": 'our "Title III Year 2 improvement plan"'},
    ],
)
async def test_of_an_infected_form_sender_and_program_hear_at_once(desk: Desk, said: dict[str, Any]) -> None:
    answer = await desk.send(**({"sender": MARIA, "files": (BAD,)} | said))
    assert [(one["verdict"], one["reason"]) for one in answer["verdicts"]] == [("held", "infected")]
    assert answer["fields"]["files"][0]["remark"] == "infected"
    assert await told(desk) == [(BETH, True)]
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_of_a_form_found_infected_later_sender_and_program_hear(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, subject=SAID, files=(WAITS,))
    assert verdicts(answer) == [("filed", [SAID])]
    assert await scan_says(desk, "infected", "Test.Marker") == 1
    assert set(await told(desk)) == {(MARIA, False), (BETH, True)}
    assert await scans(desk) == [("infected", "quarantined")]
    await assert_whole(desk)
