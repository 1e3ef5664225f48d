"""What a command is about: spellings, names behind it, what fits several, and what is not theirs."""

import pytest

from handlers.asking import Asker
from handlers.references import find_target, read_target
from handlers.refusals import NotOneOfYours, WhichOne
from tests.builders import ANA, ANCHOR, DANA, NOW, PROGRAMS, Desk
from tests.handlers.record import GUS, HELEN, PRIYA, RENEE
from tests.handlers.verbs import a_message

OMAR = "ohaddad@cde.example"
READ = {
    "EL 02": ("EL 02", None, None, None, False, ""),
    "el-2": ("EL 02", None, None, None, False, ""),
    "I-EL 02: words": ("EL 02", None, None, None, False, ": words"),
    "the item EL 02": ("EL 02", None, None, None, False, ""),
    "finding EL 02": ("EL 02", None, None, None, True, ""),
    "finding on EL 02": ("EL 02", None, None, None, True, ""),
    "F EL 02": ("EL 02", None, None, None, True, ""),
    "sv-fpm/EL 02": ("EL 02", None, "sv-fpm", None, False, ""),
    "finding sv-fpm/I-EL 02 until May 1": ("EL 02", None, "sv-fpm", None, True, "until May 1"),
    "EL 02 of Sierra Vista Unified": ("EL 02", None, None, "Sierra Vista Unified", False, ""),
    "EL 02 of Sierra Vista Unified: why?": ("EL 02", None, None, "Sierra Vista Unified", False, ": why?"),
    "EL 02 of sv-fpm": ("EL 02", None, None, "sv-fpm", False, ""),
    "EL 02 of Coast Range Unified until May 1": (
        "EL 02",
        None,
        None,
        "Coast Range Unified",
        False,
        "until May 1",
    ),
    "hl-audit": (None, "hl-audit", None, None, False, ""),
    "charter_audit": (None, "charter_audit", None, None, False, ""),
    "charter_audit of Harbor Lights Charter": (
        None,
        "charter_audit",
        None,
        "Harbor Lights Charter",
        False,
        "",
    ),
}


@pytest.mark.parametrize("said", READ)
def test_spellings(said: str) -> None:
    found = read_target(said, PROGRAMS)
    assert found is not None
    one, rest = found
    code = str(one.code) if one.code else None
    assert (code, one.name, one.review, one.where, one.finding, rest) == READ[said]


@pytest.mark.parametrize(
    "said", ["", "the roster", "everything", "12", "me", "room EL 4", "el 2 de mayo", "ana@x.example"]
)
def test_what_names_nothing(said: str) -> None:
    assert read_target(said, PROGRAMS) is None


async def find(desk: Desk, said: str, who: str) -> str:
    found = read_target(said, PROGRAMS)
    assert found is not None
    async with desk.store.look() as uow:
        person = await uow.person_at(who)
        assert person is not None
        return (await find_target(found[0], Asker(person, a_message(), ANCHOR, NOW), uow)).name


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("said", "who", "name"),
    [
        ("EL 02", ANA, "sv-fpm/I-EL 02"),
        ("EL 02 of coast range unified", DANA, "cr-fpm/I-EL 02"),
        ("EL 02 of sv-fpm", DANA, "sv-fpm/I-EL 02"),
        ("cr-fpm/EL 02", HELEN, "cr-fpm/I-EL 02"),
        ("finding EL 02", RENEE, "sv-fpm/I-EL 02"),
        ("hl-audit", GUS, "hl-audit"),
        ("charter_audit", OMAR, "hl-audit"),
    ],
)
async def test_the_one_thing_within_reach(desk: Desk, said: str, who: str, name: str) -> None:
    assert await find(desk, said, who) == name


@pytest.mark.parametrize(("said", "who"), [("EL 02", DANA), ("EL 02", HELEN), ("EL 02", RENEE)])
async def test_what_fits_several_is_asked_back(desk: Desk, said: str, who: str) -> None:
    with pytest.raises(WhichOne) as which:
        await find(desk, said, who)
    assert {one["say"] for one in which.value.choices} == {"sv-fpm/I-EL 02", "cr-fpm/I-EL 02"}


FOREIGN = [
    ("EL 02 of Sierra Vista Unified", "EL 02 of Xanadu Unified", PRIYA),
    ("sv-fpm/EL 02", "xx-fpm/EL 02", PRIYA),
    ("EL 02 of sv-fpm", "EL 02 of xx-fpm", GUS),
    ("UCP 01", "UCP 77", PRIYA),
    ("finding EL 02", "finding EL 77", PRIYA),
    ("hl-audit", "hl-nothing", ANA),
    ("charter_audit", "charter_nothing", ANA),
    ("hl-audit", "hl-nothing", RENEE),
]


@pytest.mark.parametrize(("foreign", "nowhere", "who"), FOREIGN)
async def test_what_is_not_theirs_is_like_what_is_nowhere(
    desk: Desk, foreign: str, nowhere: str, who: str
) -> None:
    facts = []
    for said in (foreign, nowhere):
        with pytest.raises(NotOneOfYours) as no:
            await find(desk, said, who)
        assert no.value.said == said
        facts.append(no.value.what)
    assert facts[0] == facts[1]
