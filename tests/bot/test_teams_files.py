"""Files in Teams: what comes is evidence, what does not come is said, and nothing is taken for what it is not."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.delivery import Outgoing
from bot.fake_teams import FakeTeams
from bot.fake_teams_connector import error
from bot.fake_teams_files import SIGN_IN, moved, sign_in_page
from bot.fake_teams_hands import Person
from bot.fake_teams_keys import APP_ID
from bot.shown import shown_in
from bot.teams_voice import words_of
from handlers.inbox import Lane
from store import Store
from store.clock import wall
from store.outbox import OutboxEntry
from store.verify import verify
from templates.render import Place
from templates.teams import for_teams
from tests.bot.chat_desk import MOST, drafts
from tests.bot.teams_drive import TeamsDrive, teams_drive
from tests.builders import NOW

PDF = b"%PDF-1.4\n" + b"the roster of Lincoln Elementary\n" * 50 + b"%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    + bytes(200)
)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FILED = ("done", [("filed", "")])
QUICK, SLOW = Lane(("teams",), fetching=False), Lane(("teams",), fetching=True)


@pytest.fixture
async def drive(store: Store) -> AsyncIterator[TeamsDrive]:
    async with teams_drive(store) as found:
        yield found


@pytest.fixture
def there(drive: TeamsDrive) -> FakeTeams:
    return drive.there


async def test_a_file_that_is_attached_is_filed_and_no_token_goes_there(
    drive: TeamsDrive, there: FakeTeams
) -> None:
    assert await drive.told(there.files.put("roster.pdf", PDF)) == FILED
    (answer,) = await drive.answers("evidence_received")
    (file,) = answer.fields["files"]
    assert (file["name"], file["size"], file["verdict"]) == ("roster.pdf", len(PDF), "filed")
    assert drive.store.files.path(file["sha256"]).read_bytes() == PDF
    assert [token for _, token in there.files.downloads] == [""]
    assert (await verify(drive.store.database, drive.store.files)).wrong == []


async def test_a_pasted_picture_is_filed_and_only_teams_own_service_is_shown_our_token(
    drive: TeamsDrive, there: FakeTeams
) -> None:
    assert await drive.told(there.files.image(PNG), there.files.put("roster.pdf", PDF)) == (
        "done",
        [("filed", ""), ("filed", "")],
    )
    (answer,) = await drive.answers()
    assert [one["name"] for one in answer.fields["files"]] == ["picture.png", "roster.pdf"]
    assert [bool(token) for _, token in there.files.downloads] == [True, False]


async def test_a_picture_for_which_our_token_is_stale_waits_for_a_new_one(
    drive: TeamsDrive, there: FakeTeams
) -> None:
    await drive.told(there.files.image(PNG))
    there.keys.given.clear()
    assert await drive.told(there.files.image(PNG + b"2")) == ("received", [])
    await drive.due()
    await drive.work()
    assert await drive.verdicts(2) == [("filed", "")]


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (401, "teams-expired"),
        (403, "teams-no-rights"),
        (404, "teams-gone"),
        (410, "teams-gone"),
        (418, "teams-no-rights"),
    ],
)
async def test_what_a_link_does_not_give_any_more_is_told_and_the_others_are_filed(
    drive: TeamsDrive, there: FakeTeams, status: int, word: str
) -> None:
    gone = there.files.put("minutes.pdf", PDF)
    there.files.refuse(gone, status)
    told = await drive.told(there.files.put("roster.pdf", PDF + b"1"), gone)
    assert told == ("done", [("filed", ""), ("refused", word)])
    (answer,) = await drive.answers()
    assert "minutes.pdf" not in "\n".join(answer.fields["signed"])  # a receipt vouches only for what came
    assert answer.fields["files"][1]["sha256"] == ""
    text, _ = for_teams(answer.template, answer.fields, Place("evidence@cais.example", NOW.date()))
    assert "1 file filed, 1 did not reach us." in text
    assert "evidence@cais.example" in text
    assert (await verify(drive.store.database, drive.store.files)).wrong == []


async def test_a_picture_that_is_gone_is_told(drive: TeamsDrive, there: FakeTeams) -> None:
    picture = there.files.image(PNG)
    there.files.refuse(picture, 404)
    assert await drive.told(picture) == ("refused", [("refused", "teams-gone")])


async def test_a_sign_in_page_is_no_evidence(drive: TeamsDrive, there: FakeTeams) -> None:
    there.files.answers = [sign_in_page() for _ in range(3)]
    with capture_logs() as logs:
        for name in ("roster.pdf", "roster", "roster.csv"):
            assert await drive.told(there.files.put(name, b"x" * len(SIGN_IN))) == (
                "refused",
                [("refused", "teams-no-rights")],
            )
    assert [one["why"] for one in logs if one["event"] == "Teams gives no file"] == ["teams-no-rights"] * 3
    assert "roster" not in str(logs)
    assert drafts(drive.store) == []


async def test_a_page_is_taken_where_its_name_says_that_it_is_one(
    drive: TeamsDrive, there: FakeTeams
) -> None:
    assert await drive.told(there.files.put("roster.html", b"<html><p>Roster</p></html>")) == FILED


async def test_the_address_for_people_is_not_the_one_that_is_asked(
    drive: TeamsDrive, there: FakeTeams
) -> None:
    """Behind it stands a page for who does not sign in."""
    file = there.files.put("roster.pdf", PDF)
    file["content"] = {"uniqueId": "1"}
    assert await drive.told(file) == ("refused", [("refused", "teams-foreign")])
    assert there.files.downloads == []


@pytest.mark.parametrize("told", [True, False])
async def test_what_is_larger_than_we_take_is_left(drive: TeamsDrive, there: FakeTeams, told: bool) -> None:
    sent: list[int] = []

    async def blocks() -> AsyncIterator[bytes]:
        for number in range(1000):
            sent.append(number)
            yield bytes(64 * 1024)

    if not told:
        there.files.answers = [web.Response(body=blocks(), content_type="application/pdf")]
    assert await drive.told(there.files.put("a.pdf", bytes(MOST + 1))) == (
        "refused",
        [("refused", "teams-too-big")],
    )
    assert len(sent) < 1000
    assert drafts(drive.store) == []


async def test_packed_bytes_are_not_taken_for_the_file(drive: TeamsDrive, there: FakeTeams) -> None:
    packed = {"Content-Encoding": "gzip"}
    there.files.answers = [web.Response(body=PDF, content_type="application/pdf", headers=packed)]
    assert await drive.told(there.files.put("a.pdf", PDF)) == ("refused", [("refused", "teams-other")])


async def test_an_empty_file_is_told_as_such(drive: TeamsDrive, there: FakeTeams) -> None:
    assert await drive.told(there.files.put("a.pdf", b"")) == ("refused", [("refused", "empty")])


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=429, headers={"Retry-After": "7"}),
        lambda: web.Response(status=500, text="oops"),
        lambda: web.Response(status=503),
        lambda: 100,
    ],
    ids=["too many", "500", "503", "cut"],
)
@pytest.mark.parametrize("kind", ["file", "picture"])
async def test_trouble_that_passes_makes_the_message_wait(
    drive: TeamsDrive, there: FakeTeams, answer: Callable[[], web.Response | int], kind: str
) -> None:
    there.files.answers = [answer()]
    before = wall()
    file = there.files.put("roster.pdf", PDF) if kind == "file" else there.files.image(PNG)
    assert await drive.told(file) == ("received", [])
    (entry,) = await drive.entries()
    assert (entry.lease, await drive.answers()) == (None, [])
    assert (entry.trouble or "").startswith("reading: download")
    assert drafts(drive.store) == []
    asked = len(there.files.downloads)
    await drive.due()
    await drive.work()
    if "429" in (entry.trouble or ""):
        assert entry.run_at - before >= timedelta(seconds=7)
        assert len(there.files.downloads) == asked  # it is not asked before it said so
    else:
        assert await drive.verdicts(1) == [("filed", "")]


async def test_what_was_downloaded_is_remembered_while_the_rest_waits(
    drive: TeamsDrive, there: FakeTeams
) -> None:
    """Also where two are called the same."""
    files = [there.files.put("roster.pdf", PDF + name.encode()) for name in "ab"]
    files[1]["content"]["uniqueId"] = files[0]["content"]["uniqueId"]
    there.files.answers = [
        web.Response(body=PDF + b"a", content_type="application/pdf"),
        web.Response(status=503),
        web.Response(body=PDF + b"b", content_type="application/pdf"),
    ]
    assert await drive.told(*files) == ("received", [])
    await drive.due()
    await drive.work()
    assert await drive.verdicts(1) == [("filed", ""), ("filed", "")]
    assert len(there.files.downloads) == 3


async def test_a_message_handled_again_has_its_files_though_their_links_have_run_out(
    drive: TeamsDrive, there: FakeTeams
) -> None:
    new, file = Person.new(there, "Nora Newman"), there.files.put("roster.pdf", PDF)
    await new.says("EL 02", files=[file])
    await drive.work()
    assert (await drive.answers("account_not_linked"))[0].fields["files"] == 1
    there.files.refuse(file, 401)
    await drive.speaks_for(new.account)
    assert await drive.store.inbox.again(1)
    await drive.work()
    assert await drive.verdicts(1) == [("filed", "")]


async def test_the_same_message_told_again_is_one(drive: TeamsDrive, there: FakeTeams) -> None:
    message = await drive.ana.says("EL 02", files=[there.files.put("roster.pdf", PDF)])
    assert (await there.tell(message.activity))[0] == 202
    await drive.work()
    assert [one.state for one in await drive.entries()] == ["done"]
    assert len(there.files.downloads) == 1


async def test_a_redirect_within_the_tenants_hosts_is_followed_without_a_token(
    drive: TeamsDrive, there: FakeTeams
) -> None:
    file, picture = there.files.put("roster.pdf", PDF), there.files.image(PNG)
    there.files.answers = [moved(file["content"]["downloadUrl"], status) for status in (302, 308)]
    assert await drive.told(file) == ("refused", [("refused", "teams-no-rights")])
    there.files.answers = [moved(file["content"]["downloadUrl"])]
    assert await drive.told(file) == FILED
    there.files.answers = [moved(file["content"]["downloadUrl"])]
    assert (await drive.told(picture))[1] == [("refused", "teams-other")]  # what lies there is no picture
    assert [bool(token) for _, token in there.files.downloads[-2:]] == [True, False]


async def test_a_redirect_to_elsewhere_is_not_followed(drive: TeamsDrive, there: FakeTeams) -> None:
    elsewhere = FakeTeams()
    await elsewhere.start()
    try:
        there_too = elsewhere.files.put("roster.pdf", PDF)
        for file in (there.files.put("roster.pdf", PDF), there.files.image(PNG)):
            there.files.answers = [moved(there_too["content"]["downloadUrl"])]
            assert await drive.told(file) == ("refused", [("refused", "teams-no-rights")])
        assert await drive.told(there_too) == ("refused", [("refused", "teams-foreign")])
        assert await drive.told(elsewhere.files.image(PNG)) == ("refused", [("refused", "teams-foreign")])
        assert elsewhere.files.downloads == []
        assert elsewhere.keys.asked == []
    finally:
        await elsewhere.stop()


async def test_a_name_is_data_only(drive: TeamsDrive, there: FakeTeams) -> None:
    file = there.files.put("roster.pdf", PDF) | {"name": "../../etc/pass\u202ewd\ud800\x00.pdf"}
    assert await drive.told(file) == FILED
    (answer,) = await drive.answers()
    assert answer.fields["files"][0]["name"] == "pass[U+202E]wd?.pdf"


@pytest.mark.parametrize("odd", [None, 7, {}, [], "", {"downloadUrl": None}, {"downloadUrl": ["x"]}])
async def test_an_attachment_of_another_shape_is_no_trouble(
    drive: TeamsDrive, there: FakeTeams, odd: Any
) -> None:
    file = there.files.put("roster.pdf", PDF) | {"content": odd, "name": odd, "contentUrl": odd}
    message = await drive.ana.says("EL 02")
    await drive.work()  # a file waits for what they said before it
    activity = message.activity | {"attachments": [file, {"contentType": "image/png", "contentUrl": odd}]}
    assert (await there.tell(activity | {"id": "1700000000777"}))[0] == 202
    await drive.work()
    assert await drive.verdicts(2) == [("refused", "teams-foreign")] * 2


async def test_nobody_waits_for_a_file_of_somebody_else(drive: TeamsDrive, there: FakeTeams) -> None:
    maria = Person.new(there, "Maria Ortiz")
    there.files.answers = [web.Response(status=503)]
    await drive.ana.says("EL 02", files=[there.files.put("roster.pdf", PDF)])
    await maria.says("status")
    assert await drive.work(QUICK) == 1
    assert await drive.work(QUICK) == 0
    assert await drive.work(SLOW) == 1


async def test_a_service_that_ends_leaves_a_download_for_later(drive: TeamsDrive, there: FakeTeams) -> None:
    drive.over[0] = True
    assert await drive.told(there.files.put("roster.pdf", PDF)) == ("received", [])
    assert drafts(drive.store) == []


# --- channels and groups, where Teams hands us nothing


async def said_there(drive: TeamsDrive, where: str = "channel") -> dict[str, Any]:
    """The card that answers them there."""
    answer = (await drive.answers())[-1]
    assert answer.thread["only_for"] == drive.ana.who.id
    voice = drive.teams.voice(drive.store, shown_in(drive.store))
    receipt = await voice.send(_outgoing(answer))
    room = drive.there.place(where, drive.ana.who)
    (message,) = await drive.there.heard(1, room)
    assert receipt.endswith(message.id)
    card = message.card(drive.ana.who.id)
    assert card is not None
    return card


@pytest.mark.parametrize("where", ["channel", "group"])
async def test_files_shared_among_others_are_told_with_one_click_to_where_they_come(
    drive: TeamsDrive, there: FakeTeams, where: str
) -> None:
    files = [there.files.put(name, PDF) for name in ("a.pdf", "b.pdf")]
    assert await drive.told(*files, where=where) == ("refused", [("refused", "teams-channel")] * 2)
    assert there.files.downloads == []
    (answer,) = await drive.answers("evidence_received")
    assert "Name:" not in "\n".join(answer.fields["signed"])  # a receipt vouches for none
    assert (await verify(drive.store.database, drive.store.files)).wrong == []
    card = await said_there(drive, where)
    said = json.dumps(card, ensure_ascii=False)
    assert "2 files did not reach us" in said
    assert "your own chat with us" in said
    assert "evidence@cais.example" in said
    assert _links(card) == [f"https://teams.microsoft.com/l/chat/0/0?users=28:{APP_ID}"]


async def test_a_file_that_teams_names_is_told_by_its_name_and_once(
    drive: TeamsDrive, there: FakeTeams
) -> None:
    message = await drive.ana.says("hello", "channel", files=[there.files.put("roster.pdf", PDF)])
    await drive.work()
    own = str(message.files[0]["content"]["uniqueId"])
    named = {"contentType": "reference", "id": own, "name": "roster.pdf", "contentUrl": "https://x.example/"}
    activity = message.activity | {"attachments": [*message.activity["attachments"], named]}
    assert (await there.tell(activity | {"id": "1700000000777"}))[0] == 202
    await drive.work()
    answer = (await drive.answers("evidence_received"))[-1]
    assert [(one["name"], one["reason"]) for one in answer.fields["files"]] == [
        ("roster.pdf", "teams-channel")
    ]


async def test_a_picture_among_others_is_filed(drive: TeamsDrive, there: FakeTeams) -> None:
    assert await drive.told(there.files.image(PNG), where="channel") == FILED
    card = await said_there(drive)
    assert _links(card) == []


async def test_who_speaks_of_a_file_that_nobody_sees_is_shown_the_same_way(
    drive: TeamsDrive, there: FakeTeams
) -> None:
    assert await drive.told(text="Attached is the roster for EL 02", where="channel") == ("refused", [])
    card = await said_there(drive)
    assert len(_links(card)) == 1
    await drive.told(text="Attached is the roster for EL 02")
    private = (await drive.answers())[-1]
    shown = await shown_in(drive.store)(private.id)
    assert shown is not None
    _, activity = words_of(shown, Place("evidence@cais.example", NOW.date()), drive.teams.own_chat)
    assert _links(activity["attachments"][0]["content"]) == []  # they are there


async def test_where_no_card_is_shown_the_link_is_among_the_words(
    drive: TeamsDrive, there: FakeTeams
) -> None:
    await drive.told(there.files.put("a.pdf", PDF), where="channel")
    there.connector.faults["send"] = [error(400, "BadSyntax", "no card") for _ in range(2)]
    answer = (await drive.answers())[-1]
    voice = drive.teams.voice(drive.store, shown_in(drive.store))
    await voice.send(_outgoing(answer))
    assert f"Your own chat with us: {drive.teams.own_chat}" in there.messages[-1].text


async def test_what_others_say_without_us_is_no_affair_of_ours(drive: TeamsDrive, there: FakeTeams) -> None:
    message = await drive.ana.says("EL 02", "channel", files=[there.files.put("a.pdf", PDF)], mention=False)
    assert (await there.tell(message.activity))[0] == 202
    await drive.work()
    assert [one.state for one in await drive.entries()] == ["ignored"]
    assert await drive.verdicts(1) == []


def _outgoing(answer: OutboxEntry) -> Outgoing:
    place = Place("evidence@cais.example", NOW.date(), channel="teams")
    return Outgoing(answer, place, NOW)


def _links(card: dict[str, Any]) -> list[str]:
    return [
        action["url"]
        for element in card["body"]
        if element["type"] == "ActionSet"
        for action in element["actions"]
        if action["type"] == "Action.OpenUrl"
    ]
