"""`cais run --with-fake-teams`: what people do in Teams, by the page that one opens in a browser."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from store.clock import Clock, pacific_day
from tests.servers import environment
from tests.walks.browsing import Browser
from tests.walks.running import ROOT, Service, run_cais

RUN = ("-m", "cais", "run", "--with-fake-teams")


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service((*RUN, "--with-fake-slack")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(service: Service) -> Browser:
    return Browser.at(service, "Teams", "personal")


@pytest.fixture(scope="module")
def people(browser: Browser) -> dict[str, str]:
    """The ids of those that one can be, by name."""
    page = requests.get(browser.url, timeout=20).text
    return {name: own for own, name in re.findall(r"<option value='([^']+)'>([^–]+) – ", page)}


def test_the_page_offers_the_people_of_the_sample_and_needs_nothing_from_elsewhere(browser: Browser) -> None:
    page = requests.get(browser.url, timeout=20).text
    assert "Maria Delgado – LEA Review Coordinator, sierra-vista" in page
    assert not re.findall(r"https?://|src=|@import", page)


def test_somebody_of_the_sample_asks(browser: Browser, service: Service, people: dict[str, str]) -> None:
    browser.does(people["Maria Delgado"], "say", text="status EL 02")
    browser.until(people["Maria Delgado"], "Does not meet requirements")
    assert "cais run --with-fake-teams" in json.dumps(service.export()["history"])


def test_a_reviewer_presses_and_every_reviewer_sees_it(browser: Browser, people: dict[str, str]) -> None:
    maria, sam, luis = (people[one] for one in ("Maria Delgado", "Sam Bright", "Luis Ortega"))
    browser.does(maria, "say", text="respond CE 08: the minutes are signed now")
    browser.until(sam, "Accept response")
    (message,) = [one for one in browser.seen(sam)["messages"] if "Accept response" in one["html"]]
    button = re.search(r"data-press='(\d+)'>Accept response", message["html"])
    assert button is not None, message["html"]
    assert "wrong" not in browser.does(sam, "press", id=message["id"], press=button[1], values="{}")
    browser.until(maria, "resolved")
    browser.until(luis, "Sam Bright")
    assert "Accept response" not in json.dumps(browser.seen(luis)["messages"])


def test_what_a_reason_lacks_is_said_at_its_field(browser: Browser, people: dict[str, str]) -> None:
    maria, helen = people["Maria Delgado"], people["Helen Wu"]
    until, by = (pacific_day(Clock()) + timedelta(days=days) for days in (90, 60))
    asks = f"request agreement EL 02 until {until} because of the election\nstep: hold it, Maria, by {by}"
    browser.does(maria, "say", text=asks)
    browser.until(helen, "Decline")
    (message,) = [one for one in browser.seen(helen)["messages"] if "Decline" in one["html"]]
    *_, button = re.findall(r"data-press='(\d+)'>Decline", message["html"])
    answer = browser.does(helen, "press", id=message["id"], press=button, values="{}")
    assert answer["field"] in re.findall(r"data-block='([^']+)'", message["html"])


def test_who_is_new_is_asked_who_they_are(browser: Browser, people: dict[str, str]) -> None:
    browser.does(people["Somebody new"], "say", text="status")
    browser.until(people["Somebody new"], "do not know yet who you are")


def test_in_a_channel_the_answer_is_for_one_pair_of_eyes(browser: Browser, people: dict[str, str]) -> None:
    browser.does(people["Maria Delgado"], "say", text="status EL 02", where="channel")
    browser.until(people["Maria Delgado"], "Only you can see this message", where="channel")
    assert "Only you" not in json.dumps(browser.seen(people["Helen Wu"], "channel")["messages"])


def test_another_page_cannot_act_through_the_browser(browser: Browser, people: dict[str, str]) -> None:
    assert browser.from_elsewhere(people["Maria Delgado"]) == 403


def test_a_slack_can_run_beside_it(browser: Browser, service: Service) -> None:
    slack = Browser.at(service, "Slack", "dm")
    assert slack.url != browser.url
    slack.does("U0MDELGADO", "say", text="status EL 02")
    slack.until("U0MDELGADO", "Does not meet requirements")


def test_it_is_for_sample_stores_only(tmp_path: Path) -> None:
    env = environment(tmp_path) | {"PYTHONPATH": str(ROOT), "CAIS_VAR": str(tmp_path / "var")}
    run_cais(("store", "migrate"), env, tmp_path)
    said = run_cais(RUN[2:], env, tmp_path)
    assert (said.returncode, "only a sample store" in said.stderr) == (1, True), said.stderr


def test_it_does_not_stand_in_for_an_app_that_is_set_up(tmp_path: Path) -> None:
    env = environment(tmp_path) | {"PYTHONPATH": str(ROOT)}
    env |= {
        "CAIS_TEAMS_APP_ID": "7c1f0a52-93d4-4e0b-a6b8-5d2e9f31c704",
        "CAIS_TEAMS_APP_SECRET": "so.secret~1234567",
    }
    env |= {"CAIS_TEAMS_TENANTS": "0b9c2f4e-6d17-4a83-9e55-f2a1c8d07b36=fresnocoe"}
    said = run_cais(RUN[2:], env, tmp_path)
    assert (said.returncode, "CAIS_TEAMS_APP_ID" in said.stderr) == (2, True), said.stderr
