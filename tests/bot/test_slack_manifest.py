"""The manifest has exactly the rights and events that the code uses, and the doctor names what is missing."""

import ast
import inspect
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor_slack import examine_slack
from bot.fake_slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, FakeSlack
from bot.slack_manifest import EVENTS, FAILS, METHODS, ORNAMENTS, SCOPES, as_yaml, manifest
from bot.slack_settings import SlackSettings
from store import Store
from store.clock import Clock
from store.keeping import Arrival

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "bot").glob("slack*.py"), ROOT / "bot" / "doctor_slack.py"]
ALL_METHODS = {
    name.replace("_", "."): name
    for name, _ in inspect.getmembers(AsyncWebClient, inspect.iscoroutinefunction)
}


def nodes() -> Iterator[ast.AST]:
    for path in SOURCES:
        if path.name != "slack_manifest.py":
            yield from ast.walk(ast.parse(path.read_text()))


def used_methods() -> set[str]:
    """By the client's own names, and by Slack's as words."""
    names = {one.attr for one in nodes() if isinstance(one, ast.Attribute)} & set(ALL_METHODS.values())
    words = {one.value for one in nodes() if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return {name.replace("_", ".", 2) for name in names - {"api_call"}} | (words & set(ALL_METHODS))


def heard(what: str) -> set[str]:
    """What Bolt's `app.event(…)`, `app.shortcut(…)` are given, as far as it is a word."""
    calls = [one for one in nodes() if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)]
    given = [one.args[0] for one in calls if one.func.attr == what and one.args]  # type: ignore[attr-defined]
    return {word for one in given for word in re.findall(r"'([a-z_]+)'", ast.unparse(one))}


def test_every_method_that_is_called_is_known_with_its_right_and_no_other() -> None:
    assert used_methods() == set(METHODS)


def test_the_events_are_those_that_are_listened_to() -> None:
    assert {name for name, _ in EVENTS.values()} == heard("event")


def test_the_rights_are_those_of_what_is_used() -> None:
    needed = {scope for scope in METHODS.values() if scope} | {scope for _, scope in EVENTS.values() if scope}
    assert set(SCOPES) == needed | {"commands"}
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == set(SCOPES)
    assert manifest()["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)


def test_the_shortcuts_and_the_home_tab_are_those_that_are_listened_to() -> None:
    features = manifest()["features"]
    named = {one["callback_id"] for one in features.get("shortcuts", ())}
    assert named == heard("shortcut") - {"type", "callback_id", "shortcut", "message_action"}
    assert all(one["type"] in ("global", "message") for one in features["shortcuts"])
    assert features["app_home"]["home_tab_enabled"] == ("app_home_opened" in EVENTS)
    assert ("assistant_view" in features) == ("assistant_thread_started" in EVENTS)


def test_the_file_in_the_docs_is_what_is_printed() -> None:
    assert (ROOT / "docs" / "slack-manifest.yaml").read_text() == as_yaml(manifest())


def test_with_an_address_slack_calls_us_there_for_everything() -> None:
    said = as_yaml(manifest("https://cais.example/"))
    assert said.count('url: "https://cais.example/slack/events"') == 3
    assert "socket_mode_enabled: false" in said
    assert "url" not in as_yaml(manifest())


def test_what_slack_limits_is_within_its_limits() -> None:
    """Slack's page says: a name of 35 characters, a description of 140, of a command 2,000."""
    said = manifest()["display_information"]
    assert len(said["name"]) <= 35
    assert len(said["description"]) <= 140
    for one in manifest()["features"].get("shortcuts", ()):
        assert len(one["name"]) <= 24
        assert len(one["description"]) <= 150


# --- the doctor


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack()
    await fake.start()
    yield fake
    await fake.stop()


async def found(slack: FakeSlack, store: Store, **more: Any) -> dict[str, tuple[bool, str]]:
    settings = SlackSettings(
        slack_signing_secret=SecretStr(SIGNING_SECRET),
        slack_bot_token=SecretStr(more.get("bot", BOT_TOKEN)),
        slack_app_token=SecretStr(more.get("app", APP_TOKEN)),
        slack_api=f"{slack.url}/api/",
    )
    findings = await examine_slack(store, settings, Clock(None).now() + more.get("later", timedelta()))
    return {name: (good, words) for name, good, words in findings}


async def test_all_is_well(slack: FakeSlack, store: Store) -> None:
    said = await found(slack, store)
    assert all(good for good, _ in said.values())
    assert {"slack token", "slack scopes", "slack socket", "slack events"} == set(said)


@pytest.mark.parametrize("scope", SCOPES)
async def test_the_right_that_is_missing_is_named_with_what_fails(
    slack: FakeSlack, store: Store, scope: str
) -> None:
    slack.scopes -= {scope}
    good, words = (await found(slack, store))["slack scope"]
    assert good == (scope in ORNAMENTS)
    assert scope in words
    assert FAILS[scope] in words


async def test_wrong_tokens_are_named(slack: FakeSlack, store: Store) -> None:
    assert "CAIS_SLACK_BOT_TOKEN" in (await found(slack, store, bot="xoxb-of-somebody"))["slack token"][1]
    good, words = (await found(slack, store, app="xapp-of-somebody"))["slack socket"]
    assert not good
    assert "CAIS_SLACK_APP_TOKEN" in words


async def test_a_slack_that_does_not_answer_is_named(slack: FakeSlack, store: Store) -> None:
    await slack.stop()
    assert (await found(slack, store))["slack"][0] is False


async def test_words_that_are_no_answer_of_slacks_are_named_by_their_status(
    slack: FakeSlack, store: Store
) -> None:
    slack.faults["auth.test"] = [web.Response(status=503, text="upstream connect error")]
    assert (await found(slack, store))["slack token"][1].startswith("Slack says HTTP 503")


async def test_what_slack_does_not_tell_shows_by_what_was_found(slack: FakeSlack, store: Store) -> None:
    now = Clock(None).now()
    async with store.begin() as uow:
        watch = await uow.chat_watch("slack", now)
        watch.note(now, None)
    await store.inbox.insert([Arrival("slack", now, {}, "0" * 64, 1)])
    good, words = (await found(slack, store))["slack events"]
    assert good
    assert f"the last message came at {now:%Y-%m-%d %H:%M}" in words
    assert not (await found(slack, store, later=timedelta(hours=1)))["slack events"][0]
    async with store.begin() as uow:
        (await uow.chat_watch("slack", now)).missed_at = now
    good, words = (await found(slack, store))["slack events"]
    assert not good
    assert "message.im" in words
