"""Bounces as mail servers write them: by the program, by what they give back, by the language they speak.

Each shape is about message 41 of ours. `SHAPES` are all that say that it did not arrive.
"""

import base64
import quopri
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

OWN = "evidence@cais.example"
TOKEN = "0123456789abcdef"
VERP = f"evidence+b41-{TOKEN}@cais.example"
OUR_ID = f"<out-41.{TOKEN}@cais.example>"
ORIGINAL = (
    f"Return-Path: <{VERP}>\nDate: Mon, 02 Dec 2013 12:00:00 -0800\nFrom: CAIS evidence desk <{OWN}>\n"
    f"To: aruiz@sierravista.example\nReply-To: evidence+r41-{TOKEN}@cais.example\nSubject: Receipt R-12\n"
    f"Message-ID: {OUR_ID}\nReferences: <out-7.fedcba9876543210@cais.example> <m1@client.example>\n"
    "Auto-Submitted: auto-replied\n"
)
WORDS = "\n-- please reply above this line --\n\nWe have your mail.\n"


@dataclass(frozen=True)
class Shape:
    """A mail server's habit: who writes, under what subject, with what words, and how it reports."""

    name: str
    sender: str
    subject: str
    words: str
    fields: str = ""
    headers: str = ""
    status: str = "5.1.1"


def dsn(status: str = "5.1.1", action: str = "failed", code: str = "550") -> str:
    return (
        "Reporting-MTA: dns; mx.sierravista.example\nArrival-Date: Mon, 2 Dec 2013 12:00:01 -0800\n\n"
        "Original-Recipient: rfc822;aruiz@sierravista.example\n"
        f"Final-Recipient: rfc822; aruiz@sierravista.example\nAction: {action}\nStatus: {status}\n"
        f"Remote-MTA: dns; mx.sierravista.example\nDiagnostic-Code: smtp; {code} {status} said so\n"
        "    and more of it on a folded line\n"
    )


POSTFIX = (
    "This is the mail system at host mx.sierravista.example.\n\nI'm sorry to have to inform you that your "
    "message could not\nbe delivered to one or more recipients. It's attached below.\n\n"
    "<aruiz@sierravista.example>: host mx said: 550 5.1.1 User unknown"
)
REPORTING = [
    Shape(
        "postfix",
        "MAILER-DAEMON@mx.example (Mail Delivery System)",
        "Undelivered Mail Returned to Sender",
        POSTFIX,
        dsn(),
    ),
    Shape(
        "exchange",
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example>",
        "Undeliverable: Receipt R-12",
        "Delivery has failed to these recipients or groups:\n\naruiz",
        dsn("5.1.10"),
    ),
    Shape(
        "office365",
        "postmaster@sierravista.onmicrosoft.example",
        "Undeliverable: Receipt R-12",
        "Your message to aruiz couldn't be delivered.\naruiz wasn't found at sierravista.example.",
        dsn("5.1.10"),
    ),
    Shape(
        "gmail",
        "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        "Delivery Status Notification (Failure)",
        "** Address not found **\n\nYour message wasn't delivered to aruiz because the address couldn't be found.",
        dsn(),
        "X-Failed-Recipients: aruiz@sierravista.example\n",
    ),
    Shape(
        "exim",
        "Mail Delivery System <Mailer-Daemon@mx.example>",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error.",
        dsn("5.0.0"),
        "X-Failed-Recipients: aruiz@sierravista.example\n",
        "5.0.0",
    ),
    Shape(
        "sendmail",
        "Mail Delivery Subsystem <MAILER-DAEMON@mx.example>",
        "Returned mail: see transcript for details",
        "   ----- The following addresses had permanent fatal errors -----\n<aruiz@sierravista.example>\n    (reason: 550 5.1.1 User unknown)",
        dsn(),
    ),
    Shape(
        "yahoo",
        "MAILER-DAEMON@yahoo.example",
        "Failure Notice",
        "Sorry, we were unable to deliver your message to the following address.\n\n<aruiz>:\n554: delivery error: This user doesn't have a yahoo account",
        dsn("5.0.0"),
        status="5.0.0",
    ),
    Shape(
        "domino",
        "Postmaster@notes.example",
        "DELIVERY FAILURE: User aruiz not listed in Domino Directory",
        "Your message could not be delivered because: User not listed in public Name & Address Book",
        dsn("5.1.1"),
    ),
    Shape(
        "expired",
        "MAILER-DAEMON@mx.example",
        "Undelivered Mail Returned to Sender",
        "The mail system\n\n<aruiz>: connect to mx: Connection timed out",
        dsn("4.4.1", code="451"),
        status="4.4.1",
    ),
    Shape(
        "full",
        "MAILER-DAEMON@mx.example",
        "Undelivered Mail Returned to Sender",
        "<aruiz>: mailbox full",
        dsn("5.2.2", code="552"),
        status="5.2.2",
    ),
    Shape(
        "no action", "MAILER-DAEMON@mx.example", "failed", "It failed.", dsn().replace("Action: failed\n", "")
    ),
    Shape(
        "no status", "MAILER-DAEMON@mx.example", "failed", "It failed.", dsn().replace("Status: 5.1.1\n", "")
    ),
    Shape("loud", "MAILER-DAEMON@mx.example", "failed", "It failed.", dsn().upper()),
    Shape(
        "comments",
        "MAILER-DAEMON@mx.example",
        "failed",
        "It failed.",
        dsn("5.1.1 (bad destination mailbox address)", "failed (final)"),
    ),
    Shape(
        "german exchange",
        "postmaster@schule.example",
        "Unzustellbar: Receipt R-12",
        "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen",
        dsn(),
    ),
]
SPEAKING = [
    Shape(
        "qmail",
        "MAILER-DAEMON@mx.example",
        "failure notice",
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<aruiz@sierravista.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user",
    ),
    Shape(
        "exim old",
        "Mail Delivery System <Mailer-Daemon@mx.example>",
        "Mail delivery failed: returning message to sender",
        "A message that you sent could not be delivered\n  aruiz@sierravista.example\n    550 5.1.1 Unrouteable address",
        "",
        "X-Failed-Recipients: aruiz@sierravista.example\n",
    ),
    Shape(
        "exchange 5.5",
        "System Administrator <postmaster@x.example>",
        "Undeliverable: Receipt R-12",
        "Your message\n\n  To: aruiz\n\ndid not reach the following recipient(s):\n\naruiz on Mon, 2 Dec 2013\n    The recipient name is not recognized 5.1.1",
    ),
    Shape(
        "mdaemon",
        "MDaemon at mx.example <MDaemon@mx.example>",
        "Permanent Delivery Failure",
        "The attached message had PERMANENT fatal delivery errors! 550 5.1.1",
    ),
    Shape(
        "groupwise",
        "Mailer-Daemon@gw.example",
        "Message status - undeliverable",
        "The message that you sent was undeliverable to the following:\n aruiz (user not found) 5.1.1",
    ),
    Shape(
        "imail",
        "Postmaster <postmaster@mx.example>",
        "Undeliverable Mail",
        "Unknown user: aruiz@sierravista.example\n\nRCPT TO generated following response:\n550 5.1.1 no mailbox by that name",
    ),
    Shape(
        "french",
        "MAILER-DAEMON@mx.example",
        "Non remis : Receipt R-12",
        "Votre message n'a pas pu être remis. 5.1.1",
    ),
    Shape(
        "spanish",
        "postmaster@mx.example",
        "No se puede entregar: Receipt R-12",
        "No se pudo entregar el mensaje a estos destinatarios. 5.1.1",
    ),
    Shape(
        "portuguese",
        "postmaster@mx.example",
        "Não é possível entregar",
        "Falha na entrega a estes destinatários: aruiz 5.1.1",
    ),
    Shape(
        "german",
        "postmaster@mx.example",
        "Mail nicht zugestellt",
        "Ihre Nachricht konnte nicht zugestellt werden. 5.1.1",
    ),
    Shape(
        "italian",
        "postmaster@mx.example",
        "Mancato recapito",
        "Non è stato possibile recapitare il messaggio. 5.1.1",
    ),
    Shape(
        "dutch", "postmaster@mx.example", "Onbestelbaar: Receipt", "Uw bericht kan niet worden bezorgd. 5.1.1"
    ),
    Shape(
        "swedish",
        "postmaster@mx.example",
        "Det gick inte att leverera",
        "Meddelandet kunde inte levereras. 5.1.1",
    ),
    Shape("danish", "postmaster@mx.example", "Uleveret: Receipt", "Meddelelsen kunne ikke leveres. 5.1.1"),
    Shape(
        "polish", "postmaster@mx.example", "Niedostarczone: Receipt", "Nie można dostarczyć wiadomości. 5.1.1"
    ),
    Shape("czech", "postmaster@mx.example", "Nedoručitelné: Receipt", "Zprávu se nepodařilo doručit. 5.1.1"),
    Shape(
        "hungarian", "postmaster@mx.example", "Kézbesíthetetlen: Receipt", "Nem sikerült kézbesíteni. 5.1.1"
    ),
    Shape(
        "russian",
        "postmaster@mx.example",
        "Недоставленное сообщение",
        "Не удалось доставить сообщение. 5.1.1",
    ),
    Shape("turkish", "postmaster@mx.example", "Teslim edilemedi", "İletiniz teslim edilemedi. 5.1.1"),
    Shape("japanese", "postmaster@mx.example", "配信不能", "次の受信者に配信できませんでした。 5.1.1"),
    Shape("chinese", "postmaster@mx.example", "系统退信", "您的邮件无法送达。 5.1.1"),
    Shape("korean", "postmaster@mx.example", "배달되지 않음", "메시지가 배달되지 않았습니다. 5.1.1"),
    Shape("vietnamese", "postmaster@mx.example", "Không gửi được", "Không thể gửi thư đến người nhận. 5.1.1"),
    Shape("arabic", "postmaster@mx.example", "تعذر التسليم", "تعذر تسليم رسالتك. 5.1.1"),
    Shape("unknown tongue", "MAILER-DAEMON@mx.example", "Xyzzy", "Plugh frobnitz aruiz (550 5.1.1 plover)."),
]
SHAPES_LEAST = 250
RETURNS = ("whole", "headers", "quoted", "nothing")
CASES = [
    *product(REPORTING, RETURNS, ("verp", "plain")),
    *product(SPEAKING, RETURNS, ("verp", "plain")),
]


@dataclass(frozen=True)
class Case:
    """One shape with one way to give back, to the VERP address or to our mailbox itself."""

    shape: Shape
    returns: str
    to: str

    @property
    def name(self) -> str:
        return f"{self.shape.name}, {self.returns}, {self.to}"

    @property
    def names_us(self) -> bool:
        """Whether anything in it tells which message it is about."""
        return self.to == "verp" or self.returns != "nothing"

    @property
    def recipient(self) -> str:
        return VERP if self.to == "verp" else OWN


def cases() -> Iterator[Case]:
    for shape, returns, to in CASES:
        if to == "verp" or returns != "nothing":
            yield Case(shape, returns, to)


def raw(case: Case) -> bytes:
    """The mail. Reports have their three parts; the others have their words and what they return below."""
    shape = case.shape
    head = (
        f"From: {shape.sender}\nTo: {case.recipient}\nSubject: {_encoded(shape.subject)}\n"
        f"Date: Mon, 2 Dec 2013 12:00:02 -0800\nMessage-ID: <dsn1@mx.example>\n{shape.headers}MIME-Version: 1.0\n"
    )
    body = _report(case) if shape.fields else _plain(case)
    return (head + body).replace("\n", "\r\n").encode()


def _report(case: Case) -> str:
    shape = case.shape
    returned = {
        "whole": f"--b\nContent-Type: message/rfc822\n\n{ORIGINAL}\n{WORDS}\n",
        "headers": f"--b\nContent-Type: text/rfc822-headers\n\n{ORIGINAL}\n",
        "quoted": f"--b\nContent-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n{base64.encodebytes(ORIGINAL.encode()).decode()}\n",
        "nothing": "",
    }[case.returns]
    return (
        'Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{shape.words}\n\n"
        f"--b\nContent-Type: message/delivery-status\n\n{shape.fields}\n{returned}--b--\n"
    )


def _plain(case: Case) -> str:
    words = case.shape.words
    if case.returns == "whole":
        return (
            'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\n'
            f"Content-Transfer-Encoding: 8bit\n\n{words}\n\n--b\nContent-Type: message/rfc822\n\n{ORIGINAL}\n{WORDS}\n--b--\n"
        )
    below = {
        "headers": f"\n\n--- Below this line is a copy of the message.\n\n{ORIGINAL}",
        "quoted": "\n\n" + "".join(f"> {line}\n" for line in ORIGINAL.splitlines()),
        "nothing": "",
    }[case.returns]
    if case.returns == "headers":
        return f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{words}{below}\n"
    text = quopri.encodestring(f"{words}{below}\n".encode()).decode()
    return f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{text}\n"


def _encoded(subject: str) -> str:
    if subject.isascii():
        return subject
    return f"=?utf-8?b?{base64.b64encode(subject.encode()).decode()}?="
