"""A morning of the running service: reminders are said at eight, each person's in one message, and only once."""

import asyncio
import shutil
import smtplib
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from bot.fake_slack import FakeSlack, dm_of
from store import open_store
from store.clock import PACIFIC
from store.database import sqlite_url
from store.files import FileStore
from store.reminders import ReminderHabit
from tests.handlers.pressing import link
from tests.handlers.record import MARIA
from tests.servers import wait_until
from tests.walks.running import Service, apart, text_of
from tests.walks.test_calendar import file_of
from tests.walks.test_slack import shown
from tests.walks.test_slack import slack as slack

EIGHT = datetime(2013, 12, 23, 8, 0, tzinfo=PACIFIC)  # a Monday
U_MARIA, TO = "U0MARIA", "evidence@cais.example"
DIGEST = "deadlines_reminded"


class Morning(Service):
    """It starts shortly before eight; Maria would be reminded by mail and in Slack."""

    def __init__(self, template: Path, slack: FakeSlack) -> None:
        env = {f"CAIS_{name.upper()}": one for name, one in slack.settings().items()}
        super().__init__(**env)  # type: ignore[arg-type]  # none of them is the command
        self._template = template
        self.at(EIGHT - timedelta(seconds=15))

    def at(self, moment: datetime) -> None:
        """Its clock at the next start."""
        self.env["CAIS_CLOCK"] = moment.isoformat()

    def fill(self) -> None:
        (self.path / "var").mkdir()
        shutil.copy(self._template, self.path / "var" / "cais.db")
        apart(_in_both(self.path / "var"))


async def _in_both(var: Path) -> None:
    store = open_store(sqlite_url(var / "cais.db"), FileStore(var / "files"), "cais.example")
    await link(store, f"slack:T0CAIS/{U_MARIA}", MARIA)
    async with store.begin() as uow:
        person = await uow.person_at(MARIA)
        assert person is not None
        uow.add(ReminderHabit(person_id=person.id, way="both"))
    await store.aclose()


async def test_one_digest_comes_at_eight_on_every_way_and_none_after_a_restart(
    slack: FakeSlack, sqlite_template: Path
) -> None:
    with Morning(sqlite_template, slack) as service:
        mail = await asyncio.to_thread(service.mail, DIGEST, to=MARIA)
        assert parsedate_to_datetime(str(mail["Date"])) >= EIGHT
        assert "Due Mon 30 Dec 2013: I-EL 02 and 2 more." in text_of(mail)
        kinds = {part.get_content_type(): part for part in mail.walk()}
        assert f"cid:{kinds['image/png']['Content-ID'][1:-1]}" in kinds["text/html"].get_content()
        assert "Due: finding I-EL 02 (Sierra Vista Unified)" in file_of(mail)
        (message,) = await slack.heard()
        assert message["channel"] == dm_of(U_MARIA)
        assert "I-EL 02" in shown(message)
        assert "image" in {block["type"] for block in message["blocks"]}

        await asyncio.to_thread(wait_until, lambda: _all_said(service), 20, service.daemon.output)
        said = [one for one in service.outgoing() if one["template"] == DIGEST]
        assert len({(one["channel"], one["to"]) for one in said}) == len(said)
        service.daemon.stop()
        service.at(EIGHT + timedelta(minutes=1))
        await asyncio.to_thread(service.start)
        await asyncio.to_thread(ask, service)
        await asyncio.to_thread(service.mail, "status_shown")
        service.daemon.stop()  # which ends when the round of the reminders has
        assert [one for one in service.outgoing() if one["template"] == DIGEST] == said
        assert slack.messages == [message]


def _all_said(service: Service) -> bool:
    return "waiting" not in {one["state"] for one in service.outgoing()}


def ask(service: Service) -> None:
    """Maria mails something that is answered."""
    head = f"From: {MARIA}\r\nTo: {TO}\r\nSubject: status\r\nMessage-ID: <m@client.example>\r\n"
    with smtplib.SMTP("127.0.0.1", service.port) as door:
        door.sendmail(MARIA, [TO], f"{head}\r\n")
