"""Settings are refused by the name of their variable, and never by their value."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from store.settings import StoreSettings

SECRET = "hunter2"


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> StoreSettings:
    for name, value in variables.items():
        monkeypatch.setenv(f"CAIS_{name.upper()}", value)
    return StoreSettings()


def test_the_defaults_need_nothing() -> None:
    settings = StoreSettings()
    assert settings.database == f"sqlite+aiosqlite:///{Path('var/cais.db').absolute()}"
    assert settings.files == Path("var/files")
    assert settings.outgoing == Path("var/outgoing")
    assert settings.start is None


def test_every_default_lives_in_the_folder_that_is_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = read(monkeypatch, var=str(tmp_path))
    assert settings.database == f"sqlite+aiosqlite:///{tmp_path}/cais.db"
    assert (settings.files, settings.outgoing) == (tmp_path / "files", tmp_path / "outgoing")


def test_what_is_given_replaces_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql+asyncpg://cais@db.example/cais"
    settings = read(monkeypatch, database_url=url, files_url="/srv/files", clock="2013-12-02T12:00:00-08:00")
    assert (settings.database, settings.files) == (url, Path("/srv/files"))
    assert settings.start == datetime(2013, 12, 2, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", f"postgresql://cais:{SECRET}@db.example/cais"),
        ("database_url", f"postgres+psycopg://cais:{SECRET}@db.example/cais"),
        ("database_url", f"mysql://{SECRET}"),
        ("database_url", f"sqlite:///{SECRET}.db"),
        ("database_url", f"{SECRET}"),
        ("files_url", f"s3://key:{SECRET}@bucket"),
        ("files_url", f"az://{SECRET}"),
        ("clock", f"{SECRET}"),
        ("clock", "2013-12-02T12:00:00"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable_and_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        read(monkeypatch, **{name: value})
    assert [error["loc"] for error in refused.value.errors(include_input=False)] == [(name,)]
    assert SECRET not in str(refused.value)


def test_a_password_is_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, database_url=f"postgresql+asyncpg://cais:{SECRET}@db.example/cais")
    assert SECRET in settings.database
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)


def test_settings_do_not_change_while_the_service_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = StoreSettings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.var = Path("elsewhere")
