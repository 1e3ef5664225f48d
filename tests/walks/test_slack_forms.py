"""A finding's way through forms alone: more time is asked for and granted in Slack, and nobody types a
command."""

import asyncio
import json
from datetime import timedelta
from typing import Any

from bot.fake_hands import Hands
from bot.fake_slack import FakeSlack
from store.clock import Clock, pacific_day
from tests.walks.running import Service
from tests.walks.test_slack import beside, shown
from tests.walks.test_slack import slack as slack

FINDING = "sv-fpm/I-EL 02"


async def linked(slack: FakeSlack, service: Service, user: str, address: str) -> Hands:
    """The account speaks for the person of this address: by the form for it, and the code that was mailed."""
    hands = Hands(slack, user)
    await hands.open_home()
    await hands.press(await hands.home(), "form:open:link")
    assert await hands.submit(await hands.form("cais:form:link"), {"address": address}) == {}
    code = await asyncio.to_thread(service.code_for, address)
    said = len(await slack.heard(1))
    await slack.says(user, f"confirm {code}")
    await slack.heard(said + 1)
    return hands


def says(words: str) -> Any:
    return lambda view: words in json.dumps(view)


async def test_more_time_is_asked_for_and_granted_without_a_command(slack: FakeSlack) -> None:
    today = pacific_day(Clock())
    asked, too_late = today + timedelta(days=90), today + timedelta(days=300)
    with beside(slack) as service:
        maria = await linked(slack, service, "U0MARIA", "mdelgado@sierravista.example")
        await maria.open_home()
        home = await maria.home(says("Findings to answer"))
        await maria.press(home, "form:open:agreement")
        form = await maria.form("cais:form:agreement")
        values = {
            "finding": FINDING,
            "until": too_late.isoformat(),
            "reason": "the ELAC is elected in spring",
            "what1": "hold the election",
            "who1": "the principal",
            "by1": (today + timedelta(days=60)).isoformat(),
        }
        assert list(await maria.submit(form, values)) == ["until"]
        before = len(slack.messages)
        assert await maria.submit(form, values | {"until": asked.isoformat()}) == {}
        assert "hold the election" in shown((await slack.heard(before + 1))[-1])
        assert "More time is asked for" in json.dumps(await maria.home(says("More time is asked for")))

        helen = await linked(slack, service, "U0HELEN", "hwu@cde.example")
        await helen.open_home()
        home = await helen.home(says("Waiting for your decision"))
        await helen.press(home, "form:open:decide", value=f"agreement:{FINDING}")
        form = await helen.form("cais:form:decide", says("decision_agreement"))
        granted = {"matter": f"agreement:{FINDING}", "decision_agreement": "approve agreement"}
        assert await helen.submit(form, granted) == {}
        await helen.home(says("Nothing waits for you"))
        record = await asyncio.to_thread(service.export)
        (agreement,) = record["agreements"]
        assert (agreement["status"], agreement["decided_until"]) == ("approved", asked.isoformat())
        states = {(row["channel"], row["state"]) for row in record["messages"]}
        assert ("slack", "held") not in states
