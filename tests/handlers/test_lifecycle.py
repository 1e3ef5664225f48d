"""Every arrow of every machine, against a list that was written apart from the table."""

import tomllib
from pathlib import Path

import pytest

import templates
from handlers.lifecycle import LABELS, TRANSITIONS, Machine, advance, after, label, possible
from handlers.refusals import NotNow

# machine: "from event to", one a line; `=` means that it stays
LIST: dict[Machine, str] = {
    "item": """
        not_started evidence_filed evidence_attached
        evidence_attached evidence_filed =
        more_evidence evidence_filed =
        submitted evidence_filed =
        in_progress evidence_filed =
        resubmitted evidence_filed =
        evidence_attached evidence_gone not_started
        evidence_attached submitted submitted
        more_evidence submitted resubmitted
        submitted submitted resubmitted
        in_progress submitted resubmitted
        resubmitted submitted =
        submitted review_begun in_progress
        resubmitted review_begun in_progress
        submitted returned more_evidence
        in_progress returned more_evidence
        resubmitted returned more_evidence
        meets returned more_evidence
        does_not_meet returned more_evidence
        not_reviewed returned more_evidence
        """
    + "\n".join(
        f"{state} {conclusion} {conclusion}"
        for state in (
            *("not_started", "evidence_attached", "submitted", "in_progress", "more_evidence"),
            *("resubmitted", "meets", "does_not_meet", "not_reviewed"),
        )
        for conclusion in ("meets", "does_not_meet", "not_reviewed")
    ),
    "finding": """
        open responded responded
        returned responded responded
        responded responded =
        under_review responded responded
        responded review_begun under_review
        responded returned returned
        under_review returned returned
        responded resolved resolved
        under_review resolved resolved
        resolved reopened open
        """,
    "agreement": """
        requested approved approved
        requested denied denied
        requested withdrawn withdrawn
        approved met met
        expired met met
        approved expired expired
        """,
    "form": """
        open submitted submitted
        returned submitted submitted
        submitted receipt_confirmed received
        submitted review_begun under_review
        received review_begun under_review
        submitted returned returned
        received returned returned
        under_review returned returned
        submitted accepted accepted
        received accepted accepted
        under_review accepted accepted
        accepted reopened returned
        """,
    "review": """
        scheduled upload_opened upload_open
        scheduled begun in_review
        upload_open begun in_review
        in_review nof_issued nof_issued
        nof_issued responded resolution
        resolution responded =
        nof_issued completed completed
        resolution completed completed
        scheduled cancelled cancelled
        upload_open cancelled cancelled
        in_review cancelled cancelled
        nof_issued cancelled cancelled
        resolution cancelled cancelled
        """,
    "document": """
        draft submitted attached
        draft confirmed attached
        attached unconfirmed draft
        attached submitted =
        draft replaced superseded
        attached replaced superseded
        draft withdrawn withdrawn
        attached withdrawn withdrawn
        superseded restored attached
        superseded restored_as_draft draft
        withdrawn restored attached
        withdrawn restored_as_draft draft
        draft quarantined quarantined
        attached quarantined quarantined
        superseded quarantined quarantined
        withdrawn quarantined quarantined
        """,
}
FIRST = {
    "item": {"not_started"},
    "finding": {"open"},
    "agreement": {"requested"},
    "form": {"open"},
    "review": {"scheduled"},
    "document": {"draft", "attached"},
}
WORDS = tomllib.loads(Path(templates.__file__).with_name("words.toml").read_text("utf-8"))
MACHINES: list[Machine] = list(TRANSITIONS)


def arrows(machine: Machine) -> dict[tuple[str, str], str]:
    lines = (line.split() for line in LIST[machine].splitlines() if line.strip())
    return {(start, event): start if end == "=" else end for start, event, end in lines}


def statuses(machine: Machine) -> set[str]:
    return {start for start, _ in arrows(machine)} | set(arrows(machine).values())


@pytest.mark.parametrize("machine", MACHINES)
def test_the_table_is_the_list(machine: Machine) -> None:
    assert TRANSITIONS[machine] == arrows(machine)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_pair_is_an_arrow_or_refused(machine: Machine) -> None:
    events = {event for some in map(arrows, MACHINES) for _, event in some}
    for status in statuses(machine):
        for event in events:
            to = arrows(machine).get((status, event))
            if to is not None:
                assert advance(machine, "item I-EL 02", status, event) == to == after(machine, status, event)
                continue
            assert after(machine, status, event) == status
            with pytest.raises(NotNow) as no:
                advance(machine, "item I-EL 02", status, event)
            facts = no.value
            assert (facts.what, facts.status, facts.wanted) == ("item I-EL 02", label(status), event)
            assert facts.possible == possible(machine, status)
            assert set(facts.possible) == {happened for start, happened in arrows(machine) if start == status}


@pytest.mark.parametrize("machine", MACHINES)
def test_every_event_has_words_and_every_status_a_label(machine: Machine) -> None:
    assert {event for _, event in arrows(machine)} <= WORDS["events"].keys()
    shown = {status: label(status) for status in statuses(machine)}
    assert all(one[0].isupper() and "_" not in one for one in shown.values())
    assert len(set(shown.values())) == len(shown)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_status_is_reached(machine: Machine) -> None:
    reached = set(FIRST[machine])
    while more := {end for (start, _), end in arrows(machine).items() if start in reached} - reached:
        reached |= more
    assert reached == statuses(machine)


def test_no_label_is_for_nothing() -> None:
    assert set(LABELS) <= set().union(*map(statuses, MACHINES))
