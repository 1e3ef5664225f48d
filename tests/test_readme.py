"""What README.md and .env.example promise is what the code has."""

import re
from pathlib import Path

from pydantic_settings import BaseSettings
from typer.main import get_command

import cais
from bot.settings import BotSettings
from intake.settings import IntakeSettings
from store.settings import StoreSettings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
KINDS: tuple[type[BaseSettings], ...] = (StoreSettings, IntakeSettings, BotSettings)


def settings() -> dict[str, str]:
    """Every setting and what it means."""
    return {
        f"CAIS_{name.upper()}": field.description or ""
        for kind in KINDS
        for name, field in kind.model_fields.items()
    }


def test_every_setting_is_in_the_readme_with_its_meaning() -> None:
    rows = dict(re.findall(r"^\| `(CAIS_\w+)` \|[^|]*\| (.*) \|$", README, re.M))
    assert rows == settings()


def test_every_setting_is_in_the_example_file() -> None:
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^#? ?(CAIS_\w+)=", example, re.M)) == set(settings())


def test_every_command_is_in_the_readme() -> None:
    commands = get_command(cais.cli).commands  # type: ignore[attr-defined]
    for name, command in commands.items():
        for sub in getattr(command, "commands", {"": None}):
            assert re.search(rf"`[^`]*\b{name}[^`]*`", README), name
            assert not sub or re.search(rf"{name} {sub}|`{sub} |store {sub}|, `{sub}", README), (
                f"{name} {sub}"
            )


def test_every_file_that_the_readme_names_is_there() -> None:
    for path in re.findall(r"\((docs/[^)]+)\)|(tests/mail/\S+?\.eml)", README):
        name = next(filter(None, path))
        assert (ROOT / name).exists(), name
