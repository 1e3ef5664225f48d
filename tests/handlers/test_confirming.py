"""A second word: what changes people, decides or withdraws waits for a code from another mailbox; so does
everything that SPF alone vouches for."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers.confirming import MOST_OPEN, mailbox_of, masked, may_ask, second_channels
from handlers.inbox import work_inbox
from handlers.one_use import LIFETIME, TRIES
from handlers.pen import Keeper, release
from handlers.pen_room import take_up_waiting
from store.history import HistoryEntry
from store.models import Confirmation, Person, PersonAddress
from tests.builders import ANA, NOW, Desk, a_file
from tests.handlers.record import HELEN, MARIA, PRIYA, assert_whole, documents, message, reasons, verdicts
from tests.handlers.test_work_inbox import due_now
from tests.handlers.users import NEW, STRANGER, TOM, both_at_once, is_known, told
from tests.store.rows import history_of

HOME = "maria@home.example"
ADD = f"add user Jo Lee <{NEW}> as user"
FILES = (a_file(),)
WRONG = "AAAACCCC"


async def newest(desk: Desk, template: str = "confirmation_code_sent") -> Any:
    return [row for row in await desk.outgoing() if row.template == template][-1]


async def code_of(desk: Desk) -> str:
    return str((await newest(desk)).fields["one_use_code"])


async def with_a_second_mailbox(desk: Desk) -> None:
    """Maria proved one more address, long ago."""
    await desk.send(sender=MARIA, text=f"add address {HOME}")
    code = (await newest(desk, "address_code_sent")).fields["one_use_code"]
    assert (await desk.send(sender=HOME, text=f"confirm {code}"))["reply"] == "address_proven"


async def ask(desk: Desk, text: str = ADD, sender: str = MARIA, **more: Any) -> dict[str, Any]:
    """An authenticated mail that has to wait."""
    answer = await desk.send(sender=sender, text=text, **({"trust": "authenticated"} | more))
    assert (answer["state"], answer["reply"]) == ("asked", "confirmation_asked"), answer
    return answer


async def confirm(desk: Desk, code: str, sender: str = MARIA, **more: Any) -> dict[str, Any]:
    return await desk.send(sender=sender, text=f"confirm {code}", **({"trust": "authenticated"} | more))


def no(answer: dict[str, Any]) -> str:
    assert answer["reply"] == "request_refused", answer
    return str(answer["fields"]["facts"].get("why", answer["reason"]))


# --- what waits, and how it is done


async def test_a_weighty_command_waits_for_the_code_and_is_done_as_of_when_it_came(desk: Desk) -> None:
    asked = await ask(desk)
    assert asked["fields"]["commands"] == [ADD]
    assert (asked["reason"], await is_known(desk, NEW)) == ("to be confirmed", False)
    desk.now += timedelta(days=1)
    done = await confirm(desk, await code_of(desk))

    assert (done["reply"], done["fields"]["number"]) == ("message_confirmed", asked["id"])
    assert await is_known(desk, NEW)
    row = await message(desk, asked["id"])
    assert (row["state"], row["received_at"]) == ("done", asked["received_at"])
    assert await told(desk, "user_added") == [MARIA]
    assert await history_of(desk.store, f"inbox:{asked['id']}") == ["received"] + ["inbox changed"] * 3
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_the_code_mail_says_what_will_be_done(desk: Desk) -> None:
    asked = await ask(desk, files=FILES, text=f"{ADD}\nstatus EL 02", subject="EL 02")
    fields = (await newest(desk)).fields
    assert fields["commands"] == [ADD, "status EL 02"]
    assert (fields["number"], fields["files"], fields["sender"]) == (asked["id"], 1, MARIA)
    assert (verdicts(asked), reasons(asked)) == ([("held", [])], ["to be confirmed"])


async def test_nothing_of_a_script_with_a_weighty_step_is_done_before_all_of_it(desk: Desk) -> None:
    text = "comment cr-fpm/EL 02: first\n\nmeets cr-fpm/EL 02"
    asked = await ask(desk, text, HELEN)
    assert await told(desk, "comment_heard") == []
    await confirm(desk, await code_of(desk), HELEN)
    assert await told(desk, "comment_heard") != []
    answers = [row for row in await desk.outgoing() if row.in_answer_to == asked["id"]]
    assert answers[-1].template in ("transcript_given", "items_concluded", "comment_heard")
    assert "transcript_given" in [row.template for row in answers]
    await assert_whole(desk)


async def test_a_script_without_a_weighty_step_runs_as_ever(desk: Desk) -> None:
    answer = await desk.send(text="comment EL 02: hello\n\nstatus EL 02", trust="authenticated")
    assert (answer["state"], answer["reply"]) == ("done", "transcript_given")


async def test_authenticated_mail_files_submits_and_responds(desk: Desk) -> None:
    filed = await desk.send(sender=ANA, subject="EL 02", files=FILES, trust="authenticated")
    sent = await desk.send(sender=TOM, text="submit EL 02", trust="authenticated")
    answered = await desk.send(sender=TOM, text="respond EL 02: we held the election", trust="authenticated")
    assert [one["state"] for one in (filed, sent, answered)] == ["done"] * 3


@pytest.mark.both_databases
async def test_what_cannot_be_done_is_refused_at_once_and_no_code_is_mailed(desk: Desk) -> None:
    refused = await desk.send(sender=ANA, text=ADD, trust="authenticated")
    assert (refused["state"], refused["reason"]) == ("refused", "not_for_your_role")
    assert await told(desk, "confirmation_code_sent") == []


@pytest.mark.both_databases
async def test_what_became_impossible_meanwhile_is_refused_as_ever(desk: Desk) -> None:
    asked = await ask(desk)
    code = await code_of(desk)
    await desk.send(sender=MARIA, text=ADD)
    await confirm(desk, code)
    row = await message(desk, asked["id"])
    assert (row["state"], row["reason"]) == ("refused", "has_that_role")


@pytest.mark.both_databases
async def test_a_rehearsal_needs_no_code_and_says_that_one_will_be_asked(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text=f"dry run: {ADD}", trust="authenticated")
    assert (answer["reply"], answer["fields"]["code"]) == ("rehearsed", True)
    assert await told(desk, "confirmation_code_sent") == []


@pytest.mark.parametrize("sender", [MARIA, HOME])
@pytest.mark.parametrize("trust", ["accepted", "authenticated", "confirmed"])
async def test_the_code_may_come_from_any_address_of_the_person(desk: Desk, sender: str, trust: str) -> None:
    await with_a_second_mailbox(desk)
    await ask(desk)
    assert (await confirm(desk, await code_of(desk), sender, trust=trust))["reply"] == "message_confirmed"
    assert await is_known(desk, NEW)
    assert await told(desk, "user_added") == [MARIA]


@pytest.mark.parametrize("trust", ["accepted", "authenticated"])
async def test_in_a_reply_the_code_alone_is_enough(desk: Desk, trust: str) -> None:
    await ask(desk)
    sent = await newest(desk)
    code = sent.fields["one_use_code"]
    text = f"{code[:4]} {code[4:].lower()}\n\nMaria Delgado"
    answers = (sent.message_id,)
    assert (await desk.send(sender=MARIA, text=text, trust=trust))["reply"] != "message_confirmed"
    answer = await desk.send(sender=MARIA, text=text, trust=trust, answers=answers, subject="Re: A code")
    assert answer["reply"] == "message_confirmed"


# --- the mailbox that was taken over


async def test_who_has_one_mailbox_of_two_changes_nothing(desk: Desk) -> None:
    """Threats 2.A: the thief reads and writes Maria's mail at work, and not at home."""
    await with_a_second_mailbox(desk)
    people = (await desk.export())["people"]
    asked = await ask(desk)
    assert asked["fields"]["code_to"] == "m…@home.example"
    assert asked["fields"]["same_mailbox"] is False
    seen = [row for row in await desk.outgoing() if row.to == MARIA]
    assert await told(desk, "confirmation_code_sent") == [HOME]
    assert HOME not in json.dumps([row.fields for row in seen if row.in_answer_to == asked["id"]])
    for text in (f"add address {STRANGER}", f"retire {TOM}", f"change role {TOM} to user"):
        await ask(desk, text)
    for _ in range(2):
        assert no(await confirm(desk, WRONG)) == "wrong"
    assert (await desk.export())["people"] == people
    assert await told(desk, "address_code_sent") == [HOME]  # her own, before
    await assert_whole(desk)


async def test_a_second_address_in_the_same_mailbox_is_no_second_channel(desk: Desk) -> None:
    ana = Person(name="Ana", addresses=[PersonAddress(address="a@x.example")])
    ana.addresses.append(PersonAddress(address="a+home@x.example", proven_at=NOW))
    assert second_channels(ana, "a@x.example") == []
    later = PersonAddress(address="b@y.example", proven_at=NOW)
    sick = PersonAddress(address="c@z.example", unreachable_at=NOW)
    ana.addresses += [sick, later]
    assert [one.to for one in second_channels(ana, "a@x.example")] == ["b@y.example", "c@z.example"]


@pytest.mark.both_databases
async def test_who_has_one_mailbox_gets_the_code_there_and_the_record_says_so(desk: Desk) -> None:
    asked = await ask(desk)
    assert (asked["fields"]["same_mailbox"], asked["fields"]["code_to"]) == (True, MARIA)
    async with desk.store.database.reading() as session:
        (row,) = (await session.scalars(select(Confirmation))).all()
    assert (row.channel, row.sent_to) == ("the same mailbox", MARIA)


# --- codes


async def test_a_code_counts_once(desk: Desk) -> None:
    await ask(desk)
    code = await code_of(desk)
    await confirm(desk, code)
    assert no(await confirm(desk, code)) == "used"
    assert await told(desk, "user_added") == [MARIA]
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_two_workers_with_the_same_code_do_it_once(desk: Desk) -> None:
    await ask(desk)
    said = {"sender": MARIA, "text": f"confirm {await code_of(desk)}", "trust": "authenticated"}
    await desk.keep(dict(said), dict(said))
    await both_at_once(desk)
    await desk.work()
    assert await told(desk, "message_confirmed") == [MARIA]
    assert await told(desk, "user_added") == [MARIA]
    await assert_whole(desk)


async def test_a_code_is_over_after_its_time(desk: Desk) -> None:
    await ask(desk)
    desk.now += LIFETIME + timedelta(seconds=1)
    assert no(await confirm(desk, await code_of(desk))) == "late"
    assert not await is_known(desk, NEW)


async def test_a_code_is_dead_after_too_many_wrong_ones(desk: Desk) -> None:
    await ask(desk)
    left = [(await confirm(desk, WRONG))["fields"]["facts"]["left"] for _ in range(TRIES)]
    assert left == [4, 3, 2, 1, 0]
    assert no(await confirm(desk, await code_of(desk))) == "tries"
    assert not await is_known(desk, NEW)


@pytest.mark.both_databases
async def test_many_codes_in_one_mail_are_as_many_tries(desk: Desk) -> None:
    await ask(desk)
    code = await code_of(desk)
    await desk.send(sender=MARIA, text="\n".join([f"confirm {WRONG}"] * TRIES), trust="authenticated")
    assert no(await confirm(desk, code)) == "tries"


@pytest.mark.parametrize("text", ["dry run: confirm {}", "confirm {}\nmeets EL 77"])
async def test_no_try_is_free(desk: Desk, text: str) -> None:
    """A rehearsal, or a mail that is undone, would tell right from wrong without counting."""
    await ask(desk, "meets cr-fpm/EL 02", HELEN)
    code = await code_of(desk)
    right = await desk.send(sender=HELEN, text=text.format(code), trust="authenticated")
    wrong = await desk.send(sender=HELEN, text=text.format(WRONG), trust="authenticated")
    assert (right["state"], right["reply"]) == (wrong["state"], wrong["reply"])
    assert right["reply"] in ("rehearsed", "confirmation_asked")
    assert str(right["fields"].get("fields", {}).get("facts")) == str(
        wrong["fields"].get("fields", {}).get("facts")
    )


@pytest.mark.parametrize("thief", [TOM, PRIYA, HELEN])
async def test_a_code_of_somebody_else_opens_nothing(desk: Desk, thief: str) -> None:
    await ask(desk)
    code = await code_of(desk)
    other, none = await confirm(desk, code, thief), await confirm(desk, WRONG, thief)
    assert (no(other), no(none)) == ("nothing_to_confirm",) * 2
    held = await confirm(desk, code, STRANGER)
    assert (held["state"], held["reply"]) == ("held", "stranger_held")
    forged = await confirm(desk, code, MARIA, trust="unauthenticated")
    assert (forged["state"], forged["reply"]) == ("held", None)
    assert not await is_known(desk, NEW)
    assert (await confirm(desk, code))["reply"] == "message_confirmed"


async def test_a_code_opens_its_own_message_only(desk: Desk) -> None:
    await ask(desk)
    first = await code_of(desk)
    second = await ask(desk, f"retire {TOM}")
    await confirm(desk, first)
    assert await is_known(desk, NEW)
    assert (await message(desk, second["id"]))["state"] == "asked"


@pytest.mark.both_databases
async def test_the_history_has_the_digest_of_a_code_and_not_the_code(desk: Desk) -> None:
    await ask(desk)
    code = await code_of(desk)
    async with desk.store.database.reading() as session:
        events = (await session.scalars(select(HistoryEntry))).all()
    assert [event for event in events if code in json.dumps(event.facts)] == []
    assert [event for event in events if event.record.startswith("confirmation:")] != []


async def test_the_same_mail_again_asks_for_no_second_code(desk: Desk) -> None:
    """DKIM replay: the same signed mail is the same act, before and after it was confirmed."""
    await ask(desk, content="same")
    again = {"sender": MARIA, "text": ADD, "trust": "authenticated", "content": "same"}
    assert (await desk.send(**again))["state"] == "ignored"
    await confirm(desk, await code_of(desk))
    for days in (1, 365):
        desk.now = NOW + timedelta(days=days)
        assert (await desk.send(**again))["state"] == "ignored"
    assert await told(desk, "user_added") == [MARIA]


# --- between the code and the act


async def test_a_worker_that_dies_in_between_leaves_it_to_the_next(desk: Desk) -> None:
    asked = await ask(desk)
    await desk.keep({"sender": MARIA, "text": f"confirm {await code_of(desk)}", "trust": "authenticated"})
    assert await work_inbox(desk.worker, 1) == 1
    row = await message(desk, asked["id"])
    assert (row["state"], row["reason"]) == ("received", "confirmed by its sender")
    assert len(await desk.store.inbox.claim("dead", 1)) == 1
    await due_now(desk)
    await desk.work()
    assert await is_known(desk, NEW)
    assert await told(desk, "user_added") == [MARIA]
    await assert_whole(desk)


async def test_a_worker_that_dies_over_the_code_has_confirmed_nothing(desk: Desk) -> None:
    asked = await ask(desk)
    code = await code_of(desk)

    def dies(step: str) -> None:
        if step == "answered":
            raise KeyboardInterrupt

    await desk.keep({"sender": MARIA, "text": f"confirm {code}", "trust": "authenticated"})
    with pytest.raises(KeyboardInterrupt):
        await work_inbox(replace(desk.worker, step=dies), 1)
    assert (await message(desk, asked["id"]))["state"] == "asked"
    await due_now(desk)
    await desk.work()
    assert await is_known(desk, NEW)
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_what_was_confirmed_stays_so_when_it_is_taken_up_again(desk: Desk) -> None:
    asked = await ask(desk)
    await desk.keep({"sender": MARIA, "text": f"confirm {await code_of(desk)}", "trust": "authenticated"})
    await work_inbox(desk.worker, 1)
    await desk.store.inbox.claim("bad", 1)
    await desk.store.inbox.give_up(asked["id"], "bad", "a bug")
    assert await desk.store.inbox.again(asked["id"])
    await desk.work()
    assert await is_known(desk, NEW)


async def test_a_released_mail_needs_its_owners_code_for_what_is_weighty(desk: Desk) -> None:
    held = await desk.send(sender=STRANGER, text=ADD, trust="unauthenticated")
    async with desk.store.begin() as uow:
        entry = await uow.entry(held["id"])
        assert entry is not None
        await release(entry, MARIA, Keeper("operator", NOW), uow)
    await desk.work()
    assert (await message(desk, held["id"]))["reason"] == "to be confirmed"
    assert await told(desk, "confirmation_code_sent") == [MARIA]
    await confirm(desk, await code_of(desk))
    assert await is_known(desk, NEW)
    assert await told(desk, "user_added") == [MARIA]


async def test_the_time_of_a_code_begins_when_its_mail_was_released(desk: Desk) -> None:
    held = await desk.send(sender=STRANGER, text=ADD, trust="unauthenticated")
    desk.now = NOW + LIFETIME + timedelta(days=1)
    async with desk.store.begin() as uow:
        entry = await uow.entry(held["id"])
        assert entry is not None
        await release(entry, MARIA, Keeper("operator", desk.now), uow)
    await desk.work()
    assert (await confirm(desk, await code_of(desk)))["reply"] == "message_confirmed"
    await desk.work()
    assert await is_known(desk, NEW)


# --- SPF alone


@pytest.mark.parametrize(
    "text", ["status", "help", "comment EL 02: hello", "submit EL 02", "dry run: status"]
)
async def test_nothing_of_spf_only_mail_is_read_before_it_is_confirmed(desk: Desk, text: str) -> None:
    asked = await ask(desk, text, TOM, trust="accepted", files=FILES)
    assert asked["reason"] == "to be confirmed: SPF only"
    assert {key: asked["fields"][key] for key in ("commands", "files", "spf_only")} == {
        "commands": [],
        "files": 1,
        "spf_only": True,
    }
    assert verdicts(asked) == [("held", [])]
    assert sorted({row.template for row in await desk.outgoing()}) == [
        "confirmation_asked",
        "confirmation_code_sent",
    ]


async def test_spf_only_files_are_filed_once_confirmed_as_of_when_they_came(desk: Desk) -> None:
    asked = await ask(desk, "", ANA, trust="accepted", subject="EL 02", files=FILES)
    desk.now += timedelta(hours=5)
    await confirm(desk, await code_of(desk), ANA, trust="accepted")
    row = await message(desk, asked["id"])
    assert (row["state"], row["received_at"], verdicts(row)[0][0]) == ("done", asked["received_at"], "filed")
    assert len(await documents(desk)) == 1
    assert await told(desk, "evidence_received") == [ANA]
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_words_beside_a_code_in_spf_only_mail_are_not_read(desk: Desk) -> None:
    await ask(desk, "status", MARIA, trust="accepted")
    code = await code_of(desk)
    for said in (code, WRONG):
        text = f"confirm {said}\n\n{ADD}"
        await desk.send(sender=MARIA, text=text, trust="accepted")
    assert not await is_known(desk, NEW)


async def test_a_copy_by_spf_alone_does_not_silence_the_signed_mail(desk: Desk) -> None:
    await ask(desk, "", ANA, trust="accepted", subject="EL 02", files=FILES, content="same")
    signed = await desk.send(sender=ANA, trust="authenticated", subject="EL 02", files=FILES, content="same")
    assert (signed["state"], verdicts(signed)[0][0]) == ("done", "filed")
    await confirm(desk, await code_of(desk), ANA)
    assert len(await documents(desk)) == 1


async def test_thanks_and_machines_are_asked_nothing(desk: Desk) -> None:
    thanks = await desk.send(text="Thank you!", trust="accepted")
    machine = await desk.send(text="I am away", trust="accepted", automatic="auto-replied")
    assert [one["state"] for one in (thanks, machine)] == ["ignored", "ignored"]


# --- a few at a time


async def test_only_a_few_codes_are_open_at_a_time_and_the_rest_is_kept(desk: Desk) -> None:
    for _ in range(MOST_OPEN):
        await ask(desk, "status", trust="accepted")
    one_more = [await desk.send(sender=MARIA, trust="accepted", files=FILES) for _ in range(2)]
    assert [(one["state"], one["reply"]) for one in one_more] == [
        ("held", "confirmations_full"),
        ("held", None),
    ]
    assert one_more[1]["reason"].endswith("told once today")
    assert verdicts(one_more[0]) == [("held", [])]
    await confirm(desk, await code_of(desk))
    await ask(desk, "status", trust="accepted")
    await assert_whole(desk)


async def test_what_found_no_room_gets_its_code_as_soon_as_there_is(desk: Desk) -> None:
    for _ in range(MOST_OPEN):
        await ask(desk, "status", trust="accepted")
    late = [await desk.send(sender=MARIA, trust="accepted", subject="EL 02", files=FILES) for _ in range(2)]
    assert await room_at(desk, NOW) == 0
    await confirm(desk, await code_of(desk))
    assert await room_at(desk, NOW + timedelta(hours=2)) == 1
    assert [(await message(desk, one["id"]))["state"] for one in late] == ["asked", "held"]
    sent = await newest(desk)
    assert (sent.fields["number"], sent.fields["at"]) == (late[0]["id"], NOW.isoformat())
    assert sent.fields["ends_at"] == (NOW + timedelta(hours=2) + LIFETIME).isoformat()
    assert await room_at(desk, NOW + timedelta(days=2, hours=3)) == 1  # a day later there is room for all
    assert await room_at(desk, NOW + timedelta(days=2, hours=3)) == 0
    await assert_whole(desk)


async def test_after_three_days_it_is_left_to_a_person(desk: Desk) -> None:
    for _ in range(MOST_OPEN):
        await ask(desk, "status", trust="accepted")
    late = await desk.send(sender=MARIA, trust="accepted", files=FILES)
    assert await room_at(desk, NOW + LIFETIME + timedelta(seconds=1)) == 0
    assert (await message(desk, late["id"]))["state"] == "held"


@pytest.mark.both_databases
async def test_what_a_contact_released_is_still_released_when_there_is_room(desk: Desk) -> None:
    for _ in range(MOST_OPEN):
        await ask(desk)
    forged = await desk.send(sender=MARIA, trust="unauthenticated", text=ADD)
    async with desk.store.begin() as uow:
        entry = await uow.hold_entry(forged["id"])
        assert entry is not None
        await release(entry, MARIA, Keeper("rpark@cde.example", NOW), uow)
    await desk.work()
    assert (await message(desk, forged["id"]))["reason"].startswith("to be confirmed; ")
    assert await room_at(desk, NOW + timedelta(days=1, hours=1)) == 1
    assert (await message(desk, forged["id"]))["state"] == "asked"


async def room_at(desk: Desk, at: datetime) -> int:
    """What the service does every minute, and what comes of it."""
    async with desk.store.begin() as uow:
        taken = await take_up_waiting(uow, at)
    desk.now = at
    await desk.work()
    return taken


def test_a_day_later_there_is_room_again() -> None:
    day = datetime(2013, 12, 2, tzinfo=UTC)
    assert may_ask([day] * (MOST_OPEN - 1), day)
    assert not may_ask([day] * MOST_OPEN, day + timedelta(hours=23))
    assert may_ask([day] * MOST_OPEN, day + timedelta(days=1))


def test_addresses_in_one_mailbox_and_as_they_are_shown() -> None:
    assert mailbox_of("Ana+home@X.example") == "ana@x.example"
    assert masked("mdelgado@sierravista.example") == "m…@sierravista.example"
