"""Fact sheet 2 through the core, on both databases: what is filed, what is asked, what is kept."""

import pytest

from store.models import Review
from tests.builders import ANA, DANA, Desk, a_file
from tests.handlers.record import (
    GUS,
    HELEN,
    PRIYA,
    assert_whole,
    documents,
    message,
    offered,
    reasons,
    verdicts,
)

EL02, EL14, CE08 = "sv-fpm/I-EL 02", "sv-fpm/IV-EL 14", "sv-fpm/II-CE 08"


async def test_a_code_in_the_subject_files_the_document(desk: Desk) -> None:
    told = await desk.send(subject="EL 02", files=(a_file(),))

    assert told["state"] == "done"
    assert told["verdicts"] == [
        {"file": "roster.pdf", "sha256": a_file().sha256, "verdict": "filed", "targets": [EL02], "reason": ""}
    ]
    assert told["reply"] == "evidence_received"
    assert told["fields"]["lea"] == "Sierra Vista Unified"
    (line,) = told["fields"]["files"]
    assert (line["verdict"], line["targets"][0]["code"], line["sha256"]) == (
        "filed",
        "I-EL 02",
        a_file().sha256,
    )
    (progress,) = told["fields"]["progress"]
    assert (progress["on_file"], progress["finding"]) == (
        1,
        "Lincoln Elementary has no record of an ELAC election in the current year.",
    )
    await assert_whole(desk)


async def test_one_document_for_several_items_is_one_document(desk: Desk) -> None:
    told = await desk.send(subject="EL 02, CE 08", files=(a_file(),))
    assert verdicts(told) == [("filed", [EL02, CE08])]
    later = await desk.send(subject="EL 14", files=(a_file(),))
    assert verdicts(later) == [("filed", [EL14])]
    assert await documents(desk) == [("sierra-vista", "roster.pdf", 1, [EL02, CE08, EL14])]
    await assert_whole(desk)


async def test_several_files_of_one_item_are_all_filed(desk: Desk) -> None:
    told = await desk.send(subject="EL 02", files=(a_file("a.pdf", b"a", 1), a_file("b.pdf", b"b", 2)))
    assert verdicts(told) == [("filed", [EL02]), ("filed", [EL02])]


async def test_one_letter_with_a_map_answers_many_items(desk: Desk) -> None:
    files = tuple(a_file(f"{n}.pdf", b"%d" % n, n) for n in range(1, 5))
    told = await desk.send(text="1-2: I-EL 02\n3: CE 08 p. 4-9\nrest: finding EL 14", files=files)
    assert verdicts(told) == [("filed", [EL02]), ("filed", [EL02]), ("filed", [CE08]), ("filed", [EL14])]
    assert told["fields"]["files"][2]["targets"][0]["pages"] == "4-9"
    assert [line["code"] for line in told["fields"]["progress"]] == ["I-EL 02", "II-CE 08", "IV-EL 14"]
    await assert_whole(desk)


async def test_what_is_sure_is_filed_while_the_rest_is_asked(desk: Desk) -> None:
    files = (a_file("EL 02 roster.pdf", b"a", 1), a_file("scan.pdf", b"b", 2))
    told = await desk.send(files=files)
    assert told["state"] == "asked"
    assert verdicts(told) == [("filed", [EL02]), ("asked", [])]
    await assert_whole(desk)


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("our evidence", "no-code"),
        ("EL 77", "unknown-code"),
        ("FM 01", "unknown-code"),
        ("finding CE 04", "unknown-code"),
        ("EL 2.1", "supporting"),
        ("EL 02 and 14", "list"),
        ("EL 02 or CE 08", "prose"),
        ("junta el 14", "word"),
    ],
)
async def test_what_is_not_sure_is_kept_and_asked(desk: Desk, subject: str, reason: str) -> None:
    told = await desk.send(subject=subject, files=(a_file(),))
    assert (told["state"], verdicts(told), reasons(told)) == ("asked", [("asked", [])], [reason])
    assert told["fields"]["choices"]
    assert await documents(desk) == []
    await assert_whole(desk)


async def test_a_named_item_is_offered_first(desk: Desk) -> None:
    assert offered(await desk.send(subject="EL 2.1", files=(a_file(),)))[0] == "I-EL 02"
    assert offered(await desk.send(subject="EL 02 and 14", files=(a_file("b", b"b"),)))[:2] == [
        "I-EL 02",
        "IV-EL 14",
    ]
    assert offered(await desk.send(subject="finding CE 04", files=(a_file("c", b"c"),)))[0] == "CE 04"


@pytest.mark.parametrize("subject", ["EL 02", "UCP 01", "VII-EL 21"])
async def test_another_leas_codes_look_exactly_like_unknown_ones(desk: Desk, subject: str) -> None:
    """Gus has no review at all; what he hears of a code that others have is what he hears of nonsense."""
    there = await desk.send(sender=GUS, subject=subject, files=(a_file(),))
    nowhere = await desk.send(sender=GUS, subject="EL 98", files=(a_file("other.pdf", b"other"),))
    assert reasons(there) == reasons(nowhere) == ["unknown-code"]
    assert offered(there) == offered(nowhere)
    assert set(offered(there)) == {"charter_interim1", "charter_audit"}


@pytest.mark.parametrize("status", ["completed", "cancelled"])
async def test_an_item_of_a_review_that_is_over_is_no_target(desk: Desk, status: str) -> None:
    async with desk.store.begin() as uow:
        review = await uow.session.get(Review, "sv-fpm")
        assert review is not None
        review.status = status
        uow.changed(review)
    told = await desk.send(subject="EL 02", files=(a_file(),))
    assert reasons(told) == ["unknown-code"]
    assert "I-EL 02" not in offered(told)


@pytest.mark.both_databases
async def test_the_same_bytes_twice_in_one_mail_are_one_document(desk: Desk) -> None:
    told = await desk.send(subject="EL 02", files=(a_file("a.pdf", b"a", 1), a_file("copy.pdf", b"a", 2)))
    assert verdicts(told) == [("filed", [EL02]), ("duplicate", [EL02])]
    assert await documents(desk) == [("sierra-vista", "a.pdf", 1, [EL02])]
    await assert_whole(desk)


async def test_the_same_bytes_again_are_on_file_since_the_first_time(desk: Desk) -> None:
    first = await desk.send(subject="EL 02", files=(a_file(),))
    again = await desk.send(subject="EL 02", files=(a_file("other name.pdf"),))
    assert (again["state"], verdicts(again), reasons(again)) == (
        "done",
        [("duplicate", [EL02])],
        ["same-bytes-on-file"],
    )
    (line,) = again["fields"]["files"]
    assert line["since"] == first["received_at"]
    assert line["targets"][0]["already"]
    assert again["fields"]["progress"][0]["on_file"] == 1


async def test_a_new_item_beside_an_old_one_is_filed_and_the_old_one_told(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file(),))
    told = await desk.send(subject="EL 02, EL 14", files=(a_file(),))
    assert verdicts(told) == [("filed", [EL02, EL14])]
    assert [target["already"] for target in told["fields"]["files"][0]["targets"]] == [True, False]


async def test_the_same_name_with_other_bytes_is_the_next_version(desk: Desk) -> None:
    for content in (b"1", b"2", b"3"):
        told = await desk.send(
            subject="EL 02", files=(a_file("Roster.pdf" if content == b"2" else "roster.pdf", content),)
        )
    assert told["fields"]["files"][0]["version"] == 3
    elsewhere = await desk.send(subject="EL 14", files=(a_file("roster.pdf", b"4"),))
    assert elsewhere["fields"]["files"][0]["version"] == 1
    assert [version for _, _, version, _ in await documents(desk)] == [1, 2, 3, 1]


async def test_one_letter_to_two_leas_makes_a_document_for_each(desk: Desk) -> None:
    told = await desk.send(sender=DANA, subject="EL 02", files=(a_file(),))
    chosen = await desk.send(sender=DANA, text="1, 2", answers=await desk.reply_to(told["id"]))
    assert chosen["state"] == "done"
    assert sorted(await documents(desk)) == [
        ("coast-range", "roster.pdf", 1, ["cr-fpm/I-EL 02"]),
        ("sierra-vista", "roster.pdf", 1, [EL02]),
    ]
    await assert_whole(desk)


async def test_colleagues_file_to_the_same_item_and_other_leas_do_not_see_it(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file(),))
    theirs = await desk.send(sender=PRIYA, subject="EL 02", files=(a_file(),))
    assert verdicts(theirs) == [("filed", ["cr-fpm/I-EL 02"])]


async def test_state_staff_cannot_send_evidence(desk: Desk) -> None:
    told = await desk.send(
        sender=HELEN, subject="EL 02", files=(a_file(), a_file("logo.png", b"l", 2, role="decoration"))
    )
    assert (told["state"], told["reason"], told["reply"]) == (
        "refused",
        "not_for_your_role",
        "request_refused",
    )
    assert verdicts(told) == [("refused", []), ("not_evidence", [])]
    assert await documents(desk) == []
    await assert_whole(desk)


ROLES = {
    "document": "filed",
    "decoration": "not_evidence",
    "empty": "refused",
    "damaged": "held",
    "unreadable": "held",
}


async def test_every_role_of_a_file_has_its_verdict(desk: Desk) -> None:
    files = tuple(a_file(f"{role}.bin", role.encode(), n, role=role) for n, role in enumerate(ROLES, 1))
    told = await desk.send(subject="EL 02", files=files)
    assert [verdict for verdict, _ in verdicts(told)] == list(ROLES.values())
    assert [line["verdict"] for line in told["fields"]["files"]] == list(ROLES.values())
    assert told["state"] == "done"


@pytest.mark.parametrize(
    ("role", "state"),
    [("empty", "refused"), ("damaged", "held"), ("unreadable", "held"), ("document", "done")],
)
async def test_one_file_decides_the_state(desk: Desk, role: str, state: str) -> None:
    told = await desk.send(subject="EL 02", files=(a_file(role=role),))
    assert (told["state"], told["reply"]) == (state, "evidence_received")
    assert (await message(desk, told["id"]))["sender"] == ANA
    await assert_whole(desk)
