"""The small rules: who may send, every arrow, every refusal and that somebody raises it."""

import json
import re
from pathlib import Path

import pytest

from handlers import refusals
from handlers.access import SENDERS, leas_served, may_attach, schools_bound
from handlers.capabilities import CAPABILITIES
from handlers.lifecycle import after, label
from handlers.refusals import Refusal
from store.models import Person, PersonRole

HANDLERS = Path(refusals.__file__).parent


def person(*roles: PersonRole) -> Person:
    return Person(name="Somebody", roles=list(roles))


@pytest.mark.parametrize("role", sorted(SENDERS))
def test_an_leas_own_people_may_send_evidence(role: str) -> None:
    someone = person(PersonRole(role=role, lea_id="sierra-vista"))
    may_attach(someone)
    assert leas_served(someone) == ("sierra-vista",)


@pytest.mark.parametrize("role", ["program_contact", "program_monitor", "rtl", "fpm_office", ""])
def test_nobody_else_may(role: str) -> None:
    with pytest.raises(refusals.NotForYourRole) as no:
        may_attach(person(PersonRole(role=role, review_id="sv-fpm")))
    assert no.value.roles == [role]


def test_a_person_without_roles_may_nothing() -> None:
    with pytest.raises(refusals.NotForYourRole):
        may_attach(person())


def test_a_role_without_an_lea_serves_none() -> None:
    assert leas_served(person(PersonRole(role="lea_user"))) == ()


def test_leas_are_served_once_each_in_the_order_of_roles() -> None:
    roles = [PersonRole(role="lea_user", lea_id=lea) for lea in ("b", "a", "b")]
    assert leas_served(person(*roles)) == ("b", "a")


def test_only_school_users_are_bound_to_a_school() -> None:
    bound = PersonRole(role="school_user", lea_id="a", school_cds="1")
    roles = [bound, PersonRole(role="lea_user", lea_id="a", school_cds="2")]
    assert (schools_bound(roles, "a"), schools_bound(roles, "b")) == (("1",), ())


STATUSES = [
    *("not_started", "evidence_attached", "submitted", "in_progress", "more_evidence", "resubmitted"),
    *("meets", "does_not_meet", "not_reviewed"),
]


@pytest.mark.parametrize("status", STATUSES)
def test_evidence_moves_an_item_that_was_not_started_and_no_other(status: str) -> None:
    """An LEA never changes a conclusion (domain facts 5)."""
    moved = "evidence_attached" if status == "not_started" else status
    assert after("item", status, "evidence_filed") == moved


@pytest.mark.parametrize("status", [*STATUSES, "open", "upload_open", "nof_issued", "something_new"])
def test_a_status_is_said_in_the_fields_words(status: str) -> None:
    assert "_" not in label(status)
    assert label(status)[0].isupper()


KINDS = sorted(Refusal.__subclasses__(), key=lambda kind: kind.__name__)
SAMPLES = {
    "ButtonDead": ("unknown", ""),
    "ButtonSpent": ("sv-fpm/I-EL 02", "Resolved", "Helen Wu", "2013-12-02T20:00:00+00:00"),
    "NotSaidRight": ("submit", "submit EL 02"),
    "NotSure": ("submit EL 02", "question"),
    "WhichOne": ("item", "EL 02", [{"say": "sv-fpm/I-EL 02", "title": "ELAC"}]),
    "StillOpen": ("Review sv-fpm", "completed", "resolved", [{"code": "I-EL 02"}]),
    "DateOutside": ("The date", "2013-12-06", "2013-10-28", "the first day", "2013-12-02", "today"),
    "TableNotRight": ("nof.csv", [{"row": 2, "column": "item", "wrong": "no-item", "said": ""}]),
    "NotNow": ("item I-EL 02", "Submitted", "submitted", ["returned"]),
    "NotForYourRole": ("send evidence", ["rtl"], "lea"),
    "NoSuchLea": ("Sierra Vista",),
    "HasThatRole": ("tokafor@sierravista.example", "lea_submitter", "Sierra Vista Unified"),
    "IsRetired": ("tokafor@sierravista.example", "Sierra Vista Unified"),
    "LastAdmin": ("Sierra Vista Unified",),
    "NotYourself": ("mdelgado@sierravista.example",),
    "BothSides": ("hwu@cde.example", "state"),
    "AddressNotFree": ("ana@home.example",),
    "NothingToConfirm": ("aruiz@sierravista.example",),
    "CodeNotRight": ("used", 118),
    "NothingToSubmit": ("I-EL 02", "English Learner Advisory Committee (ELAC)"),
    "AskASubmitter": ("submit I-EL 02", ["Maria Delgado"]),
    "SayEachOne": ("submit", [{"say": "sv-fpm/I-EL 02", "title": "ELAC"}]),
    "NoVisit": ("I-EL 02", "ELAC"),
    "NotUndone": ("late", 30, ["withdraw D-17"]),
    "NotOneOfYours": ("item", "EL 77"),
    "NoFileCame": (["drive.google.com"], ["logo.png"], ["EL 02"]),
    "NotUnderstood": ("hello",),
    "NothingAsked": ("2", None),
    "DayNotSure": ("18/12", "day-first", ["2013-12-18"]),
    "DayPassed": ("yesterday", "2013-12-01", "2013-12-02", "2014-01-31", ["…"]),
    "NotAskedOf": ("NPS self-review", "Sierra Vista Unified", "unified district", ["nonpublic schools"]),
    "AlreadyResolved": ("I-EL 02", "ELAC", "Helen Wu", "2013-12-02T20:00:00+00:00"),
    "DateUnclear": ("Friday", "which-week", [{"day": "2014-01-03", "say": ["…"]}], True),
    "DayIsOver": ("2013-11-29", "2014-06-28", []),
    "AgreementTooLong": ("2014-06-30", "2014-06-28", "2014-06-27", "Saturday", 225, ["…"]),
    "AgreementThere": ("I-EL 02", "requested", "2014-06-27", None, None),
    "NoAgreementNeeded": ("I-EL 02", "2013-12-20", "2013-12-30"),
    "NoSteps": ("2014-06-27", "step: …", ["…"]),
    "StepUnclear": ("elect", "who does it", ["…"]),
    "StepTooLate": ("elect", "2014-07-16", "2014-06-27"),
    "NotFromPen": (41, "not_held", "refused", "rpark@cde.example", "2013-11-26T19:02:31+00:00", "", ["…"]),
    "NotSentAgain": (57, "message 57 is waiting: it is still being sent"),
    "NothingReminded": (["I-EL 02"],),
    "SnoozeTooLong": ("2014-01-10", [{"code": "I-EL 02", "latest": "2013-12-30"}]),
    "NoCalendars": (),
    "PauseTooLong": ("2014-06-01", "2014-02-18", 60, ["pause reminders of sv-fpm until Feb 18, 2014"]),
    "UntilWhen": ("", [{"day": "2013-12-27", "say": "snooze until 2013-12-27"}]),
    "DayOfFinding": ("I-EL 02",),
    "NotMuted": ([{"code": "I-EL 02", "why": "last"}], True),
    "NoWish": (["I-EL 02"],),
    "HourOutside": (20, 8, 16),
    "CannotStandIn": ("Pei Chan", "Tom Okafor", "role"),
    "NotPaused": ("sv-fpm",),
    "NobodyAway": ("Tom Okafor",),
    "LaterThanRequested": ("I-EL 02", "2014-06-27", "2014-05-30", ["…"]),
}


@pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])
def test_every_refusal_has_a_caller_a_line_in_the_tree_and_facts_that_a_queue_takes(
    kind: type[Refusal],
) -> None:
    callers = [
        path.name
        for path in HANDLERS.glob("*.py")
        if re.search(rf"(?:raise|return) {kind.__name__}\b", path.read_text())
    ]
    assert callers, f"nobody raises {kind.__name__}"
    assert re.search(rf"[├└]── {kind.__name__}\s", str(refusals.__doc__))
    facts = kind(*SAMPLES[kind.__name__]).facts
    assert json.loads(json.dumps(facts)) == facts


def test_a_refusal_can_be_hashed_as_tracebacks_need() -> None:
    assert hash(refusals.NotUnderstood("x")) is not None


def test_the_table_of_contents_lists_every_verb_once_with_its_words() -> None:
    verbs = [capability.verb for capability in CAPABILITIES]
    assert (verbs[0], verbs[-1]) == ("attach", "help")
    assert len(set(verbs)) == len(verbs)
    assert all(capability.usage and capability.does for capability in CAPABILITIES)
