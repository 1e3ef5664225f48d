"""A file that a chat only named: it is no evidence, its sender hears why, and an operator of what to mend."""

from datetime import timedelta
from typing import Any

import pytest

from handlers.alarms import sound_alarms
from handlers.inbox import work_inbox
from handlers.messages import Attachment
from handlers.retry import TryLater
from handlers.watch_files import watch_files
from store.clock import wall
from store.export import one_list
from store.verify import verify
from tests.builders import NOW, Desk, a_file


def missing(number: int = 1, word: str = "slack-gone", role: Any = "missing") -> Attachment:
    return Attachment(number, f"minutes{number}.csv", 5, "", "application/octet-stream", role, word)


async def test_it_is_not_accepted_and_the_others_are_filed(desk: Desk) -> None:
    said = await desk.send(subject="EL 02", files=(a_file(), missing(2)))
    assert said["state"] == "done"
    assert [(one["verdict"], one["reason"]) for one in said["verdicts"]] == [
        ("filed", ""),
        ("refused", "slack-gone"),
    ]
    assert "Name: minutes2.csv" not in said["fields"]["signed"]
    wrong = (await verify(desk.store.database, desk.store.files)).wrong
    assert [one for one in wrong if "needs object ," in one] == []


async def test_what_an_operator_must_mend_is_held_and_told_once(desk: Desk) -> None:
    held = missing(word="slack-no-scope", role="withheld")
    said = await desk.send(subject="EL 02", files=(held,))
    assert (said["state"], said["reason"]) == ("held", "slack-no-scope")
    async with desk.store.begin() as uow:
        raised = await sound_alarms(uow, NOW, ["operator@elsewhere.example"])
        assert [one.kind for one in raised] == ["slack files"]
    async with desk.store.begin() as uow:
        assert await sound_alarms(uow, NOW, ["operator@elsewhere.example"]) == []
    async with desk.store.look() as uow:
        assert await watch_files(uow, NOW + timedelta(days=2)) == []


async def test_beside_a_file_that_is_filed_the_record_says_that_one_is_held_and_who_must_send_it(
    desk: Desk,
) -> None:
    held = missing(2, "slack-no-scope", "withheld")
    said = await desk.send(subject="EL 02", files=(a_file(), held))
    alone = await desk.send(subject="EL 02", files=(held,))
    (message, _) = await one_list(desk.store.database, "messages")
    assert (message["state"], message["reason"]) == ("done", "slack-no-scope")
    assert [(one["verdict"], one["reason"]) for one in message["verdicts"]] == [
        ("filed", ""),
        ("held", "slack-no-scope"),
    ]
    async with desk.store.look() as uow:
        (trouble,) = await watch_files(uow, NOW)
    assert f"cais inbox again for R-{alone['id']};" in trouble.words
    assert trouble.words.endswith(f"shared again by who sent R-{said['id']}")


@pytest.mark.parametrize(("role", "verdict"), [("missing", "refused"), ("withheld", "held")])
async def test_it_is_not_said_to_be_kept_where_the_request_is_refused(
    desk: Desk, role: str, verdict: str
) -> None:
    said = await desk.send(subject="comment XX 99: here", text="load nof sv-fpm", files=(missing(role=role),))
    assert said["state"] == "refused"
    assert [(one["verdict"], one["reason"]) for one in said["verdicts"]] == [(verdict, "slack-gone")]


@pytest.mark.both_databases
async def test_a_check_of_a_receipt_has_nothing_to_compare(desk: Desk) -> None:
    said = await desk.send(subject="EL 02", files=(a_file(),))
    checked = await desk.send(subject=f"verify R-{said['id']}", files=(missing(),))
    assert (checked["reply"], checked["fields"]["files"]) == ("receipt_checked", [])


class NotNow:
    """A reader that another service does not let read now."""

    def __init__(self, wait: timedelta | None) -> None:
        self.wait = wait

    async def read(self, _entries: Any) -> Any:
        raise TryLater("download HTTP 429", self.wait)


@pytest.mark.parametrize(("wait", "least", "most"), [(None, 1, 3), (timedelta(minutes=20), 1195, 1201)])
async def test_a_message_waits_as_long_as_the_other_side_asks(
    desk: Desk, wait: timedelta | None, least: int, most: int
) -> None:
    (number,) = await desk.keep({"subject": "EL 02"})
    worker = desk.worker
    worker.readers["mail"] = NotNow(wait)  # type: ignore[index]
    before = wall()
    await work_inbox(worker)
    async with desk.store.look() as uow:
        entry = await uow.entry(number)
    assert entry is not None
    assert (entry.state, entry.trouble) == ("received", "reading: download HTTP 429")
    assert timedelta(seconds=least) <= entry.run_at - before <= timedelta(seconds=most)
