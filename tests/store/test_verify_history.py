"""The chain: no entry can be edited, taken out, moved or cut off unseen."""

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from tests.store.tampering import HEAD, HISTORY, another, keys, wrong_after


async def test_an_edit_of_any_column_of_the_history_is_named_first(session: AsyncSession) -> None:
    numbers = await keys(session, HISTORY)
    for position in range(0, len(numbers), max(1, len(numbers) // 6)):
        number = numbers[position]
        chosen = select(HISTORY).where(HISTORY.c.seq == number)
        values = (await session.execute(chosen)).mappings().one()
        for column in HISTORY.columns:
            if column.name == "seq":
                continue
            changed = another(column, values[column.name])
            edit = update(HISTORY).where(HISTORY.c.seq == number).values({column: changed})
            assert (await wrong_after(session, edit))[0].startswith(f"history:{number} "), column.name


async def test_a_link_that_is_taken_out_of_the_history_is_named(session: AsyncSession) -> None:
    numbers = await keys(session, HISTORY)
    for number in numbers[: -1 : max(1, len(numbers) // 8)]:
        wrong = await wrong_after(session, delete(HISTORY).where(HISTORY.c.seq == number))
        assert wrong[0] == f"history:{number + 1} does not follow from history:{number - 1}"


async def test_links_that_change_places_are_named(session: AsyncSession) -> None:
    for number in (1, 7, 50):
        swap = [
            f"UPDATE history SET seq = -1 WHERE seq = {number}",
            f"UPDATE history SET seq = {number} WHERE seq = {number + 1}",
            f"UPDATE history SET seq = {number + 1} WHERE seq = -1",
        ]
        assert (await wrong_after(session, *swap))[0].startswith(f"history:{number} ")


async def test_a_tail_that_is_cut_off_is_missed(session: AsyncSession) -> None:
    last = (await keys(session, HISTORY))[-1]
    for cut in (1, 2, 10):
        wrong = await wrong_after(session, delete(HISTORY).where(HISTORY.c.seq > last - cut))
        assert wrong[0] == f"the history ends at {last - cut}, but its head says {last}"


async def test_a_tail_that_is_cut_off_together_with_the_head_is_missed_by_the_rows(
    session: AsyncSession,
) -> None:
    last = (await keys(session, HISTORY))[-1]
    digest = await session.scalar(select(HISTORY.c.digest).where(HISTORY.c.seq == last - 1))
    gone = await session.scalar(select(HISTORY.c.record).where(HISTORY.c.seq == last))
    cut = [
        delete(HISTORY).where(HISTORY.c.seq == last),
        update(HEAD).values(seq=last - 1, digest=digest),
    ]
    assert await wrong_after(session, *cut) == [f"{gone} is not as the history says"]


async def test_an_edited_or_missing_head_is_found(session: AsyncSession) -> None:
    for edit in ("UPDATE history_head SET seq = seq + 1", "UPDATE history_head SET digest = 'x'"):
        assert len(await wrong_after(session, edit)) == 1
    assert (await wrong_after(session, "DELETE FROM history_head"))[0].endswith("but it has no head")


async def test_one_edit_is_one_complaint(session: AsyncSession) -> None:
    """The walk goes on after a wrong entry: what comes after it is not under suspicion."""
    edit = "UPDATE history SET who = 'eve' WHERE seq = 3"
    assert await wrong_after(session, edit) == ["history:3 does not follow from history:2"]


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE history SET facts = 'no JSON' WHERE seq = 5",
        "UPDATE history SET facts = '[]' WHERE seq = 5",
    ],
)
async def test_history_that_cannot_be_read_is_named_and_no_crash(session: AsyncSession, edit: str) -> None:
    assert (await wrong_after(session, edit))[0] == "history:5 does not follow from history:4"
