"""Settings of the Teams app. Every name is `CAIS_…` in the environment; without them there is no Teams."""

import re
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode

from bot.oauth_settings import filled_in
from bot.teams_cloud import CLOUDS

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHORTEST_SECRET = 16
_TENANT = re.compile(rf"(?P<id>{GUID.pattern})=(?P<name>[a-z0-9](?:[a-z0-9-]{{0,60}}[a-z0-9])?)")
_STAND_IN = re.compile(r"http://127\.0\.0\.1:\d{1,5}")


@dataclass(frozen=True)
class Tenant:
    """An organisation whose people may talk to us; `sharepoint` is its name there (`fresnocoe`)."""

    id: str
    sharepoint: str


def _guid(said: str) -> str:
    """An id that was never put in would let everybody in: each of its tokens would be for nobody."""
    name = said.strip().lower()
    if not GUID.fullmatch(name):
        raise ValueError("must be an id like 6f9619ff-8b86-d011-b42d-00cf4fc964ff")
    if len({*name.replace("-", "")}) < 4 or name.startswith("12345678-1234"):
        raise ValueError("is still a placeholder")
    return name


def _secret(said: SecretStr) -> SecretStr:
    value = filled_in(said.get_secret_value())
    if len(value) < SHORTEST_SECRET or len({*value}) < 4:
        raise ValueError(f"must be the secret's value, at least {SHORTEST_SECRET} characters")
    return SecretStr(value)


def _tenants(text: object) -> object:
    return tuple(map(_tenant, text.split(","))) if isinstance(text, str) else text


def _tenant(text: str) -> Tenant:
    said = _TENANT.fullmatch(text.strip().lower())
    if said is None:
        raise ValueError("must be ID=NAME, separated by commas: a tenant's id and its name in SharePoint")
    return Tenant(_guid(said["id"]), said["name"])


def _each_once(tenants: tuple[Tenant, ...]) -> tuple[Tenant, ...]:
    if len({one.id for one in tenants}) < len(tenants):
        raise ValueError("names a tenant twice")
    return tenants


def _cloud(name: str) -> str:
    said = name.rstrip("/")
    if said not in CLOUDS and not _STAND_IN.fullmatch(said):
        raise ValueError(f"must be one of {', '.join(CLOUDS)}")
    return said


class TeamsSettings(BaseSettings):
    """The app as Microsoft knows it, and who may talk to it. All three or none: then there is no Teams."""

    teams_app_id: Annotated[str, AfterValidator(_guid)] | None = Field(
        default=None, description="The Teams bot's app (client) id: what Teams tells us must be meant for it"
    )
    teams_app_secret: Annotated[SecretStr, AfterValidator(_secret)] | None = Field(
        default=None, description="The secret of its app registration: by it we answer"
    )
    teams_tenants: Annotated[
        tuple[Tenant, ...], NoDecode, BeforeValidator(_tenants), AfterValidator(_each_once)
    ] = Field(
        default=(),
        description="Whose people may talk to it, ID=NAME separated by commas: a tenant's id and its name in"
        " SharePoint (fresnocoe: files come from fresnocoe.sharepoint.com and fresnocoe-my.sharepoint.com);"
        " the first is the app's own",
    )
    teams_cloud: Annotated[str, AfterValidator(_cloud)] = Field(
        default="public", description="Microsoft's cloud: public, gcc, gcc-high or dod"
    )

    @model_validator(mode="after")
    def _all_or_none(self) -> Self:
        names = ("teams_app_id", "teams_app_secret", "teams_tenants")
        missing = [f"CAIS_{name.upper()}" for name in names if not getattr(self, name)]
        if len(missing) in (1, 2):
            verb = "are" if len(missing) > 1 else "is"
            raise ValueError(f"{' and '.join(missing)}: {verb} missing, and Teams needs it with the others")
        return self
