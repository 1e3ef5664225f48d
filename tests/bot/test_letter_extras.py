"""Pictures and files in a mail: where each stands, that nothing breaks out of a part's head, and that a mail
without any is what it always was."""

from dataclasses import replace
from email.message import MIMEPart

import pytest

from bot.delivery import Extra, Outgoing
from bot.letter import UnsafeHeader, compose
from templates import MARKER
from templates.alt import Alt
from tests.bot.conftest import outgoing, parsed

ALT = Alt("What is due until June")
PICTURE = Extra("timeline.png", "image/png", bytes(range(256)) * 3, "timeline@cais", ALT)
CALENDAR = Extra("deadlines.ics", "text/calendar; charset=utf-8; method=PUBLISH", b"BEGIN:VCALENDAR\r\n")
BREAKING = ["\r\n", "\n", "\r", '"', "\0", "\x85", "\u2028", "é", ";", "\r\nBcc: victim@example.org", " "]


def with_extras(*extras: Extra) -> Outgoing:
    plain = outgoing()
    made = replace(plain, extras=extras)
    vars(made)["said"] = plain.said
    return made


def tree(mail: MIMEPart) -> object:
    """The types of a mail's parts, inside one another."""
    kind = mail.get_content_subtype()
    return (kind, *map(tree, mail.iter_parts())) if mail.is_multipart() else kind


@pytest.mark.parametrize(
    ("extras", "expected"),
    [
        ((), ("alternative", "plain", "html")),
        ((PICTURE,), ("alternative", "plain", ("related", "html", "png"))),
        ((CALENDAR,), ("mixed", ("alternative", "plain", "html"), "calendar")),
        (
            (CALENDAR, PICTURE),
            ("mixed", ("alternative", "plain", ("related", "html", "png")), "calendar"),
        ),
    ],
)
def test_pictures_stand_with_the_html_and_files_beside_the_words(
    extras: tuple[Extra, ...], expected: object
) -> None:
    mail = parsed(compose(with_extras(*extras)))
    assert tree(mail) == expected
    assert not [part.defects for part in mail.walk() if part.defects]


def test_a_mail_with_nothing_beside_its_words_is_what_it_always_was() -> None:
    head, _, body = compose(outgoing()).partition(b"MIME-Version: 1.0\r\n")
    assert head.endswith(b"X-Loop: evidence@cais.example\r\n")
    assert body == (
        b'Content-Type: multipart/alternative; boundary="=_out-17"\r\n\r\n'
        b'--=_out-17\r\nContent-Type: text/plain; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        + MARKER.encode()
        + b"\r\n\r\nKept as R-17. Gr=C3=B6=C3=9Fe: 48.2 KB\r\n\r\n"
        b'--=_out-17\r\nContent-Type: text/html; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<p>Kept as R-17. Gr=C3=B6=C3=9Fe: 48.2 KB</p>\r\n"
        b"--=_out-17--\r\n"
    )


def test_a_picture_comes_whole_and_is_found_by_its_name() -> None:
    mail = parsed(compose(with_extras(PICTURE)))
    (part,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert part.get_content() == PICTURE.data
    assert part["Content-ID"] == "<timeline@cais>"
    assert (part.get_content_disposition(), part.get_filename()) == ("inline", "timeline.png")


def test_a_file_says_its_name_and_what_it_is() -> None:
    mail = parsed(compose(with_extras(CALENDAR)))
    (part,) = mail.iter_attachments()
    assert part.get_filename() == "deadlines.ics"
    assert part["Content-Type"].params["method"] == "PUBLISH"
    assert part.get_content() == CALENDAR.data.decode()


def test_every_line_of_a_mail_with_files_is_short_and_ends_in_crlf() -> None:
    lines = compose(with_extras(CALENDAR, PICTURE)).split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not [line for line in lines if b"\n" in line or b"\r" in line]


@pytest.mark.parametrize("breaking", BREAKING)
def test_nothing_breaks_out_of_the_head_of_a_part(breaking: str) -> None:
    def broken(value: str) -> list[str]:
        return [value + breaking, breaking + value, value[:3] + breaking + value[3:]]

    wrong = [replace(PICTURE, name=one) for one in broken(PICTURE.name)]
    wrong += [replace(PICTURE, media_type=one) for one in broken(PICTURE.media_type)]
    wrong += [replace(PICTURE, cid=one) for one in broken(PICTURE.cid)]
    for one in wrong:
        with pytest.raises(UnsafeHeader):
            compose(with_extras(one))
