"""A digest on its way: planned in the night, read from the record again when it goes out, whatever happened in
between; by the service's own rounds."""

import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
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
from store.models import PersonAddress, PersonRole
from store.outbox import OutboxEntry
from store.reminder_questions import Key
from store.unit_of_work import Actor
from tests.bot.test_delivery import Recorder
from tests.builders import Desk, fill
from tests.handlers.findings import LUIS, TOM, respond
from tests.handlers.record import MARIA, RENEE
from tests.handlers.rows import set_finding
from tests.handlers.test_bounces import bounce_of
from tests.handlers.test_reminder_bounced import HOME, REMINDER

MIDNIGHT = datetime(2013, 12, 23, 8, 5, tzinfo=UTC)  # a Monday, 0:05 in Sacramento
MORNING = MIDNIGHT + timedelta(hours=8)
NEXT_MORNING = MORNING + timedelta(days=1)
DAY = timedelta(days=1)
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


async def said_to_all(office: Office) -> list[Key]:
    """Every reminder that somebody has heard, as often as a message said it."""
    async with office.parts.store.look() as uow:
        heard = [
            said.entry.fields["digest"] for said in office.voice.heard if said.entry.template == REMINDER
        ]
        rows = [row for one in heard for row in await uow.reminders_in(one) if row.why_not is None]
        return [(row.target, row.kind, row.due, row.offset, row.person_id) for row in rows]


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


# --- a clock that was wrong for a while


async def test_a_clock_that_was_a_week_ahead_for_a_minute_silences_no_day(office: Office) -> None:
    """What it has made waits for its day; the days between are planned and said, each thing once."""
    await set_finding(office.desk(), "sv-fpm/I-EL 02", due=date(2014, 1, 3))
    await office.send(MORNING)
    await office.plan(MIDNIGHT + 7 * DAY)
    for number in (*range(5), 7, 8):
        await office.plan(MIDNIGHT + number * DAY)
        await office.send(MORNING + number * DAY)
    others = ["II-CE 08", "IV-EL 14"]
    assert [(said.entry.fields["day"], sorted(names(said))) for said in office.heard(MARIA)] == [
        ("2013-12-23", others),
        ("2013-12-27", ["I-EL 02", *others]),
        ("2013-12-30", others),
        ("2013-12-31", ["I-EL 02", *others]),
    ]
    assert [said.entry.fields["late"] for said in office.heard(MARIA)] == [False] * 4
    keys = await said_to_all(office)
    assert len(keys) == len({*keys})
    weeks = [week["first"] for said in office.heard(RENEE) for week in said.entry.fields["week"]]
    assert weeks == ["2013-12-16", "2013-12-23"]


async def test_what_such_a_clock_took_out_of_a_waiting_message_is_said_on_its_day(office: Office) -> None:
    await office.plan(MIDNIGHT + 7 * DAY)
    await office.send(MORNING)
    (said,) = office.heard(MARIA)
    assert (said.entry.fields["day"], said.entry.fields["late"], len(names(said))) == ("2013-12-23", False, 3)
    assert [row["late"] for row in said.entry.fields["rows"]] == [False] * 3
    (of_contact,) = office.heard(RENEE)
    assert [week["first"] for week in of_contact.entry.fields["week"]] == ["2013-12-16"]


async def test_what_it_has_planned_for_a_day_is_planned_again_when_that_has_come(office: Office) -> None:
    """More may be due by then."""
    await office.send(MORNING)
    await office.plan(MIDNIGHT + DAY)
    await set_finding(office.desk(), "sv-fpm/I-EL 02", due=date(2013, 12, 31))
    await office.plan(MIDNIGHT + DAY - timedelta(minutes=3))
    await office.send(MORNING + DAY)
    (_, said) = office.heard(MARIA)
    assert names(said) == ["I-EL 02"]


async def test_a_clock_that_was_behind_for_a_minute_plans_and_says_nothing(office: Office) -> None:
    await office.plan(MIDNIGHT + DAY)
    await office.send(MORNING + DAY)
    before = len(office.voice.heard)
    await office.plan(MIDNIGHT)
    await office.plan(MIDNIGHT + DAY)
    await office.send(MORNING + DAY)
    assert len(office.voice.heard) == before


# --- what came back after the next message was made


async def test_what_came_back_after_the_next_message_was_made_is_told_at_the_other_address(
    office: Office,
) -> None:
    async with office.parts.store.begin() as uow:
        uow.act_as(Actor(at=MIDNIGHT))
        tom = await uow.person_at(TOM)
        assert tom is not None
        tom.addresses.append(PersonAddress(address=HOME, proven_at=MIDNIGHT))
        tom.roles.append(PersonRole(role="lea_submitter", lea_id="coast-range"))
    await office.send(MORNING)  # Monday: findings of the one LEA
    (monday,) = await office.rows(TOM)
    await office.plan(MIDNIGHT + DAY)  # Tuesday: a form of the other
    await office.send(MORNING + DAY)
    await office.desk(MORNING + DAY + timedelta(hours=1)).send(**bounce_of(monday))
    await office.send(MORNING + DAY + timedelta(hours=2))
    (again,) = [one for one in await office.rows(HOME) if one.fields["digest"] == monday.fields["digest"]]
    assert (again.state, len(again.fields["rows"])) == ("sent", 3), again.receipt
