"""A signed receipt in a real mail: byte for byte through SMTP, in both parts, and as a reply quotes it."""

from typing import Any

from inscriptis import get_text  # type: ignore[import-untyped]
from pydantic import SecretStr

from bot.delivery import Outgoing
from bot.mailer import SmarthostMailer
from handlers.receipt_text import Found, receipts_in
from store.signing import signer_from
from templates import render
from templates.gallery import samples
from tests.bot.conftest import NOW, PLACE, an_entry
from tests.handlers.test_receipt_text import NAMES, a_receipt
from tests.servers.sink import Sink
from tests.templates.pages import Page

SIGNER = signer_from(bytes(range(32)))
SAMPLE = next(one for one in samples() if one.title == "evidence_received.one-file")


def genuine(text: str) -> Found:
    (found,) = receipts_in(text)
    assert found.signature is not None
    assert SIGNER.verifies(SIGNER.key, found.words.encode(), found.signature)
    return found


def mailed(lines: list[str]) -> Outgoing:
    fields: dict[str, Any] = SAMPLE.fields | {"signed": lines}
    return Outgoing(an_entry(template="evidence_received", fields=fields), PLACE, NOW)


async def test_both_parts_of_a_mail_hold_the_receipt_word_for_word(sink: Sink) -> None:
    lines = a_receipt(*NAMES)
    await SmarthostMailer(SecretStr(f"smtp://127.0.0.1:{sink.port}")).send(mailed(lines))
    (mail,) = sink.mails
    text, html = (mail.message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert "\n".join(lines) in text.get_content().replace("\r\n", "\n")
    words = genuine("\n".join(lines)).words
    assert genuine(text.get_content()).words == words
    assert genuine(Page(html.get_content()).text).words == words
    assert genuine(get_text(html.get_content())).words == words


def test_a_reply_that_quotes_the_mail_still_holds_it() -> None:
    lines = a_receipt(*NAMES)
    quoted = "\n".join(f"> {line}" for line in mailed(lines).said.text.splitlines())
    assert (
        genuine(f"Is this one real?\n\nOn Tue, you wrote:\n{quoted}").words == genuine("\n".join(lines)).words
    )


def test_inside_a_transcript_it_is_the_same() -> None:
    """A rehearsal has none: nothing was done."""
    lines = a_receipt(*NAMES)
    inner = {"template": "evidence_received", "fields": SAMPLE.fields | {"signed": lines}}
    message = {"receipt": 17, "received_at": NOW.isoformat(), "name": "Ana"}
    fields = message | {"steps": [{"said": "", "done": True, **inner}], "left": 0}
    said = render("transcript_given", fields, PLACE)
    assert "\n".join(lines) in said.text
    genuine(Page(said.html).text)


def test_a_receipt_without_a_key_says_nothing_of_signatures() -> None:
    said = render("evidence_received", SAMPLE.fields | {"signed": []}, PLACE)
    assert "signed" not in (said.text + said.html).lower()


def test_the_samples_are_signed_with_a_key_that_everybody_knows() -> None:
    known = signer_from(bytes(32))
    for sample in samples():
        for found in receipts_in("\n".join(sample.fields.get("signed", []))):
            assert found.signature is not None
            assert known.verifies(known.key, found.words.encode(), found.signature)
