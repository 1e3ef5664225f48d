"""Files in Slack: what comes is evidence, what does not come is said, and nothing is taken for what it is not."""

import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.downloading import Downloads, Wanted
from bot.fake_hands import Hands
from bot.fake_slack import BOT_TOKEN, TEAM, FakeSlack, dm_of
from bot.fake_slack_files import SIGN_IN, sign_in_page, too_many
from bot.slack_actions import REASON
from bot.slack_download import SlackHosts
from handlers.inbox import Lane
from handlers.watch_files import watch_files
from store import Store
from store.clock import wall
from store.verify import verify
from tests.bot.chat_desk import MOST, drafts
from tests.bot.slack_desk import U_ANA, SlackDesk, slack_desk
from tests.builders import NOW
from tests.handlers.record import MARIA

PDF = b"%PDF-1.4\n" + b"the roster of Lincoln Elementary\n" * 50 + b"%%EOF\n"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FILED = ("done", [("filed", "")])
QUICK, SLOW = Lane(("slack",), fetching=False), Lane(("slack",), fetching=True)


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[SlackDesk]:
    async with slack_desk(store) as found:
        yield found


@pytest.fixture
def slack(desk: SlackDesk) -> FakeSlack:
    return desk.slack


async def test_a_file_that_is_shared_is_filed_and_answered_under_its_message(
    desk: SlackDesk, slack: FakeSlack
) -> None:
    stamp = await slack.shares(U_ANA, slack.files.upload(U_ANA, "roster.pdf", PDF), text="EL 02")
    assert await desk.work() == 1
    (entry,) = await desk.entries()
    assert (entry.state, entry.files) == ("done", 1)
    (answer,) = await desk.answers("evidence_received")
    assert answer.thread["thread"] == stamp
    (file,) = answer.fields["files"]
    assert (file["name"], file["size"], file["verdict"]) == ("roster.pdf", len(PDF), "filed")
    assert desk.store.files.path(file["sha256"]).read_bytes() == PDF
    assert (await verify(desk.store.database, desk.store.files)).wrong == []


async def test_with_a_mention_in_a_channel_only_its_sender_sees_the_verdict(
    desk: SlackDesk, slack: FakeSlack
) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    assert await desk.told(file, channel="C0ELD") == FILED
    (answer,) = await desk.answers()
    assert answer.thread["only_for"] == U_ANA


async def test_the_same_file_shared_twice_is_one_submission(desk: SlackDesk, slack: FakeSlack) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    assert await desk.told(file) == FILED
    assert await desk.told(file) == ("done", [("duplicate", "same-bytes-on-file")])


async def test_an_id_alone_is_enough(desk: SlackDesk, slack: FakeSlack) -> None:
    """As a form or a shortcut names files."""
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    assert await desk.told({"id": file["id"]}) == FILED
    (answer,) = await desk.answers()
    assert answer.fields["files"][0]["name"] == "roster.pdf"


async def test_a_stub_of_another_workspace_is_asked_for(desk: SlackDesk, slack: FakeSlack) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    stub = {"id": file["id"], "mode": "file_access", "file_access": "check_file_info"}
    assert await desk.told(stub) == FILED


async def test_what_a_stub_says_beside_its_id_does_not_count(desk: SlackDesk, slack: FakeSlack) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    stale = {
        "file_access": "check_file_info",
        "size": 3,
        "url_private_download": "https://elsewhere.example/x",
    }
    assert await desk.told(file | stale) == FILED


async def test_a_stub_that_stays_one_is_told(desk: SlackDesk, slack: FakeSlack) -> None:
    stub = {"id": "F0ELSEWHERE", "created": 0, "file_access": "check_file_info"}
    assert await desk.told(stub) == ("refused", [("refused", "slack-foreign")])
    slack.files.records["F0ELSEWHERE"] = {**stub, "shares": {}}
    assert await desk.told(stub) == ("refused", [("refused", "slack-foreign")])


@pytest.mark.parametrize(
    ("record", "called"),
    [
        ({"name": None, "title": "Roster of the ELAC"}, "Roster of the ELAC"),
        ({"name": "", "title": "", "pretty_type": "PDF"}, "PDF without a name"),
        ({"name": " ", "title": None}, "file without a name"),
    ],
)
async def test_a_file_without_a_name_is_called_what_slack_says_it_is(
    desk: SlackDesk, slack: FakeSlack, record: dict[str, Any], called: str
) -> None:
    gone = slack.files.upload(U_ANA, "minutes.pdf", PDF + b"1", mode="hidden_by_limit")
    await desk.told(slack.files.upload(U_ANA, "roster.pdf", PDF) | record, gone | record)
    (answer,) = await desk.answers("evidence_received")
    assert [one["name"] for one in answer.fields["files"]] == [called, called]


async def test_what_slack_does_not_have_for_us_is_told_and_not_asked_for(
    desk: SlackDesk, slack: FakeSlack
) -> None:
    records: list[tuple[str, dict[str, Any]]] = [
        ("slack-gone", {"mode": "tombstone"}),
        ("slack-gone", {"file_access": "file_not_found"}),
        ("slack-foreign", {"file_access": "access_denied"}),
        ("slack-hidden", {"mode": "hidden_by_limit"}),
        ("slack-elsewhere", {"mode": "external", "is_external": True, "external_type": "gdrive"}),
        ("slack-canvas", {"mimetype": "application/vnd.slack-docs", "mode": "quip"}),
        ("slack-too-big", {"size": MOST + 1}),
        ("slack-foreign", {"url_private_download": "https://files.slack.com.evil.example/x"}),
    ]
    files = [slack.files.upload(U_ANA, "roster.pdf", PDF, **record) for _, record in records]
    assert await desk.told(*files) == ("refused", [("refused", word) for word, _ in records])
    assert slack.files.downloads == []
    assert (await verify(desk.store.database, desk.store.files)).wrong == []


async def test_a_file_that_was_deleted_meanwhile_is_gone(desk: SlackDesk, slack: FakeSlack) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    slack.files.answers = [web.Response(status=404)]
    await slack.shares(U_ANA, file, text="EL 02")
    slack.files.delete(file["id"])
    await desk.work()
    assert await desk.verdicts(1) == [("refused", "slack-gone")]


async def test_a_sign_in_page_is_no_evidence_and_the_scope_is_named(
    desk: SlackDesk, slack: FakeSlack
) -> None:
    slack.scopes.discard("files:read")
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    with capture_logs() as logs:
        assert await desk.told(file) == ("held", [("held", "slack-no-scope")])
    (said,) = [one for one in logs if one["event"] == "Slack gives no file"]
    assert said["needs"] == "files:read"
    assert "roster" not in str(logs)
    async with desk.store.look() as uow:
        (trouble,) = await watch_files(uow, wall())
    assert "files:read" in trouble.words and "R-1" in trouble.words
    assert drafts(desk.store) == []


async def test_once_the_scope_is_there_the_held_message_is_handled_again(
    desk: SlackDesk, slack: FakeSlack
) -> None:
    slack.scopes.discard("files:read")
    await desk.told(slack.files.upload(U_ANA, "roster.pdf", PDF))
    slack.scopes.add("files:read")
    assert await desk.store.inbox.again(1)
    await desk.work()
    assert await desk.verdicts(1) == [("filed", "")]
    async with desk.store.look() as uow:
        assert await watch_files(uow, wall()) == []


async def test_a_page_as_long_as_the_file_is_no_evidence_either(desk: SlackDesk, slack: FakeSlack) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", b"x" * len(SIGN_IN))
    slack.files.answers = [sign_in_page(), sign_in_page()]
    assert await desk.told(file) == ("held", [("held", "slack-no-scope")])


async def test_html_is_taken_where_the_record_says_html(desk: SlackDesk, slack: FakeSlack) -> None:
    assert await desk.told(slack.files.upload(U_ANA, "roster.html", b"<html><p>Roster</p></html>")) == FILED


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (lambda: web.Response(body=PDF[:-1], content_type="application/pdf"), "slack-short"),
        (lambda: web.Response(body=PDF + b"x", content_type="application/pdf"), "slack-short"),
        (lambda: web.Response(body=PDF, content_type="image/png"), "slack-other"),
    ],
    ids=["short", "long", "another kind"],
)
async def test_wrong_bytes_are_asked_for_once_more_and_then_told(
    desk: SlackDesk, slack: FakeSlack, answer: type[web.Response], word: str
) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    slack.files.answers = [answer()]
    assert await desk.told(file) == FILED
    slack.files.answers = [answer(), answer()]
    assert await desk.told(slack.files.upload(U_ANA, "b.pdf", PDF)) == ("refused", [("refused", word)])
    assert drafts(desk.store) == []


async def test_a_body_without_a_length_is_counted(desk: SlackDesk, slack: FakeSlack) -> None:
    """In pieces, so that nothing says beforehand how long it is."""

    def in_pieces(data: bytes) -> web.Response:
        answer = web.Response(body=data, content_type="application/pdf")
        answer.enable_chunked_encoding()
        return answer

    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    for wrong in (PDF[:-1], PDF * 3):
        slack.files.answers = [in_pieces(wrong), in_pieces(wrong)]
        assert (await desk.told(file))[1] == [("refused", "slack-short")]
    slack.files.answers = [in_pieces(PDF)]
    assert await desk.told(file) == FILED


async def test_a_body_that_goes_on_is_left(desk: SlackDesk, slack: FakeSlack) -> None:
    """Whatever comes beyond the size on record is not waited for, and fills no disk."""
    sent: list[int] = []

    async def blocks() -> AsyncIterator[bytes]:
        for number in range(1000):
            sent.append(number)
            yield PDF * 40

    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    slack.files.answers = [web.Response(body=blocks(), content_type="application/pdf")]
    assert await desk.told(file) == FILED
    assert len(sent) < 1000


async def test_the_token_goes_to_no_other_host(desk: SlackDesk, slack: FakeSlack) -> None:
    elsewhere = FakeSlack()
    await elsewhere.start()
    try:
        file = slack.files.upload(U_ANA, "roster.pdf", PDF)
        there = elsewhere.files.upload(U_ANA, "roster.pdf", PDF)
        moved = {"Location": there["url_private"]}
        slack.files.answers = [web.Response(status=302, headers=moved) for _ in range(2)]
        assert await desk.told(file) == ("held", [("held", "slack-no-scope")])
        assert (await desk.told(there))[1] == [("refused", "slack-foreign")]
        assert elsewhere.files.downloads == []
    finally:
        await elsewhere.stop()


async def test_within_slacks_file_hosts_one_redirect_is_followed(desk: SlackDesk, slack: FakeSlack) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    moved = {"Location": file["url_private"]}
    slack.files.answers = [web.Response(status=302, headers=moved)]
    assert await desk.told(file) == FILED
    assert {token for _, token in slack.files.downloads} == {f"Bearer {BOT_TOKEN}"}
    slack.files.answers = [web.Response(status=302, headers=moved) for _ in range(4)]
    assert (await desk.told(file))[1] == [("held", "slack-no-scope")]


@pytest.mark.parametrize(
    "answer",
    [too_many(7), web.Response(status=500, text="oops"), web.Response(status=503), 100],
    ids=["too many", "500", "503", "cut"],
)
async def test_trouble_that_passes_makes_the_message_wait(
    desk: SlackDesk, slack: FakeSlack, answer: web.Response | int
) -> None:
    slack.files.answers = [answer]
    await slack.shares(U_ANA, slack.files.upload(U_ANA, "roster.pdf", PDF), text="EL 02")
    before = wall()
    await desk.work()
    (entry,) = await desk.entries()
    assert (entry.state, entry.lease, await desk.answers()) == ("received", None, [])
    assert (entry.trouble or "").startswith("reading: download")
    assert drafts(desk.store) == []
    if not isinstance(answer, int) and answer.status == 429:
        assert entry.run_at - before >= timedelta(seconds=7)
        await desk.due()
        await desk.work()
        assert len(slack.files.downloads) == 1  # it is not asked before it said so
    else:
        await desk.due()
        await desk.work()
        assert await desk.verdicts(1) == [("filed", "")]


@pytest.mark.parametrize(
    "answer", [too_many(7), web.Response(status=500, text="oops"), web.json_response({"ok": False})]
)
async def test_trouble_with_the_record_makes_it_wait_too(
    desk: SlackDesk, slack: FakeSlack, answer: web.Response
) -> None:
    if answer.status == 200:
        answer = web.json_response({"ok": False, "error": "invalid_auth"})
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    slack.faults["files.info"] = [answer]
    await slack.shares(U_ANA, {"id": file["id"]}, text="EL 02")
    await desk.work()
    (entry,) = await desk.entries()
    assert entry.state == "received"
    assert (entry.trouble or "").startswith("reading: files.info")


async def test_what_was_downloaded_is_remembered_while_the_rest_waits(
    desk: SlackDesk, slack: FakeSlack
) -> None:
    files = [slack.files.upload(U_ANA, f"{name}.pdf", PDF + name.encode()) for name in "ab"]
    slack.files.answers = [
        web.Response(body=PDF + b"a", content_type="application/pdf"),
        web.Response(status=503),
    ]
    await slack.shares(U_ANA, *files, text="EL 02")
    await desk.work()
    slack.files.delete(files[0]["id"])
    await desk.due()
    await desk.work()
    assert await desk.verdicts(1) == [("filed", ""), ("filed", "")]
    assert [own_id for own_id, _ in slack.files.downloads] == [files[0]["id"], files[1]["id"], files[1]["id"]]


async def test_a_message_handled_again_has_its_files_though_slack_lost_them(
    desk: SlackDesk, slack: FakeSlack
) -> None:
    file = slack.files.upload("U0NEW", "roster.pdf", PDF)
    await slack.shares("U0NEW", file, text="EL 02")
    await desk.work()
    assert (await desk.answers("account_not_linked"))[0].fields["files"] == 1
    slack.files.delete(file["id"])
    await desk.link("U0NEW")
    assert await desk.store.inbox.again(1)
    await desk.work()
    assert await desk.verdicts(1) == [("filed", "")]


async def test_nobody_waits_for_a_file_of_somebody_else(desk: SlackDesk, slack: FakeSlack) -> None:
    await desk.link("U0MARIA", MARIA)
    slack.files.answers = [web.Response(status=503)]
    await slack.shares(U_ANA, slack.files.upload(U_ANA, "roster.pdf", PDF), text="EL 02")
    await slack.says("U0MARIA", "status")
    assert await desk.work(QUICK) == 1
    assert [one.template for one in await desk.answers()] == ["status_shown"]
    assert await desk.work(QUICK) == 0
    assert await desk.work(SLOW) == 1


@pytest.mark.parametrize("says", ["a message", "a command", "a press", "a form"])
async def test_what_is_asked_right_after_a_file_is_answered_after_it(
    desk: SlackDesk, slack: FakeSlack, says: str
) -> None:
    await slack.shares(U_ANA, slack.files.upload(U_ANA, "roster.pdf", PDF), text="EL 02")
    who = {"user": {"id": U_ANA, "team_id": TEAM}}
    match says:
        case "a message":
            await slack.says(U_ANA, "status")
        case "a command":
            await slack.command(U_ANA, "status")
        case "a press":
            await desk.door.keep({"type": "block_actions", "actions": [{"action_id": "press:1"}], **who})
        case "a form":
            await desk.door.keep(
                {"type": "view_submission", "view": {"id": "V1", "callback_id": REASON}, **who}
            )
    assert await desk.work(QUICK) == 0
    assert await desk.work(SLOW) == 1
    assert await desk.work(QUICK) == 1


async def test_a_glance_at_the_home_tab_waits_for_nothing(desk: SlackDesk, slack: FakeSlack) -> None:
    await slack.shares(U_ANA, slack.files.upload(U_ANA, "roster.pdf", PDF), text="EL 02")
    await Hands(slack, U_ANA).open_home()
    assert await desk.work(QUICK) == 1


async def test_an_id_alone_keeps_nobody_waiting(desk: SlackDesk, slack: FakeSlack) -> None:
    """It waits for the message that it came with."""
    for user in (U_ANA, "U0MARIA"):
        event = {"type": "file_shared", "file_id": "F0", "user_id": user, "channel_id": dm_of(user)}
        await slack.tell(event)
    await slack.says(U_ANA, "status")
    assert await desk.work(QUICK) == 1
    assert await desk.work(SLOW) == 2


async def test_an_id_that_comes_alone_is_read_with_its_message(desk: SlackDesk, slack: FakeSlack) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    event = {"user": U_ANA, "text": "EL 02", "ts": "1700000000.000100", "channel": "D0ANA", "files": [file]}
    slack.files.note(event)
    slack.said.append(event)
    shared = {"type": "file_shared", "file_id": file["id"], "user_id": U_ANA, "channel_id": "D0ANA"}
    assert await slack.tell(shared | {"event_ts": "1700000000.000200"}) == 200
    await desk.work()
    assert await desk.verdicts(1) == [("filed", "")]
    assert await slack.tell(shared | {"event_ts": f"{wall().timestamp():.6f}"}) == 200
    await desk.work()
    assert (await desk.entries())[1].trouble == "reading: its message may come by itself"
    (answer,) = await desk.answers()
    assert answer.thread["thread"] == event["ts"]
    assert await slack.tell(event | {"type": "message", "subtype": "file_share"}) == 200
    await desk.work()
    assert [one.state for one in await desk.entries()] == ["done", "received", "ignored"]
    assert len(await desk.answers()) == 1


async def test_an_id_of_another_workspace_s_file_is_refused_like_its_words(
    desk: SlackDesk, slack: FakeSlack
) -> None:
    other, file = "T0OTHER", slack.files.upload(U_ANA, "roster.pdf", PDF)
    event = {"user": U_ANA, "text": "EL 02", "ts": "1700000000.000100", "channel": "D0BOTH", "files": [file]}
    slack.files.note(event)
    slack.said.append(event | {"user_team": other, "team": other})
    shared = {"type": "file_shared", "file_id": file["id"], "user_id": U_ANA, "channel_id": "D0BOTH"}
    envelope = {"team_id": other, "authorizations": [{"team_id": TEAM}]}
    assert await slack.tell(shared | {"event_ts": "1700000000.000200"}, **envelope) == 200
    await desk.work()
    (entry,) = await desk.entries()
    assert (entry.state, entry.reason) == ("refused", "an account of another workspace")
    assert slack.files.downloads == []


async def test_an_id_whose_message_came_is_not_fetched_again(desk: SlackDesk, slack: FakeSlack) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    assert await desk.told(file) == FILED
    shared = {"type": "file_shared", "file_id": file["id"], "user_id": U_ANA, "channel_id": "D0ANA"}
    assert await slack.tell(shared | {"event_ts": "1700000000.000200"}) == 200
    await desk.work()
    assert [one.state for one in await desk.entries()] == ["done", "ignored"]
    assert len(slack.files.downloads) == 1


async def test_an_id_is_given_time_until_slack_says_where_it_was_shared(
    desk: SlackDesk, slack: FakeSlack
) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    shared = {"type": "file_shared", "file_id": file["id"], "user_id": U_ANA, "channel_id": "D0ANA"}
    now = wall().timestamp()
    assert await slack.tell(shared | {"event_ts": f"{now:.6f}"}) == 200
    assert await slack.tell(shared | {"event_ts": f"{now - 60:.6f}"}) == 200
    assert await slack.tell(shared | {"event_ts": f"{now - 600:.6f}"}) == 200
    await desk.work()
    assert [one.state for one in await desk.entries()] == ["received", "received", "asked"]


async def test_a_file_of_a_bot_is_not_fetched(desk: SlackDesk, slack: FakeSlack) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", PDF)
    await slack.shares(U_ANA, file, bot_id="B0OTHER")
    await desk.work()
    assert (await desk.entries())[0].state == "ignored"
    assert slack.files.downloads == []


async def test_a_name_is_data_only(desk: SlackDesk, slack: FakeSlack) -> None:
    file = slack.files.upload(U_ANA, "roster.pdf", PDF) | {"name": "../../etc/pass\u202ewd\ud800\x00.pdf"}
    assert await desk.told(file) == FILED
    (answer,) = await desk.answers()
    assert answer.fields["files"][0]["name"] == "pass[U+202E]wd?.pdf"


async def test_the_answer_says_that_mail_works_instead(desk: SlackDesk, slack: FakeSlack) -> None:
    from templates.chat import for_slack
    from templates.render import Place

    good = slack.files.upload(U_ANA, "a.pdf", PDF)
    await desk.told(good, slack.files.upload(U_ANA, "b.pdf", PDF, mode="tombstone"))
    (answer,) = await desk.answers()
    text, _ = for_slack(answer.template, answer.fields, Place("evidence@cais.example", NOW.date()))
    assert "1 file filed, 1 did not reach us." in text
    assert "It is not in Slack any more." in text
    assert "evidence@cais.example" in text
    assert answer.fields["files"][1]["sha256"] == ""
    assert "b.pdf" not in "\n".join(answer.fields["signed"])  # a receipt vouches only for what came


async def test_a_service_that_ends_leaves_a_download_for_later(desk: SlackDesk, slack: FakeSlack) -> None:
    desk.over[0] = True
    await slack.shares(U_ANA, slack.files.upload(U_ANA, "roster.pdf", PDF), text="EL 02")
    await desk.work()
    assert (await desk.entries())[0].state == "received"
    assert drafts(desk.store) == []


async def test_a_large_file_streams(desk: SlackDesk, slack: FakeSlack, tmp_path: Path) -> None:
    size, path = 50 * 1024 * 1024, tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(size)
    record = slack.files.upload(U_ANA, "large.bin", path)
    hosts = SlackHosts(BOT_TOKEN, f"{slack.url}/api/")
    downloads = Downloads(hosts, desk.keeper, lambda: False)
    tracemalloc.start()
    try:
        got = await downloads.download(Wanted(record["url_private"], record["mimetype"], size, exact=True))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        await downloads.aclose()
    assert desk.store.files.path(got.sha256).stat().st_size == size
    assert peak < 8 * 1024 * 1024, f"{peak / 1024 / 1024:.1f} MiB"


async def test_a_file_that_somebody_shares_in_a_channel_is_not_ours(
    desk: SlackDesk, slack: FakeSlack
) -> None:
    file = slack.files.upload(U_ANA, "menu.pdf", PDF)
    shared = {"type": "file_shared", "file_id": file["id"], "user_id": U_ANA, "channel_id": "C0TEAM"}
    assert await slack.tell(shared | {"event_ts": "1700000000.000200"}) == 200
    assert await desk.entries() == []
