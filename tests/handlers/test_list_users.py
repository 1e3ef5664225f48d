"""The list of users: one's own LEA only, with roles and schools; and help, which shows what one may do."""

import pytest

from handlers.list_users import ListUsers, read_line
from tests.builders import ANA, DANA, PROGRAMS, Desk
from tests.handlers.record import MARIA, PEI, PRIYA, RENEE
from tests.handlers.users import (
    COAST,
    MANAGERS,
    NO_MANAGERS,
    NOWHERE,
    OMAR,
    SIERRA,
    STRANGER,
    TOM,
    outcome,
    renamed,
    with_an_admin,
)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("", ListUsers(None, False)),
        ("retired", ListUsers(None, True)),
        (f"of {SIERRA}", ListUsers(SIERRA, False)),
        (f"of {SIERRA} retired", ListUsers(SIERRA, True)),
        (f"retired of {SIERRA}", ListUsers(SIERRA, True)),
        (
            "of Delta County Office of Education, retired",
            ListUsers("Delta County Office of Education", True),
        ),
        ("can mail you now", None),
    ],
)
def test_reading(words: str, wanted: ListUsers | None) -> None:
    assert read_line(words, PROGRAMS) == wanted


@pytest.mark.parametrize("manager", MANAGERS.values(), ids=MANAGERS)
async def test_who_manages_users_sees_them(desk: Desk, manager: str) -> None:
    await with_an_admin(desk)
    answer = await desk.send(sender=manager, text=f"users of {SIERRA}")
    assert answer["reply"] == "users_listed"
    names = [user["name"] for user in answer["fields"]["users"]]
    assert names == ["Ana Ruiz", "Carl Baker", "Dana Whitfield", "Maria Delgado", "Pei Chan", "Tom Okafor"]
    pei = answer["fields"]["users"][4]
    assert pei == {
        "name": "Pei Chan",
        "address": PEI,
        "roles": [{"role": "school_user", "school": "Lincoln Elementary"}],
        "away": None,
    }


@pytest.mark.both_databases
async def test_a_person_of_two_leas_is_shown_with_the_roles_here_only(desk: Desk) -> None:
    await desk.send(sender=PRIYA, text=f"change role {DANA} to coordinator")
    answer = await desk.send(sender=MARIA, text="users")
    dana = next(user for user in answer["fields"]["users"] if user["address"] == DANA)
    assert dana["roles"] == [{"role": "lea_user", "school": None}]


@pytest.mark.both_databases
async def test_the_retired_are_a_list_of_their_own(desk: Desk) -> None:
    for address in (TOM, DANA):
        await desk.send(sender=MARIA, text=f"retire {address}")
    answer = await desk.send(sender=MARIA, text="users retired")
    assert [user["address"] for user in answer["fields"]["users"]] == [DANA, TOM]
    answer = await desk.send(sender=PRIYA, text="users retired")
    assert answer["fields"]["users"] == []


@pytest.mark.parametrize("sender", NO_MANAGERS.values(), ids=NO_MANAGERS)
async def test_nobody_else_sees_them(desk: Desk, sender: str) -> None:
    for said in ("users", f"users of {SIERRA}", f"users of {COAST}", f"users of {NOWHERE} retired"):
        answer = await desk.send(sender=sender, text=said)
        assert outcome(answer) == ("refused", "not_for_your_role")


@pytest.mark.parametrize(("sender", "trust"), [(STRANGER, "authenticated"), (MARIA, "unauthenticated")])
async def test_strangers_and_forged_mails_see_nothing(desk: Desk, sender: str, trust: str) -> None:
    answer = await desk.send(sender=sender, text="users", trust=trust)
    assert answer["reply"] in ("stranger_held", None)


@pytest.mark.parametrize("sender", [MARIA, OMAR])
async def test_another_lea_is_answered_like_one_that_is_nowhere(desk: Desk, sender: str) -> None:
    foreign = await desk.send(sender=sender, text=f"users of {COAST}")
    nowhere = await desk.send(sender=sender, text=f"users of {NOWHERE}")
    assert outcome(foreign) == ("refused", "no_such_lea")
    assert renamed(foreign, COAST, NOWHERE) == renamed(nowhere, COAST, NOWHERE)


async def test_a_sentence_about_users_is_none_of_it(desk: Desk) -> None:
    answer = await desk.send(sender=MARIA, text="users cannot open the file")
    assert outcome(answer) == ("refused", "not_understood")


async def test_a_contact_must_name_the_lea(desk: Desk) -> None:
    assert outcome(await desk.send(sender=RENEE, text="users")) == ("refused", "not_said_right")


@pytest.mark.parametrize(("sender", "offered"), [(ANA, False), (MARIA, True), (RENEE, True), (PEI, False)])
async def test_help_shows_what_ones_roles_may_do(desk: Desk, sender: str, offered: bool) -> None:
    answer = await desk.send(sender=sender, text="help")
    usages = [line["usage"] for line in answer["fields"]["lines"]]
    assert any(usage.startswith("add user") for usage in usages) is offered
    assert any(usage.startswith("contacts") for usage in usages)
