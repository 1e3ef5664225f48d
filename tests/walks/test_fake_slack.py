"""`cais run --with-fake-slack`: everything that people do in Slack, by the page that one opens in a browser."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bot.fake_hands import REQUIRED
from tests.servers import environment
from tests.walks.browsing import Browser
from tests.walks.running import ROOT, Service, run_cais

RUN = ("-m", "cais", "run", "--with-fake-slack")
MARIA, HELEN, SAM, NEW = "U0MDELGADO", "U0HWU", "U0SBRIGHT", "U0STRANGER"
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service(RUN) as running:
        yield running


@pytest.fixture(scope="module")
def browser(service: Service) -> Browser:
    return Browser.at(service, "Slack", "dm")


def test_the_page_offers_the_people_of_the_sample_and_needs_nothing_from_elsewhere(browser: Browser) -> None:
    page = requests.get(browser.url, timeout=20).text
    assert f"<option value='{MARIA}'>Maria Delgado" in page
    assert not re.findall(r"https?://|src=|@import", page)


def test_somebody_of_the_sample_asks_and_sends_a_file(browser: Browser, service: Service) -> None:
    browser.does(MARIA, "say", text="/cais status EL 02")
    browser.until(MARIA, "Does not meet requirements")
    browser.does(MARIA, "say", text="EL 02", file=PDF)
    browser.until(MARIA, "1 file filed.")
    (document,) = service.export()["documents"]
    assert document["channel"] == "slack"
    assert "cais run --with-fake-slack" in json.dumps(service.export()["history"])


def test_a_reviewer_presses_the_button_of_a_message(browser: Browser) -> None:
    browser.does(MARIA, "say", text="respond CE 08: the minutes are signed now")
    browser.until(SAM, "Accept response")
    (message,) = [one for one in browser.seen(SAM)["messages"] if "Accept response" in one.get("html", "")]
    button = re.search(r"data-action='([^']+)' value='([^']+)'>Accept response", message["html"])
    assert button is not None, message["html"]
    assert browser.does(SAM, "press", ts=message["ts"], action=button[1], value=button[2]) == {"errors": {}}
    browser.until(MARIA, "resolved")


def test_a_form_is_opened_at_home_filled_in_and_shows_its_errors(browser: Browser) -> None:
    browser.does(MARIA, "home")
    browser.until(MARIA, "form:open:agreement", "home", "home")
    browser.does(MARIA, "act", action="form:open:agreement", value="-", view="")
    browser.until(MARIA, "Send the request", "form")
    form = browser.seen(MARIA)["form"]
    assert browser.seen(HELEN)["form"] is None
    empty = browser.does(MARIA, "submit", view=form["id"], values="{}")["errors"]
    assert empty == dict.fromkeys(("finding", "until", "reason", "what1", "who1", "by1"), REQUIRED)
    finding = re.search(r"<option value='([^']*EL 14)'", form["html"])
    assert finding is not None, form["html"]
    values = {"finding": finding[1], "until": "2099-01-01", "reason": "The vendor is late."}
    values |= {"what1": "Buy it", "who1": "Maria", "by1": "2099-01-01"}
    known = set(re.findall(r"data-block='([^']+)'", form["html"]))
    assert values.keys() <= known, known
    told = browser.does(MARIA, "submit", view=form["id"], values=json.dumps(values))
    assert set(told["errors"]) <= known
    assert told["errors"]
    browser.does(MARIA, "close", view=form["id"])
    assert browser.seen(MARIA)["form"] is None


def test_who_is_new_is_asked_who_they_are(browser: Browser) -> None:
    browser.does(NEW, "say", text="status")
    browser.until(NEW, "do not know yet who you are")
    assert "do not know yet" not in json.dumps(browser.seen(MARIA)["messages"])


def test_in_a_channel_the_answer_is_for_one_pair_of_eyes(browser: Browser) -> None:
    browser.does(HELEN, "say", text="status, anybody? See @caiser", where="channel")
    browser.does(MARIA, "say", text="@CAIS status EL 02", where="channel")
    browser.until(MARIA, "Only visible to you", where="channel")
    assert "Only visible" not in json.dumps(browser.seen(HELEN, "channel")["messages"])
    assert "@CAIS status EL 02" in json.dumps(browser.seen(HELEN, "channel")["messages"])


def test_another_page_cannot_act_through_the_browser(browser: Browser) -> None:
    assert browser.from_elsewhere(MARIA) == 403


def test_it_is_for_sample_stores_only(tmp_path: Path) -> None:
    env = environment(tmp_path) | {"PYTHONPATH": str(ROOT), "CAIS_VAR": str(tmp_path / "var")}
    run_cais(("store", "migrate"), env, tmp_path)
    said = run_cais(RUN[2:], env, tmp_path)
    assert (said.returncode, "only a sample store" in said.stderr) == (1, True), said.stderr


def test_it_does_not_stand_in_for_an_app_that_is_set_up(tmp_path: Path) -> None:
    env = environment(tmp_path) | {"PYTHONPATH": str(ROOT)}
    env |= {"CAIS_SLACK_SIGNING_SECRET": "0" * 32, "CAIS_SLACK_BOT_TOKEN": "xoxb-of-somebody"}
    said = run_cais(RUN[2:], env, tmp_path)
    assert (said.returncode, "CAIS_SLACK_BOT_TOKEN" in said.stderr) == (2, True), said.stderr
