"""Mail of fifty MiB in every shape, and torn mail: flat memory, bounded time, never an error."""

import asyncio
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.messages import Message, Unreadable
from intake.children import Limits
from tests.intake.post import Post
from tests.intake.post import post as post
from tests.mail.mime import File, attached, entity, joined, mail, text, with_file

MIB = 1024 * 1024
PLAIN = mail("EL 02", text("EL 02"))
WITH_FILE = mail("CE 08", with_file("CE 08", attached(File("plan.pdf", b"%PDF-1.4"))))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Content-Type: text/plain\r\n\r\n" + b"\r\n" * (25 * MIB), None),
        (b"Content-Type: text/plain\r\n\r\n" + b"x" * (50 * MIB), None),
        (b"Content-Type: application/pdf; name=a.pdf\r\n\r\n" + b"x" * (50 * MIB), None),
        (b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * (50 * MIB), None),
        (
            b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + b"QUJD" * (12 * MIB),
            None,
        ),
        (b"\r\n" + b"-" * (50 * MIB), None),
        (b"\r\n" + b"--\r\n" * (12 * MIB), "too-many-parts"),
        (b"\r\n" + b"\r--" * (16 * MIB), "too-many-parts"),
        (b"X-Long: " + b"x" * (50 * MIB), "headers-too-long"),
        (b"X: y\r\n" * (8 * MIB), "headers-too-long"),
    ],
    ids=[
        "empty-lines",
        "endless-line",
        "endless-file",
        "equals-signs",
        "endless-base64",
        "hyphens",
        "boundary-lines",
        "boundary-lines-in-cr",
        "endless-header",
        "many-headers",
    ],
)
async def test_fifty_mib_of_any_shape_are_read_in_flat_memory(
    post: Post, content: bytes, reason: str | None
) -> None:
    await post.read(PLAIN, WITH_FILE)
    before = post.highest_memory()
    (found,) = await post.read(mail("large", content))
    assert (found.reason if isinstance(found, Unreadable) else None) == reason
    assert post.highest_memory() - before < 8 * MIB


async def test_a_mail_that_takes_too_much_memory_is_given_up_and_the_others_are_read(tmp_path: Path) -> None:
    many = mail("many", joined("mixed", "=_m", *[attached(File("a.pdf", bytes(1_700)))] * 1_700))
    roomy = Post(tmp_path)
    await roomy.read(PLAIN)
    narrow = Post(tmp_path / "narrow", limits=Limits(memory_bytes=roomy.highest_memory("VmPeak") + MIB))
    found = await narrow.read(PLAIN, many, PLAIN)
    assert [each.reason if isinstance(each, Unreadable) else "" for each in found] == [
        "",
        "too-much-memory",
        "",
    ]
    await asyncio.gather(roomy.reader.aclose(), narrow.reader.aclose())


async def test_many_equal_headers_up_to_the_limit_cost_little(post: Post) -> None:
    addresses = b"To: " + b", ".join(b"someone%d@x.example" % n for n in range(8_000))
    parens = b"Cc: " + b"(" * 60_000
    found = await post.read(addresses + b"\r\n" + parens + b"\r\n" + PLAIN)
    assert isinstance(found[0], Message)


async def test_a_thousand_parens_in_from_give_no_address_and_no_error(post: Post) -> None:
    message = await post.message(mail("EL 02", text("EL 02"), sender="(" * 1000))
    assert (message.sender.address, message.text) == (None, "EL 02")


async def test_a_zip_with_a_list_beyond_reason_is_not_listed(post: Post) -> None:
    one = b"PK\x01\x02" + bytes(42)
    end = (
        b"PK\x05\x06" + bytes(4) + b"\xff\xff\xff\xff" + (len(one) * 400_000).to_bytes(4, "little") + bytes(6)
    )
    bomb = File("bomb.zip", b"PK\x03\x04" + one * 400_000 + end)
    await post.read(PLAIN, WITH_FILE)
    before = post.highest_memory()
    message = await post.message(mail("EL 02", with_file("EL 02", attached(bomb, "application/zip"))))
    assert post.highest_memory() - before < 8 * MIB
    assert [(file.role, file.remark) for file in message.files] == [("unreadable", "zip-bomb")]


PIECES = st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"--a",
        b"--a--",
        b"Content-Type: multipart/mixed; boundary=a\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*x=",
        b"From: a@b.example\r\n",
        b"Subject: =?utf-8?b?",
        b"?=",
        b"charset=\0",
        b"\xff",
        b"=",
        b"(",
        b'"',
        b"<",
        b";",
    ]
)


async def test_random_bytes_never_raise_out_of_the_reader(post: Post) -> None:
    chance = random.Random(20260914)
    corpus = [PLAIN, WITH_FILE, *(chance.randbytes(chance.randint(0, 2000)) for _ in range(50))]
    for _ in range(20):
        batch = []
        for _ in range(20):
            raw = bytearray(chance.choice(corpus))
            for _ in range(chance.randint(1, 10)):
                place = chance.randint(0, len(raw))
                raw[place : place + chance.randint(0, 30)] = chance.randbytes(chance.randint(0, 30))
            batch.append(bytes(raw))
        assert len(await post.read(*batch)) == len(batch)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(PIECES, max_size=40).map(b"".join), min_size=60, max_size=60))
def test_torn_mail_never_raises_out_of_the_reader(
    tmp_path_factory: pytest.TempPathFactory, mails: list[bytes]
) -> None:
    async def read() -> None:
        post = Post(tmp_path_factory.mktemp("torn"))
        found = await post.read(*mails)
        await post.reader.aclose()
        assert len(found) == len(mails)
        assert not [each for each in found if isinstance(each, Unreadable) and each.reason == "parser-failed"]

    asyncio.run(read())


async def test_a_part_that_only_names_a_mail_inside_is_no_mail_to_us(post: Post) -> None:
    part = entity(("Content-Type: message/rfc822", "Content-Transfer-Encoding: base64"), b"RnJvbTogYQ==\r\n")
    message = await post.message(mail("EL 02", with_file("EL 02", part)))
    assert post.content(message) == [b"From: a"]
