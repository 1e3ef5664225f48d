"""Kept mail in, messages out, through a real reading process; every fixture of tests/mail among it."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from handlers.messages import Message, ReturnAddress, Unreadable
from tests.intake.post import Post
from tests.intake.post import post as post
from tests.mail.mime import File, attached, entity, joined, mail, roster, text, with_file

MAIL = Path(__file__).parents[1] / "mail"
EXPECTED = json.loads((MAIL / "expected.json").read_text("ascii"))
NOT_READABLE = {"deep_nesting.eml": "nested-too-deep"}
# What we say differently on purpose: no NUL anywhere, an unknown charset is read as Windows-1252, and a
# plain text part is taken as it is.
OTHER_WORDS = {
    "nul_bytes.eml": "EL 02 roster attached.",
    "unknown_charset.eml": "EL 02 for the year (año) 2026",
    "thunderbird_html_pdf.eml": "Good morning,\n\nattached is the *ELAC roster*, signed at the meeting of"
    " September 2.\n\nAna Ruiz\nSierra Vista Unified\nSierra Vista",
}


@dataclass(frozen=True)
class Read:
    """All fixtures, read in one batch."""

    found: dict[str, Message | Unreadable]
    kept: frozenset[str]
    left_over: Sequence[Path]


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Read:
    async def read() -> Read:
        post, names = Post(tmp_path_factory.mktemp("fixtures")), sorted(EXPECTED)
        found = await post.read(*((MAIL / name).read_bytes() for name in names))
        await post.reader.aclose()
        return Read(dict(zip(names, found, strict=True)), frozenset(post.kept), post.left_over())

    return asyncio.run(read())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_fixture_gives_exactly_its_files_and_its_words(fixtures: Read, name: str) -> None:
    found, true = fixtures.found[name], EXPECTED[name]
    if isinstance(found, Unreadable):
        assert found.reason == NOT_READABLE[name]
        return
    files = {file["sha256"] for file in true["files"]}
    others = {file["sha256"] for file in true["other"]}
    assert {file.sha256 for file in found.files} == files | others
    assert files | others <= fixtures.kept
    if true["fresh_text"] is not None:
        assert found.text == OTHER_WORDS.get(name, true["fresh_text"])


def test_a_whole_batch_is_answered_in_its_order_and_leaves_nothing(fixtures: Read) -> None:
    found = fixtures.found
    assert [each.id for each in found.values()] == list(range(1, len(found) + 1))
    assert [name for name, each in found.items() if isinstance(each, Unreadable)] == [*NOT_READABLE]
    assert not fixtures.left_over


def test_nothing_that_leaves_the_reader_is_unfit_for_a_database(fixtures: Read) -> None:
    for each in fixtures.found.values():
        said = repr(each).encode("utf-8")
        assert b"\\x00" not in said
        assert b"\\ud8" not in said


def test_machines_mail_is_told(fixtures: Read) -> None:
    why = {name: each.automatic for name, each in fixtures.found.items() if isinstance(each, Message)}
    assert {name: word for name, word in why.items() if word} == {
        "auto_reply.eml": "auto-reply",
        "bounce.eml": "bounce",
        "mailing_list.eml": "mailing-list",
    }


async def test_headers_above_64_kb_are_read_and_above_256_kb_are_not(post: Post) -> None:
    def with_header(size: int) -> bytes:
        return b"X-Long: " + b"x" * size + b"\r\n" + mail("EL 02", text("EL 02"))

    assert (await post.message(with_header(70_000))).text == "EL 02"
    assert await post.reason(with_header(300_000)) == "headers-too-long"


@pytest.mark.parametrize("where", ["top", "part"])
async def test_headers_made_of_parameters_are_refused_before_they_cost_seconds(
    post: Post, where: str
) -> None:
    header = "Content-Type: text/plain" + "".join(f";\r\n x{n}=y" for n in range(20_000))
    part = entity((header,), b"EL 02\r\n")
    assert await post.reason(mail("EL 02", part if where == "top" else with_file("words", part))) == (
        "headers-too-long"
    )


async def test_twenty_levels_are_read_and_twenty_one_are_not(post: Post) -> None:
    def nested(levels: int) -> bytes:
        content = text("EL 02")
        for level in range(levels):
            content = joined("mixed", f"=_{level}", content)
        return mail("EL 02", content)

    assert (await post.message(nested(20))).text == "EL 02"
    assert await post.reason(nested(21)) == "nested-too-deep"


async def test_more_than_500_parts_are_not_read(post: Post) -> None:
    parts = [attached(File("a.pdf", b"%PDF"))] * 501
    assert await post.reason(mail("EL 02", joined("mixed", "=_m", *parts))) == "too-many-parts"


async def test_the_way_back_is_the_strict_sender_and_his_thread(post: Post) -> None:
    content = text("EL 02")
    headers = ("In-Reply-To: <b@x.example>", "References: <a@x.example>\r\n <b@x.example>")
    message = await post.message(mail("Re: EL 02", content, *headers, sender="Ana <ana@x.example>"))
    assert message.answers == ("<b@x.example>", "<a@x.example>")
    assert message.reply_to == ReturnAddress(
        "mail", "ana@x.example", "Re: EL 02", message.message_id, ("<a@x.example>", "<b@x.example>")
    )


async def test_the_way_back_is_spelt_as_the_record_spells_it(post: Post) -> None:
    """So is the sender, who else would be a stranger."""
    message = await post.message(mail("EL 02", text("EL 02"), sender="Ana <ANA@X.example>"))
    assert message.reply_to is not None
    assert (message.reply_to.to, message.sender.address) == ("ana@x.example", "ana@x.example")


async def test_a_second_from_header_that_only_others_would_see_takes_the_authority(post: Post) -> None:
    plain = mail("EL 02", text("EL 02"))
    hidden = plain.replace(b"Subject:", b"no header\r\nFrom: b@y.example\r\nSubject:", 1)
    for changed in (hidden, plain.replace(b"MIME-", b"From : b@y.example\r\nMIME-", 1)):
        message = await post.message(changed)
        assert (message.sender.address, message.sender.basis) == (None, "two-from-headers")
        assert message.reply_to is None


async def test_a_repeated_subject_takes_the_authority(post: Post) -> None:
    message = await post.message(mail("EL 02", text("EL 02"), "Subject: CE 08"))
    assert (message.sender.address, message.sender.basis) == (None, "repeated-headers")


async def test_hints_are_the_plus_details_of_our_own_addresses(post: Post) -> None:
    recipients = ["evidence+EL-02@cais.example", "Evidence+ce-08@CAIS.example", "other+x@cais.example"]
    message = await post.message(mail("files", text("here")), rcpt_tos=recipients)
    assert message.hints == ("EL-02", "ce-08")


async def test_the_same_mail_over_two_relays_has_the_same_content(post: Post) -> None:
    first = mail("EL 02", with_file("words", attached(roster("relay"))))
    second = b"Received: from b by c; Mon, 14 Sep 2026 09:15:00 -0700\r\n" + first
    other = mail("EL 02", with_file("words", attached(roster("another relay"))))
    digests = [(await post.message(each)).content for each in (first, second, other)]
    assert digests[0] == digests[1] != digests[2]


async def test_two_mails_without_message_id_are_the_same_only_with_the_same_words(post: Post) -> None:
    def nameless(words: str) -> bytes:
        return b"From: a@b.example\r\nSubject: EL 02\r\n\r\n" + words.encode()

    digests = [(await post.message(nameless(words))).content for words in ("yes", "yes", "no")]
    assert digests[0] == digests[1] != digests[2]


async def test_an_unreadable_mail_names_only_the_envelope(post: Post) -> None:
    (found,) = await post.read((MAIL / "deep_nesting.eml").read_bytes())
    assert (found.sender.address, found.sender.trust, found.sender.basis) == (
        "aruiz@sierravista.example",
        "unauthenticated",
        "envelope",
    )
