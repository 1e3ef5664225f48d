"""Pictures in Slack: uploaded once, shown with words for whom they are not shown, and never in the way."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from bot.delivery import Extra, deliver_round
from bot.fake_slack import FakeSlack
from bot.fake_slack_page import page_of
from bot.slack_pictures import LONGEST_ALT, LONGEST_UPLOADED
from store import Store
from store.clock import wall
from store.outbox import OutboxEntry
from templates.alt import Alt
from templates.gallery import samples
from templates.render import sentence
from tests.bot.conftest import PLACE, Owe
from tests.bot.test_slack_voice import Desk, SlowSlack, no

DIGEST = next(one for one in samples() if one.title == "deadlines_reminded.overdue")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 500
ALT = Alt("Deadlines of Sierra Vista Unified", ["1 overdue"])
UPLOADED = ["files.getUploadURLExternal", "files.completeUploadExternal", "files.info", "files.info"]
FIRST = UPLOADED[0]


class PictureDesk(Desk):
    """With a picture for every message."""

    alt: Alt = ALT

    async def round(self) -> int:
        await self.hurry()
        voices = {"slack": self.voice}
        return await deliver_round(self.store.outbox, voices, self.clock, PLACE, extras=self._extras)

    async def hurry(self) -> None:
        """Nothing waits for its hour."""
        async with self.store.database.begin() as connection:
            await connection.execute(update(OutboxEntry).values(run_at=wall()))

    async def _extras(self, _entry: OutboxEntry) -> tuple[Extra, ...]:
        return (Extra("picture.png", "image/png", PNG, "", self.alt),)


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[PictureDesk]:
    slack = SlowSlack()
    await slack.start()
    yield PictureDesk(store, slack)
    await slack.stop()


async def digest(owe: Owe) -> OutboxEntry:
    fields: dict[str, Any] = dict(DIGEST.fields)
    return await owe(channel="slack", to="D0ANA", template=DIGEST.template, fields=fields, thread={})


def pictures(slack: FakeSlack) -> list[dict[str, Any]]:
    return [one for one in slack.messages[-1]["blocks"] if one["type"] == "image"]


async def test_it_is_uploaded_and_stands_below_the_rows_and_their_buttons(
    desk: PictureDesk, owe: Owe
) -> None:
    await digest(owe)
    await desk.round()
    (message,) = desk.slack.messages
    assert desk.calls()[:4] == UPLOADED
    kinds = [one["type"] for one in message["blocks"]]
    assert kinds[-3:] == ["actions", "image", "context"]
    (picture,) = pictures(desk.slack)
    own_id = picture["slack_file"]["id"]
    assert (picture["alt_text"], desk.slack.files.contents[own_id]) == (str(ALT), PNG)
    assert f"src='/pictures/{own_id}'" in page_of([message])


@pytest.mark.parametrize("method", [*UPLOADED[:3], "chat.postMessage"])
@pytest.mark.parametrize("error", ["invalid_blocks", "missing_scope", "file_uploads_disabled"])
async def test_whatever_slack_says_to_it_the_words_go_out(
    desk: PictureDesk, owe: Owe, method: str, error: str
) -> None:
    if method == "chat.postMessage":
        error = "invalid_blocks"
    entry = await digest(owe)
    desk.slack.faults[method] = [no(error)]
    await desk.round()
    (message,) = desk.slack.messages
    assert pictures(desk.slack) == []
    assert "Overdue: I-EL 02" in message["text"]
    assert [one["type"] for one in message["blocks"]][-2:] == ["actions", "context"]
    assert (await desk.row(entry)).state == "sent"


async def test_without_the_right_to_upload_the_words_go_out(desk: PictureDesk, owe: Owe) -> None:
    desk.slack.scopes.remove("files:write")
    await digest(owe)
    await desk.round()
    assert pictures(desk.slack) == []


async def test_one_that_slack_still_works_on_after_our_patience_is_left_out(
    desk: PictureDesk, owe: Owe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack_pictures.PATIENCE", (0.0, 0.0))
    desk.slack.files.looks = 9
    await digest(owe)
    await desk.round()
    assert pictures(desk.slack) == []
    assert len(desk.slack.messages) == 1


async def test_a_message_that_is_tried_again_names_the_same_file(desk: PictureDesk, owe: Owe) -> None:
    await digest(owe)
    desk.slack.faults["chat.postMessage"] = [no("fatal_error")]
    await desk.round()
    assert desk.slack.messages == []
    await desk.round()
    assert len(pictures(desk.slack)) == 1
    assert desk.calls().count(FIRST) == 1


@pytest.mark.parametrize(("count", "shown"), [(5, 5), (12, 12), (24, 19)])
async def test_a_long_alt_text_is_cut_at_a_whole_line(
    desk: PictureDesk, owe: Owe, count: int, shown: int
) -> None:
    """An image block takes more of it than an upload does."""
    more = partial(sentence, "mail", "timeline_more")
    desk.alt = Alt("Deadlines", ["x" * 99] * count, 3, more, partial(sentence, "mail", "timeline_rest"))
    await digest(owe)
    await desk.round()
    (picture,) = pictures(desk.slack)
    told = picture["alt_text"]
    assert (told.count("x" * 99 + "."), len(told) <= LONGEST_ALT) == (shown, True)
    assert told.endswith(" And 3 more." if shown == count else f" And {3 + count - shown} more: timeline.")
    uploaded = desk.slack.files.records[picture["slack_file"]["id"]]["alt_txt"]
    assert len(uploaded) <= LONGEST_UPLOADED
    assert uploaded.endswith(" And 3 more." if count == 5 else " more: timeline.")


async def test_slack_refuses_a_picture_before_it_is_done_with_it(desk: PictureDesk) -> None:
    """What the fake is strict about."""
    own_id = (await desk.slack.files.place({"filename": "a.png", "length": 3}))["file_id"]
    block = {"type": "image", "alt_text": "a", "slack_file": {"id": own_id}}
    assert desk.slack.files.wrong_pictures({"blocks": [block]}) == "invalid_blocks"
    assert await desk.slack.files.complete({"files": [{"id": own_id}]}) == {"error": "file_not_found"}
    assert await desk.slack.files.place({"filename": "a.png", "length": 0}) == {"error": "missing_argument"}
    long = {"filename": "a.png", "length": 3, "alt_txt": "x" * 1_001}
    assert await desk.slack.files.place(long) == {"error": "alt_txt_too_large"}
