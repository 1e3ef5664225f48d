"""File maps and numbered choices, as people write them."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.file_map import ANSWER_SIGN, file_map, without_map
from handlers.grammar import choices, first_line
from tests.builders import PROGRAMS
from tests.handlers.test_codes import slowdown

FOUR = ["ELAC roster.pdf", "SSC minutes.pdf", "plan.docx", "log.xlsx"]
Entry = tuple[set[int], list[str]]
REST: set[int] = {0}


def entries(text: str, names: list[str] = FOUR) -> list[Entry]:
    lines = file_map(text, names, PROGRAMS)
    return [
        (REST if line.rest else set(line.numbers), [str(mention.code) for mention in line.mentions])
        for line in lines
    ]


MAPS: list[tuple[str, list[Entry]]] = [
    # the issue's own
    (
        "1-2: EL 02\n3: CE 08 p. 4-9\nrest: finding EL 14",
        [({1, 2}, ["EL 02"]), ({3}, ["CE 08"]), (REST, ["EL 14"])],
    ),
    (
        "1-2: I-EL 02, 3: FM 01 p. 4-9, rest: EL 14",
        [({1, 2}, ["EL 02"]), ({3}, ["FM 01"]), (REST, ["EL 14"])],
    ),
    ("ELAC roster.pdf: EL 02", [({1}, ["EL 02"])]),
    # numbers
    ("1: EL 02, 2: CE 08", [({1}, ["EL 02"]), ({2}, ["CE 08"])]),
    ("1: EL 02; 2: CE 08", [({1}, ["EL 02"]), ({2}, ["CE 08"])]),
    ("File 1: EL 02\nFile 2: CE 08", [({1}, ["EL 02"]), ({2}, ["CE 08"])]),
    ("#1: EL 02\n# 2: CE 08", [({1}, ["EL 02"]), ({2}, ["CE 08"])]),
    ("- 1: EL 02\n* 2: CE 08\n• 3: EL 14", [({1}, ["EL 02"]), ({2}, ["CE 08"]), ({3}, ["EL 14"])]),
    ("files 1 and 2: EL 02", [({1, 2}, ["EL 02"])]),
    ("Attachments 1, 2 and 4 = EL 02", [({1, 2, 4}, ["EL 02"])]),
    ("1 to 3: EL 02", [({1, 2, 3}, ["EL 02"])]),
    ("1–3: EL 02", [({1, 2, 3}, ["EL 02"])]),
    ("1 -> EL 02\n2 → CE 08", [({1}, ["EL 02"]), ({2}, ["CE 08"])]),
    ("archivo 1: EL 02\nel resto: CE 08", [({1}, ["EL 02"]), (REST, ["CE 08"])]),
    ("1: EL 02 and CE 08", [({1}, ["EL 02", "CE 08"])]),
    ("1: el 2", [({1}, ["EL 02"])]),
    # the rest
    ("all: EL 02", [(REST, ["EL 02"])]),
    ("All files: EL 02", [(REST, ["EL 02"])]),
    ("both: EL 02", [(REST, ["EL 02"])]),
    ("1: EL 02\nThe rest: CE 08", [({1}, ["EL 02"]), (REST, ["CE 08"])]),
    ("1: EL 02\nothers: CE 08", [({1}, ["EL 02"]), (REST, ["CE 08"])]),
    ("1: EL 02\neverything else: CE 08", [({1}, ["EL 02"]), (REST, ["CE 08"])]),
    # names
    ("- elac  ROSTER: EL 02", [({1}, ["EL 02"])]),
    ("elac ROSTER.pdf : EL 02", [({1}, ["EL 02"])]),
    ("ELAC roster: EL 02", [({1}, ["EL 02"])]),
    ('"plan.docx": CE 08', [({3}, ["CE 08"])]),
    ("plan.docx: EL 02, log.xlsx: CE 08 (note: final)", [({3}, ["EL 02"]), ({4}, ["CE 08"])]),
    ("minutes.pdf: CE 08", [(set(), ["CE 08"])]),
    # numbers beyond the files are kept: someone must notice
    ("7: EL 02", [({7}, ["EL 02"])]),
    # an entry without a code counts where others have one
    ("1: EL 02\n2: our budget", [({1}, ["EL 02"]), ({2}, [])]),
    # no maps
    ("1: our roster\n2: the budget", []),
    ("Please file EL 02: it is urgent", []),
    ("Meeting 10:30 EL 02", []),
    ("1. EL 02\n2. CE 08", []),
    ("Re: EL 02", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "meant"), MAPS)
def test_a_file_map_is_read_as_meant(text: str, meant: list[Entry]) -> None:
    assert entries(text) == meant


@pytest.mark.parametrize(
    ("text", "names", "meant"),
    [
        ("Minutes: May.pdf: EL 02", ["Minutes: May.pdf"], [({1}, ["EL 02"])]),
        ("a, b; c.pdf: EL 02", ["a, b; c.pdf"], [({1}, ["EL 02"])]),
        ("roster.pdf: EL 02", ["roster.pdf", "Roster.PDF"], [({1, 2}, ["EL 02"])]),
        ("2013.pdf: EL 02", ["2013.pdf"], [({1}, ["EL 02"])]),
        ("EL 02.pdf: CE 08", ["EL 02.pdf"], [({1}, ["CE 08"])]),
        ("unnamed-1a2b3c4d.bin: CE 08", ["unnamed-1a2b3c4d.bin"], [({1}, ["CE 08"])]),
        ("a.pdf: EL 02", ["", "a.pdf"], [({2}, ["EL 02"])]),
        ("Straße.pdf: EL 02", ["Straße.pdf"], [({1}, ["EL 02"])]),
        (".*: EL 02", ["x.pdf"], []),
    ],
)
def test_names_may_hold_colons_commas_and_numbers(text: str, names: list[str], meant: list[Entry]) -> None:
    assert entries(text, names) == meant


@pytest.mark.parametrize("text", ["1. EL 02\n2. CE 08", "1) EL 02\n2) CE 08", "1 - EL 02\n2 - CE 08"])
def test_a_list_is_a_map_only_where_the_numbers_were_ours(text: str) -> None:
    assert not file_map(text, FOUR, PROGRAMS)
    answered = file_map(text, FOUR, PROGRAMS, ANSWER_SIGN)
    assert [(set(line.numbers), str(line.mentions[0].code)) for line in answered] == [
        ({1}, "EL 02"),
        ({2}, "CE 08"),
    ]


def test_pages_and_findings_stay_with_their_entry() -> None:
    first, second = file_map("1: EL 02 p. 4-9, 2: finding EL 14", FOUR, PROGRAMS)
    assert (first.mentions[0].pages, first.mentions[0].finding) == ("4-9", False)
    assert (second.mentions[0].pages, second.mentions[0].finding) == (None, True)


def test_without_the_map_only_the_other_rows_are_left() -> None:
    text = "For EL 20 please\n1: EL 2\nThank you"
    assert without_map(text, file_map(text, FOUR, PROGRAMS)) == "For EL 20 please\nThank you"


numbers = st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True)


@given(
    numbers,
    st.sampled_from([": ", " : ", "=", ":", " -> "]),
    st.sampled_from(["", "File ", "files ", "#", "- ", "Attachment "]),
    st.sampled_from([", ", " and ", " & ", ","]),
)
def test_any_numbers_in_any_writing_are_those_files(
    meant: list[int], sign: str, word: str, between: str
) -> None:
    said = word + between.join(map(str, meant)) + f"{sign}EL 02"
    assert entries(said, [f"{n}x.pdf" for n in range(9)]) == [(set(meant), ["EL 02"])]


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=5))
def test_no_text_and_no_names_break_the_map(text: str, names: list[str]) -> None:
    lines = file_map(text, names, PROGRAMS)
    without_map(text, lines)


CHOICES: list[tuple[str, tuple[int, ...] | None]] = [
    ("2", (2,)),
    ("2.", (2,)),
    ("2)", (2,)),
    ("(2)", (2,)),
    ("#2", (2,)),
    ("1, 3", (1, 3)),
    ("1 and 3", (1, 3)),
    ("1 & 3", (1, 3)),
    ("1,2,3", (1, 2, 3)),
    ("2 2", (2,)),
    ("1 y 3, por favor", (1, 3)),
    ("No. 2", (2,)),
    ("number 2", (2,)),
    ("Option 2!", (2,)),
    ("It's number 2, thank you", (2,)),
    ("2 please", (2,)),
    ("2, thanks!", (2,)),
    ("\n\n  2\n\nThanks,\nAna", (2,)),
    ("Hi,\n2", (2,)),
    ("Good morning Renee,\n\n2\n", (2,)),
    ("Hola:\n2", (2,)),
    ("Hi, 2", (2,)),
    ("Hi EL 02", None),
    ("2?", None),
    ("not 2", None),
    ("2 or 3", None),
    ("1-3", None),
    ("1: EL 02", None),
    ("2 files are attached", None),
    ("12/3", None),
    ("2:30", None),
    ("2013", None),
    ("EL 2", None),
    ("The second one", None),
    ("Thanks,\n2", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "meant"), CHOICES)
def test_choices_are_read_from_the_first_line_alone(text: str, meant: tuple[int, ...] | None) -> None:
    assert choices(text) == meant


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Hi,\n\nstatus", "status"),
        ("Hi Renee, status EL 02", "status EL 02"),
        ("Dear Ms. Park:\nOur roster", "Our roster"),
        ("Good afternoon Renee!\n2", "2"),
        ("Buenos días\n2", "2"),
        ("Hello everyone,\nstatus", "status"),
        ("Hi EL 02", "Hi EL 02"),
        ("high school roster", "high school roster"),
        ("Dear all", ""),
        ("", ""),
    ],
)
def test_the_first_line_is_what_stands_after_a_greeting(text: str, line: str) -> None:
    assert first_line(text) == line


HOSTILE: list[Callable[[int], str]] = [
    lambda n: "1," * (n // 2),
    lambda n: "1-2 " * (n // 4),
    lambda n: "a:\n" * (n // 3),
    lambda n: "1:" * (n // 2),
    lambda n: "1: EL 2, " * (n // 9),
    lambda n: "rest " * (n // 5),
    lambda n: "all the " * (n // 8),
    lambda n: "files " * (n // 6),
    lambda n: "a.b" * (n // 3),
    lambda n: "." * n,
    lambda n: ", " * (n // 2),
    lambda n: '"' * n,
    lambda n: "1" + " " * n + "x",
    lambda n: "- " * (n // 2),
    lambda n: "a" * n + ".pdf: EL 2",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_time_for_maps_grows_with_the_text(hostile: Callable[[int], str]) -> None:
    names = [f"file {n}.pdf" for n in range(40)]
    assert slowdown(lambda text: (file_map(text, names, PROGRAMS), choices(text)), hostile) < 12
