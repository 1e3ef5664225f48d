"""What a reminder's first lines say, where it is easy to say too much or too little."""

from typing import Any

from templates.render import sentence


def row(**more: Any) -> dict[str, Any]:
    facts = {"kind": "finding", "name": "sv-fpm/I-EL 02", "code": "I-EL 02", "title": "ELAC", "when": "later"}
    return facts | {"due": "2014-01-06", "late": False} | more


def counts(**some: int) -> dict[str, int]:
    return {"overdue": 0, "today": 0, "week": 0, "later": 0, "decision": 0} | some


def test_what_is_due_on_one_day_is_not_due_from_it_on() -> None:
    one_day, two_days = [row(), row()], [row(), row(due="2014-01-07")]
    assert sentence("mail", "reminded_subject", one_day, counts(later=2), 0).strip() == "2 due Mon 6 Jan 2014"
    for rows, more in ((two_days, 0), (one_day, 1)):
        said = sentence("mail", "reminded_subject", rows, counts(later=2 + more), more).strip()
        assert said == f"{2 + more} due from Mon 6 Jan 2014 on"


def test_a_form_keeps_its_name_where_there_is_room() -> None:
    form = row(kind="form", code="x_form", title="A form with a long name " * 4, when="overdue")
    said = sentence("mail", "reminded_headline", [form, row()], counts(overdue=1, later=1), 0).strip()
    assert said.startswith("Overdue: A form with a long name")
    assert len(said) <= 70


def test_only_what_is_late_is_said_to_be_late() -> None:
    late = row(late=True, code="II-CE 08")
    assert "This should have come" in sentence("mail", "reminded_late", [late, late])
    said = sentence("mail", "reminded_late", [row(), late])
    assert "II-CE 08" in said and "I-EL 02" not in said


def test_a_sentence_begins_with_a_capital_letter() -> None:
    assert sentence("mail", "Named", row(kind="upload", name="cr-fpm")).startswith(
        "Evidence for review cr-fpm"
    )


def test_one_of_a_week_is_english() -> None:
    assert sentence("mail", "week_count", "evidence_overdue", 1).strip() == "review late with evidence"
