"""Alarms: told once, to the operator, and over when the trouble is gone."""

import inspect
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers.alarms import sound_alarms
from handlers.retry import next_fetch, next_login
from handlers.trouble import Trouble
from handlers.watch_answers import watch_withheld
from handlers.watch_chat import watch_chat
from handlers.watch_mailboxes import mailbox_troubles, watch_mailboxes, watch_quiet
from handlers.watch_scanner import watch_scanner
from handlers.watch_stamp import WORDS, watch_stamp
from store import Store
from store.mailbox_questions import Mailboxes
from store.unit_of_work import UnitOfWork
from templates.render import Place, render
from templates.words import alarm
from tests.builders import NOW, Desk

OPERATOR = "operator@elsewhere.example"
ACCOUNT = "evidence@cais.example@mail.example"


class Watched:
    """A watch that sees what the test says."""

    def __init__(self) -> None:
        self.troubles: list[Trouble] = []

    async def __call__(self, _uow: UnitOfWork, _at: datetime) -> list[Trouble]:
        return self.troubles


async def sound(store: Store, watch: Watched, at: datetime = NOW) -> int:
    async with store.begin() as uow:
        return len(await sound_alarms(uow, at, [OPERATOR], [watch]))


@pytest.mark.both_databases
async def test_a_trouble_is_told_once_until_it_ends(desk: Desk) -> None:
    watch = Watched()
    watch.troubles = [Trouble("mailbox", "INBOX", "nobody gets in")]
    assert [await sound(desk.store, watch) for _ in range(3)] == [1, 0, 0]
    watch.troubles = []
    assert await sound(desk.store, watch) == 0
    watch.troubles = [Trouble("mailbox", "INBOX", "nobody gets in")]
    assert await sound(desk.store, watch) == 1
    told = [row for row in await desk.outgoing() if row.template == "operator_alarm"]
    assert [row.to for row in told] == [OPERATOR, OPERATOR]


@pytest.mark.both_databases
async def test_what_begins_together_is_one_mail(desk: Desk) -> None:
    watch = Watched()
    watch.troubles = [Trouble("mailbox", "A", "a"), Trouble("quiet", "A", "b")]
    assert await sound(desk.store, watch) == 2
    (told,) = [row for row in await desk.outgoing() if row.template == "operator_alarm"]
    assert [one["kind"] for one in told.fields["troubles"]] == ["mailbox", "quiet"]


async def troubles(store: Store, minutes: float) -> list[Trouble]:
    async with store.look() as uow:
        return await watch_mailboxes(uow, NOW + timedelta(minutes=minutes))


@pytest.mark.both_databases
async def test_a_mailbox_that_nobody_gets_into_alarms_within_fifteen_minutes(store: Store) -> None:
    boxes = Mailboxes(store.database)
    await boxes.troubled(ACCOUNT, "INBOX", "unreachable", NOW)
    await boxes.troubled(ACCOUNT, "INBOX", "login refused", NOW + timedelta(minutes=5))
    assert await troubles(store, 9) == []
    (trouble,) = await troubles(store, 10)
    assert (trouble.kind, trouble.about) == ("mailbox", f"{ACCOUNT}/INBOX")
    assert "password" in trouble.words
    async with store.look() as uow:
        assert await mailbox_troubles(uow, NOW + timedelta(minutes=10)) == ["login refused"]
    await boxes.polled(ACCOUNT, "INBOX", 7, NOW + timedelta(minutes=11), False, None)
    assert await troubles(store, 60) == []


@pytest.mark.both_databases
async def test_a_message_that_does_not_come_alarms_after_three_tries(store: Store) -> None:
    boxes = Mailboxes(store.database)
    for tries in (1, 2, 3):
        assert await troubles(store, 0) == []
        assert await boxes.not_fetched("imap:a/INBOX/7/41", "refused", next_fetch) == tries
    assert [one.kind for one in await troubles(store, 0)] == ["unfetchable"]
    await boxes.over(["imap:a/INBOX/7/41"], "fetched")
    assert await troubles(store, 0) == []


@pytest.mark.both_databases
async def test_one_that_is_too_large_alarms_at_once(store: Store) -> None:
    await Mailboxes(store.database).not_fetched("imap:a/INBOX/7/41", "too large", next_fetch)
    assert [one.about for one in await troubles(store, 0)] == ["imap:a/INBOX/7/41"]


async def quiet(store: Store, hours: float, of: float = 72) -> int:
    async with store.look() as uow:
        return len(await watch_quiet(timedelta(hours=of))(uow, NOW + timedelta(hours=hours)))


@pytest.mark.both_databases
async def test_a_mailbox_without_mail_for_three_days_alarms(store: Store) -> None:
    boxes = Mailboxes(store.database)
    await boxes.polled(ACCOUNT, "INBOX", 7, NOW, True, None)
    await boxes.polled(ACCOUNT, "Junk", 7, NOW - timedelta(hours=50), True, None)
    assert [await quiet(store, hours) for hours in (71, 72)] == [0, 1]
    assert await quiet(store, 1000, of=0) == 0
    await boxes.polled(ACCOUNT, "INBOX", 7, NOW + timedelta(hours=72), True, None)
    assert await quiet(store, 72) == 0


def test_refused_logins_are_too_few_to_lock_an_account() -> None:
    waits = [next_login(tries, True) for tries in range(1, 10)]
    assert sum((wait for wait in waits[:4]), timedelta()) >= timedelta(minutes=50)
    assert waits[-1] == timedelta(minutes=30)


def test_a_server_that_is_away_is_asked_soon_and_then_every_five_minutes() -> None:
    assert next_login(1, False) <= timedelta(seconds=5)
    assert next_login(50, False) == timedelta(minutes=5)


def test_a_message_that_does_not_come_rests_ever_longer() -> None:
    waits = [next_fetch(tries) for tries in range(1, 9)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(0)
    assert waits[-1] == timedelta(hours=6)


@pytest.mark.parametrize("watched", [watch_stamp, watch_mailboxes, watch_scanner, watch_withheld, watch_chat])
def test_every_alarm_has_a_headline_of_its_own(watched: Any) -> None:
    module = Path(inspect.getfile(watched)).read_text()
    kinds = re.findall(r'Trouble\(\s*"([a-z ]+)"', module)
    assert kinds
    for kind in kinds:
        assert "Somebody must look after" not in alarm(kind, "R-17"), kind


def test_the_alarms_subject_says_what_is_wrong_and_its_foot_invites_nobody_to_ask() -> None:
    trouble = {"kind": "stamp missing", "about": "receiver", "words": WORDS}
    fields = {"troubles": [trouble], "noticed_at": NOW.isoformat()}
    mail = render("operator_alarm", fields, Place("evidence@cais.example", NOW.date()))
    assert mail.subject.startswith("Nobody's mail is believed")
    for words in (mail.subject, mail.text):
        assert "receiver" not in words
    assert "mail the word: help" not in mail.text + mail.html
