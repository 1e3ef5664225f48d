"""The report for readers: everything of the review is in it, nothing else, and hostile words do no harm."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pikepdf
import pytest

from bot.lettering import load_fonts, printable
from bot.report import print_report, write_report
from bot.report_days import timeline
from bot.report_facts import Facts, gather
from bot.timeline import WIDTH, Mark, Scale, Timeline, lanes, picture
from store import Store
from store.export import export
from store.exports.part import reading
from tests.bot.pdf_text import text_of
from tests.builders import NOW, Desk
from tests.handlers.record import HELEN, MARIA, PRIYA
from tests.handlers.reviewing import LUIS
from tests.handlers.test_access_matrix import AGREEMENT
from tests.store.rich import rich
from tests.store.rows import file_a_document
from tests.templates.pages import NAUGHTY

DAYS = [date(2013, 11, 1) + timedelta(days=number) for number in range(0, 240, 3)]


async def report(store: Store, review: str = "sv-fpm") -> bytes:
    async with reading(store.database, review) as part:
        return await write_report(part, NOW)


async def facts_of(store: Store, most: int = 1000) -> Facts:
    async with reading(store.database, "sv-fpm") as part:
        return await gather(part, NOW, most)


async def test_it_tells_what_the_record_tells(store: Store) -> None:
    await rich(store)
    pages = text_of(await report(store))
    words = " ".join(" ".join(pages).split())
    for said in (
        "Sierra Vista Unified", "99100010000000", "Luis Ortega", "Maria Delgado", "Mon 30 Dec 2013",
        "Sat 28 Jun 2014", "I-EL 02", "ELAC roster.pdf", "Acta de elección, Niñez José.pdf", "R-1",
        "Which school is this election of?", "The minutes follow.", "Resolution agreement approved",
        "That is later than an election needs.", "Does not meet requirements",
    ):  # fmt: skip
        assert said in words, said


async def test_every_page_has_its_number_the_head_of_the_history_and_the_time(store: Store) -> None:
    await rich(store)
    pages = text_of(await report(store))
    head = (await export(store.database))["history"][-1]
    assert len(pages) >= 3
    for number, page in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in page
        assert f"Head of the history: {head['seq']} {head['digest']}" in page
        assert "Exported Mon 2 Dec 2013, 12:00:00 PM PST." in page


async def test_it_says_what_it_is_to_programs_too(store: Store) -> None:
    with pikepdf.open(io.BytesIO(await report(store))) as pdf:
        assert pdf.docinfo["/Title"] == "Sierra Vista Unified: review sv-fpm"
        assert pdf.Root["/Lang"] == "en-US"
        with pdf.open_outline() as outline:
            assert [one.title for one in outline.root][:3] == [
                "Days",
                "Findings",
                "Items and their documents",
            ]


async def test_the_same_record_and_time_give_the_same_bytes(store: Store) -> None:
    await rich(store)
    assert await report(store) == await report(store)


async def test_hostile_words_are_shown_and_do_nothing(store: Store) -> None:
    """In names of files and in what people say. (Half of a pair cannot get into the store, nor can nul.)"""
    texts = [text.replace("\0", "") for kind, text in NAUGHTY.items() if kind != "surrogate"]
    await rich(store, texts, texts)
    seen = "".join("".join(text_of(await report(store))).split())
    for text in texts:
        assert seen.count("".join(printable(text).split())) >= 2, text


async def test_hostile_words_in_every_field_of_the_facts(store: Store) -> None:
    await rich(store)
    facts = await facts_of(store)
    comments = [
        {**row, "text": text, "by": text} for row in facts.lists["comments"] for text in NAUGHTY.values()
    ]
    made = print_report(replace(facts, lists={**facts.lists, "comments": comments}))
    assert "half \N{REPLACEMENT CHARACTER}" not in "".join(text_of(made))
    assert "half [U+D83D] of one" in "".join(text_of(made))


async def test_very_long_words_run_over_pages(store: Store) -> None:
    await rich(store, ["x" * 250 + ".pdf"], ["word " * 3_000])
    assert len(text_of(await report(store))) > 9


async def test_long_lists_are_cut_and_say_so(store: Store) -> None:
    await rich(store)
    words = " ".join("".join(text_of(print_report(await facts_of(store, 3)))).split())
    assert "more rows of items and documents are too many for a report" in words
    assert "R-4" not in words


async def test_a_review_without_findings_has_a_report(store: Store) -> None:
    words = " ".join(text_of(await report(store, "cr-fpm")))
    assert "not issued yet" in words
    assert "Agreements end by" not in words


async def test_before_the_notification_it_has_the_conclusions_with_what_was_found(desk: Desk) -> None:
    await desk.send(sender=LUIS, text="begin review cr-fpm")
    await desk.send(sender=HELEN, text="does not meet cr-fpm/EL 02: There are no minutes.")
    await desk.send(sender=HELEN, text="meets cr-fpm/EL 14")
    words = " ".join(" ".join(text_of(await report(desk.store, "cr-fpm"))).split())
    assert "Concluded: 2 of 26 items (meets requirements: 1, does not meet requirements: 1)." in words
    assert "There are no minutes." in words
    assert "concluded by hwu@cde.example" in words
    assert "Findings There are none" not in words


async def test_words_instead_of_a_file_stand_under_their_item(desk: Desk) -> None:
    await desk.send(sender=PRIYA, text="statement EL 11: Meetings are in May.")
    words = " ".join(" ".join(text_of(await report(desk.store, "cr-fpm"))).split())
    said = "Statement on III-EL 11 by pnair@coastrange.example"
    assert words.index("III-EL 11 EIA funds") < words.index(said) < words.index("IV-EL 13 Evaluation")
    assert "Meetings are in May." in words


async def test_who_ended_an_agreement_is_said_in_the_word_of_what_they_did(desk: Desk) -> None:
    for end, sender in (("withdraw agreement EL 02", MARIA), ("decline agreement sv-fpm/EL 02: no", HELEN)):
        assert (await desk.send(sender=MARIA, text=AGREEMENT))["state"] == "done"
        assert (await desk.send(sender=sender, text=end))["state"] == "done"
    words = " ".join(" ".join(text_of(await report(desk.store))).split())
    assert "Resolution agreement withdrawn" in words
    assert "Withdrawn by mdelgado@sierravista.example" in words
    assert "Resolution agreement declined" in words
    assert "Declined by hwu@cde.example" in words
    assert "denied" not in words


@pytest.mark.parametrize("comments", range(0, 40, 4))
async def test_the_notes_are_never_alone_on_a_page(store: Store, comments: int) -> None:
    await rich(store)
    facts = await facts_of(store)
    many = [facts.lists["comments"][0]] * comments
    last = text_of(print_report(replace(facts, lists={**facts.lists, "comments": many})))[-1]
    assert "Notes" in last
    assert "R-4" in last


async def test_one_review_says_nothing_of_another(store: Store) -> None:
    await rich(store)
    await file_a_document(store, b"coast", "I-EL 02", lea="coast-range")
    words = " ".join(text_of(await report(store)))
    assert not [one for one in ("cr-fpm", "coast", "Coast", "99100020000000", "hl-audit") if one in words]


def test_letters_that_the_fonts_lack_are_told_by_number() -> None:
    assert printable("été Niñez “x” – ž") == "été Niñez “x” – ž"
    assert printable("e\u0301lu") == "élu"
    assert printable("教育 \u202e \x07 \t.") == "[U+6559][U+80B2] [U+202E] [U+0007]  ."
    assert printable("ＡＢ") == "AB"


@pytest.mark.parametrize("count", [1, 2, 5, 9, 20])
def test_labels_of_days_never_cover_each_other(count: int) -> None:
    load_fonts()
    marks = [Mark(day, "agreement approved, I-EL 02") for day in DAYS[:: len(DAYS) // count]]
    placed = lanes(marks, Scale(DAYS[0], DAYS[-1]))
    assert len(placed) == len(marks)
    for number, one in enumerate(placed):
        assert 0 <= one.left < one.right <= WIDTH
        assert not [two for two in placed[:number] if two.lane == one.lane and one.meets(two)]


async def test_very_many_agreements_fit_into_the_picture(store: Store) -> None:
    await rich(store)
    facts = await facts_of(store)
    one = facts.lists["agreements"][1]
    many = [{**one, "decided_until": day.isoformat()} for day in DAYS]
    drawn = timeline(replace(facts, lists={**facts.lists, "agreements": many}))
    assert sum(not mark.name for mark in drawn.marks) == len(DAYS) - 10
    assert picture(drawn).height < 300


def test_a_review_of_one_day_without_anything_can_be_drawn() -> None:
    load_fonts()
    assert picture(Timeline(DAYS[0], DAYS[0], [], [])).height > 0
