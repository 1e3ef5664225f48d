"""A person says whether a held mail that bears their address is theirs; and mail of who becomes known."""

from dataclasses import replace
from typing import Any

import pytest

from handlers import pen_known
from tests.builders import ANA, Desk, a_file
from tests.handlers.record import MARIA, RENEE, assert_whole, documents, message, verdicts
from tests.handlers.rows import told
from tests.handlers.users import STRANGER, outcome
from tests.store.rows import history_of

FILES = (a_file("ELAC minutes.pdf"),)


async def claimed(desk: Desk, sender: str = ANA, **more: Any) -> tuple[int, tuple[str, ...]]:
    """A held mail in Ana's name, and the Message-ID of the notice that she got of it."""
    said = {"subject": "EL 02", "files": FILES, "trust": "unauthenticated"} | more
    held = await desk.send(sender=sender, **said)
    (notice,) = [row for row in await desk.outgoing() if row.template == "claims_to_be_you"]
    return held["id"], (notice.message_id or "",)


async def test_who_says_that_it_is_theirs_has_it_handled(desk: Desk) -> None:
    number, thread = await claimed(desk)
    answer = await desk.send(sender=ANA, text="1", answers=thread, trust="authenticated")
    assert (answer["reply"], answer["fields"]["mine"]) == ("claim_settled", True)
    await desk.work()
    assert verdicts(await message(desk, number)) == [("filed", ["sv-fpm/I-EL 02"])]
    assert await told(desk, "evidence_received") == [ANA]
    await assert_whole(desk)


@pytest.mark.parametrize("trace", ["subject_tags", "text_tags", "hints"])
async def test_a_mail_program_that_drops_the_thread_does_not_drown_the_answer(desk: Desk, trace: str) -> None:
    await claimed(desk)
    (notice,) = [row for row in await desk.outgoing() if row.template == "claims_to_be_you"]
    said = {trace: (f"r{notice.id}-{notice.token}",), "subject": "Re: did you send us this mail?"}
    answer = await desk.send(sender=ANA, text="1", trust="authenticated", **said)
    assert answer["reply"] == "claim_settled"
    wrong = {trace: (f"r{notice.id}-{'0' * 16}",), "subject": "Re: did you send us this mail?"}
    assert (await desk.send(sender=ANA, text="2", **wrong))["reply"] != "claim_settled"


@pytest.mark.both_databases
async def test_an_answer_whose_traces_name_two_messages_settles_nothing(desk: Desk) -> None:
    number, thread = await claimed(desk)
    other = await desk.send(sender=ANA, text="status")
    (row,) = [row for row in await desk.outgoing() if row.in_answer_to == other["id"]]
    tags = (f"r{row.id}-{row.token}",)
    answer = await desk.send(sender=ANA, text="1", answers=thread, subject_tags=tags)
    assert answer["reply"] != "claim_settled"
    assert (await message(desk, number))["state"] == "held"


async def test_a_logo_in_the_signature_does_not_drown_the_answer(desk: Desk) -> None:
    number, thread = await claimed(desk)
    logo = replace(a_file("logo.png"), role="decoration")
    answer = await desk.send(sender=ANA, text="1", answers=thread, files=(logo,), trust="authenticated")
    assert answer["reply"] == "claim_settled"
    await desk.work()
    assert (await message(desk, number))["state"] == "done"


async def test_who_says_that_it_is_not_theirs_ends_it_and_contacts_see_it(desk: Desk) -> None:
    number, thread = await claimed(desk)
    answer = await desk.send(sender=ANA, text="2", answers=thread, trust="authenticated")
    assert answer["fields"]["mine"] is False
    row = await message(desk, number)
    assert (row["state"], row["reason"]) == ("refused", f"refused by {ANA}: not theirs")
    assert verdicts(row) == [("refused", [])]
    shown = await desk.send(sender=RENEE, text=f"held {number}")
    assert shown["fields"]["act"]["by"] == ANA
    assert await documents(desk) == []
    await assert_whole(desk)


@pytest.mark.parametrize("said", ["1", "2"])
@pytest.mark.parametrize(
    ("sender", "trust"),
    [(ANA, "unauthenticated"), (ANA, "accepted"), (MARIA, "confirmed"), (STRANGER, "confirmed")],
)
async def test_nobody_else_settles_it(desk: Desk, said: str, sender: str, trust: str) -> None:
    number, thread = await claimed(desk)
    answer = await desk.send(sender=sender, text=said, answers=thread, trust=trust)
    assert answer["reply"] != "claim_settled"
    assert (await message(desk, number))["state"] == "held"


async def test_without_the_thread_a_number_settles_nothing(desk: Desk) -> None:
    number, _ = await claimed(desk)
    assert (await desk.send(sender=ANA, text="1"))["reason"] == "nothing_asked"
    assert (await message(desk, number))["state"] == "held"


async def test_a_notice_about_somebody_elses_address_settles_nothing(desk: Desk) -> None:
    number, thread = await claimed(desk, MARIA)
    answer = await desk.send(sender=ANA, text="1", answers=thread)
    assert outcome(answer) == ("refused", "nothing_asked")
    assert (await message(desk, number))["state"] == "held"


async def test_only_the_first_answer_counts(desk: Desk) -> None:
    number, thread = await claimed(desk)
    await desk.send(sender=ANA, text="2", answers=thread)
    again = await desk.send(sender=ANA, text="1", answers=thread)
    assert (outcome(again), again["fields"]["facts"]["state"]) == (("refused", "not_from_pen"), "refused")
    assert (await message(desk, number))["state"] == "refused"


async def test_what_a_contact_settled_first_is_settled_and_nobody_is_named(desk: Desk) -> None:
    number, thread = await claimed(desk)
    await desk.send(sender=RENEE, text=f"refuse {number}: spam")
    again = await desk.send(sender=ANA, text="1", answers=thread)
    assert (again["fields"]["facts"]["why"], again["fields"]["facts"]["who"]) == ("not_held", None)


@pytest.mark.both_databases
async def test_what_could_not_be_read_or_failed_is_not_safe(desk: Desk) -> None:
    number, thread = await claimed(desk)
    for state, reason in (("held", "took-too-long"), ("failed", "its workers died")):
        async with desk.store.begin() as uow:
            entry = await uow.entry(number)
            assert entry is not None
            entry.state, entry.reason = state, reason
        for said in ("1", "2"):
            answer = await desk.send(sender=ANA, text=said, answers=thread)
            assert outcome(answer) == ("refused", "not_from_pen")
            assert (await message(desk, number))["state"] == state


# --- an unknown sender becomes known


async def test_mail_of_who_is_added_is_handled_by_itself_with_the_time_it_came(desk: Desk) -> None:
    held = [
        await desk.send(sender=STRANGER, subject="EL 02", files=(a_file(f"{n}.pdf", bytes([n])),))
        for n in (1, 2)
    ]
    forged = await desk.send(sender=STRANGER, subject="EL 02", files=FILES, trust="unauthenticated")
    answer = await desk.send(sender=MARIA, text=f"add user Jo Lee <{STRANGER}> as user")
    assert "held" not in answer["fields"]
    (welcome,) = [row for row in await desk.outgoing() if row.template == "user_welcomed"]
    assert (welcome.to, welcome.fields["held"]) == (STRANGER, 2)
    await desk.work()
    for one in held:
        row = await message(desk, one["id"])
        assert (row["state"], row["received_at"]) == ("done", one["received_at"])
        assert verdicts(row) == [("filed", ["sv-fpm/I-EL 02"])]
    assert await told(desk, "evidence_received") == [STRANGER, STRANGER]
    assert (await message(desk, forged["id"]))["state"] == "held"
    assert "inbox changed" in await history_of(desk.store, f"inbox:{held[0]['id']}")
    await assert_whole(desk)


async def test_however_many_they_are_all_follow_in_rounds(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pen_known, "MOST", 2)
    held = [(await desk.send(sender=STRANGER, text=f"status {n}"))["id"] for n in range(5)]
    await desk.send(sender=MARIA, text=f"add user Jo Lee <{STRANGER}> as user")
    (welcome,) = [row for row in await desk.outgoing() if row.template == "user_welcomed"]
    assert welcome.fields["held"] == 5
    await desk.work()
    assert await known_by_now(desk) == [2, 1, 0]
    await desk.work()
    assert "held" not in [(await message(desk, one))["state"] for one in held]


@pytest.mark.both_databases
async def test_what_a_contact_put_back_and_whose_sender_is_nobodys_stays_held(desk: Desk) -> None:
    stranger = await desk.send(sender="nobody@elsewhere.example", text="status")
    held = await desk.send(sender=STRANGER, text="status")
    refused = await desk.send(sender=RENEE, text=f"refuse {held['id']}: spam")
    await desk.send(sender=MARIA, text=f"add user Jo Lee <{STRANGER}> as user")
    back = await desk.send(sender=RENEE, text=f"hold {held['id']}")
    assert (refused["reply"], back["reply"]) == ("held_refused", "held_again"), (refused, back)
    assert await known_by_now(desk) == [0]
    for one in (stranger, held):
        assert (await message(desk, one["id"]))["state"] == "held"


async def known_by_now(desk: Desk) -> list[int]:
    """Round after round, as the service goes them, until one finds nothing."""
    taken: list[int] = []
    while not taken or taken[-1]:
        async with desk.store.begin() as uow:
            taken.append(await pen_known.take_up_known(uow, desk.now))
    return taken


async def test_mail_from_an_address_that_is_proven_is_handled_by_itself(desk: Desk) -> None:
    held = await desk.send(sender=STRANGER, subject="EL 02", files=FILES)
    await desk.send(sender=ANA, text=f"add address {STRANGER}")
    (sent,) = [row for row in await desk.outgoing() if row.template == "address_code_sent"]
    answer = await desk.send(sender=STRANGER, text=f"confirm {sent.fields['one_use_code']}")
    assert (answer["reply"], answer["fields"]["held"]) == ("address_proven", 1)
    await desk.work()
    assert (await message(desk, held["id"]))["state"] == "done"


async def test_mail_of_who_is_reinstated_is_handled_by_itself(desk: Desk) -> None:
    await desk.send(sender=MARIA, text=f"retire {ANA}")
    held = await desk.send(sender=ANA, subject="EL 02", files=FILES)
    assert held["state"] == "held"
    await desk.send(sender=MARIA, text=f"reinstate {ANA}")
    await desk.work()
    assert (await message(desk, held["id"]))["state"] == "done"
    news = [row.fields["held"] for row in await desk.outgoing() if row.template == "own_roles_changed"]
    assert news == [0, 1]


@pytest.mark.both_databases
async def test_not_more_than_fifty_at_once_the_oldest_first(desk: Desk) -> None:
    numbers = await desk.keep(*[{"sender": STRANGER, "text": f"status {n}"} for n in range(53)])
    await desk.work()
    await desk.send(sender=MARIA, text=f"add user Jo Lee <{STRANGER}> as user")
    await desk.work()
    rows = {row["id"]: row["state"] for row in (await desk.export())["messages"]}
    assert [number for number in numbers if rows[number] == "held"] == numbers[50:]
