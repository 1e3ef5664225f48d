"""The files of a mail: what is a document to people, what is not, and that each keeps its bytes."""

import base64

import pytest

from tests.intake.post import Post
from tests.intake.post import post as post
from tests.mail.documents import paged_docx, paged_pdf, pdf, xlsx
from tests.mail.mime import File, attached, entity, joined, logo, mail, roster, text, with_file, wrapped

AN_HTML = '<p>EL 02</p><img src="cid:logo1">'
PNG = b"\x89PNG\r\n\x1a\n"


async def test_a_logo_is_no_document_and_is_counted_after_the_documents(post: Post) -> None:
    picture = logo(File("logo.png", PNG + b"x" * 900), "logo1")
    related = joined("related", "=_r", text(AN_HTML, "html"), picture)
    message = await post.message(mail("EL 02", joined("mixed", "=_m", related, attached(roster("logo")))))
    assert [(file.number, file.name, file.role, file.remark) for file in message.files] == [
        (1, "roster.pdf", "document", None),
        (2, "logo.png", "decoration", "inline-logo"),
    ]


async def test_a_large_picture_in_the_text_is_a_document(post: Post) -> None:
    picture = logo(File("scan.png", PNG + b"x" * 70_000), "logo1")
    message = await post.message(mail("EL 02", joined("related", "=_r", text(AN_HTML, "html"), picture)))
    assert [(file.name, file.role) for file in message.files] == [("scan.png", "document")]


async def test_an_attached_picture_is_a_document_however_small(post: Post) -> None:
    picture = attached(File("photo.png", PNG), "image/png")
    message = await post.message(mail("EL 02", with_file("EL 02", picture)))
    assert [file.role for file in message.files] == ["document"]


@pytest.mark.parametrize(
    ("kind", "role", "remark"),
    [
        ("application/pkcs7-signature", "decoration", "signature"),
        ("application/pgp-keys", "decoration", "signature"),
        ("application/pkcs7-mime", "unreadable", "smime"),
        ("message/partial", "unreadable", "incomplete"),
        ("application/ms-tnef", "unreadable", "winmail"),
        ("text/plain", "document", None),
    ],
)
async def test_a_kind_of_part_has_its_role(post: Post, kind: str, role: str, remark: str | None) -> None:
    content = b"\x78\x9f\x3e\x22 and so on" if kind == "application/ms-tnef" else b"something"
    message = await post.message(mail("EL 02", with_file("EL 02", attached(File("it", content), kind))))
    assert [(file.role, file.remark) for file in message.files] == [(role, remark)]


async def test_a_nameless_invitation_is_a_decoration(post: Post) -> None:
    invitation = entity(("Content-Type: text/calendar; method=REQUEST",), b"BEGIN:VCALENDAR\r\n")
    message = await post.message(mail("EL 02", joined("alternative", "=_a", text("EL 02"), invitation)))
    assert [(file.role, file.remark) for file in message.files] == [("decoration", "invitation")]
    assert message.text == "EL 02"


async def test_a_multipart_whose_boundary_never_comes_is_shown_to_a_person(post: Post) -> None:
    content = entity(('Content-Type: multipart/mixed; boundary="never"',), b"no boundary anywhere\r\n")
    message = await post.message(mail("EL 02", content))
    assert [(file.role, file.remark) for file in message.files] == [("unreadable", "broken-mime")]


async def test_an_attached_mail_is_a_file_with_its_bytes_as_they_came(post: Post) -> None:
    inner = mail("Inner", with_file("approve item 3", attached(roster("inner")))).replace(
        b"Subject: Inner", b"Subject:Inner  \r\n\tfolded "
    )
    outer = joined("mixed", "=_outer", text("see below"), entity(("Content-Type: message/rfc822",), inner))
    message = await post.message(mail("Fwd", outer))
    assert [(file.name, file.media_type) for file in message.files] == [
        ("Inner folded.eml", "message/rfc822"),
        ("roster.pdf", "application/pdf"),
    ]
    assert post.content(message)[0] == inner
    assert message.text == "see below"


async def test_a_large_attached_mail_keeps_its_bytes_too(post: Post) -> None:
    inner = mail("Inner", with_file("words", attached(File("big.pdf", pdf("big") + bytes(300_000)))))
    inner = inner.replace(b"words", b"words\r\n\r\nContent-Type: Message/Rfc822\r\ncontent-type:message/x")
    part = entity(("Content-Type:\r\n MESSAGE/RFC822",), inner)
    message = await post.message(mail("Fwd", joined("mixed", "=_outer", text("see below"), part)))
    assert post.content(message) == [inner, pdf("big") + bytes(300_000)]


async def test_the_entries_of_a_digest_are_files(post: Post) -> None:
    digest = joined("digest", "=_d", entity((), mail("One", text("approve"))))
    message = await post.message(mail("Digest", joined("mixed", "=_outer", text("see below"), digest)))
    assert [file.name for file in message.files] == ["One.eml"]
    assert message.text == "see below"


async def test_the_same_file_twice_stays_two_and_is_kept_once(post: Post) -> None:
    file = attached(roster("twice"))
    message = await post.message(mail("EL 02", joined("mixed", "=_m", text("two"), file, file)))
    assert [file.number for file in message.files] == [1, 2]
    assert len(post.kept) == 1


async def test_a_name_beyond_the_library_costs_the_name_and_not_the_mail(post: Post) -> None:
    names = ("filename*0*=\0''x", "filename*0=a; filename*x=b", "filename==?\0?b?QUJD?=")
    for name in names:
        headers = (f"Content-Disposition: attachment; {name}", "Content-Type: text/plain; charset=\0")
        message = await post.message(mail("EL 02", with_file("words", entity(headers, b"content\r\n"))))
        assert [(file.role, file.size) for file in message.files] == [("document", len(b"content\r\n"))]


async def test_quoted_printable_and_uuencoded_files_come_back_whole(post: Post) -> None:
    quoted = entity(
        ("Content-Type: text/csv; name=a.csv", "Content-Transfer-Encoding: Quoted-Printable "),
        b"a=3Bb;=\r\nc\r\n",
    )
    coded = entity(
        ("Content-Type: application/pdf; name=b.pdf", "Content-Transfer-Encoding: x-uuencode"),
        b"begin 644 b.pdf\r\n$)5!$1@\r\n`\r\nend\r\n",
    )
    message = await post.message(mail("EL 02", joined("mixed", "=_m", text("two"), quoted, coded)))
    assert post.content(message) == [b"a;b;c\r\n", b"%PDF"]


async def test_a_text_attached_without_a_name_is_a_file_and_no_words(post: Post) -> None:
    part = entity(("Content-Type: text/plain", "Content-Disposition: attachment"), wrapped(b"approve"))
    message = await post.message(mail("EL 02", with_file("EL 02", part)))
    assert message.text == "EL 02"
    assert [file.name[-4:] for file in message.files] == [".txt"]


async def test_headers_given_twice_and_not_the_same_are_told(post: Post) -> None:
    part = b"Content-Transfer-Encoding: 7bit\r\n" + attached(roster("twice"))
    message = await post.message(mail("EL 02", with_file("EL 02", part)))
    assert [(file.role, file.remark) for file in message.files] == [("document", "ambiguous")] * 2
    assert post.content(message)[1] == roster("twice").content
    same = b"Content-Transfer-Encoding: base64\r\n" + attached(roster("twice"))
    message = await post.message(mail("EL 02", with_file("EL 02", same)))
    assert [file.remark for file in message.files] == [None]


TYPES = ("Content-Type: text/plain", 'Content-Type: application/pdf; name="roster.pdf"')
WAYS = ("Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: 7bit")
SHOWN = ("Content-Disposition: inline", 'Content-Disposition: attachment; filename="roster.pdf"')


@pytest.mark.parametrize("types", [TYPES, TYPES[::-1], TYPES[1:]])
@pytest.mark.parametrize("shown", [SHOWN, SHOWN[::-1], ()])
@pytest.mark.parametrize("ways", [WAYS, WAYS[::-1], WAYS[:1]])
async def test_no_program_sees_a_file_that_we_do_not(
    post: Post, types: tuple[str, ...], shown: tuple[str, ...], ways: tuple[str, ...]
) -> None:
    """Whichever of two headers it takes."""
    part = entity((*types, *shown, *ways), base64.encodebytes(pdf("hidden")))
    message = await post.message(mail("EL 02", joined("mixed", "=_m", text("see below"), part)))
    assert pdf("hidden") in post.content(message)
    assert [file.name for file in message.files][:1] == ["roster.pdf"]
    once = len({*types}) < 2 and len({*shown}) < 2 and len({*ways}) < 2
    assert {file.remark for file in message.files} == {None if once else "ambiguous"}


@pytest.mark.parametrize("second", [TYPES[1], WAYS[0], SHOWN[1]])
async def test_words_that_may_be_a_file_or_other_words_command_nothing(post: Post, second: str) -> None:
    first = {TYPES[1]: TYPES[0], WAYS[0]: WAYS[1], SHOWN[1]: SHOWN[0]}[second]
    message = await post.message(mail("EL 02", entity((first, second), b"submit EL 02\r\n")))
    assert message.differs
    plain = await post.message(mail("EL 02", entity((first,), b"submit EL 02\r\n")))
    assert not plain.differs


async def test_a_text_that_may_be_a_whole_mail_of_parts_is_left_to_a_person(post: Post) -> None:
    part = entity(
        (TYPES[0], 'Content-Type: multipart/mixed; boundary="x"'), b"--x\r\n\r\nhidden\r\n--x--\r\n"
    )
    raw = mail("EL 02", joined("mixed", "=_m", text("see below"), part))
    assert await post.reason(raw) == "ambiguous"


async def test_a_mail_with_two_boundaries_is_left_to_a_person(post: Post) -> None:
    second = b'\r\nContent-Type: multipart/mixed; boundary="other"\r\n\r\n'
    raw = mail("EL 02", with_file("EL 02", text("x")).replace(b"\r\n\r\n", second, 1))
    assert await post.reason(raw) == "ambiguous"


EXTENTS = [
    ("plan.pdf", paged_pdf(12), {"pages": 12}),
    ("plan.docx", paged_docx(7), {"pages": 7}),
    ("book.xlsx", xlsx(Ledger=80), {"sheets": {"Ledger": 80}}),
    ("photo.png", PNG, None),
]


@pytest.mark.parametrize(("name", "content", "extent"), EXTENTS, ids=[name for name, _, _ in EXTENTS])
async def test_a_document_comes_with_its_extent(
    post: Post, name: str, content: bytes, extent: dict[str, object] | None
) -> None:
    message = await post.message(mail("EL 02", with_file("EL 02", attached(File(name, content)))))
    assert [(file.name, file.extent) for file in message.files] == [(name, extent)]
