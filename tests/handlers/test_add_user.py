"""Adding users: who may, for which LEA, as what; and that nobody learns about anybody elsewhere by it."""

import pytest

from store.models import PersonAddress
from tests.builders import ANA, DANA, Desk
from tests.handlers.record import GUS, HELEN, MARIA, PEI, PRIYA, RENEE, assert_whole
from tests.handlers.users import (
    BETH,
    CARL,
    COAST,
    MANAGERS,
    NEW,
    NO_MANAGERS,
    NOWHERE,
    OMAR,
    SIERRA,
    STRANGER,
    TOM,
    both_at_once,
    facts,
    is_known,
    outcome,
    people,
    renamed,
    roles_of,
    told,
    with_an_admin,
)

ADD = f"add user Jo Lee <{NEW}> as submitter"
FOR_SIERRA = f"{ADD} for {SIERRA}"
LINCOLN = "99100016000011"
NEW_LEA = "Delta County Office of Education"

# --- who may


@pytest.mark.parametrize("manager", MANAGERS.values(), ids=MANAGERS)
async def test_who_manages_users_may_add(desk: Desk, manager: str) -> None:
    await with_an_admin(desk)
    answer = await desk.send(sender=manager, text=FOR_SIERRA)
    assert (answer["state"], answer["reply"]) == ("done", "user_added")
    assert await roles_of(desk, NEW) == ["lea_submitter sierra-vista"]
    assert await told(desk, "user_welcomed") == sorted([CARL, NEW])
    others = sorted({MARIA, CARL} - {manager})
    heard = [row.to for row in await desk.outgoing() if row.fields.get("address") == NEW and row.to in others]
    assert sorted(heard) == others
    await assert_whole(desk)


@pytest.mark.parametrize("sender", NO_MANAGERS.values(), ids=NO_MANAGERS)
async def test_nobody_else_may_wherever(desk: Desk, sender: str) -> None:
    before = await people(desk)
    for said in (ADD, FOR_SIERRA, f"{ADD} for {COAST}", f"{ADD} for {NOWHERE}"):
        answer = await desk.send(sender=sender, text=said)
        assert outcome(answer) == ("refused", "not_for_your_role")
        assert facts(answer)["action"] == "add users"
    assert await people(desk) == before
    assert await told(desk, "user_welcomed") == []


async def test_a_stranger_adds_nobody(desk: Desk) -> None:
    answer = await desk.send(sender=STRANGER, text=FOR_SIERRA)
    assert (answer["state"], answer["reply"]) == ("held", "stranger_held")
    assert not await is_known(desk, NEW)


@pytest.mark.parametrize("sender", [MARIA, RENEE])
async def test_a_forged_mail_adds_nobody(desk: Desk, sender: str) -> None:
    answer = await desk.send(sender=sender, text=FOR_SIERRA, trust="unauthenticated")
    assert (answer["state"], answer["reply"]) == ("held", None)
    assert not await is_known(desk, NEW)


@pytest.mark.parametrize("text", [f"> {ADD}", f"As said:\n{ADD}", f"--\n{ADD}"])
async def test_quoted_or_told_words_add_nobody(desk: Desk, text: str) -> None:
    await desk.send(sender=MARIA, text=text)
    assert not await is_known(desk, NEW)


async def test_a_rehearsal_adds_nobody(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text=f"dry run {ADD}")
    assert answer["reply"] == "rehearsed"
    assert answer["fields"]["template"] == "user_added"
    assert not await is_known(desk, NEW)


# --- for which LEA


@pytest.mark.parametrize("sender", [MARIA, CARL])
async def test_another_lea_is_answered_like_one_that_is_nowhere(desk: Desk, sender: str) -> None:
    await with_an_admin(desk)
    foreign = await desk.send(sender=sender, text=f"{ADD} for {COAST}")
    nowhere = await desk.send(sender=sender, text=f"{ADD} for {NOWHERE}")
    assert outcome(foreign) == ("refused", "no_such_lea")
    assert renamed(foreign, COAST, NOWHERE) == renamed(nowhere, COAST, NOWHERE)
    assert not await is_known(desk, NEW)


@pytest.mark.parametrize(
    ("sender", "lea"), [(OMAR, COAST), (RENEE, "Harbor Lights Charter"), (BETH, "oak-hollow")]
)
async def test_a_contact_adds_nobody_where_others_manage_users_and_their_programs_ask_nothing(
    desk: Desk, sender: str, lea: str
) -> None:
    for role in ("coordinator", "user"):
        said = f"add user Jo Lee <{NEW}> as {role} for"
        foreign = await desk.send(sender=sender, text=f"{said} {lea}")
        nowhere = await desk.send(sender=sender, text=f"{said} {NOWHERE}")
        assert outcome(foreign) == ("refused", "no_such_lea")
        assert renamed(foreign, lea, NOWHERE) == renamed(nowhere, lea, NOWHERE)
    assert not await is_known(desk, NEW)


async def test_a_contact_adds_where_their_program_asks_for_something_and_the_admins_hear_it(
    desk: Desk,
) -> None:
    answer = await desk.send(sender=OMAR, text=f"{ADD} for Harbor Lights Charter")
    assert answer["state"] == "done"
    assert await told(desk, "user_change_heard") == [GUS]


async def test_an_lea_that_nobody_manages_gets_its_first_coordinator_from_any_contact_once(
    desk: Desk,
) -> None:
    first = f"add user Jo Lee <{NEW}> as coordinator for {NEW_LEA}"
    numbers = await desk.keep(
        {"sender": RENEE, "text": first},
        {"sender": OMAR, "text": first.replace(NEW, STRANGER)},
    )
    await both_at_once(desk)
    rows = {row["id"]: row["state"] for row in (await desk.export())["messages"]}
    assert sorted(rows[number] for number in numbers) == ["done", "refused"]
    assert await is_known(desk, NEW) != await is_known(desk, STRANGER)
    await assert_whole(desk)


# --- who gives what to whom


@pytest.mark.parametrize(
    ("sender", "words"),
    [
        (MARIA, "submitter"),
        (RENEE, "monitor of EL on sv-fpm"),
        (RENEE, f"coordinator for {SIERRA}"),
        (RENEE, f"coordinator for {NEW_LEA}"),
        (OMAR, "contact of charter"),
    ],
)
async def test_nobody_gives_a_role_to_themself(desk: Desk, sender: str, words: str) -> None:
    before = await people(desk)
    answer = await desk.send(sender=sender, text=f"add user Me <{sender.upper()}> as {words}")
    assert outcome(answer) == ("refused", "not_yourself")
    assert await people(desk) == before


async def test_a_second_address_of_ones_own_is_oneself(desk: Desk) -> None:
    async with desk.store.begin() as uow:
        renee = await uow.person_at(RENEE)
        assert renee is not None
        renee.addresses.append(PersonAddress(address=NEW))
    answer = await desk.send(sender=RENEE, text=f"add user {NEW} as submitter for {SIERRA}")
    assert outcome(answer) == ("refused", "not_yourself")


@pytest.mark.parametrize("state", [HELEN, RENEE, OMAR])
async def test_an_lea_is_not_told_why_it_cannot_add_somebody_of_the_state(desk: Desk, state: str) -> None:
    before = await people(desk)
    answer = await desk.send(sender=MARIA, text=f"add user Jo Lee <{state}> as submitter")
    assert outcome(answer) == ("refused", "address_not_free")
    assert facts(answer) == {"address": state}
    assert await people(desk) == before


async def test_a_contact_is_told_that_nobody_has_roles_of_both_sides(desk: Desk) -> None:
    before = await people(desk)
    for address, words, has in (
        (HELEN, f"submitter for {SIERRA}", "state"),
        (TOM, "monitor of EL on sv-fpm", "lea"),
        (PRIYA, "team leader of sv-fpm", "lea"),
        (PEI, "contact of fpm", "lea"),
    ):
        answer = await desk.send(sender=RENEE, text=f"add user {address} as {words}")
        assert outcome(answer) == ("refused", "both_sides")
        assert facts(answer) == {"address": address, "has": has}
    assert await people(desk) == before


async def test_who_left_the_state_may_work_for_an_lea_but_is_not_reinstated_then(desk: Desk) -> None:
    for review in ("sv-fpm", "cr-fpm"):
        await desk.send(sender=RENEE, text=f"retire {HELEN} from {review}")
    assert (await desk.send(sender=MARIA, text=f"add user {HELEN} as user"))["state"] == "done"
    answer = await desk.send(sender=RENEE, text=f"reinstate {HELEN} on sv-fpm")
    assert outcome(answer) == ("refused", "both_sides")
    assert await roles_of(desk, HELEN) == ["lea_user sierra-vista"]
    await assert_whole(desk)


async def test_a_contact_must_name_the_lea(desk: Desk) -> None:
    answer = await desk.send(sender=RENEE, text=ADD)
    assert outcome(answer) == ("refused", "not_said_right")
    assert facts(answer)["lacks"] == "the LEA"


async def test_who_manages_two_leas_is_asked_which(desk: Desk) -> None:
    await desk.send(sender=RENEE, text=f"add user {PRIYA} as coordinator for {SIERRA}")
    answer = await desk.send(sender=PRIYA, text=ADD)
    assert outcome(answer) == ("refused", "which_one")
    assert [one["say"] for one in facts(answer)["choices"]] == [f"for {COAST}", f"for {SIERRA}"]
    answer = await desk.send(sender=PRIYA, text=f"{ADD} for {COAST}")
    assert answer["state"] == "done"
    assert await roles_of(desk, NEW) == ["lea_submitter coast-range"]


async def test_a_coordinator_here_who_is_a_user_there_manages_here_only(desk: Desk) -> None:
    await desk.send(sender=RENEE, text=f"add user {DANA} as coordinator for {SIERRA}")
    answer = await desk.send(sender=DANA, text=f"{ADD} for {COAST}")
    assert outcome(answer) == ("refused", "no_such_lea")
    assert (await desk.send(sender=DANA, text=ADD))["state"] == "done"
    assert await roles_of(desk, NEW) == ["lea_submitter sierra-vista"]


# --- as what, and where


async def test_a_school_user_is_bound_to_a_school_of_the_lea(desk: Desk) -> None:
    said = f"add user Jo Lee <{NEW}> as school user"
    answer = await desk.send(sender=MARIA, text=f"{said} at lincoln elementary")
    assert answer["state"] == "done"
    assert answer["fields"]["school"] == "Lincoln Elementary"
    assert await roles_of(desk, NEW) == [f"school_user sierra-vista {LINCOLN}"]


async def test_a_school_user_needs_a_school(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text=f"add user Jo Lee <{NEW}> as school user")
    assert (outcome(answer), facts(answer)["lacks"]) == (("refused", "not_said_right"), "the school")


async def test_nobody_else_is_bound_to_a_school(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text=f"{ADD} at Lincoln Elementary")
    assert outcome(answer) == ("refused", "not_said_right")


async def test_a_school_of_another_lea_is_like_one_that_is_nowhere(desk: Desk) -> None:
    said = f"add user Jo Lee <{NEW}> as school user at"
    foreign = await desk.send(sender=MARIA, text=f"{said} Dune Elementary")
    nowhere = await desk.send(sender=MARIA, text=f"{said} Moon Elementary")
    assert outcome(foreign) == ("refused", "not_one_of_yours")
    assert renamed(foreign, "Dune", "Moon") == renamed(nowhere, "Dune", "Moon")


async def test_a_role_that_we_do_not_know_is_taught(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text=f"add user Jo Lee <{NEW}> as superintendent")
    assert outcome(answer) == ("refused", "not_said_right")
    assert "submitter" in facts(answer)["lacks"]


async def test_a_malformed_address_is_read_back(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text="add user Jo Lee <jlee@district> as submitter")
    assert outcome(answer) == ("refused", "not_said_right")
    assert "jlee@district" in facts(answer)["lacks"]


async def test_an_address_is_one_whatever_its_case(desk: Desk) -> None:
    assert (await desk.send(sender=MARIA, text=ADD))["state"] == "done"
    answer = await desk.send(sender=MARIA, text=ADD.replace(NEW, NEW.upper()))
    assert outcome(answer) == ("refused", "has_that_role")
    assert facts(answer)["where"] == SIERRA


@pytest.mark.both_databases
async def test_the_new_user_may_mail_at_once(desk: Desk) -> None:
    await desk.send(sender=MARIA, text=f"add user {NEW} as submitter")
    answer = await desk.send(sender=NEW, text="help")
    assert (answer["state"], answer["fields"]["name"]) == ("done", NEW)


# --- who is on record already


async def test_an_address_on_record_gets_the_role_added_and_nothing_is_told_of_it(desk: Desk) -> None:
    known = await desk.send(sender=MARIA, text=f"add user Jo Lee <{PRIYA}> as user")
    fresh = await desk.send(sender=MARIA, text=f"add user Jo Lee <{NEW}> as user")
    assert known["state"] == "done"
    assert renamed(known, PRIYA, NEW) == renamed(fresh, PRIYA, NEW)
    assert await roles_of(desk, PRIYA) == ["lea_coordinator coast-range", "lea_user sierra-vista"]
    await assert_whole(desk)


async def test_a_rehearsal_tells_nothing_of_who_is_on_record_either(desk: Desk) -> None:
    known = await desk.send(sender=MARIA, text=f"dry run add user Jo Lee <{PRIYA}> as user")
    fresh = await desk.send(sender=MARIA, text=f"dry run add user Jo Lee <{NEW}> as user")
    assert renamed(known, PRIYA, NEW) == renamed(fresh, PRIYA, NEW)


async def test_another_role_in_the_same_lea_is_added(desk: Desk) -> None:
    assert (await desk.send(sender=MARIA, text=f"add user {ANA} as submitter"))["state"] == "done"
    assert await roles_of(desk, ANA) == ["lea_user sierra-vista", "lea_submitter sierra-vista"]


async def test_who_was_retired_here_is_to_be_reinstated(desk: Desk) -> None:
    await desk.send(sender=MARIA, text=f"retire {TOM}")
    answer = await desk.send(sender=MARIA, text=f"add user Tom Okafor <{TOM}> as submitter")
    assert outcome(answer) == ("refused", "is_retired")
    assert await roles_of(desk, TOM) == []


async def test_who_was_retired_elsewhere_is_added_like_anybody(desk: Desk) -> None:
    await desk.send(sender=MARIA, text=f"retire {TOM}")
    retired = await desk.send(sender=PRIYA, text=f"add user Jo Lee <{TOM}> as user")
    fresh = await desk.send(sender=PRIYA, text=f"add user Jo Lee <{NEW}> as user")
    assert retired["state"] == "done"
    assert renamed(retired, TOM, NEW) == renamed(fresh, TOM, NEW)
    assert await roles_of(desk, TOM) == ["lea_user coast-range"]
    assert (await desk.send(sender=TOM, text="help"))["state"] == "done"
    await assert_whole(desk)


@pytest.mark.both_databases
@pytest.mark.parametrize("retired", [False, True])
async def test_two_leas_that_add_the_same_address_at_once_both_have_the_user(
    desk: Desk, retired: bool
) -> None:
    address = TOM if retired else NEW
    if retired:
        await desk.send(sender=MARIA, text=f"retire {TOM}")
    sender, role = (GUS, "lea_user harbor-lights") if retired else (MARIA, "lea_user sierra-vista")
    numbers = await desk.keep(
        *({"sender": one, "text": f"add user Jo Lee <{address}> as user"} for one in (sender, PRIYA))
    )
    await both_at_once(desk)
    rows = {row["id"]: row for row in (await desk.export())["messages"]}
    assert [rows[number]["state"] for number in numbers] == ["done", "done"]
    assert sorted(await roles_of(desk, address)) == ["lea_user coast-range", role]
    owned = [one for one in await people(desk) if address in str(one)]
    assert len(owned) == 1
    await assert_whole(desk)


# --- the state's roles


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("monitor of CE on sv-fpm", "program_monitor sv-fpm"),
        ("monitor of ucp on sv-fpm", "program_monitor sv-fpm"),
        ("team leader of sv-fpm", "rtl sv-fpm"),
        ("contact of fpm", "program_contact fpm"),
        ("contact for Federal Program Monitoring (FPM)", "program_contact fpm"),
    ],
)
async def test_a_contact_gives_the_states_roles_of_their_program(desk: Desk, words: str, role: str) -> None:
    answer = await desk.send(sender=RENEE, text=f"add user Jo Lee <{NEW}> as {words}")
    assert answer["state"] == "done", answer["fields"]
    assert await roles_of(desk, NEW) == [role]
    assert await told(desk, "user_change_heard") == []
    await assert_whole(desk)


@pytest.mark.parametrize("sender", [MARIA, *NO_MANAGERS.values()])
async def test_nobody_else_gives_them(desk: Desk, sender: str) -> None:
    for words in ("monitor of EL on sv-fpm", "team leader of sv-fpm", "contact of fpm"):
        answer = await desk.send(sender=sender, text=f"add user Jo Lee <{NEW}> as {words}")
        assert outcome(answer) == ("refused", "not_for_your_role")
    assert not await is_known(desk, NEW)


@pytest.mark.parametrize(
    ("words", "foreign", "nowhere"),
    [
        ("monitor of EL on", "sv-fpm", "zz-fpm"),
        ("team leader of", "sv-fpm", "zz-fpm"),
        ("contact of", "fpm", "zpm"),
    ],
)
async def test_another_programs_review_is_like_one_that_is_nowhere(
    desk: Desk, words: str, foreign: str, nowhere: str
) -> None:
    said = f"add user Jo Lee <{NEW}> as {words}"
    one = await desk.send(sender=OMAR, text=f"{said} {foreign}")
    other = await desk.send(sender=OMAR, text=f"{said} {nowhere}")
    assert outcome(one) == ("refused", "not_one_of_yours")
    assert renamed(one, foreign, nowhere) == renamed(other, foreign, nowhere)
    assert not await is_known(desk, NEW)


@pytest.mark.parametrize(
    ("words", "lacks"),
    [
        ("monitor on sv-fpm", "the instrument"),
        ("monitor", "the review"),
        ("team leader", "the review"),
        ("contact", "the program"),
    ],
)
async def test_what_a_state_role_lacks_is_said(desk: Desk, words: str, lacks: str) -> None:
    answer = await desk.send(sender=RENEE, text=f"add user Jo Lee <{NEW}> as {words}")
    assert outcome(answer) == ("refused", "not_said_right")
    assert facts(answer)["lacks"] == lacks


async def test_an_instrument_that_the_review_does_not_have_has_no_monitor(desk: Desk) -> None:
    answer = await desk.send(sender=RENEE, text=f"add user Jo Lee <{NEW}> as monitor of UCP on cr-fpm")
    assert outcome(answer) == ("refused", "not_one_of_yours")
