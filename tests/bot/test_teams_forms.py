"""Dialogs of Teams say what Slack's forms say, are cards that Teams takes, and whatever a client sends is read
without harm."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.fake_teams_cards import wrong_card
from bot.fake_teams_inputs import CannotBeFilled, data_of, find
from bot.form_errors import FIELDS
from bot.form_fields import Option
from bot.form_views import Said, shape_of
from bot.form_words import command_said, said_in
from bot.slack_form_words import command_of
from bot.teams_activity import key_of
from bot.teams_fields import TeamsFields
from bot.teams_form_views import MOST, Dialog, Frame, form, link_form
from bot.teams_form_words import TeamsFilled, read_form
from bot.teams_home import home_card
from handlers.check_day import DayChecked
from handlers.messages import Kept
from handlers.open_work import Choice
from templates.forms import CHAT_FORMS
from templates.gallery import samples
from templates.render import Place
from templates.teams import size_of
from tests.bot.forms import EL02, ITEM, WORK, filled
from tests.builders import NOW
from tests.templates.pages import NAUGHTY
from tests.templates.test_teams import checked

ASKED = Choice("question", "41", "R-41", "minutes.pdf", "")
OPEN = replace(WORK, asked=(ASKED,))
FRAME = Frame("evidence@cais.example", "0123456789abcdef")
CHECKED = DayChecked(EL02.due, EL02.latest, EL02.latest)  # type: ignore[arg-type]
AGREEMENT = {
    "finding": EL02.name,
    "until": "2014-06-27",
    "reason": "it is elected\nin spring",
    "what1": "elect the ELAC, with minutes",
    "who1": "Ms Lee, principal",
    "by1": "2014-03-14",
    "interim": "sign-in\nsheets",
}
DECISION = {"matter": f"agreement:{EL02.name}", "decision_agreement": "approve agreement until"}
NEW = {"name": "Jo <Lee>", "email": "jlee@district.example"}
FILED = {"items": ["sv-fpm/I-EL 02", "sv-fpm/II-CE 08"], "pages": "4-9", "school": "Lincoln Elementary"}
# What is filled into which form, by whatever chat.
FILLED: list[tuple[str, dict[str, Any], Said]] = [
    ("attach", FILED, Said()),
    ("respond", {"finding": EL02.name, "narrative": "first\n\nstatus\n> quoted"}, Said()),
    ("agreement", AGREEMENT, Said(EL02.name, checked=CHECKED)),
    ("comment", {"about": "sv-plan", "text": "which pages?"}, Said()),
    ("decide", DECISION | {"until": "2014-06-06", "text": "it suffices"}, Said(DECISION["matter"], DECISION["decision_agreement"])),
    ("decide", {"matter": "item:sv-fpm/II-CE 08", "decision_item": "meets"}, Said("item:sv-fpm/II-CE 08")),
    ("add_user", NEW | {"role": "school user", "lea": "Sierra Vista Unified", "school": "Lincoln Elementary"}, Said(role="school user")),
    ("add_user", NEW | {"role": "monitor", "review": "sv-fpm", "instrument": "EL"}, Said(role="monitor")),
]  # fmt: skip
IDS = [f"{name} {said.role or said.target}".strip() for name, _, said in FILLED]


def taken(dialog: Dialog) -> dict[str, Any]:
    """A card that Teams takes. Our copy of the schema lacks the style `filtered` of version 1.5."""
    assert wrong_card(dialog.card) == []
    checked(json.loads(json.dumps(dialog.card).replace('"filtered"', '"compact"')))
    assert size_of(dialog.card) <= MOST
    return dialog.card


def sent(dialog: Dialog, values: dict[str, Any], title: str) -> dict[str, Any]:
    """What Teams sends by this button."""
    return data_of(find(taken(dialog), title), values)


@pytest.mark.parametrize(("name", "values", "said"), FILLED, ids=IDS)
def test_the_same_form_says_the_same_in_every_chat(name: str, values: dict[str, Any], said: Said) -> None:
    data = sent(form(name, OPEN, said, FRAME), values, CHAT_FORMS[name]["submit"])
    assert command_said(TeamsFilled(data)) == command_of(filled(name, values, said))


def test_a_decision_of_another_kind_of_thing_is_none() -> None:
    """Somebody decided on an agreement, and then chose a finding in the same dialog."""
    data = {"form": "decide", "matter": "finding:sv-fpm/I-EL 02", "decision_agreement": "approve agreement"}
    filled = TeamsFilled(data | {"noted": {"shape": shape_of("decide", Said("agreement:sv-fpm/I-EL 02"))}})
    assert "approve" not in command_said(filled)
    assert filled.shape != shape_of("decide", said_in(filled))


def test_a_name_with_a_comma_is_one_choice() -> None:
    fields = TeamsFields("attach", "")
    values = ["sv-fpm/I-EL 02 of Sierra, Vista", "50%2C of X"]
    element = fields.some_of("items", [Option(one, one) for one in values])
    choices = element["items"][0]["choices"]
    assert all("," not in one["value"] for one in choices)
    assert TeamsFilled({"items": ",".join(one["value"] for one in choices)}).several("items") == values


MUST = [
    ("attach", "items"),
    *(("agreement", name) for name in ("until", "reason", "what1", "who1", "by1")),
    ("comment", "about"),
    ("comment", "text"),
    ("decide", "decision_agreement"),
    ("decide", "until"),
    *(("add_user", name) for name in ("name", "email", "lea", "school")),
]


@pytest.mark.parametrize(("name", "left_out"), MUST)
def test_what_must_be_there_is_asked_for_before_it_is_sent(name: str, left_out: str) -> None:
    values, said = next((values, said) for form, values, said in FILLED if form == name)
    few = {one: value for one, value in values.items() if one != left_out}
    with pytest.raises(CannotBeFilled, match="Please"):
        sent(form(name, OPEN, said, FRAME), few, CHAT_FORMS[name]["submit"])


def test_what_is_no_address_is_told_as_such() -> None:
    values = NEW | {"role": "submitter", "lea": "Sierra Vista Unified", "email": "jo lee at district"}
    with pytest.raises(CannotBeFilled, match="whole e-mail address"):
        sent(form("add_user", OPEN, Said(role="submitter"), FRAME), values, CHAT_FORMS["add_user"]["submit"])


def test_a_day_outside_of_its_bounds_is_not_offered() -> None:
    dialog = form("agreement", OPEN, Said(EL02.name, checked=CHECKED), FRAME)
    for day in ("2014-06-29", "2014-01-06"):
        with pytest.raises(CannotBeFilled):
            sent(dialog, AGREEMENT | {"until": day}, "Send the request")


def test_five_hundred_choices_are_a_card_that_teams_takes() -> None:
    many = tuple(
        replace(ITEM, name=f"sv-fpm/I-EL {n}", code=f"I-EL {n}", title="t" * 200) for n in range(500)
    )
    work = replace(OPEN, targets=many)
    data = sent(form("attach", work, Said(), FRAME), {"find": "el 49"}, "Next")
    assert data["next"] == "next"
    found = form("attach", work, Said(find="el 49"), FRAME)
    assert len(json.dumps(taken(found)).split("I-EL 49")) > 11
    assert "find" in json.dumps(taken(form("attach", work, Said(find="t" * 20), FRAME)))
    one = form("attach", work, Said("sv-fpm/I-EL 499"), FRAME)  # its own line at home knows which
    assert sent(one, {}, "File them")["items"] == "sv-fpm/I-EL 499"
    steps = Said(EL02.name, checked=CHECKED, steps=8)
    taken(form("agreement", OPEN, steps, FRAME))


@pytest.mark.parametrize("bad", NAUGHTY.values())
def test_whatever_people_write_is_letters_and_stays_in_its_field(bad: str) -> None:
    values = TeamsFilled(dict.fromkeys(("reason", "what1", "who1", "finding", "until"), bad)).values
    frame = replace(FRAME, values=values, errors={"what1": values["reason"]})
    card = taken(form("agreement", OPEN, Said(EL02.name, checked=CHECKED), frame))
    assert {one["type"] for one in _objects(card) if "text" in one} == {"TextRun"}
    assert _inputs(card)["reason"].get("value", "") == values["reason"]


def _objects(some: Any) -> list[dict[str, Any]]:
    if isinstance(some, dict):
        return [some, *(inner for value in some.values() for inner in _objects(value))]
    return [inner for one in some for inner in _objects(one)] if isinstance(some, list) else []


def _inputs(card: Any) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in _objects(card) if str(one.get("type")).startswith("Input.")}


@pytest.mark.parametrize("name", FIELDS)
def test_every_form_is_a_card_whatever_stands_at_its_fields(name: str) -> None:
    said = next((said for form, _, said in FILLED if form == name), Said())
    frame = replace(FRAME, errors=dict.fromkeys(FIELDS[name].values(), "That cannot be."))
    dialog = form(name, OPEN, said, frame) if name != "link" else link_form(frame)
    shown = {one["text"] for one in _objects(taken(dialog)) if one.get("type") == "TextRun"}
    assert ("That cannot be." in shown) is bool(frame.errors)


@pytest.mark.parametrize(
    "home", [one for one in samples() if one.template == "home_shown"], ids=lambda one: one.name
)
def test_home_is_a_card_with_the_form_of_each_line(home: Any) -> None:
    place = Place("evidence@cais.example", home.today, channel="teams")
    text, card = home_card(home.fields, place)
    checked(card)
    rows = [row for part in home.fields["parts"] for row in part["rows"]]
    opened = [one["data"] for one in _objects(card) if one.get("type") == "Action.Submit"]
    targets = [(one["form"], one["target"]) for one in opened if "target" in one]
    assert targets == [(row["form"], row["name"]) for row in rows if row["form"]]
    asked = [one for part in home.fields["parts"] if part["word"] == "questions" for one in part["rows"]]
    assert [f"R-{one['kept']}" for one in opened if "kept" in one] == [one["name"] for one in asked]
    assert [one["form"] for one in opened if not {"target", "kept"} & one.keys()] == home.fields["forms"]
    assert text.startswith(home.fields["name"]) or home.fields["name"] in text


def test_a_long_home_has_room() -> None:
    home = next(one for one in samples() if one.template == "home_shown")
    part = next(part for part in home.fields["parts"] if part["word"] == "findings")
    row = part["rows"][0] | {"title": "t" * 300}
    fields = home.fields | {"parts": [part | {"rows": [row] * 8}] * 8}
    text, card = home_card(fields, Place("evidence@cais.example", home.today, channel="teams"))
    checked(card)
    assert "There is more than fits here." in text
    assert size_of(card) <= 25_000


# --- what a client sends


def submitted(data: Any, **more: Any) -> dict[str, Any]:
    person = {"id": "29:x", "aadObjectId": "0b3e7f52-94c6-4d18-8a7d-21f5c9e46b03"}
    tenant = "c1a0b9d4-7e35-4f6a-9b21-5d8e3f7a6c40"
    told = {
        "type": "invoke",
        "name": "task/submit",
        "id": "f:1",
        "serviceUrl": "https://smba.trafficmanager.net/teams/",
        "from": person,
        "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": tenant},
        "channelData": {"tenant": {"id": tenant}},
        "value": {"data": data},
    }
    return told | more


NOTED: list[Any] = [
    None,
    "x",
    [],
    {"steps": "many"},
    {"steps": 10**9},
    {"steps": -1, "find": ["x"]},
    {"steps": True},
]


@pytest.mark.parametrize("noted", NOTED, ids=map(str, NOTED))
@pytest.mark.parametrize("form", ["attach", "agreement", "decide", "add_user", "comment", "respond", "link"])
def test_whatever_is_sent_is_a_message_that_can_be_read(form: str, noted: Any) -> None:
    odd = {"matter": 3, "items": {"a": 1}, "until": None, "what1": ["x"], "reason": "a\0b\ud800", "role": ""}
    entry = Kept(7, "teams", NOW, "", 0, {})
    message = read_form(entry, submitted({"form": form, "noted": noted, "files": "../41", **odd}))
    assert message is not None
    assert message.text.encode()
    assert "\0" not in message.text
    assert message.press is None
    assert len(message.text) < 2000


def test_a_dialog_speaks_of_files_that_we_have_only_where_it_files_them() -> None:
    entry = Kept(7, "teams", NOW, "", 0, {})
    said = {"items": "sv-fpm/I-EL 02", "files": "41"}
    filing = read_form(entry, submitted({"form": "attach", **said}))
    assert filing is not None
    assert filing.press is not None
    assert filing.press.subject == "question 41"
    other = read_form(entry, submitted({"form": "comment", **said}))
    assert other is not None
    assert other.press is None


def test_one_act_has_one_key_however_often_it_is_told() -> None:
    data = {"form": "comment", "once": "a", "about": "sv-fpm", "text": "x"}
    first = key_of(submitted(data))
    assert key_of(submitted(data, id="f:2", timestamp="later")) == first
    assert key_of(submitted(data | {"once": "b"})) != first
    assert key_of(submitted(data | {"text": "y"})) != first
    other = {"id": "29:y", "aadObjectId": "d7c2a918-3b5f-4e60-92d4-6a1f8b0c7e35"}
    assert key_of(submitted(data, **{"from": other})) != first
