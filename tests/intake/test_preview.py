"""Mail to a preview address is a rehearsal, from the SMTP door to the message that the core gets."""

from pathlib import Path

import pytest

from handlers.messages import Kept, Message
from intake.settings import IntakeSettings
from tests.intake.doorway import OWN, SENDER, doorway
from tests.intake.post import Post
from tests.intake.post import post as post
from tests.mail.mime import mail, text

PREVIEW = "evidence-preview@cais.example"
MAIL = mail("EL 02", text("submit EL 02"))


async def read(post: Post, *recipients: str, raw: bytes = MAIL) -> Message:
    return await post.message(raw, rcpt_tos=list(recipients))


@pytest.mark.parametrize(
    ("recipients", "rehearsal"),
    [
        ((OWN,), False),
        ((PREVIEW,), True),
        (("Evidence-Preview@CAIS.example",), True),
        (("evidence-preview+EL-02@cais.example",), True),
        ((PREVIEW, "office@district.example"), True),
        ((PREVIEW, OWN), False),
        (("evidence+preview@cais.example",), False),
        (("evidence-preview@elsewhere.example",), False),
        ((), False),
    ],
)
async def test_only_mail_to_a_preview_address_alone_is_a_rehearsal(
    post: Post, recipients: tuple[str, ...], rehearsal: bool
) -> None:
    assert (await read(post, *recipients)).rehearsal is rehearsal


async def test_a_preview_address_carries_hints_like_the_mailbox_itself(post: Post) -> None:
    assert (await read(post, "evidence-preview+EL-02@cais.example")).hints == ("EL-02",)


async def test_a_rehearsal_is_another_mail_than_the_one_in_earnest(post: Post) -> None:
    rehearsed, earnest = await read(post, PREVIEW), await read(post, OWN)
    assert rehearsed.content != earnest.content
    assert rehearsed.content == (await read(post, PREVIEW)).content


@pytest.mark.parametrize("writer", [PREVIEW, "evidence-preview+x@cais.example"])
async def test_mail_from_a_preview_address_is_our_own(post: Post, writer: str) -> None:
    raw = mail("EL 02", text("status"), sender=writer)
    assert (await read(post, OWN, raw=raw)).automatic == "our-own"
    (_, envelope) = (raw, {"mail_from": writer, "rcpt_tos": [OWN]})
    assert (await post.message(MAIL, **envelope)).automatic == "our-own"


async def test_from_the_smtp_door_to_the_core(tmp_path: Path, post: Post) -> None:
    async with doorway(tmp_path / "door") as way, await way.talk() as talk:
        await talk.begin("evidence-preview+EL-02@cais.example")
        assert (await talk.data(MAIL + b".\r\n")).startswith("250 2.0.0")
        (row,) = way.rows
        kept = Kept(1, "mail", row.received_at, row.sha256, row.size, row.envelope)
        post.reader.objects_path = way.files.path
        (message,) = await post.reader.read([kept])
    assert isinstance(message, Message)
    assert (message.rehearsal, message.hints, message.text) == (True, ("EL-02",), "submit EL 02")
    assert row.envelope["mail_from"] == SENDER


def test_a_preview_address_cannot_be_a_mailbox_too() -> None:
    with pytest.raises(ValueError, match="preview"):
        IntakeSettings(mailbox=(OWN, PREVIEW))
