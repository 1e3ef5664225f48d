"""Changing a user's role in an LEA: the old one ends and stays, the new one counts at once."""

import pytest
from sqlalchemy import select

from handlers.change_role import ChangeRole, read_line
from handlers.roles import RoleSaid
from store.models import PersonRole
from tests.builders import ANA, DANA, PROGRAMS, Desk
from tests.handlers.record import HELEN, MARIA, PEI, PRIYA, RENEE, assert_whole
from tests.handlers.users import (
    CARL,
    COAST,
    LUKE,
    MANAGERS,
    NO_MANAGERS,
    NOWHERE,
    SIERRA,
    STRANGER,
    TOM,
    facts,
    outcome,
    people,
    renamed,
    roles_of,
    told,
    with_an_admin,
)

CHANGE = f"change role {TOM} to coordinator"


@pytest.mark.parametrize(
    ("words", "role"),
    [
        (f"{TOM} to submitter", RoleSaid("lea_submitter")),
        (f"of <{TOM}> to an LEA user for {SIERRA}", RoleSaid("lea_user", lea=SIERRA)),
        (f"{TOM} to school user at Sierra High", RoleSaid("school_user", school="Sierra High")),
        (f"{TOM} to boss", None),
    ],
)
def test_reading(words: str, role: RoleSaid | None) -> None:
    assert read_line(words, PROGRAMS) == ChangeRole(TOM, role)


@pytest.mark.parametrize("words", ["", TOM, f"{TOM} submitter", "Tom to submitter"])
def test_another_form_is_none_of_it(words: str) -> None:
    assert read_line(words, PROGRAMS) is None


@pytest.mark.parametrize("manager", MANAGERS.values(), ids=MANAGERS)
async def test_who_manages_users_changes_roles(desk: Desk, manager: str) -> None:
    await with_an_admin(desk)
    answer = await desk.send(sender=manager, text=f"{CHANGE} for {SIERRA}")
    assert (answer["state"], answer["reply"]) == ("done", "role_changed")
    assert (answer["fields"]["ended"], answer["fields"]["role"]) == (["lea_submitter"], "lea_coordinator")
    assert await roles_of(desk, TOM) == ["lea_coordinator sierra-vista"]
    assert await told(desk, "own_roles_changed") == [TOM]
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_the_old_role_stays_on_record_as_changed(desk: Desk) -> None:
    await desk.send(sender=MARIA, text=CHANGE)
    async with desk.store.database.reading() as session:
        found = (await session.scalars(select(PersonRole).where(PersonRole.ended_how == "changed"))).all()
    assert [(role.role, role.lea_id, role.ended_at) for role in found] == [
        ("lea_submitter", "sierra-vista", desk.now)
    ]


@pytest.mark.both_databases
async def test_the_new_role_counts_at_once_also_in_one_batch(desk: Desk) -> None:
    numbers = await desk.keep(
        {"sender": MARIA, "text": CHANGE},
        {"sender": TOM, "text": f"change role {ANA} to submitter"},
        {"sender": MARIA, "text": f"change role {TOM} to user"},
        {"sender": TOM, "text": f"change role {ANA} to user"},
    )
    await desk.work()
    rows = {row["id"]: row["state"] for row in (await desk.export())["messages"]}
    assert [rows[number] for number in numbers] == ["done", "done", "done", "refused"]
    assert await roles_of(desk, ANA) == ["lea_submitter sierra-vista"]
    await assert_whole(desk)


@pytest.mark.parametrize("sender", NO_MANAGERS.values(), ids=NO_MANAGERS)
async def test_nobody_else_may_wherever(desk: Desk, sender: str) -> None:
    before = await people(desk)
    for place in ("", f" for {SIERRA}", f" for {COAST}", f" for {NOWHERE}"):
        answer = await desk.send(sender=sender, text=CHANGE + place)
        assert outcome(answer) == ("refused", "not_for_your_role")
    assert await people(desk) == before


@pytest.mark.parametrize(("sender", "trust"), [(STRANGER, "authenticated"), (MARIA, "unauthenticated")])
async def test_strangers_and_forged_mails_change_nothing(desk: Desk, sender: str, trust: str) -> None:
    before = await people(desk)
    answer = await desk.send(sender=sender, text=CHANGE, trust=trust)
    assert answer["state"] == "held"
    assert await people(desk) == before


@pytest.mark.both_databases
async def test_another_lea_is_answered_like_one_that_is_nowhere(desk: Desk) -> None:
    foreign = await desk.send(sender=MARIA, text=f"{CHANGE} for {COAST}")
    nowhere = await desk.send(sender=MARIA, text=f"{CHANGE} for {NOWHERE}")
    assert outcome(foreign) == ("refused", "no_such_lea")
    assert renamed(foreign, COAST, NOWHERE) == renamed(nowhere, COAST, NOWHERE)


@pytest.mark.parametrize("foreign", [LUKE, HELEN, PRIYA])
async def test_another_leas_user_is_like_nobody(desk: Desk, foreign: str) -> None:
    one = await desk.send(sender=MARIA, text=f"change role {foreign} to user")
    nobody = await desk.send(sender=MARIA, text=f"change role {STRANGER} to user")
    assert outcome(one) == ("refused", "not_one_of_yours")
    assert renamed(one, foreign, STRANGER) == renamed(nobody, foreign, STRANGER)


async def test_a_contact_reaches_the_leas_of_their_programs_only(desk: Desk) -> None:
    answer = await desk.send(
        sender=RENEE, text="change role gmoreno@harborlights.example to user for Harbor Lights Charter"
    )
    assert outcome(answer) == ("refused", "no_such_lea")


async def test_the_role_of_one_lea_changes_and_the_other_stays(desk: Desk) -> None:
    await desk.send(sender=MARIA, text=f"change role {DANA} to submitter")
    assert await roles_of(desk, DANA) == ["lea_user coast-range", "lea_submitter sierra-vista"]


async def test_to_a_school_and_from_it(desk: Desk) -> None:
    await desk.send(sender=MARIA, text=f"change role {PEI} to school user at Sierra High")
    assert await roles_of(desk, PEI) == ["school_user sierra-vista 99100019900015"]
    await desk.send(sender=MARIA, text=f"change role {PEI} to user")
    assert await roles_of(desk, PEI) == ["lea_user sierra-vista"]


@pytest.mark.parametrize("words", ["monitor of EL on sv-fpm", "contact of fpm", "boss"])
async def test_only_an_leas_roles_are_given_so(desk: Desk, words: str) -> None:
    answer = await desk.send(sender=RENEE, text=f"change role {TOM} to {words}")
    assert outcome(answer) == ("refused", "not_said_right")


async def test_the_same_role_again_is_said(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text=f"change role {TOM} to submitter")
    assert outcome(answer) == ("refused", "has_that_role")


async def test_a_retired_user_is_to_be_reinstated(desk: Desk) -> None:
    await desk.send(sender=MARIA, text=f"retire {TOM}")
    answer = await desk.send(sender=MARIA, text=CHANGE)
    assert outcome(answer) == ("refused", "is_retired")


async def test_the_last_coordinator_stays_one_whoever_asks(desk: Desk) -> None:
    answer = await desk.send(sender=RENEE, text=f"change role {MARIA} to user for {SIERRA}")
    assert outcome(answer) == ("refused", "last_admin")
    assert facts(answer) == {"where": SIERRA}
    await with_an_admin(desk)
    assert (await desk.send(sender=CARL, text=f"change role {MARIA} to user"))["state"] == "done"


async def test_the_last_coordinator_may_become_administrator(desk: Desk) -> None:
    answer = await desk.send(sender=RENEE, text=f"change role {MARIA} to admin for {SIERRA}")
    assert answer["state"] == "done"


async def test_nobody_changes_a_role_of_their_own(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text=f"change role {MARIA} to admin")
    assert outcome(answer) == ("refused", "not_yourself")
    assert await roles_of(desk, MARIA) == ["lea_coordinator sierra-vista"]


async def test_who_has_roles_of_both_sides_by_data_gets_no_other(desk: Desk) -> None:
    async with desk.store.begin() as uow:
        tom = await uow.person_at(TOM)
        assert tom is not None
        tom.roles.append(PersonRole(role="rtl", review_id="sv-fpm"))
    assert outcome(await desk.send(sender=MARIA, text=CHANGE)) == ("refused", "address_not_free")
