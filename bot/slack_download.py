"""Slack's file hosts: the token goes to these and nowhere else, whatever an address or a redirect says."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp

# Files of a large organisation are redirected from the first host to the second, which wants the token, too.
HOSTS = {
    "slack.com": ("https://files.slack.com/", "https://files-origin.slack.com/"),
    "slack-gov.com": ("https://files.slack-gov.com/", "https://files-origin.slack-gov.com/"),
}


class SlackHosts:
    """Where files of one workspace lie. `api` is the address of its Web API; a stand-in has files there,
    too."""

    chat, refused = "slack", "slack-no-scope"
    statuses: Mapping[int, str] = {404: "slack-gone", 410: "slack-gone"}

    def __init__(self, token: str, api: str) -> None:
        self._bearer, self._places = {"Authorization": f"Bearer {token}"}, places_of(api)

    async def headers(self, url: str, _hop: int) -> Mapping[str, str] | None:
        """Compared letter by letter, so that no two readers of addresses can disagree."""
        return self._bearer if url.startswith(self._places) else None

    def refuses(self, url: str, status: int) -> None:
        """What Slack does not give for want of a right does not pass by itself."""

    def connector(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector()


def places_of(api: str) -> tuple[str, ...]:
    """How the addresses of files begin; in each the host has ended, so that nothing can be added to it."""
    parts = urlsplit(api)
    return HOSTS.get(parts.hostname or "", (f"{parts.scheme}://{parts.netloc}/",))
