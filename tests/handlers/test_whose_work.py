"""Whose work it is, who stands in, and how somebody wants their reminders: who may say so, and what moves by it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from handlers.reminder_standing import standing_on
from store.models import PersonRole
from store.unit_of_work import Actor
from tests.builders import ANA, NOW, Desk
from tests.handlers.findings import TOM, facts, told
from tests.handlers.record import HELEN, MARIA, PEI, PRIYA, RENEE, assert_whole
from tests.handlers.reviewing import LUIS, OMAR
from tests.handlers.test_argue import EL02, refusal, reminded, reply_of, wishes
from tests.handlers.test_chat_notices import has_account
from tests.handlers.test_remind import MONDAY_BEFORE, remind_all

__all__ = ["reminded"]
FRIDAY = datetime(2013, 12, 27, 17, tzinfo=UTC)


async def reminded_of_el02(desk: Desk, day: datetime) -> set[tuple[str, str, str | None]]:
    """Who heard of EL 02 on a day, on which rung, in whose place."""
    await remind_all(desk, day)
    found = set()
    async with desk.store.look() as uow:
        for number in range(1, 200):
            for one in await uow.reminders_in(number):
                if one.target == EL02 and one.planned_for == day.date():
                    name = await uow.name_of(one.person_id) or ""
                    found.add((name, one.rung, await uow.name_of(one.covers)))
    return found


async def wake_on_friday(desk: Desk, who: str) -> None:
    """A reminder of theirs is due on Friday."""
    row = await desk.send(sender=who, text="snooze EL 02 until Friday")
    assert row["reply"] == "reminders_snoozed", row


# --- not me, and to whom it is given


@pytest.mark.both_databases
async def test_not_me_asks_the_coordinator_whose_words_give_it_away(reminded: Desk) -> None:
    row = await reminded.send(sender=TOM, text="not me EL 02")
    assert (row["reply"], row["fields"]["asked"]) == ("not_theirs", ["Maria Delgado"])
    assert await told(reminded, "whose_work") == [MARIA]
    assert await wishes(reminded) == [(EL02, "not_me", None)]
    row = await reminded.send(sender=MARIA, text=f"reassign {EL02} to {PEI}")
    assert (row["reply"], row["fields"]["name"]) == ("work_reassigned", "Pei Chan")
    assert await told(reminded, "reassignment_heard") == [PEI]
    await assert_whole(reminded)


async def test_not_me_as_an_answer_names_nothing(reminded: Desk) -> None:
    row = await reminded.send(sender=TOM, text="not me", answers=await reply_of(TOM, reminded))
    assert row["reply"] == "not_theirs"
    assert refusal(await reminded.send(sender=TOM, text="not me")) == "not_said_right"


async def test_the_only_coordinator_is_told_to_say_whose_it_is(reminded: Desk) -> None:
    row = await reminded.send(sender=MARIA, text="not me EL 02")
    assert (row["fields"]["asked"], row["fields"]["manages"]) == ([], True)
    assert await told(reminded, "whose_work") == []


async def test_who_has_it_is_reminded_first_and_alone(reminded: Desk) -> None:
    await reminded.send(sender=MARIA, text="reassign EL 02 to Pei Chan")
    await wake_on_friday(reminded, PEI)
    assert {one for one in await reminded_of_el02(reminded, FRIDAY) if one[1] == "owner"} == {
        ("Pei Chan", "owner", None)
    }


async def test_given_to_another_both_hear_and_to_nobody_everybody_is_reminded(reminded: Desk) -> None:
    await reminded.send(sender=MARIA, text="reassign EL 02 to Pei Chan")
    row = await reminded.send(sender=MARIA, text="reassign EL 02 to Okafor")
    assert row["fields"]["was"] == "Pei Chan"
    assert await told(reminded, "reassignment_heard") == [PEI, PEI, TOM]
    row = await reminded.send(sender=MARIA, text="reassign EL 02 to nobody")
    assert (row["fields"]["name"], row["fields"]["was"]) == ("", "Tom Okafor")
    async with reminded.store.look() as uow:
        assert await uow.assignments() == []


async def test_who_says_not_me_has_it_no_more(reminded: Desk) -> None:
    await reminded.send(sender=MARIA, text=f"reassign EL 02 to {TOM}")
    await reminded.send(sender=TOM, text="not me EL 02")
    async with reminded.store.look() as uow:
        assert await uow.assignments() == []
    await reminded.send(sender=MARIA, text=f"reassign EL 02 to {TOM}")
    assert await wishes(reminded) == []


@pytest.mark.parametrize("who", [TOM, ANA, HELEN, RENEE])
async def test_only_who_manages_the_leas_users_gives_work(who: str, reminded: Desk) -> None:
    assert refusal(await reminded.send(sender=who, text=f"reassign {EL02} to {PEI}")) == "not_for_your_role"


@pytest.mark.parametrize("to", [PRIYA, HELEN, "Nobody Known", "x@nowhere.example"])
async def test_work_stays_in_the_lea(to: str, reminded: Desk) -> None:
    assert refusal(await reminded.send(sender=MARIA, text=f"reassign EL 02 to {to}")) == "not_one_of_yours"


@pytest.mark.parametrize(
    ("who", "text", "what"),
    [
        (MARIA, "reassign EL 02 to Nobody Known", "user"),
        (MARIA, "cover for Nobody Known by me until Dec 27", "user"),
        (HELEN, "cover for me by nobody@cde.example until Dec 27", "colleague"),
        (PRIYA, "snooze sv-fpm tomorrow", "thing"),
        (PRIYA, "snooze xx-fpm tomorrow", "thing"),
    ],
)
async def test_what_is_nowhere_is_named_as_it_may_be_found(
    who: str, text: str, what: str, reminded: Desk
) -> None:
    row = await reminded.send(sender=who, text=text)
    assert (refusal(row), row["fields"]["facts"]["what"]) == ("not_one_of_yours", what)


async def test_another_leas_work_is_nowhere(reminded: Desk) -> None:
    for text in (f"reassign {EL02} to {PRIYA}", f"not me {EL02}"):
        assert refusal(await reminded.send(sender=PRIYA, text=text)) == "not_one_of_yours"


async def test_the_states_people_hand_nothing_on(reminded: Desk) -> None:
    assert refusal(await reminded.send(sender=HELEN, text=f"not me {EL02}")) == "not_for_your_role"


# --- who is away


async def away(
    desk: Desk, who: str = TOM, text: str = "I am out of the office until January 3.", **more: Any
) -> Any:
    """The answer of somebody's mail program to their reminder."""
    said = {"automatic": "out of office", "answers": await reply_of(TOM, desk)} | more
    return await desk.send(sender=who, subject="Automatic reply: 2 deadlines", text=text, **said)


async def absences(desk: Desk) -> list[tuple[date, date | None, int | None]]:
    async with desk.store.look() as uow:
        return [(one.first, one.last, one.cover_id) for one in await uow.absences(desk.now.date())]


@pytest.mark.both_databases
async def test_an_out_of_office_answer_is_noted_and_cover_asked_for_once(reminded: Desk) -> None:
    row = await away(reminded)
    assert (row["state"], row["reply"]) == ("ignored", None)
    assert row["reason"] == "out of office: until 2014-01-03"
    await away(reminded)
    assert await absences(reminded) == [(date(2013, 12, 23), date(2014, 1, 3), None)]
    assert await told(reminded, "cover_asked") == [MARIA]
    await assert_whole(reminded)


async def test_the_last_day_may_come_later(reminded: Desk) -> None:
    await away(reminded, text="I am away.")
    assert await absences(reminded) == [(date(2013, 12, 23), None, None)]
    await away(reminded)
    assert await absences(reminded) == [(date(2013, 12, 23), date(2014, 1, 3), None)]


@pytest.mark.parametrize(
    "more",
    [
        {"who": ANA},  # not whose reminder it was
        {"trust": "unauthenticated"},
        {"trust": "accepted"},  # nothing proves that it is theirs
        {"answers": ("<out-1.guess@cais.example>",)},
        {"answers": ()},
        {"automatic": "mailing-list"},
        {"automatic": "auto-submitted", "text": "Your ticket 4711 was opened."},
        {"text": "Out of office until November 1, 2013."},
    ],
)
async def test_what_is_no_absence_of_theirs_is_not_noted(more: dict[str, Any], reminded: Desk) -> None:
    row = await away(reminded, **more)
    assert (row["state"], row["reply"]) == ("ignored", None)
    assert await absences(reminded) == []
    assert await told(reminded, "cover_asked") == []


async def test_a_machine_commands_nothing(reminded: Desk) -> None:
    await away(
        reminded, text="I am away until January 3.\ncover for me by pchan@sierravista.example\nmute EL 02"
    )
    assert await wishes(reminded) == []
    assert [cover for *_, cover in await absences(reminded)] == [None]


async def test_who_writes_is_back_if_nobody_knew_until_when(reminded: Desk) -> None:
    await away(reminded, text="I am away.")
    reminded.now = datetime(2013, 12, 24, 17, tzinfo=UTC)
    await reminded.send(sender=TOM, text="status")
    assert await absences(reminded) == []


async def test_whose_address_nothing_proves_is_not_back(reminded: Desk) -> None:
    """Anybody may write so; reminders would go to an empty chair again."""
    await away(reminded, text="I am away.")
    reminded.now = datetime(2013, 12, 24, 17, tzinfo=UTC)
    await reminded.send(sender=TOM, text="status", trust="accepted")
    assert len(await absences(reminded)) == 1
    await reminded.send(sender=TOM, text="status", trust="authenticated")
    assert await absences(reminded) == []


async def test_without_a_last_day_it_ends_by_itself(reminded: Desk) -> None:
    await away(reminded, text="I am away.")
    reminded.now = datetime(2014, 1, 5, 17, tzinfo=UTC)
    assert len(await absences(reminded)) == 1
    reminded.now = datetime(2014, 1, 6, 17, tzinfo=UTC)
    assert await absences(reminded) == []


async def test_of_the_only_coordinators_absence_the_program_hears(reminded: Desk) -> None:
    await away(reminded, who=MARIA, answers=await reply_of(MARIA, reminded))
    assert RENEE in await told(reminded, "cover_asked")
    assert TOM not in await told(reminded, "cover_asked")


async def test_who_may_name_cover_sees_who_is_away_and_who_stands_in(reminded: Desk) -> None:
    async def shown(who: str, text: str) -> Any:
        row = await reminded.send(sender=who, text=text)
        return next(one["away"] for one in row["fields"]["users"] if one["address"] == TOM)

    assert await shown(MARIA, "users") is None
    await away(reminded)
    assert await shown(MARIA, "users") == {"last": "2014-01-03", "cover": None}
    await reminded.send(sender=MARIA, text=f"cover for {TOM} by {MARIA} until Jan 3")
    assert await shown(RENEE, "users of sierra-vista") == {"last": "2014-01-03", "cover": "Maria Delgado"}
    reminded.now = datetime(2014, 1, 4, 17, tzinfo=UTC)
    assert await shown(MARIA, "users") is None


SUE = "skim@sierravista.example"


async def test_where_the_coordinator_is_away_the_district_admin_is_asked_and_not_the_program(
    reminded: Desk,
) -> None:
    row = await reminded.send(sender=MARIA, text=f"add user Sue Kim <{SUE}> as District Admin")
    assert row["reply"] == "user_added", row["fields"]
    await away(reminded, who=MARIA, answers=await reply_of(MARIA, reminded))
    assert await told(reminded, "cover_asked") == [SUE]


async def test_of_a_reviewers_absence_only_the_program_hears(reminded: Desk) -> None:
    await reminded.send(sender=MARIA, text="respond sv-fpm/I-EL 02: it was held")
    await remind_all(reminded, datetime(2014, 1, 27, 17, tzinfo=UTC))
    reminded.now = datetime(2014, 1, 27, 18, tzinfo=UTC)
    await away(reminded, who=HELEN, text="I am away.", answers=await reply_of(HELEN, reminded))
    heard = await told(reminded, "cover_asked")
    assert RENEE in heard
    assert not {MARIA, TOM, HELEN} & {*heard}


async def test_reviewers_of_one_review_stand_in_for_each_other(reminded: Desk) -> None:
    row = await reminded.send(sender=HELEN, text=f"cover for me by {LUIS} until Jan 31")
    assert (row["reply"], row["fields"]["by"]) == ("cover_named", "Luis Ortega"), row["fields"]
    assert await told(reminded, "cover_heard") == [LUIS]
    other = await reminded.send(sender=HELEN, text=f"cover for me by {OMAR} until Jan 31")
    assert refusal(other) in ("cannot_stand_in", "not_one_of_yours"), other["fields"]
    await reminded.send(sender=MARIA, text="respond sv-fpm/I-EL 02: it was held")
    heard = await reminded_of_el02(reminded, datetime(2014, 1, 27, 17, tzinfo=UTC))
    assert ("Luis Ortega", "reviewer", None) in heard  # it is his own work, too
    assert "Helen Wu" not in {name for name, *_ in heard}


@pytest.mark.both_databases
async def test_cover_moves_the_reminders_and_ends_by_itself(reminded: Desk) -> None:
    await away(reminded)
    row = await reminded.send(sender=MARIA, text=f"cover for {TOM} by {MARIA} until Dec 27")
    assert (row["reply"], row["fields"]["by"]) == ("cover_named", "Maria Delgado"), row
    assert await told(reminded, "cover_heard") == [TOM]
    reminded.now = datetime(2013, 12, 28, 17, tzinfo=UTC)
    assert await absences(reminded) == []
    await assert_whole(reminded)


async def test_who_stands_in_hears_in_their_place(reminded: Desk) -> None:
    await reminded.send(sender=MARIA, text="add user Jo Lee <jlee@sierravista.example> as submitter")
    await reminded.send(sender=MARIA, text=f"reassign EL 02 to {TOM}")
    await away(reminded)
    await reminded.send(sender=MARIA, text=f"cover for {TOM} by Jo Lee until Dec 30")
    heard = await reminded_of_el02(reminded, FRIDAY)
    assert ("Jo Lee", "owner", "Tom Okafor") in heard
    assert not any(name == "Tom Okafor" for name, *_ in heard)


async def test_while_nobody_stands_in_the_coordinators_hear_as_well(reminded: Desk) -> None:
    await reminded.send(sender=MARIA, text=f"reassign EL 02 to {TOM}")
    await away(reminded)
    heard = await reminded_of_el02(reminded, FRIDAY)
    assert {("Tom Okafor", "owner", None), ("Maria Delgado", "coordinator", "Tom Okafor")} <= heard


async def test_who_stands_in_must_do_the_work_already(reminded: Desk) -> None:
    await away(reminded)
    row = await reminded.send(sender=MARIA, text=f"cover for {TOM} by {ANA} until Dec 27")
    assert refusal(row) == "cannot_stand_in"
    for nobody in (PRIYA, HELEN):
        row = await reminded.send(sender=MARIA, text=f"cover for {TOM} by {nobody} until Dec 27")
        assert refusal(row) in ("cannot_stand_in", "not_one_of_yours")
    assert [cover for *_, cover in await absences(reminded)] == [None]


async def number(desk: Desk, address: str) -> int:
    async with desk.store.look() as uow:
        person = await uow.person_at(address)
        assert person is not None
        return person.id


async def in_coast_range_too(desk: Desk) -> None:
    """Tom also submits for another LEA."""
    async with desk.store.begin() as uow:
        uow.act_as(Actor(at=NOW))
        tom = await uow.person_at(TOM)
        assert tom is not None
        tom.roles.append(PersonRole(role="lea_submitter", lea_id="coast-range"))


async def test_who_works_for_two_leas_is_covered_where_the_other_does_the_work(reminded: Desk) -> None:
    await in_coast_range_too(reminded)
    own = await reminded.send(sender=TOM, text=f"cover for me by {MARIA} until Dec 27")
    assert own["fields"]["only_in"] == ["Sierra Vista Unified"]
    row = await reminded.send(sender=MARIA, text=f"cover for {TOM} by {MARIA} until Dec 27")
    assert (row["reply"], row["fields"]["only_in"]) == ("cover_named", [])  # of the other she knows nothing
    async with reminded.store.look() as uow:
        standing = await standing_on(FRIDAY.date(), uow)
        open_now = await uow.deadlines(["sierra-vista", "coast-range"])
    maria, tom = await number(reminded, MARIA), await number(reminded, TOM)
    heard = {one.lea: standing.hears(tom, one) for one in open_now if not one.is_decision}
    assert heard == {"sierra-vista": maria, "coast-range": None}
    row = await reminded.send(sender=MARIA, text=f"cover for {TOM} by {PRIYA} until Dec 27")
    assert refusal(row) in ("cannot_stand_in", "not_one_of_yours")


async def test_cover_for_later_leaves_an_earlier_absence_as_it_is(reminded: Desk) -> None:
    tom = await number(reminded, TOM)

    async def ahead() -> list[tuple[date, date | None]]:
        async with reminded.store.look() as uow:
            return [(one.first, one.last) for one in await uow.absences_ahead(tom, FRIDAY.date())]

    await reminded.send(sender=TOM, text=f"cover for me by {MARIA} from Dec 26 until Jan 3")
    await reminded.send(sender=TOM, text=f"cover for me by {MARIA} from Feb 3 until Feb 14")
    february = (date(2014, 2, 3), date(2014, 2, 14))
    assert await ahead() == [(date(2013, 12, 26), date(2014, 1, 3)), february]
    await reminded.send(sender=TOM, text=f"cover for me by {MARIA} from Dec 30 until Jan 5")
    assert await ahead() == [(date(2013, 12, 30), date(2014, 1, 5)), february]


async def test_people_say_ahead_who_stands_in_for_them(reminded: Desk) -> None:
    row = await reminded.send(sender=TOM, text=f"cover for me by {MARIA} from Dec 26 until Jan 3")
    assert (row["reply"], row["fields"]["first"]) == ("cover_named", "2013-12-26"), row
    assert await told(reminded, "cover_heard") == [MARIA]
    assert await absences(reminded) == []
    row = await reminded.send(sender=TOM, text="cover for me ends")
    assert row["reply"] == "cover_ended"
    assert refusal(await reminded.send(sender=TOM, text="cover for me ends")) == "nobody_away"


async def test_only_who_manages_users_is_told_the_addresses_of_a_name(reminded: Desk) -> None:
    for name in ("Jo Kim", "Sue Kim"):
        address = f"{name.split()[0].lower()}kim@sierravista.example"
        await reminded.send(sender=MARIA, text=f"add user {name} <{address}> as submitter")
    row = await reminded.send(sender=TOM, text="cover for me by KIM until Dec 27")
    assert refusal(row) == "not_said_right"
    assert "kim@sierravista" not in str(row["fields"])
    assert refusal(await reminded.send(sender=MARIA, text="cover for me by KIM until Dec 27")) == "which_one"
    row = await reminded.send(sender=TOM, text="cover for me by jokim@sierravista.example until Dec 27")
    assert row["reply"] == "cover_named", row["fields"]


@pytest.mark.parametrize(("until", "said"), [("2014-04-22", ""), ("2014-04-23", "date_outside")])
async def test_cover_ends_within_four_months(reminded: Desk, until: str, said: str) -> None:
    """120 days from 23 December on."""
    assert refusal(await reminded.send(sender=TOM, text=f"cover for me by {MARIA} until {until}")) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("from 2014-04-22", ""),
        ("from 2014-04-23", "date_outside"),
        ("from 2014-04-20 until 2014-04-23", "date_outside"),
        ("from 2014-01-10 until 2014-01-09", "not_said_right"),
        ("from 2014-01-10 until 2014-01-10", ""),
    ],
)
async def test_cover_begins_within_four_months_and_not_after_its_end(
    reminded: Desk, days: str, said: str
) -> None:
    assert refusal(await reminded.send(sender=TOM, text=f"cover for me by {MARIA} {days}")) == said


@pytest.mark.parametrize("who", [ANA, PRIYA, HELEN])
async def test_nobody_else_names_cover(who: str, reminded: Desk) -> None:
    await away(reminded)
    row = await reminded.send(sender=who, text=f"cover for {TOM} by {MARIA} until Dec 27")
    assert refusal(row) in ("not_for_your_role", "not_one_of_yours"), row


async def test_who_stands_in_and_lost_the_role_hears_nothing_in_their_place(reminded: Desk) -> None:
    await reminded.send(sender=MARIA, text=f"reassign EL 02 to {TOM}")
    await away(reminded)
    await reminded.send(sender=MARIA, text=f"cover for {TOM} by {MARIA} until Dec 30")
    async with reminded.store.begin() as uow:
        priya = await uow.person_at(PRIYA)
        assert priya is not None
        (one,) = await uow.absences(reminded.now.date())
        one.cover_id = priya.id  # as if she had worked there
    heard = await reminded_of_el02(reminded, FRIDAY)
    assert ("Tom Okafor", "owner", None) in heard
    assert "Priya Nair" not in {name for name, *_ in heard}


# --- how somebody wants their reminders


@pytest.mark.both_databases
async def test_habits_are_kept_and_ended(reminded: Desk) -> None:
    row = await reminded.send(sender=TOM, text="remind me at 2 pm by mail")
    assert (row["fields"]["hour"], row["fields"]["way_of"]) == (14, "mail"), row
    row = await reminded.send(sender=TOM, text="remind me by both")
    assert (row["fields"]["hour"], row["fields"]["way_of"]) == (14, "both")
    row = await reminded.send(sender=TOM, text="remind me as usual")
    assert (row["fields"]["hour"], row["fields"]["way_of"], row["fields"]["usual"]) == (8, "chat", True)
    await assert_whole(reminded)


@pytest.mark.parametrize(
    ("said", "channels"),
    [("mail", {"mail"}), ("chat", {"slack"}), ("both", {"mail", "slack"}), ("", {"slack"})],
)
async def test_with_a_chat_the_habit_decides_where_the_digest_comes(
    said: str, channels: set[str], desk: Desk
) -> None:
    desk.now = MONDAY_BEFORE
    await has_account(desk, TOM, "slack:T0CAIS/U0TOM")
    if said:
        row = await desk.send(sender=TOM, text=f"remind me by {said}")
        assert row["fields"]["in_chat"]
    await remind_all(desk, MONDAY_BEFORE)
    came = [one for one in await desk.outgoing() if one.template == "deadlines_reminded"]
    assert sorted(one.channel for one in came if one.to in (TOM, "U0TOM")) == sorted(channels)


@pytest.mark.parametrize("hour", ["7", "5 pm", "20"])
async def test_nobody_is_reminded_out_of_office_hours(hour: str, reminded: Desk) -> None:
    assert refusal(await reminded.send(sender=TOM, text=f"remind me at {hour}")) == "hour_outside"


async def test_my_reminders_shows_what_comes_and_what_was_said(reminded: Desk) -> None:
    await reminded.send(sender=TOM, text="snooze EL 02 until Friday")
    row = await reminded.send(sender=TOM, text="my reminders")
    shown = {one["name"]: one["day"] for one in row["fields"]["rows"]}
    assert shown[EL02] == "2013-12-27"
    assert [(one["name"], one["said"]) for one in row["fields"]["wishes"]] == [(EL02, "snooze")]
    assert (await facts(reminded, "my_reminders_shown"))["way_of"] == "chat"


async def test_my_reminders_does_not_show_what_was_put_off_until_a_day_that_is_over(reminded: Desk) -> None:
    await reminded.send(sender=TOM, text="snooze EL 02 until Friday")
    reminded.now = FRIDAY
    assert (await reminded.send(sender=TOM, text="my reminders"))["fields"]["wishes"] == []


async def test_my_reminders_says_what_a_pause_keeps_back_and_that_it_stays_due(reminded: Desk) -> None:
    assert (await reminded.send(sender=TOM, text="my reminders"))["fields"]["paused"] == []
    await reminded.send(
        sender=LUIS, text="pause reminders of sv-fpm until Jan 15 because the office is closed"
    )
    fields = (await reminded.send(sender=TOM, text="my reminders"))["fields"]
    (paused,) = fields["paused"]
    assert (paused["review"], paused["until"]) == ("sv-fpm", "2014-01-15")
    assert ("I-EL 02", "2013-12-30") in {(one["code"], one["due"]) for one in paused["rows"]}
    assert not [one for one in fields["rows"] if one["name"] == EL02 and one["day"] < "2014-01-15"]
