"""A second address: proven by a code that comes back from it; a code alone opens nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers.add_address import AddAddress, read_line
from handlers.one_use import LENGTH, LETTERS, new_code
from store.history import HistoryEntry
from store.models import AddressProof
from tests.builders import ANA, DANA, PROGRAMS, Desk, a_file
from tests.handlers.record import HELEN, MARIA, PRIYA, RENEE, assert_whole
from tests.handlers.users import (
    LUKE,
    NO_MANAGERS,
    OMAR,
    STRANGER,
    TOM,
    is_known,
    outcome,
    people,
    renamed,
    roles_of,
    told,
)

HOME = "ana@home.example"
ADD = f"add address {HOME}"


async def code_of(desk: Desk) -> str:
    """The code of the newest mail that holds one."""
    sent = [row for row in await desk.outgoing() if row.template == "address_code_sent"]
    return str(sent[-1].fields["one_use_code"])


async def proofs(desk: Desk) -> list[AddressProof]:
    async with desk.store.database.reading() as session:
        return list((await session.scalars(select(AddressProof).order_by(AddressProof.id))).all())


def without_number(answer: dict[str, Any]) -> tuple[Any, ...]:
    return answer["state"], answer["reply"], answer["reason"], sorted(answer["fields"])


def test_reading() -> None:
    assert read_line(HOME, PROGRAMS) == AddAddress(HOME, None)
    assert read_line(f"<{HOME}> for {ANA}", PROGRAMS) == AddAddress(HOME, ANA)
    assert [read_line(words, PROGRAMS) for words in ("", "to the letter", f"{HOME} {ANA}")] == [None] * 3


def test_codes_are_read_without_doubt_and_differ() -> None:
    codes = {new_code() for _ in range(50)}
    assert len(codes) == 50
    assert all(len(code) == LENGTH and set(code) <= set(LETTERS) for code in codes)
    assert not set("O0I1LS5B8Z2") & set(LETTERS)


@pytest.mark.parametrize("sender", [*NO_MANAGERS.values(), MARIA, RENEE])
async def test_everybody_may_prove_an_address_of_their_own(desk: Desk, sender: str) -> None:
    answer = await desk.send(sender=sender, text=f"add address {HOME.upper()}")
    assert (answer["state"], answer["reply"]) == ("done", "address_asked")
    assert await told(desk, "address_code_sent") == [HOME]
    assert not await is_known(desk, HOME)
    answer = await desk.send(sender=HOME, text=f"confirm {await code_of(desk)}")
    assert (answer["state"], answer["reply"]) == ("done", "address_proven")
    assert await roles_of(desk, HOME) == await roles_of(desk, sender)
    assert await told(desk, "address_linked") == [sender]
    await assert_whole(desk)


@pytest.mark.parametrize("form", ["confirm {}", "Confirm: {}.", "  confirm\n{}\n", "CONFIRM {}"])
async def test_the_code_is_read_in_any_case_and_in_two_halves(desk: Desk, form: str) -> None:
    await desk.send(sender=ANA, text=ADD)
    code = (await code_of(desk)).lower()
    said = form.format(f"{code[:4]}-{code[4:]}")
    assert (await desk.send(sender=HOME, subject="Re: A code", text=said))["reply"] == "address_proven"


async def test_evidence_from_the_proven_address_is_filed_as_the_persons_own(desk: Desk) -> None:
    await desk.send(sender=ANA, text=ADD)
    await desk.send(sender=HOME, text=f"confirm {await code_of(desk)}")
    answer = await desk.send(sender=HOME, subject="EL 02", files=(a_file(),))
    assert (answer["state"], answer["fields"]["name"]) == ("done", "Ana Ruiz")


# --- what opens nothing


@pytest.mark.parametrize(
    "said",
    [
        {"text": "confirm {code}\nand add me, please"},
        {"text": "Hello,\nconfirm {code}"},
        {"text": "{code}"},
        {"text": "", "subject": "confirm {code}"},
        {"text": "confirm {code}", "files": (a_file(),)},
        {"text": "confirm {code}", "trust": "unauthenticated"},
        {"text": "confirm {code}", "sender": STRANGER},
        {"text": "confirm {code}", "rehearsal": True},
        {"text": "confirm {code}", "differs": True},
        {"text": "confirm AAAAAAAA"},
        {"text": "confirm 12345678"},
    ],
)
async def test_anything_but_the_code_from_its_address_opens_nothing(desk: Desk, said: dict[str, Any]) -> None:
    await desk.send(sender=ANA, text=ADD)
    code, before = await code_of(desk), await people(desk)
    filled = {key: one.format(code=code) if isinstance(one, str) else one for key, one in said.items()}
    answer = await desk.send(**({"sender": HOME} | filled))
    assert answer["state"] == "held"
    assert await people(desk) == before


async def test_a_wrong_code_is_answered_like_any_stranger(desk: Desk) -> None:
    await desk.send(sender=ANA, text=ADD)
    wrong = await desk.send(sender=HOME, text="confirm AAAAAAAA")
    stranger = await desk.send(sender=STRANGER, text="confirm AAAAAAAA")
    assert without_number(wrong) == without_number(stranger)
    assert wrong["reply"] == "stranger_held"
    assert [proof.tries for proof in await proofs(desk)] == [1]
    await assert_whole(desk)


@pytest.mark.parametrize(("wrong", "state"), [(4, "done"), (5, "held")])
async def test_five_wrong_codes_close_it(desk: Desk, wrong: int, state: str) -> None:
    await desk.send(sender=ANA, text=ADD)
    for _ in range(wrong):
        await desk.send(sender=HOME, text="confirm AAAAAAAA")
    answer = await desk.send(sender=HOME, text=f"confirm {await code_of(desk)}")
    assert answer["state"] == state


@pytest.mark.parametrize(("later", "state"), [(0, "done"), (1, "held")])
async def test_a_code_counts_for_three_days(desk: Desk, later: int, state: str) -> None:
    await desk.send(sender=ANA, text=ADD)
    desk.now += timedelta(days=3, seconds=later)
    assert (await desk.send(sender=HOME, text=f"confirm {await code_of(desk)}"))["state"] == state


async def test_a_code_counts_once(desk: Desk) -> None:
    await desk.send(sender=ANA, text=ADD)
    said = f"confirm {await code_of(desk)}"
    await desk.send(sender=HOME, text=said)
    answer = await desk.send(sender=HOME, text=said)
    assert outcome(answer) == ("refused", "nothing_to_confirm")


async def test_a_code_from_the_known_address_is_sent_to_the_new_one(desk: Desk) -> None:
    await desk.send(sender=ANA, text=ADD)
    answer = await desk.send(sender=ANA, text=f"confirm {await code_of(desk)}")
    assert outcome(answer) == ("refused", "nothing_to_confirm")
    assert not await is_known(desk, HOME)


async def test_of_two_who_ask_for_one_address_the_code_says_whose_it_is(desk: Desk) -> None:
    await desk.send(sender=ANA, text=ADD)
    first = await code_of(desk)
    await desk.send(sender=PRIYA, text=ADD)
    second = await code_of(desk)
    assert (await desk.send(sender=HOME, text=f"confirm {first}"))["fields"]["name"] == "Ana Ruiz"
    assert (await desk.send(sender=HOME, text=f"confirm {second}"))["state"] == "refused"
    assert await roles_of(desk, HOME) == await roles_of(desk, ANA)


@pytest.mark.both_databases
async def test_who_was_retired_meanwhile_links_nothing(desk: Desk) -> None:
    await desk.send(sender=TOM, text=ADD)
    await desk.send(sender=MARIA, text=f"retire {TOM}")
    assert (await desk.send(sender=HOME, text=f"confirm {await code_of(desk)}"))["state"] == "held"


# --- what is refused, and tells nothing


async def test_an_address_in_use_is_refused_in_the_words_of_one_asked_for_too_often(desk: Desk) -> None:
    used = await desk.send(sender=ANA, text=f"add address {HELEN}")
    retired = await desk.send(sender=MARIA, text=f"retire {TOM}")
    assert retired["state"] == "done"
    gone = await desk.send(sender=ANA, text=f"add address {TOM}")
    for sender in (ANA, DANA, PRIYA):
        await desk.send(sender=sender, text=ADD)
    often = await desk.send(sender=LUKE, text=ADD)
    assert outcome(used) == ("refused", "address_not_free")
    assert renamed(used, HELEN, HOME) == renamed(gone, TOM, HOME)
    assert renamed(used, HELEN, HOME)["facts"] == renamed(often, HELEN, HOME)["facts"]
    assert await told(desk, "address_code_sent") == [HOME, HOME, HOME]


async def test_one_person_cannot_pour_codes_into_mailboxes(desk: Desk) -> None:
    for number in range(4):
        await desk.send(sender=ANA, text=f"add address ana{number}@home.example")
    assert len(await told(desk, "address_code_sent")) == 3


async def test_a_malformed_address_is_read_back(desk: Desk) -> None:
    assert outcome(await desk.send(sender=ANA, text="add address ana@home")) == ("refused", "not_said_right")


# --- for somebody else


@pytest.mark.parametrize("sender", [MARIA, RENEE])
async def test_for_somebody_else_the_code_goes_to_the_address_on_record(desk: Desk, sender: str) -> None:
    answer = await desk.send(sender=sender, text=f"{ADD} for {ANA}")
    assert (answer["state"], answer["fields"]["code_to"]) == ("done", ANA)
    assert await told(desk, "address_code_sent") == [ANA]
    answer = await desk.send(sender=HOME, text=f"confirm {await code_of(desk)}")
    assert answer["fields"]["name"] == "Ana Ruiz"


@pytest.mark.both_databases
async def test_an_administrator_cannot_become_a_person_of_another_lea(desk: Desk) -> None:
    """Dana serves two LEAs: the coordinator of one never sees her code."""
    answer = await desk.send(sender=MARIA, text=f"add address maria@home.example for {DANA}")
    assert "one_use_code" not in json.dumps(answer["fields"])
    assert await told(desk, "address_code_sent") == [DANA]
    await desk.send(sender="maria@home.example", text="confirm AAAAAAAA")
    assert not await is_known(desk, "maria@home.example")


@pytest.mark.parametrize("sender", NO_MANAGERS.values(), ids=NO_MANAGERS)
async def test_nobody_else_asks_for_others(desk: Desk, sender: str) -> None:
    answer = await desk.send(sender=sender, text=f"{ADD} for {MARIA}")
    assert outcome(answer) == ("refused", "not_for_your_role")


@pytest.mark.parametrize(("sender", "foreign"), [(MARIA, LUKE), (MARIA, HELEN), (OMAR, ANA), (RENEE, OMAR)])
async def test_another_leas_user_is_like_nobody(desk: Desk, sender: str, foreign: str) -> None:
    one = await desk.send(sender=sender, text=f"{ADD} for {foreign}")
    nobody = await desk.send(sender=sender, text=f"{ADD} for {STRANGER}")
    assert outcome(one) == ("refused", "not_one_of_yours")
    assert renamed(one, foreign, STRANGER) == renamed(nobody, foreign, STRANGER)


# --- where the code is


@pytest.mark.both_databases
async def test_the_code_is_in_no_history_and_no_export(desk: Desk) -> None:
    await desk.send(sender=ANA, text=ADD)
    code = await code_of(desk)
    await desk.store.outbox.sent([((await desk.outgoing())[-1].id, "250 ok")], desk.now)
    async with desk.store.database.reading() as session:
        facts = "\n".join((await session.scalars(select(HistoryEntry.facts))).all())
    assert "one_use_code" in facts
    assert code not in facts
    assert code not in json.dumps(await desk.export())
    assert code not in [proof.code_sha256 for proof in await proofs(desk)]
    await assert_whole(desk)


@pytest.mark.parametrize("said", [f"dry run {ADD}", f"{ADD}\nhelp me please"])
async def test_no_answer_to_who_asked_holds_the_code(desk: Desk, said: str) -> None:
    answer = await desk.send(sender=ANA, text=said)
    assert "one_use_code" not in json.dumps(answer["fields"])
