"""What containers hold becomes files of the mail: winmail.dat, attached mails, signed mails."""

import binascii
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from handlers.messages import Message
from tests.intake.post import Post
from tests.intake.post import post as post
from tests.mail.mime import File, attached, entity, joined, logo, mail, roster, text, with_file, wrapped
from tests.mail.winmail import winmail

TNEF = "application/ms-tnef"
Row = tuple[int, str, str, str | None, str]


def rows(message: Message) -> list[Row]:
    return [(file.number, file.name, file.role, file.remark, file.inside) for file in message.files]


def attached_mail(raw: bytes) -> bytes:
    return entity(("Content-Type: message/rfc822",), raw)


def holding(name: str, *parts: bytes) -> bytes:
    """A mail of this subject with these parts, whose text commands something."""
    return mail(name, joined("mixed", f"=_{name}", text("withdraw D-1"), *parts))


ROSTER, MINUTES = roster("in winmail"), roster("minutes", "Minutes of September.pdf")


# winmail.dat


async def test_the_files_in_winmail_dat_are_files_of_the_mail(post: Post) -> None:
    packed = winmail((str(ROSTER.name), ROSTER.content), (str(MINUTES.name), MINUTES.content))
    part = attached(File("winmail.dat", packed), TNEF)
    message = await post.message(mail("EL 02", with_file("EL 02", part)))
    assert rows(message) == [
        (1, "roster.pdf", "document", None, "winmail.dat"),
        (2, "Minutes of September.pdf", "document", None, "winmail.dat"),
        (3, "winmail.dat", "decoration", "opened", ""),
    ]
    assert post.content(message) == [ROSTER.content, MINUTES.content, packed]
    assert [file.media_type for file in message.files] == ["application/pdf"] * 2 + [
        "application/vnd.ms-tnef"
    ]


async def test_a_mail_inside_winmail_dat_is_opened_too(post: Post) -> None:
    packed = winmail(mails=(winmail(("roster.pdf", ROSTER.content)),))
    message = await post.message(
        mail("EL 02", with_file("EL 02", attached(File("winmail.dat", packed), TNEF)))
    )
    assert [(row[1], row[2], row[4]) for row in rows(message)] == [
        ("roster.pdf", "document", "winmail.dat"),
        ("winmail.dat", "decoration", ""),
        ("winmail.dat", "decoration", "winmail.dat"),
    ]


async def test_winmail_dat_without_files_is_formatting(post: Post) -> None:
    part = attached(File("winmail.dat", winmail()), TNEF)
    message = await post.message(mail("EL 02", with_file("EL 02", part)))
    assert rows(message) == [(1, "winmail.dat", "decoration", "formatting", "")]


@pytest.mark.parametrize("cut", range(8, 400, 23))
async def test_a_torn_winmail_dat_never_costs_the_mail(post: Post, cut: int) -> None:
    torn = winmail(("roster.pdf", ROSTER.content))[:cut] + b"\xff" * 9
    message = await post.message(mail("EL 02", with_file("EL 02", attached(File("winmail.dat", torn), TNEF))))
    assert message.files[-1].name == "winmail.dat"
    assert rows(message) == [(1, "winmail.dat", "unreadable", "winmail", "")]


# attached mails


async def test_the_files_of_an_attached_mail_are_files_and_it_stays_one_itself(post: Post) -> None:
    picture = logo(File("logo.png", b"\x89PNG\r\n\x1a\n" + bytes(90)), "mark")
    inner = holding(
        "Minutes", attached(MINUTES), joined("related", "=_r", text('<img src="cid:mark">', "html"), picture)
    )
    raw = mail("EL 02", joined("mixed", "=_outer", text("EL 02"), attached_mail(inner), attached(ROSTER)))
    message = await post.message(raw)
    assert rows(message) == [
        (1, "Minutes.eml", "document", None, ""),
        (2, "roster.pdf", "document", None, ""),
        (3, "Minutes of September.pdf", "document", None, "Minutes.eml"),
        (4, "logo.png", "decoration", "inline-logo", "Minutes.eml"),
    ]
    assert message.text == "EL 02"
    assert post.content(message)[:3] == [inner, ROSTER.content, MINUTES.content]


async def test_an_eml_file_is_an_attached_mail_whatever_its_header_says(post: Post) -> None:
    part = attached(File("minutes.eml", holding("Minutes", attached(MINUTES))), "application/octet-stream")
    message = await post.message(mail("EL 02", with_file("EL 02", part)))
    assert [(row[1], row[4]) for row in rows(message)] == [
        ("minutes.eml", ""),
        ("Minutes of September.pdf", "minutes.eml"),
    ]


async def test_mails_ten_deep_are_opened_twice_and_the_rest_is_told(post: Post) -> None:
    inner = holding("m0", attached(MINUTES))
    for level in range(1, 10):
        inner = holding(f"m{level}", attached_mail(inner), attached(roster(f"level {level}", f"{level}.pdf")))
    message = await post.message(mail("EL 02", joined("mixed", "=_o", text("EL 02"), attached_mail(inner))))
    assert rows(message) == [
        (1, "m9.eml", "document", None, ""),
        (2, "m8.eml", "document", None, "m9.eml"),
        (3, "m7.eml", "document", "not-opened", "m8.eml"),
        (4, "8.pdf", "document", None, "m8.eml"),
        (5, "9.pdf", "document", None, "m9.eml"),
    ]


async def test_an_attached_mail_too_deep_but_without_files_is_nothing_to_tell(post: Post) -> None:
    inner = mail("m0", text("words"))
    for level in (1, 2):
        inner = holding(f"m{level}", attached_mail(inner))
    message = await post.message(mail("EL 02", joined("mixed", "=_o", text("EL 02"), attached_mail(inner))))
    assert [(file.name, file.remark) for file in message.files] == [
        ("m2.eml", None),
        ("m1.eml", None),
        ("m0.eml", None),
    ]


async def test_an_attached_mail_that_nobody_can_read_stays_one_file(post: Post) -> None:
    deep = b"".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n".encode() for n in range(2000)
    )
    raw = mail("EL 02", joined("mixed", "=_o", text("EL 02"), attached_mail(b"Subject: Deep\r\n" + deep)))
    message = await post.message(raw)
    assert rows(message) == [(1, "Deep.eml", "document", "not-opened", "")]


async def test_more_files_than_a_mail_may_have_stay_in_their_container(post: Post) -> None:
    many = [attached(File(f"{n}.txt", b"n")) for n in range(400)]
    two = [attached_mail(mail(f"m{n}", joined("mixed", f"=_{n}", *many))) for n in range(2)]
    message = await post.message(mail("EL 02", joined("mixed", "=_o", text("EL 02"), *two)))
    assert [(file.name, file.remark) for file in message.files if not file.inside] == [
        ("m0.eml", None),
        ("m1.eml", "not-opened"),
    ]
    assert len(message.files) == 402


async def test_what_attached_mails_hold_is_never_a_command(post: Post) -> None:
    inner = mail("approve", joined("mixed", "=_i", text("approve until 12/18"), text("withdraw D-1", "html")))
    message = await post.message(mail("EL 02", joined("mixed", "=_o", text("EL 02"), attached_mail(inner))))
    assert message.text == "EL 02"
    assert [file.name for file in message.files] == ["approve.eml"]


# S/MIME


def signer() -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ana Ruiz")])
    day = datetime(2026, 9, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, day, day + timedelta(days=900))
    return made.sign(key, hashes.SHA256()), key


@pytest.fixture(scope="module")
def identity() -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    return signer()


Identity = tuple[x509.Certificate, rsa.RSAPrivateKey]


def signed(content: bytes, identity: Identity) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(*identity, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


def smime(content: bytes, kind: str) -> bytes:
    headers = (
        f'Content-Type: application/pkcs7-mime; smime-type={kind}; name="smime.p7m"',
        'Content-Disposition: attachment; filename="smime.p7m"',
        "Content-Transfer-Encoding: base64",
    )
    return entity(headers, wrapped(content))


async def test_a_mail_inside_its_signature_is_read_as_the_mail_it_is(post: Post, identity: Identity) -> None:
    raw = mail("EL 02", smime(signed(with_file("EL 02 roster", attached(ROSTER)), identity), "signed-data"))
    message = await post.message(raw)
    assert message.text == "EL 02 roster"
    assert message.sender.address == "aruiz@sierravista.example"
    assert rows(message) == [(1, "roster.pdf", "document", None, "")]
    assert post.content(message) == [ROSTER.content]


async def test_one_signed_in_pieces_as_openssl_streams_it_is_read_too(
    post: Post, identity: Identity, tmp_path: Path
) -> None:
    certificate, key = identity
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (tmp_path / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "in").write_bytes(with_file("EL 02 roster", attached(ROSTER)))
    given = "openssl cms -sign -nodetach -stream -binary -signer cert.pem -inkey key.pem -outform DER -in in -out out"
    subprocess.run(given.split(), cwd=tmp_path, check=True)
    message = await post.message(mail("EL 02", smime((tmp_path / "out").read_bytes(), "signed-data")))
    assert (message.text, post.content(message)) == ("EL 02 roster", [ROSTER.content])


async def test_a_signature_on_a_mail_grants_nothing(post: Post, identity: Identity) -> None:
    inner = b"From: superintendent@sierravista.example\r\n" + text("EL 02")
    message = await post.message(mail("EL 02", smime(signed(inner, identity), "signed-data")))
    assert message.sender.address == "aruiz@sierravista.example"


async def test_a_signed_mail_that_is_one_of_several_parts_is_opened_and_not_obeyed(
    post: Post, identity: Identity
) -> None:
    part = smime(signed(with_file("withdraw D-1", attached(ROSTER)), identity), "signed-data")
    message = await post.message(mail("EL 02", with_file("EL 02", part)))
    assert message.text == "EL 02"
    assert rows(message) == [
        (1, "roster.pdf", "document", None, "smime.p7m"),
        (2, "smime.p7m", "decoration", "opened", ""),
    ]


async def test_an_encrypted_mail_is_told_as_that(post: Post, identity: Identity) -> None:
    certificate, _ = identity
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(b"secret").add_recipient(certificate)
    locked = builder.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    for kind in ("enveloped-data", "signed-data"):
        message = await post.message(mail("EL 02", smime(locked, kind)))
        assert rows(message) == [(1, "smime.p7m", "unreadable", "smime", "")]


async def test_what_was_signed_and_then_encrypted_inside_a_signature_is_told_too(
    post: Post, identity: Identity
) -> None:
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(b"secret").add_recipient(identity[0])
    locked = builder.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    inner = smime(locked, "enveloped-data")
    message = await post.message(mail("EL 02", smime(signed(inner, identity), "signed-data")))
    assert [(file.role, file.remark) for file in message.files] == [("unreadable", "smime")]


@pytest.mark.parametrize("cut", range(0, 1500, 97))
async def test_a_torn_signed_mail_never_costs_the_mail(post: Post, identity: Identity, cut: int) -> None:
    whole = signed(with_file("EL 02 roster", attached(ROSTER)), identity)
    torn = whole[:cut] + b"\x30\x80\xff" + whole[cut + 3 :]
    message = await post.message(mail("EL 02", smime(torn, "signed-data")))
    assert message.subject == "EL 02"


# others


async def test_a_mac_file_in_two_forks_is_one_document(post: Post) -> None:
    fork = entity(("Content-Type: application/applefile; name=roster.pdf",), b"\x00\x05\x16\x07 fork")
    message = await post.message(
        mail(
            "EL 02",
            joined("mixed", "=_m", text("EL 02"), joined("appledouble", "=_a", fork, attached(ROSTER))),
        )
    )
    assert [(file.role, file.remark) for file in message.files] == [
        ("document", None),
        ("decoration", "resource-fork"),
    ]


def uuencoded(file: File) -> bytes:
    lines = [file.content[at : at + 45] for at in range(0, len(file.content), 45)]
    body = b"".join(binascii.b2a_uu(line) for line in lines)
    return b"begin 644 %s\n%s`\nend\n" % (str(file.name).encode(), body)


def yencoded(file: File) -> bytes:
    plain = [byte + 42 & 255 for byte in file.content]
    coded = b"".join(bytes([61, one + 64]) if one in b"=\0\r\n" else bytes([one]) for one in plain)
    name = str(file.name).encode()
    return b"=ybegin line=128 size=%d name=%s\r\n%s\r\n=yend size=%d\r\n" % (
        len(file.content),
        name,
        coded,
        len(file.content),
    )


def raw_text(body: bytes) -> bytes:
    return entity(("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"), body)


async def test_a_uuencoded_file_in_the_text_is_a_file_and_no_text(post: Post) -> None:
    body = b"EL 02 roster\n\n" + uuencoded(ROSTER) + b"\nand more words\n"
    for ends in (b"\n", b"\r\n"):
        message = await post.message(mail("EL 02", raw_text(body.replace(b"\n", ends))))
        assert rows(message) == [(1, "roster.pdf", "document", None, "")]
        assert post.content(message) == [ROSTER.content]
        assert message.text.split() == ["EL", "02", "roster", "and", "more", "words"]


async def test_a_uuencoded_file_without_its_end_is_damaged(post: Post) -> None:
    body = b"EL 02\n" + uuencoded(ROSTER).removesuffix(b"`\nend\n")
    message = await post.message(mail("EL 02", raw_text(body)))
    assert [(file.name, file.role) for file in message.files] == [("roster.pdf", "damaged")]


async def test_thirty_megabytes_of_uuencode_are_read_within_the_limits(post: Post) -> None:
    file = File("scan.pdf", b"%PDF-1.4 " + bytes(range(256)) * 4096 * 30)
    message = await post.message(mail("EL 02", raw_text(b"EL 02\r\n" + uuencoded(file))))
    assert [(one.role, one.size) for one in message.files] == [("document", len(file.content))]


async def test_words_that_only_begin_like_a_file_are_words(post: Post) -> None:
    message = await post.message(mail("EL 02", text("begin 644 pages today\nWe shall see.\nend")))
    assert message.files == ()
    assert message.text == "begin 644 pages today\nWe shall see.\nend"


async def test_a_yencoded_file_in_the_text_is_a_file(post: Post) -> None:
    file = File("roster.csv", bytes(range(256)) * 3)
    message = await post.message(mail("EL 02", raw_text(b"EL 02\r\n" + yencoded(file))))
    assert [(one.name, one.role) for one in message.files] == [("roster.csv", "document")]
    assert post.content(message) == [file.content]
    assert message.text == "EL 02"


async def test_a_smime_file_known_by_its_name_only_is_read_too(post: Post, identity: Identity) -> None:
    whole = signed(with_file("EL 02 roster", attached(ROSTER)), identity)
    part = attached(File("smime.p7m", whole), "application/octet-stream")
    message = await post.message(mail("EL 02", part))
    assert (message.text, post.content(message)) == ("EL 02 roster", [ROSTER.content])
