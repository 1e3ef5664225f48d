"""What we offer first when we ask, and what a receipt calls missing: honest guesses from words alone."""

from collections.abc import Callable

import pytest

from handlers.ranking import Described, missing_evidence, roots, scores
from store.programs import program_files
from tests.builders import Desk, a_file
from tests.handlers.record import GUS, PRIYA, offered
from tests.handlers.test_codes import slowdown


def things() -> dict[str, Described]:
    """Every item of the instruments that the sample's reviews use."""
    used = {("EL", "2011-12 / 2012-13"), ("CE", "2011-12"), ("UCP", "2013-14")}
    items = [
        item
        for file in program_files()
        for instrument in file.get("instrument", [])
        if (instrument["code"], instrument["numbering_year"]) in used
        for item in instrument["item"]
    ]
    return {
        item["code"]: Described.of(item["code"], item["title"], [one["name"] for one in item["evidence"]])
        for item in items
    }


THINGS = things()

FIRST = [
    ("ELAC roster", "I-EL 02"),
    ("ELACRoster2013", "I-EL 02"),
    ("elac_sign_in", "I-EL 02"),
    ("DELAC agenda", "I-EL 03"),
    ("Delac minutes November", "I-EL 03"),
    ("Reclassification follow up", "IV-EL 14"),
    ("reclasification criteria", "IV-EL 14"),
    ("EL general ledger", "III-EL 09"),
    ("SPSA with SSC approval", "II-CE 08"),
    ("SSC roster", "II-CE 07"),
    ("LEA Plan", "CE 04"),
    ("LEA Plan addendum", "CE 05"),
    ("school-parent compact", "I-CE 02"),
    ("Williams complaint form", "UCP 06"),
    ("Williams classroom notice posting", "UCP 05"),
    ("UCP annual notice", "UCP 02"),
    ("home language survey sample", "II-EL 04"),
    ("sign-in sheets from the election at Lincoln Elementary", "I-EL 02"),
    ("waiver log", "VI-EL 18"),
    ("private school consultation letters", "VI-EL 19"),
]


@pytest.mark.parametrize(("said", "code"), FIRST)
def test_what_sounds_like_an_item_ranks_it_first(said: str, code: str) -> None:
    ranked = dict(zip(THINGS, scores(said, list(THINGS.values())), strict=True))
    best = max(ranked.values())
    assert [one for one, score in ranked.items() if score == best] == [code]


@pytest.mark.parametrize(
    "said", ["", "Scan0001", "Evidence for our review", "Please find attached", "12345", "document"]
)
def test_words_that_say_nothing_rank_nothing(said: str) -> None:
    assert set(scores(said, list(THINGS.values()))) == {0.0}


def test_nothing_can_be_scored_where_nothing_is_open() -> None:
    assert scores("ELAC roster", []) == []


def asked(code: str) -> list[dict[str, str]]:
    found = (
        item
        for file in program_files()
        for instrument in file.get("instrument", [])
        if instrument["numbering_year"] in ("2011-12 / 2012-13", "2011-12", "2013-14")
        for item in instrument["item"]
        if item["code"] == code
    )
    return list(next(found)["evidence"])


MISSING = [
    ("I-EL 02", [], 7),
    ("I-EL 02", ["roster.pdf"], 6),
    ("I-EL 02", ["ELAC minutes.pdf", "roster.pdf"], 5),
    ("I-EL 02", ["Scan0001.pdf"], 7),
    ("I-EL 02", ["ElectionRecords_signIn.pdf"], 5),
    ("I-CE 02", ["parent letter.pdf"], 3),  # "parent" is in two of the three: it tells nothing
    ("I-CE 02", ["parent compact.pdf"], 2),
    ("II-CE 08", ["SSC minutes.pdf"], 2),
    ("II-CE 08", ["SPSA.pdf", "SSC minutes.pdf", "Board approval.pdf"], 0),
    ("IV-EL 14", ["reclassification policies.pdf"], 2),
    ("UCP 03", ["complaint log.xlsx"], 1),
]


@pytest.mark.parametrize(("code", "names", "count"), MISSING)
def test_a_receipt_calls_missing_what_no_file_name_speaks_of(code: str, names: list[str], count: int) -> None:
    missing = missing_evidence(asked(code), names)
    assert len(missing) == count
    assert set(missing) <= {one["name"] for one in asked(code)}


def test_an_item_that_asks_for_nothing_misses_nothing() -> None:
    assert missing_evidence([], ["a.pdf"]) == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("ELACRoster_v2.pdf", {"elac", "roster", "pdf"}),
        ("policies and copies", {"policy"}),
        ("SSC minutes", {"ssc", "minute"}),
        ("Acta de elección", {"acta", "elección"}),
        ("class lists", {"class", "list"}),
    ],
)
def test_words_are_compared_without_plural_and_humps(said: str, words: set[str]) -> None:
    assert roots(said) == words


@pytest.mark.both_databases
async def test_choices_of_the_sample_are_what_a_colleague_would_offer(desk: Desk) -> None:
    told = await desk.send(subject="our roster", files=(a_file("ELAC roster.pdf"),))
    assert offered(told)[:2] == ["I-EL 02", "I-EL 03"]
    interim = await desk.send(sender=GUS, subject="First interim report", files=(a_file("report.pdf"),))
    assert offered(interim) == ["charter_interim1", "charter_audit"]
    title3 = await desk.send(sender=PRIYA, subject="Title III Year 4 plan", files=(a_file("plan.pdf"),))
    assert offered(title3)[0] == "title_iii_y4"


async def test_where_nothing_is_known_open_findings_come_first(desk: Desk) -> None:
    told = await desk.send(files=(a_file("Scan0001.pdf"),))
    assert offered(told)[:3] == ["I-EL 02", "IV-EL 14", "II-CE 08"]


async def test_several_unsure_files_share_the_choices_in_turn(desk: Desk) -> None:
    files = (a_file("DELAC agenda.pdf", b"a", 1), a_file("waiver log.pdf", b"b", 2))
    assert offered(await desk.send(files=files))[:2] == ["I-EL 03", "VI-EL 18"]


HOSTILE: list[Callable[[int], str]] = [
    lambda n: "word" * (n // 4),
    lambda n: "aB" * (n // 2),
    lambda n: "ab cd " * (n // 6),
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_time_for_ranking_grows_with_the_words(hostile: Callable[[int], str]) -> None:
    assert slowdown(roots, hostile) < 12
