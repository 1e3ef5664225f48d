"""Words → values: every spelling of a code, and everything that only looks like one."""

import time
from statistics import median

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handlers.file_map import MapLine, file_map, without_map
from handlers.grammar import choices, find_codes, pages
from tests.builders import PROGRAMS

SPELLINGS = {
    "I-EL 2": "EL2",
    "el2": "EL2",
    "EL-02": "EL2",
    "EL_02": "EL2",
    "EL #2": "EL2",
    "EL item 2": "EL2",
    "EL item no. 2": "EL2",
    "EL – 2": "EL2",
    "EL\u00a02": "EL2",
    "EL_02_roster.pdf": "EL2",
    "VI-EL 19": "EL19",
    "iv-el 14": "EL14",
    "IVEL14": "EL14",
    "CE 7": "CE7",
    "CE-7": "CE7",
    "II-CE 08": "CE8",
    "NorD 3": "NORD3",
    "S&DATE 1": "S&DATE1",
    "S & DATE 1": "S&DATE1",
    "Cal-SAFE 4": "CAL-SAFE4",
    "CalSAFE 4": "CAL-SAFE4",
    "UCP 3": "UCP3",
}

NOTHING = """
el 2 de diciembre|El 5 de mayo|El 2 de mayo es la junta|nos vemos el 3 de marzo|el 12 del mes|call me 2 times
meet me 2 pm|meet me 2pm|tell me 3 more things|it took me 2 days|give me 5 minutes|it cost me 10% of the day
send me 3 weeks of minutes|El 12/12/2013 se reunió|on EL 12/12/2013|ce 10:30|the EL 10:30 meeting|pe 3@school.example
PE 1st period|the EL 4th grade class|EL 2nd grade|label 2|shelf 3|hotel 4|model 5|level2|channel 7|Tel. 2
tel 555-0102|call 916-555-0102|(916) 555-0102|room 12|Room 4B|Rm 7|bldg 3|suite 200|CDS 19 64733 0000000
CDS code 99100016000011|19-64733-6019715|EL2019|EL 2013-14|SY 2013-14|FY14|2013-12-02|12/2/2013|2 Dec 2013
https://files.example/EL-02/roster.pdf|see http://x.example/a?item=CE-08|www.el2.example|www.files.example/EL-02
EL2@school.example|evidence+EL-02@cais.example|ana.ce8@school.example|10:30|at 9:15 am|$2,000|EL $5|EL 1,200 dollars
spent CE 2,500 last year|Title I|Title III Year 4|PI Year 3|Section 2 of the plan|page 4|pp. 4-9|version 2|v2.1
3 files attached|the 2 of us|1 of 3|adjuntamos 3 documentos|gracias por las 2 horas|la fm 101.5|item 2|finding 14
Goal 2A|EC 52062|5 CCR 4600|20 U.S.C. 6318|Ed Code 48985|grade 4|K-12|pre-K 2|COEL 2|EL two|the EL program|CE
""".replace("\n", "|").split("|")  # fmt: skip

UNSURE = [
    "nos vemos el 12",
    "El 3 llegan los documentos",
    "El 2 por ciento de los alumnos",
    "EL 5 DE MAYO",
    "call me 2",
    "Me 3",
    "EL 2 files attached",
    "PE 1 period",
    "we have EL 30 students",
    "EL 13-14",
    "pe 2-3 pm",
    "FM 98.7",
    "EL 02 and 14",
    "EL 2.1",
]


def keys(text: str) -> list[str]:
    return [mention.code.key for mention in find_codes(text, PROGRAMS)]


@pytest.mark.parametrize(("said", "key"), SPELLINGS.items())
def test_every_spelling_in_use_is_read(said: str, key: str) -> None:
    (mention,) = find_codes(said, PROGRAMS)
    assert mention.code.key == key
    assert mention.doubt is None


SPELLED = st.tuples(
    st.sampled_from(sorted(PROGRAMS)),
    st.integers(1, 99),
    st.sampled_from(["", "I-", "II-", "III-", "IV-", "V-", "VI-", "VII-", "VI ", "II–"]),
    st.sampled_from(["", " ", "-", "_", " - ", "  ", " #", " item ", " no. ", ".", "–"]),
    st.sampled_from(["", "0", "00"]),
    st.sampled_from([str, str.upper, str.lower, str.title]),
)


@given(
    SPELLED,
    st.sampled_from(["{}", "Evidence for {} (roster)", "Fwd: RE: Sierra Vista; {}; minutes", "({})."]),
)
@settings(max_examples=400)
def test_any_program_and_number_is_read_as_exactly_that_key_however_it_is_written(
    spelled: tuple[str, int, str, str, str, type[str]], line: str
) -> None:
    program, number, dimension, gap, zeros, case = spelled
    worded = program in ("GATE", "HE", "ME") and case in (str.lower, str.title) and gap.isspace()
    assume(dimension or not worded)  # `at gate 1`, `he 2 weeks ago`: words, unless they stand alone
    said = line.format(case(f"{dimension}{program}") + f"{gap}{zeros}{number}")
    assert keys(said) == [f"{program}{number}".upper()]


@pytest.mark.parametrize("said", [said for said in NOTHING if said.strip()])
def test_ordinary_words_and_numbers_are_no_code(said: str) -> None:
    assert keys(said) == []


@pytest.mark.parametrize("said", UNSURE)
def test_what_may_be_words_is_read_only_with_a_doubt(said: str) -> None:
    assert all(mention.doubt for mention in find_codes(said, PROGRAMS))


@pytest.mark.parametrize("said", ["EL 02 files", "EL-2 files", "I-EL 2 files", "EL 02 for 3 schools"])
def test_a_code_that_cannot_be_a_count_is_sure(said: str) -> None:
    assert [(mention.code.key, mention.doubt) for mention in find_codes(said, PROGRAMS)] == [("EL2", None)]


def test_a_bare_number_behind_a_code_is_told_as_one_more_reading() -> None:
    (mention,) = find_codes("EL 02, 06 and 14", PROGRAMS)
    assert [code.key for code in mention.also] == ["EL6", "EL14"]
    assert mention.doubt == "list"


@pytest.mark.parametrize(
    "said", ["finding EL 14", "Finding: EL 14", "the findings on IV-EL 14", "finding no. EL-14"]
)
def test_the_word_finding_before_a_code_is_heard(said: str) -> None:
    assert [(mention.code.key, mention.finding) for mention in find_codes(said, PROGRAMS)] == [("EL14", True)]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("CE 08 p. 4-9", "4-9"),
        ("CE 08 (pages 3 to 5, 8)", "3-5, 8"),
        ("CE 08 pp. 4–9", "4-9"),
        ("CE 08, page 12", "12"),
        ("CE 08 on pages 2 and 7", "2, 7"),
        ("CE 08 roster", None),
    ],
)
def test_pages_behind_a_code_are_kept(said: str, kept: str | None) -> None:
    (mention,) = find_codes(said, PROGRAMS)
    assert mention.pages == kept


def test_pages_alone_are_read_and_other_numbers_are_not() -> None:
    assert pages("see p. 4") == "4"
    assert pages("in 2013") is None


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("2", (2,)),
        ("#2", (2,)),
        ("2.", (2,)),
        ("1, 3", (1, 3)),
        ("2 and 4", (2, 4)),
        ("option 2", (2,)),
        ("\n\n  2 \nthanks", (2,)),
        ("2, 2", (2,)),
    ],
)
def test_a_choice_is_read(said: str, numbers: tuple[int, ...]) -> None:
    assert choices(said) == numbers


@pytest.mark.parametrize(
    "said",
    [
        "",
        "2 files",
        "12/2/2013",
        "12-02-2013",
        "2013",
        "2 de diciembre",
        "10:30",
        "EL 02",
        "yes",
        "2 or 3",
        "2?",
        "-2",
    ],
)
def test_what_is_no_choice_is_not_read_as_one(said: str) -> None:
    assert choices(said) is None


NAMES = ["a.pdf", "b.pdf", "c.pdf", "d.pdf", "ELAC roster.pdf"]


def mapped(text: str) -> list[tuple[list[int] | str, list[str]]]:
    lines = file_map(text, NAMES, PROGRAMS)
    return [
        ("rest" if line.rest else sorted(line.numbers), [one.code.key for one in line.mentions])
        for line in lines
    ]


FOUR = "1-2: EL 02\n3: CE 08 p. 4-9\nrest: finding EL 14\nELAC roster.pdf: EL 02"


def test_the_four_lines_of_a_file_map_are_read() -> None:
    assert mapped(FOUR) == [([1, 2], ["EL2"]), ([3], ["CE8"]), ("rest", ["EL14"]), ([5], ["EL2"])]
    lines = file_map(FOUR, NAMES, PROGRAMS)
    assert lines[1].mentions[0].pages == "4-9"
    assert lines[2].mentions[0].finding


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1: EL 02, 3: CE 08", [([1], ["EL2"]), ([3], ["CE8"])]),
        ("1-2: EL 02; rest: CE 08", [([1, 2], ["EL2"]), ("rest", ["CE8"])]),
        ("1, 3: EL 02", [([1, 3], ["EL2"])]),
        ("1 and 3 = EL 02", [([1, 3], ["EL2"])]),
        ("files 1 to 3: EL 02 and CE 08", [([1, 2, 3], ["EL2", "CE8"])]),
        ("a.pdf: EL 02; b.pdf: CE 08", [([1], ["EL2"]), ([2], ["CE8"])]),
        ("1: EL 02; b.pdf: CE 08", [([1], ["EL2"]), ([2], ["CE8"])]),
        ("ELAC roster: EL 02: p. 3", [([5], ["EL2"])]),
        ("- elac  ROSTER: EL 02", [([5], ["EL2"])]),
        ("unknown.pdf: EL 02", [([], ["EL2"])]),
        ("9: EL 02", [([9], ["EL2"])]),
        ("2-1: EL 02", [([], ["EL2"])]),
        ("el 2: hola", []),
        ("10:30 EL 02 meeting", []),
        ("at 10:30: EL 02", []),
        ("Note: EL 02 is attached", []),
        ("1: the roster", []),
    ],
)
def test_a_line_of_a_map_means_its_files_only(
    said: str, meant: list[tuple[list[int] | str, list[str]]]
) -> None:
    assert mapped(said) == meant


def test_two_files_of_one_name_are_both_meant() -> None:
    (line,) = file_map("a: EL 02", ["a.pdf", "b.pdf", "a.pdf"], PROGRAMS)
    assert line.numbers == {1, 3}


def test_only_the_rows_of_the_map_leave_the_text() -> None:
    text = "Hello\n1: EL 02\nnot EL 02 for the others"
    assert without_map(text, file_map(text, NAMES, PROGRAMS)) == "Hello\nnot EL 02 for the others"


HOSTILE = [
    "EL 2 ", "EL2,", "1,", "1: EL 2\n", "a.pdf: EL 2;", "EL ", "EL" + " " * 50, "finding ", "0", "EL 0", "9 ", " ",
    "IIIIII-", "S & ", "p. 4-", ", ", "x@", "EL 2 p. 1, ", "\u00a0", "rest:", ":", ".", "the ", "EL 2 and 3, ", "EL-2/",
]  # fmt: skip


def _seconds(piece: str, length: int) -> float:
    text = (piece * length)[:length]
    taken = []
    for _ in range(3):
        start = time.process_time()
        lines: tuple[MapLine, ...] = file_map(text, NAMES, PROGRAMS)
        find_codes(without_map(text, lines), PROGRAMS)
        choices(text)
        taken.append(time.process_time() - start)
    return median(taken)


@pytest.mark.parametrize("piece", HOSTILE)
def test_four_times_the_text_takes_about_four_times_the_time(piece: str) -> None:
    short, long = _seconds(piece, 5_000), _seconds(piece, 20_000)
    assert long < 9 * short + 0.03
