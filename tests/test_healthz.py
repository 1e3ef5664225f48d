"""What a monitor is told: whether mail is taken and answered, and whether a person must mend something."""

import shutil
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

import loops
from bot import doctor
from bot.web import application
from handlers.alarms import sound_alarms
from handlers.trouble import Trouble
from parts import Parts, put_together, read_settings
from store.clock import wall
from store.mailbox_questions import Mailboxes
from store.reminders import Digest, PlannedDay, Reminder
from store.unit_of_work import Actor, UnitOfWork
from tests.builders import ANA, NOW
from tests.store.rows import arrival, owed

ACCOUNT = "evidence@cais.example@mail.example"


@pytest.fixture
async def parts(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Parts]:
    shutil.copy(sqlite_template, tmp_path / "cais.db")
    monkeypatch.setenv("CAIS_VAR", str(tmp_path))
    async with put_together(read_settings()) as parts:
        yield parts


async def asked(parts: Parts) -> tuple[int, dict[str, Any]]:
    """What GET /healthz answers."""
    async with TestClient(TestServer(application(lambda: loops.health(parts)))) as client:
        answer = await client.get("/healthz")
        return answer.status, await answer.json()


async def to_mend(parts: Parts) -> dict[str, str]:
    """What the doctor says must be mended."""
    found = await doctor.examine(parts.store, parts.settings.bot, ["evidence@cais.example"])
    return {name: words for name, good, words in found if not good}


async def sound(parts: Parts, *troubles: Trouble) -> None:
    async def watch(_uow: UnitOfWork, _at: Any) -> list[Trouble]:
        return [*troubles]

    async with parts.store.begin() as uow:
        await sound_alarms(uow, wall(), (), [watch])


async def test_when_all_is_well_it_says_ok(parts: Parts) -> None:
    status, said = await asked(parts)
    assert (status, said["ok"], said["status"], said["alarms"]) == (200, True, "ok", [])
    assert await to_mend(parts) == {}


@pytest.mark.parametrize(
    ("kind", "about", "words"),
    [
        ("stamp missing", "receiver", "Nobody's mail is believed"),
        ("scanner", "clamd", "not checked for malware"),
    ],
)
async def test_a_ringing_alarm_is_told_until_it_ends(parts: Parts, kind: str, about: str, words: str) -> None:
    await sound(parts, Trouble(kind, about, "words for the mail"))
    status, said = await asked(parts)
    assert (status, said["ok"], said["status"]) == (200, False, "degraded")
    assert said["alarms"] == [f"{kind}: {about}"]
    assert words in (await to_mend(parts))["alarm"]
    await sound(parts)
    assert (await asked(parts))[1]["status"] == "ok"
    assert await to_mend(parts) == {}


async def test_an_alarm_about_a_message_names_no_one_to_the_monitor(parts: Parts) -> None:
    await sound(parts, Trouble("withheld", "who@elsewhere.example", "1 message"))
    _, said = await asked(parts)
    assert (said["status"], said["alarms"]) == ("ok", [])
    assert "who@elsewhere.example" in (await to_mend(parts))["alarm"]


async def test_a_dead_letter_is_told_until_somebody_sends_it_again(parts: Parts) -> None:
    async with parts.store.begin() as uow:
        uow.add(owed())
    (row,) = await parts.store.outbox.claim("sender", 3, ["mail"])
    await parts.store.outbox.dead(row.id, "450 no", NOW)
    status, said = await asked(parts)
    assert (status, said["status"], said["alarms"]) == (200, "degraded", ["dead letters: 1"])
    assert (await to_mend(parts))["outbox"] == "0 waiting, 1 dead letter"
    async with parts.store.begin() as uow:
        again = await uow.sent_again(row.id, None, NOW)
        uow.add(again)
    assert "resent" not in again.thread
    assert ((await asked(parts))[1]["status"], await to_mend(parts)) == ("ok", {})


@pytest.mark.parametrize("trouble", ["login refused", "token refused", "no token"])
async def test_a_mailbox_that_nobody_is_let_into_is_told_at_once(parts: Parts, trouble: str) -> None:
    await Mailboxes(parts.store.database).troubled(ACCOUNT, "INBOX", trouble, wall())
    status, said = await asked(parts)
    assert (status, said["status"], said["mailboxes"]) == (200, "degraded", [trouble])


async def test_a_server_that_restarts_is_nobodys_business_for_ten_minutes(parts: Parts) -> None:
    boxes = Mailboxes(parts.store.database)
    await boxes.troubled(ACCOUNT, "INBOX", "unreachable", wall())
    assert (await asked(parts))[1]["status"] == "ok"
    await boxes.troubled(ACCOUNT, "Junk", "unreachable", wall() - timedelta(minutes=11))
    assert (await asked(parts))[1]["mailboxes"] == ["unreachable"]


async def test_mail_that_nobody_answers_is_failing(parts: Parts) -> None:
    await parts.store.inbox.insert([arrival(received_at=wall() - timedelta(minutes=10))])
    status, said = await asked(parts)
    assert (status, said["ok"], said["status"]) == (503, False, "failing")


async def test_a_message_that_failed_is_told(parts: Parts) -> None:
    (number,) = await parts.store.inbox.insert([arrival(received_at=wall())])
    async with parts.store.begin() as uow:
        entry = await uow.entry(number)
        assert entry is not None
        entry.fail("ValueError")
    _, said = await asked(parts)
    assert (said["status"], said["alarms"]) == ("degraded", ["failed messages: 1"])


async def test_how_the_last_day_of_reminders_went_is_told(parts: Parts) -> None:
    assert (await asked(parts))[1]["reminders"] is None
    assert "no day was planned yet" in await said_of_reminders(parts)
    day = date(2013, 12, 23)
    async with parts.store.begin() as uow:
        uow.act_as(Actor(at=NOW))
        person = await uow.person_at(ANA)
        assert person is not None
        digest = Digest(person_id=person.id, day=day, made_at=NOW)
        uow.add(PlannedDay(day=day, planned_at=NOW, sent=1, skipped=2), digest)
        await uow.session.flush()
        for number, (why, late) in enumerate([(None, True), ("snoozed", False), ("muted", False)]):
            one = Reminder(
                target=f"sv-fpm/I-EL {number:02}",
                kind="finding",
                due=day,
                offset=-7,
                person_id=person.id,
                planned_for=day,
                rung="owner",
                lea_id="sierra-vista",
            )
            one.why_not, one.late, one.digest_id = why, late, None if why else digest.id
            uow.add(one)
    _, said = await asked(parts)
    told = said["reminders"]
    assert (told["day"], told["told"], told["late"]) == ("2013-12-23", 1, 1)
    assert told["skipped"] == {"snoozed": 1, "muted": 1}
    assert "23 Dec 2013: 1 people told, 2 left out" in await said_of_reminders(parts)


async def said_of_reminders(parts: Parts) -> str:
    """The doctor's line."""
    found = await doctor.examine(parts.store, parts.settings.bot, ["evidence@cais.example"])
    return next(words for name, good, words in found if name == "reminders" and good)
