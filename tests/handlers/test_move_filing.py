"""What was filed to the wrong place is moved with one command, leaves a trace, and can be undone."""

from typing import Any

import pytest

from tests.builders import ANA, Desk, a_file

MARIA, PRIYA = "mdelgado@sierravista.example", "pnair@coastrange.example"
EL02, CE08 = "sv-fpm/I-EL 02", "sv-fpm/II-CE 08"
TWO = (a_file("a.pdf", b"a"), a_file("b.pdf", b"b", 2))


async def live(desk: Desk) -> dict[str, list[str]]:
    """Where each of the two documents is on file."""
    found = {}
    for document in (await desk.export())["documents"]:
        if document["name"] in ("a.pdf", "b.pdf"):
            found[document["name"]] = sorted(document["targets"])
    return found


async def filed(desk: Desk, **said: Any) -> dict[str, Any]:
    return await desk.send(sender=MARIA, subject="EL 02", files=TWO, **said)


@pytest.mark.parametrize("said", ["move R-{0} to CE 08", "move {0} to CE 08", "Move R{0} to sv-fpm/CE 08"])
async def test_all_that_a_message_filed_moves(desk: Desk, said: str) -> None:
    receipt = await filed(desk)
    moved = await desk.send(sender=MARIA, text=said.format(receipt["id"]))
    assert (moved["state"], moved["reply"]) == ("done", "filing_moved")
    assert len(moved["fields"]["documents"]) == 2
    assert await live(desk) == {"a.pdf": [CE08], "b.pdf": [CE08]}
    assert moved["fields"]["signed"]


@pytest.mark.parametrize("said", ["move D-{0} to CE 08", "move D-{0} from EL 02 to CE 08"])
async def test_one_document_moves_and_the_others_stay(desk: Desk, said: str) -> None:
    receipt = await filed(desk)
    number = receipt["fields"]["files"][0]["document"]
    await desk.send(sender=MARIA, text=said.format(number))
    assert await live(desk) == {"a.pdf": [CE08], "b.pdf": [EL02]}


async def test_undo_brings_everything_back(desk: Desk) -> None:
    receipt = await desk.send(subject="EL 02", files=TWO)  # drafts: the state has nothing of them
    await desk.send(text=f"move R-{receipt['id']} to CE 08")
    assert await live(desk) == {"a.pdf": [CE08], "b.pdf": [CE08]}
    undone = await desk.send(text="undo")
    assert undone["reply"] == "change_undone", undone["fields"]
    assert await live(desk) == {"a.pdf": [EL02], "b.pdf": [EL02]}


@pytest.mark.both_databases
async def test_another_leas_message_is_like_none(desk: Desk) -> None:
    receipt = await filed(desk)
    for number in (receipt["id"], 99_999):
        no = await desk.send(sender=PRIYA, text=f"move R-{number} to CE 08")
        assert (no["state"], no["fields"]["refusal"]) == ("refused", "not_one_of_yours")
    assert await live(desk) == {"a.pdf": [EL02], "b.pdf": [EL02]}


async def test_a_document_at_several_items_needs_the_one_it_leaves(desk: Desk) -> None:
    receipt = await filed(desk)
    number = receipt["fields"]["files"][0]["document"]
    await desk.send(sender=MARIA, text=f"attach D-{number} to CE 08")
    no = await desk.send(sender=MARIA, text=f"move D-{number} to EL 06")
    assert (no["state"], no["fields"]["refusal"]) == ("refused", "which_one")


async def test_who_may_not_submit_moves_no_one_elses_files(desk: Desk) -> None:
    receipt = await filed(desk)
    no = await desk.send(sender=ANA, text=f"move R-{receipt['id']} to CE 08")
    assert (no["state"], no["fields"]["refusal"]) == ("refused", "ask_a_submitter")


async def test_what_is_there_already_is_not_moved(desk: Desk) -> None:
    receipt = await filed(desk)
    no = await desk.send(sender=MARIA, text=f"move R-{receipt['id']} to EL 02")
    assert no["state"] == "refused"


async def test_the_colleagues_hear_of_it(desk: Desk) -> None:
    receipt = await filed(desk)
    await desk.send(sender=MARIA, text=f"move R-{receipt['id']} to CE 08")
    heard = [row.to for row in await desk.outgoing() if row.template == "filing_move_heard"]
    assert "tokafor@sierravista.example" in heard
