"""Where files of Teams lie, and what is sent there: to SharePoint nothing but the question, to Teams' own
service our token, and no token to where an answer moves us.

An address is compared letter by letter, and connected with only where it is public.
"""

import asyncio
import socket
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver

from bot.downloading import DOWNLOAD, NotPublic
from bot.oauth import TokenRefused, TokenUnavailable
from bot.teams_activity import CHANNEL
from bot.teams_cloud import Cloud
from handlers.retry import TryLater

NO_RIGHTS = "teams-no-rights"
_GONE = {404: "teams-gone", 410: "teams-gone"}
_ODD = frozenset(' \\"<>^`{|}')
_NAT64 = ip_network("64:ff9b::/96")
_EVERYBODYS = ip_network("2000::/3")


def file_places(cloud: Cloud, name: str) -> tuple[str, ...]:
    """How the addresses of a tenant's files begin; `name` is the tenant's in SharePoint."""
    if cloud.is_stand_in:
        return service_places(cloud)
    return tuple(f"https://{host}.{cloud.sharepoint}/" for host in (name, f"{name}-my"))


def service_places(cloud: Cloud) -> tuple[str, ...]:
    """How the addresses of Teams' own service begin, where pictures are."""
    return tuple(f"{cloud.scheme}://{host}/" for host in cloud.service_hosts)


def is_plain(url: str) -> bool:
    """Whether everybody reads the same address in it: printable ASCII, no blanks, no backslashes."""
    return url.isascii() and url.isprintable() and not _ODD & {*url}


def begins(url: str, places: tuple[str, ...]) -> bool:
    """Whether an address is at one of these places (`https://host/`): compared letter by letter, to the slash
    with which the host has ended, so that no two readers of addresses can disagree."""
    return is_plain(url) and url.startswith(places)


class FileHosts:
    """A tenant's SharePoint, and no other's; `name` is what it is called there. It takes no token of ours."""

    chat, refused = CHANNEL, NO_RIGHTS
    statuses: Mapping[int, str] = {401: "teams-expired", **_GONE}

    def __init__(self, cloud: Cloud, name: str) -> None:
        self._cloud, self._places = cloud, file_places(cloud, name)

    async def headers(self, url: str, _hop: int) -> Mapping[str, str] | None:
        return {} if begins(url, self._places) else None

    def shows(self, url: str) -> bool:
        """Whether people who open it in a browser are there; it may have blanks."""
        return url.startswith(self._places)

    def refuses(self, url: str, status: int) -> None:
        """An address that has run out does not open again."""

    def connector(self) -> aiohttp.TCPConnector:
        return connector_of(self._cloud)


class PictureHosts:
    """Teams' own service. `token` gives our token (it may ask for one: it is called in a thread), and
    `forget` drops the one that was refused."""

    chat, refused = CHANNEL, NO_RIGHTS
    statuses: Mapping[int, str] = _GONE

    def __init__(self, cloud: Cloud, token: Callable[[], str], forget: Callable[[], None]) -> None:
        self._cloud, self._token, self._forget = cloud, token, forget

    async def headers(self, url: str, hop: int) -> Mapping[str, str] | None:
        if not begins(url, service_places(self._cloud)):
            return None
        if hop:
            return {}
        try:
            return {"Authorization": f"Bearer {await asyncio.to_thread(self._token)}"}
        except (TokenRefused, TokenUnavailable) as none:
            raise TryLater(f"{DOWNLOAD} no token: {type(none).__name__}") from none

    def refuses(self, _url: str, status: int) -> None:
        """A token may be stale, or an operator mends our secret."""
        if status == 401:
            self._forget()
            raise TryLater(f"{DOWNLOAD} HTTP 401")

    def connector(self) -> aiohttp.TCPConnector:
        return connector_of(self._cloud)


def connector_of(cloud: Cloud) -> aiohttp.TCPConnector:
    """How a cloud's hosts are reached: a stand-in is on this machine, all others are not."""
    return aiohttp.TCPConnector() if cloud.is_stand_in else public_only()


def public_only(resolver: AbstractResolver | None = None) -> aiohttp.TCPConnector:
    """Connections to public addresses only: looked at when one is made, so that no name can lead to one
    address for us to look at, and to another to be connected with. `resolver`: who is asked for names."""
    return aiohttp.TCPConnector(socket_factory=_public_socket, use_dns_cache=False, resolver=resolver)


def _public_socket(info: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
    family, kind, proto, _, address = info
    if not is_public(str(address[0])):
        raise NotPublic("not a public address")
    return socket.socket(family=family, type=kind, proto=proto)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's; one that stands for an IPv4 address is what that is."""
    try:
        return _is_public(ip_address(address))
    except ValueError:
        return False


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        inner = _inside(address)
        if inner is not None:
            return _is_public(inner)
        if address not in _EVERYBODYS:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inside(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
