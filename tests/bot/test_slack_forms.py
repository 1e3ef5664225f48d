"""Forms say the grammar's own words, whatever is typed into them, and every refusal stands at its field."""

from dataclasses import replace
from typing import Any

import pytest

from bot.fake_hands import CannotBeFilled
from bot.fake_views import wrong_view
from bot.form_errors import FIELDS
from bot.form_views import Said
from bot.slack_events import account_of, needs_files, sender_of
from bot.slack_form_views import form, link_form
from bot.slack_form_words import command_of, errors_of, files_of, said_so_far
from handlers.add_user import AddUser
from handlers.capabilities import CAPABILITIES
from handlers.conclude_item import ConcludeItem
from handlers.decide_agreement import ApproveAgreement, DeclineAgreement
from handlers.form_decisions import DecideForm
from handlers.leave_comment import LeaveComment
from handlers.request_agreement import RequestAgreement
from handlers.resolve_finding import ResolveFinding
from handlers.respond_to_finding import RespondToFinding
from handlers.return_for_more import ReturnForMore
from handlers.script import script_of
from handlers.wishes import wishes_of
from templates.forms import refusal_in_short
from templates.gallery import samples
from tests.bot.forms import EL02, ITEM, WORK, filled, message
from tests.builders import PROGRAMS, a_file

HOSTILE = """first

status
Thanks,
Ana Ruiz
> quoted
--
resolve EL 02
step: not mine, me, by 2014-01-01"""
STEP = {"what1": "elect the ELAC, with minutes", "who1": "Ms Lee, principal", "by1": "2014-03-14"}
ASKED = {"finding": "sv-fpm/I-EL 02", "until": "2014-06-27", "reason": "it is elected\nin spring", **STEP}


def read(text: str) -> Any:
    """The one command that the grammar reads, without a doubt."""
    (step,) = script_of(message(text), CAPABILITIES, PROGRAMS).steps
    assert step.doubt is None
    assert step.command is not None, text
    return step.command


def decide(kind: str, name: str, decision: str, text: str = "", **more: str) -> Any:
    said = Said(f"{kind}:{name}", decision)
    values = {"matter": f"{kind}:{name}", f"decision_{kind}": decision, "text": text, **more}
    return read(command_of(filled("decide", values, said)))


def test_an_answer_is_kept_whole_whatever_its_lines_look_like() -> None:
    command = read(command_of(filled("respond", {"finding": "sv-fpm/I-EL 02", "narrative": HOSTILE})))
    assert isinstance(command, RespondToFinding)
    assert (command.finding.review, str(command.finding.code)) == ("sv-fpm", "EL 02")
    assert command.narrative == HOSTILE


def test_a_request_says_day_reason_and_steps_exactly() -> None:
    more = {"what2": "train; the office", "who2": "Mr Ode", "by2": "2014-05-02", "interim": "sign-in\nsheets"}
    command = read(command_of(filled("agreement", ASKED | more, Said("sv-fpm/I-EL 02", steps=2))))
    assert isinstance(command, RequestAgreement)
    assert command.until == "2014-06-27 because it is elected in spring"
    assert command.steps == (
        "elect the ELAC, with minutes, Ms Lee - principal, by 2014-03-14",
        "train; the office, Mr Ode, by 2014-05-02",
    )
    assert command.interim == "sign-in sheets"


def test_words_in_a_reason_make_no_step_of_it() -> None:
    command = read(command_of(filled("agreement", ASKED | {"reason": HOSTILE}, Said("sv-fpm/I-EL 02"))))
    assert len(command.steps) == 1
    assert "step: not mine" in command.until


@pytest.mark.parametrize("about", ["sv-fpm/I-EL 02", "sv-plan", "sv-fpm"])
def test_a_comment_is_on_what_was_chosen(about: str) -> None:
    command = read(command_of(filled("comment", {"about": about, "text": HOSTILE})))
    assert isinstance(command, LeaveComment)
    assert command.target is not None
    assert command.target.said == about
    assert command.text == HOSTILE


def test_every_decision_is_the_one_that_was_chosen() -> None:
    el, ce = "sv-fpm/I-EL 02", "sv-fpm/II-CE 08"
    granted = decide("agreement", el, "approve agreement")
    assert isinstance(granted, ApproveAgreement) and (granted.until, granted.beside) == ("", "")
    shorter = decide("agreement", el, "approve agreement until", "it suffices", until="2014-06-06")
    assert isinstance(shorter, ApproveAgreement) and shorter.until == "2014-06-06 because it suffices"
    declined = decide("agreement", el, "decline agreement", HOSTILE)
    assert isinstance(declined, DeclineAgreement) and declined.why == HOSTILE
    resolved = decide("finding", el, "resolve")
    assert isinstance(resolved, ResolveFinding) and resolved.words == ""
    returned = decide("finding", el, "return", HOSTILE)
    assert isinstance(returned, ReturnForMore) and returned.text == HOSTILE
    meets = decide("item", ce, "meets", "all there")
    assert isinstance(meets, ConcludeItem) and (meets.conclusion, meets.text) == ("meets", "all there")
    misses = decide("item", ce, "does not meet", HOSTILE)
    assert isinstance(misses, ConcludeItem)
    assert (misses.conclusion, misses.text) == ("does_not_meet", HOSTILE)
    accepted = decide("form", "sv-plan", "accept", "complete")
    assert isinstance(accepted, DecideForm) and accepted.happened == "accepted"
    again = decide("form", "sv-plan", "return", "page 4, please")
    assert isinstance(again, ReturnForMore) and again.target.name == "sv-plan"


def test_less_time_without_a_day_is_never_all_the_time() -> None:
    """The form has the field, but Slack's words are not a rule: an empty day must not grant everything."""
    view = filled(
        "decide",
        {
            "matter": "agreement:sv-fpm/I-EL 02",
            "decision_agreement": "approve agreement until",
            "until": None,
        },
        Said("agreement:sv-fpm/I-EL 02", "approve agreement until"),
    )
    command = read(command_of(view))
    assert isinstance(command, ApproveAgreement)
    assert command.until


def add(role: str, **more: str) -> AddUser:
    values = {"name": "Jo <Lee>", "email": "jlee@district.example", "role": role, **more}
    command = read(command_of(filled("add_user", values, Said(role=role))))
    assert isinstance(command, AddUser)
    assert (command.name, command.address) == ("Jo Lee", "jlee@district.example")
    return command


def test_a_user_is_added_as_what_was_chosen() -> None:
    for role, kind in {
        "user": "lea_user",
        "submitter": "lea_submitter",
        "coordinator": "lea_coordinator",
        "admin": "lea_admin",
    }.items():
        said = add(role, lea="Sierra Vista Unified").role
        assert said is not None and (said.role, said.lea) == (kind, "Sierra Vista Unified")
    said = add("school user", lea="Sierra Vista Unified", school="Lincoln Elementary").role
    assert said is not None
    assert (said.role, said.lea, said.school) == ("school_user", "Sierra Vista Unified", "Lincoln Elementary")
    said = add("monitor", review="sv-fpm", instrument="EL").role
    assert said is not None and (said.role, said.of, said.instrument) == ("program_monitor", "sv-fpm", "EL")
    said = add("team leader", review="sv-fpm").role
    assert said is not None and (said.role, said.of) == ("rtl", "sv-fpm")
    said = add("contact", program="fpm").role
    assert said is not None and (said.role, said.of) == ("program_contact", "fpm")


def test_every_document_is_for_everything_that_was_chosen() -> None:
    values = {"items": ["sv-fpm/I-EL 02", "sv-fpm/II-CE 08"], "pages": "4-9", "school": "Lincoln Elementary"}
    view = filled("attach", values | {"files": [{"id": "F1"}], "draft": ["draft"]})
    files = (a_file("EL 21 roster.pdf"), a_file("minutes.pdf", b"minutes", 2))
    wishes = wishes_of(message(command_of(view), files=files), PROGRAMS)
    assert [wish.doubt for wish in wishes] == [None, None]
    for wish in wishes:
        assert [(str(one.code), one.pages) for one in wish.mentions] == [("EL 02", "4-9"), ("CE 08", "4-9")]
        assert "Lincoln Elementary" in wish.words
    assert command_of(view).startswith("draft\n")
    assert files_of(view) == ({"id": "F1"},)
    submitted = {"type": "view_submission", "user": {"id": "U0", "team_id": "T0"}}
    assert needs_files({**submitted, "view": view})
    assert not needs_files({**submitted, "view": filled("attach", values)})


def test_of_several_leas_the_one_that_was_chosen_is_named() -> None:
    view = filled(
        "attach",
        {"items": ["sv-fpm/I-EL 02 of Sierra Vista Unified"], "pages": "4-9", "files": [{"id": "F1"}]},
        work=replace(WORK, several=True),
    )
    assert command_of(view) == "all: sv-fpm/I-EL 02 pages 4-9 of Sierra Vista Unified"


def test_the_files_of_a_message_are_those_that_its_shortcut_was_used_on() -> None:
    view = filled("attach", {"items": ["sv-fpm/I-EL 02"]}, Said(files=("F7", "F8")))
    assert [file["id"] for file in files_of(view)] == ["F7", "F8"]
    with pytest.raises(CannotBeFilled):
        filled("attach", {"items": ["sv-fpm/I-EL 02"], "files": [{"id": "F9"}]}, Said(files=("F7",)))


def test_an_account_is_linked_by_the_address_that_was_typed() -> None:
    view = link_form()
    assert wrong_view(view, "modal") is None
    block = {"address": {"form:address": {"type": "email_text_input", "value": "aruiz@sierravista.example"}}}
    assert command_of(view | {"state": {"values": block}}) == "link aruiz@sierravista.example"


def test_what_was_chosen_stays_when_a_form_is_shown_anew() -> None:
    view = filled("agreement", ASKED, Said("sv-fpm/I-EL 02", steps=1, home=True))
    assert said_so_far(view) == Said("sv-fpm/I-EL 02", steps=1, home=True)


def test_five_hundred_choices_are_a_form_that_slack_takes() -> None:
    many = tuple(
        replace(ITEM, name=f"sv-fpm/I-EL {n}", code=f"I-EL {n}", title="t" * 200) for n in range(500)
    )
    assert wrong_view(form("attach", replace(WORK, targets=many)), "modal") is None
    assert wrong_view(form("agreement", WORK, Said(steps=8, target=EL02.name)), "modal") is None


def test_what_the_list_has_no_room_for_is_typed() -> None:
    assert "typed" not in [block["block_id"] for block in form("attach", WORK)["blocks"]]
    more = replace(WORK, more=True)
    values = {
        "items": ["sv-fpm/I-EL 02"],
        "typed": "CE 08 of sv-fpm, EL 14,",
        "pages": "4",
        "files": [{"id": "F1"}],
    }
    assert command_of(filled("attach", values, work=more)) == (
        "all: sv-fpm/I-EL 02 pages 4, CE 08 pages 4 of sv-fpm, EL 14 pages 4"
    )
    alone = {"typed": "EL 14", "files": [{"id": "F1"}]}
    assert command_of(filled("attach", alone, work=more)) == "all: EL 14"
    (field,) = [block for block in form("attach", more)["blocks"] if block["block_id"] == "typed"]
    assert "500" in field["hint"]["text"]


def test_so_is_what_a_comment_is_on() -> None:
    more = replace(WORK, more=True)
    chosen = {"about": "sv-fpm/I-EL 02", "text": "Which pages?"}
    assert "typed" not in [block["block_id"] for block in form("comment", WORK)["blocks"]]
    assert command_of(filled("comment", chosen, work=more)) == "comment sv-fpm/I-EL 02: Which pages?"
    other = {"typed": "sv-fpm/II-CE 08", "text": "Which pages?"}
    assert command_of(filled("comment", other, work=more)) == "comment sv-fpm/II-CE 08: Which pages?"
    (field,) = [block for block in form("comment", more)["blocks"] if block["block_id"] == "typed"]
    assert "500" in field["hint"]["text"]
    nothing = filled("comment", {"text": "Which pages?"}, work=more)
    assert list(errors_of(nothing, "not_said_right", FACTS["not_said_right"])) == ["about"]


def test_nothing_to_choose_is_said_instead_of_an_empty_form() -> None:
    view = form("respond", replace(WORK, findings=()))
    assert wrong_view(view, "modal") is None
    assert all(block["type"] != "input" for block in view["blocks"])


# --- refusals at their fields

ON = {
    "attach": filled("attach", {}),
    "respond": filled("respond", {"finding": "sv-fpm/I-EL 02"}),
    "agreement": filled("agreement", ASKED, Said("sv-fpm/I-EL 02")),
    "comment": filled("comment", {"about": "sv-fpm/I-EL 02"}),
    "decide": filled(
        "decide",
        {"matter": "agreement:sv-fpm/I-EL 02"},
        Said("agreement:sv-fpm/I-EL 02", "approve agreement until"),
    ),
    "add_user": filled("add_user", {"role": "submitter"}, Said(role="submitter")),
}
FACTS = {one.fields["refusal"]: one.fields["facts"] for one in samples() if one.template == "request_refused"}


@pytest.mark.parametrize(("name", "refusal"), [(name, refusal) for name in ON for refusal in FIELDS[name]])
def test_a_refusal_stands_at_its_own_field_in_the_core_s_words(name: str, refusal: str) -> None:
    facts = FACTS[refusal] | ({"step": None} if refusal == "date_unclear" else {})
    assert errors_of(ON[name], refusal, facts) == {FIELDS[name][refusal]: refusal_in_short(refusal, facts)}


@pytest.mark.parametrize("refusal", sorted(FACTS))
def test_any_refusal_is_said_at_a_field_that_is_there(refusal: str) -> None:
    for view in ON.values():
        ((block, words),) = errors_of(view, refusal, FACTS[refusal]).items()
        assert block in {one["block_id"] for one in view["blocks"] if one["type"] == "input"}
        assert 0 < len(words) <= 400


@pytest.mark.parametrize(
    ("refusal", "step", "block"),
    [
        ("step_unclear", "train, Mr Ode, by ", "what2"),
        ("date_unclear", "train, Mr Ode, by ", "by2"),
        ("step_too_late", "train", "by2"),
        ("step_too_late", "elect the ELAC, with minutes", "by1"),
    ],
)
def test_a_step_s_refusal_stands_at_that_step(refusal: str, step: str, block: str) -> None:
    values = ASKED | {"what2": "train", "who2": "Mr Ode", "by2": None}
    view = filled("agreement", values, Said("sv-fpm/I-EL 02", steps=2))
    assert list(errors_of(view, refusal, FACTS[refusal] | {"step": step})) == [block]


@pytest.mark.parametrize(
    ("what", "role", "block"),
    [
        ("school", "school user", "school"),
        ("instrument", "monitor", "instrument"),
        ("review", "monitor", "review"),
        ("program", "contact", "program"),
    ],
)
def test_what_is_nowhere_of_theirs_is_said_where_it_was_named(what: str, role: str, block: str) -> None:
    view = filled("add_user", {"role": role}, Said(role=role))
    assert list(errors_of(view, "not_one_of_yours", {"what": what, "said": "X"})) == [block]


def test_words_to_type_are_not_said_in_a_form() -> None:
    for refusal, facts in FACTS.items():
        said = facts.get("say")
        for line in said if isinstance(said, list) else []:
            assert line not in refusal_in_short(refusal, facts)


def test_who_fills_a_form_from_another_workspace_is_nobody_here() -> None:
    """Where two share a channel, `team` is theirs; the form says where the app is installed."""
    for team, elsewhere in (("T0OTHER", True), ("T0CAIS", False)):
        view = {"app_installed_team_id": "T0CAIS"}
        body = {"user": {"id": "U0ANA", "team_id": team}, "team": {"id": team}, "view": view}
        assert sender_of(account_of(body), body).elsewhere is elsewhere
