"""Where the store lives. Every name is `CAIS_…` in the environment; the defaults need nothing."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from store.database import sqlite_url


def _host_and_port(listen: str) -> str:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ValueError("must be host:port, for example 127.0.0.1:2525")
    return listen


Listen = Annotated[str, AfterValidator(_host_and_port)]


class StoreSettings(BaseSettings):
    """The folder of every embedded default, and what replaces it."""

    model_config = SettingsConfigDict(env_prefix="CAIS_", frozen=True, hide_input_in_errors=True)

    var: Path = Field(default=Path("var"), description="The folder of every embedded default")
    database_url: str | None = Field(
        default=None, repr=False, description="PostgreSQL: postgresql+asyncpg://…; default SQLite"
    )
    files_url: str | None = Field(
        default=None, description="The folder of the files; default files/ in CAIS_VAR"
    )
    receipt_key: Path | None = Field(
        default=None,
        description="The private key that receipts are signed with (Ed25519, PEM); default receipt.key in"
        " CAIS_VAR, made at the first start",
    )
    clock: AwareDatetime | None = Field(
        default=None, description="An ISO time with zone: the clock starts there (sample stores only)"
    )

    @property
    def database(self) -> str:
        return self.database_url or sqlite_url(self.var / "cais.db")

    @property
    def files(self) -> Path:
        return Path(self.files_url) if self.files_url else self.var / "files"

    @property
    def receipt_pub(self) -> Path:
        return self.var / "receipt.pub"

    @property
    def outgoing(self) -> Path:
        return self.var / "outgoing"

    @property
    def start(self) -> datetime | None:
        return self.clock

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, url: str | None) -> str | None:
        if url and not url.startswith(("postgresql+asyncpg://", "sqlite+aiosqlite:///")):
            raise ValueError("write postgresql+asyncpg://… or sqlite+aiosqlite:///…")
        return url

    @field_validator("files_url")
    @classmethod
    def _a_folder(cls, url: str | None) -> str | None:
        if url and "://" in url:
            raise ValueError("only a local folder is supported so far, not s3:// or az://")
        return url


_NETWORK = "must be addresses or networks separated by commas, for example 192.0.2.25, 198.51.100.0/24"
_TIME = "must be an ISO time with its zone, for example 2013-12-02T09:00:00-08:00"
_MUST_BE = {
    "bool_parsing": "must be true or false",
    "int_parsing": "must be a whole number, for example 1000",
    "float_parsing": "must be a number, for example 60",
    "path_not_file": "there is no such file; write the path of the file",
    "string_pattern_mismatch": "must be a name of letters, digits, dots and dashes, for example desk2026",
    "ip_v4_network": _NETWORK,
    "ip_v6_network": _NETWORK,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_aware": _TIME,
}


def what_is_wrong(error: ValidationError) -> list[str]:
    """What to write instead, a sentence for each variable; a rule on two variables names them itself."""
    told = [_told(one["loc"], one["type"], one["msg"]) for one in error.errors()]
    return list(dict.fromkeys(told))  # what is tried as two kinds is wrong twice


def _told(where: tuple[int | str, ...], kind: str, words: str) -> str:
    said = _MUST_BE.get(kind) or words.removeprefix("Value error, ").replace("Input should", "must", 1)
    return f"CAIS_{str(where[0]).upper()}: {said}" if where else said
