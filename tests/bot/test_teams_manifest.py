"""The Teams package holds what Microsoft's documents say, and offers what the bot can do."""

import hashlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image, ImageChops
from typer.testing import CliRunner, Result

import cais
from bot.fake_teams_keys import APP_ID, APP_SECRET, TENANT
from bot.fake_teams_rooms import BOT_NAME
from bot.teams_manifest import ACCENT, MENUS, SCHEMA, VERSION, is_website, manifest, package
from handlers.capabilities import CAPABILITIES

SITE = "https://cais.example"
GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
# Microsoft's limits, schema 1.19: the longest of each text.
LONGEST = {
    "developer.name": 32,
    "name.short": 30,
    "name.full": 100,
    "description.short": 80,
    "description.full": 4000,
    "bots.commandLists.commands.title": 32,
    "bots.commandLists.commands.description": 128,
    "composeExtensions.commands.id": 64,
    "composeExtensions.commands.title": 32,
    "composeExtensions.commands.description": 128,
}
# ... and the most of each list.
MOST = {
    "bots": 1,
    "bots.scopes": 3,
    "bots.commandLists": 3,
    "bots.commandLists.scopes": 3,
    "bots.commandLists.commands": 10,
    "composeExtensions": 1,
    "composeExtensions.commands": 10,
    "composeExtensions.commands.context": 3,
    "permissions": 2,
}
# What else there is: every value must be one of these.
SCOPES = "personal|team|groupChat"
FORMS = {
    r"$schema": rf"https://developer\.microsoft\.com/json-schemas/teams/v{SCHEMA}/MicrosoftTeams\.schema\.json",
    "manifestVersion": r"1\.19",
    "version": r"\d+\.\d+\.\d+",
    "id": GUID.pattern,
    "bots.botId": GUID.pattern,
    "composeExtensions.botId": GUID.pattern,
    "developer.websiteUrl": r"https://\S+",
    "developer.privacyUrl": r"https://\S+",
    "developer.termsOfUseUrl": r"https://\S+",
    "icons.color": r"\w+\.png",
    "icons.outline": r"\w+\.png",
    "accentColor": r"#[0-9a-f]{6}",
    "bots.scopes": SCOPES,
    "bots.supportsFiles": "True",
    "bots.commandLists.scopes": SCOPES,
    "composeExtensions.commands.type": "action",
    "composeExtensions.commands.context": "compose|commandBox|message",
    "composeExtensions.commands.fetchTask": "True",
    "defaultInstallScope": SCOPES,
    "permissions": "identity|messageTeamMembers",
}
# A package that an administrator uploads again must have a higher version. Whoever changes what it says raises
# VERSION and writes the digest here.
KNOWN = ("1.1.0", "5d27fe11a32328be")


def told() -> dict[str, Any]:
    return manifest(APP_ID, SITE)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every word, number and list in it, by its path without places in lists."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        yield path, value
        for one in value:
            yield from leaves(one, path)
    else:
        yield path, value


def faults(said: dict[str, Any]) -> list[str]:
    """What Teams would not take of it, and what nobody knows."""
    wrong = []
    for path, value in leaves(said):
        if isinstance(value, list):
            good = 0 < len(value) <= MOST.get(path, 0)
        elif path in LONGEST:
            good = 0 < len(value) <= LONGEST[path]
        else:
            good = bool(re.fullmatch(FORMS.get(path, "(?!)"), str(value)))
        wrong += [] if good else [f"{path}: {value}"]
    return wrong


def test_everything_in_it_is_as_microsoft_wants_it() -> None:
    assert faults(told()) == []
    must = ["manifestVersion", "version", "id", "developer", "name", "description", "icons", "accentColor"]
    assert [name for name in must if name not in told()] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("name", "short"), "n" * 31),
        (("description", "short"), "d" * 81),
        (("bots", 0, "commandLists", 0, "commands", 0, "title"), "t" * 33),
        (("bots", 0, "commandLists", 0, "commands", 0, "description"), "d" * 129),
        (("bots", 0, "commandLists", 0, "commands"), [{"title": "a", "description": "b"}] * 11),
        (("bots", 0, "botId"), "not-an-id"),
        (("bots", 0, "anything"), "else"),
    ],
)
def test_what_microsoft_refuses_is_found(path: tuple[Any, ...], value: Any) -> None:
    said = inner = told()
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    assert len(faults(said)) == 1


def test_the_ids_are_the_apps() -> None:
    said = told()
    ids = {said["id"], said["bots"][0]["botId"], said["composeExtensions"][0]["botId"]}
    assert ids == {APP_ID}
    assert said["name"]["short"] == BOT_NAME


def test_the_menus_offer_commands_of_the_table_in_its_words() -> None:
    does = {one.verb: one.does for one in CAPABILITIES}
    lists = {one["scopes"][0]: one["commands"] for one in told()["bots"][0]["commandLists"]}
    assert set(lists) == set(MENUS) == set(told()["bots"][0]["scopes"])
    for commands in lists.values():
        assert {one["title"]: one["description"].lower() for one in commands}.items() <= {
            verb: words.lower() for verb, words in does.items()
        }.items()


def test_what_changes_has_a_higher_version() -> None:
    without = {name: one for name, one in told().items() if name != "version"}
    assert (VERSION, hashlib.sha256(json.dumps(without).encode()).hexdigest()[:16]) == KNOWN


# --- the package


def unpacked() -> dict[str, bytes]:
    with ZipFile(io.BytesIO(package(APP_ID, SITE))) as zipped:
        return {one.filename: zipped.read(one) for one in zipped.infolist()}


def test_the_files_lie_at_the_top_and_are_those_that_are_named() -> None:
    files = unpacked()
    said = json.loads(files.pop("manifest.json"))
    assert said == told()
    assert set(files) == set(said["icons"].values())


def test_the_same_app_is_the_same_bytes() -> None:
    assert package(APP_ID, SITE) == package(APP_ID, SITE)
    with ZipFile(io.BytesIO(package(APP_ID, SITE))) as zipped:
        assert {one.date_time[:3] for one in zipped.infolist()} == {(1980, 1, 1)}  # no clock is in it
    assert package(APP_ID, SITE) != package(TENANT, SITE)


def test_the_pictures_are_as_teams_wants_them() -> None:
    files = unpacked()
    with Image.open(io.BytesIO(files["color.png"])) as color:
        assert (color.size, color.format) == ((192, 192), "PNG")
        ground = color.convert("RGB")
    plain = Image.new("RGB", ground.size, ACCENT)
    left, top, right, low = ImageChops.difference(ground, plain).getbbox() or (0, 0, 0, 0)
    assert min(left, top, 192 - right, 192 - low) >= 36  # round corners cut nothing
    assert min(right - left, low - top) > 90
    with Image.open(io.BytesIO(files["outline.png"])) as outline:
        assert (outline.size, outline.format, outline.mode) == ((32, 32), "PNG", "RGBA")
        *colours, strength = outline.split()
    assert [one.getextrema() for one in colours] == [(255, 255)] * 3
    assert strength.getextrema() == (0, 255)


# --- the command


def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *words: str, **more: str) -> Result:
    settings = {"CAIS_TEAMS_APP_ID": APP_ID, "CAIS_TEAMS_APP_SECRET": APP_SECRET}
    settings |= {"CAIS_TEAMS_TENANTS": f"{TENANT}=fresnocoe", "CAIS_MAILBOX": "evidence@fcoe.example"} | more
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return CliRunner().invoke(cais.cli, ["teams-package", *words])


def test_the_package_is_written_for_the_app_that_is_set_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run(tmp_path, monkeypatch)
    assert (done.exit_code, done.output.partition(":")[0]) == (0, "cais-teams.zip")
    assert (tmp_path / "cais-teams.zip").read_bytes() == package(APP_ID, "https://fcoe.example")
    assert run(tmp_path, monkeypatch, "--url", SITE, "-o", "own.zip").exit_code == 0
    assert (tmp_path / "own.zip").read_bytes() == package(APP_ID, SITE)


@pytest.mark.parametrize(
    "app_id", ["00000000-0000-0000-0000-000000000000", "12345678-1234-1234-1234-123456789abc", "cais"]
)
def test_an_id_that_was_never_put_in_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app_id: str
) -> None:
    done = run(tmp_path, monkeypatch, CAIS_TEAMS_APP_ID=app_id)
    assert done.exit_code == 2
    assert "CAIS_TEAMS_APP_ID" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_an_app_there_is_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cais.cli, ["teams-package"])
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "CAIS_TEAMS_APP_ID is not set" in done.stderr


@pytest.mark.parametrize(
    "url", ["http://cais.example", "cais.example", "https://", "https://a b", f"https://{'a' * 2048}"]
)
def test_another_address_than_a_web_page_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    assert not is_website(url)
    done = run(tmp_path, monkeypatch, "--url", url)
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "--url" in done.stderr
