"""The days of reminders in the programs' files, and the page that tells them."""

from pathlib import Path

import pytest

from store.programs import program_files, schedules
from tests.store.test_programs_data import BASES, CAIS

PAGE = Path(__file__).parents[2] / "docs" / "reminders.md"
RUNGS = {"owner", "coordinator", "designee", "reviewer", "contact"}
KNOWN = {"days", "ladder", "then_every", "until", "basis", "source", "note"}
OWN = {
    (file["program"]["id"], kind): facts
    for file in program_files()
    if "program" in file
    for kind, facts in file.get("reminders", {}).items()
}
EVERY = [(f"cais, {kind}", facts) for kind, facts in CAIS["reminders"].items()]
EVERY += [(f"{program}, {kind}", CAIS["reminders"][kind] | facts) for (program, kind), facts in OWN.items()]


@pytest.mark.parametrize(("facts"), [facts for _, facts in EVERY], ids=[name for name, _ in EVERY])
def test_a_schedule_is_in_order_and_somebody_hears_on_its_first_day(facts: dict[str, object]) -> None:
    days, ladder = facts["days"], facts["ladder"]
    assert isinstance(days, list) and isinstance(ladder, dict)
    assert days == sorted(set(days)) and days
    assert facts.keys() <= KNOWN
    assert ladder.keys() <= RUNGS
    last = facts["until"] if "then_every" in facts else days[-1]
    assert ("then_every" in facts) == ("until" in facts)
    assert min(ladder.values()) == days[0]
    assert max(ladder.values()) <= last


def test_what_waits_for_the_state_is_told_to_the_state_alone() -> None:
    for kind, facts in CAIS["reminders"].items():
        state = {"reviewer", "contact"}
        assert (facts["ladder"].keys() <= state) == kind.startswith("decide_"), kind


def test_a_program_of_its_own_mind_says_what_that_rests_on() -> None:
    for (program, kind), facts in OWN.items():
        assert kind in CAIS["reminders"], program
        assert facts["basis"] in BASES, program


def test_the_courtesy_notices_came_after_eleven_and_after_twenty_seven_days() -> None:
    """Source: S50, S49."""
    assert {11, 27} <= {*schedules("corrective_action")["form"].days}


def test_an_application_that_needs_word_thirty_days_before_is_told_earlier() -> None:
    assert schedules("ia_npsa")["form"].days[0] < -30


def test_the_page_has_every_schedule() -> None:
    page = PAGE.read_text()
    for name, facts in EVERY:
        program, _, kind = name.partition(", ")
        days = ", ".join(map(str, facts["days"]))
        every = f", then every {facts['then_every']} until {facts['until']}" if "then_every" in facts else ""
        ladder = ", ".join(f"{rung} {day}" for rung, day in facts["ladder"].items())
        assert f"| {program} | {kind} | {days}{every} | {ladder} |" in page, name
