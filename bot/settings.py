"""Settings of where we talk. Every name is `CAIS_…` in the environment."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    FilePath,
    SecretStr,
    StringConstraints,
    model_validator,
)
from pydantic_settings import NoDecode, SettingsConfigDict

from bot.dkim_signer import DkimSigner
from bot.oauth_settings import OAuthSettings
from bot.slack_settings import SlackSettings
from bot.teams_settings import TeamsSettings
from store.settings import Listen


def _smarthost(url: SecretStr) -> SecretStr:
    """`smtp://[user:password@]host[:port]` or `smtps://…`, and nothing after the port."""
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or _rest(parts):
        raise ValueError("must look like smtp://host:port or smtps://user:password@host:port")
    _ = parts.port  # urllib checks it only when it is asked for
    if not parts.username and parts.password is not None:
        raise ValueError("has a password without a user")
    return url


def _public_url(url: str) -> str:
    """`https://host[:port][/path]`; plain http only to this very machine, for trying it out."""
    parts = urlsplit(url)
    at_home = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    odd = parts.query or parts.fragment or parts.username is not None or not url.isprintable() or " " in url
    if not (parts.scheme == "https" or at_home) or not parts.hostname or odd:
        raise ValueError("must look like https://host or https://host/path")
    _ = parts.port
    return url.rstrip("/")


def _rsa_key(path: Path) -> Path:
    try:
        DkimSigner.of(path, "", "")
    except OSError as trouble:
        raise ValueError(f"cannot be read ({trouble.strerror})") from None
    return path


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


class BotSettings(OAuthSettings, SlackSettings, TeamsSettings):
    """Where our mail goes out, how we are called there, and where HTTP listens."""

    model_config = SettingsConfigDict(
        env_prefix="CAIS_", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    smarthost: Annotated[SecretStr, AfterValidator(_smarthost)] | None = Field(
        default=None,
        description="Where outgoing mail goes: smtp://host:port, smtp://user:password@host:port or smtps://…,"
        " without the password with CAIS_OAUTH; unset: it is written to var/outgoing/ as .eml files",
    )
    envelope: Literal["verp", "mailbox", "null"] = Field(
        default="verp",
        description="Envelope sender: verp (none on answers, one of its own on each notice), or always"
        " mailbox or null, for relays that refuse others",
    )
    dkim_key: Annotated[FilePath, AfterValidator(_rsa_key)] | None = Field(
        default=None,
        description="The private key (RSA, PEM) that our mail is signed with; unset: the smarthost signs",
    )
    dkim_selector: (
        Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")] | None
    ) = Field(default=None, description="The name of that key in DNS: SELECTOR._domainkey and the domain")
    mail_from: Annotated[str, AfterValidator(_one_line)] = Field(
        default="CAIS evidence desk", description="The name that people see as the sender of our mail"
    )
    operator: Addresses = Field(
        default=(),
        description="Who is told of alarms by mail, separated by commas: addresses that do not depend on us",
    )
    public_url: Annotated[str, AfterValidator(_public_url)] | None = Field(
        default=None,
        description="The https address at which people's programs reach our HTTP; unset: no calendar links",
    )
    http_listen: Listen = Field(default="127.0.0.1:8080", description="Where HTTP listens, host:port")

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.smarthost is not None:
            parts = urlsplit(self.smarthost.get_secret_value())
            if parts.username and not parts.password and self.oauth is None:
                raise ValueError("CAIS_SMARTHOST: has a user without a password, and there is no CAIS_OAUTH")
        if (self.dkim_key is None) != (self.dkim_selector is None):
            raise ValueError(
                "CAIS_DKIM_KEY and CAIS_DKIM_SELECTOR: set both or none (a key file, and its name in DNS)"
            )
        return self

    def signer(self, domain: str) -> DkimSigner | None:
        """Who signs our mail as this domain; None: nobody here."""
        if self.dkim_key is None or self.dkim_selector is None:
            return None
        return DkimSigner.of(self.dkim_key, self.dkim_selector, domain)
