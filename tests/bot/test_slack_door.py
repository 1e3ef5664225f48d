"""Who calls is Slack, for our workspace, and once: the door for everybody else is shut, and nothing is read."""

import asyncio
import gzip
import hmac
import json
import time
from collections.abc import AsyncIterator, Sequence
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from bot import slack_http
from bot.fake_slack import SIGNING_SECRET, TEAM, FakeSlack, dm_of
from store import Store
from store.keeping import Keeper
from tests.bot.slack_desk import U_ANA, SlackDesk, slack_desk
from tests.builders import ANA

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SAID = {"type": "message", "user": U_ANA, "text": "status", "channel": dm_of(U_ANA), "channel_type": "im"}
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
Heads = list[tuple[str, str]]


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[SlackDesk]:
    async with slack_desk(store) as found:
        yield found


@pytest.fixture
def slack(desk: SlackDesk) -> FakeSlack:
    return desk.slack


def event(ts: str = "1385492551.000100", **more: Any) -> bytes:
    body = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{ts}", "event": SAID | {"ts": ts}}
    return json.dumps(body | more).encode()


def signed(body: bytes, *, secret: str = SIGNING_SECRET, age: float = 0, kind: str = JSON) -> Heads:
    """What Slack would send with this body, so many seconds ago."""
    stamp = str(int(time.time() - age))
    made = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body) or ""
    return [("Content-Type", kind), (STAMP, stamp), (SIGNATURE, made)]


async def call(slack: FakeSlack, body: Any, heads: Sequence[tuple[str, str]]) -> int:
    async with aiohttp.ClientSession() as session, session.post(slack.bot, data=body, headers=heads) as said:
        return said.status


def with_head(heads: Heads, name: str, value: str | None) -> Heads:
    """Without this header, or with another value of it."""
    rest = [one for one in heads if one[0] != name]
    return rest if value is None else [*rest, (name, value)]


def _stamped(value: str) -> Heads:
    """Signed for a moment that is not written as Slack writes it."""
    made = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=value, body=event()) or ""
    return [("Content-Type", JSON), (STAMP, value), (SIGNATURE, made)]


def not_slacks() -> dict[str, tuple[bytes, Heads]]:
    """Calls of others, made now: an old signature would be refused for its age alone."""
    good, now = signed(event()), str(int(time.time()))
    head, sign = good[1], good[2]
    return {
        "no signature": (event(), with_head(good, SIGNATURE, None)),
        "no time": (event(), with_head(good, STAMP, None)),
        "neither": (event(), [("Content-Type", JSON)]),
        "an empty signature": (event(), with_head(good, SIGNATURE, "")),
        "another app's secret": (event(), signed(event(), secret="f" * 32)),
        "another body": (event(ts="1385492551.000200"), good),
        "the body in other words": (json.dumps(json.loads(event()), indent=1).encode(), good),
        "the body in another encoding": (event().decode().encode("utf-16"), good),
        "no text at all": (b"\xff\xfe\x00", good),
        "more than five minutes old": (event(), signed(event(), age=301)),
        "more than five minutes ahead": (event(), signed(event(), age=-330)),
        "the signature twice": (event(), [*good, sign]),
        "a bad one behind a good one": (event(), [*good, (SIGNATURE, f"v0={'0' * 64}")]),
        "the time twice": (event(), [*good, head]),
        "a time that is no number": (event(), _stamped("now")),
        "a time with a sign": (event(), _stamped(f"+{now}")),
        "a time with a mark in it": (event(), _stamped(f"{now[:5]}_{now[5:]}")),
        "another version": (event(), with_head(good, SIGNATURE, sign[1].replace("v0=", "v1="))),
        "capitals": (event(), with_head(good, SIGNATURE, sign[1].upper())),
        "a letter of no alphabet": (event(), with_head(good, SIGNATURE, f"v0={'é' * 64}")),
        "a check that asks for no signature": (b"ssl_check=1&token=x", [("Content-Type", FORM)]),
        "a challenge": (b'{"type": "url_verification", "challenge": "x"}', [("Content-Type", JSON)]),
        "no JSON": (b"{", [("Content-Type", JSON)]),
    }


async def test_what_slack_signed_is_kept(desk: SlackDesk, slack: FakeSlack) -> None:
    assert await call(slack, event(), signed(event())) == 200
    assert len(await desk.entries()) == 1
    challenge = b'{"type": "url_verification", "challenge": "x"}'  # when its operator says where we are
    assert await call(slack, challenge, signed(challenge)) == 200


async def test_what_slack_did_not_sign_is_turned_away(desk: SlackDesk, slack: FakeSlack) -> None:
    calls = not_slacks()
    said = {what: await call(slack, body, heads) for what, (body, heads) in calls.items()}
    assert said == dict.fromkeys(calls, 401)
    assert await desk.entries() == []


async def test_a_signature_is_compared_in_constant_time(
    desk: SlackDesk, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[Any, Any]] = []
    compare = hmac.compare_digest

    def watched(ours: str, theirs: str) -> bool:
        compared.append((ours, theirs))
        return compare(ours, theirs)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    heads = signed(event())
    assert await call(slack, event(), heads) == 200
    assert compared == [(heads[2][1], heads[2][1])]


async def test_what_slack_signed_and_nobody_can_read_is_turned_away(
    desk: SlackDesk, slack: FakeSlack
) -> None:
    for body in (b"{", b'{"type": ', b'{"a":' * 100_000, b"[" * 100_000, b"payload=%7B", b"\xc3\xa9"):
        kind = FORM if body.startswith(b"payload") else JSON
        assert await call(slack, body, signed(body, kind=kind)) == 400, body[:20]
    assert await desk.entries() == []


async def test_a_body_is_neither_endless_nor_packed(desk: SlackDesk, slack: FakeSlack) -> None:
    large = event(text="x" * 1024 * 1024)
    assert await call(slack, BytesIO(large), signed(large)) == 413
    packed = gzip.compress(event())
    assert await call(slack, packed, [*signed(event()), ("Content-Encoding", "gzip")]) == 415
    assert await desk.entries() == []


async def test_nobody_is_waited_for(
    desk: SlackDesk, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_http, "BODY_SECONDS", 0.1)
    going_on = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield event()[:20]
        await going_on.wait()

    assert await call(slack, slow(), signed(event())) == 408
    going_on.set()


async def test_what_is_played_again_is_kept_once(desk: SlackDesk, slack: FakeSlack) -> None:
    heads = signed(event())
    command = {"command": "/cais", "text": "help", "user_id": U_ANA, "team_id": TEAM, "trigger_id": "1.2"}
    typed = urlencode(command | {"channel_id": dm_of(U_ANA)}).encode()
    for _ in range(3):
        assert await call(slack, event(), heads) == 200
        assert await call(slack, event(), [*heads, ("X-Slack-Retry-Num", "1")]) == 200
        assert await call(slack, typed, signed(typed, kind=FORM)) == 200
    assert len(await desk.entries()) == 2


async def test_what_could_not_be_kept_is_not_acknowledged(
    desk: SlackDesk, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(self: Keeper, words: str, arrival: Any) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Keeper, "keep_words", full)
        assert await call(slack, event(), signed(event())) == 500
    assert await call(slack, event(), signed(event())) == 200
    assert len(await desk.entries()) == 1


OTHER = "T0OTHER"


async def test_what_another_workspace_says_is_not_kept(desk: SlackDesk, slack: FakeSlack) -> None:
    command = {"command": "/cais", "text": "status", "user_id": U_ANA, "team_id": OTHER, "trigger_id": "1.2"}
    said = [
        (event(team_id=OTHER), JSON),
        (event(authorizations=[{"team_id": OTHER}]), JSON),
        (urlencode(command | {"channel_id": dm_of(U_ANA)}).encode(), FORM),
    ]
    for body, kind in said:
        assert await call(slack, body, signed(body, kind=kind)) == 200  # nor told again and again
    assert await desk.entries() == []


@pytest.mark.parametrize("text", ["status", "link aruiz@sierravista.example", "EL 02"])
async def test_who_is_of_another_workspace_is_nobody_here(
    text: str, desk: SlackDesk, slack: FakeSlack
) -> None:
    """In a channel that two workspaces share Slack tells us of both; she has the number that Ana has here."""
    files: Any = [slack.files.upload(U_ANA, "roster.pdf", b"%PDF-1.4")] if text == "EL 02" else []
    whose = {"user_team": OTHER, "team": OTHER, "channel": "C0BOTH", "channel_type": "channel"}
    said = SAID | whose | {"type": "app_mention", "text": text, "ts": "1.2", "files": files}
    for envelope in ({}, {"team_id": OTHER, "authorizations": [{"team_id": TEAM}]}):
        assert await slack.tell(said | {"ts": f"1.{len(envelope)}"}, **envelope) == 200
    while await desk.work():
        pass
    told = {(one.state, one.reason, one.files) for one in await desk.entries()}
    assert told == {("refused", "an account of another workspace", 0)}
    answers = await desk.answers()
    assert [(one.template, one.thread["only_for"]) for one in answers] == [("account_elsewhere", U_ANA)] * 2
    assert "files.info" not in [method for method, _ in slack.calls]
    async with desk.store.look() as uow:
        assert await uow.person_of_account(f"slack:{OTHER}/{U_ANA}") is None


async def test_a_guest_of_our_own_workspace_is_nobody_before_a_code_came_back(
    desk: SlackDesk, slack: FakeSlack
) -> None:
    """Whatever Slack says of who they are: a guest, or with the address of somebody on record."""
    guest = {"is_restricted": True, "is_ultra_restricted": True, "email": ANA, "real_name": "Ana Ruiz"}
    said = SAID | {"user": "U0GUEST", "user_profile": guest, "text": "EL 02"}
    file = slack.files.upload("U0GUEST", "roster.pdf", b"%PDF-1.4")
    assert await slack.tell(said | {"ts": "1385492551.000100", "files": [file]}) == 200
    await desk.work()
    (entry,) = await desk.entries()
    assert (entry.state, entry.sender) == ("held", f"slack:{TEAM}/U0GUEST")
    assert [one.template for one in await desk.answers()] == ["account_not_linked"]
    await desk.link("U0GUEST")
    assert await slack.tell(said | {"ts": "1385492551.000200", "text": "status EL 02"}) == 200
    await desk.work()
    assert (await desk.answers())[-1].template == "item_status_shown"


SILENT: dict[str, dict[str, Any]] = {
    "a bot": {"bot_id": "B0OTHER"},
    "a bot of the old kind": {"subtype": "bot_message", "user": None},
    "an edit": {"subtype": "message_changed", "hidden": True, "message": SAID | {"text": "submit EL 02"}},
    "a deletion": {"subtype": "message_deleted", "hidden": True, "deleted_ts": "1385492551.000100"},
    "a join": {"subtype": "channel_join"},
    "a topic": {"subtype": "channel_topic"},
}


async def test_bots_edits_and_deletions_are_kept_and_change_and_answer_nothing(
    desk: SlackDesk, slack: FakeSlack
) -> None:
    await slack.says(U_ANA, "status")
    await desk.work()
    (said,) = slack.said
    for how in SILENT.values():
        stamp = f"1385492551.{len(await desk.entries()):06d}"
        again = {"message": how["message"] | {"ts": said["ts"]}} if "message" in how else {}
        assert await slack.tell(SAID | {"ts": stamp, "text": "submit EL 02"} | how | again) == 200
    await desk.work()
    first, *rest = await desk.entries()
    assert first.state == "done"
    assert {one.state for one in rest} == {"ignored"}
    assert len(rest) == len(SILENT)
    assert len(await desk.answers()) == 1
