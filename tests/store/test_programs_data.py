"""The facts of the field hold together: programs, forms, instruments and items, the sample, the CDE files."""

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store.programs import lea_kind

Table = dict[str, Any]  # what tomllib gives

ROOT = Path(__file__).parents[2]
STORE = ROOT / "store"
FILES = {path.stem: tomllib.loads(path.read_text()) for path in sorted(STORE.glob("programs/*.toml"))}
CAIS = FILES["cais"]
SAMPLE = tomllib.loads((STORE / "sample.toml").read_text())

PHONES = {"charter": "916-322-6029", "fpm": "916-319-0935", "corrective_action": "916-319-0940"}
PHONES |= {"lea_planning": "916-319-0259", "sig": "916-319-0833"}
PHONES |= {"ia_npsa": "916-327-0141", "title_iii": "916-319-0265"}
STAFF = {"corrective_action": "Clement Mok", "lea_planning": "Janice Morrison", "title_iii": "Lilia Sanchez"}
BASES = {"sourced", "inferred", "recalled"}
BOUNDS = ("data_through", "quarter_from", "quarter_through")
OFFSET = re.compile(
    r"(anchor|first_day|last_day)( [+-] \d+)?"
    r"|(monday|tuesday|wednesday|thursday|friday)\([+-]\d+\)"
    r"|next\(\d\d-\d\d\)"
)
ITEM_COUNTS = {"EL": [18, 3, 1], "CE": [8, 13, 8], "UCP": [6], "BASP": [2], "FM": [1], "HE": [1], "PE": [2]}
ITEM_COUNTS |= {"EE": [1], "CTE": [2], "NorD": [3], "ME": [1], "EES": [2], "SEI": [1]}
OF_2011 = (("EL", "2011-12 / 2012-13"), ("CE", "2011-12"))
SCHOOL_COLUMNS = (
    "CDSCode NCESDist NCESSchool StatusType County District School Street Zip City State Phone "
    "Charter CharterNum FundingType DOC DOCType SOC SOCType"
)
DISTRICT_COLUMNS = "CD Code,County,District,Street,City,Zip,State,DOC,DOCType,StatusType"


def of_every_file(name: str) -> list[Table]:
    """The tables of one name, `form` or `instrument`, from every file."""
    return [table for content in FILES.values() for table in content.get(name, [])]


PROGRAMS = {
    content["program"]["id"]: content["program"] for content in FILES.values() if "program" in content
}
FORMS = {form["id"]: form for form in of_every_file("form")}
CODES = {code["code"]: code for code in of_every_file("program_code")}
INSTRUMENTS = {(each["code"], each["numbering_year"]): each for each in of_every_file("instrument")}
ITEMS = [item for instrument in INSTRUMENTS.values() for item in instrument["item"]]


def facts() -> list[Table]:
    """Every table that states a fact and so owes its basis."""
    found = [CAIS["cycle_rule"], CAIS["real_review_example"], *CAIS["rules"].values()]
    found += of_every_file("rule")
    for name in ("roles", "dimensions", "cycles", "other_program_codes", "fact_sheet", "finding_frequency"):
        found += CAIS[name]
    found += [status for group in CAIS["statuses"].values() for status in group]
    found += CAIS["lea_kinds"]
    found += [*PROGRAMS.values(), *FORMS.values(), *CODES.values(), *INSTRUMENTS.values()]
    return found + ITEMS


def tables(value: object) -> Iterator[Table]:
    """Every table at any depth."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for inner in value if isinstance(value, list) else []:
        yield from tables(inner)


def number(code: str) -> str:
    """An item code as people shorten it: `I-EL 02` is `EL 2`."""
    program, digits = code.rpartition("-")[2].split()
    return f"{program} {int(digits)}"


def items_of(review: Table) -> set[str]:
    asked = [INSTRUMENTS[each["code"], each["numbering_year"]] for each in review["instruments"]]
    return {item["code"] for instrument in asked for item in instrument["item"]}


def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "tests" / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_seven_programs_have_the_phones_and_people_of_the_page() -> None:
    assert {name: program["phone"] for name, program in PROGRAMS.items()} == PHONES
    assert {name: program["staff"] for name, program in PROGRAMS.items() if "staff" in program} == STAFF


def test_a_program_file_is_named_after_its_program() -> None:
    for name, content in FILES.items():
        assert content.get("program", {"id": name})["id"] == name
        assert all(form["program"] == name for form in content.get("form", []))


def test_every_form_belongs_to_a_program_and_every_program_but_fpm_has_one() -> None:
    assert len(of_every_file("form")) == len(FORMS) == 19
    assert {form["program"] for form in FORMS.values()} == set(PROGRAMS) - {"fpm"}


def test_a_yearly_due_date_is_month_and_day() -> None:
    days = [form["due"] for form in FORMS.values() if "due" in form]
    assert len(days) == 12
    days += [form["opens"] for form in FORMS.values() if form.get("opens", "any time") != "any time"]
    days += [form[name] for form in FORMS.values() for name in BOUNDS if name in form]
    assert all(re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", day) for day in days)


def test_a_form_is_asked_of_kinds_of_lea_that_are_known() -> None:
    kinds = {kind["id"] for kind in CAIS["lea_kinds"]}
    for form in FORMS.values():
        assert form["asked_of"], form["id"]
        assert set(form["asked_of"]) <= kinds
        assert form["asked_of_basis"] in BASES


def test_a_fact_of_a_form_that_rests_on_something_else_says_so() -> None:
    for form in FORMS.values():
        told = {name for name in form if name.endswith("_basis")}
        assert all(form[name] in BASES and name.removesuffix("_basis") in form for name in told), form["id"]


def test_a_rule_for_files_is_said_in_words_and_in_endings() -> None:
    for form in FORMS.values():
        assert ("file_types" in form or "one_document" in form) == ("file_rule" in form), form["id"]
        assert set(form.get("file_types", [])) <= set(CAIS["rules"]["allowed_file_types_stated"]["value"])


def test_a_rule_that_nobody_computes_with_has_a_name_of_its_own() -> None:
    rules = of_every_file("rule")
    assert len({rule["id"] for rule in rules}) == len(rules) == 18
    assert all(rule["what"] and rule["value"] for rule in rules)


def test_every_lea_of_the_sample_is_of_a_kind_and_has_only_forms_for_it() -> None:
    types = {lea["id"]: lea["type"] for lea in SAMPLE["lea"]}
    for duty in SAMPLE["obligation"]:
        assert lea_kind(types[duty["lea"]]) in FORMS[duty["form"]]["asked_of"], duty["id"]
        assert not FORMS[duty["form"]].get("per_school") or "school" in duty


def test_every_type_of_the_state_directory_is_a_kind() -> None:
    types = {row["DOCType"] for row in [*rows("cde_schools.txt"), *rows("cde_districts.txt")]}
    assert {lea_kind(kind) for kind in types} == {"district", "county_office"}


def test_fpm_has_fourteen_codes_and_every_instrument_carries_one() -> None:
    later = {code["later_code"]: code for code in CODES.values() if "later_code" in code}
    assert len(of_every_file("program_code")) == len(CODES) == 14
    for instrument in INSTRUMENTS.values():
        listed = CODES.get(instrument["code"]) or later[instrument["code"]]
        assert instrument["program"] == "fpm"
        assert instrument.get("listed_under", instrument["code"]) == listed["code"]
        assert instrument["covers"] == listed["covers"]


def test_every_instrument_has_the_known_number_of_items() -> None:
    assert len(of_every_file("instrument")) == len(INSTRUMENTS)
    for code, counts in ITEM_COUNTS.items():
        assert [len(each["item"]) for each in INSTRUMENTS.values() if each["code"] == code] == counts
    assert {code for code, _ in INSTRUMENTS} == set(ITEM_COUNTS)
    assert len(INSTRUMENTS["EL", "2011-12 / 2012-13"]["item"]) == 18


def test_an_item_code_is_well_formed_and_unique_however_it_is_spelt() -> None:
    for (code, _), instrument in INSTRUMENTS.items():
        spelt = [item["code"] for item in instrument["item"]]
        assert all(re.fullmatch(rf"([IVX]+-)?{code} \d+", each) for each in spelt)
        assert len({number(each) for each in spelt}) == len(spelt)


def test_a_dimension_is_one_of_seven_and_agrees_with_the_code() -> None:
    known = {dimension["roman"] for dimension in CAIS["dimensions"]}
    assert len(known) == 7
    for item in ITEMS:
        assert item.get("dimension", "I") in known
        assert "-" not in item["code"] or item["code"].split("-")[0] == item["dimension"]


def test_every_piece_of_evidence_has_a_name_and_only_the_print_out_says_required() -> None:
    for item in ITEMS:
        for piece in item.get("evidence", []):
            assert piece["name"]
            assert ("required" in piece) == ("BASP" in item["code"])


def test_every_fact_says_what_it_rests_on() -> None:
    for fact in facts():
        assert fact["basis"] in BASES, fact
        assert fact.get("evidence_basis", fact["basis"]) in BASES, fact
        assert fact["basis"] != "sourced" or "source" in fact, fact
        assert fact["basis"] != "recalled" or "source" not in fact, fact


def test_every_source_named_is_listed() -> None:
    named = [table["source"] for content in FILES.values() for table in tables(content) if "source" in table]
    assert all(re.search(r"\bS\d+\b", source) for source in named)
    assert {each for source in named for each in re.findall(r"\bS\d+\b", source)} <= set(CAIS["sources"])


def test_the_days_are_45_from_the_notification_225_from_the_last_day_and_30_before_the_first() -> None:
    days = {name: (rule.get("value"), rule.get("anchor")) for name, rule in CAIS["rules"].items()}
    assert days["finding_resolution_days"] == (45, "nof_date")
    assert days["resolution_agreement_cap_days"] == (225, "last_day_of_review")
    assert days["evidence_upload_lead_days"] == (30, "first_day_of_review")
    assert days["agreement_extra_days"][0] == 225 - 45


def test_the_real_review_obeys_the_rules_it_illustrates() -> None:
    real, rules = CAIS["real_review_example"], CAIS["rules"]
    assert (real["due_45_days"] - real["nof_date"]).days == rules["finding_resolution_days"]["value"]
    assert (real["cap_225_days"] - real["last_day"]).days == rules["resolution_agreement_cap_days"]["value"]
    assert set(real["findings_by_program"]) <= set(CODES) | {"EES"}


def test_the_cycles_follow_the_rotation() -> None:
    rule = CAIS["cycle_rule"]
    for cycle in CAIS["cycles"]:
        turn = int(cycle["school_year"][:4]) - rule["first_year"]
        assert cycle["onsite"] == rule["letters"][turn % 4]
        assert cycle["online"] == rule["letters"][(turn + rule["online_ahead"]) % 4]


def test_the_most_frequent_findings_are_items_of_that_year() -> None:
    asked = {item["code"] for key in OF_2011 for item in INSTRUMENTS[key]["item"]}
    assert {row["code"] for table in CAIS["finding_frequency"] for row in table["counts"]} <= asked


def test_the_sample_speaks_only_of_leas_schools_and_reviews_it_has() -> None:
    leas = {lea["id"] for lea in SAMPLE["lea"]}
    schools = {school["cds"] for lea in SAMPLE["lea"] for school in lea["schools"]}
    known = {"lea": leas, "school": schools, "review": {review["id"] for review in SAMPLE["review"]}}
    known |= {"site": schools, "program": set(PROGRAMS), "form": set(FORMS)}
    known |= {"role": {role["id"] for role in CAIS["roles"]}}
    for table in tables([SAMPLE["person"], SAMPLE["review"], SAMPLE["obligation"]]):
        assert all(table[name] in values for name, values in known.items() if name in table), table
        assert set(table.get("sites", [])) <= schools


def test_the_sample_asks_only_for_items_that_exist() -> None:
    for review in SAMPLE["review"]:
        conclusions = review.get("conclusions", {"does_not_meet": [], "not_reviewed": []})
        found = [finding["item"] for finding in review.get("finding", [])]
        assert found == conclusions["does_not_meet"]
        assert {*found, *conclusions["not_reviewed"]} <= items_of(review)


def test_a_monitor_of_the_sample_watches_an_instrument_of_the_review() -> None:
    instruments = {each["id"]: {i["code"] for i in each["instruments"]} for each in SAMPLE["review"]}
    watching = [role for person in SAMPLE["person"] for role in person["roles"] if "instrument" in role]
    assert len(watching) == 5
    assert all(role["instrument"] in instruments[role["review"]] for role in watching)


def test_every_day_of_the_sample_is_an_offset() -> None:
    days = [
        table[name] for table in tables(SAMPLE) for name in table if name.endswith(("_day", "_date", "due"))
    ]
    assert len(days) == 16
    assert all(OFFSET.fullmatch(day) for day in days)


def test_nobody_in_the_sample_is_real() -> None:
    for lea in SAMPLE["lea"]:
        assert all(each["cds"].startswith("99") and len(each["cds"]) == 14 for each in [lea, *lea["schools"]])
    assert all(person["email"].endswith(".example") for person in SAMPLE["person"])


def test_the_state_school_file_keeps_its_columns_and_leading_zeros() -> None:
    schools = rows("cde_schools.txt")
    assert " ".join(schools[0]) == SCHOOL_COLUMNS
    assert all(re.fullmatch(r"\d{14}", row["CDSCode"]) for row in schools)
    assert any(row["CDSCode"].startswith("0") for row in schools)
    assert all((row["School"] == "No Data") == row["CDSCode"].endswith("0000000") for row in schools)
    assert [row["School"] for row in schools if row["StatusType"] == "Closed"] == ["McAteer (J. Eugene) High"]


def test_every_school_of_the_state_file_has_its_district() -> None:
    listed = rows("cde_districts.txt")
    districts = {row["CD Code"]: row["District"] for row in listed}
    assert ",".join(listed[0]) == DISTRICT_COLUMNS
    assert all(districts[row["CDSCode"][:7]] == row["District"] for row in rows("cde_schools.txt"))


def test_the_charters_of_the_state_file_are_directly_funded_and_numbered() -> None:
    charters = {row["CharterNum"]: row for row in rows("cde_schools.txt") if row["Charter"] == "Y"}
    assert set(charters) == {"0740", "0811", "1284"}
    assert all(row["FundingType"] == "Directly funded" for row in charters.values())
