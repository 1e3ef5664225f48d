"""What Teams tells is kept before it is thanked for; what somebody else tells in its name is not."""

import asyncio
import base64
import gzip
import hashlib
import hmac
import json
import time
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import text

from bot import teams_door
from bot.fake_teams_keys import APP_ID, CHANNEL_KEY, OTHER_KEY, TENANT, key
from bot.teams_events import FILE
from store import Store
from tests.bot.teams_desk import ACCOUNT, ANA_ID, PERSONAL, STRANGER_ID, TeamsDesk, teams_desk
from tests.servers.bot_framework import UNPUBLISHED, BotFramework

OTHER = "9d2f64b8-17ce-4a53-8e0b-c5f1a7d39e62"
MIB = 1024 * 1024


@pytest.fixture
async def teams(store: Store) -> AsyncIterator[TeamsDesk]:
    async with teams_desk(store) as desk:
        yield desk


async def test_a_message_is_kept_and_then_answered_where_it_was_said(teams: TeamsDesk) -> None:
    await teams.link()
    said = teams.activity("status")
    assert await teams.tell(said) == 202
    (entry,) = await teams.entries()
    assert (entry.channel, entry.key) == ("teams", f"teams:{TENANT}/{PERSONAL}/{said['id']}")
    assert await teams.work() == 1
    (owed,) = await teams.answers()
    assert (owed.to, owed.thread["account"]) == (PERSONAL, ACCOUNT)
    assert owed.template.startswith("status")


async def test_what_is_told_again_is_one_arrival(teams: TeamsDesk) -> None:
    said = teams.activity("status")
    assert [await teams.tell(said) for _ in range(3)] == [202] * 3
    assert len(await teams.entries()) == 1


async def test_who_sends_a_file_is_heard_in_their_order_and_nobody_waits_for_them(teams: TeamsDesk) -> None:
    other = {"from": {"id": f"29:{STRANGER_ID}", "aadObjectId": STRANGER_ID}}
    for more in ({"attachments": [{"contentType": FILE}]}, {}, other):
        assert await teams.tell(teams.activity("status", **more)) == 202
    _, _, others = await teams.entries()
    quick = await teams.store.inbox.claim("worker", 32, ("teams",), fetching=False)
    assert [entry.id for entry in quick] == [others.id]


async def test_what_cannot_be_kept_is_not_thanked_for(teams: TeamsDesk) -> None:
    async with teams.store.database.begin() as connection:
        await connection.execute(text("ALTER TABLE inbox RENAME TO lost"))
    assert await teams.tell(teams.activity("status")) == 503


def _parts(*said: Any) -> str:
    encoded = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in said]
    return ".".join(encoded)


def _signed_by_what_everybody_knows(framework: BotFramework) -> str:
    """HS256, with the public key as the secret."""
    now = int(time.time())
    claims = {"iss": framework.url, "aud": APP_ID, "serviceurl": framework.service_url, "nbf": now}
    said = _parts({"alg": "HS256", "kid": CHANNEL_KEY}, claims | {"exp": now + 3600})
    public = key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    mark = hmac.new(public, said.encode(), hashlib.sha256).digest()
    return f"{said}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def not_teams(framework: BotFramework) -> dict[str, list[str]]:
    """Authorization headers, each wrong in one point."""
    now, token = int(time.time()), framework.token
    good = token()
    tokens = {
        "empty": "",
        "garbage": "x" * 300,
        "three parts of garbage": "a.b.c",
        "a bottomless header": f"{base64.urlsafe_b64encode(b'[' * 4500).decode()}.e30.e30",
        "cut": good[:-20],
        "another's claims": f"{good.split('.')[0]}.{token(aud=OTHER).split('.')[1]}.{good.split('.')[2]}",
        "alg none": token(by="", alg="none"),
        "HS256 with the public key": _signed_by_what_everybody_knows(framework),
        "RS512": token(alg="RS512"),
        "PS256": token(alg="PS256"),
        "wrong issuer": token(iss="https://sts.windows.net/" + TENANT),
        "no issuer": token(iss=None),
        "wrong audience": token(aud=OTHER),
        "audience of many": token(aud=[APP_ID, OTHER]),
        "no audience": token(aud=None),
        "unknown kid": token(kid=UNPUBLISHED, by=UNPUBLISHED),
        "no kid": token(kid=None),
        "another's key under a known kid": token(by=UNPUBLISHED),
        "key not endorsed": token(kid=OTHER_KEY, by=OTHER_KEY),
        "expired": token(exp=now - 120),
        "no exp": token(exp=None),
        "exp in words": token(exp="tomorrow"),
        "exp without end": token(exp=float("inf")),
        "not yet valid": token(nbf=now + 120),
        "no nbf": token(nbf=None),
    }
    headers = {name: [f"Bearer {one}"] for name, one in tokens.items()}
    two = {"two headers": [f"Bearer {good}"] * 2, "two in one": [f"Bearer {good}, Bearer {good}"]}
    return headers | two | {"none": [], "no bearer": [f"Basic {good}"], "only the token": [good]}


async def _post(url: str, body: Any, headers: list[str], **more: str) -> int:
    said = [("Authorization", one) for one in headers] + [*more.items()]
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=said) as answer:
        return answer.status


async def test_who_is_not_teams_is_told_so_and_nothing_is_kept(teams: TeamsDesk) -> None:
    wrong, body = not_teams(teams.framework), json.dumps(teams.activity("help"))
    told = {name: await _post(teams.url, body, headers) for name, headers in wrong.items()}
    assert told == dict.fromkeys(wrong, 401)
    assert await teams.entries() == []
    assert await teams.tell(json.loads(body)) == 202  # all the rest of it was right


async def test_clocks_may_differ_by_half_a_minute(teams: TeamsDesk) -> None:
    now = int(time.time())
    for token in (teams.framework.token(exp=now - 30), teams.framework.token(nbf=now + 30)):
        assert await teams.tell(teams.activity(), token) == 202


async def test_whom_teams_tells_of_for_somebody_else_is_refused(teams: TeamsDesk) -> None:
    framework, port = teams.framework, teams.framework.url.rpartition(":")[2]
    evil = f"http://evil.example:{port}/teams/"
    elsewhere: dict[str, tuple[str, dict[str, Any]]] = {
        "no service url": (framework.token(serviceurl=None), {}),
        "no service url anywhere": (framework.token(serviceurl=None), {"serviceUrl": None}),
        "another service url": (framework.token(), {"serviceUrl": evil}),
        "another in the token": (framework.token(serviceurl=evil), {}),
        "another in both": (framework.token(serviceurl=evil), {"serviceUrl": evil}),
        "no final slash": (framework.token(), {"serviceUrl": framework.service_url.rstrip("/")}),
        "another tenant": (framework.token(), _of_tenant(OTHER)),
        "no tenant": (framework.token(), _of_tenant(None)),
        "two tenants": (framework.token(), {"channelData": {"tenant": {"id": OTHER}}}),
        "another channel": (framework.token(), {"channelId": "webchat"}),
        "no channel": (framework.token(), {"channelId": None}),
    }
    for form in (f"http://x@127.0.0.1:{port}/", f"http://127.0.0.1:{port}@evil.example/", "http://127.1/"):
        elsewhere[form] = (framework.token(serviceurl=form), {"serviceUrl": form})
    told = {
        name: await teams.tell(teams.activity("help", **more), token)
        for name, (token, more) in elsewhere.items()
    }
    assert told == dict.fromkeys(elsewhere, 403)
    assert await teams.entries() == []


def _of_tenant(tenant: str | None) -> dict[str, Any]:
    conversation = {"conversationType": "personal", "id": PERSONAL, "tenantId": tenant}
    return {"conversation": conversation, "channelData": {"tenant": {"id": tenant}} if tenant else None}


async def test_bodies_that_nobody_means_are_refused(teams: TeamsDesk) -> None:
    good = [f"Bearer {teams.framework.token()}"]
    bad = {
        "no json": (b"{", 400),
        "no object": (b"[]", 400),
        "no text": (b"\xff{}", 400),
        "deep": (b'{"a":' * 60 + b"1" + b"}" * 60, 400),
        "bottomless": (b"[" * 200_000, 400),
        "a number without end": (b'{"a":' + b"9" * 9000 + b"}", 400),
        "too large": (b"x" * (256 * 1024 + 1), 413),
    }
    told = {name: await _post(teams.url, body, good) for name, (body, _) in bad.items()}
    assert told == {name: status for name, (_, status) in bad.items()}
    bomb = gzip.compress(bytes(64 * MIB))
    assert await _post(teams.url, bomb, good, **{"Content-Encoding": "gzip"}) == 415
    assert await _post(teams.url, b"{", []) == 401
    assert await teams.entries() == []


async def _call_raw(teams: TeamsDesk, head: str, flood: int = 0, token: str = "") -> tuple[str, float]:
    """The status line of the answer, and how much went out meanwhile, in MiB."""
    host, port = teams.url.removeprefix("http://").partition("/")[0].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    sent, block = 0, b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    token = token or teams.framework.token()
    writer.write(
        f"POST /api/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{head}\r\n\r\n".encode()
    )
    try:
        while sent < flood:
            writer.write(block)
            await writer.drain()
            sent += len(block)
    except ConnectionError:
        pass
    try:
        status = (await reader.readline()).decode().strip()
    except ConnectionError:  # it was closed on us while we still sent
        status = ""
    writer.close()
    return status, sent / MIB


async def test_a_body_of_a_gigabyte_takes_no_memory(teams: TeamsDesk) -> None:
    assert await teams.tell(teams.activity()) == 202  # what is loaded once is loaded
    tracemalloc.start()
    announced, _ = await _call_raw(teams, f"Content-Length: {1 << 30}")
    _, sent = await _call_raw(teams, "Transfer-Encoding: chunked", 1 << 30)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert announced == "HTTP/1.1 413 Request Entity Too Large"
    assert sent < 1024
    assert most < 8 * MIB


async def test_who_sends_slowly_is_let_go(teams: TeamsDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teams_door, "BODY_SECONDS", 0.1)
    assert (await _call_raw(teams, "Content-Length: 100"))[0] == "HTTP/1.1 408 Request Timeout"


async def test_nobodys_words_are_waited_for_before_we_know_who_says_them(
    teams: TeamsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teams_door, "BODY_SECONDS", 0.1)
    token = teams.framework.token(aud=OTHER)
    assert (await _call_raw(teams, "Content-Length: 100", token=token))[0] == "HTTP/1.1 401 Unauthorized"


async def test_who_spoke_can_be_reached_later(teams: TeamsDesk, store: Store) -> None:
    await teams.says("status")
    async with store.look() as uow:
        known = await uow.chat_reference(ACCOUNT)
    assert known is not None
    assert (known.conversation, known.user) == (PERSONAL, f"29:{ANA_ID}")
    assert (known.service_url, known.trouble) == (teams.framework.service_url, None)
