"""A digest on its way: planned in the night, read from the record again when it goes out, whatever happened in
between; by the service's own rounds."""

import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

import reminder_loops
from bot.delivery import Again, Outgoing, Still, TryLater, deliver_round
from parts import Parts, put_together, read_settings
from store.clock import Clock, wall
from store.outbox import OutboxEntry
from store.unit_of_work import Actor
from tests.bot.test_delivery import Recorder
from tests.builders import Desk, fill
from tests.handlers.findings import LUIS, TOM, respond
from tests.handlers.record import MARIA
from tests.handlers.test_bounces import bounce_of

MIDNIGHT = datetime(2013, 12, 23, 8, 5, tzinfo=UTC)  # a Monday, 0:05 in Sacramento
MORNING = MIDNIGHT + timedelta(hours=8)
NEXT_MORNING = MORNING + timedelta(days=1)
FINDINGS = ("EL 02", "EL 14", "CE 08")


@dataclass
class Office:
    """The service, one round at a time, at whatever hour; its mail is kept by `voice`."""

    parts: Parts
    voice: Recorder = field(default_factory=Recorder)

    async def plan(self, now: datetime) -> None:
        await reminder_loops.remind_round(replace(self.parts, clock=Clock(now)))

    async def send(self, now: datetime, again: Again | None = None) -> None:
        """Everything that waits."""
        parts = replace(self.parts, clock=Clock(now))
        async with parts.store.database.begin() as connection:
            await connection.execute(update(OutboxEntry).values(run_at=wall() - timedelta(minutes=1)))
        hook = again or partial(reminder_loops.read_again, parts)
        await deliver_round(parts.store.outbox, {"mail": self.voice}, parts.clock, parts.place(), hook)

    def desk(self, now: datetime = MIDNIGHT) -> Desk:
        return Desk(self.parts.store, now=now)

    def heard(self, address: str) -> list[Outgoing]:
        of = [one for one in self.voice.heard if one.entry.template == "deadlines_reminded"]
        return [one for one in of if one.entry.to == address]

    async def rows(self, address: str) -> list[OutboxEntry]:
        found = await self.desk().outgoing()
        return [one for one in found if one.template == "deadlines_reminded" and one.to == address]


@pytest.fixture
async def office(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    shutil.copy(sqlite_template, tmp_path / "cais.db")
    monkeypatch.setenv("CAIS_VAR", str(tmp_path))
    async with put_together(read_settings()) as parts:
        await fill(parts.store)
        office = Office(parts)
        await office.plan(MIDNIGHT)
        yield office


def names(said: Outgoing) -> list[Any]:
    return [one["code"] for one in said.entry.fields["rows"]]


async def test_what_was_submitted_between_plan_and_morning_is_no_reminder_any_more(office: Office) -> None:
    await respond(office.desk(), "EL 02")
    await office.send(MORNING)
    (said,) = office.heard(MARIA)
    assert names(said) == ["II-CE 08", "IV-EL 14"]
    assert "I-EL 02: you delivered this on Mon 23 Dec 2013" in " ".join(said.said.text.split())
    assert (await office.rows(MARIA))[0].fields == said.entry.fields  # what was said is what is kept


async def test_where_all_of_it_is_in_nobody_is_written_to_and_the_record_says_why(office: Office) -> None:
    for code in FINDINGS:
        await respond(office.desk(), code)
    await office.send(MORNING)
    assert office.heard(MARIA) == []
    (row,) = await office.rows(MARIA)
    assert (row.state, row.receipt) == (
        "suppressed",
        "when it was to be said, nothing of it was open any more",
    )


async def test_what_was_stopped_is_not_called_over(office: Office) -> None:
    """Still open, but its reminders are paused."""
    desk = office.desk(MIDNIGHT)
    await desk.send(sender=LUIS, text="pause reminders of sv-fpm until Jan 15 because the visit moved")
    await office.send(MORNING)
    assert office.heard(MARIA) == []
    (row,) = await office.rows(MARIA)
    assert row.receipt == "when it was to be said, none of it was to be told any more: paused"


async def test_who_was_retired_in_between_is_not_told(office: Office) -> None:
    await office.desk().send(sender=MARIA, text=f"retire {TOM}")
    await office.send(MORNING)
    assert office.heard(TOM) == []
    assert [one.state for one in await office.rows(TOM)] == ["suppressed"]
    assert len(office.heard(MARIA)) == 1


async def test_one_that_the_smarthost_took_a_day_later_says_what_is_true_then(office: Office) -> None:
    others = len([row for row in await office.desk().outgoing() if row.channel == "mail"])
    office.voice.answers = [TryLater("451 4.3.0 later")] * others
    await office.send(MORNING)
    office.voice.heard.clear()
    await respond(office.desk(MORNING), "EL 02")
    await office.plan(NEXT_MORNING)
    await office.send(NEXT_MORNING)
    (said,) = office.heard(MARIA)
    assert names(said) == ["II-CE 08", "IV-EL 14"]
    assert said.entry.fields["day"] == "2013-12-24"
    first = (await office.rows(MARIA))[0]
    assert (first.state, first.receipt) == ("suppressed", "the message of 2013-12-24 brought it")
    assert "Due Mon 30 Dec 2013 (in 6 days)" in said.said.text


async def test_a_digest_that_lay_for_a_week_waits_for_its_day_and_is_no_dead_letter(office: Office) -> None:
    """The service was down; whoever sends is up again before whoever plans."""
    later = MORNING + timedelta(days=10)
    await office.send(later)
    (row,) = await office.rows(MARIA)
    assert (row.state, row.attempts) == ("waiting", 0)
    assert wall() < row.run_at < wall() + timedelta(minutes=2)
    await office.plan(later)
    await office.send(later)
    assert len(office.heard(MARIA)) == 1


async def test_while_the_record_cannot_be_read_it_waits_and_nothing_is_lost(office: Office) -> None:
    async def down(entries: Sequence[OutboxEntry]) -> Sequence[Still]:
        return [OperationalError("SELECT 1", {}, Exception("the database is down"))] * len(entries)

    await office.send(MORNING, again=down)
    assert office.voice.heard == []
    (row,) = await office.rows(MARIA)
    assert (row.state, row.attempts, row.run_at > wall()) == ("waiting", 1, True)
    await office.send(MORNING)
    assert len(office.heard(MARIA)) == 1
    await office.send(MORNING)
    assert len(office.heard(MARIA)) == 1


async def test_one_that_cannot_be_read_again_keeps_nobody_else_waiting(office: Office) -> None:
    """All of a round are read together; what is wrong with one of them is its own trouble."""
    (row,) = await office.rows(MARIA)
    async with office.parts.store.begin() as uow:
        broken = await uow.session.get_one(OutboxEntry, row.id)
        broken.fields = {name: value for name, value in row.fields.items() if name != "digest"}
    await office.send(MORNING)
    assert len(office.heard(TOM)) == 1
    assert office.heard(MARIA) == []
    (row,) = await office.rows(MARIA)
    assert (row.state, row.trouble) == ("waiting", "KeyError")


async def test_an_answer_is_about_what_was_said_not_what_was_planned_or_drawn(office: Office) -> None:
    """Of two rows one was planned: a file in answer must be asked about."""
    (row,) = await office.rows(MARIA)
    async with office.parts.store.database.begin() as connection:
        await connection.execute(update(OutboxEntry).where(OutboxEntry.id == row.id).values(about=["sv-fpm"]))
    await respond(office.desk(), "EL 02")
    await office.send(MORNING)
    (said,) = office.heard(MARIA)
    fields = said.entry.fields
    spoken = [one["name"] for one in (*fields["rows"], *fields["done"])]
    assert fields["timeline"] is not None
    assert said.entry.about == spoken == (await office.rows(MARIA))[0].about
    assert len(spoken) == 3


async def test_what_went_out_by_mail_is_not_said_again_because_the_chat_still_waits(office: Office) -> None:
    await office.send(MORNING)
    (row,) = await office.rows(MARIA)
    chat = OutboxEntry(
        created_at=row.created_at,
        channel="slack",
        to=row.to,
        template=row.template,
        fields=dict(row.fields),
        run_at=wall() - timedelta(minutes=1),
    )
    async with office.parts.store.begin() as uow:
        uow.act_as(Actor(at=MORNING))
        uow.add(chat)
    async with office.parts.store.look() as uow:
        assert await uow.people_left(NEXT_MORNING.date()) == set()


async def test_what_was_said_stays_said_whatever_becomes_of_it(office: Office) -> None:
    """A bounce, or the same by a second way, is read from the record again."""
    await office.send(MORNING)
    (row,) = await office.rows(MARIA)
    desk = office.desk(MORNING + timedelta(hours=2))
    await respond(desk, "EL 02", sender=TOM)
    await desk.send(**bounce_of(row))
    async with office.parts.store.look() as uow:
        said = await uow.reminders_in(row.fields["digest"])
    assert [one.why_not for one in said] == [None] * len(FINDINGS)
