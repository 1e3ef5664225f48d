"""The signed receipt: made with what it speaks of, one a message, none of a rehearsal, and checked later."""

import base64
from typing import Any

import pytest
from sqlalchemy import delete, text, update

from handlers.asking import Asker
from handlers.receipt_check import check, check_stored
from handlers.receipt_text import Found, fields_of, receipts_in
from handlers.sealing import sealed
from store.history import GENESIS, Event, HistoryEntry, HistoryHead, link
from store.models import FileVerdictRow, Receipt
from store.signing import Signer, signer_from
from tests.builders import ANA, DANA, Desk, a_file
from tests.handlers.record import MARIA, assert_record, assert_whole
from tests.templates.pages import NAUGHTY

HISTORY = HistoryEntry.__table__


def found_in(row: dict[str, Any]) -> Found:
    (found,) = receipts_in("\n".join(row["fields"]["signed"]))
    return found


def said(row: dict[str, Any], label: str) -> list[str]:
    return [value for name, value in fields_of(found_in(row).words) if name == label]


def signer(desk: Desk) -> Signer:
    assert desk.store.signer is not None
    return desk.store.signer


async def stored(desk: Desk) -> list[Receipt]:
    async with desk.store.look() as uow:
        return list(await uow.receipts_after(0, 100))


async def wrong(desk: Desk) -> list[str]:
    async with desk.store.look() as uow:
        return (await check_stored(uow))[1]


async def checked(desk: Desk, row: dict[str, Any]) -> list[str]:
    async with desk.store.look() as uow:
        return await check(found_in(row), uow)


async def tamper(desk: Desk, *edits: Any) -> None:
    async with desk.store.database.begin() as connection:
        for edit in edits:
            await connection.execute(edit)


async def test_a_receipt_says_who_sent_what_and_when_and_what_became_of_it(desk: Desk) -> None:
    files = (
        a_file(),
        a_file("logo.png", b"logo", 2, role="decoration"),
        a_file("x.txt", b"", 3, role="empty"),
    )
    row = await desk.send(subject="1: EL 02 p. 4-9", files=files)
    assert said(row, "Receipt") == [f"R-{row['id']}"]
    assert (said(row, "Sender"), said(row, "Address")) == (["Ana Ruiz"], [ANA])
    assert (said(row, "LEA"), said(row, "Channel")) == (["Sierra Vista Unified"], ["mail"])
    assert said(row, "Received") == ["Mon 2 Dec 2013, 12:00:00 PM PST"]
    assert said(row, "UTC") == ["2013-12-02T20:00:00Z"]
    assert said(row, "Service") == ["cais.example"]
    assert said(row, "SHA-256") == [file.sha256 for file in files]
    assert said(row, "Size") == [f"{file.size} bytes" for file in files]
    assert said(row, "Verdict") == [one["verdict"] for one in row["fields"]["files"]]
    assert (said(row, "Target"), said(row, "Pages")) == (["sv-fpm/I-EL 02"], ["4-9"])
    assert said(row, "Key") == [signer(desk).key]
    assert await wrong(desk) == await checked(desk, row) == []
    await assert_whole(desk)


async def test_it_is_kept_word_for_word_and_pins_the_place_where_the_history_stood(desk: Desk) -> None:
    row = await desk.send(subject="EL 02", files=(a_file(),))
    (kept,) = await stored(desk)
    assert kept.text.splitlines() == row["fields"]["signed"][1:-4]
    assert base64.b64decode(kept.signature) == found_in(row).signature
    history = (await desk.export())["history"]
    pinned = next(one for one in history if one["seq"] == kept.position)
    assert said(row, "Digest") == [pinned["digest"]]
    assert said(row, "History") == [str(kept.position)]
    made = next(one for one in history if one["record"] == f"receipt:{row['id']}")
    assert made["seq"] > kept.position


async def test_an_answered_question_gets_a_receipt_of_its_own(desk: Desk) -> None:
    asked = await desk.send(text="here you are", files=(a_file(),))
    assert (said(asked, "Verdict"), said(asked, "Reason")) == (["asked"], ["no-code"])
    answered = await desk.send(text="1: EL 02", answers=await desk.reply_to(asked["id"]))
    assert said(answered, "Receipt") == [f"R-{answered['id']}"]
    assert said(answered, "Files-of") == [f"R-{asked['id']}"]
    assert (said(answered, "Verdict"), said(answered, "SHA-256")) == (["filed"], [a_file().sha256])
    assert [row.inbox_id for row in await stored(desk)] == [asked["id"], answered["id"]]
    assert await wrong(desk) == await checked(desk, asked) == await checked(desk, answered) == []
    await assert_whole(desk)


async def test_a_rehearsal_makes_no_receipt(desk: Desk) -> None:
    for said_ in ({"subject": "dry run EL 02"}, {"subject": "EL 02", "rehearsal": True}):
        row = await desk.send(**said_, files=(a_file(),))
        assert row["reply"] == "rehearsed"
        assert row["fields"]["fields"]["signed"] == []
    assert await stored(desk) == []


async def test_what_is_refused_gets_no_receipt(desk: Desk) -> None:
    row = await desk.send(sender="hwu@cde.example", subject="EL 02", files=(a_file(),))
    assert (row["state"], await stored(desk)) == ("refused", [])


async def test_somebody_of_two_leas_gets_both_named(desk: Desk) -> None:
    row = await desk.send(sender=DANA, subject="EL 02", files=(a_file(),))
    assert said(row, "LEA") == ["Coast Range Unified and Sierra Vista Unified"]


@pytest.mark.parametrize("name", NAUGHTY.values(), ids=NAUGHTY)
async def test_odd_file_names_are_one_value_each(desk: Desk, name: str) -> None:
    safe = name.replace("\0", "").encode("utf-8", "replace").decode()  # as the reader gives them
    row = await desk.send(subject="1: EL 02", files=(a_file(safe), a_file("b.pdf", b"b", 2)))
    assert len(said(row, "Name")) == len(said(row, "SHA-256")) == 2
    assert await checked(desk, row) == await wrong(desk) == []


async def test_a_message_that_is_handled_again_gets_a_new_receipt_and_the_old_one_stays_true(
    desk: Desk,
) -> None:
    first = await desk.send(subject="EL 02", files=(a_file(role="damaged", remark="damaged"),))
    assert first["state"] == "held"
    number = first["id"]
    desk.says.waiting[number] = desk.message(number, subject="EL 02", files=(a_file(),))
    assert await desk.store.inbox.again(number)
    await desk.work()
    answers = [row for row in await desk.outgoing() if row.in_answer_to == number]
    second = {"fields": answers[-1].fields}
    assert (said(first, "Verdict"), said(second, "Verdict")) == (["held"], ["filed"])
    (kept,) = await stored(desk)
    assert "Verdict: filed" in kept.text
    assert "Verdict: held" not in kept.text
    assert await checked(desk, first) == await checked(desk, second) == await wrong(desk) == []
    await assert_whole(desk)


async def test_several_things_of_one_message_are_in_one_receipt(desk: Desk) -> None:
    (number,) = await desk.keep({"text": "unread"})
    async with desk.store.begin() as uow:
        person = await uow.person_at(MARIA)
        assert person is not None
        asker = Asker(person, desk.message(number), desk.now.date(), desk.now)
        one = await sealed([("Submitted", "sv-fpm/I-EL 02: now"), ("Decided-until", "")], asker, uow)
        both = await sealed([("Requested", "II-CE 08")], asker, uow)
    assert said({"fields": {"signed": one}}, "Submitted") == ["sv-fpm/I-EL 02%3A now"]
    fields = [label for label, _ in fields_of(found_in({"fields": {"signed": both}}).words)]
    assert fields[8:] == ["Submitted", "Decided-until", "Requested", "History", "Digest", "Key"]
    (kept,) = await stored(desk)
    assert kept.text.splitlines() == both[1:-4]
    assert await wrong(desk) == []


async def test_without_a_key_there_is_no_receipt_but_everything_else(desk: Desk) -> None:
    object.__setattr__(desk.store, "signer", None)
    row = await desk.send(subject="EL 02", files=(a_file(),))
    assert (row["state"], row["fields"]["signed"], await stored(desk)) == ("done", [], [])


RECEIPT = Receipt.__table__


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"text": text("replace(text, 'Verdict: filed', 'Verdict: refused')")}, "signature does not fit"),
        ({"text": text("replace(text, 'roster', 'rosters')")}, "signature does not fit"),
        ({"text": ""}, "form of a receipt"),
        ({"signature": "AAAA"}, "signature does not fit"),
        ({"signature": "none"}, "signature does not fit"),
        ({"position": 1}, "its row says something else"),
        ({"key": "another"}, "its row says something else"),
    ],
)
async def test_verify_names_a_receipt_that_was_tampered_with(
    desk: Desk, values: dict[str, Any], named: str
) -> None:
    await desk.send(subject="CE 08", files=(a_file("a.pdf", b"a"),))
    row = await desk.send(subject="EL 02", files=(a_file(),))
    await tamper(desk, update(RECEIPT).where(RECEIPT.c.inbox_id == row["id"]).values(values))
    (sentence,) = await wrong(desk)
    assert sentence.startswith(f"receipt R-{row['id']}: ")
    assert named in sentence


@pytest.mark.both_databases
async def test_a_history_written_anew_is_found_by_the_receipts_in_other_hands(desk: Desk) -> None:
    """A whole chain can be made again by whoever has the database; the signatures cannot."""
    row = await desk.send(subject="EL 02", files=(a_file(),))
    async with desk.store.database.begin() as connection:
        digest = GENESIS
        for entry in (await connection.execute(HISTORY.select().order_by(HISTORY.c.seq))).all():
            who = "nobody" if entry.seq == 1 else entry.who
            digest = link(
                digest,
                entry.seq,
                Event(entry.at, entry.kind, who, entry.channel, entry.record, {}),
                entry.facts,
            )
            values = {"who": who, "digest": digest}
            await connection.execute(update(HISTORY).where(HISTORY.c.seq == entry.seq).values(values))
        await connection.execute(update(HistoryHead.__table__).values(digest=digest))
    await assert_record(desk)
    assert await checked(desk, row) == ["position"]
    assert "the history does not have that digest" in (await wrong(desk))[0]


@pytest.mark.both_databases
async def test_a_cut_chain_is_found(desk: Desk) -> None:
    row = await desk.send(subject="EL 02", files=(a_file(),))
    position = int(said(row, "History")[0])
    await tamper(desk, delete(HISTORY).where(HISTORY.c.seq >= position))
    assert await checked(desk, row) == ["position"]


@pytest.mark.both_databases
async def test_a_file_or_a_time_that_the_record_lost_is_found(desk: Desk) -> None:
    row = await desk.send(subject="EL 02", files=(a_file(),))
    await tamper(
        desk,
        update(FileVerdictRow.__table__).values(sha256="0" * 64),
        text("UPDATE inbox SET received_at = '2013-12-01 20:00:00+00:00'"),
    )
    assert await checked(desk, row) == ["received", "files"]


async def test_a_receipt_of_another_store_is_not_ours(desk: Desk) -> None:
    row = await desk.send(subject="EL 02", files=(a_file(),))
    object.__setattr__(desk.store, "signer", signer_from(b"\1" * 32))
    assert await checked(desk, row) == ["key"]
    again = signer_from(bytes(range(32)))
    other = Signer(again.key, signer_from(b"\2" * 32).sign, again.public)
    object.__setattr__(desk.store, "signer", other)
    forged = await desk.send(subject="CE 08", files=(a_file("c.pdf", b"c"),))
    assert await checked(desk, forged) == ["signature"]
