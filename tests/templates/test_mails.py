"""The mails themselves: as they look today, the same in text and HTML, safe with whatever people write."""

import re
import unicodedata
from datetime import date

import pytest
from syrupy.assertion import SnapshotAssertion

from handlers.file_map import file_map
from handlers.grammar import choices
from intake.fresh_text import fresh_text
from store.programs import program_codes
from templates import MARKER, Place, render
from templates.gallery import Sample, samples
from tests.templates.pages import NAUGHTY, Page, everything_replaced, facts, strings

SAMPLES = {sample.title: sample for sample in samples()}
PLACE = Place("evidence@cais.example", date(2013, 11, 26), sample=True)
every_sample = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
SHAPES = {shape for sample in SAMPLES.values() for shape in Page(sample.rendered().html).shapes}
RECEIPT = SAMPLES["evidence_received.every-verdict"]


@every_sample
def test_how_it_looks(sample: Sample, snapshot: SnapshotAssertion) -> None:
    said = sample.rendered()
    assert f"Subject: {said.subject}\n\n{said.text}\n{said.html}" == snapshot


@every_sample
def test_text_and_html_say_the_same_facts(sample: Sample) -> None:
    said = sample.rendered()
    assert facts(Page(said.html).text) == facts(" ".join(said.text.split()))


@every_sample
def test_text_and_html_say_the_same_words(sample: Sample) -> None:
    """Headings are in capitals in the text; shortened digests and column heads are in the HTML only."""
    said = sample.rendered()
    page = re.sub(r"[0-9a-f]{8}…[0-9a-f]{8}", "", Page(said.html).text)
    in_page, in_text = (set(re.findall(r"[\w.'-]*[^\W_]", part.casefold())) for part in (page, said.text))
    assert in_text - in_page == set()
    assert in_page - in_text <= {"sha-256", "of", "each", "file"}


@every_sample
def test_a_quoted_mail_of_ours_is_cut_off_at_its_first_line(sample: Sample) -> None:
    said = sample.rendered()
    assert said.text.startswith(f"{MARKER}\n\n")
    assert Page(said.html).text.startswith(MARKER)
    quoted = "\n".join(f"> {line}" for line in said.text.splitlines())
    assert fresh_text(f"2\n\n{quoted}\n") == "2"
    assert fresh_text(f"2\n\n{Page(said.html).text}") == "2"


@every_sample
def test_lines_are_short_and_nothing_is_left_open(sample: Sample) -> None:
    said = sample.rendered()
    link = sample.fields.get("secret_link")  # what would be torn in two opens nothing
    assert max(len(line) for line in said.text.splitlines() if line.strip() != link) <= 78
    assert not re.search(
        r"\bNone\b(?! of the(?:se| first))|undefined|\{\{|\}\}| \.|,,|\.\.|\( | \)", said.text
    )
    assert "\n\n\n" not in said.text


@every_sample
def test_html_needs_nothing_from_outside(sample: Sample) -> None:
    html = sample.rendered().html.replace(sample.fields.get("secret_link", ""), "")
    assert not re.search(r"<(?:img|link|script|style|iframe|a)\b|\b(?:src|href)=|url\(|https?:", html)
    assert '<html lang="en"' in html


@every_sample
def test_whatever_people_write_stays_text(sample: Sample) -> None:
    for name, bad in NAUGHTY.items():
        said = render(sample.template, everything_replaced(sample.fields, bad), PLACE)
        assert Page(said.html).shapes <= SHAPES, name
        assert len(said.subject.splitlines()) == 1, name
        letters = {*said.subject, *said.text.replace("\n", ""), *said.html.replace("\n", "")}
        kinds = {unicodedata.category(letter) for letter in letters - {"\u200c", "\u200d"}}
        assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}, name


@pytest.mark.parametrize("bad", ["<b>&amp;</b>", "{{7*7}}", "<!channel>"])
def test_odd_names_are_shown_as_they_are(bad: str) -> None:
    said = render(RECEIPT.template, everything_replaced(RECEIPT.fields, bad), PLACE)
    assert bad in said.text
    assert bad in Page(said.html).text


def test_a_name_that_hides_its_direction_is_shown_with_the_hidden_sign() -> None:
    said = render(RECEIPT.template, everything_replaced(RECEIPT.fields, "roster\u202efdp.exe"), PLACE)
    assert "roster[U+202E]fdp.exe" in said.text


def test_a_stranger_is_told_nothing_that_came_from_outside() -> None:
    sample = SAMPLES["stranger_held.stranger"]
    assert list(strings(sample.fields)) == []


FORM = {"name": "hl-audit", "code": "charter_audit", "title": "Audit report", "on_file": 0, "missing": []}
STEPS = [
    ("send", "Next: mail it with the name hl-audit in the subject."),
    ("submit", "Next: mail the words: submit hl-audit"),
]


@pytest.mark.parametrize(("step", "said"), STEPS)
@pytest.mark.parametrize("template", ["history_shown", "item_status_shown"])
def test_a_form_is_mailed_by_its_name_and_has_no_code(template: str, step: str, said: str) -> None:
    row = FORM | {"due": "2013-12-15", "finding": None, "status": "Open", "next": step, "drafts": 0}
    row |= {"statements": 0, "unsubmitted": 0, "review": None, "documents": [], "agreement": None}
    history = {"code": "charter_audit", "title": "Audit report", "status": "Open", "earlier": 0, "turns": []}
    fields = {"name": "Gus Moreno", "items": [row]} | history | {"progress": [row]}
    text = " ".join(render(template, fields, PLACE).text.split())
    assert said in text
    assert "this code" not in text


def test_free_words_are_never_repeated() -> None:
    """They may hold a student's name."""
    fields = SAMPLES["request_refused.not-understood"].fields | {"facts": {"said": "Juan Perez is absent"}}
    said = render("request_refused", fields, PLACE)
    assert "Juan" not in said.subject + said.text + said.html


def test_the_examples_of_an_answer_are_answers() -> None:
    text = RECEIPT.rendered().text
    one = re.search(r"with one number for both files, for example: (.*)", text)
    each = re.search(r"example:\n\n +(.*)\n", text)
    assert one is not None
    assert each is not None
    assert choices(one[1]) == (1,)
    assert [line.numbers for line in file_map(each[1], (), program_codes())] == [{4}, {5}]


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["filed"], "1 file filed."),
        (["filed", "filed", "asked"], "2 files filed, 1 needs your answer."),
        (["asked", "asked"], "2 files need your answer."),
        (["duplicate"], "1 file is already on file; nothing more to do."),
        (["filed", "not_evidence"], "1 file filed."),
        (["held", "refused"], "1 file is kept but not filed, 1 was not accepted."),
        ([], "Nothing was filed."),
    ],
)
def test_the_first_line_is_the_outcome(verdicts: list[str], said: str) -> None:
    file = RECEIPT.fields["files"][3]
    fields = RECEIPT.fields | {"files": [file | {"verdict": verdict} for verdict in verdicts]}
    assert render("evidence_received", fields, PLACE).text.splitlines()[2] == said
