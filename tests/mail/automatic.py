"""Mail that no person wrote to us: nothing in it is a command, and it gets no answer."""

from tests.mail.documents import pdf
from tests.mail.mime import SENDER, File, Fixture, attached, block, entity, joined, mail, text


def auto_reply() -> Fixture:
    words = "I am out of the office until September 28. For EL 02 please write to the school office."
    signs = (
        "In-Reply-To: <out-7@cais.example>",
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "X-Autoreply: yes",
    )
    raw = mail("Automatic reply: Which item is roster.pdf for?", text(words), "Return-Path: <>", *signs)
    return Fixture(raw, words, remark="Vacation notice: Auto-Submitted, no command, no answer.")


def bounce() -> Fixture:
    """Postfix's shape: the notice, the machine's report, the mail that came back."""
    notice = text(
        "This is the mail system at host mx.sierravista.example.\n\n<aruiz@sierravista.example>: user unknown"
    )
    report = block(
        "Reporting-MTA: dns; mx.sierravista.example",
        "",
        "Final-Recipient: rfc822; aruiz@sierravista.example",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown",
    )
    returned = block(
        "From: CAIS evidence <evidence@cais.example>",
        f"To: {SENDER}",
        "Subject: Which item is roster.pdf for?",
        "Message-ID: <out-7@cais.example>",
        "Auto-Submitted: auto-replied",
        "",
        "1. CE 08",
        "2. EL 02",
    )
    parts = (
        notice,
        entity(("Content-Type: message/delivery-status",), report),
        entity(("Content-Type: message/rfc822",), returned),
    )
    content = joined("report; report-type=delivery-status", "4bT9xG1zKq.1757863867/mx", *parts)
    signs = ("Return-Path: <>", "Auto-Submitted: auto-replied")
    sender = "MAILER-DAEMON@sierravista.example (Mail Delivery System)"
    raw = mail("Undelivered Mail Returned to Sender", content, *signs, like="Postfix", sender=sender)
    other = (File(None, returned, "our own mail <out-7@cais.example>, come back"),)
    return Fixture(
        raw, None, other=other, remark="Permanent failure of aruiz@sierravista.example, 5.1.1; null sender."
    )


def mailing_list() -> Fixture:
    words, file = (
        "EL 02: the minutes for everybody.",
        File("minutes.pdf", pdf("ELAC minutes", "Made-up fixture")),
    )
    signs = (
        "Cc: evidence@cais.example",
        "List-Id: ELAC parents <elac.lists.sierravista.example>",
        "List-Post: <mailto:elac@lists.sierravista.example>",
        "List-Unsubscribe: <mailto:elac-leave@lists.sierravista.example>",
        "Sender: elac-bounces@lists.sierravista.example",
        "Precedence: list",
    )
    footer = "_" * 47 + "\nELAC mailing list -- elac@lists.sierravista.example"
    content = joined("mixed", "===============0311==", text(words), attached(file), text(footer))
    raw = mail("[ELAC] Minutes", content, *signs, like="Mailman", to="elac@lists.sierravista.example")
    return Fixture(
        raw, words, (file,), remark="List copy: never answered; the list's footer is not the sender's text."
    )


AUTOMATIC = (
    auto_reply,
    bounce,
    mailing_list,
)
