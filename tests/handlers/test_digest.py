"""What a person's digest says of each deadline, from the record: how urgent, what is missing, the one thing to
do; and what is not said any more when it goes out."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from handlers.digests_now import Unsaid, read_again
from handlers.reminder_as_of import as_of
from handlers.reminder_message import DeadlinesReminded, may_know, message_for
from handlers.reminder_rows import when_due
from handlers.retry import NotDue
from store.deadline import Deadline
from store.models import PersonRole
from store.outbox import OutboxEntry
from store.reaching import Reach
from store.reminders import Assignment, Reminder, ReviewPause
from store.unit_of_work import Actor
from templates import Place, render
from tests.builders import ANA, Desk, a_file
from tests.handlers.findings import STEP, TOM, request, respond
from tests.handlers.record import GUS, HELEN, MARIA, PRIYA
from tests.handlers.reviewing import bring_item
from tests.handlers.rows import set_finding
from tests.handlers.test_remind import remind_all

# The findings of sv-fpm are due on Monday 30 December 2013, the evidence of cr-fpm on Saturday the 7th.
WEEK_BEFORE = datetime(2013, 12, 23, 17, tzinfo=UTC)  # 9:00 in Sacramento
DUE_SOON = datetime(2013, 12, 4, 17, tzinfo=UTC)
EL02, EL14, CE08 = "sv-fpm/I-EL 02", "sv-fpm/IV-EL 14", "sv-fpm/II-CE 08"


async def owed_to(desk: Desk, address: str) -> OutboxEntry:
    """The newest digest that somebody is owed."""
    of = [one for one in await desk.outgoing() if one.template == "deadlines_reminded" and one.to == address]
    return of[-1]


async def said_to(desk: Desk, address: str, now: datetime = WEEK_BEFORE) -> DeadlinesReminded | None:
    """Their digest as it is when it goes out."""
    row = await owed_to(desk, address)
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=now))
        (reply,) = await read_again([row], uow, now)
    if isinstance(reply, NotDue):
        raise reply
    assert isinstance(reply, DeadlinesReminded | Unsaid)
    return None if isinstance(reply, Unsaid) else reply


async def rows_of(desk: Desk, address: str, now: datetime = WEEK_BEFORE) -> dict[str, dict[str, Any]]:
    said = await said_to(desk, address, now)
    return {one["name"]: one for one in said.rows} if said else {}


@pytest.mark.parametrize(
    ("kind", "due", "when"),
    [
        ("finding", date(2014, 1, 2), "overdue"),
        ("finding", date(2014, 1, 3), "today"),
        ("form", date(2014, 1, 4), "week"),
        ("upload", date(2014, 1, 10), "week"),
        ("upload", date(2014, 1, 11), "later"),
        ("decide_form", date(2013, 12, 1), "decision"),
    ],
)
def test_how_urgent_it_is(kind: Any, due: date, when: str) -> None:
    one = Deadline(kind, "x", "lea", "fpm", None, "x", "", due, "open")
    assert when_due(one, date(2014, 1, 3)) == when


@pytest.mark.both_databases
async def test_an_open_finding_is_answered(desk: Desk) -> None:
    await remind_all(desk, WEEK_BEFORE)
    said = await said_to(desk, MARIA)
    assert said is not None
    assert (said.day, said.counts["week"], said.counts["overdue"]) == ("2013-12-23", 3, 0)
    assert [one["name"] for one in said.rows] == [EL02, CE08, EL14]
    row = said.rows[0]
    assert (row["do"], row["say"], row["why"], row["lea"]) == ("respond", f"respond {EL02}", "owner", "")
    assert row["next"] == {"who": "reviewer", "day": "2013-12-31"}


async def test_a_draft_on_file_is_submitted_and_by_whom_may_not_asked_for(desk: Desk) -> None:
    desk.now = datetime(2013, 12, 20, 20, tzinfo=UTC)
    await desk.send(sender=ANA, subject="finding EL 02", files=(a_file(),))
    async with desk.store.begin() as uow:
        ana, maria = await uow.person_at(ANA), await uow.person_at(MARIA)
        assert ana is not None
        assert maria is not None
        uow.act_as(Actor(at=desk.now))
        its = Assignment(
            target=EL02, lea_id="sierra-vista", person_id=ana.id, by_id=maria.id, made_at=desk.now
        )
        uow.add(its)
    await remind_all(desk, WEEK_BEFORE)
    assert (await rows_of(desk, ANA))[EL02]["do"] == "ask_submitter"
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=desk.now))
        for one in await uow.assignments():
            one.ended_at = desk.now
            uow.changed(one)
    await remind_all(desk, datetime(2013, 12, 27, 17, tzinfo=UTC))
    row = (await rows_of(desk, MARIA, datetime(2013, 12, 27, 17, tzinfo=UTC)))[EL02]
    assert (row["do"], row["say"]) == ("submit", f"submit {EL02}")


async def test_evidence_that_is_missing_is_named_and_what_is_on_file_is_to_be_submitted(desk: Desk) -> None:
    for code in ("I-EL 02", "I-EL 03"):
        await bring_item(desk, code, "evidence_attached")
    await remind_all(desk, DUE_SOON)
    row = (await rows_of(desk, PRIYA, DUE_SOON))["cr-fpm"]
    assert row["attached"] == ["I-EL 02", "I-EL 03"]
    assert len(row["missing"]) == 8
    assert row["count"] == 2 + len(row["missing"]) + row["missing_more"]
    assert (row["do"], row["say"]) == ("send", "")


async def test_words_of_people_are_in_no_digest(desk: Desk) -> None:
    """A step of an agreement and the text of a finding may hold a student's name."""
    await request(desk, steps=STEP)
    await desk.send(sender=HELEN, text=f"approve agreement {EL02}")
    now = datetime(2014, 3, 7, 17, tzinfo=UTC)
    await remind_all(desk, now)
    said = await said_to(desk, MARIA, now)
    assert said is not None
    assert EL02 in [one["name"] for one in said.rows if one["kind"] == "step" and one["step"] == 1]
    assert "election" not in str(said)


async def test_the_state_looks_before_it_decides(desk: Desk) -> None:
    desk.now = datetime(2013, 12, 16, 20, tzinfo=UTC)
    await respond(desk)
    await remind_all(desk, WEEK_BEFORE)
    row = (await rows_of(desk, "lortega@cde.example"))[EL02]
    assert (row["when"], row["do"], row["say"]) == ("decision", "look", f"status {EL02}")


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("now", "who", "snoozes"),
    [
        (DUE_SOON, PRIYA, {"cr-fpm": "until 2013-12-06"}),  # a Wednesday; due on Saturday
        (datetime(2013, 12, 6, 17, tzinfo=UTC), PRIYA, {"cr-fpm": ""}),
        (WEEK_BEFORE, MARIA, {EL02: "3 days", EL14: "3 days", CE08: "3 days"}),
        (datetime(2013, 12, 27, 17, tzinfo=UTC), MARIA, {EL02: "3 days", EL14: "3 days", CE08: "3 days"}),
        (
            datetime(2013, 12, 31, 17, tzinfo=UTC),
            MARIA,
            dict.fromkeys((EL02, EL14, CE08), "until 2014-01-02"),
        ),
    ],
)
async def test_what_a_digest_offers_is_not_refused(
    desk: Desk, now: datetime, who: str, snoozes: dict[str, str]
) -> None:
    await remind_all(desk, now)
    rows = await rows_of(desk, who, now)
    assert {name: row["snooze"] for name, row in rows.items()} == snoozes
    desk.now = now
    for name, row in rows.items():
        asked = await desk.send(sender=who, text=f"snooze {name} {row['snooze'] or '1 day'}")
        assert (asked["reply"] == "reminders_snoozed") is bool(row["snooze"]), asked
        await desk.send(sender=who, text=f"wake {name}")
        asked = await desk.send(sender=who, text=f"mute {name}")
        assert (asked["reply"] == "reminders_muted") is row["mute"], asked


async def test_a_step_that_is_due_sooner_is_what_its_finding_waits_for(desk: Desk) -> None:
    """Also where the reminder is of the agreement's day: `snooze` goes by all that is due by one name."""
    await request(desk, steps=STEP)
    await desk.send(sender=HELEN, text=f"approve agreement {EL02}")
    async with desk.store.look() as uow:
        due = {one.kind: one.due for one in await uow.deadlines(["sierra-vista"]) if one.name == EL02}
    now = datetime.combine(due["step"] - timedelta(days=1), WEEK_BEFORE.time(), UTC)
    one = Reminder(
        target=EL02,
        kind="agreement",
        due=due["agreement"],
        offset=-30,
        person_id=1,
        planned_for=now.date(),
        rung="owner",
        lea_id="sierra-vista",
    )
    async with desk.store.begin() as uow:
        maria = await uow.person_at(MARIA)
        assert maria is not None
        known = await as_of(now.date(), [one], uow)
        said = await message_for(maria, 0, [one], known, uow, test=True)
    assert said is not None
    assert said.rows[0]["snooze"] == f"until {due['step'].isoformat()}"


async def test_a_passed_step_holds_nothing_back(desk: Desk) -> None:
    """Nothing says that a step is done: the rest of its agreement may wait all the same."""
    await request(desk, steps=STEP)
    await desk.send(sender=HELEN, text=f"approve agreement {EL02}")
    async with desk.store.look() as uow:
        due = {one.kind: one.due for one in await uow.deadlines(["sierra-vista"]) if one.name == EL02}
    now = datetime.combine(due["agreement"] - timedelta(days=30), WEEK_BEFORE.time(), UTC)
    assert now.date() > due["step"]
    await remind_all(desk, now)
    said = await said_to(desk, MARIA, now)
    assert said is not None
    (row,) = [one for one in said.rows if one["kind"] == "agreement" and one["name"] == EL02]
    assert (row["snooze"], row["mute"]) == ("3 days", True)


async def test_its_foot_says_what_it_is_and_offers_what_is_taken(desk: Desk) -> None:
    await remind_all(desk, DUE_SOON)
    said = await said_to(desk, PRIYA, DUE_SOON)
    assert said is not None
    shown = render("deadlines_reminded", asdict(said), Place("evidence@cais.example", DUE_SOON.date()))
    for words in (" ".join(shown.text.split()), " ".join(shown.html.split())):
        assert "This is an automatic reminder, not an answer." in words
        assert "automatic answer" not in words
        assert "snooze cr-fpm until 2013-12-06" in words
        assert "snooze cr-fpm 3 days" not in words
    rows = [row | {"snooze": "", "mute": False} for row in said.rows]
    place = Place("evidence@cais.example", DUE_SOON.date())
    text = render("deadlines_reminded", asdict(said) | {"rows": rows}, place).text
    assert ("snooze" in text, "mute" in text, "remind me at 9" in text) == (False, False, True)


@pytest.mark.both_databases
async def test_what_was_not_said_on_friday_is_said_once_on_monday(desk: Desk) -> None:
    """Two reminders of one deadline meet in a message: the newer one is said."""
    for day in (27, 30):
        now = datetime(2013, 12, day, 17, tzinfo=UTC)
        await remind_all(desk, now)
    said = await said_to(desk, MARIA, now)
    assert said is not None
    assert [(one["name"], one["when"]) for one in said.rows] == [
        (EL02, "today"),
        (CE08, "today"),
        (EL14, "today"),
    ]
    assert (said.late, said.counts["today"]) == (True, 3)
    desk.now = now
    await respond(desk)
    said = await said_to(desk, MARIA, now)
    assert said is not None
    assert ([one["name"] for one in said.done], said.counts["today"]) == ([EL02], 2)


# --- what happened between the plan and the hour of sending


async def test_what_came_in_since_is_told_as_in(desk: Desk) -> None:
    await remind_all(desk, WEEK_BEFORE)
    desk.now = WEEK_BEFORE
    await respond(desk)
    said = await said_to(desk, MARIA)
    assert said is not None
    assert [one["name"] for one in said.rows] == [CE08, EL14]
    assert [(one["name"], one["at"][:10]) for one in said.done] == [(EL02, "2013-12-23")]


async def test_a_form_that_came_in_says_who_delivered_it(desk: Desk) -> None:
    now = datetime(2013, 12, 12, 17, tzinfo=UTC)
    await remind_all(desk, now)
    desk.now = now
    await desk.send(sender=GUS, subject="hl-interim1", files=(a_file(name="interim.pdf"),))
    await desk.send(sender=GUS, text="submit hl-interim1")
    said = await said_to(desk, GUS, now)
    assert said is not None
    (done,) = said.done
    assert (done["name"], done["by"], done["title"][:5]) == ("hl-interim1", "", "First")


async def test_a_response_that_came_in_says_who_delivered_it(desk: Desk) -> None:
    """Who left the files as a draft has not: the history names whose word it was."""
    await remind_all(desk, WEEK_BEFORE)
    desk.now = WEEK_BEFORE
    await desk.send(sender=ANA, subject="finding EL 02", files=(a_file(),))
    desk.now += timedelta(minutes=1)
    await desk.send(sender=MARIA, text=f"submit {EL02}")
    for reader, by in ((MARIA, ""), (TOM, "Maria Delgado")):
        said = await said_to(desk, reader)
        assert said is not None
        assert [(one["name"], one["by"]) for one in said.done] == [(EL02, by)]
    assert said is not None
    text = render("deadlines_reminded", asdict(said), Place("evidence@cais.example", WEEK_BEFORE.date())).text
    assert "Maria Delgado delivered this on Mon 23 Dec 2013, 9:01:00 AM PST" in " ".join(text.split())


async def test_of_two_responses_the_newer_ones_sender_is_named(desk: Desk) -> None:
    """What Tom sent was returned; what is in now Maria has delivered."""
    await desk.send(sender=TOM, text=f"respond {EL02}: the election was held")
    desk.now += timedelta(days=1)
    await desk.send(sender=HELEN, text=f"return finding {EL02}: the roster, please")
    await remind_all(desk, WEEK_BEFORE)
    desk.now = WEEK_BEFORE
    await desk.send(sender=MARIA, text=f"respond {EL02}: the roster is on file")
    said = await said_to(desk, TOM)
    assert said is not None
    assert [(one["name"], one["by"]) for one in said.done] == [(EL02, "Maria Delgado")]


async def test_more_time_that_was_granted_since_is_neither_due_nor_in(desk: Desk) -> None:
    """The day moved: it is reminded of before the new one."""
    await request(desk, steps=STEP)
    await remind_all(desk, WEEK_BEFORE)
    desk.now = WEEK_BEFORE
    await desk.send(sender=HELEN, text=f"approve agreement {EL02}")
    said = await said_to(desk, MARIA)
    assert said is not None
    assert ([one["name"] for one in said.rows], said.done) == ([CE08, EL14], [])


@pytest.mark.parametrize(
    ("reach", "knows"),
    [
        (Reach(programs=("fpm",)), True),
        (Reach(reviews=("sv-fpm",)), True),
        (Reach(leas=("sierra-vista",)), True),
        (Reach(programs=("charter",)), False),
        (Reach(), False),
    ],
)
def test_what_became_of_it_is_for_the_lea_its_reviewers_and_its_own_program(
    reach: Reach, knows: bool
) -> None:
    """Somebody may have another role since it was planned."""
    one = Reminder(
        target=EL02,
        kind="finding",
        due=date(2013, 12, 30),
        offset=-7,
        person_id=1,
        planned_for=date(2013, 12, 23),
        rung="contact",
        lea_id="sierra-vista",
        program_id="fpm",
    )
    assert may_know(one, reach) is knows


async def test_what_has_another_day_since_is_not_said_of_the_old_one(desk: Desk) -> None:
    await remind_all(desk, WEEK_BEFORE)
    await set_finding(desk, EL02, due=date(2014, 1, 30))
    said = await said_to(desk, MARIA)
    assert said is not None
    assert [one["name"] for one in said.rows] == [CE08, EL14]


async def test_who_decides_no_more_and_serves_the_lea_now_hears_of_no_decision(desk: Desk) -> None:
    """They may know of the finding, as its LEA does."""
    luis, desk.now = "lortega@cde.example", datetime(2013, 12, 16, 20, tzinfo=UTC)
    await respond(desk)
    await remind_all(desk, WEEK_BEFORE)
    assert EL02 in await rows_of(desk, luis)
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=WEEK_BEFORE))
        person = await uow.person_at(luis)
        assert person is not None
        for role in person.roles:
            role.ended_at, role.ended_how = WEEK_BEFORE, "changed"
        person.roles.append(PersonRole(role="lea_submitter", lea_id="sierra-vista"))
    assert EL02 not in await rows_of(desk, luis)


async def test_nothing_is_said_when_all_of_it_is_in(desk: Desk) -> None:
    await remind_all(desk, WEEK_BEFORE)
    desk.now = WEEK_BEFORE
    for code in ("EL 02", "EL 14", "CE 08"):
        await respond(desk, code)
    assert await said_to(desk, MARIA) is None


async def test_nothing_is_said_to_who_is_retired(desk: Desk) -> None:
    await remind_all(desk, WEEK_BEFORE)
    desk.now = WEEK_BEFORE
    await desk.send(sender=MARIA, text=f"retire {TOM}")
    assert await said_to(desk, TOM) is None


async def test_nothing_is_said_of_a_review_that_was_paused_since(desk: Desk) -> None:
    await remind_all(desk, WEEK_BEFORE)
    async with desk.store.begin() as uow:
        luis = await uow.person_at("lortega@cde.example")
        assert luis is not None
        uow.act_as(Actor(at=WEEK_BEFORE))
        uow.add(ReviewPause(review_id="sv-fpm", by_id=luis.id, made_at=WEEK_BEFORE, why="a flood"))
    assert await said_to(desk, MARIA) is None


async def test_distances_are_those_of_the_day_on_which_it_is_said(desk: Desk) -> None:
    """The smarthost was down for a day."""
    await remind_all(desk, WEEK_BEFORE)
    next_day = datetime(2013, 12, 24, 17, tzinfo=UTC)
    await remind_all(desk, next_day)
    said = await said_to(desk, MARIA, next_day)
    assert said is not None
    assert said.day == "2013-12-24"


async def test_a_file_in_answer_to_a_digest_of_several_is_asked_about_or_goes_where_it_says(
    desk: Desk,
) -> None:
    """Our subject names none of several: it would count as the sender's word."""
    await remind_all(desk, WEEK_BEFORE)
    row = await owed_to(desk, MARIA)
    subject = render(row.template, row.fields, Place("evidence@cais.example", WEEK_BEFORE.date())).subject
    desk.now = WEEK_BEFORE
    reply = {"sender": MARIA, "subject": f"Re: {subject}", "answers": (row.message_id,)}
    mute = await desk.send(files=(a_file("minutes.pdf"),), **reply)
    assert [one["verdict"] for one in mute["verdicts"]] == ["asked"]
    named = await desk.send(text="for CE 08", files=(a_file("other.pdf", b"other"),), **reply)
    assert [one["targets"] for one in named["verdicts"]] == [[CE08]]
