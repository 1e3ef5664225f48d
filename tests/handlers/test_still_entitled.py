"""Whoever lost a role since hears nothing more of what it was for: looked at when a message is sent."""

from collections.abc import Sequence

import pytest

from store.outbox import OutboxEntry
from tests.builders import DANA, Desk, a_file
from tests.handlers.record import HELEN, MARIA, PRIYA, RENEE, assert_record
from tests.handlers.users import COAST, LUIS, SIERRA, TOM

GONE = "its reader no longer works on what it speaks of"
COMMENT_CR, COMMENT_SV = "comment on cr-fpm/I-EL 02: our roster", "comment on sv-fpm/I-EL 02: our roster"


async def taken(desk: Desk, *to: str) -> list[OutboxEntry]:
    """What would be sent to these people now; all the rest is settled or sent, too."""
    rows: Sequence[OutboxEntry] = await desk.store.outbox.claim("sender", 500, ("mail",))
    return [row for row in rows if row.to in to]


async def ends(desk: Desk, to: str, template: str) -> list[tuple[str, str | None]]:
    return [
        (row.state, row.receipt) for row in await desk.outgoing() if (row.to, row.template) == (to, template)
    ]


async def submitter_of_both(desk: Desk) -> None:
    """Dana speaks for two LEAs."""
    for lea in (SIERRA, COAST):
        told = await desk.send(sender=RENEE, text=f"change role {DANA} to submitter for {lea}")
        assert told["state"] == "done", told["fields"]
    await taken(desk)


async def test_who_left_one_of_two_leas_hears_of_the_other_alone(desk: Desk) -> None:
    await submitter_of_both(desk)
    await desk.send(sender=PRIYA, text=COMMENT_CR)
    await desk.send(sender=MARIA, text=COMMENT_SV)
    await desk.send(sender=RENEE, text=f"retire {DANA} from {COAST}")

    rows = await taken(desk, DANA)
    assert [row.template for row in rows] == ["comment_heard", "own_roles_changed"]
    assert rows[0].fields["code"] == "I-EL 02"
    assert rows[0].about == ["sv-fpm/I-EL 02"]
    assert await ends(desk, DANA, "comment_heard") == [("suppressed", GONE), ("waiting", None)]
    await assert_record(desk)


@pytest.mark.parametrize(("gone", "hears"), [(True, False), (False, True)])
async def test_who_left_a_review_hears_of_the_other_alone(desk: Desk, gone: bool, hears: bool) -> None:
    await desk.send(sender=PRIYA, text=COMMENT_CR)
    await desk.send(sender=MARIA, text=COMMENT_SV)
    if gone:
        await desk.send(sender=RENEE, text=f"retire {HELEN} from cr-fpm")

    told = [row.about for row in await taken(desk, HELEN) if row.template == "comment_heard"]
    assert told == [["cr-fpm/I-EL 02"]] * hears + [["sv-fpm/I-EL 02"]]


@pytest.mark.both_databases
async def test_a_contact_of_the_program_reads_what_was_for_a_reviewer(desk: Desk) -> None:
    """Rank may change while a message waits; what one may see is what counts."""
    await desk.send(sender=RENEE, text=f"add user Luis Ortega <{LUIS}> as contact for fpm")
    await desk.send(sender=PRIYA, text=COMMENT_CR)
    await desk.send(sender=RENEE, text=f"retire {LUIS} from cr-fpm")
    assert "comment_heard" in [row.template for row in await taken(desk, LUIS)]


async def test_an_answer_does_not_reach_who_lost_what_it_was_asked_with(desk: Desk) -> None:
    await desk.send(sender=DANA, text="status")
    await desk.send(sender=RENEE, text=f"retire {DANA} from {COAST}")
    assert [row.template for row in await taken(desk, DANA)] == ["own_roles_changed"]
    await desk.send(sender=DANA, text="status")
    assert len(await taken(desk, DANA)) == 1


async def test_what_was_filed_in_two_leas_is_told_to_each_for_itself(desk: Desk) -> None:
    files = (a_file("cr.pdf", b"cr", 1), a_file("sv.pdf", b"sv", 2))
    for one, two in (("EL 03", "EL 14"), ("EL 02", "CE 08")):
        said = f"1: {one} {COAST}\n2: {two} {SIERRA}"
        filed = await desk.send(sender=DANA, text=said, files=files)
        assert filed["state"] == "done", filed
    undone = await desk.send(sender=DANA, text="undo")
    assert undone["state"] == "done", undone["fields"]

    heard = [row for row in await desk.outgoing() if row.template == "undo_heard"]
    names = {(row.to, line["name"]) for row in heard for line in row.fields["gone"]}
    assert names == {(PRIYA, "cr.pdf"), (MARIA, "sv.pdf"), (TOM, "sv.pdf")}
