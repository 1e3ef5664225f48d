"""What is owed is sent, or tried again, or left for a person; never lost, and never told in a log."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.delivery import (
    AT_ONCE,
    WORKER,
    Extra,
    Extras,
    NeverAgain,
    Outgoing,
    TryLater,
    deliver_round,
    words_alone,
)
from bot.mailer import SmarthostMailer
from handlers.retry import GIVE_UP_AFTER
from store import Store
from store.clock import Clock, wall
from store.outbox import OutboxEntry
from templates import Place
from tests.bot.conftest import NOW, Owe
from tests.servers import free_port
from tests.servers.sink import Sink


@dataclass
class Recorder:
    """A voice that keeps what it is given and answers as it was told: a receipt, or an outcome to raise. One
    that talks `as_mail` puts it into words first."""

    answers: list[str | Exception] = field(default_factory=list)
    as_mail: bool = True
    heard: list[Outgoing] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0

    async def send(self, outgoing: Outgoing) -> str:
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        await asyncio.sleep(0)
        self._now -= 1
        if self.as_mail:
            assert outgoing.said.text
        self.heard.append(outgoing)
        answer = self.answers.pop(0) if self.answers else "ok"
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Post:
    """A store's outbox with one voice for mail."""

    store: Store
    voice: Any
    clock: Clock
    place: Place

    async def round(self, extras: Extras = words_alone) -> int:
        voices = {"mail": self.voice}
        return await deliver_round(self.store.outbox, voices, self.clock, self.place, extras=extras)

    async def row(self, number: int) -> OutboxEntry:
        async with self.store.database.reading() as session:
            return await session.get_one(OutboxEntry, number)

    async def set(self, number: int, **values: Any) -> None:
        async with self.store.database.begin() as connection:
            chosen = update(OutboxEntry).where(OutboxEntry.id == number)
            await connection.execute(chosen.values(**values))

    async def due_again(self, number: int) -> None:
        """The wait is over."""
        await self.set(number, run_at=NOW)


@pytest.fixture
def post(store: Store, clock: Clock, place: Place) -> Post:
    return Post(store, Recorder(), clock, place)


@pytest.fixture
def mail(post: Post, sink: Sink) -> Post:
    """The same, with a real smarthost."""
    post.voice = SmarthostMailer(SecretStr(f"smtp://127.0.0.1:{sink.port}"))
    return post


@contextmanager
def silent_about(entry: OutboxEntry) -> Iterator[list[Any]]:
    """Nothing that the block logs names a person, an address or a subject."""
    with capture_logs() as logs:
        yield logs
    said = repr(logs)
    for secret in ("mdelgado", "EL 02 roster", "Delgado"):
        assert secret not in said
    assert all(one["outbox"] == entry.id and one["template"] == entry.template for one in logs)


async def test_nothing_owed_is_nothing_done(post: Post) -> None:
    assert await post.round() == 0


async def test_what_is_owed_is_sent_once(mail: Post, owe: Owe, sink: Sink) -> None:
    entry = await owe()
    sink.answers = ["250 2.0.0 queued as 4711"]
    with silent_about(entry) as logs:
        assert await mail.round() == 1
    row = await mail.row(entry.id)
    assert (row.state, row.receipt, row.attempts, row.lease) == ("sent", "2.0.0 queued as 4711", 1, None)
    assert row.sent_at is not None
    assert [log["event"] for log in logs] == ["sent"]
    assert await mail.round() == 0
    (delivered,) = sink.mails
    assert delivered.message["Message-ID"] == row.message_id
    assert delivered.message["Subject"].startswith("Re: EL 02 roster [r1-")


async def test_later_is_tried_again(mail: Post, owe: Owe, sink: Sink) -> None:
    entry = await owe()
    sink.answers = ["451 4.3.0 mdelgado@sierravista.example: try later", "250 ok"]
    with silent_about(entry) as logs:
        await mail.round()
    row = await mail.row(entry.id)
    assert (row.state, row.lease) == ("waiting", None)
    assert row.trouble is not None
    assert row.trouble.startswith("451")
    assert row.run_at > wall() + timedelta(seconds=50)
    assert [(log["event"], log["code"]) for log in logs] == [("not sent yet", "451")]
    assert await mail.round() == 0
    await mail.due_again(entry.id)
    await mail.round()
    assert (await mail.row(entry.id)).state == "sent"
    first, second = sink.attempts
    assert first.message["Message-ID"] == second.message["Message-ID"]


async def test_a_no_for_good_is_a_dead_letter_with_an_alarm(mail: Post, owe: Owe, sink: Sink) -> None:
    entry = await owe()
    sink.answers = ["554 5.7.1 mdelgado@sierravista.example is not welcome"]
    with silent_about(entry) as logs:
        await mail.round()
    row = await mail.row(entry.id)
    assert row.state == "dead"
    assert row.receipt == "554 5.7.1 mdelgado@sierravista.example is not welcome"
    assert [(log["event"], log["log_level"], log["code"]) for log in logs] == [
        ("dead letter", "error", "554")
    ]
    await mail.due_again(entry.id)
    assert await mail.round() == 0


async def test_nobody_listening_puts_it_back(mail: Post, owe: Owe) -> None:
    mail.voice = SmarthostMailer(SecretStr(f"smtp://127.0.0.1:{free_port()}"))
    entry = await owe()
    await mail.round()
    row = await mail.row(entry.id)
    assert (row.state, row.attempts) == ("waiting", 1)


async def test_after_five_days_it_is_a_dead_letter(post: Post, owe: Owe) -> None:
    entry = await owe(created_at=NOW - GIVE_UP_AFTER)
    post.voice.answers = [TryLater("450 not now")]
    with silent_about(entry) as logs:
        await post.round()
    assert (await post.row(entry.id)).state == "dead"
    assert logs[0]["log_level"] == "error"


async def test_a_wait_that_the_other_side_asks_for_is_obeyed(post: Post, owe: Owe) -> None:
    entry = await owe()
    post.voice.answers = [TryLater("429", timedelta(hours=7))]
    await post.round()
    assert (await post.row(entry.id)).run_at > wall() + timedelta(hours=6, minutes=59)


async def test_a_crash_before_settling_sends_the_same_message_again(
    mail: Post, owe: Owe, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await owe()

    async def crash(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(mail.store.outbox, "sent", crash)
        with pytest.raises(asyncio.CancelledError):
            await mail.round()
    row = await mail.row(entry.id)
    assert (row.state, row.lease) == ("waiting", WORKER)
    assert await mail.round() == 0
    await mail.due_again(entry.id)
    await mail.round()
    first, second = sink.mails
    assert first.message["Message-ID"] == second.message["Message-ID"] == row.message_id
    assert (await mail.row(entry.id)).attempts == 2


@pytest.mark.parametrize("broken", [{"template": "no_such_reply"}, {"fields": {"receipt": 17}}])
async def test_words_that_do_not_work_lose_no_row(post: Post, owe: Owe, broken: dict[str, Any]) -> None:
    entry = await owe(**broken)
    with silent_about(entry) as logs:
        await post.round()
    row = await post.row(entry.id)
    assert row.state == "waiting"
    assert row.run_at > wall()
    assert [(log["event"], log["log_level"]) for log in logs] == [
        ("reply cannot be sent", "error"),
        ("not sent yet", "warning"),
    ]
    assert ".py:" in logs[0]["at"] or ".txt:" in logs[0]["at"]
    await post.set(entry.id, run_at=NOW, created_at=NOW - GIVE_UP_AFTER)
    await post.round()
    assert (await post.row(entry.id)).state == "dead"


async def test_what_a_chat_says_is_never_made_into_a_mail(post: Post, owe: Owe) -> None:
    entry, chat = await owe(channel="slack", template="no_such_mail"), Recorder(as_mail=False)
    assert await deliver_round(post.store.outbox, {"slack": chat}, post.clock, post.place) == 1
    assert (await post.row(entry.id)).state == "sent"
    assert [outgoing.place.channel for outgoing in chat.heard] == ["slack"]


async def test_one_trouble_is_nobody_elses(post: Post, owe: Owe) -> None:
    broken, refused, fine = await owe(template="no_such_reply"), await owe(), await owe()
    post.voice.answers = [NeverAgain("550 no"), "ok"]
    assert await post.round() == 3
    states = [(await post.row(entry.id)).state for entry in (broken, refused, fine)]
    assert states == ["waiting", "dead", "sent"]


async def test_an_address_that_is_none_is_a_dead_letter(mail: Post, owe: Owe, sink: Sink) -> None:
    entry = await owe(to="a\r\nBcc: victim@example.org")
    await mail.round()
    assert (await mail.row(entry.id)).state == "dead"
    assert sink.attempts == []


async def test_several_are_sent_at_once_but_not_too_many(post: Post, owe: Owe) -> None:
    for _ in range(AT_ONCE + 2):
        await owe()
    assert [await post.round(), await post.round(), await post.round()] == [AT_ONCE, 2, 0]
    assert post.voice.most_at_once == AT_ONCE
    assert len({outgoing.entry.id for outgoing in post.voice.heard}) == AT_ONCE + 2


async def test_other_channels_are_left_to_their_own_rounds(post: Post, owe: Owe) -> None:
    entry = await owe(channel="slack")
    assert await post.round() == 0
    assert (await post.row(entry.id)).attempts == 0


async def test_days_are_counted_from_the_day_of_sending(post: Post, owe: Owe) -> None:
    """A reply that waited over night does not say "today" of yesterday."""
    await owe()
    post.clock = Clock(NOW + timedelta(days=1, hours=13))
    await post.round()
    assert post.voice.heard[0].place.today.isoformat() == "2013-11-28"
    assert post.voice.heard[0].at.isoformat().startswith("2013-11-28T08:02")


async def test_what_goes_with_a_message_is_made_when_it_is_sent(mail: Post, owe: Owe, sink: Sink) -> None:
    entry = await owe()

    async def extras(one: OutboxEntry) -> tuple[Extra, ...]:
        return (Extra(f"deadlines-{one.id}.ics", "text/calendar; method=PUBLISH", b"BEGIN:VCALENDAR\r\n"),)

    await mail.round(extras)
    (delivered,) = sink.mails
    assert [part.get_filename() for part in delivered.message.walk() if part.get_filename()] == [
        f"deadlines-{entry.id}.ics"
    ]


async def test_the_words_go_out_whatever_is_wrong_with_a_picture(mail: Post, owe: Owe, sink: Sink) -> None:
    entry = await owe()

    async def broken(_one: OutboxEntry) -> tuple[Extra, ...]:
        raise RuntimeError("about mdelgado@sierravista.example")

    with silent_about(entry) as logs:
        await mail.round(broken)
    assert (await mail.row(entry.id)).state == "sent"
    assert [log["event"] for log in logs] == ["sent without its files", "sent"]
    assert len(sink.mails) == 1
