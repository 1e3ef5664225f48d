"""The holding pen by mail: contacts list, release, direct, refuse and put back; nobody else does."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from handlers.inbox import work_entries
from tests.builders import ANA, DANA, Desk, a_file
from tests.handlers.record import GUS, HELEN, MARIA, PRIYA, RENEE, assert_whole, documents, message, verdicts
from tests.handlers.rows import filed, told
from tests.handlers.users import BETH, LUKE, OMAR, SIERRA, STRANGER, TOM, facts, outcome
from tests.store.rows import history_of

FILES = (a_file("ELAC minutes.pdf"),)
SECRET = "Zebediah Quux has measles"


async def forged(desk: Desk, sender: str = ANA, **said: Any) -> int:
    """A held mail that says it is from Ana, about EL 02."""
    mail = {"subject": "EL 02", "files": FILES, "trust": "unauthenticated"} | said
    held = await desk.send(sender=sender, **mail)
    assert held["state"] == "held"
    return int(held["id"])


async def say(desk: Desk, text: str, sender: str = RENEE, **more: Any) -> dict[str, Any]:
    return await desk.send(sender=sender, text=text, **more)


async def clues(desk: Desk, number: int) -> dict[str, Any]:
    async with desk.store.look() as uow:
        entry = await uow.entry(number)
        assert entry is not None
        assert entry.clues is not None
        return entry.clues


async def test_a_held_mail_has_its_reason_and_ranked_guesses(desk: Desk) -> None:
    found = await clues(desk, await forged(desk))
    assert (found["word"], found["codes"], found["documents"]) == ("not-authenticated", ["EL 02"], 1)
    assert [(one["address"], one["why"]) for one in found["people"]] == [(ANA, "same")]
    assert found["leas"] == [{"id": "sierra-vista", "why": "person"}]
    assert found["targets"][0] == {"name": "sv-fpm/I-EL 02", "lea": "sierra-vista"}


async def test_an_lea_is_guessed_by_domain_and_by_its_name(desk: Desk) -> None:
    by_domain = await forged(desk, "new.person@sierravista.example", trust="authenticated")
    by_name = await forged(desk, STRANGER, trust="authenticated", subject=f"Roster of {SIERRA}")
    assert (await clues(desk, by_domain))["leas"] == [{"id": "sierra-vista", "why": "domain"}]
    assert (await clues(desk, by_name))["leas"] == [{"id": "sierra-vista", "why": "name"}]


async def test_a_slip_in_an_address_is_a_guess_and_no_authority(desk: Desk) -> None:
    number = await forged(desk, ANA.replace("aruiz", "aruizz"), trust="authenticated")
    assert [one["address"] for one in (await clues(desk, number))["people"]] == [ANA]
    assert await documents(desk) == []


async def test_clues_hold_no_words_of_the_mail_and_no_file_names(desk: Desk) -> None:
    number = await forged(desk, subject=f"EL 02 {SECRET}", text=SECRET, files=(a_file(f"{SECRET}.pdf"),))
    stored = json.dumps(await clues(desk, number))
    assert not any(word in stored for word in ("Zebediah", "Quux", "measles", ".pdf"))


async def test_a_contact_lists_what_is_held_with_the_command_to_copy(desk: Desk) -> None:
    number = await forged(desk)
    answer = await say(desk, "held")
    (row,) = answer["fields"]["rows"]
    assert (row["number"], row["sender"], row["word"], row["files"]) == (number, ANA, "not-authenticated", 1)
    assert row["guess"] == {"address": ANA, "target": "sv-fpm/I-EL 02", "lea": SIERRA}
    assert row["say"] == f"release {number} as {ANA}"
    assert (await say(desk, row["say"]))["reply"] == "held_released"


async def test_every_guess_is_a_command_that_works(desk: Desk) -> None:
    number = await forged(desk)
    guesses = (await say(desk, f"held {number}"))["fields"]["guesses"]
    assert [one["what"] for one in guesses][:2] == ["person", "target"]
    for one in guesses:
        rehearsed = await say(desk, f"dry run: {one['say']}")
        assert rehearsed["fields"]["template"] in ("held_released", "held_refused"), one
    assert (await message(desk, number))["state"] == "held"


async def test_the_guess_to_add_an_unknown_person_works(desk: Desk) -> None:
    number = await forged(desk, STRANGER, trust="authenticated", subject=f"EL 02 {SIERRA}")
    guesses = (await say(desk, f"held {number}"))["fields"]["guesses"]
    assert guesses[0]["what"] == "lea"
    assert (await say(desk, guesses[0]["say"]))["reply"] == "user_added"
    assert (await message(desk, number))["state"] == "done"


@pytest.mark.both_databases
async def test_what_is_released_is_filed_and_answered_to_the_person_and_says_who_let_it_go(
    desk: Desk,
) -> None:
    number = await forged(desk)
    answer = await say(desk, f"release {number}")
    assert answer["fields"]["address"] == ANA
    await desk.work()
    row = await message(desk, number)
    assert (row["state"], verdicts(row)) == ("done", [("filed", ["sv-fpm/I-EL 02"])])
    (receipt,) = [row for row in await desk.outgoing() if row.template == "evidence_received"]
    assert (receipt.to, receipt.created_at) == (ANA, desk.now)
    assert f"Released-by: {RENEE}" in "\n".join(receipt.fields["signed"])
    assert await history_of(desk.store, f"inbox:{number}") == ["received", *["inbox changed"] * 3]
    await assert_whole(desk)


@pytest.mark.parametrize("who", [ANA, MARIA, HELEN, PRIYA])
@pytest.mark.parametrize(
    "text",
    [
        "held",
        "held {}",
        "release {}",
        "redirect {} to sv-fpm/EL 02",
        "refuse {}: no",
        "hold {}",
        "release 1, {}",
    ],
)
async def test_only_contacts_decide_and_see(desk: Desk, who: str, text: str) -> None:
    number = await forged(desk)
    answer = await say(desk, text.format(number), who)
    assert answer["state"] == "refused"
    assert ANA not in str(answer["fields"]) or who == ANA
    assert (await message(desk, number))["state"] == "held"


async def test_another_programs_message_is_like_none(desk: Desk) -> None:
    """Omar is contact of programs in which Coast Range has nothing; Renee of the one in which it is reviewed."""
    number = await forged(desk, LUKE, subject="cr-fpm/EL 02")
    assert number in [row["number"] for row in (await say(desk, "held"))["fields"]["rows"]]
    assert [row["number"] for row in (await say(desk, "held", OMAR))["fields"]["rows"]] == []
    for text in ("held {}", "release {}", "refuse {}: no", "hold {}"):
        foreign = await say(desk, text.format(number), OMAR)
        nothing = await say(desk, text.format(9999), OMAR)
        assert outcome(foreign) == outcome(nothing) == ("refused", "not_one_of_yours")
        assert str(facts(foreign)).replace(str(number), "9999") == str(facts(nothing))


async def test_what_nobody_can_guess_is_seen_by_every_contact(desk: Desk) -> None:
    number = await forged(desk, STRANGER, subject="hello")
    for who in (RENEE, BETH):
        assert [row["number"] for row in (await say(desk, "held", who))["fields"]["rows"]] == [number]


async def test_a_contact_releases_only_as_people_of_leas_within_reach(desk: Desk) -> None:
    number = await forged(desk, STRANGER, subject="EL 02")
    for other in (HELEN, RENEE, "nobody@nowhere.example"):
        answer = await say(desk, f"release {number} as {other}")
        assert outcome(answer) == ("refused", "not_one_of_yours")
    assert outcome(await say(desk, f"release {number} as {LUKE}", OMAR)) == ("refused", "not_one_of_yours")
    assert outcome(await say(desk, f"release {number}")) == ("refused", "not_said_right")
    assert (await message(desk, number))["state"] == "held"


async def test_a_near_address_must_be_named(desk: Desk) -> None:
    number = await forged(desk, ANA.replace("aruiz", "aruizz"))
    answer = await say(desk, f"release {number}")
    assert facts(answer)["choices"][0]["say"] == f"release {number} as {ANA}"


async def test_several_are_released_and_none_stops_the_others(desk: Desk) -> None:
    one, two = await forged(desk), await forged(desk, files=(a_file("b.pdf", b"b"),))
    answer = await say(desk, f"release {one}, 777, {two} as {ANA}")
    assert [step["done"] for step in answer["fields"]["steps"]] == [True, False, True]
    await desk.work()
    assert {(await message(desk, number))["state"] for number in (one, two)} == {"done"}
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_all_of_one_sender_are_released_or_refused_at_once(desk: Desk) -> None:
    numbers = [await forged(desk, files=(a_file(f"{n}.pdf", bytes([n])),)) for n in (1, 2)]
    other = await forged(desk, MARIA, files=(a_file("c.pdf", b"c"),))
    assert (await say(desk, f"release all from {ANA}"))["fields"]["numbers"] == numbers
    answer = await say(desk, f"refuse all from {MARIA}: not ours")
    assert answer["fields"]["numbers"] == [other]
    assert outcome(await say(desk, f"release all from {ANA}")) == ("refused", "not_one_of_yours")


@pytest.mark.both_databases
async def test_a_directed_mail_is_filed_there_whatever_it_named_itself(desk: Desk) -> None:
    number = await forged(desk, subject="EL 05", text="here is EL 05", files=(a_file("scan.pdf"),))
    answer = await say(desk, f"redirect {number} to EL 02 of {SIERRA}")
    assert answer["fields"]["target"] == f"I-EL 02 of {SIERRA}"
    await desk.work()
    row = await message(desk, number)
    assert (row["state"], verdicts(row)) == ("done", [("filed", ["sv-fpm/I-EL 02"])])
    (receipt,) = [row for row in await desk.outgoing() if row.template == "evidence_received"]
    assert f"Directed-to: I-EL 02 of {SIERRA}" in "\n".join(receipt.fields["signed"])
    await assert_whole(desk)


async def test_a_form_is_a_target_too(desk: Desk) -> None:
    number = await forged(desk, subject="the plan", files=(a_file("plan.pdf"),))
    assert (await say(desk, f"redirect {number} to sv-plan as {ANA}", BETH))["reply"] == "held_released"
    await desk.work()
    assert verdicts(await message(desk, number)) == [("filed", ["sv-plan"])]


@pytest.mark.parametrize(
    ("to", "refusal"),
    [("cr-fpm/EL 02", "not_from_pen"), ("sv-fpm/EL 77", "not_one_of_yours"), ("sv-plan", "not_one_of_yours")],
)
async def test_it_is_directed_to_no_other_lea_and_to_nothing_out_of_reach(
    desk: Desk, to: str, refusal: str
) -> None:
    number = await forged(desk)
    assert outcome(await say(desk, f"redirect {number} to {to} as {ANA}")) == ("refused", refusal)
    assert (await message(desk, number))["state"] == "held"


async def test_a_refusal_needs_a_reason_and_a_known_sender_hears_it(desk: Desk) -> None:
    number = await forged(desk)
    assert outcome(await say(desk, f"refuse {number}")) == ("refused", "not_said_right")
    answer = await say(desk, f"refuse {number}: it is for another office")
    assert answer["fields"]["told"] == 1
    row = await message(desk, number)
    assert (row["state"], row["reason"]) == ("refused", f"refused by {RENEE}: it is for another office")
    assert verdicts(row) == [("refused", [])]
    assert await told(desk, "held_mail_refused") == [ANA]
    await assert_whole(desk)


@pytest.mark.parametrize(("trust", "heard"), [("authenticated", [STRANGER]), ("unauthenticated", [])])
async def test_an_unknown_sender_hears_why_only_if_the_address_is_theirs(
    desk: Desk, trust: str, heard: list[str]
) -> None:
    number = await forged(desk, STRANGER, trust=trust)
    await say(desk, f"refuse {number}: advertising")
    assert await told(desk, "held_mail_refused") == heard


async def test_a_refusal_is_undone(desk: Desk) -> None:
    number = await forged(desk)
    before = await message(desk, number)
    await say(desk, f"refuse {number}: a mistake")
    assert (await say(desk, f"hold {number}"))["fields"]["was"] == "refused"
    assert await message(desk, number) == before
    assert (await say(desk, f"release {number}"))["state"] == "done"
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_a_wrong_release_is_undone_with_a_trace_and_made_right(desk: Desk) -> None:
    number = await forged(desk, STRANGER)
    await say(desk, f"release {number} as {ANA}")
    await desk.work()
    answer = await say(desk, f"hold {number}")
    assert [one["code"] for one in answer["fields"]["gone"]] == ["I-EL 02"]
    row = await message(desk, number)
    assert (row["state"], row["sender"], verdicts(row)) == ("held", STRANGER, [("held", [])])
    assert await filed(desk) == [("sv-fpm/I-EL 02", "withdrawn", False)]
    assert ANA in await told(desk, "undo_heard") or TOM in await told(desk, "undo_heard")
    await say(desk, f"release {number} as {MARIA}")
    await desk.work()
    assert [(one[0], one[1]) for one in await filed(desk)] == [("sv-fpm/I-EL 02", "attached")]
    await assert_whole(desk)


async def test_a_release_that_nobody_handled_yet_is_simply_undone(desk: Desk) -> None:
    number = await forged(desk)
    await desk.keep(
        {"sender": RENEE, "text": f"release {number}"}, {"sender": RENEE, "text": f"hold {number}"}
    )
    await desk.work()
    assert (await message(desk, number))["state"] == "held"
    assert await documents(desk) == []


async def test_what_somebody_acted_on_is_not_taken_back(desk: Desk) -> None:
    number = await forged(desk)
    await say(desk, f"release {number}")
    await desk.work()
    assert (await say(desk, "submit EL 02", MARIA))["state"] == "done"
    answer = await say(desk, f"hold {number}")
    assert (outcome(answer), facts(answer)["why"]) == (("refused", "not_from_pen"), "submitted")
    assert (await message(desk, number))["state"] == "done"


async def test_what_did_more_than_file_is_not_taken_back(desk: Desk) -> None:
    number = await forged(desk, subject="", text="comment EL 02: hello", files=())
    await say(desk, f"release {number}")
    await desk.work()
    assert facts(await say(desk, f"hold {number}"))["why"] == "more"


@pytest.mark.both_databases
async def test_a_question_that_a_released_mail_raised_is_closed_when_it_is_held_again(desk: Desk) -> None:
    number = await forged(desk, subject="hello", files=(a_file("x.pdf"),))
    await say(desk, f"release {number}")
    await desk.work()
    assert (await message(desk, number))["state"] == "asked"
    assert (await say(desk, f"hold {number}"))["state"] == "done"
    assert (await say(desk, "1", ANA))["reason"] == "nothing_asked"


async def test_only_what_was_in_the_pen_is_found_there(desk: Desk) -> None:
    done = await desk.send(sender=ANA, subject="EL 02", files=FILES)
    held = await forged(desk)
    for text in (f"release {done['id']}", f"hold {done['id']}", f"held {done['id']}"):
        assert outcome(await say(desk, text)) == ("refused", "not_one_of_yours")
    assert facts(await say(desk, f"hold {held}"))["why"] == "never_held"


async def test_what_is_held_for_its_files_is_not_released(desk: Desk) -> None:
    bad = a_file("x.pdf", role="damaged", remark="bad-base64")
    held = await desk.send(sender=ANA, subject="EL 02", files=(bad,))
    assert held["state"] == "held"
    answer = await say(desk, f"release {held['id']}")
    assert (facts(answer)["why"], facts(answer)["word"]) == ("other_reason", "bad-base64")


@pytest.mark.both_databases
async def test_the_second_of_two_contacts_at_once_is_told(desk: Desk) -> None:
    number = await forged(desk)
    said = [{"sender": RENEE, "text": text.format(number)} for text in ("release {}", "refuse {}: spam")]
    await desk.keep(*said)
    workers = [replace(desk.worker, name=name) for name in ("one", "two")]
    claimed = [(worker, await desk.store.inbox.claim(worker.name, 1)) for worker in workers]
    await asyncio.gather(*(work_entries(worker, entries) for worker, entries in claimed))
    await desk.work()
    rows = (await desk.export())["messages"][-2:]
    assert sorted(row["state"] for row in rows) == ["done", "refused"]
    (no,) = [row for row in await desk.outgoing() if row.template == "request_refused"]
    assert (no.fields["facts"]["why"], no.fields["facts"]["who"]) == ("not_held", RENEE)
    await assert_whole(desk)


async def test_a_spoofed_contact_releases_nothing(desk: Desk) -> None:
    number = await forged(desk)
    answer = await say(desk, f"release {number}", trust="unauthenticated")
    assert (answer["state"], answer["reply"]) == ("held", None)
    assert (await message(desk, number))["state"] == "held"


async def test_a_released_mail_has_the_persons_rights_and_no_more(desk: Desk) -> None:
    number = await forged(desk, STRANGER, subject="", text="submit EL 02", files=())
    await say(desk, f"release {number} as {ANA}")
    await desk.work()
    assert (await message(desk, number))["state"] == "refused"


@pytest.mark.both_databases
async def test_somebody_of_two_leas_is_directed_to_the_right_one(desk: Desk) -> None:
    number = await forged(desk, DANA, subject="hello", files=(a_file("x.pdf"),))
    await say(desk, f"redirect {number} to sv-fpm/EL 02")
    await desk.work()
    assert verdicts(await message(desk, number)) == [("filed", ["sv-fpm/I-EL 02"])]


@pytest.mark.both_databases
async def test_an_address_that_is_almost_one_on_record_is_told_to_whom_it_may_concern(desk: Desk) -> None:
    held = await desk.send(sender=ANA.replace("aruiz", "aru1z"), text="status")
    assert (await say(desk, f"held {held['id']}"))["fields"]["row"]["near"] == ANA
    async with desk.store.begin() as uow:
        entry = await uow.hold_entry(held["id"])
        assert entry is not None
        entry.clues = (entry.clues or {}) | {"near": GUS}
    assert (await say(desk, f"held {held['id']}"))["fields"]["row"]["near"] is None  # no LEA of hers
