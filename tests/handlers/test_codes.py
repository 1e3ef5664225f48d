"""Item codes in every spelling of the field, and nothing else."""

import re
from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handlers.grammar import Mention, find_codes, pages
from tests.builders import PROGRAMS
from tests.handlers.said import DOUBTFUL, NO_CODE, SPELLINGS


def codes(text: str) -> list[str]:
    return [str(mention.code) for mention in find_codes(text, PROGRAMS)]


def only(text: str) -> Mention:
    (mention,) = find_codes(text, PROGRAMS)
    return mention


PAIRS = [(said, code) for code, all_said in SPELLINGS.items() for said in all_said]


@pytest.mark.parametrize(("said", "code"), PAIRS)
def test_every_spelling_of_the_field_is_read(said: str, code: str) -> None:
    assert codes(said) == [code]


@pytest.mark.parametrize(("said", "code"), PAIRS)
def test_a_spelling_inside_a_sentence_is_read_too(said: str, code: str) -> None:
    assert codes(f"Please file this: {said} \nThank you") == [code]


prefixes = st.sampled_from(["", "I-", "II-", "IV-", "VII-", "iii-", "V ", "I–"])
gaps = st.sampled_from(["", "-", " ", "  ", "_", " - ", " – ", ".", " #", " no. ", " item "])
zeros = st.sampled_from(["", "0", "00"])
cases: st.SearchStrategy[Callable[[str], str]] = st.sampled_from([str.upper, str.lower, str])


@given(st.sampled_from(sorted(PROGRAMS)), st.integers(1, 99), prefixes, gaps, zeros, cases)
def test_any_program_and_number_in_any_spelling_is_that_key(
    program: str, number: int, prefix: str, gap: str, zero: str, case: Callable[[str], str]
) -> None:
    written = case(program)
    # `he 4 weeks` and `gate 2` are words; in lower case with a space nobody could tell
    assume(written.isupper() or not gap.isspace() or program.upper() not in ("ME", "HE", "GATE"))
    mention = only(f"{prefix}{written}{gap}{zero}{number}")
    assert mention.code.key == f"{program}{number}".upper()
    assert mention.doubt in (None, "word")


@pytest.mark.parametrize("sentence", NO_CODE)
def test_ordinary_prose_names_nothing(sentence: str) -> None:
    assert codes(sentence) == []


@pytest.mark.parametrize("sentence", NO_CODE)
def test_prose_around_a_code_does_not_hide_it(sentence: str) -> None:
    assert codes(f"{sentence}\n\nII-CE 08\n\n{sentence}") == ["CE 08"]


@pytest.mark.parametrize("sentence", DOUBTFUL)
def test_what_may_be_a_code_is_in_doubt(sentence: str) -> None:
    found = find_codes(sentence, PROGRAMS)
    assert found
    assert all(mention.doubt for mention in found)


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(NO_CODE) >= 60


def test_letters_that_only_look_alike_do_not_break_the_reading() -> None:
    """`İ` equals `i` to a pattern, but has no upper case among the programs."""
    assert codes("Pİ 3 and hİv 2 and ſ&date 1") == []


@given(st.text(max_size=300))
def test_no_text_at_all_breaks_the_reading(text: str) -> None:
    find_codes(text, PROGRAMS)
    pages(text)


@given(st.text(alphabet="EelLCc 0123456789.,-–/&:#()mM\n", max_size=80))
def test_what_is_found_is_really_spelled_there(text: str) -> None:
    for mention in find_codes(text, PROGRAMS):
        letters = re.sub(r"[^A-Z]", "", mention.code.program.upper())
        said = re.sub(r"[^A-Z0-9]", "", text[mention.start : mention.end].upper())
        assert re.search(rf"{letters}(?:ITEMS?|NO|NUM|NUMBER)?0*{mention.code.number}", said)


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        ("finding EL 14", True),
        ("Findings on EL 14", True),
        ("finding # EL 14", True),
        ("finding: EL 14", True),
        ("EL 14", False),
        ("the finding is old. EL 14", False),
    ],
)
def test_the_word_finding_before_a_code_is_kept(said: str, finding: bool) -> None:
    assert only(said).finding is finding


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("EL 02 p. 4-9", "4-9"),
        ("EL 02 pp 4–9", "4-9"),
        ("EL 02, pages 3 to 5, 8", "3-5, 8"),
        ("EL 02 (p.4)", "4"),
        ("EL 02 pg 12", "12"),
        ("EL 02 on page 7 and 9", "7, 9"),
        ("EL 02 págs. 3 a 5", "3-5"),
        ("EL 02 roster", None),
        ("EL 02 pilot 7", None),
        ("EL 02 minutes, see p. 4", None),
    ],
)
def test_pages_behind_a_code_are_kept_with_it(said: str, kept: str | None) -> None:
    assert only(said).pages == kept


def test_numbers_behind_a_code_are_reported_as_possible_items() -> None:
    assert [str(code) for code in only("EL 02, 14 and 21").also] == ["EL 14", "EL 21"]


HOSTILE: list[Callable[[int], str]] = [
    lambda n: "EL 2, " * (n // 6),
    lambda n: "EL " + "0" * n,
    lambda n: "EL" + " " * n + "x",
    lambda n: "finding " * (n // 8),
    lambda n: "finding" + " " * n + "x",
    lambda n: "findings" + ":-# " * (n // 4),
    lambda n: "EL 2" + ", 1" * (n // 3),
    lambda n: "I-" * (n // 2),
    lambda n: "S" + " " * n + "&DATE 1",
    lambda n: "EL 2 p." + " " * n + "x",
    lambda n: "EL 2 p. 1" + ",1" * (n // 2),
    lambda n: "@" * n + ".",
    lambda n: "a@b. " * (n // 5),
    lambda n: "http://" * (n // 7),
    lambda n: "EL item " * (n // 8),
    lambda n: "room " * (n // 5) + "EL 2",
    lambda n: "el 2 de " * (n // 8),
    lambda n: "(" * n + "EL 2",
]


def slowdown(work: Callable[[str], object], hostile: Callable[[int], str]) -> float:
    """How much more processor time four times the text takes (16 if it were quadratic); the best of a few
    tries, so that what else the machine does hardly counts."""
    small, large = hostile(4_500), hostile(18_000)

    def best(text: str) -> float:
        times = []
        for _ in range(8):
            start = process_time()
            work(text)
            times.append(process_time() - start)
        return min(times)

    return best(large) / max(best(small), 0.001)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_time_grows_with_the_text_and_not_with_its_square(hostile: Callable[[int], str]) -> None:
    assert slowdown(codes, hostile) < 12
