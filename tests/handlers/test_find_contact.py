"""The directory of program contacts: read generously, for everybody who is known, and for nobody else."""

import pytest

from handlers.find_contact import read
from tests.builders import ANA, PROGRAMS, Desk, a_file
from tests.handlers.record import GUS, HELEN, MARIA, RENEE
from tests.handlers.users import NO_MANAGERS, OMAR, STRANGER

PHONES = {
    "charter": "916-322-6029",
    "fpm": "916-319-0935",
    "corrective_action": "916-319-0940",
    "lea_planning": "916-319-0259",
    "sig": "916-319-0833",
    "ia_npsa": "916-327-0141",
    "title_iii": "916-319-0265",
}


@pytest.mark.both_databases
@pytest.mark.parametrize("sender", [*NO_MANAGERS.values(), MARIA, RENEE])
async def test_everybody_sees_the_whole_directory(desk: Desk, sender: str) -> None:
    answer = await desk.send(sender=sender, text="contacts")
    assert (answer["state"], answer["reply"]) == ("done", "contacts_shown")
    shown = {one["id"]: one["phone"] for one in answer["fields"]["programs"]}
    others = {one["id"] for one in answer["fields"]["others"]}
    assert shown.items() <= PHONES.items()
    assert shown.keys() | others == PHONES.keys()
    assert not shown.keys() & others


@pytest.mark.parametrize(
    ("sender", "own"),
    [
        (MARIA, ["fpm", "corrective_action", "lea_planning", "sig", "title_iii"]),
        (GUS, ["charter"]),
        (HELEN, ["fpm"]),
        (RENEE, ["fpm"]),
        (OMAR, ["charter", "ia_npsa"]),
    ],
)
async def test_ones_own_programs_are_told_in_full_and_the_others_by_name(
    desk: Desk, sender: str, own: list[str]
) -> None:
    told = (await desk.send(sender=sender, text="contacts"))["fields"]
    assert [one["id"] for one in told["programs"]] == own
    assert ("ia_npsa" in own) == ("ia_npsa" not in {one["id"] for one in told["others"]})
    whole = (await desk.send(sender=sender, text="contacts sig"))["fields"]
    assert ([one["id"] for one in whole["programs"]], whole["others"]) == (["sig"], [])


@pytest.mark.parametrize(
    ("said", "program"),
    [
        ("contact Charter Schools", "charter"),
        ("contact charter", "charter"),
        ("contacts for fpm", "fpm"),
        ("Who is the contact for charter schools?", "charter"),
        ("who is our program contact for Title III", "title_iii"),
        ("What is the contact for title 3?", "title_iii"),
        ("who do I call about the School Improvement Grant?", "sig"),
        ("Who can we ask about corrective action", "corrective_action"),
        ("contact lea planning", "lea_planning"),
        ("contact special education", "ia_npsa"),
        ("contact for nonpublic schools", "ia_npsa"),
        ("who is the contact for EL 02?", "fpm"),
        ("contact UCP", "fpm"),
        ("Hi Renee,\nwho is the contact for SIG?\nThanks", "sig"),
    ],
)
async def test_a_program_in_many_words(desk: Desk, said: str, program: str) -> None:
    answer = await desk.send(sender=ANA, text=said)
    assert [one["id"] for one in answer["fields"]["programs"]] == [program]
    assert answer["fields"]["said"] == ""


async def test_an_entry_names_the_staff_and_who_is_contact_here(desk: Desk) -> None:
    answer = await desk.send(sender=ANA, text="contact title iii")
    (entry,) = answer["fields"]["programs"]
    assert (entry["office"], entry["staff"]) == ("Language Policy and Leadership Office", "Lilia Sanchez")
    assert entry["people"] == [{"name": "Beth Lindgren", "address": "blindgren@cde.example"}]


async def test_a_program_that_nobody_knows_shows_them_all(desk: Desk) -> None:
    answer = await desk.send(sender=ANA, text="contact civics")
    assert (len(answer["fields"]["programs"]), answer["fields"]["said"]) == (7, "civics")


@pytest.mark.parametrize(
    "said", ["contact me tomorrow", "contact us", "contact person for EL 02 is Tom", "hello"]
)
async def test_ordinary_words_are_no_question(desk: Desk, said: str) -> None:
    message = desk.message(1, text=said)
    assert read(message, PROGRAMS) is None


async def test_with_a_document_the_words_are_about_the_document(desk: Desk) -> None:
    assert read(desk.message(1, text="contacts", files=(a_file(),)), PROGRAMS) is None


@pytest.mark.parametrize(("sender", "trust"), [(STRANGER, "authenticated"), (ANA, "unauthenticated")])
async def test_strangers_and_forged_mails_see_nothing(desk: Desk, sender: str, trust: str) -> None:
    answer = await desk.send(sender=sender, text="contacts", trust=trust)
    assert answer["reply"] in ("stranger_held", None)
