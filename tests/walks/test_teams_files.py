"""Files in Teams, with the service in its own process: attached, downloaded by the worker, filed and answered."""

import asyncio

from bot.fake_teams import FakeTeams
from bot.fake_teams_hands import Person
from tests.walks.test_teams import beside, linked, shown
from tests.walks.test_teams import there as there

PDF = b"%PDF-1.4\n" + b"the roster of Lincoln Elementary\n" * 20_000 + b"%%EOF\n"


async def test_files_are_filed_from_the_personal_chat_and_shown_the_way_to_it_from_a_channel(
    there: FakeTeams,
) -> None:
    ana = Person.new(there, "Ana Ruiz")
    with beside(there) as service:
        await linked(service, ana)
        said = len(await ana.hears(2))
        file, gone = there.files.put("ELAC roster.pdf", PDF), there.files.put("minutes.pdf", PDF)
        there.files.refuse(gone, 401)
        there.files.flowing.clear()
        await ana.says("EL 02", files=[file, gone])
        await ana.says("EL 02", "channel", files=[there.files.put("agenda.pdf", PDF)])
        there.files.flowing.set()
        answer = (await ana.hears(said + 1))[said]
        assert "1 file filed, 1 did not reach us" in shown(answer)
        assert "has run out" in shown(answer)
        (among,) = await there.heard(1, there.room("channel", ana.who))
        assert "Open your chat with us" in shown(among)
        record = await asyncio.to_thread(service.export)
        (document,) = record["documents"]
        assert (document["name"], document["size"], document["channel"]) == (file["name"], len(PDF), "teams")
        assert document["targets"] == ["sv-fpm/I-EL 02"]
        assert "All as recorded." in await asyncio.to_thread(service.cais, "verify")
