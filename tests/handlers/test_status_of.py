"""Status of whatever there is, with the rights of the asker: drafts are the LEA's own, and what is beyond
reach is like what is nowhere."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from store.models import Filing, Finding, Obligation, Review, ReviewItem
from tests.builders import ANA, NOW, Desk, a_file
from tests.handlers.findings import request
from tests.handlers.record import GUS, HELEN, MARIA, PRIYA, RENEE

LUIS, OMAR, TOM = "lortega@cde.example", "ohaddad@cde.example", "tokafor@sierravista.example"
INES = "ifalk@oakhollow.example"
CHARTER = {"hl-interim1", "hl-audit"}


async def shown(desk: Desk, said: str, sender: str) -> dict[str, Any]:
    told = await desk.send(text=f"status {said}", sender=sender)
    assert told["state"] == "done", told
    return told


async def change(desk: Desk, kind: type[Any], where: Any, **values: Any) -> None:
    async with desk.store.begin() as uow:
        for row in await uow.session.scalars(select(kind).where(where)):
            for name, value in values.items():
                setattr(row, name, value)
            uow.changed(row)


async def submitted(desk: Desk, code: str, since: int = 0, review: str = "sv-fpm") -> None:
    which = (ReviewItem.code == code) & (ReviewItem.review_id == review)
    await change(desk, ReviewItem, which, status="submitted", submitted_at=NOW - timedelta(days=since))


@pytest.mark.both_databases
async def test_the_state_sees_no_draft(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file(),))
    counts = {}
    for who in (ANA, HELEN, RENEE):
        (item,) = (await shown(desk, "sv-fpm/EL 02", who))["fields"]["items"]
        review = (await shown(desk, "sv-fpm", who))["fields"]["review"]
        lea = (await shown(desk, "Sierra Vista Unified", who))["fields"]["reviews"][0]
        documents = len(item["documents"])
        counts[who] = (item["on_file"], documents, review["with_evidence"], lea["with_evidence"])
    assert counts == {ANA: (1, 1, 1, 1), HELEN: (0, 0, 0, 0), RENEE: (0, 0, 0, 0)}
    await change(desk, Filing, Filing.id > 0, submitted_at=NOW)
    assert (await shown(desk, "sv-fpm/EL 02", HELEN))["fields"]["items"][0]["on_file"] == 1


async def test_a_review_says_what_is_missing_and_what_comes_next(desk: Desk) -> None:
    fields = (await shown(desk, "sv-fpm", MARIA))["fields"]
    assert (fields["lea"], fields["next"], fields["review"]["items"]) == (
        "Sierra Vista Unified",
        "respond",
        32,
    )
    assert sum(one["count"] for one in fields["counts"]) == 32
    assert {one["code"] for one in fields["findings"]} == {"I-EL 02", "IV-EL 14", "II-CE 08"}
    assert {one["code"] for one in fields["missing"]} == {"I-EL 02", "IV-EL 14", "II-CE 08"}
    ahead = (await shown(desk, "cr-fpm", PRIYA))["fields"]
    assert (ahead["next"], len(ahead["missing"]), ahead["findings"]) == ("send", 10, [])
    assert (await shown(desk, "sv-fpm", HELEN))["fields"]["next"] == "wait_for_lea"


async def test_a_closed_review_can_be_asked_too(desk: Desk) -> None:
    await change(desk, Review, Review.id == "sv-fpm", status="completed")
    assert (await shown(desk, "sv-fpm", MARIA))["fields"]["next"] == "nothing"
    assert (await shown(desk, "EL 02", MARIA))["fields"]["items"][0]["review"] == "sv-fpm"
    assert (await shown(desk, "", MARIA))["fields"]["reviews"] == []


async def test_forms_and_duties_are_asked_by_their_names(desk: Desk) -> None:
    for said, who in (("hl-audit", GUS), ("charter_audit", GUS), ("hl-audit", OMAR), ("HL-AUDIT?", OMAR)):
        (form,) = (await shown(desk, said, who))["fields"]["items"]
        assert (form["name"], form["code"], form["status"]) == ("hl-audit", "charter_audit", "Open")


@pytest.mark.both_databases
async def test_reviewers_see_what_waits_the_oldest_first(desk: Desk) -> None:
    await submitted(desk, "I-EL 01", 1)
    await submitted(desk, "II-EL 05", 9)
    await submitted(desk, "II-CE 07", 5)
    await change(desk, Finding, Finding.id == 1, status="responded", responded_at=NOW - timedelta(days=3))
    helen = (await shown(desk, "", HELEN))["fields"]
    assert helen["counts"] == {"items": 2, "findings": 1, "agreements": 0, "forms": 0}
    assert [one["name"] for one in helen["oldest"]] == ["sv-fpm/II-EL 05", "sv-fpm/I-EL 02", "sv-fpm/I-EL 01"]
    luis = (await shown(desk, "", LUIS))["fields"]
    assert (luis["counts"]["items"], luis["oldest"][1]["name"]) == (3, "sv-fpm/II-CE 07")


async def test_ten_lines_and_the_number_of_the_others(desk: Desk) -> None:
    await change(desk, ReviewItem, ReviewItem.review_id == "cr-fpm", status="submitted", submitted_at=NOW)
    fields = (await shown(desk, "", RENEE))["fields"]
    assert (len(fields["oldest"]), fields["more"]) == (10, fields["counts"]["items"] - 10)


@pytest.mark.both_databases
async def test_a_program_is_asked_by_its_contacts_alone(desk: Desk) -> None:
    await change(desk, Obligation, Obligation.id == "hl-audit", status="submitted", submitted_at=NOW)
    fields = (await shown(desk, "charter", OMAR))["fields"]
    assert ([one["name"] for one in fields["oldest"]], fields["counts"]["forms"]) == (["hl-audit"], 1)
    assert {(one["what"], one["status"], one["count"]) for one in fields["totals"]} >= {("forms", "Open", 1)}
    named = await shown(desk, fields["of"][0], OMAR)
    assert named["fields"]["of"] == fields["of"]
    fpm = (await shown(desk, "fpm", RENEE))["fields"]["totals"]
    assert {one["status"]: one["count"] for one in fpm if one["what"] == "reviews"} == {
        "Resolution": 1,
        "Upload open": 1,
    }


async def test_an_lea_asks_for_its_own_part_of_a_program(desk: Desk) -> None:
    gus = await shown(desk, "charter", GUS)
    assert gus["reply"] == "status_shown"
    assert (gus["fields"]["reviews"], {one["id"] for one in gus["fields"]["forms"]}) == ([], CHARTER)
    maria = (await shown(desk, "fpm", MARIA))["fields"]
    assert ([one["id"] for one in maria["reviews"]], maria["forms"]) == (["sv-fpm"], [])
    assert len(maria["findings"]) == 3


@pytest.mark.parametrize("who", [HELEN, LUIS])
async def test_a_reviewer_asks_for_their_own_reviews_of_a_program(desk: Desk, who: str) -> None:
    await submitted(desk, "I-EL 01", 1)
    told = await shown(desk, "fpm", who)
    fields = told["fields"]
    assert (told["reply"], fields["of"][1:], fields["totals"]) == ("work_shown", ["sv-fpm", "cr-fpm"], [])
    assert fields["counts"]["items"] == 1


async def test_a_contact_sees_people_of_the_leas_they_reach_alone(desk: Desk) -> None:
    assert (await shown(desk, "pnair@coastrange.example", RENEE))["fields"]["who"] == "Priya Nair"
    dana = (await shown(desk, "dana@whitfieldconsulting.example", RENEE))["fields"]
    assert len(dana["roles"]) == 2


async def test_people_are_asked_by_themselves_and_by_who_manages_them(desk: Desk) -> None:
    asked = await desk.send(subject="notes", files=(a_file("notes.pdf", b"notes"),))
    me = (await shown(desk, "me", ANA))["fields"]
    assert (me["own"], me["roles"]) == (True, [{"role": "lea_user", "of": "Sierra Vista Unified"}])
    assert me["waiting"] == [{"receipt": asked["id"], "files": ["notes.pdf"]}]
    hers = (await shown(desk, ANA, MARIA))["fields"]
    assert (hers["who"], hers["own"], hers["waiting"]) == ("Ana Ruiz", False, [])
    dana = (await shown(desk, "dana@whitfieldconsulting.example", MARIA))["fields"]
    assert [one["of"] for one in dana["roles"]] == ["Sierra Vista Unified"]
    assert (await shown(desk, "me", HELEN))["fields"]["work"]["items"] == 0


FOREIGN = [
    ("sv-fpm", "xx-fpm", PRIYA),
    ("Sierra Vista Unified", "Xanadu Unified", PRIYA),
    ("hl-audit", "hl-nothing", ANA),
    ("charter_audit", "charter_nothing", RENEE),
    ("charter", "chapter", RENEE),
    ("charter", "chapter", ANA),
    ("fpm", "fpx", OMAR),
    ("pnair@coastrange.example", "nobody@coastrange.example", OMAR),
    ("Coast Range Unified", "Coast Ridge Unified", MARIA),
    (ANA, "nobody@sierravista.example", PRIYA),
    (ANA, "nobody@sierravista.example", TOM),
    (HELEN, "nobody@cde.example", MARIA),
    ("sv-fpm/EL 02", "xx-fpm/EL 02", INES),
    ("EL 02 of Sierra Vista Unified", "EL 02 of Xanadu Unified", PRIYA),
    ("EL 02 of sv-fpm", "EL 02 of xx-fpm", GUS),
]


@pytest.mark.parametrize(("foreign", "nowhere", "who"), FOREIGN)
async def test_what_is_not_theirs_is_like_what_is_nowhere(
    desk: Desk, foreign: str, nowhere: str, who: str
) -> None:
    theirs, none = [await desk.send(text=f"status {said}", sender=who) for said in (foreign, nowhere)]
    assert theirs["reason"] == none["reason"] == "not_one_of_yours"
    facts = [one["fields"]["facts"] for one in (theirs, none)]
    assert facts[0]["what"] == facts[1]["what"]
    assert facts[0]["said"].replace(foreign, "") == facts[1]["said"].replace(nowhere, "")


async def test_a_finding_is_overdue_by_the_day_that_was_agreed(desk: Desk) -> None:
    await request(desk)
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/EL 02")
    for days, overdue in ((60, 2), (220, 3)):
        desk.now = NOW + timedelta(days=days)
        totals = (await shown(desk, "fpm", RENEE))["fields"]["totals"]
        assert [one["overdue"] for one in totals if one["what"] == "findings"] == [overdue]


async def test_the_finding_that_is_due_next_is_so_by_the_day_that_was_agreed(desk: Desk) -> None:
    await request(desk)
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/EL 02")
    fields = (await shown(desk, "sv-fpm", MARIA))["fields"]
    assert [one["code"] for one in fields["findings"]] == ["IV-EL 14", "II-CE 08", "I-EL 02"]
    assert fields["code"] == "IV-EL 14"


async def test_the_overview_says_for_which_finding_more_time_is_asked_for(desk: Desk) -> None:
    await request(desk, code="EL 14")
    for said, name in (("status", "status_shown"), ("status sv-fpm", "review_status_shown")):
        told = await desk.send(sender=MARIA, text=said)
        assert told["reply"] == name
        agreements = {one["code"]: one["agreement"] for one in told["fields"]["findings"]}
        assert agreements == {
            "I-EL 02": None,
            "II-CE 08": None,
            "IV-EL 14": {"status": "requested", "until": "2014-06-27"},
        }
