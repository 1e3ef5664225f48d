"""Replies in a chat: what Slack takes, what it shows, and words that are right where mail is not."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.fake_slack_limits import WHOLE, size_of, wrong_blocks, wrong_message
from templates import Place, render
from templates.chat import blocks_of, for_slack
from templates.gallery import Sample, samples
from templates.marked import Piece
from tests.templates.json_schema import faults
from tests.templates.pages import NAUGHTY, everything_replaced

SCHEMA = json.loads(Path(__file__).with_name("slack_blocks.schema.json").read_text("utf-8"))
SAMPLES = {sample.title: sample for sample in samples()}
every_sample = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
RECEIPT = SAMPLES["evidence_received.every-verdict"]
# These speak of mail, or are told by mail only.
OF_MAIL = re.compile(
    r"account_|address_|authority_tested|claim|confirm|code_not_right|deliveries|history|held_|mail_came_back"
    r"|mail_resent|operator_alarm|stranger|user_added|user_welcomed|access_requested|nothing_to_confirm|not_from_pen"
)
MAILING = re.compile(
    r".*(?:\b[Mm]ail (?:the|it|us|for|status|contacts)|mail:|this mail|your mail\b|in the subject).*"
)


def of_mail(sample: Sample) -> bool:
    differs = sample.fields.get("facts", {}).get("doubt") == "differs"
    return differs or OF_MAIL.search(f"{sample.title} {sample.fields.get('refusal')}") is not None


def said(sample: Sample, **fields: Any) -> tuple[str, list[dict[str, Any]]]:
    place = Place("evidence@cais.example", sample.today, channel="slack")
    return for_slack(sample.template, sample.fields | fields, place)


def words_in(some: Any) -> Iterator[str]:
    """Everything that blocks show, in its order."""
    if isinstance(some, dict):
        if isinstance(some.get("text"), str):
            yield some["text"]
        for value in some.values():
            yield from words_in(value)
    elif isinstance(some, list):
        for one in some:
            yield from words_in(one)


def checked(blocks: list[dict[str, Any]]) -> None:
    assert [*faults(blocks, SCHEMA, SCHEMA)] == []
    assert wrong_blocks(blocks) == ""


@every_sample
def test_slack_takes_it(sample: Sample) -> None:
    text, blocks = said(sample)
    checked(blocks)
    assert wrong_message({"text": text, "blocks": blocks}) == ""


@every_sample
def test_slack_takes_it_whatever_people_write(sample: Sample) -> None:
    for bad in NAUGHTY.values():
        text, blocks = said(replace(sample, fields=everything_replaced(sample.fields, bad)))
        checked(blocks)
        assert wrong_message({"text": text, "blocks": blocks}) == ""


@every_sample
def test_the_text_says_all_that_the_blocks_say(sample: Sample) -> None:
    text, blocks = said(sample)
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    for shown in words_in(blocks):
        for line in filter(str.strip, shown.splitlines()):
            assert line in plain


@every_sample
def test_a_chat_says_what_the_mail_says(sample: Sample) -> None:
    """Codes, days and numbers of the mail are all there; only the signed receipt is shorter, and digests."""
    place = Place("evidence@cais.example", sample.today)
    mail = render(sample.template, sample.fields | {"signed": []}, place).text
    told = " ".join(said(sample)[0].split())
    for pattern in (r"\b[IVX]+-[A-Z&]+ \d\d\b", r"\b\w{3} \d{1,2} \w{3} \d{4}\b", r"\b[RD]-\d+\b"):
        assert {*re.findall(pattern, " ".join(mail.split()))} - {*re.findall(pattern, told)} == set()


SAID_HERE = {title: one for title, one in SAMPLES.items() if not of_mail(one)}


@pytest.mark.parametrize("sample", SAID_HERE.values(), ids=SAID_HERE)
def test_nobody_is_asked_to_mail_what_can_be_said_here(sample: Sample) -> None:
    text, _ = said(sample)
    asked = [one for one in MAILING.findall(text) if "does not reach us here" not in one]
    assert asked == []
    assert "{" not in text


@pytest.mark.parametrize(
    "bad",
    [
        "<!channel> <@U012AB3CD> <https://evil.example|here>",
        "*bold* _slanted_ ~gone~ `code` ```more```",
        ":wave: &lt;b&gt; &amp;",
        "> quoted",
        "`<!here>`",
    ],
)
def test_no_name_is_markup(bad: str) -> None:
    """In blocks it stands where Slack reads none; in the text it has nothing that could mention anybody."""
    text, blocks = said(replace(RECEIPT, fields=everything_replaced(RECEIPT.fields, bad)))
    assert {one["type"] for one in objects_in(blocks) if "text" in one} <= {"text", "plain_text", "header"}
    assert bad in "\n".join(words_in(blocks))
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", text)
    assert all(one.get("emoji") is False for one in objects_in(blocks) if one["type"] == "plain_text")


def objects_in(some: Any) -> Iterator[dict[str, Any]]:
    if isinstance(some, dict):
        if "type" in some:
            yield some
        for value in some.values():
            yield from objects_in(value)
    elif isinstance(some, list):
        for one in some:
            yield from objects_in(one)


def test_what_does_not_fit_is_said_and_the_receipt_stays() -> None:
    file = RECEIPT.fields["files"][0]
    text, blocks = said(RECEIPT, files=[file | {"number": number} for number in range(1, 300)])
    checked(blocks)
    assert "There is more than fits here." in text
    assert "Your message is kept as R-17" in text
    assert size_of(blocks) > WHOLE * 0.7  # no more is left out than must be


def test_what_comes_below_has_its_room_and_headings_are_not_too_many() -> None:
    pieces = [{"code": f"EL {number:02}", "title": "x", "review": "sv-fpm"} for number in range(90)]
    item = next(one for one in SAMPLES.values() if one.template == "item_status_shown")
    items = [item.fields["items"][0] | piece for piece in pieces]
    place = Place("evidence@cais.example", item.today, channel="slack")
    for room in (0, 4_000):
        _, blocks = for_slack(item.template, item.fields | {"items": items}, place, below=room)
        checked(blocks)
        assert size_of(blocks) + room < WHOLE
        assert len(blocks) <= 45


def test_one_long_comment_is_cut_where_slack_would_refuse_it() -> None:
    sample = next(one for one in SAMPLES.values() if one.template == "comment_heard")
    text, blocks = said(replace(sample, fields=everything_replaced(sample.fields, 'x"\\' * 8000)))
    checked(blocks)
    assert "…" in text


def test_a_signed_receipt_is_shown_by_its_digest() -> None:
    text, _ = said(SAMPLES["evidence_received.one-file"])
    assert "BEGIN CAIS RECEIPT" not in text
    assert "with the digest 5d1c0e3f…" in text
    assert "say: verify R-17" in text


def test_a_receipt_is_asked_for_by_its_own_number_not_by_that_of_the_message_with_the_files() -> None:
    sample = SAMPLES["evidence_received.one-file"]
    text, _ = said(replace(sample, fields={**sample.fields, "receipt": 16}))
    assert ("say: verify R-17" in text, "kept as R-16" in text) == (True, True), text


def test_a_file_that_never_came_has_no_size() -> None:
    sample = SAMPLES["evidence_received.one-file"]
    (file, *_) = sample.fields["files"]
    never = {**file, "size": 0, "sha256": "", "name": "file without a name"}
    text, _ = said(replace(sample, fields={**sample.fields, "files": [never]}))
    assert ("1. file without a name" in text, "0 bytes" in text) == (True, False), text


GOOD: dict[str, Any] = {"type": "header", "text": {"type": "plain_text", "text": "Good"}}
BUTTON = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Accept"}, "value": "1"}


def actions(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": [*buttons]}


@pytest.mark.parametrize(
    "blocks",
    [
        [GOOD] * 51,
        [{"type": "heading", "text": {"type": "plain_text", "text": "x"}}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        [{"type": "header", "text": {"type": "plain_text", "text": ""}}],
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
        [{"type": "section"}],
        [actions(BUTTON, BUTTON)],
        [actions(BUTTON | {"value": "x" * 2001})],
        [actions(BUTTON | {"text": {"type": "plain_text", "text": "x" * 76}})],
        [actions(*(BUTTON | {"action_id": str(number)} for number in range(26)))],
        [{"type": "context", "elements": []}],
    ],
)
def test_the_fake_refuses_what_slack_refuses(blocks: list[dict[str, Any]]) -> None:
    assert wrong_blocks([GOOD]) == ""
    assert wrong_blocks([actions(BUTTON)]) == ""
    assert wrong_blocks(blocks) == "invalid_blocks"


def test_the_fake_refuses_blocks_that_are_too_long_together() -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2990}}
    assert wrong_blocks([section] * 3) == ""
    assert wrong_blocks([section] * 5) == "msg_blocks_too_long"


@pytest.mark.parametrize(
    "block",
    [
        GOOD | {"extra": 1},
        {"type": "heading"},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "actions", "elements": [{"type": "button"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text"}]}]},
    ],
)
def test_the_schema_finds_what_the_fake_does_not_look_for(block: dict[str, Any]) -> None:
    assert [*faults([block], SCHEMA, SCHEMA)] != []


def test_words_to_type_are_easy_to_copy_and_lines_stay_lines() -> None:
    pieces = [Piece("headline", "Say it"), Piece("sample", "status"), Piece("sample", "help")]
    assert blocks_of(pieces)[1]["elements"] == [
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "status\nhelp"}]}
    ]
