"""The file cabinet: documents by number, used again; another LEA's are like none."""

import pytest

from handlers.cabinet import read_numbers
from tests.builders import ANA, DANA, Desk, a_file
from tests.handlers.record import HELEN, MARIA, PRIYA, assert_whole, documents
from tests.handlers.rows import filed, filings, finding_on, told

EL02, CE08, EL06 = "sv-fpm/I-EL 02", "sv-fpm/II-CE 08", "sv-fpm/II-EL 06"


async def test_documents_are_listed_by_number_with_their_places(desk: Desk) -> None:
    await desk.send(subject="EL 02 p. 4-9, EL 06", files=(a_file(),))
    await desk.send(subject="CE 08", files=(a_file("b.pdf", b"b"),))
    answer = await desk.send(text="documents")
    assert answer["reply"] == "documents_shown"
    listed = answer["fields"]["documents"]
    assert [(one["number"], one["name"]) for one in listed] == [(2, "b.pdf"), (1, "roster.pdf")]
    assert [(at["code"], at["pages"], at["status"]) for at in listed[1]["filed"]] == [
        ("I-EL 02", "4-9", "draft"),
        ("II-EL 06", None, "draft"),
    ]
    one = await desk.send(text="documents CE 08")
    assert [doc["number"] for doc in one["fields"]["documents"]] == [2]


@pytest.mark.both_databases
async def test_another_leas_documents_are_not_listed(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file(),))
    assert (await desk.send(sender=PRIYA, text="documents"))["fields"]["documents"] == []
    assert (await desk.send(sender=HELEN, text="documents"))["reason"] == "not_for_your_role"


async def test_a_document_is_used_again_with_its_pages(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file(extent={"pages": 6}),))
    await desk.send(subject="EL 02", files=(a_file("b.pdf", b"b"),))
    answer = await desk.send(text="attach D-1, D-2 to CE 08 p. 4-9 and EL 06")
    assert (answer["state"], answer["reply"]) == ("done", "evidence_received")
    assert [(one.target, one.document_id, one.pages) for one in (await filings(desk))[2:]] == [
        (CE08, 1, "4-9"),
        (EL06, 1, None),
        (CE08, 2, "4-9"),
        (EL06, 2, None),
    ]
    first = answer["fields"]["files"][0]
    assert (first["document"], [line["fit"] for line in first["targets"]]) == (1, ["beyond", "fits"])
    assert len(await documents(desk)) == 2
    await assert_whole(desk)


async def test_where_it_is_already_it_is_a_duplicate(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file(),))
    answer = await desk.send(text="attach D-1 to EL 02")
    assert answer["fields"]["files"][0]["verdict"] == "duplicate"
    assert await filed(desk) == [(EL02, "draft", False)]


async def test_a_coordinator_who_uses_it_for_a_finding_responds(desk: Desk) -> None:
    await desk.send(subject="EL 06", files=(a_file(),))
    await desk.send(sender=MARIA, text="attach D-1 to EL 02")
    assert await filed(desk) == [(EL06, "draft", False), (EL02, "attached", True)]
    assert (await finding_on(desk, EL02)).status == "responded"
    assert HELEN in await told(desk, "submission_heard")


@pytest.mark.parametrize("number", ["D-1", "D-99"])
async def test_a_foreign_document_is_like_none(desk: Desk, number: str) -> None:
    await desk.send(subject="EL 02", files=(a_file(),))
    answer = await desk.send(sender=PRIYA, text=f"attach {number} to EL 02")
    assert (answer["reason"], answer["fields"]["facts"]) == (
        "not_one_of_yours",
        {"what": "document", "said": number},
    )
    assert len(await filed(desk)) == 1


async def test_nobody_files_one_leas_document_for_another(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file(),))
    answer = await desk.send(sender=DANA, text="attach D-1 to cr-fpm/EL 02")
    assert answer["reason"] == "not_one_of_yours"
    assert len(await filed(desk)) == 1


async def test_a_log_of_complaints_is_not_used_again_without_a_word_on_initials(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file("log.xlsx"),))
    answer = await desk.send(text="attach D-1 to UCP 3")
    assert answer["reason"] == "not_said_right"
    await desk.send(text="attach D-1 to UCP 3\ninitials only")
    assert [target for target, _, _ in await filed(desk)] == [EL02, "sv-fpm/UCP 03"]


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("D-17", (17,)),
        ("d17, D-18 and D-19", (17, 18, 19)),
        ("D-17; D-17", (17,)),
        ("D 17", None),
        ("17", None),
    ],
)
def test_document_numbers_are_read_exactly(said: str, numbers: tuple[int, ...] | None) -> None:
    found = read_numbers(said)
    assert (found[0] if found else None) == numbers


async def test_prose_that_begins_like_it_is_no_command(desk: Desk) -> None:
    answer = await desk.send(text="Attached is D-17 for EL 02", sender=ANA)
    assert answer["reason"] == "no_file_came"


@pytest.mark.parametrize("subject", ["Documents", "documents EL 02", "our documents for EL 02"])
async def test_with_a_file_the_word_only_speaks_of_it(desk: Desk, subject: str) -> None:
    answer = await desk.send(subject=subject, files=(a_file(),))
    assert answer["reply"] == "evidence_received"


@pytest.mark.parametrize("said", ["documents D-2", "document D-2", "D-2", "d-2?", "show me D-2", "show D-2"])
async def test_one_document_is_shown_by_its_number(desk: Desk, said: str) -> None:
    await desk.send(subject="EL 02", files=[a_file("a.pdf", b"1", 1), a_file("b.pdf", b"2", 2)])
    answer = await desk.send(text=said)
    assert answer["reply"] == "documents_shown"
    assert [one["name"] for one in answer["fields"]["documents"]] == ["b.pdf"]
    assert (answer["fields"]["asked"], answer["fields"]["more"]) == (["D-2"], 0)


@pytest.mark.parametrize("said", ["D-9", "documents D-1"])
async def test_a_number_of_another_lea_is_like_none(desk: Desk, said: str) -> None:
    await desk.send(sender=PRIYA, subject="EL 02", files=[a_file()])
    answer = await desk.send(text=said)
    assert (answer["reason"], answer["fields"]["facts"]["said"]) == ("not_one_of_yours", said[-3:])


@pytest.mark.parametrize("said", ["D-1\nis the wrong one", "D-1 is the wrong one", "D-1 to CE 08"])
async def test_a_number_with_words_beside_it_asks_something_else(desk: Desk, said: str) -> None:
    await desk.send(subject="EL 02", files=[a_file()])
    assert (await desk.send(text=said))["reply"] == "request_refused"
