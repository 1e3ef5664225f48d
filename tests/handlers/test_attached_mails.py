"""An attached mail is opened: its own name, somebody else's subject, files it only with what is in it."""

from typing import Any

import pytest

from tests.builders import Desk, a_file
from tests.handlers.record import assert_whole, offered, reasons, verdicts
from tests.handlers.rows import filed

CE08 = "sv-fpm/II-CE 08"


def mail(name: str = "submit CE 08.eml", number: int = 1, **more: Any) -> Any:
    return a_file(name, name.encode(), number, media_type="message/rfc822", **more)


async def test_what_is_in_it_and_the_mail_itself_are_asked_together(desk: Desk) -> None:
    files = (mail(), a_file("scan.pdf", b"scan", 2, inside="submit CE 08.eml"))
    told = await desk.send(subject="see below", files=files)
    assert verdicts(told) == [("asked", []), ("asked", [])]
    assert reasons(told) == ["mail-of-others", "no-code"]
    assert offered(told)[0] == "II-CE 08"
    await desk.send(text="1", answers=await desk.reply_to(told["id"]))
    assert {one[0] for one in await filed(desk)} == {CE08}
    await assert_whole(desk)


async def test_a_mail_in_a_mail_waits_with_what_is_in_it(desk: Desk) -> None:
    files = (
        mail(),
        mail("EL 02.eml", 2, inside="submit CE 08.eml"),
        a_file("scan.pdf", b"scan", 3, inside="EL 02.eml"),
    )
    told = await desk.send(subject="see below", files=files)
    assert [verdict for verdict, _ in verdicts(told)] == ["asked"] * 3


async def test_what_is_in_it_is_for_something_else(desk: Desk) -> None:
    files = (mail(), a_file("EL 02 roster.pdf", b"scan", 2, inside="submit CE 08.eml"))
    told = await desk.send(subject="see below", files=files)
    assert verdicts(told) == [("asked", []), ("filed", ["sv-fpm/I-EL 02"])]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"subject": "CE 08"}, "scan.pdf"),
        ({"subject": "see below"}, "CE 08 minutes.pdf"),
        ({"subject": "see below", "text": "1-2: CE 08"}, "scan.pdf"),
    ],
)
async def test_where_both_are_sure_both_are_filed(desk: Desk, said: dict[str, str], name: str) -> None:
    told = await desk.send(**said, files=(mail(), a_file(name, b"scan", 2, inside="submit CE 08.eml")))
    assert verdicts(told) == [("filed", [CE08]), ("filed", [CE08])]


async def test_a_line_of_a_map_is_the_senders_own_word(desk: Desk) -> None:
    files = (mail(), a_file("scan.pdf", b"scan", 2, inside="submit CE 08.eml"))
    told = await desk.send(text="1: CE 08", files=files)
    assert verdicts(told) == [("filed", [CE08]), ("asked", [])]


async def test_a_mail_that_held_nothing_goes_by_its_name(desk: Desk) -> None:
    told = await desk.send(subject="see below", files=(mail(), a_file("scan.pdf", b"scan", 2)))
    assert verdicts(told) == [("filed", [CE08]), ("asked", [])]
