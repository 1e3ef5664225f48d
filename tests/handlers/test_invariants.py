"""What holds after any mail: many random ones in one store, judged by what was written in them."""

import random
import re
from datetime import timedelta
from typing import Any

import pytest

from handlers.messages import Message, Unreadable
from handlers.questions import ASKED_AGAIN
from store.verify import verify
from tests.builders import ANA, DANA, NOW, Desk, a_file

LEAS = {
    ANA: {"sierra-vista"},
    DANA: {"sierra-vista", "coast-range"},
    "pnair@coastrange.example": {"coast-range"},
    "gmoreno@harborlights.example": {"harbor-lights"},
    "hwu@cde.example": set(),
    "who@elsewhere.example": set(),
}
SUBJECTS = ["EL 02", "el-2", "CE 08 and EL 14", "UCP 1", "minutes", "status", "finding EL 14", "EL 99", ""]
TEXTS = [
    "",
    "1: EL 02, 2: CE 08",
    "1",
    "1, 2",
    "EL 3 p. 2-4",
    "not CE 08",
    "Coast Range Unified",
    "help",
    "rest: CE 7",
]
NAMES = ["roster.pdf", "EL 03.pdf", "CE-08 minutes.docx", "scan.pdf"]
ROLES = ["document"] * 6 + ["decoration", "empty", "damaged", "unreadable"]


def a_mail(dice: random.Random, earlier: list[str]) -> dict[str, Any]:
    files = tuple(
        a_file(dice.choice(NAMES), f"{dice.randrange(30)}".encode(), number, role=dice.choice(ROLES))
        for number in range(1, dice.choice([0, 1, 1, 1, 2, 3]) + 1)
    )
    said = {"sender": dice.choice(list(LEAS)), "subject": dice.choice(SUBJECTS), "text": dice.choice(TEXTS)}
    answers = (dice.choice(earlier),) if earlier and dice.random() < 0.4 else ()
    trust = "unauthenticated" if dice.random() < 0.1 else "authenticated"
    hints = ("CE-08",) if dice.random() < 0.1 else ()
    return said | {"files": files, "answers": answers, "trust": trust, "hints": hints}


async def many_mails(desk: Desk, dice: random.Random) -> None:
    for day in range(15):
        desk.now = NOW + timedelta(days=day)
        earlier = [row.message_id or "" for row in await desk.outgoing()]
        await desk.keep(*(a_mail(dice, earlier) for _ in range(10)))
        await desk.work()


def spelled(target: str, words: str) -> bool:
    """The program and the number of a target stand together in the words: no part of our grammar."""
    program, number = target.rpartition("-")[2].split(" ")
    return re.search(rf"{re.escape(program)}[ -]?0*{int(number)}(?!\d)", words, re.I) is not None


@pytest.mark.both_databases
async def test_whatever_came_the_record_holds_together(desk: Desk) -> None:
    await many_mails(desk, random.Random(2013))
    record = await desk.export()

    report = await verify(desk.store.database, desk.store.files)
    assert [line for line in report.wrong if "needs object" not in line] == []
    assert report.messages == 150
    for document in record["documents"]:
        assert document["lea"] in LEAS[document["by"]]
        lea = {"sierra-vista": "sv-", "coast-range": "cr-", "harbor-lights": "hl-"}[document["lea"]]
        assert all(target.startswith(lea) for target in document["targets"])
    for message in record["messages"]:
        assert message["state"] == "done" or message["reason"], message
        assert message["state"] not in ("received", "failed"), message
        for one in message["verdicts"]:
            waits_elsewhere = one["reason"] == ASKED_AGAIN  # a newer message's question has it
            is_on_file = message["state"] != "ignored" and not waits_elsewhere
            filed = one["verdict"] == "filed" or (one["verdict"] == "duplicate" and is_on_file)
            assert bool(one["targets"]) == filed, message


async def test_no_file_goes_where_nobody_said_it_goes(desk: Desk) -> None:
    await many_mails(desk, random.Random(58))
    chosen = {message["id"]: message for message in (await desk.export())["messages"]}
    checked = 0
    for number, said in desk.says.waiting.items():
        assert isinstance(said, Message)
        if chosen[number]["state"] != "done" or number in await answered(desk):
            continue
        words = "\n".join(mail_words(one) for one in desk.says.waiting.values() if shares_a_file(one, said))
        for one in chosen[number]["verdicts"]:
            checked += len(one["targets"])
            assert all(spelled(target, f"{words}\n{one['file']}") for target in one["targets"]), said
    assert checked > 10


def mail_words(said: Message | Unreadable) -> str:
    return "\n".join([said.subject, said.text, *said.hints]) if isinstance(said, Message) else ""


def shares_a_file(one: Message | Unreadable, other: Message) -> bool:
    """A question about a file is settled by the same person's next mail with the same bytes."""
    if one is other or not isinstance(one, Message) or one.sender != other.sender:
        return one is other
    return bool({file.sha256 for file in one.files} & {file.sha256 for file in other.files})


async def answered(desk: Desk) -> set[int]:
    """Messages about which somebody answered a question: their targets were chosen there."""
    told = [row for row in await desk.outgoing() if row.template == "evidence_received"]
    return {row.fields["receipt"] for row in told if row.fields["receipt"] != row.in_answer_to}
