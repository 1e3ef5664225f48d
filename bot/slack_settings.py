"""Settings of the Slack app. Every name is `CAIS_…` in the environment; without them there is no Slack."""

import re
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings


def _like(pattern: str, example: str) -> AfterValidator:
    """A secret of Slack's form: an empty or made-up one would let everybody in, or nobody."""

    def check(secret: SecretStr) -> SecretStr:
        if not re.fullmatch(pattern, secret.get_secret_value()):
            raise ValueError(f"must look like {example}, as the app's page shows it")
        return secret

    return AfterValidator(check)


def _api(url: str) -> str:
    parts = urlsplit(url)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or (parts.scheme != "https" and not (local and parts.scheme == "http")):
        raise ValueError("must be https://slack.com/api/, https://slack-gov.com/api/, or a local stand-in")
    return url if url.endswith("/") else f"{url}/"


class SlackSettings(BaseSettings):
    """The app's secrets. With the first two there is a Slack door; with the app token events also come
    through a socket, so that nothing of ours must be reachable from outside."""

    slack_signing_secret: Annotated[SecretStr, _like(r"[0-9a-f]{32}", "32 hexadecimal digits")] | None = (
        Field(default=None, description="The Slack app's signing secret: proves that Slack calls us")
    )
    slack_bot_token: Annotated[SecretStr, _like(r"xoxb-[\w-]{8,}", "xoxb-…")] | None = Field(
        default=None, description="The Slack app's bot token, after it was installed to the workspace"
    )
    slack_app_token: Annotated[SecretStr, _like(r"xapp-[\w-]{8,}", "xapp-…")] | None = Field(
        default=None,
        description="The Slack app's app-level token: events come through a socket that we open;"
        " unset: Slack calls /slack/events on CAIS_HTTP_LISTEN",
    )
    slack_api: Annotated[str, AfterValidator(_api)] = Field(
        default="https://slack.com/api/",
        description="Slack's address; https://slack-gov.com/api/ for GovSlack",
    )

    @model_validator(mode="after")
    def _slack_together(self) -> Self:
        if (self.slack_signing_secret is None) != (self.slack_bot_token is None):
            raise ValueError("CAIS_SLACK_SIGNING_SECRET: needs CAIS_SLACK_BOT_TOKEN, and it needs the secret")
        if self.slack_app_token is not None and self.slack_bot_token is None:
            raise ValueError("CAIS_SLACK_APP_TOKEN: needs CAIS_SLACK_BOT_TOKEN and CAIS_SLACK_SIGNING_SECRET")
        return self
