"""Who hears of which deadline on which day, as tables: ladders, days that are none, and what people asked for."""

from datetime import UTC, date, datetime, timedelta

import pytest

import store.programs
from handlers.reminder_days import may_send, offset_on, send_day, send_time
from handlers.reminder_plan import Wish, next_rung, others_who_hear
from store.programs import Schedule, schedules
from tests.handlers.reminding import (
    ADMIN,
    CONTACT,
    COORDINATOR,
    DUE,
    LEA,
    LEADER,
    MONITOR,
    OTHER_MONITOR,
    READER,
    SCHOOL,
    SUBMITTER,
    a_deadline,
    held,
    left_out,
    planned,
    standing,
    state,
    told,
)

PROGRAMS = (
    "fpm", "charter", "sig", "title_iii", "corrective_action", "lea_planning", "ia_npsa",
)  # fmt: skip
MUTE, NOT_ME = Wish("mute"), Wish("not_me")
OWNERS = {SUBMITTER: "owner", COORDINATOR: "owner"}
FORM = "sv-budget"


def before(days: int, due: date = DUE) -> date:
    return due - timedelta(days=days)


# Days.


@pytest.mark.parametrize(
    ("due", "offset", "expected"),
    [
        ("2026-01-02", 0, "2026-01-02"),
        ("2026-01-01", 0, "2025-12-31"),  # New Year's Day: earlier, in the old year
        ("2025-12-31", 1, "2026-01-02"),  # after it later, in the new one
        ("2028-01-01", 0, "2027-12-30"),  # a Saturday, kept on Friday the 31st
        ("2026-01-19", 0, "2026-01-16"),  # Martin Luther King
        ("2026-02-16", 0, "2026-02-13"),  # Presidents' Day
        ("2026-03-31", 0, "2026-03-30"),  # Cesar Chavez
        ("2024-04-01", 0, "2024-03-29"),  # the same, kept on Monday
        ("2026-05-25", 0, "2026-05-22"),  # Memorial Day
        ("2026-06-19", 0, "2026-06-18"),  # Juneteenth
        ("2026-07-03", 0, "2026-07-02"),  # Independence Day, kept on Friday
        ("2027-07-05", 0, "2027-07-02"),  # kept on Monday
        ("2026-09-07", 0, "2026-09-04"),  # Labor Day
        ("2026-11-11", 0, "2026-11-10"),  # Veterans Day
        ("2026-11-26", 0, "2026-11-25"),  # Thanksgiving
        ("2026-11-27", 0, "2026-11-25"),  # and the day after
        ("2026-11-26", 1, "2026-11-30"),
        ("2026-12-25", 0, "2026-12-24"),
        ("2026-12-25", 1, "2026-12-28"),
        ("2026-10-12", 0, "2026-10-12"),  # Columbus Day is none in California
        ("2028-02-29", 0, "2028-02-29"),  # leap days
        ("2028-03-01", -1, "2028-02-29"),
        ("2028-02-28", 1, "2028-02-29"),
        ("2027-02-28", 1, "2027-03-01"),
        ("2024-03-30", -30, "2024-02-29"),
        ("2026-03-08", 0, "2026-03-06"),  # the night that has no half past two
        ("2026-11-01", 1, "2026-11-02"),
    ],
)
def test_a_reminder_of_a_day_off_comes_before_the_deadline_or_after_it(
    due: str, offset: int, expected: str
) -> None:
    assert send_day(date.fromisoformat(due), offset) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        ("2026-03-06", 16), ("2026-03-09", 15),  # on both sides of 8 March
        ("2026-10-30", 15), ("2026-11-02", 16),  # and of 1 November
        ("2024-03-08", 16), ("2024-03-11", 15), ("2034-11-03", 15), ("2034-11-06", 16),
    ],
)  # fmt: skip
def test_eight_in_the_morning_is_eight_on_both_sides_of_summer_time(day: str, utc: int) -> None:
    moment = send_time(date.fromisoformat(day)).astimezone(UTC)
    assert (moment.date().isoformat(), moment.hour) == (day, utc)


@pytest.mark.parametrize(
    ("hour", "expected"), [(None, 8), (0, 8), (7, 8), (9, 9), (16, 16), (17, 16), (23, 16)]
)
def test_a_chosen_hour_stays_within_office_hours(hour: int | None, expected: int) -> None:
    assert send_time(DUE, hour).hour == expected


def test_the_doubled_hour_of_november_and_the_missing_one_of_march_are_one_day_each() -> None:
    """The days are planned from midnight on, whatever happens at two."""
    assert may_send(datetime(2026, 11, 2, 8, tzinfo=UTC))  # Monday 0:00, standard time
    assert not may_send(datetime(2026, 11, 2, 7, 59, tzinfo=UTC))  # still Sunday
    assert may_send(datetime(2026, 3, 9, 7, tzinfo=UTC))
    assert not may_send(datetime(2026, 3, 9, 6, 59, tzinfo=UTC))
    assert not may_send(datetime(2026, 3, 10, 0, tzinfo=UTC))  # Monday 17:00


@pytest.mark.parametrize("offsets", [(-3, -2, -1, 0), (1, 2, 3)])
def test_several_offsets_of_one_weekend_are_one_reminder(offsets: tuple[int, ...]) -> None:
    schedule = Schedule(offsets, (("owner", -9),))
    due = date(2026, 4, 19) if offsets[-1] == 0 else date(2026, 4, 16)  # a Sunday; a Thursday
    asked = [offset_on(schedule, due, day, None) for day in (date(2026, 4, 17), date(2026, 4, 20))]
    assert asked[0 if offsets[-1] == 0 else 1] == (offsets[-1], False)


# Ladders.

EARLY, ALL_LEA = {SUBMITTER, COORDINATOR}, {SUBMITTER, COORDINATOR, ADMIN}
TEAM = {LEADER, MONITOR}
LADDERS = {
    "upload": {-30: EARLY, -7: EARLY, 0: EARLY, 1: ALL_LEA, 7: ALL_LEA | TEAM | {OTHER_MONITOR},
               11: ALL_LEA | TEAM | {OTHER_MONITOR, CONTACT}},
    "form": {-30: EARLY, 0: EARLY, 1: ALL_LEA, 7: ALL_LEA | {CONTACT, READER},
             27: ALL_LEA | {CONTACT, READER}},
    "finding": {-30: EARLY, 0: EARLY, 1: ALL_LEA | TEAM, 8: ALL_LEA | TEAM | {CONTACT},
                225: ALL_LEA | TEAM | {CONTACT}},
    "agreement": {-60: EARLY, 0: EARLY, 1: ALL_LEA | TEAM, 8: ALL_LEA | TEAM | {CONTACT}},
    "step": {-7: EARLY, -1: EARLY, 1: EARLY},
    "decide_item": {7: TEAM, 14: TEAM, 28: TEAM | {CONTACT}},
    "decide_finding": {3: TEAM, 7: TEAM, 14: TEAM | {CONTACT}},
    "decide_agreement": {3: TEAM, 14: TEAM | {CONTACT}},
    "decide_form": {7: {CONTACT, READER}, 28: {CONTACT, READER}},
}  # fmt: skip


def test_there_is_a_ladder_for_every_kind() -> None:
    assert {*LADDERS} == {*schedules("fpm")}


@pytest.mark.parametrize(
    ("kind", "offset"), [(kind, offset) for kind, rungs in LADDERS.items() for offset in rungs]
)
def test_who_hears_at_which_distance(kind: str, offset: int) -> None:
    deadline = a_deadline(kind)
    assert {*told(deadline, standing(), send_day(DUE, offset))} == LADDERS[kind].get(offset, set())


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_reminds_of_its_own_and_asks_its_own_contact(program: str) -> None:
    kind = "upload" if program == "fpm" else "form"
    deadline = a_deadline(kind, program=program)
    on = standing([*LEA, *state(program), held(99, "program_contact", program="another")])
    first = schedules(program)[kind].days[0]
    assert told(deadline, on, send_day(DUE, first)) == OWNERS
    late = told(deadline, on, send_day(DUE, 11))
    assert CONTACT in late and 99 not in late


def test_a_programs_file_may_set_its_own_days(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"program": {"id": "sig"}, "reminders": {"form": {"days": [-10], "ladder": {"designee": -10}}}}
    files = [*store.programs.program_files()]
    monkeypatch.setattr(store.programs, "program_files", lambda: [own, *files])
    schedules.cache_clear()
    try:
        assert schedules("sig")["form"] == Schedule((-10,), (("designee", -10),))
        deadline, on = a_deadline(program="sig"), standing([*LEA, *state("sig")])
        assert told(deadline, on, send_day(DUE, -10)) == {ADMIN: "designee"}
        assert told(deadline, on, before(30)) == {}
        assert schedules("title_iii")["form"].days[0] == -30
    finally:
        schedules.cache_clear()


def test_a_review_may_have_days_of_its_own() -> None:
    on = standing(own={("sv-fpm", "finding"): (-20, -5)})
    assert told(a_deadline("finding"), on, before(30)) == {}
    assert told(a_deadline("finding"), on, send_day(DUE, -20)) == OWNERS
    assert told(a_deadline("upload"), on, before(30)) == OWNERS  # only that kind


# Days that move.


def test_a_moved_day_is_reminded_of_anew_and_its_old_one_never_again() -> None:
    old, new = a_deadline(due=DUE), a_deadline(due=DUE + timedelta(days=15))
    on = standing()
    assert planned(new, on, before(14)) == []  # what the old day would have brought
    first = planned(new, on, send_day(new.due, -14))
    assert first and not {one.key for one in first} & {one.key for one in planned(old, on, before(14))}
    assert {one.deadline.due for one in first} == {new.due}


def test_a_snooze_does_not_outlast_a_day_that_was_moved_nearer() -> None:
    snoozed = Wish("snooze", DUE + timedelta(days=5), before(20))
    on = standing([LEA[0]], wishes={(SUBMITTER, FORM): snoozed})
    assert left_out(a_deadline(), on, before(1)) == {SUBMITTER: "snoozed"}
    assert told(a_deadline(), on, DUE) == {SUBMITTER: "owner"}


def test_what_is_overdue_already_is_snoozed_until_the_day_that_was_said() -> None:
    snoozed = Wish("snooze", DUE + timedelta(days=9), DUE + timedelta(days=2))
    on = standing([LEA[0]], wishes={(SUBMITTER, FORM): snoozed})
    assert left_out(a_deadline(), on, DUE + timedelta(days=7)) == {SUBMITTER: "snoozed"}
    assert told(a_deadline(), on, DUE + timedelta(days=9)) == {SUBMITTER: "owner"}


# Who is there.


def test_an_lea_without_people_is_heard_of_by_the_state_from_the_beginning() -> None:
    assert told(a_deadline(), standing(state("lea_planning")), before(30)) == {
        CONTACT: "reviewer",
        READER: "reviewer",
    }
    assert told(a_deadline("upload"), standing(state()), before(30)) == {
        LEADER: "reviewer", MONITOR: "reviewer", OTHER_MONITOR: "reviewer",
    }  # fmt: skip


def test_an_lea_that_nobody_reviews_and_nobody_serves_is_nobodys() -> None:
    assert planned(a_deadline(), standing([]), before(30)) == []


def test_a_school_user_alone_does_not_speak_for_the_lea() -> None:
    on = standing([held(SCHOOL, "school_user", lea="sv"), *state("lea_planning")])
    assert told(a_deadline(), on, before(30)) == {CONTACT: "reviewer", READER: "reviewer"}


def test_the_administrator_hears_where_nobody_submits() -> None:
    on = standing([held(ADMIN, "lea_admin", lea="sv"), *state("lea_planning")])
    assert told(a_deadline(), on, before(30)) == {ADMIN: "owner"}


def test_whose_work_it_is_hears_first_and_alone_until_the_coordinators_day() -> None:
    on = standing(assigned={FORM: SCHOOL})
    assert told(a_deadline(), on, before(30)) == {SCHOOL: "owner"}
    assert told(a_deadline(), on, send_day(DUE, -7)) == {SCHOOL: "owner", COORDINATOR: "coordinator"}


def test_work_of_somebody_who_left_falls_back_to_who_speaks_for_the_lea() -> None:
    assert told(a_deadline(), standing(assigned={FORM: 77}), before(30)) == OWNERS


def test_one_of_two_leas_hears_of_both_and_only_what_is_theirs() -> None:
    roles = [*LEA, held(SUBMITTER, "lea_submitter", lea="cr"), held(31, "lea_coordinator", lea="cr")]
    other = a_deadline(lea="cr", target="cr-budget")
    assert {*told(a_deadline(), standing(roles), before(30))} == {SUBMITTER, COORDINATOR}
    assert {*told(other, standing(roles), before(30))} == {SUBMITTER, 31}


def test_a_reviewer_of_several_reviews_hears_of_each_what_is_of_their_instrument() -> None:
    both = [*state(), held(MONITOR, "program_monitor", review="cr-fpm", instrument="CE")]
    on, day = standing(both), send_day(DUE, 7)
    assert {*told(a_deadline("decide_item"), on, day)} == {LEADER, MONITOR}
    assert {*told(a_deadline("decide_item", target="sv-fpm/CE", code="CE"), on, day)} == {
        LEADER,
        OTHER_MONITOR,
    }
    el, ce = (
        a_deadline("decide_finding"),
        a_deadline("decide_finding", target="sv-fpm/II-CE 04", code="II-CE 04"),
    )
    assert {*told(el, on, day)} == {LEADER, MONITOR}
    assert {*told(ce, on, day)} == {LEADER, OTHER_MONITOR}


@pytest.mark.parametrize(
    ("unreachable", "expected"),
    [
        ((), {SUBMITTER, COORDINATOR}),
        ((SUBMITTER,), {COORDINATOR}),
        ((SUBMITTER, COORDINATOR), {ADMIN}),
        ((SUBMITTER, COORDINATOR, ADMIN), {CONTACT, READER}),
    ],
)
def test_the_next_rung_hears_when_nothing_reaches_the_first(
    unreachable: tuple[int, ...], expected: set[int]
) -> None:
    on = standing(unreachable=unreachable)
    assert {*told(a_deadline(), on, before(30))} == expected
    assert set(left_out(a_deadline(), on, before(30)).values()) <= {"unreachable"}


# What people asked for.


@pytest.mark.parametrize("wish", [MUTE, NOT_ME])
def test_who_hears_alone_cannot_be_silent(wish: Wish) -> None:
    on = standing([LEA[0]], wishes={(SUBMITTER, FORM): wish})
    assert told(a_deadline(), on, before(30)) == {SUBMITTER: "owner"}


@pytest.mark.parametrize(("wish", "why"), [(MUTE, "muted"), (NOT_ME, "not theirs")])
def test_a_wish_counts_while_somebody_else_hears(wish: Wish, why: str) -> None:
    on = standing(wishes={(SUBMITTER, FORM): wish})
    assert told(a_deadline(), on, before(30)) == {COORDINATOR: "owner"}
    assert left_out(a_deadline(), on, before(30)) == {SUBMITTER: why}


def test_two_who_are_silent_silence_nobody() -> None:
    on = standing(wishes={(SUBMITTER, FORM): MUTE, (COORDINATOR, FORM): NOT_ME})
    assert told(a_deadline(), on, before(30)) == OWNERS


def test_nobody_relies_on_whom_nothing_reaches() -> None:
    on = standing(LEA[:2], unreachable=(COORDINATOR,), wishes={(SUBMITTER, FORM): MUTE})
    assert told(a_deadline(), on, before(30)) == {SUBMITTER: "owner"}


def test_nobody_relies_on_who_is_away() -> None:
    on = standing(LEA[:2], cover={COORDINATOR: None}, wishes={(SUBMITTER, FORM): MUTE})
    assert SUBMITTER in told(a_deadline(), on, before(30))


def test_who_stands_in_for_the_only_other_one_cannot_be_silent() -> None:
    on = standing(LEA[:2], cover={COORDINATOR: SUBMITTER}, wishes={(SUBMITTER, FORM): MUTE})
    assert told(a_deadline(), on, before(30)) == {SUBMITTER: "owner"}


def test_who_is_silent_brings_the_next_rung_forward() -> None:
    on = standing(assigned={FORM: SUBMITTER}, wishes={(SUBMITTER, FORM): MUTE})
    assert told(a_deadline(), on, before(30)) == {COORDINATOR: "coordinator"}
    assert others_who_hear(SUBMITTER, a_deadline(), on) == [COORDINATOR]


def test_a_snooze_wakes_on_its_day_with_a_distance_of_its_own() -> None:
    day = before(20)
    on = standing([LEA[0]], wishes={(SUBMITTER, FORM): Wish("snooze", day, before(30))})
    assert left_out(a_deadline(), on, before(30)) == {SUBMITTER: "snoozed"}
    assert planned(a_deadline(), on, day - timedelta(days=1)) == []
    (woken,) = planned(a_deadline(), on, day)
    assert (woken.offset, woken.late, woken.why_not) == (-20, False, "")
    assert told(a_deadline(), on, before(14)) == {SUBMITTER: "owner"}  # and on as usual


def test_a_snooze_wakes_no_step_of_the_same_agreement_that_is_far_away() -> None:
    agreement, day = a_deadline("agreement"), date(2026, 3, 3)
    steps = [a_deadline("step", due) for due in (date(2026, 9, 30), day + timedelta(days=6))]
    on = standing(
        wishes={(SUBMITTER, agreement.name): Wish("snooze", day, before(1, day))}, last=before(1, day)
    )
    assert told(agreement, on, day) == {SUBMITTER: "owner"}
    assert [told(one, on, day) for one in steps] == [{}, {SUBMITTER: "owner"}]


def test_a_snooze_until_a_saturday_wakes_on_monday() -> None:
    saturday = date(2026, 3, 28)
    on = standing([LEA[0]], wishes={(SUBMITTER, FORM): Wish("snooze", saturday)}, last=date(2026, 3, 27))
    (woken,) = planned(a_deadline(), on, date(2026, 3, 30))
    assert woken.offset == (date(2026, 3, 30) - DUE).days


def test_a_snooze_that_wakes_again_after_a_crash_is_the_same_reminder() -> None:
    """The day was not closed: the next one plans it with the same key, and what is due then as usual."""
    on = standing([LEA[0]], wishes={(SUBMITTER, FORM): Wish("snooze", before(20))}, last=before(21))
    (first,), (again,) = (planned(a_deadline(), on, before(day)) for day in (20, 19))
    assert first.key == again.key
    on = standing([LEA[0]], wishes={(SUBMITTER, FORM): Wish("snooze", before(8))}, last=before(9))
    (first,), (usual,) = (planned(a_deadline(), on, before(day)) for day in (8, 7))
    assert (first.offset, usual.offset) == (-8, -7)


def test_a_snooze_until_a_sunday_does_not_take_the_number_that_was_left_out_on_friday() -> None:
    due, sunday = date(2026, 4, 15), date(2026, 4, 12)
    on = standing([LEA[0]], wishes={(SUBMITTER, FORM): Wish("snooze", sunday)}, last=date(2026, 4, 9))
    (left,) = planned(a_deadline(due=due), on, date(2026, 4, 10))
    assert (left.offset, left.why_not) == (-3, "snoozed")
    on.last = date(2026, 4, 10)
    (woken,) = planned(a_deadline(due=due), on, date(2026, 4, 13))
    assert (woken.offset, woken.why_not) == (-2, "")


def test_a_snooze_is_the_affair_of_who_asked_for_it() -> None:
    on = standing(wishes={(SUBMITTER, FORM): Wish("snooze", before(20))})
    assert told(a_deadline(), on, before(30)) == {COORDINATOR: "owner"}
    assert told(a_deadline(), on, before(20)) == {SUBMITTER: "owner"}


def test_a_wish_about_a_finding_is_about_its_steps() -> None:
    on = standing(wishes={(SUBMITTER, "sv-fpm/I-EL 02"): MUTE})
    assert left_out(a_deadline("step"), on, before(7)) == {SUBMITTER: "muted"}


def test_a_pause_silences_a_review_and_nothing_else() -> None:
    on = standing(paused=frozenset({"sv-fpm"}))
    assert {*left_out(a_deadline("upload"), on, before(30)).values()} == {"paused"}
    assert told(a_deadline("upload"), on, before(30)) == {}
    assert told(a_deadline(), on, before(30)) == OWNERS


# Who is away.


@pytest.mark.parametrize(
    ("cover", "expected"),
    [
        ({SUBMITTER: SCHOOL}, {SCHOOL: SUBMITTER}),
        ({SUBMITTER: SCHOOL, SCHOOL: ADMIN}, {ADMIN: SUBMITTER}),  # one after the other
        ({SUBMITTER: SCHOOL, SCHOOL: SUBMITTER}, {SUBMITTER: None, COORDINATOR: SUBMITTER}),  # in a circle
        ({SUBMITTER: None}, {SUBMITTER: None, COORDINATOR: SUBMITTER}),
        ({SUBMITTER: 88}, {SUBMITTER: None, COORDINATOR: SUBMITTER}),  # who has no role there
        ({SUBMITTER: None, COORDINATOR: None}, {SUBMITTER: None, ADMIN: None}),
    ],
)
def test_who_hears_in_whose_place(cover: dict[int, int | None], expected: dict[int, int | None]) -> None:
    on = standing(assigned={FORM: SUBMITTER}, cover=cover)
    found = planned(a_deadline(), on, before(30))
    assert {one.person: one.covers for one in found if one.person in expected} == expected
    assert {one.person for one in found} <= {*expected, COORDINATOR}


def test_a_cover_whom_nothing_reaches_covers_nobody() -> None:
    on = standing(assigned={FORM: SUBMITTER}, cover={SUBMITTER: SCHOOL}, unreachable=(SCHOOL,))
    assert COORDINATOR in told(a_deadline(), on, before(30))


def test_the_contacts_hear_when_a_reviewer_is_away() -> None:
    roles = [held(LEADER, "rtl", review="sv-fpm"), held(CONTACT, "program_contact", program="fpm")]
    on = standing(roles, cover={LEADER: None})
    assert CONTACT in told(a_deadline("decide_finding"), on, send_day(DUE, 3))


# What was planned before.


@pytest.mark.parametrize(
    ("last", "today", "expected"),
    [
        (before(31), before(30), (-30, False)),
        (before(30), before(29), None),
        (before(31), before(28), (-30, True)),
        (before(40), before(1), (-1, False)),  # of four that were missed only the nearest
        (before(40), before(2), (-3, True)),
        (before(1), before(1), None),  # a day that is planned already
        (DUE, before(1), None),  # a clock that went back
    ],
)
def test_what_was_missed_comes_once(last: date, today: date, expected: tuple[int, bool] | None) -> None:
    found = planned(a_deadline(), standing([LEA[0]], last=last), today)
    assert [(one.offset, one.late) for one in found] == ([expected] if expected else [])


@pytest.mark.parametrize("kind", LADDERS)
def test_who_is_told_next_is_told_on_that_day_and_was_not_before(kind: str) -> None:
    deadline, on = a_deadline(kind), standing()
    today = send_day(DUE, schedules("fpm")[kind].days[0])
    heard = {*told(deadline, on, today)}
    while (ahead := next_rung(deadline, on, today)) is not None:
        rung, today = ahead
        found = told(deadline, on, today)
        assert rung in {found[one] for one in {*found} - heard}
        heard |= {*found}
    assert {*told(deadline, on, send_day(DUE, schedules("fpm")[kind].days[-1]))} == heard


def test_nobody_is_told_of_themself_as_the_next() -> None:
    early = DUE - timedelta(days=90)  # of what was asked for before its first reminder
    both = {SUBMITTER, COORDINATOR}
    for reader in both:
        assert next_rung(a_deadline(), standing(), early, reader) == ("designee", send_day(DUE, 1))
    assert next_rung(a_deadline(), standing(), early) == ("owner", send_day(DUE, -30))
    given = standing(assigned={FORM: SUBMITTER})
    assert next_rung(a_deadline(), given, early, COORDINATOR) == ("owner", send_day(DUE, -30))
    assert next_rung(a_deadline(), given, early, SUBMITTER) == ("coordinator", send_day(DUE, -7))


def test_who_hears_already_is_not_announced_as_the_next() -> None:
    assert next_rung(a_deadline("step"), standing(), before(7)) is None
    on = standing(assigned={"sv-fpm/I-EL 02": SUBMITTER})
    assert next_rung(a_deadline("step"), on, before(7)) == ("coordinator", send_day(DUE, 1))


def test_nobody_is_somebody_else_to_themselves() -> None:
    assert others_who_hear(SUBMITTER, a_deadline(), standing([LEA[0]])) == []
    assert others_who_hear(SUBMITTER, a_deadline(), standing()) == [COORDINATOR]
