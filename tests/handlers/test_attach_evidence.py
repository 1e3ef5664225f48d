"""Fact sheet 2 through the core: what is filed, what is asked, what is kept."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers.messages import Attachment
from store.models import Filing, Review, ReviewItem
from tests.builders import DANA, NOW, Desk, a_file

PEI = "pchan@sierravista.example"
PRIYA = "pnair@coastrange.example"
TWO = (a_file("a.pdf", b"a", 1), a_file("b.pdf", b"b", 2))


def verdicts(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["verdict"], one["reason"]) for one in told["verdicts"]]


async def filings(desk: Desk) -> list[Filing]:
    async with desk.store.database.reading() as session:
        return list((await session.scalars(select(Filing).order_by(Filing.id))).all())


async def test_a_code_in_the_subject_files_the_document(desk: Desk) -> None:
    told = await desk.send(subject="EL 02", files=(a_file(),))

    assert told["state"] == "done"
    assert told["verdicts"] == [
        {
            "file": "roster.pdf",
            "sha256": a_file().sha256,
            "verdict": "filed",
            "targets": ["sv-fpm/I-EL 02"],
            "reason": "",
        }
    ]
    assert told["reply"] == "evidence_received"


async def test_one_file_for_several_items_is_one_document_with_several_filings(desk: Desk) -> None:
    told = await desk.send(subject="EL 02, CE 08", files=(a_file(),))

    record = await desk.export()
    assert told["verdicts"][0]["targets"] == ["sv-fpm/I-EL 02", "sv-fpm/II-CE 08"]
    assert [one["targets"] for one in record["documents"]] == [["sv-fpm/I-EL 02", "sv-fpm/II-CE 08"]]


@pytest.mark.both_databases
async def test_the_same_bytes_twice_in_one_mail_are_filed_once(desk: Desk) -> None:
    told = await desk.send(subject="EL 02", files=(a_file(), a_file("copy.pdf", number=2)))

    assert verdicts(told) == [("filed", ""), ("duplicate", "same-bytes-on-file")]
    assert len((await desk.export())["documents"]) == 1


@pytest.mark.parametrize("name", ["roster.pdf", "renamed.pdf"])
async def test_the_same_bytes_next_day_are_a_duplicate_whatever_their_name(desk: Desk, name: str) -> None:
    await desk.send(subject="EL 02", files=(a_file(),))
    desk.now = NOW + timedelta(days=1)
    told = await desk.send(subject="EL 02", files=(a_file(name),))

    assert (told["state"], verdicts(told)) == ("done", [("duplicate", "same-bytes-on-file")])
    assert told["verdicts"][0]["targets"] == ["sv-fpm/I-EL 02"]
    assert told["fields"]["files"][0]["since"] == NOW.isoformat()
    assert len((await desk.export())["documents"]) == 1


async def test_other_bytes_under_the_same_name_are_the_next_version(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file(),))
    told = await desk.send(subject="EL 02", files=(a_file("Roster.PDF", b"newer"),))

    assert told["fields"]["files"][0]["version"] == 2
    assert [one["version"] for one in (await desk.export())["documents"]] == [1, 2]


async def test_the_same_name_for_another_item_is_no_newer_version(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file(),))
    await desk.send(subject="CE 08", files=(a_file(content=b"other"),))

    assert [one["version"] for one in (await desk.export())["documents"]] == [1, 1]


async def test_a_document_is_reused_for_a_later_item(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file(),))
    told = await desk.send(subject="EL 02, CE 08", files=(a_file(),))

    assert verdicts(told) == [("filed", "")]
    assert [line["already"] for line in told["fields"]["files"][0]["targets"]] == [True, False]
    assert [one["targets"] for one in (await desk.export())["documents"]] == [
        ["sv-fpm/I-EL 02", "sv-fpm/II-CE 08"]
    ]


ROLES = [
    ((), "done", []),
    ((a_file("logo.png", b"logo", 2, role="decoration"),), "done", [("not_evidence", "decoration")]),
    ((a_file("x", b"", 2, role="empty"),), "done", [("refused", "empty")]),
    ((a_file("x", b"x", 2, role="damaged", remark="bad-base64"),), "done", [("held", "bad-base64")]),
    ((a_file("x", b"x", 2, role="unreadable"),), "done", [("held", "unreadable")]),
]


@pytest.mark.parametrize(("others", "state", "ends"), ROLES)
async def test_what_came_beside_a_document_has_its_own_verdict(
    desk: Desk, others: tuple[Attachment, ...], state: str, ends: list[tuple[str, str]]
) -> None:
    told = await desk.send(subject="EL 02", files=(a_file(), *others))

    assert (told["state"], verdicts(told)) == (state, [("filed", ""), *ends])


@pytest.mark.parametrize(
    ("role", "state", "verdict"),
    [("empty", "refused", "refused"), ("damaged", "held", "held"), ("unreadable", "held", "held")],
)
async def test_a_file_that_cannot_be_filed_alone_ends_its_message(
    desk: Desk, role: Any, state: str, verdict: str
) -> None:
    told = await desk.send(subject="EL 02", files=(a_file(role=role),))

    assert (told["state"], told["reason"], verdicts(told)) == (state, role, [(verdict, role)])
    assert told["reply"] == "evidence_received"
    assert (await desk.export())["documents"] == []


@pytest.mark.parametrize("sender", ["rpark@cde.example", "lortega@cde.example", "hwu@cde.example"])
async def test_state_staff_do_not_send_evidence(desk: Desk, sender: str) -> None:
    told = await desk.send(subject="EL 02", files=(a_file(),), sender=sender)

    assert (told["state"], told["reason"]) == ("refused", "not_for_your_role")
    assert verdicts(told) == [("refused", "not_for_your_role")]
    assert (told["reply"], told["fields"]["refusal"]) == ("request_refused", "not_for_your_role")


async def test_the_school_of_a_school_user_is_on_the_filing(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file(),), sender=PEI)

    assert [one.schools for one in await filings(desk)] == [["99100016000011"]]


async def test_pages_and_named_schools_are_on_the_filing(desk: Desk) -> None:
    await desk.send(subject="EL 02 p. 4-9", text="For Sierra High.", files=(a_file(),))

    assert [(one.pages, one.schools) for one in await filings(desk)] == [("4-9", ["99100019900015"])]


async def test_a_code_of_another_lea_looks_like_one_that_nobody_has(desk: Desk) -> None:
    theirs = await desk.send(subject="UCP 01", text="", files=(a_file(),), sender=PRIYA)
    nobodys = await desk.send(subject="UCP 99", text="", files=(a_file(),), sender=PRIYA)

    ends = [(one["state"], one["reason"], verdicts(one)) for one in (theirs, nobodys)]
    assert ends[0] == ends[1] == ("asked", "unknown-code", [("asked", "unknown-code")])
    assert theirs["fields"]["choices"] == nobodys["fields"]["choices"]
    assert (await desk.export())["documents"] == []


async def test_someone_of_two_leas_is_asked_which(desk: Desk) -> None:
    told = await desk.send(subject="EL 02", files=(a_file(),), sender=DANA)

    assert (told["state"], told["reason"]) == ("asked", "two-readings")
    offered = {(one["target"], one["lea"]) for one in told["fields"]["choices"][:2]}
    assert offered == {
        ("sv-fpm/I-EL 02", "Sierra Vista Unified"),
        ("cr-fpm/I-EL 02", "Coast Range Unified"),
    }


async def test_someone_of_two_leas_who_names_one_is_not_asked(desk: Desk) -> None:
    told = await desk.send(subject="EL 02", text="For Coast Range Unified.", files=(a_file(),), sender=DANA)

    assert told["verdicts"][0]["targets"] == ["cr-fpm/I-EL 02"]
    assert [one["lea"] for one in (await desk.export())["documents"]] == ["coast-range"]


async def test_a_closed_review_is_no_target(desk: Desk) -> None:
    async with desk.store.begin() as uow:
        review = await uow.session.get(Review, "sv-fpm")
        assert review is not None
        review.status = "completed"
    told = await desk.send(subject="EL 02", files=(a_file(),))

    assert (told["state"], told["reason"]) == ("asked", "unknown-code")
    assert not [one for one in told["fields"]["choices"] if one["target"].startswith("sv-fpm/")]


async def test_the_receipt_says_what_is_on_file_and_what_is_missing(desk: Desk) -> None:
    told = await desk.send(subject="EL 02", files=(a_file("ELAC roster.pdf"),))

    (line,) = told["fields"]["progress"]
    assert line["on_file"] == 1
    assert line["finding"].startswith("Lincoln Elementary has no record of an ELAC election")
    assert line["due"] is not None
    assert line["missing"]
    assert not [missing for missing in line["missing"] if "roster" in missing]


@pytest.mark.both_databases
async def test_filing_moves_an_item_that_was_not_started_only(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file(),), sender=PRIYA)
    async with desk.store.database.reading() as session:
        found = await session.scalars(
            select(ReviewItem).where(ReviewItem.key == "EL2").order_by(ReviewItem.id)
        )
        status = {item.target: item.status for item in found}
    assert status["cr-fpm/I-EL 02"] == "evidence_attached"
    assert status["sv-fpm/I-EL 02"] == "does_not_meet"


async def test_the_convention_of_the_state_files_to_the_form(desk: Desk) -> None:
    subject = "Sierra Vista Unified; PI Year 2; Title III Year 2 improvement plan"
    told = await desk.send(subject=subject, files=(a_file("plan.pdf"),))

    assert told["verdicts"][0]["targets"] == ["sv-title3-y2"]
    assert told["fields"]["progress"][0]["on_file"] == 1


async def test_two_files_and_two_codes_are_asked(desk: Desk) -> None:
    told = await desk.send(subject="EL 02, CE 08", files=TWO)

    assert verdicts(told) == [("asked", "several-files-several-items")] * 2


async def test_a_map_files_each_file_to_its_item(desk: Desk) -> None:
    told = await desk.send(subject="evidence", text="1: EL 02\n2: CE 08", files=TWO)

    assert [one["targets"] for one in told["verdicts"]] == [["sv-fpm/I-EL 02"], ["sv-fpm/II-CE 08"]]
