"""What we sent to whom: who sees it, in which words, and who may have it sent once more."""

import pytest

from tests.builders import ANA, DANA, Desk
from tests.handlers.record import GUS, HELEN, MARIA, PRIYA, RENEE, assert_record
from tests.handlers.test_bounces import came_back, sent

BETH = "blindgren@cde.example"


@pytest.mark.parametrize(
    "said", ["deliveries", "deliveries me", f"deliveries {ANA}", f"deliveries to <{ANA}>"]
)
async def test_one_sees_what_was_sent_to_oneself(desk: Desk, said: str) -> None:
    row = await sent(desk)
    answer = await desk.send(sender=ANA, text=said)
    fields = answer["fields"]
    assert (answer["reply"], fields["own"], fields["may_resend"]) == ("deliveries_shown", True, False)
    assert [(one["number"], one["state"], one["answers"]) for one in fields["rows"]] == [
        (row.id, "sent", row.in_answer_to)
    ]


@pytest.mark.both_databases
async def test_of_others_who_manages_them_sees_it_and_nobody_else(desk: Desk) -> None:
    await sent(desk)
    for who in (MARIA, RENEE, BETH):
        answer = await desk.send(sender=who, text=f"deliveries {ANA}")
        assert (answer["reply"], len(answer["fields"]["rows"])) == ("deliveries_shown", 1), who
    for who in (PRIYA, GUS, HELEN, DANA):
        foreign = await desk.send(sender=who, text=f"deliveries {ANA}")
        none = await desk.send(sender=who, text="deliveries nobody@sierravista.example")
        assert foreign["reason"] == none["reason"] == "not_one_of_yours", who


async def test_of_a_consultant_each_lea_sees_only_what_is_its_own(desk: Desk) -> None:
    await sent(desk, DANA)
    shown = await desk.send(sender=MARIA, text=f"deliveries {DANA}")
    assert shown["fields"]["rows"] == []
    await desk.send(sender=DANA, text="comment sv-fpm/EL 02: hello")
    for who, seen in ((MARIA, ["comment_made"]), (PRIYA, [])):
        shown = await desk.send(sender=who, text=f"deliveries {DANA}")
        assert [one["template"] for one in shown["fields"]["rows"]] == seen


@pytest.mark.both_databases
async def test_a_mark_and_a_return_are_told(desk: Desk) -> None:
    await came_back(desk)
    fields = (await desk.send(sender=MARIA, text=f"deliveries {ANA}"))["fields"]
    (address,) = fields["addresses"]
    assert (address["why"], address["unreachable_at"] is not None) == ("5.1.1", True)
    assert [(one["state"], one["said"]) for one in fields["rows"]] == [("bounced", "5.1.1")]


async def test_a_contact_has_a_message_sent_once_more(desk: Desk) -> None:
    row = await sent(desk)
    answer = await desk.send(sender=RENEE, text=f"resend OUT-{row.id}", trust="confirmed")
    new = next(one for one in await desk.outgoing() if one.thread.get("again") == row.id)
    assert (answer["reply"], answer["fields"]["again"], new.to) == ("mail_resent", new.id, ANA)
    assert (new.template, new.state) == (row.template, "waiting")
    await assert_record(desk)


@pytest.mark.parametrize(("who", "refusal"), [(MARIA, "not_for_your_role"), (ANA, "not_for_your_role")])
async def test_nobody_else_may(desk: Desk, who: str, refusal: str) -> None:
    row = await sent(desk)
    no = await desk.send(sender=who, text=f"resend {row.id}", trust="confirmed")
    assert no["reason"] == refusal


@pytest.mark.both_databases
async def test_what_is_not_sent_again_is_said(desk: Desk) -> None:
    await desk.send(sender=ANA, text="status")
    (row,) = await desk.outgoing()
    no = await desk.send(sender=RENEE, text=f"resend {row.id}", trust="confirmed")
    assert (no["reason"], no["fields"]["refusal"]) == ("not_sent_again", "not_sent_again")
    none = await desk.send(sender=RENEE, text="resend OUT-999", trust="confirmed")
    assert none["reason"] == "not_one_of_yours"
