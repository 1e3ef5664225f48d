"""Microsoft's clouds as data: who signs what Teams tells us, who gives us tokens, which hosts are Teams'."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from bot.teams_settings import TeamsSettings

PUBLIC = "https://api.botframework.com"
PUBLIC_KEYS = "https://login.botframework.com/v1/.well-known/openidconfiguration"
US = "https://api.botframework.us"
CLIENT = "https://teams.microsoft.com"
US_KEYS = "https://login.botframework.azure.us/v1/.well-known/openidconfiguration"


@dataclass(frozen=True)
class Cloud:
    """`issuer` of tokens that Teams calls us with, signed by one of `keys` (the address of its OpenID
    metadata). `login` gives us tokens for `scope`. What we say goes to one of `service_hosts`, compared
    letter by letter, by `scheme`. `sharepoint` is the domain of its files, `client` where people see it.
    `whispers`: it has messages among others for one person's eyes only. Microsoft documents them for the
    public cloud alone, and a service that does not know the word for it would show them to everybody."""

    issuer: str
    keys: str
    login: str
    scope: str
    service_hosts: tuple[str, ...]
    sharepoint: str
    scheme: str = "https"
    client: str = CLIENT
    whispers: bool = False

    def serves(self, url: str) -> bool:
        """Whether an address is one of Teams': the whole host, nothing before it (`user@`), no other port."""
        return self._is_whole(url) and urlsplit(url).netloc in self.service_hosts

    @property
    def is_stand_in(self) -> bool:
        """Whether it is none of Microsoft's, but runs on this machine."""
        return self.scheme == "http"

    def _is_whole(self, url: str) -> bool:
        """Whether everybody reads the same address in it: no blanks, no backslashes, printable ASCII."""
        return (
            url.startswith(f"{self.scheme}://") and url.isascii() and url.isprintable() and not _ODD & {*url}
        )


_ODD = frozenset(' \\"#<>?^`{|}')
CLOUDS = {
    "public": Cloud(
        issuer=PUBLIC,
        keys=PUBLIC_KEYS,
        login="https://login.microsoftonline.com",
        scope=f"{PUBLIC}/.default",
        service_hosts=("smba.trafficmanager.net",),
        sharepoint="sharepoint.com",
        whispers=True,
    ),
    "gcc": Cloud(
        issuer=PUBLIC,
        keys=PUBLIC_KEYS,
        login="https://login.microsoftonline.com",
        scope=f"{PUBLIC}/.default",
        service_hosts=("smba.infra.gcc.teams.microsoft.com",),
        sharepoint="sharepoint.com",
    ),
    "gcc-high": Cloud(
        issuer=US,
        keys=US_KEYS,
        login="https://login.microsoftonline.us",
        scope=f"{US}/.default",
        service_hosts=("smba.infra.gov.teams.microsoft.us",),
        sharepoint="sharepoint.us",
        client="https://gov.teams.microsoft.us",
    ),
    "dod": Cloud(
        issuer=US,
        keys=US_KEYS,
        login="https://login.microsoftonline.us",
        scope=f"{US}/.default",
        service_hosts=("smba.infra.dod.teams.microsoft.us",),
        sharepoint="sharepoint-mil.us",
        client="https://dod.teams.microsoft.us",
    ),
}


def cloud_of(settings: "TeamsSettings") -> Cloud:
    """The cloud that the settings name."""
    name = settings.teams_cloud
    return CLOUDS[name] if name in CLOUDS else stand_in(name)


def stand_in(origin: str) -> Cloud:
    """A Teams that runs on this machine: everything on its own `http://127.0.0.1:PORT`."""
    return Cloud(
        issuer=origin,
        keys=f"{origin}/v1/.well-known/openidconfiguration",
        login=origin,
        scope=f"{origin}/.default",
        service_hosts=(urlsplit(origin).netloc,),
        sharepoint="sharepoint.com",
        scheme="http",
        whispers=True,
    )
