"""A deadline in somebody's calendar, through the running service: it is there, it moves, it goes; and the link ends."""

import re
import smtplib
from collections.abc import Iterator
from datetime import date, timedelta
from email.message import EmailMessage
from itertools import count
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.bot.ics import read
from tests.servers import free_port
from tests.walks.running import Service, text_of

MARIA, HELEN, TO = "mdelgado@sierravista.example", "hwu@cde.example", "evidence@cais.example"
_numbers = count(1)


@pytest.fixture
def service() -> Iterator[Service]:
    web = free_port()
    url = f"http://127.0.0.1:{web}"
    with Service(CAIS_HTTP_LISTEN=f"127.0.0.1:{web}", CAIS_PUBLIC_URL=url) as running:
        yield running


def mail(service: Service, text: str) -> None:
    head = (
        f"From: {MARIA}\r\nTo: {TO}\r\nSubject: a word\r\nMessage-ID: <c{next(_numbers)}@client.example>\r\n"
    )
    with smtplib.SMTP("127.0.0.1", service.port) as door:
        door.sendmail(MARIA, [TO], f"{head}\r\n{text}\r\n")


def file_of(answer: EmailMessage) -> dict[str, dict[str, str]]:
    """The events of the file that came with a mail, by title."""
    (part,) = [part for part in answer.walk() if part.get_filename() == "deadlines.ics"]
    assert part["Content-Type"].params["method"] == "PUBLISH"
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return read(data).by_title()


def feed(link: str) -> dict[str, dict[str, str]]:
    with urlopen(link) as answer:
        return {one["UID"]: one for one in read(answer.read()).events}


def test_a_deadline_comes_into_a_calendar_moves_there_and_goes(service: Service) -> None:
    mail(service, "calendar")
    given, linked = service.mail("calendar_given"), service.mail("calendar_link_sent")
    found = re.search(r"http://127\.0\.0\.1:\d+/calendar/([\w-]+)\.ics", text_of(linked))
    assert found is not None
    assert found[0] not in text_of(given)
    link, token = found[0], found[1]
    (finding,) = [one for one in service.export()["findings"] if one["code"] == "sv-fpm/I-EL 02"]
    first_day, last_day = (
        date.fromisoformat(finding["due"]),
        date.fromisoformat(finding["due"]) + timedelta(days=60),
    )

    mail(
        service,
        f"request agreement sv-fpm/EL 02 until {last_day} because it takes time\nstep: vote, Jo, by {first_day}",
    )
    asked = file_of(service.mail("agreement_requested"))
    ((title, entry),) = asked.items()
    assert title == "Due: finding I-EL 02 (Sierra Vista Unified)"
    assert entry["DTSTART;VALUE=DATE"] == f"{first_day:%Y%m%d}"
    assert feed(link)[entry["UID"]] == entry

    service.cais("ask", "approve agreement sv-fpm/EL 02", "--as", HELEN)
    moved = feed(link)[entry["UID"]]
    assert (moved["SEQUENCE"], moved["DTSTART;VALUE=DATE"]) == ("1", f"{last_day:%Y%m%d}")

    mail(service, "respond sv-fpm/EL 02: the election was held")
    told = {one["UID"]: one for one in file_of(service.mail("response_received")).values()}
    for ended in (told[entry["UID"]], feed(link)[entry["UID"]]):
        assert (ended["SEQUENCE"], ended["STATUS"]) == ("2", "CANCELLED")

    service.cais("ask", "calendar off", "--as", MARIA)
    with pytest.raises(HTTPError, match="404"):
        urlopen(link)
    assert token not in service.daemon.output()
    assert token not in str(service.export())
