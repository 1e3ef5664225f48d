"""Settings of where we talk. Every name is `CAIS_…` in the environment."""

import re
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from store.settings import Listen


def _smarthost(url: SecretStr) -> SecretStr:
    """`smtp://[user:password@]host[:port]` or `smtps://…`, and nothing after the port."""
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or _rest(parts):
        raise ValueError("must look like smtp://host:port or smtps://user:password@host:port")
    _ = parts.port  # urllib checks it only when it is asked for
    if (parts.username is None) != (parts.password is None):
        raise ValueError("has a user without a password, or a password without a user")
    return url


def _one_line(name: str) -> str:
    if not name.strip() or not name.isprintable():
        raise ValueError("must be one line of printable text")
    return name.strip()


def _rest(parts: SplitResult) -> str:
    return parts.path.strip("/") + parts.query + parts.fragment


def _addresses(text: object) -> object:
    return tuple(one.strip() for one in text.split(",") if one.strip()) if isinstance(text, str) else text


def _each_an_address(addresses: tuple[str, ...]) -> tuple[str, ...]:
    if not all(re.fullmatch(r"[^\s@,<>]+@[^\s@,<>]+", one) for one in addresses):
        raise ValueError("must be addresses separated by commas")
    return addresses


Addresses = Annotated[
    tuple[str, ...], NoDecode, BeforeValidator(_addresses), AfterValidator(_each_an_address)
]


class BotSettings(BaseSettings):
    """Where our mail goes out, how we are called there, and where HTTP listens."""

    model_config = SettingsConfigDict(
        env_prefix="CAIS_", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    smarthost: Annotated[SecretStr, AfterValidator(_smarthost)] | None = Field(
        default=None,
        description="Where outgoing mail goes: smtp://host:port, smtp://user:password@host:port or smtps://…;"
        " unset: it is written to var/outgoing/ as .eml files",
    )
    mail_from: Annotated[str, AfterValidator(_one_line)] = Field(
        default="CAIS evidence desk", description="The name that people see as the sender of our mail"
    )
    operator: Addresses = Field(
        default=(),
        description="Who is told of alarms by mail, separated by commas: addresses that do not depend on us",
    )
    http_listen: Listen = Field(default="127.0.0.1:8080", description="Where HTTP listens, host:port")
