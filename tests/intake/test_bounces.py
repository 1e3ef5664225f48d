"""Which message of ours did not arrive: told by 270 shapes of bounces, and by none of the mails that are none."""

import pytest

from handlers.messages import Message
from handlers.signals import Bounce
from tests.intake.bounce_shapes import OUR_ID, OWN, SHAPES_LEAST, TOKEN, VERP, cases, raw
from tests.intake.post import ENVELOPE, Post
from tests.intake.post import post as post

NULL = ""


async def read(post: Post, mails: list[tuple[bytes, str, str]]) -> list[Message]:
    """Each with its envelope's sender and recipient."""
    entries = [
        post.entry(mail, number, {**ENVELOPE, "mail_from": sender, "rcpt_tos": [to]})
        for number, (mail, sender, to) in enumerate(mails, 1)
    ]
    found = await post.reader.read(entries)
    assert all(isinstance(one, Message) for one in found), found
    return [one for one in found if isinstance(one, Message)]


async def test_nearly_every_bounce_is_matched_and_none_is_taken_for_a_persons_mail(post: Post) -> None:
    shapes = list(cases())
    found = await read(post, [(raw(case), NULL, case.recipient) for case in shapes])
    wrong = [
        (case.name, one.bounce)
        for case, one in zip(shapes, found, strict=True)
        if one.bounce is None
        or (one.bounce.number, one.bounce.token, one.bounce.action) != (41, TOKEN, "failed")
    ]
    assert len(shapes) >= SHAPES_LEAST
    assert wrong == []
    assert [case.name for case, one in zip(shapes, found, strict=True) if one.automatic is None] == []
    assert [
        (case.name, one.bounce and one.bounce.status)
        for case, one in zip(shapes, found, strict=True)
        if one.bounce
        and one.bounce.status != case.shape.status
        and case.shape.fields
        and "5.1.10" not in case.shape.fields
    ] == []


async def test_a_bounce_with_a_sender_of_its_own_is_matched_too(post: Post) -> None:
    """Some servers forget the null sender: then their own signs must do."""
    shapes = [case for case in cases() if case.to == "verp"]
    found = await read(post, [(raw(case), "mailer-daemon@mx.example", VERP) for case in shapes])
    missed = [case.name for case, one in zip(shapes, found, strict=True) if one.bounce is None]
    assert len(missed) <= len(shapes) // 100, missed


def report(fields: str, to: str = VERP) -> bytes:
    shape = next(case for case in cases() if case.shape.name == "postfix" and case.returns == "headers")
    return raw(shape).replace(
        shape.shape.fields.replace("\n", "\r\n").encode(), fields.replace("\n", "\r\n").encode()
    )


@pytest.mark.parametrize("action", ["failed", "delayed", "relayed", "expanded", "delivered"])
async def test_a_reports_action_is_told(post: Post, action: str) -> None:
    fields = (
        f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b.example\nAction: {action}\nStatus: 4.4.7\n"
    )
    (one,) = await read(post, [(report(fields), NULL, VERP)])
    assert one.bounce == Bounce(41, TOKEN, action, "4.4.7", "verp")


async def test_of_several_recipients_the_worst_counts(post: Post) -> None:
    group = "\nFinal-Recipient: rfc822; a@b.example\nAction: {}\nStatus: {}\n"
    fields = "Reporting-MTA: dns; mx\n" + group.format("relayed", "2.0.0") + group.format("failed", "5.4.6")
    (one,) = await read(post, [(report(fields), NULL, VERP)])
    assert one.bounce is not None
    assert (one.bounce.action, one.bounce.status) == ("failed", "5.4.6")


def plain(subject: str, text: str, sender: str = "MAILER-DAEMON@mx.example", more: str = "") -> bytes:
    return f"From: {sender}\r\nTo: {OWN}\r\nSubject: {subject}\r\nMessage-ID: <x@y.example>\r\n{more}\r\n{text}\r\n".encode()


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Warning: message 1abc delayed 24 hours",
            "This is a warning message only. You do not need to resend.",
        ),
        (
            "Delayed Mail (still being retried)",
            "Your message could not be delivered for more than 4 hours.\nIt will be retried.",
        ),
        ("Delivery Status Notification (Delay)", "Delivery to the following recipients has been delayed."),
        ("Warning: could not send message for past 4 hours", "451 4.4.1 reply: read error"),
    ],
)
async def test_a_warning_is_no_failure(post: Post, subject: str, text: str) -> None:
    (one,) = await read(post, [(plain(subject, text), NULL, VERP)])
    assert one.bounce is not None
    assert one.bounce.action == "delayed"


async def test_the_secret_address_is_believed_before_the_id_and_the_id_before_the_thread(post: Post) -> None:
    other = "fedcba9876543210"
    text = f"550 5.1.1 unknown user\r\n\r\nMessage-ID: {OUR_ID}"
    thread = f"In-Reply-To: <out-9.{other}@cais.example>\r\n"
    mail = plain("failure notice", text, more=thread)
    verp, by_id, by_thread = await read(
        post,
        [
            (mail, NULL, f"evidence+b7-{other}@cais.example"),
            (mail, NULL, OWN),
            (plain("failure notice", "550 5.1.1 unknown user", more=thread), NULL, OWN),
        ],
    )
    assert [(one.bounce.number, one.bounce.sign) for one in (verp, by_id, by_thread) if one.bounce] == [
        (7, "verp"),
        (41, "message id"),
        (9, "thread"),
    ]


async def test_a_bounce_of_nothing_of_ours_names_nothing(post: Post) -> None:
    (one,) = await read(post, [(plain("failure notice", "550 5.1.1 unknown user"), NULL, OWN)])
    assert one.bounce == Bounce(None, "", "failed", "5.1.1", "nothing")


@pytest.mark.parametrize(
    ("subject", "more"),
    [
        ("Out of office: Receipt R-12", ""),
        ("Automatic reply: Receipt R-12", "Auto-Submitted: auto-replied\r\n"),
        ("Abwesenheitsnotiz: Receipt", "Auto-Submitted: auto-replied\r\n"),
        ("Re: Receipt R-12", "Auto-Submitted: auto-replied\r\n"),
        ("Your e-mail requires verification", ""),
    ],
)
async def test_a_vacation_notice_to_the_bounce_address_is_no_bounce(
    post: Post, subject: str, more: str
) -> None:
    """RFC 3834 sends them to the envelope's sender, with the null sender: that is where bounces go, too."""
    mail = plain(subject, "I am away until Monday.", "Ana Ruiz <aruiz@sierravista.example>", more)
    (one,) = await read(post, [(mail, NULL, VERP)])
    assert (one.bounce, one.automatic is not None) == (None, True)


@pytest.mark.parametrize(
    "subject", ["Re: Undelivered Mail Returned to Sender", "FW: failure notice", "what failed?"]
)
async def test_a_person_who_writes_about_a_bounce_is_a_person(post: Post, subject: str) -> None:
    mail = plain(
        subject,
        f"Why this? It says user unknown 5.1.1\r\n\r\n> Message-ID: {OUR_ID}",
        "Ana <aruiz@sierravista.example>",
    )
    (one,) = await read(post, [(mail, "aruiz@sierravista.example", OWN)])
    assert (one.automatic, one.bounce) == (None, None)


async def test_a_read_receipt_and_an_answered_invitation_are_told_apart(post: Post) -> None:
    receipt = (
        f"From: aruiz@sierravista.example\r\nTo: {OWN}\r\nSubject: Read: Receipt R-12\r\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\r\n\r\n--b\r\n\r\nread\r\n'
        "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"Final-Recipient: rfc822;aruiz@sierravista.example\r\nOriginal-Message-ID: {OUR_ID}\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n--b--\r\n"
    )
    answer = (
        f"From: aruiz@sierravista.example\r\nTo: {OWN}\r\nSubject: Accepted: site visit\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\n\r\nAna accepted.\r\n--b\r\n'
        "Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n--b--\r\n"
    )
    invitation = answer.replace("REPLY", "REQUEST").replace("Accepted: ", "EL 02 ")
    sender = "aruiz@sierravista.example"
    found = await read(post, [(mail.encode(), sender, OWN) for mail in (receipt, answer, invitation)])
    assert [(one.automatic, one.bounce) for one in found] == [
        ("read-receipt", None),
        ("calendar", None),
        (None, None),
    ]


async def test_our_own_mail_is_known_under_any_name(post: Post) -> None:
    sender = "Ana <aruiz@sierravista.example>"
    relayed = "Received: from a by b; Mon, 2 Dec 2013 12:00:00 -0800\r\n" * 51
    back = plain("EL 02", "x", sender).replace(b"<x@y.example>", OUR_ID.encode())
    mails = [
        back,
        plain("EL 02", "x", sender, f"X-Loop: {OWN}\r\n"),
        plain("EL 02", "x", sender, "X-Loop: staff@sierravista.example\r\n"),
        plain("EL 02", "x", sender, relayed),
    ]
    found = await read(post, [(mail, "aruiz@sierravista.example", OWN) for mail in mails])
    assert [one.automatic for one in found] == ["our-own", "loop", None, "loop"]


async def test_a_scanner_is_a_persons_hand(post: Post) -> None:
    mail = plain(
        "EL 02", "Scanned.", "scanner@sierravista.example", "X-Mailer: Canon iR-ADV scan to mail\r\n"
    )
    (one,) = await read(post, [(mail, "scanner@sierravista.example", OWN)])
    assert one.automatic is None
