"""Microsoft's keys: fetched seldom, found again when they change, and trusted from one place only."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot import teams_token
from bot.fake_teams_keys import APP_ID, CHANNEL_KEY
from bot.teams_cloud import CLOUDS, stand_in
from bot.teams_token import Keys, NoKeys, NotTeams, check_token
from tests.servers.bot_framework import UNPUBLISHED, BotFramework, bot_framework


@pytest.fixture
async def framework() -> AsyncIterator[BotFramework]:
    async with bot_framework() as served:
        yield served


@pytest.fixture
def keys(framework: BotFramework) -> Keys:
    return Keys(stand_in(framework.url))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a minute passed between any two looks."""
    monkeypatch.setattr(teams_token, "AGAIN_SECONDS", 0.0)


async def check(framework: BotFramework, keys: Keys, kid: str = CHANNEL_KEY) -> None:
    token = framework.token(kid=kid, by=kid)
    await check_token([f"Bearer {token}"], APP_ID, keys)


async def test_keys_are_fetched_once_for_all(framework: BotFramework, keys: Keys) -> None:
    await asyncio.gather(*(check(framework, keys) for _ in range(30)))
    assert framework.looked == 1


async def test_unknown_keys_make_us_look_once_a_minute(framework: BotFramework, keys: Keys) -> None:
    for _ in range(5):
        with pytest.raises(NotTeams):
            await check(framework, keys, UNPUBLISHED)
    await check(framework, keys)
    assert framework.looked == 1


@pytest.mark.usefixtures("impatient")
async def test_a_new_key_is_found_and_an_old_one_forgotten(framework: BotFramework, keys: Keys) -> None:
    await check(framework, keys)
    framework.endorsed = {UNPUBLISHED: ["msteams"]}
    await check(framework, keys, UNPUBLISHED)
    with pytest.raises(NotTeams):
        await check(framework, keys)


@pytest.mark.parametrize("trouble", ["broken", "elsewhere"])
async def test_nobody_is_checked_without_keys(
    framework: BotFramework, keys: Keys, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also not by those that another host publishes."""
    async with bot_framework() as other:
        framework.broken = 500 if trouble == "broken" else 0
        framework.elsewhere = other.url if trouble == "elsewhere" else ""
        for _ in range(3):
            with pytest.raises(NoKeys):
                await check(framework, keys)
        assert (framework.looked, other.looked) == (1 if trouble == "broken" else 0, 0)
    framework.broken, framework.elsewhere = 0, ""
    monkeypatch.setattr(teams_token, "AGAIN_SECONDS", 0.0)
    await check(framework, keys)


@pytest.mark.usefixtures("impatient")
async def test_a_key_that_may_be_new_is_not_refused_while_nobody_can_tell(
    framework: BotFramework, keys: Keys
) -> None:
    await check(framework, keys)
    framework.broken = 500
    with pytest.raises(NoKeys):
        await check(framework, keys, UNPUBLISHED)
    with pytest.raises(NoKeys):
        await keys.look()
    await check(framework, keys)


async def test_to_look_after_keys_fetches_them_once_a_day(framework: BotFramework, keys: Keys) -> None:
    for _ in range(3):
        await keys.look()
    assert framework.looked == 1


@pytest.mark.usefixtures("impatient")
async def test_old_keys_do_for_another_day(
    framework: BotFramework, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    await check(framework, keys)
    framework.broken = 500
    monkeypatch.setattr(teams_token, "FRESH_SECONDS", -1.0)
    await check(framework, keys)
    assert framework.looked == 2
    monkeypatch.setattr(teams_token, "STALE_SECONDS", -1.0)
    with pytest.raises(NoKeys):
        await check(framework, keys)


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://smba.trafficmanager.net/amer/", True),
        ("https://smba.trafficmanager.net/", True),
        ("http://smba.trafficmanager.net/amer/", False),
        ("https://evil.trafficmanager.net/amer/", False),
        ("https://xsmba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net.evil.example/", False),
        ("https://smba.trafficmanager.net@evil.example/", False),
        ("https://user@smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net:443/", False),
        ("https://smba.trafficmanager.net./", False),
        ("https://evil.example\\@smba.trafficmanager.net/", False),
        ("https://evil.example#@smba.trafficmanager.net/", False),
        ("https://evil.example?@smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net\t/", False),
        ("https://smba.trafficmanager。net/", False),
        ("https:smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net/amer/?to=", False),
        ("https://smba.trafficmanager.net/amer/#", False),
        ("https://smba.trafficmanager.net/..\\", False),
        ("https:///smba.trafficmanager.net/", False),
        ("//smba.trafficmanager.net/", False),
        ("https://[::1]/", False),
        ("https://2130706433/", False),
        ("", False),
    ],
)
def test_only_whole_hosts_are_teams(url: str, ours: bool) -> None:
    assert CLOUDS["public"].serves(url) is ours


def test_each_cloud_has_its_own_hosts() -> None:
    for name, cloud in CLOUDS.items():
        for other, its in CLOUDS.items():
            assert its.serves(f"https://{cloud.service_hosts[0]}/") is (name == other)
