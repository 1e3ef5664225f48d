"""Taking up and returning: items, findings and forms alike, by who decides, always with a reason."""

import pytest

from handlers.lifecycle import TRANSITIONS
from store.models import Obligation
from tests.builders import ANA, NOW, Desk, a_file
from tests.handlers.record import GUS, HELEN, MARIA, PRIYA, assert_whole
from tests.handlers.reviewing import (
    LUIS,
    OMAR,
    SAM,
    TOM,
    bring_finding,
    bring_form,
    bring_item,
    comments,
    finding,
    item,
    told,
)
from tests.handlers.reviewing import rows as rows_of

SENTENCE = "the minutes of the election are missing"


async def form_status(desk: Desk, name: str) -> str:
    (row,) = await rows_of(desk, Obligation, id=name)
    return str(row.status)


@pytest.mark.both_databases
@pytest.mark.parametrize("mark", [": ", " because "])
async def test_the_lea_hears_what_is_needed_until_when(desk: Desk, mark: str) -> None:
    await bring_item(desk, "I-EL 02", "submitted")
    answer = await desk.send(sender=HELEN, text=f"return cr-fpm/EL 02{mark}{SENTENCE}")
    assert (answer["state"], answer["reply"]) == ("done", "evidence_returned")
    assert (await item(desk, "I-EL 02")).status == "more_evidence"
    assert await told(desk, "more_needed") == [PRIYA]
    (heard,) = [row for row in await desk.outgoing() if row.template == "more_needed"]
    assert heard.fields["text"] == [SENTENCE]
    assert (heard.fields["by"], heard.fields["due"]) == ("Helen Wu", "2013-12-07")
    assert await comments(desk) == [("returned", "cr-fpm/I-EL 02", SENTENCE)]
    await assert_whole(desk)


async def test_in_the_resolution_an_items_code_means_its_finding(desk: Desk) -> None:
    await bring_finding(desk, "I-EL 02", "responded")
    answer = await desk.send(sender=HELEN, text=f"return sv-fpm/EL 02: {SENTENCE}")
    assert answer["fields"]["progress"][0]["status"] == "Returned for more"
    assert (await finding(desk, "I-EL 02")).status == "returned"
    assert (await item(desk, "I-EL 02", "sv-fpm")).status == "does_not_meet"
    assert await told(desk, "more_needed") == [MARIA, TOM]


async def test_forms_go_back_by_their_programs_contact(desk: Desk) -> None:
    await bring_form(desk, "hl-audit", "received")
    answer = await desk.send(sender=OMAR, text=f"return hl-audit: {SENTENCE}")
    assert answer["state"] == "done"
    assert await form_status(desk, "hl-audit") == "returned"
    assert await told(desk, "more_needed") == [GUS]


@pytest.mark.parametrize(
    "text", ["return sv-fpm/EL 02", "return sv-fpm/EL 02:", "return sv-fpm/EL 02 because"]
)
async def test_nothing_goes_back_without_a_reason(desk: Desk, text: str) -> None:
    await bring_finding(desk, "I-EL 02", "responded")
    answer = await desk.send(sender=HELEN, text=text)
    assert answer["reason"] == "not_said_right"
    assert answer["fields"]["facts"]["lacks"].startswith("what else is needed")
    assert (await finding(desk, "I-EL 02")).status == "responded"


@pytest.mark.parametrize("text", ["return sv-fpm/EL 02: more", "begin sv-fpm/EL 02", "review sv-fpm/EL 02"])
@pytest.mark.parametrize("sender", [MARIA, TOM, ANA, SAM])
async def test_only_who_decides_may(desk: Desk, sender: str, text: str) -> None:
    await bring_finding(desk, "I-EL 02", "responded")
    assert (await desk.send(sender=sender, text=text))["reason"] == "not_for_your_role"
    assert (await finding(desk, "I-EL 02")).status == "responded"


@pytest.mark.parametrize(
    "text", ["return sv-fpm/EL 02: more", "begin sv-fpm/EL 02", "return sv-title3-y2: more"]
)
@pytest.mark.parametrize("sender", [PRIYA, GUS, OMAR])
async def test_what_is_foreign_is_like_none(desk: Desk, sender: str, text: str) -> None:
    foreign = await desk.send(sender=sender, text=text)
    nowhere = await desk.send(sender=sender, text=text.replace("sv-", "xx-"))
    assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"


ITEM = sorted({status for status, _ in TRANSITIONS["item"]})
FINDING = sorted({status for status, _ in TRANSITIONS["finding"]})
FORM = sorted({status for status, _ in TRANSITIONS["form"]})
WORDS = {"returned": "return {}: more", "review_begun": "begin {}"}


@pytest.mark.parametrize("happened", WORDS)
@pytest.mark.parametrize("status", ITEM)
async def test_every_arrow_of_an_item(desk: Desk, status: str, happened: str) -> None:
    await bring_item(desk, "I-EL 02", status)
    answer = await desk.send(sender=HELEN, text=WORDS[happened].format("cr-fpm/EL 02"))
    to = TRANSITIONS["item"].get((status, happened))
    assert answer["state"] == ("done" if to else "refused")
    assert (await item(desk, "I-EL 02")).status == (to or status)


@pytest.mark.parametrize("happened", WORDS)
@pytest.mark.parametrize("status", FINDING)
async def test_every_arrow_of_a_finding(desk: Desk, status: str, happened: str) -> None:
    await bring_finding(desk, "I-EL 02", status)
    answer = await desk.send(sender=HELEN, text=WORDS[happened].format("sv-fpm/EL 02"))
    to = TRANSITIONS["finding"].get((status, happened))
    assert answer["state"] == ("done" if to else "refused")
    assert (await finding(desk, "I-EL 02")).status == (to or status)


@pytest.mark.parametrize("happened", WORDS)
@pytest.mark.parametrize("status", FORM)
async def test_every_arrow_of_a_form(desk: Desk, status: str, happened: str) -> None:
    await bring_form(desk, "hl-audit", status)
    answer = await desk.send(sender=OMAR, text=WORDS[happened].format("hl-audit"))
    to = TRANSITIONS["form"].get((status, happened))
    assert answer["state"] == ("done" if to else "refused")
    assert await form_status(desk, "hl-audit") == (to or status)


async def test_who_comes_second_hears_who_was_first_and_when(desk: Desk) -> None:
    await bring_finding(desk, "I-EL 02", "responded")
    await desk.send(sender=HELEN, text="begin sv-fpm/EL 02")
    facts = (await desk.send(sender=LUIS, text="begin sv-fpm/EL 02"))["fields"]["facts"]
    assert (facts["who"], facts["since"]) == ("Helen Wu", NOW.isoformat())


@pytest.mark.parametrize("conclusion", ["meets", "does not meet"])
async def test_before_the_nof_an_item_goes_back_from_a_conclusion(desk: Desk, conclusion: str) -> None:
    await desk.send(sender=HELEN, text=f"{conclusion} cr-fpm/EL 02: seen on site")
    answer = await desk.send(sender=HELEN, text=f"return cr-fpm/EL 02: {SENTENCE}")
    assert answer["state"] == "done"
    row = await item(desk, "I-EL 02")
    assert (row.status, row.concluded_by, row.finding_text) == ("more_evidence", None, None)
    await desk.send(sender=PRIYA, subject="submit EL 02", files=(a_file(),))
    assert (await item(desk, "I-EL 02")).status == "resubmitted"
    await assert_whole(desk)


async def test_it_goes_back_from_somebody_elses_conclusion_only_by_instead(desk: Desk) -> None:
    await desk.send(sender=HELEN, text="meets cr-fpm/EL 02")
    refused = await desk.send(sender=LUIS, text=f"return cr-fpm/EL 02: {SENTENCE}")
    facts = refused["fields"]["facts"]
    assert (facts["possible"], facts["who"]) == (["changed_instead"], "Helen Wu")
    answer = await desk.send(sender=LUIS, text=f"return cr-fpm/EL 02 instead: {SENTENCE}")
    assert answer["fields"]["text"] == [SENTENCE]
    assert await told(desk, "conclusion_changed") == [HELEN]
    assert (await item(desk, "I-EL 02")).status == "more_evidence"


async def test_after_the_nof_a_conclusion_is_final(desk: Desk) -> None:
    answer = await desk.send(sender=HELEN, text="return sv-fpm/EL 01 instead: more")
    assert (answer["reason"], answer["fields"]["facts"]["possible"]) == ("not_now", [])
    assert (await item(desk, "I-EL 01", "sv-fpm")).status == "meets"
