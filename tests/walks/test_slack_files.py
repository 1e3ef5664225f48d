"""Files in Slack, with the service in its own process: shared, downloaded by the worker, filed and answered."""

import asyncio

from bot.fake_slack import FakeSlack
from tests.walks.running import Service
from tests.walks.test_slack import ANA, beside, shown
from tests.walks.test_slack import slack as slack

STRANGER = "U0NOBODY"
PDF = b"%PDF-1.4\n" + b"the roster of Lincoln Elementary\n" * 20_000 + b"%%EOF\n"


async def linked(slack: FakeSlack, service: Service) -> int:
    """Ana's account speaks for her; how much was said so far."""
    await slack.says(ANA, "link aruiz@sierravista.example")
    code = await asyncio.to_thread(service.code_for, "aruiz@sierravista.example")
    await slack.says(ANA, f"confirm {code}")
    return len(await slack.heard(2))


async def test_a_file_shared_in_a_direct_message_is_filed_and_answered_in_its_thread(
    slack: FakeSlack,
) -> None:
    with beside(slack) as service:
        said = await linked(slack, service)
        file = slack.files.upload(ANA, "ELAC roster.pdf", PDF)
        gone = slack.files.upload(ANA, "minutes.pdf", PDF, mode="tombstone")
        stamp = await slack.shares(ANA, file, gone, text="EL 02")
        answer = (await slack.heard(said + 1))[said]
        assert answer["thread_ts"] == stamp
        assert "1 file filed, 1 did not reach us" in shown(answer)
        assert "evidence@cais.example" in shown(answer)
        record = await asyncio.to_thread(service.export)
        (document,) = record["documents"]
        assert (document["name"], document["size"], document["channel"]) == (file["name"], len(PDF), "slack")
        assert document["targets"] == ["sv-fpm/I-EL 02"]
        assert "All as recorded." in await asyncio.to_thread(service.cais, "verify")


async def test_nobody_else_waits_for_files_on_their_way(slack: FakeSlack) -> None:
    with beside(slack) as service:
        said = await linked(slack, service)
        slack.files.flowing.clear()
        file = slack.files.upload(ANA, "ELAC roster.pdf", PDF)
        await slack.shares(ANA, file, text="EL 02")
        await slack.says(STRANGER, "status EL 02")
        assert "I do not know yet who you are here" in shown((await slack.heard(said + 1))[said])
        slack.files.flowing.set()
        assert "1 file filed" in shown((await slack.heard(said + 2))[said + 1])
