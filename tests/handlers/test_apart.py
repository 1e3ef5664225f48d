"""Nobody decides for the state on the LEA they work for, even if loaded data gave them roles of both."""

import pytest

from store.models import PersonRole
from tests.builders import Desk
from tests.handlers.record import HELEN, RENEE, assert_whole
from tests.handlers.users import facts, outcome


async def work_for(desk: Desk, address: str, lea: str) -> None:
    """A role that no command gives, as a file of records can."""
    async with desk.store.begin() as uow:
        person = await uow.person_at(address)
        assert person is not None
        role = PersonRole(role="lea_submitter", lea_id=lea)
        person.roles.append(role)
        uow.add(role)


@pytest.mark.parametrize(
    ("sender", "text"),
    [
        (HELEN, "resolve finding sv-fpm/EL 02"),
        (HELEN, "return finding sv-fpm/EL 02: too thin"),
        (RENEE, "issue nof for sv-fpm"),
        (RENEE, "complete review sv-fpm"),
    ],
)
async def test_who_works_for_the_lea_decides_nothing_of_it(desk: Desk, sender: str, text: str) -> None:
    await work_for(desk, sender, "sierra-vista")
    before = await desk.export()
    answer = await desk.send(sender=sender, text=text)
    assert outcome(answer) == ("refused", "not_for_your_role"), answer["fields"]
    assert facts(answer)["side"] == "apart"
    after = await desk.export()
    assert (after["findings"], after["items"]) == (before["findings"], before["items"])
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_who_works_for_another_lea_decides_as_before(desk: Desk) -> None:
    await work_for(desk, HELEN, "coast-range")
    answer = await desk.send(sender=HELEN, text="resolve finding sv-fpm/EL 02")
    assert answer["reason"] != "not_for_your_role"
