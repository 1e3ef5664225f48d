"""`CAIS_CLOCK` beside a Slack and a Teams in the same process: what is said and pressed there comes on the day
that the service lives in."""

import re
from datetime import datetime

import requests

from store.clock import pacific
from tests.walks.browsing import Browser
from tests.walks.running import Service

RUN = ("-m", "cais", "run", "--with-fake-teams", "--with-fake-slack")


def test_what_is_said_in_a_chat_comes_on_the_day_that_was_set() -> None:
    with Service(RUN, CAIS_CLOCK="2027-03-08T10:00:00-08:00") as service:
        slack, teams = Browser.at(service, "Slack", "dm"), Browser.at(service, "Teams", "personal")
        page = requests.get(teams.url, timeout=20).text
        maria = next(
            own for own, name in re.findall(r"<option value='([^']+)'>([^–]+) – ", page) if "Maria" in name
        )
        slack.does("U0MDELGADO", "say", text="/cais status EL 02")
        slack.does("U0MDELGADO", "say", text="status EL 02")
        teams.does(maria, "say", text="status EL 02")
        for browser, who in ((slack, "U0MDELGADO"), (teams, maria)):
            browser.until(who, "Does not meet requirements")
        came = {one["channel"]: one["received_at"] for one in service.export()["messages"]}
    assert {"slack", "teams"} <= {*came}
    assert {str(pacific(datetime.fromisoformat(at)).date()) for at in came.values()} == {"2027-03-08"}
