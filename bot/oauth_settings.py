"""Settings of access tokens: instead of a password, for the smarthost and for mailboxes."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from bot.oauth import Google, Microsoft, Tokens

_PLACEHOLDER = re.compile(
    r"<.*>|\$?\{.*\}|\.+|x+|0{8}-0{4}-0{4}-0{4}-0{12}|.*(?:change[-_ ]?me|placeholder|example|your[-_ ]).*"
    r"|todo|none|null|secret|tenant|client[-_ ]?id|client[-_ ]?secret",
    re.I,
)


def filled_in(said: str) -> str:
    """A value that was never put in opens nothing, and would be found out only at the first login."""
    if not said.strip() or _PLACEHOLDER.fullmatch(said.strip()):
        raise ValueError("is still a placeholder")
    return said.strip()


def _name(said: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.-]+", filled_in(said)):
        raise ValueError("must be an id or a domain name")
    return said.strip()


def _secret(said: SecretStr) -> SecretStr:
    return SecretStr(filled_in(said.get_secret_value()))


def _account(path: Path) -> Path:
    """A file of a service account whose tokens come by HTTPS."""
    try:
        account = Google.of(path)
    except OSError as trouble:
        raise ValueError(f"cannot be read ({trouble.strerror})") from None
    if urlsplit(account.token_uri).scheme != "https":
        raise ValueError("has a token_uri that is not https")
    return path


class OAuthSettings(BaseSettings):
    """Who gives us tokens, and what we show for them."""

    oauth: Literal["microsoft", "google"] | None = Field(
        default=None,
        description="Who gives access tokens instead of passwords, for mailboxes and the smarthost:"
        " microsoft or google",
    )
    microsoft_tenant: Annotated[str, AfterValidator(_name)] | None = Field(
        default=None, description="The tenant of the app registration, by id or domain"
    )
    microsoft_client_id: Annotated[str, AfterValidator(_name)] | None = Field(
        default=None, description="The application (client) id, with IMAP.AccessAsApp and SMTP.SendAsApp"
    )
    microsoft_client_secret: Annotated[SecretStr, AfterValidator(_secret)] | None = Field(
        default=None, description="The secret of the app registration"
    )
    google_service_account: Annotated[Path, AfterValidator(_account)] | None = Field(
        default=None,
        description="The JSON file of a Google service account with domain-wide delegation for"
        " https://mail.google.com/",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needs = {
            "microsoft": ("microsoft_tenant", "microsoft_client_id", "microsoft_client_secret"),
            "google": ("google_service_account",),
        }
        wanted = needs.get(self.oauth or "", ())
        if missing := [f"CAIS_{name.upper()}" for name in wanted if getattr(self, name) is None]:
            raise ValueError(f"CAIS_OAUTH: {self.oauth} also needs {', '.join(missing)}")
        return self

    def tokens(self) -> Tokens | None:
        """One for the whole process, so that every part shares what was fetched; None: passwords."""
        if self.oauth == "google" and self.google_service_account:
            return Tokens(Google.of(self.google_service_account))
        if self.microsoft_tenant and self.microsoft_client_id and self.microsoft_client_secret:
            secret = self.microsoft_client_secret.get_secret_value()
            return Tokens(Microsoft(self.microsoft_tenant, self.microsoft_client_id, secret))
        return None
