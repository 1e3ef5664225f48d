"""The worker: one message's bug harms no neighbour, nothing is answered twice, nothing is lost."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from handlers import attach_evidence, pipeline
from handlers.asking import Asker
from handlers.capabilities import CAPABILITIES
from handlers.inbox import Worker, described, work_entries, work_inbox
from handlers.messages import Answer, Kept, Message, Unreadable
from handlers.refusals import NotForYourRole
from handlers.retry import HANDLING_TRIES
from store.clock import wall
from store.files import no_step
from store.inbox import InboxEntry
from store.unit_of_work import UnitOfWork
from tests.builders import PROGRAMS, Desk, Says, a_file
from tests.handlers.record import GUS, HELEN, assert_whole, documents, message

# A digest that no column takes: the handler fails while it writes, after it has changed other rows.
POISON = replace(a_file("poison.pdf", b"poison"), sha256=None)  # type: ignore[arg-type]
GOOD = {"subject": "EL 02", "files": (a_file(),)}
BAD = {"subject": "EL 02", "files": (a_file("first.pdf", b"first"), replace(POISON, number=2))}


async def states(desk: Desk) -> list[str]:
    return [row["state"] for row in (await desk.export())["messages"]]


async def hurry(desk: Desk) -> None:
    """Let every lease and every wait run out."""
    async with desk.store.database.begin() as connection:
        await connection.execute(update(InboxEntry).values(run_at=wall() - timedelta(seconds=1)))


async def entry(desk: Desk, number: int) -> InboxEntry:
    async with desk.store.database.reading() as session:
        return (await session.scalars(select(InboxEntry).where(InboxEntry.id == number))).one()


def another(desk: Desk, name: str) -> Worker:
    return Worker(name, desk.store, {"mail": desk.says}, PROGRAMS, no_step, lambda: desk.now)


@pytest.mark.both_databases
async def test_a_bug_in_one_message_does_not_harm_its_neighbours(desk: Desk) -> None:
    _, bad, _ = await desk.keep({"text": "status"}, BAD, GOOD)
    before = wall()
    await work_inbox(desk.worker)
    assert await states(desk) == ["done", "received", "done"]
    assert [name for _, name, _, _ in await documents(desk)] == ["roster.pdf"]
    waiting = await entry(desk, bad)
    assert (waiting.lease, waiting.attempts) == (None, 1)
    assert waiting.run_at - before >= timedelta(seconds=2)
    assert waiting.trouble
    assert "poison" not in waiting.trouble  # the kind of a failure, never its words
    await assert_whole(desk)


async def test_a_message_that_always_fails_ends_as_failed(desk: Desk) -> None:
    (bad,) = await desk.keep(BAD)
    for _ in range(HANDLING_TRIES):
        assert await states(desk) == ["received"]
        await hurry(desk)
        await work_inbox(desk.worker)
    row = await message(desk, bad)
    assert (row["state"], bool(row["reason"])) == ("failed", True)
    await hurry(desk)
    assert await work_inbox(desk.worker) == 0
    assert await documents(desk) == []
    await assert_whole(desk)


async def test_a_failed_message_is_done_when_the_bug_is_mended(desk: Desk) -> None:
    (bad,) = await desk.keep(BAD)
    for _ in range(HANDLING_TRIES):
        await hurry(desk)
        await work_inbox(desk.worker)
    desk.says.waiting[bad] = desk.message(bad, **GOOD)
    assert await desk.store.inbox.again(bad)
    await work_inbox(desk.worker)
    assert await states(desk) == ["done"]
    await assert_whole(desk)


async def test_a_refusal_in_a_batch_leaves_nothing_behind_and_the_others_alone(desk: Desk) -> None:
    await desk.keep(GOOD, {"sender": HELEN, **GOOD}, {"sender": GUS, "text": "1"}, {"text": "nonsense"})
    await work_inbox(desk.worker)
    assert await states(desk) == ["done", "refused", "refused", "refused"]
    assert len(await documents(desk)) == 1
    assert len(await desk.outgoing()) == 4
    await assert_whole(desk)


async def test_a_refusal_that_comes_after_changes_is_undone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No capability refuses late today; when one does, its changes must go and its answer must stay."""

    async def late(command: attach_evidence.AttachEvidence, asker: Asker, uow: UnitOfWork) -> Answer:
        answer = await attach_evidence.attach_evidence(command, asker, uow)
        if "late" in command.words:
            raise NotForYourRole("be late", [])
        return answer

    changed = replace(attach_evidence.CAPABILITY, handle=late)
    monkeypatch.setattr(pipeline, "CAPABILITIES", (changed, *CAPABILITIES[1:]))
    await desk.keep(GOOD, {"subject": "EL 14 late", "files": (a_file("x", b"x"),)}, {"text": "status"})
    await work_inbox(desk.worker)
    assert await states(desk) == ["done", "refused", "done"]
    assert [name for _, name, _, _ in await documents(desk)] == ["roster.pdf"]
    assert len(await desk.outgoing()) == 3
    await assert_whole(desk)


async def test_a_message_whose_worker_died_is_answered_once(desk: Desk) -> None:
    numbers = await desk.keep(GOOD, {"text": "status"})
    assert len(await desk.store.inbox.claim("dead", 32)) == 2  # and nothing more is heard of it
    assert await work_inbox(desk.worker) == 0
    await hurry(desk)
    taken = [await work_inbox(desk.worker) for _ in range(3)]
    assert taken == [1, 1, 0]  # suspects are taken alone
    assert [row.in_answer_to for row in await desk.outgoing()] == numbers
    await assert_whole(desk)


async def test_a_worker_that_comes_back_from_the_dead_changes_nothing(desk: Desk) -> None:
    await desk.keep(GOOD)
    slow = another(desk, "slow")
    claimed = await desk.store.inbox.claim("slow", 32)
    await hurry(desk)
    await work_inbox(desk.worker)
    await work_entries(slow, claimed)
    assert (len(await desk.outgoing()), len(await documents(desk))) == (1, 1)
    await assert_whole(desk)


class Died(BaseException):
    """The process is gone: nothing after this line runs."""


@pytest.mark.parametrize("where", ["claimed", "read", "answered"])
async def test_wherever_a_worker_dies_before_the_commit_the_answer_is_given_once(
    desk: Desk, where: str
) -> None:
    def step(name: str) -> None:
        if name == where:
            raise Died

    await desk.keep(GOOD)
    with pytest.raises(Died):
        await work_inbox(replace(desk.worker, name="dying", step=step))
    assert (await states(desk), await desk.outgoing()) == (["received"], [])
    await hurry(desk)
    await work_inbox(desk.worker)
    assert (await states(desk), len(await desk.outgoing()), len(await documents(desk))) == (["done"], 1, 1)
    await assert_whole(desk)


async def test_a_message_that_kills_every_worker_is_left_for_a_person(desk: Desk) -> None:
    (number,) = await desk.keep(GOOD)
    for _ in range(HANDLING_TRIES):
        assert await desk.store.inbox.claim("dying", 32)
        await hurry(desk)
    await work_inbox(desk.worker)
    row = await message(desk, number)
    assert (row["state"], row["reason"]) == ("failed", "its workers died")


@pytest.mark.both_databases
async def test_many_workers_answer_every_message_exactly_once(desk: Desk) -> None:
    mails = [{"subject": "EL 02", "files": (a_file(f"{n}.pdf", b"%d" % n),)} for n in range(24)]
    numbers = await desk.keep(*mails)

    async def worker(name: str) -> None:
        while await work_inbox(another(desk, name), limit=3):
            pass

    await asyncio.gather(*(worker(f"w{n}") for n in range(4)))
    answered = Counter(row.in_answer_to for row in await desk.outgoing())
    assert answered == Counter(numbers)
    assert len(await documents(desk)) == 24
    await assert_whole(desk)


class Broken(Says):
    """A reader that fails as long as one message is among those it is given, or always."""

    def __init__(self, says: Says, poison: int | None) -> None:
        super().__init__(says.waiting)
        self.poison = poison

    async def read(self, entries: Sequence[Kept]) -> list[Message | Unreadable]:
        if self.poison is None or self.poison in [entry.id for entry in entries]:
            raise OSError("disk full")
        return await super().read(entries)


async def test_a_message_that_cannot_be_read_now_does_not_hold_up_the_others(desk: Desk) -> None:
    _, poison, _ = await desk.keep(GOOD, {"text": "help"}, {"text": "status"})
    await work_inbox(replace(desk.worker, readers={"mail": Broken(desk.says, poison)}))
    assert await states(desk) == ["done", "received", "done"]
    assert (await entry(desk, poison)).trouble == "reading: OSError"


async def test_no_mail_is_given_up_for_the_machines_trouble(desk: Desk) -> None:
    """A full disk for a whole day makes no mail fail: the machine is to blame."""
    await desk.keep(GOOD, {"text": "status"})
    broken = replace(desk.worker, readers={"mail": Broken(desk.says, None)})
    for _ in range(3 * HANDLING_TRIES):
        await hurry(desk)
        await work_inbox(broken)
    assert await states(desk) == ["received", "received"]
    await hurry(desk)
    await work_inbox(desk.worker)
    assert await states(desk) == ["done", "done"]
    await assert_whole(desk)


@pytest.mark.both_databases
async def test_a_channel_without_a_reader_waits_for_one(desk: Desk) -> None:
    await desk.keep(GOOD)
    await work_inbox(replace(desk.worker, readers={}))
    assert await states(desk) == ["received"]
    await hurry(desk)
    await work_inbox(desk.worker)
    assert await states(desk) == ["done"]


def test_trouble_is_described_without_its_words() -> None:
    with pytest.raises(ValueError, match="Lupe") as caught:
        raise ValueError("Lupe Gomez, born 2001")
    assert described(caught.value).startswith("ValueError at test_inbox.py:")
    assert "Lupe" not in described(caught.value)
