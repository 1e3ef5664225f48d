"""What a mail or the machine may do to the reading process, and what must never come of it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from handlers.messages import Message, Unreadable
from intake.children import ChildDoesNotStart, Limits
from intake.reader import ReadingTrouble
from tests.intake.post import Post
from tests.intake.post import post as post
from tests.mail.mime import File, attached, joined, mail, text, with_file

MIB = 1024 * 1024
PLAIN = mail("EL 02", text("EL 02"))
WITH_FILE = mail("CE 08", with_file("CE 08", attached(File("plan.pdf", b"%PDF-1.4"))))


def slow_mail(parts: int = 20) -> bytes:
    """HTML whose tables take more than a second a part to lay out."""
    page = "<table><tr><td>" + "a\n<br>" * 20_000 + "</td>" + "<td>b</td>" * 1_000 + "</tr></table>"
    return mail("slow", joined("mixed", "=_slow", *[text(page, "html")] * parts))


@pytest.fixture
async def hasty(tmp_path: Path) -> AsyncIterator[Post]:
    post = Post(tmp_path, limits=Limits(cpu_seconds=1))
    yield post
    await post.reader.aclose()


async def test_a_mail_that_takes_too_much_time_is_given_up_and_the_others_are_read(hasty: Post) -> None:
    found = await hasty.read(PLAIN, slow_mail(), WITH_FILE)
    assert [type(each) for each in found] == [Message, Unreadable, Message]
    assert isinstance(found[1], Unreadable)
    assert found[1].reason == "took-too-long"


async def test_used_up_time_is_not_counted_against_the_next_mail(tmp_path: Path) -> None:
    post = Post(tmp_path, limits=Limits(cpu_seconds=3))
    await post.reader.start()
    process = post.reader.processes[0].process_id
    found = await post.read(*[slow_mail(1)] * 4, PLAIN)
    assert [type(each) for each in found] == [Message] * 5
    assert post.reader.processes[0].process_id == process
    await post.reader.aclose()


async def test_a_process_that_does_not_answer_is_ended_at_the_wall_limit(tmp_path: Path) -> None:
    post = Post(tmp_path, limits=Limits(cpu_seconds=60, wall_seconds=0.3))
    found = await post.read(PLAIN, slow_mail(), PLAIN)
    await post.reader.aclose()
    assert [each.reason if isinstance(each, Unreadable) else "" for each in found] == [
        "",
        "took-too-long",
        "",
    ]


async def test_a_killed_process_costs_only_the_mail_it_was_reading(post: Post) -> None:
    await post.reader.start()
    reading = asyncio.create_task(post.read(WITH_FILE, slow_mail(), PLAIN, WITH_FILE))
    while not post.kept:
        await asyncio.sleep(0.01)
    process = post.reader.processes[0].process_id
    assert process is not None
    os.kill(process, signal.SIGKILL)
    found = await reading
    assert [each.reason if isinstance(each, Unreadable) else "" for each in found] == [
        "",
        "child-killed",
        "",
        "",
    ]
    assert not post.left_over()


async def test_a_process_that_died_idle_costs_no_mail(post: Post) -> None:
    await post.reader.start()
    process = post.reader.processes[0].process_id
    assert process is not None
    os.kill(process, signal.SIGKILL)
    await asyncio.sleep(0.1)
    assert isinstance((await post.read(PLAIN))[0], Message)


async def test_a_cancelled_reading_leaves_no_answer_for_the_next(post: Post) -> None:
    await post.reader.start()
    reading = asyncio.create_task(post.read(slow_mail(1), PLAIN))
    await asyncio.sleep(0.05)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    message = await post.message(WITH_FILE)
    assert message.subject == "CE 08"
    assert not post.left_over()


async def test_two_processes_share_a_batch_and_keep_its_order(tmp_path: Path) -> None:
    post = Post(tmp_path, children=2)
    found = await post.read(PLAIN, WITH_FILE, PLAIN, WITH_FILE, PLAIN)
    assert [each.id for each in found] == [1, 2, 3, 4, 5]
    assert [each.subject for each in found if isinstance(each, Message)] == [
        "EL 02",
        "CE 08",
        "EL 02",
        "CE 08",
        "EL 02",
    ]
    await post.reader.aclose()


async def test_two_batches_at_once_do_not_mix(post: Post) -> None:
    first, second = await asyncio.gather(post.read(*[PLAIN] * 20), post.read(*[WITH_FILE] * 20))
    assert {each.subject for each in first if isinstance(each, Message)} == {"EL 02"}
    assert {each.subject for each in second if isinstance(each, Message)} == {"CE 08"}


async def test_a_missing_object_is_the_machines_trouble_and_no_verdict_on_the_mail(post: Post) -> None:
    entry = post.entry(PLAIN)
    (post.folder / entry.sha256).unlink()
    with pytest.raises(ReadingTrouble, match="enoent"):
        await post.reader.read([entry])


async def test_a_file_that_cannot_be_kept_fails_the_batch_and_leaves_nothing(post: Post) -> None:
    async def refuse(_path: Path, _sha256: str) -> None:
        raise OSError("disk full")

    post.reader.keep_file = refuse
    with pytest.raises(OSError, match="disk full"):
        await post.read(PLAIN, WITH_FILE, PLAIN)
    assert not post.left_over()


async def test_a_process_that_cannot_start_is_no_verdict_either(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ChildDoesNotStart):
        await post.read(PLAIN)
    assert not post.left_over()


async def test_an_empty_batch_is_read(post: Post) -> None:
    assert await post.read() == []


async def test_the_reading_process_has_none_of_our_environment(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAIS_SECRET", "canary-31")
    await post.reader.start()
    environment = Path(f"/proc/{post.reader.processes[0].process_id}/environ").read_bytes()
    assert b"canary-31" not in environment


async def test_no_trace_of_a_failed_mail_stays_in_the_work_folder(hasty: Post) -> None:
    large = attached(File("plan.pdf", b"%PDF-1.4" + bytes(2 * MIB)))
    await hasty.read(slow_mail(), mail("CE 08", with_file("CE 08", large)), slow_mail())
    assert not hasty.left_over()


async def test_the_signals_that_stop_the_service_do_not_stop_a_reading(post: Post) -> None:
    await post.reader.start()
    process = post.reader.processes[0].process_id
    assert process is not None
    assert os.getsid(process) != os.getsid(0)
    reading = asyncio.create_task(post.read(slow_mail(1)))
    await asyncio.sleep(0.05)
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(process, each)
    await post.reader.aclose()
    (found,) = await reading
    assert isinstance(found, Message)


async def test_a_cancelled_start_leaves_no_process_with_an_unread_word(post: Post) -> None:
    starting = asyncio.create_task(post.reader.start())
    await asyncio.sleep(0.03)
    starting.cancel()
    with suppress(asyncio.CancelledError):
        await starting
    assert isinstance((await post.read(PLAIN))[0], Message)
