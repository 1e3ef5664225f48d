"""Where Teams' files may lie: sixty addresses that are not exactly there, and nothing is sent to any of them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.downloading import Downloads, NotGiven, NotPublic, Wanted
from bot.teams_cloud import CLOUDS, stand_in
from bot.teams_hosts import FileHosts, PictureHosts, file_places, is_public, public_only, service_places
from handlers.retry import TryLater
from store.files import FileStore
from store.keeping import Arrival, Keeper

PUBLIC = CLOUDS["public"]
THERE = "https://fresnocoe.sharepoint.com"
SERVICE = "https://smba.trafficmanager.net"
HOSTILE = [
    # another scheme, or none
    "",
    "/",
    "fresnocoe.sharepoint.com/a",
    "//fresnocoe.sharepoint.com/a",
    "http://fresnocoe.sharepoint.com/a",
    "ftp://fresnocoe.sharepoint.com/a",
    "file:///etc/passwd",
    "data:application/pdf;base64,JVBERi0=",
    "gopher://127.0.0.1:25/_HELO",
    "https:fresnocoe.sharepoint.com/a",
    "https:/fresnocoe.sharepoint.com/a",
    "https:///fresnocoe.sharepoint.com/a",
    "view-source:https://fresnocoe.sharepoint.com/a",
    # somebody before it, something after it
    "https://fresnocoe.sharepoint.com@evil.example/a",
    "https://fresnocoe.sharepoint.com:443@evil.example/a",
    "https://user:pass@fresnocoe.sharepoint.com/a",
    "https://@fresnocoe.sharepoint.com/a",
    "https://fresnocoe.sharepoint.com%40evil.example/a",
    "https://fresnocoe.sharepoint.com.evil.example/a",
    "https://fresnocoe.sharepoint.com-evil.example/a",
    "https://evilfresnocoe.sharepoint.com/a",
    "https://fresnocoe.sharepoint.com./a",
    "https://fresnocoe.sharepoint.com",
    "https://fresnocoe.sharepoint.com?@evil.example/a",
    "https://fresnocoe.sharepoint.com#@evil.example/a",
    "https://evil.example/https://fresnocoe.sharepoint.com/a",
    "https://evil.example?https://fresnocoe.sharepoint.com/a",
    "https://evil.example#fresnocoe.sharepoint.com/a",
    # ports
    "https://fresnocoe.sharepoint.com:444/a",
    "https://fresnocoe.sharepoint.com:443/a",
    "https://fresnocoe.sharepoint.com:/a",
    # others at Microsoft
    "https://otherlea.sharepoint.com/a",
    "https://otherlea-my.sharepoint.com/personal/x/a",
    "https://fresnocoe.sharepoint.us/a",
    "https://fresnocoe-my.sharepoint.com.evil.example/a",
    "https://fresnocoe-my-my.sharepoint.com/a",
    "https://sharepoint.com/a",
    "https://fresnocoe.onmicrosoft.com/a",
    "https://login.microsoftonline.com/common",
    "https://evil.trafficmanager.net/a",
    "https://smba.trafficmanager.net.evil.example/v3/attachments/1/views/original",
    "https://smba.trafficmanager.net@evil.example/v3/attachments/1/views/original",
    # letters that look like it, or are not there
    "https://xn--fresncoe-c4a.sharepoint.com/a",
    "https://fresn\u043ecoe.sharepoint.com/a",
    "https://fresnocoe.sharepoint\u3002com/a",
    "https://fresnocoe\uff0esharepoint.com/a",
    "https://fresnocoe.sharepoint.com\u2215a",
    "https://fresnocoe.sharepoint.com\u00ad/a",
    "https://fresnocoe%2esharepoint%2ecom/a",
    # what readers of addresses disagree about
    "https://fresnocoe.sharepoint.com\\@evil.example/a",
    "https:\\\\fresnocoe.sharepoint.com\\a",
    "https://evil.example\\.fresnocoe.sharepoint.com/a",
    " https://fresnocoe.sharepoint.com/a",
    "https://fresnocoe.sharepoint.com /a",
    "https://fresnocoe.sharepoint.com\t/a",
    "ht\ttps://fresnocoe.sharepoint.com/a",
    "https://fresnocoe.sharepoint.com/a b",
    "https://fresnocoe.sharepoint.com/a\tb",
    "https://fresnocoe.sharepoint.com/a\\..\\b",
    "https://fresnocoe.sharepoint.com\x00.evil.example/a",
    # this machine, this network, by whatever number
    "https://127.0.0.1/a",
    "https://localhost/a",
    "https://2130706433/a",
    "https://0x7f000001/a",
    "https://0177.0.0.1/a",
    "https://127.1/a",
    "https://0/a",
    "https://[::1]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://[fe80::1%25eth0]/a",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/a",
    "https://10.0.0.1/a",
]
LINES = ["https://fresnocoe.sharepoint.com/a\r\nX: y", "https://fresnocoe.sharepoint.com\n.evil.example/a"]


def test_there_are_sixty_and_no_two_are_one() -> None:
    assert len({*HOSTILE}) == len(HOSTILE) >= 60


def _no_token() -> str:
    raise AssertionError("nobody is asked for a token")


def _never() -> None:
    raise AssertionError("no token was refused")


@asynccontextmanager
async def keeping(folder: Path) -> AsyncIterator[Keeper]:
    keeper = Keeper(FileStore(folder), _no_rows)
    yield keeper
    await keeper.aclose()


async def _no_rows(_arrivals: Sequence[Arrival]) -> list[int]:
    return []


async def word_of(downloads: Downloads, url: str) -> str:
    """Why nothing comes from there."""
    with pytest.raises(NotGiven) as no:
        await downloads.download(Wanted(url, "", 10))
    return no.value.word


@pytest.mark.parametrize("url", HOSTILE + LINES)
async def test_an_address_that_is_not_exactly_there_is_not_asked(tmp_path: Path, url: str) -> None:
    async with keeping(tmp_path) as keeper:
        for hosts in (FileHosts(PUBLIC, "fresnocoe"), PictureHosts(PUBLIC, _no_token, _never)):
            downloads = Downloads(hosts, keeper, lambda: False)
            assert await word_of(downloads, url) == "teams-foreign"
            assert downloads._session is None


async def test_files_and_pictures_do_not_lie_at_each_others_hosts(tmp_path: Path) -> None:
    async with keeping(tmp_path) as keeper:
        files = Downloads(FileHosts(PUBLIC, "fresnocoe"), keeper, lambda: False)
        pictures = Downloads(PictureHosts(PUBLIC, _no_token, _never), keeper, lambda: False)
        assert await word_of(files, f"{SERVICE}/amer/v3/attachments/1/views/original") == "teams-foreign"
        assert await word_of(pictures, f"{THERE}/a") == "teams-foreign"


def test_each_cloud_has_its_own_hosts() -> None:
    assert file_places(PUBLIC, "fresnocoe") == (f"{THERE}/", "https://fresnocoe-my.sharepoint.com/")
    assert file_places(CLOUDS["gcc-high"], "x") == ("https://x.sharepoint.us/", "https://x-my.sharepoint.us/")
    dod = ("https://x.sharepoint-mil.us/", "https://x-my.sharepoint-mil.us/")
    assert file_places(CLOUDS["dod"], "x") == dod
    assert service_places(CLOUDS["gcc"]) == ("https://smba.infra.gcc.teams.microsoft.com/",)
    assert file_places(stand_in("http://127.0.0.1:81"), "x") == ("http://127.0.0.1:81/",)


# --- an answer moves us there


@dataclass
class Watched(FileHosts):
    """The hosts of a stand-in, and whatever else anybody connects with."""

    port: int
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(stand_in(f"http://127.0.0.1:{self.port}"), "fresnocoe")

    def connector(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(resolver=Names(self.asked), socket_factory=self._socket)

    def _socket(self, info: Any) -> socket.socket:
        self.asked.append(f"{info[4][0]}:{info[4][1]}")
        return socket.socket(info[0], info[1], info[2])


@dataclass
class Names(AbstractResolver):
    """Every name leads to these addresses, one after the other, at this port; which were asked for."""

    asked: list[str]
    addresses: Sequence[str] = ("127.0.0.1",)
    port: int = 1

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self.addresses[min(len(self.asked), len(self.addresses) - 1)]
        self.asked.append(host)
        six = ":" in address
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=self.port or port,
                family=socket.AF_INET6 if six else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        pass


@dataclass
class Listener:
    """Answers every question with these bytes; the questions as they came."""

    answer: bytes = b""
    port: int = 0
    questions: list[bytes] = field(default_factory=list)

    async def answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.questions.append(b"")
        self.questions[-1] = await reader.readuntil(b"\r\n\r\n")
        writer.write(self.answer)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    found = Listener()
    server = await asyncio.start_server(found.answered, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


@pytest.mark.parametrize("url", HOSTILE)
async def test_an_answer_that_moves_us_there_is_not_followed(tmp_path: Path, url: str) -> None:
    async with keeping(tmp_path) as keeper, listening() as there:
        head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: "
        there.answer = head + url.encode() + b"\r\n\r\n"
        hosts = Watched(there.port)
        downloads = Downloads(hosts, keeper, lambda: False)
        try:  # a header that is none (a NUL in it) is trouble of the line
            with pytest.raises((NotGiven, TryLater), match=r"teams-no-rights|ClientResponseError"):
                await downloads.download(Wanted(f"http://127.0.0.1:{there.port}/a", "", 10))
        finally:
            await downloads.aclose()
        assert {*hosts.asked} == {f"127.0.0.1:{there.port}"}  # what it named was within its own host at most


# --- a name leads inside


INSIDE = ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"]
INSIDE += ["224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1"]
INSIDE += ["fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::127.0.0.1"]
INSIDE += ["::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1"]
INSIDE += ["2002:a00:1::1", "100::1", "5f00::1", "not an address", "2130706433", ""]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["13.107.136.10", "52.112.0.1", "2620:1ec:8f8::10", "64:ff9b::d6b:880a", "::ffff:13.107.136.10"],
)
def test_microsofts_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("kind", ["file", "picture"])
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
async def test_a_name_that_leads_to_this_machine_is_not_connected_with(
    tmp_path: Path, address: str, kind: str
) -> None:
    """Also where it led elsewhere when it was asked before: it is looked at as it is connected with."""
    async with keeping(tmp_path) as keeper, listening() as inside:
        names = Names([], ("13.107.136.10", address), inside.port)
        await names.resolve("fresnocoe.sharepoint.com")

        class Rebound(FileHosts):
            def connector(self) -> aiohttp.TCPConnector:
                return public_only(names)

        class Pictures(PictureHosts):
            connector = Rebound.connector

        hosts = Rebound(PUBLIC, "fresnocoe") if kind == "file" else Pictures(PUBLIC, lambda: "token", _never)
        downloads = Downloads(hosts, keeper, lambda: False)
        try:
            where = THERE if kind == "file" else SERVICE
            assert await word_of(downloads, f"{where}/v3/attachments/1") == "teams-not-public"
        finally:
            await downloads.aclose()
        assert len(names.asked) == 2
        assert inside.questions == []


async def test_each_of_microsofts_clouds_is_reached_at_public_addresses_only(tmp_path: Path) -> None:
    for cloud in CLOUDS.values():
        for hosts in (FileHosts(cloud, "fresnocoe"), PictureHosts(cloud, _no_token, _never)):
            async with aiohttp.ClientSession(connector=hosts.connector()) as session:
                for url in ("http://127.0.0.1:1/", "http://[::1]:1/", "http://localhost:1/"):
                    with pytest.raises(aiohttp.ClientConnectorError) as no:
                        await session.get(url)
                    assert isinstance(no.value.os_error, NotPublic)
