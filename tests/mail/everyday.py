"""What districts' mail programs send on an ordinary day, imitated from their shapes."""

import quopri

from tests.mail import documents
from tests.mail.documents import LOCK, archive, docx, pdf, png
from tests.mail.mime import (
    DOCX,
    PDF,
    ROBOT,
    File,
    Fixture,
    attached,
    entity,
    joined,
    logo,
    mail,
    roster,
    text,
    with_file,
    wrapped,
)

CHOICES = (
    "Which item is it for? Answer with the number alone.",
    "",
    "1. CE 08 Career education plan",
    "2. EL 02 English learner advisory committee roster",
)
QUESTION = (
    "Which items are the two files for?",
    "",
    "1. roster.pdf",
    "2. plan.pdf",
    "",
    "Answer for example: 1: EL 05, 2: CE 01",
)


def apple_mail_inline_pdf() -> Fixture:
    file = roster("Apple Mail")
    headers = (
        'Content-Type: application/pdf; x-unix-mode=0644; name="roster.pdf"',
        "Content-Disposition: inline; filename=roster.pdf",
        "Content-Transfer-Encoding: base64",
    )
    shown = entity(headers, wrapped(file.content))
    before, after = text("EL 02 ELAC roster below.\n"), text("\n\nThank you,\nAna Ruiz")
    content = joined("mixed", "Apple-Mail=_6F0D1C52-0B4E-4E0C-9B7A-1D2C3E4F5A6B", before, shown, after)
    raw = mail("ELAC roster", content, "X-Mailer: Apple Mail (2.3826.700.81)", like="Apple Mail")
    remark = "The PDF is inline and the text goes on after it: both text parts are the sender's words."
    return Fixture(raw, "EL 02 ELAC roster below.\n\nThank you,\nAna Ruiz", (file,), remark=remark)


def html_part(*lines: str) -> bytes:
    headers = ('Content-Type: text/html; charset="us-ascii"', "Content-Transfer-Encoding: quoted-printable")
    return entity(
        headers, quopri.encodestring("\n".join((*lines, "")).encode("ascii")).replace(b"\n", b"\r\n")
    )


def outlook_html_logo() -> Fixture:
    logos = [File(f"image00{n}.png", png(40 * n, 90, 160), "logo in the signature") for n in (1, 2, 3)]
    ids = [f"image00{n}.png@01DC2551.8E3F8B90" for n in (1, 2, 3)]
    images = "".join(f'<img width=8 height=8 src="cid:{one}">' for one in ids)
    page = html_part(
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>',
        "<style><!-- p.MsoNormal {margin:0in;} --></style></head><body lang=EN-US><div class=WordSection1>",
        "<p class=MsoNormal>EL 02 plan attached.<o:p></o:p></p>",
        "<p class=MsoNormal>Ana Ruiz<o:p></o:p></p>",
        f"<p class=MsoNormal>{images}<o:p></o:p></p></div></body></html>",
    )
    pictures = [logo(one, name) for one, name in zip(logos, ids, strict=True)]
    related = joined(
        'related; type="text/html"', "----=_NextPart_001_0012_01DC2551.8E3F8B90", page, *pictures
    )
    plan = File("EL 02 Plan.docx", docx("EL 02 plan", "Made-up fixture"))
    content = joined("mixed", "----=_NextPart_000_0011_01DC2551.8E3F8B90", related, attached(plan, DOCX))
    raw = mail("EL 02 plan", content, "X-Mailer: Microsoft Outlook 16.0", like="Outlook")
    remark = "HTML only; the three cid: logos are no documents."
    return Fixture(raw, "EL 02 plan attached.\n\nAna Ruiz", (plan,), tuple(logos), remark)


def gmail_reply_quote() -> Fixture:
    fresh, asked = (
        "1: EL 02, 2: CE 08",
        "On Mon, Sep 14, 2026 at 8:31 AM CAIS evidence <evidence@cais.example>",
    )
    plain = text(
        "\n".join((fresh, "", asked, "wrote:", "", *(f"> {line}".rstrip() for line in QUESTION), ">"))
    )
    quote = "<br>".join(QUESTION)
    page = text(
        f'<div dir="ltr">{fresh}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" '
        'class="gmail_attr">On Mon, Sep 14, 2026 at 8:31\u202fAM CAIS evidence &lt;<a '
        'href="mailto:evidence@cais.example">evidence@cais.example</a>&gt; wrote:<br></div><blockquote '
        f'class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{quote}<br></blockquote></div>',
        "html",
    )
    content = joined("alternative", "00000000000051f0a5063ed1c2b3", plain, page)
    thread = ("In-Reply-To: <out-8@cais.example>", "References: <out-8@cais.example>")
    raw = mail("Re: Which items are the two files for?", content, *thread, like="Gmail", to=ROBOT)
    return Fixture(
        raw,
        fresh,
        remark="The attribution is broken before 'wrote:'; the quote holds another answer, our example.",
    )


def outlook_reply_quote() -> Fixture:
    facts = {
        "From": ROBOT,
        "Sent": "Monday, September 14, 2026 8:31 AM",
        "To": "Ana Ruiz <aruiz@sierravista.example>",
        "Subject": "Which item is roster.pdf for?",
    }
    head = [f"{name}: {value}" for name, value in facts.items()]
    plain = text("\n".join(("2", "", "-----Original Message-----", *head, "", *CHOICES)))
    border = '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in">'
    rows = "<br>".join(f"<b>{name}:</b> {value.replace('<', '&lt;')}" for name, value in facts.items())
    quoted = "".join(f"<p class=MsoNormal>{line}</p>" for line in CHOICES)
    page = text(
        f"<p class=MsoNormal>2</p><div>{border}<p class=MsoNormal>{rows}</p></div>{quoted}</div>", "html"
    )
    content = joined("alternative", "----=_NextPart_000_0021_01DC2551.9A7C1E40", plain, page)
    thread = ("In-Reply-To: <out-7@cais.example>", "References: <out-7@cais.example>")
    raw = mail("RE: Which item is roster.pdf for?", content, *thread, like="Outlook", to=ROBOT)
    return Fixture(raw, "2", remark="No > marks: the quote begins at the From/Sent block.")


def html_only() -> Fixture:
    page = (
        "<html><head><title>Not shown</title><style>p { color: black }</style></head><body><!-- CE 08 -->"
        '<p>Is&nbsp;EL&nbsp;02 complete?</p><p style="display:none">CE 08</p><p>Ana&#32;Ruiz</p>'
        "</body></html>"
    )
    raw = mail("A question", text(page, "html"))
    remark = "Title, style, comment and hidden text are not the sender's words (CE 08 stands only there)."
    return Fixture(raw, "Is EL 02 complete?\n\nAna Ruiz", remark=remark)


def link_instead_of_file() -> Fixture:
    link = "https://drive.google.com/file/d/1aB2cD3eF4gH5iJ6kL7mN8oP9/view?usp=sharing"
    plain, page = (
        text(f"EL 02 is here\n{link}"),
        text(f'<div>EL 02 is here <a href="{link}">roster.pdf</a></div>', "html"),
    )
    raw = mail("EL 02", joined("alternative", "0000000000007ad2f1063ed1d4e5", plain, page), like="Gmail")
    return Fixture(raw, f"EL 02 is here\n{link}", remark="No file came: a link to one did.")


def only_logos() -> Fixture:
    logos = (File("image001.png", png(10, 120, 60), "logo"), File("image002.png", png(200, 120, 60), "logo"))
    page = text('<p>EL 02 is done.</p><p><img src="cid:a@logo"><img src="cid:b@logo"></p>', "html")
    parts = (logo(logos[0], "a@logo"), logo(logos[1], "b@logo"))
    content = joined('related; type="text/html"', "=_related", page, *parts)
    return Fixture(mail("EL 02", content), "EL 02 is done.", other=logos, remark="No document, only logos.")


def no_attachment() -> Fixture:
    return Fixture(mail("status", text("status")), "status", remark="A command and nothing else.")


def locked_pdf() -> Fixture:
    file = File(
        "roster.pdf", documents.locked_pdf("EL 02 ELAC roster", "Made-up fixture"), f"user password {LOCK!r}"
    )
    raw = mail("EL 02", with_file("EL 02, the password follows.", attached(file)))
    return Fixture(raw, "EL 02, the password follows.", (file,), remark="Received, cannot be opened.")


def zip_attached() -> Fixture:
    plan = pdf("CE 08 Career education plan", "Made-up fixture")
    packed = archive(("EL 02 roster.pdf", roster("in the zip").content), ("CE 08 plan.pdf", plan))
    file = File("evidence.zip", packed, "holds 'EL 02 roster.pdf' and 'CE 08 plan.pdf'")
    raw = mail("EL 02 and CE 08", with_file("Both are in the zip.", attached(file, "application/zip")))
    return Fixture(raw, "Both are in the zip.", (file,))


def cde_convention() -> Fixture:
    file = File("LEA Plan.docx", docx("LEA Plan", "Made-up fixture"))
    words = "Please find the LEA Plan attached."
    raw = mail("Sierra Vista Unified; PI Year 3; LEA Plan", with_file(words, attached(file, DOCX)))
    return Fixture(
        raw, words, (file,), remark="Subject after the department's convention: LEA; programme; document."
    )


def spanish_el_2_de() -> Fixture:
    words, file = "Adjunto la lista firmada el 2 de diciembre", roster("Spanish", "lista.pdf")
    raw = mail("Lista de asistencia", with_file(words, attached(file)))
    return Fixture(raw, words, (file,), remark="'el 2 de' is no item code: no item is named.")


def rfc822_with_command() -> Fixture:
    """The words of an attached mail are not the sender's words, its file is a file he sent."""
    inner_file = roster("attached mail", note="inside the attached mail")
    sender = "School office <office@sierravista.example>"
    inner = mail(
        "Roster", with_file("CE 08", attached(inner_file, PDF)), sender=sender, to="aruiz@sierravista.example"
    )
    headers = ("Content-Type: message/rfc822", 'Content-Disposition: attachment; filename="Roster.eml"')
    content = joined("mixed", "=_outer", text("EL 02"), entity(headers, inner))
    other = (File("Roster.eml", inner, "the attached mail itself"),)
    remark = "The own text says EL 02; CE 08 stands only in the attached mail and is no command."
    return Fixture(mail("Fwd: Roster", content), "EL 02", (inner_file,), other, remark)


def smime_signed_like() -> Fixture:
    words, file = "EL 02, signed.", roster("signed")
    seal = File(
        "smime.p7s",
        b"0\x80\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x02 fixture, no signature",
        "signature, no document",
    )
    parts = (with_file(words, attached(file)), attached(seal, "application/pkcs7-signature"))
    content = joined('signed; protocol="application/pkcs7-signature"; micalg=sha-256', "=_signed", *parts)
    remark = "multipart/signed; the signature itself is not real."
    return Fixture(mail("EL 02", content), words, (file,), (seal,), remark)


EVERYDAY = (
    apple_mail_inline_pdf,
    outlook_html_logo,
    gmail_reply_quote,
    outlook_reply_quote,
    html_only,
    link_instead_of_file,
    only_logos,
    no_attachment,
    locked_pdf,
    zip_attached,
    cde_convention,
    spanish_el_2_de,
    rfc822_with_command,
    smime_signed_like,
)
