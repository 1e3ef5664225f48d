"""How a user, a role and an address are written, in many orders and words; and what is none of them."""

import pytest

from handlers.add_user import AddUser, read_line
from handlers.addresses import one_spelling
from handlers.roles import CALLED, RoleSaid, read_role
from intake.addresses import is_strict, same_mailbox
from store.programs import known_roles
from tests.builders import ANA, PROGRAMS
from tests.handlers.users import NEW, SIERRA


@pytest.mark.parametrize(
    "words",
    [
        f"Jo Lee <{NEW}> as submitter for {SIERRA}",
        f"Jo Lee {NEW} as an LEA submitter for {SIERRA}",
        f"Jo Lee, {NEW}, as District Submitter for {SIERRA}",
        f"<{NEW}> Jo Lee as submitter of {SIERRA}",
        f"{NEW} (Jo Lee) as a submitter in {SIERRA}",
        f"as submitter for {SIERRA}: Jo Lee <{NEW}>",
        f'"Jo Lee" <{NEW}> as LEA Submitter, for {SIERRA}',
    ],
)
def test_one_user_in_many_orders(words: str) -> None:
    assert read_line(words, PROGRAMS) == AddUser("Jo Lee", NEW, RoleSaid("lea_submitter", lea=SIERRA))


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("user", RoleSaid("lea_user")),
        ("FPM coordinator", RoleSaid("lea_coordinator")),
        ("school user at Lincoln Elementary", RoleSaid("school_user", school="Lincoln Elementary")),
        (
            f"school user for {SIERRA} at Lincoln Elementary",
            RoleSaid("school_user", lea=SIERRA, school="Lincoln Elementary"),
        ),
        (
            "coordinator for Delta County Office of Education",
            RoleSaid("lea_coordinator", lea="Delta County Office of Education"),
        ),
        ("monitor of EL on sv-fpm", RoleSaid("program_monitor", instrument="EL", of="sv-fpm")),
        ("reviewer on sv-fpm", RoleSaid("program_monitor", of="sv-fpm")),
        ("team leader of sv-fpm", RoleSaid("rtl", of="sv-fpm")),
        ("regional team leader on review sv-fpm", RoleSaid("rtl", of="sv-fpm")),
        ("contact of fpm", RoleSaid("program_contact", of="fpm")),
        ("program contact for Charter Schools", RoleSaid("program_contact", of="Charter Schools")),
        ("superintendent", None),
        ("user and coordinator", None),
    ],
)
def test_roles_in_peoples_words(words: str, role: RoleSaid | None) -> None:
    found = read_line(f"Jo Lee <{NEW}> as {words}", PROGRAMS)
    assert found is not None
    assert found.role == role


@pytest.mark.parametrize("words", ["", "Jo Lee", "Jo Lee as submitter", NEW, f"{NEW} {ANA} as user"])
def test_what_names_no_one_user_is_another_form(words: str) -> None:
    assert read_line(words, PROGRAMS) is None


def test_every_role_of_the_record_has_its_words() -> None:
    assert set(CALLED) == set(known_roles())
    assert [read_role(words) for role, names in CALLED.items() for words in names] == [
        (role, "") for role, names in CALLED.items() for _ in names
    ]


@pytest.mark.parametrize("said", ["Jo.Lee@SierraVista.example", "jo+x@a.b-c.example", "o'hara@x.example"])
def test_an_address_is_spelled_as_intake_spells_it(said: str) -> None:
    assert one_spelling(said) == same_mailbox(said)
    assert is_strict(said)


@pytest.mark.parametrize(
    "said",
    [
        "jlee@district",
        "jlee@@x.example",
        ".jlee@x.example",
        "jlee.@x.example",
        "jlee@-x.example",
        "jl\u212aee@x.example",
        "j\u0435e@x.example",
        "=?utf-8?q?x?=@x.example",
        f"{'j' * 65}@x.example",
        f"jlee@{'x' * 64}.example",
        f"jlee@{'x.' * 130}example",
        "jlee@x..example",
    ],
)
def test_what_is_no_plain_address_has_no_spelling(said: str) -> None:
    assert one_spelling(said) is None
