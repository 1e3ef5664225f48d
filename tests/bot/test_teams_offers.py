"""A receipt as a file in Teams: offered where it was asked for, and put where its holder says, or nowhere."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.at_once import AtOnce
from bot.delivery import deliver_round
from bot.fake_teams import FakeTeams
from bot.fake_teams_connector import error
from bot.fake_teams_files import moved
from bot.fake_teams_hands import Person
from bot.fake_teams_limits import CONSENT, FILE_INFO
from bot.fake_teams_rooms import Message
from bot.shown import shown_in
from handlers.receipt_text import receipts_in
from store import Store
from store.clock import Clock
from store.keeping import Keeper
from templates.render import Place
from tests.bot.teams_drive import TeamsDrive, teams_drive
from tests.builders import NOW

PDF = b"%PDF-1.4\nthe roster\n%%EOF\n"
PLACE = Place("evidence@cais.example", NOW.date())
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def drive(store: Store) -> AsyncIterator[TeamsDrive]:
    async with teams_drive(store) as found:
        keeper = Keeper(store.files, store.inbox.insert)
        at_once = AtOnce(found.worker, keeper, Clock(), asyncio.Event())
        found.teams.take_worker(at_once, shown_in(store), lambda: PLACE)
        yield found
        await found.teams.aclose()
        await keeper.aclose()


@pytest.fixture
def there(drive: TeamsDrive) -> FakeTeams:
    return drive.there


async def says(drive: TeamsDrive, text: str, **more: Any) -> None:
    """Said by Ana, worked, and answered in Teams."""
    await drive.ana.says(text, **more)
    await drive.work()
    voice = drive.teams.voice(drive.store, shown_in(drive.store))
    await deliver_round(drive.store.outbox, {"teams": voice}, Clock(), PLACE)


async def offered(drive: TeamsDrive) -> Message:
    """The offer that follows on Ana's question for a receipt."""
    await says(drive, "EL 02", files=[drive.there.files.put("roster.pdf", PDF)])
    await says(drive, "verify R-1")
    message = (await drive.ana.hears(3))[2]
    assert message.attachments[0]["contentType"] == CONSENT
    return message


async def said_last(drive: TeamsDrive, count: int = 4) -> Message:
    return (await drive.ana.hears(count))[count - 1]


async def test_the_receipt_is_put_where_its_holder_says_word_for_word_and_checks(
    drive: TeamsDrive, there: FakeTeams
) -> None:
    message = await offered(drive)
    assert message.attachments[0]["name"] == "CAIS receipt R-1.txt"
    upload = await drive.ana.accepts(message)
    told = await said_last(drive)
    assert upload.done
    assert len(upload.content) == message.attachments[0]["content"]["sizeInBytes"]
    (info,) = told.attachments
    assert (info["contentType"], info["name"]) == (FILE_INFO, "CAIS receipt R-1.txt")
    (receipt,) = receipts_in(bytes(upload.content).decode())
    assert "Name: roster.pdf" in receipt.words
    await says(drive, f"verify\n\n{bytes(upload.content).decode()}")
    checked = (await drive.answers("receipt_checked"))[-1]
    assert checked.fields["receipts"][0]["wrong"] == []
    assert "fileConsentinvoke" in [entry.reason for entry in await drive.entries()][2]


async def test_who_declines_hears_how_to_have_it_later(drive: TeamsDrive, there: FakeTeams) -> None:
    await drive.ana.declines(await offered(drive))
    told = await said_last(drive)
    assert told.text == "Nothing was put into your OneDrive. Whenever you want the file, say: verify R-1"
    assert there.files.uploads == {}


async def test_in_a_channel_nothing_is_offered(drive: TeamsDrive, there: FakeTeams) -> None:
    await says(drive, "EL 02", files=[there.files.put("roster.pdf", PDF)])
    with capture_logs() as logs:
        await says(drive, "verify R-1", where="channel")
    assert len(await there.heard(2)) == 2
    assert (await drive.answers())[-1].template == "receipt_checked"
    assert [one for one in logs if one["event"] == "Teams takes no offer of a file"] == []


async def test_where_teams_takes_no_offer_the_words_are_said_once(
    drive: TeamsDrive, there: FakeTeams
) -> None:
    await says(drive, "EL 02", files=[there.files.put("roster.pdf", PDF)])
    await drive.ana.says("verify R-1")
    await drive.work()
    said = there.connector.calls.copy()
    there.connector.faults["send"] = [_passed(), error(403, "Forbidden", "no")]
    voice = drive.teams.voice(drive.store, shown_in(drive.store))
    await deliver_round(drive.store.outbox, {"teams": voice}, Clock(), PLACE)
    assert [one.state for one in await drive.answers()] == ["sent", "sent"]
    assert len(there.connector.calls) - len(said) == 2


def _passed() -> web.Response:
    return web.json_response({"id": "1"}, status=201)


@pytest.mark.parametrize(
    "answer",
    [
        lambda url: web.Response(status=404),
        lambda url: web.Response(status=403),
        lambda url: web.Response(status=507),
        lambda url: web.Response(status=503),
        lambda url: web.Response(status=202),
        lambda url: moved(url, 307),
    ],
    ids=["gone", "no rights", "full", "503", "not all", "moved"],
)
async def test_what_could_not_be_put_there_is_told(drive: TeamsDrive, there: FakeTeams, answer: Any) -> None:
    message, elsewhere = await offered(drive), FakeTeams()
    await elsewhere.start()
    try:
        _, url = elsewhere.files.open_upload("x.txt", "x")
        there.files.upload_answers = [answer(url)]
        upload = await drive.ana.accepts(message)
        told = await said_last(drive)
        assert told.text == "The file could not be put into your OneDrive. To try once more, say: verify R-1"
        assert not upload.done
        assert [bytes(one.content) for one in elsewhere.files.uploads.values()] == [b""]
    finally:
        await elsewhere.stop()


async def test_the_bytes_go_to_no_other_host(drive: TeamsDrive, there: FakeTeams) -> None:
    message, elsewhere = await offered(drive), FakeTeams()
    await elsewhere.start()
    try:
        own, url = elsewhere.files.open_upload("x.txt", "x")
        await consents(drive, message, {"uploadUrl": url, "contentUrl": url, "uniqueId": own})
        assert "could not be put" in (await said_last(drive)).text
        assert elsewhere.files.uploads[own].content == b""
        own, url = there.files.open_upload("x.txt", "x")
        await consents(
            drive, message, {"uploadUrl": url, "contentUrl": "https://evil.example/", "uniqueId": own}
        )
        assert (await said_last(drive, 5)).text == "The file is in your OneDrive now."
    finally:
        await elsewhere.stop()


async def consents(drive: TeamsDrive, message: Message, info: Any, context: Any = None, **more: Any) -> None:
    """Yes, in whatever words."""
    said = context if context is not None else message.attachments[0]["content"]["acceptContext"]
    value = {"type": "fileUpload", "action": "accept", "context": said, "uploadInfo": info} | more
    await drive.ana.invokes(message.room, "fileConsent/invoke", value, message)


async def test_somebody_elses_receipt_is_not_given(drive: TeamsDrive, there: FakeTeams) -> None:
    message, other = await offered(drive), Person.new(there, "Nora Newman")
    context = message.attachments[0]["content"]["acceptContext"]
    own, url = there.files.open_upload("x.txt", "x")
    info = {"uploadUrl": url, "contentUrl": url, "uniqueId": own}
    value = {"type": "fileUpload", "action": "accept", "context": context, "uploadInfo": info}
    await other.invokes(other.chat, "fileConsent/invoke", value, message)
    number = context["offer"].partition(".")[0]
    for odd in (
        None,
        7,
        {},
        {"offer": None},
        {"offer": f"{number}.{'0' * 16}"},
        {"offer": f"{number}.\ud800"},
    ):
        await consents(drive, message, info, odd or {"x": 1})
    await consents(drive, message, info, {"offer": f"1.{context['offer'].partition('.')[2]}"})
    await drive.teams.aclose()
    assert there.files.uploads[own].content == b""
    assert len(there.messages) == 3


@pytest.mark.parametrize("info", [None, 7, [], {}, {"uploadUrl": 7}, {"uploadUrl": ""}])
async def test_a_yes_of_another_shape_is_no_trouble(drive: TeamsDrive, there: FakeTeams, info: Any) -> None:
    await consents(drive, await offered(drive), info)
    assert "could not be put" in (await said_last(drive)).text
