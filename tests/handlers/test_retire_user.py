"""Retiring and reinstating: nothing is deleted, who is retired is a stranger at once, an LEA keeps an admin."""

import pytest

from handlers.retire_user import ReinstateUser, RetireUser, read_reinstate, read_retire
from tests.builders import ANA, DANA, NOW, PROGRAMS, Desk
from tests.handlers.record import GUS, HELEN, MARIA, PRIYA, RENEE, assert_whole
from tests.handlers.users import (
    CARL,
    COAST,
    LUKE,
    MANAGERS,
    NO_MANAGERS,
    NOWHERE,
    OMAR,
    SIERRA,
    STRANGER,
    TOM,
    both_at_once,
    facts,
    outcome,
    people,
    renamed,
    roles_of,
    told,
    with_an_admin,
)

RETIRE = f"retire {TOM}"
VERBS = ("retire", "reinstate")


def test_reading() -> None:
    assert read_retire(TOM, PROGRAMS) == RetireUser(TOM, None)
    assert read_retire(f"user <{TOM}> from {SIERRA}", PROGRAMS) == RetireUser(TOM, SIERRA)
    assert read_reinstate(f"{TOM} in {SIERRA}", PROGRAMS) == ReinstateUser(TOM, SIERRA)
    assert [read_retire(words, PROGRAMS) for words in ("", "Tom", "soon", f"{TOM} {ANA}")] == [None] * 4


@pytest.mark.parametrize("manager", MANAGERS.values(), ids=MANAGERS)
async def test_who_manages_users_retires_and_reinstates(desk: Desk, manager: str) -> None:
    await with_an_admin(desk)
    answer = await desk.send(sender=manager, text=f"{RETIRE} from {SIERRA}")
    assert (answer["state"], answer["reply"]) == ("done", "user_retired")
    assert await roles_of(desk, TOM) == []
    answer = await desk.send(sender=manager, text=f"reinstate {TOM} in {SIERRA}")
    assert (answer["state"], answer["reply"]) == ("done", "user_reinstated")
    assert await roles_of(desk, TOM) == ["lea_submitter sierra-vista"]
    assert await told(desk, "own_roles_changed") == [TOM, TOM]
    assert (await desk.send(sender=TOM, text="help"))["state"] == "done"
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_a_retired_person_is_a_stranger_at_once(desk: Desk) -> None:
    numbers = await desk.keep({"sender": MARIA, "text": RETIRE}, {"sender": TOM, "text": "status"})
    await desk.work()
    rows = {row["id"]: (row["state"], row["reason"]) for row in (await desk.export())["messages"]}
    assert [rows[number] for number in numbers] == [("done", ""), ("held", "unknown sender")]


@pytest.mark.parametrize("sender", NO_MANAGERS.values(), ids=NO_MANAGERS)
@pytest.mark.parametrize("verb", VERBS)
async def test_nobody_else_may_wherever(desk: Desk, sender: str, verb: str) -> None:
    before = await people(desk)
    for place in ("", f" from {SIERRA}", f" from {COAST}", f" from {NOWHERE}"):
        answer = await desk.send(sender=sender, text=f"{verb} {TOM}{place}")
        assert outcome(answer) == ("refused", "not_for_your_role")
    assert await people(desk) == before


@pytest.mark.parametrize(("sender", "trust"), [(STRANGER, "authenticated"), (MARIA, "unauthenticated")])
async def test_strangers_and_forged_mails_retire_nobody(desk: Desk, sender: str, trust: str) -> None:
    answer = await desk.send(sender=sender, text=RETIRE, trust=trust)
    assert answer["state"] == "held"
    assert await roles_of(desk, TOM) == ["lea_submitter sierra-vista"]


@pytest.mark.parametrize("verb", VERBS)
async def test_another_lea_is_answered_like_one_that_is_nowhere(desk: Desk, verb: str) -> None:
    foreign = await desk.send(sender=MARIA, text=f"{verb} {LUKE} from {COAST}")
    nowhere = await desk.send(sender=MARIA, text=f"{verb} {LUKE} from {NOWHERE}")
    assert outcome(foreign) == ("refused", "no_such_lea")
    assert renamed(foreign, COAST, NOWHERE) == renamed(nowhere, COAST, NOWHERE)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("foreign", [LUKE, HELEN, RENEE])
async def test_another_leas_user_is_like_nobody(desk: Desk, verb: str, foreign: str) -> None:
    one = await desk.send(sender=MARIA, text=f"{verb} {foreign}")
    nobody = await desk.send(sender=MARIA, text=f"{verb} {STRANGER}")
    assert outcome(one) == ("refused", "not_one_of_yours")
    assert renamed(one, foreign, STRANGER) == renamed(nobody, foreign, STRANGER)
    assert await roles_of(desk, foreign) != []


async def test_whom_another_lea_retired_is_like_nobody(desk: Desk) -> None:
    await desk.send(sender=PRIYA, text=f"retire {LUKE}")
    for verb in VERBS:
        one = await desk.send(sender=MARIA, text=f"{verb} {LUKE}")
        nobody = await desk.send(sender=MARIA, text=f"{verb} {STRANGER}")
        assert renamed(one, LUKE, STRANGER) == renamed(nobody, LUKE, STRANGER)


async def test_a_contact_reaches_the_leas_of_their_programs_only(desk: Desk) -> None:
    answer = await desk.send(sender=OMAR, text=f"retire {TOM} from {SIERRA}")
    assert outcome(answer) == ("refused", "no_such_lea")
    answer = await desk.send(sender=RENEE, text=f"retire {GUS} from Harbor Lights Charter")
    assert outcome(answer) == ("refused", "no_such_lea")


async def test_from_one_lea_and_not_from_the_other(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text=f"retire {DANA}")
    assert answer["fields"]["where"] == SIERRA
    assert await roles_of(desk, DANA) == ["lea_user coast-range"]
    assert (await desk.send(sender=DANA, text="status"))["fields"]["leas"] == [COAST]
    await desk.send(sender=PRIYA, text=f"retire {DANA}")
    assert (await desk.send(sender=DANA, text="status"))["state"] == "held"
    await desk.send(sender=PRIYA, text=f"reinstate {DANA}")
    assert (await desk.send(sender=DANA, text="status"))["fields"]["leas"] == [COAST]
    await assert_whole(desk)


async def test_somebody_retired_as_a_whole_comes_back_to_one_lea_only(desk: Desk) -> None:
    async with desk.store.begin() as uow:
        dana = await uow.person_at(DANA)
        assert dana is not None
        dana.retired_at = NOW
    assert (await desk.send(sender=MARIA, text=f"reinstate {DANA}"))["state"] == "done"
    assert await roles_of(desk, DANA) == ["lea_user sierra-vista"]
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_twice_is_told(desk: Desk) -> None:
    await desk.send(sender=MARIA, text=RETIRE)
    assert outcome(await desk.send(sender=MARIA, text=RETIRE)) == ("refused", "is_retired")
    await desk.send(sender=MARIA, text=f"reinstate {TOM}")
    assert outcome(await desk.send(sender=MARIA, text=f"reinstate {TOM}")) == ("refused", "has_that_role")


async def test_nobody_retires_themself(desk: Desk) -> None:
    await with_an_admin(desk)
    for sender, said in ((MARIA, f"retire {MARIA.upper()}"), (RENEE, f"retire {RENEE} from fpm")):
        assert outcome(await desk.send(sender=sender, text=said)) == ("refused", "not_yourself")
        assert await roles_of(desk, sender) != []


async def test_the_last_coordinator_stays(desk: Desk) -> None:
    answer = await desk.send(sender=RENEE, text=f"retire {MARIA} from {SIERRA}")
    assert outcome(answer) == ("refused", "last_admin")
    assert facts(answer) == {"where": SIERRA}
    await with_an_admin(desk)
    assert (await desk.send(sender=RENEE, text=f"retire {MARIA} from {SIERRA}"))["state"] == "done"


@pytest.mark.both_databases
async def test_two_admins_who_retire_each_other_at_the_same_time_leave_one(desk: Desk) -> None:
    await with_an_admin(desk)
    numbers = await desk.keep(
        {"sender": MARIA, "text": f"retire {CARL}"}, {"sender": CARL, "text": f"retire {MARIA}"}
    )
    await both_at_once(desk)
    rows = {row["id"]: row for row in (await desk.export())["messages"]}
    assert sorted(rows[number]["state"] for number in numbers) in (["done", "held"], ["done", "refused"])
    left = [await roles_of(desk, address) for address in (MARIA, CARL)]
    assert sorted(map(len, left)) == [0, 1]
    await assert_whole(desk)


async def test_a_contact_ends_a_role_on_a_review_and_gives_it_back(desk: Desk) -> None:
    assert (await desk.send(sender=RENEE, text=f"retire {HELEN} from sv-fpm"))["state"] == "done"
    assert await roles_of(desk, HELEN) == ["program_monitor cr-fpm"]
    assert (await desk.send(sender=RENEE, text=f"reinstate {HELEN} on sv-fpm"))["state"] == "done"
    assert await roles_of(desk, HELEN) == ["program_monitor sv-fpm", "program_monitor cr-fpm"]
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_another_programs_review_is_like_one_that_is_nowhere(desk: Desk) -> None:
    one = await desk.send(sender=OMAR, text=f"retire {HELEN} from sv-fpm")
    other = await desk.send(sender=OMAR, text=f"retire {HELEN} from zz-fpm")
    assert outcome(one) == ("refused", "no_such_lea")
    assert renamed(one, "sv-fpm", "zz-fpm") == renamed(other, "sv-fpm", "zz-fpm")


@pytest.mark.parametrize(
    ("said", "usage"),
    [
        (RETIRE, "retire jlee@district.example from Sierra Vista Unified"),
        (f"reinstate {TOM}", "reinstate jlee@district.example in Sierra Vista Unified"),
        ("users", "users of Sierra Vista Unified"),
        (
            f"change role {TOM} to user",
            "change role jlee@district.example to submitter for Sierra Vista Unified",
        ),
        (
            "add user Jo Lee <jlee@sierravista.example> as user",
            "add user Jo Lee <jlee@district.example> as submitter for Sierra Vista Unified",
        ),
    ],
)
async def test_a_contact_who_names_no_lea_is_told_where_to_write_it(
    desk: Desk, said: str, usage: str
) -> None:
    told = facts(await desk.send(sender=RENEE, text=said))
    assert (told["lacks"], told["usage"]) == ("the LEA", usage)


async def test_what_comes_next_names_the_lea_for_whom_has_several(desk: Desk) -> None:
    assert (await desk.send(sender=MARIA, text=RETIRE))["fields"]["named"] == ""
    assert (await desk.send(sender=MARIA, text=f"reinstate {TOM}"))["fields"]["users"] == "users"
    retired = await desk.send(sender=RENEE, text=f"{RETIRE} from {SIERRA}")
    assert (await desk.send(sender=RENEE, text=f"reinstate {TOM} in {retired['fields']['named']}"))[
        "state"
    ] == "done"
    assert (await desk.send(sender=RENEE, text=f"{RETIRE} from {SIERRA}"))["state"] == "done"
    listed = await desk.send(sender=RENEE, text=f"users of {SIERRA} retired")
    assert listed["fields"]["named"] == SIERRA
    back = await desk.send(sender=RENEE, text=f"reinstate {TOM} in {SIERRA}")
    assert (await desk.send(sender=RENEE, text=back["fields"]["users"]))["reply"] == "users_listed"


async def test_whom_a_contact_retires_from_a_review_comes_back_by_its_id(desk: Desk) -> None:
    retired = await desk.send(sender=RENEE, text=f"retire {HELEN} from sv-fpm")
    assert retired["fields"]["named"] == "sv-fpm"
    back = await desk.send(sender=RENEE, text=f"reinstate {HELEN} in sv-fpm")
    assert (back["state"], back["fields"]["users"]) == ("done", "")
