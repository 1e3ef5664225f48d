"""Every mail of the corpus through the running service: one end state, one verdict a file, a clear answer."""

import asyncio
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.posting import post
from tests.servers import wait_until
from tests.walks.running import ROOT, Service

MAIL = ROOT / "tests" / "mail"
ANA, TO = "aruiz@sierravista.example", "evidence@cais.example"
EL02, CE08 = "sv-fpm/I-EL 02", "sv-fpm/II-CE 08"
Outcome = tuple[str, list[tuple[str, list[str]]], str | None]

FILED: Outcome = ("done", [("filed", [EL02])], "evidence_received")
WITH_ITS_FILE: Outcome = ("done", [("filed", [EL02])] * 2, "evidence_received")
LOGO: tuple[str, list[str]] = ("not_evidence", [])
NO_FILE: Outcome = ("refused", [], "request_refused")

EXPECTED: dict[str, Outcome] = {
    "apple_mail_inline_pdf": FILED,
    "auto_reply": ("ignored", [], None),
    "bare_cr": FILED,
    "bare_lf": FILED,
    "base64_text_body": NO_FILE,
    "bidi_name": FILED,
    "bounce": ("ignored", [LOGO], None),
    "cde_convention": ("done", [("filed", ["sv-plan"])], "evidence_received"),
    "damaged_base64": ("held", [("held", [])], "evidence_received"),
    "deep_nesting": ("held", [], "message_held"),
    "duplicate_name_two_files": ("done", [("filed", [EL02]), ("filed", [CE08])], "evidence_received"),
    "empty_file": ("refused", [("refused", [])], "evidence_received"),
    "from_parens_recursion": FILED,
    "gmail_reply_quote": NO_FILE,
    "group_from": ("held", [("held", [])], None),
    "html_only": ("done", [], "item_status_shown"),
    "latin1_raw_headers": ("held", [("held", [])], None),
    "link_instead_of_file": NO_FILE,
    "locked_pdf": FILED,
    "long_name": FILED,
    "mailing_list": ("ignored", [LOGO], None),
    "many_content_type_params": NO_FILE,
    "msmtp_plain": FILED,
    "mutt_latin1_name": FILED,
    "nameless_part": FILED,
    "neomutt_utf8_name": FILED,
    "no_attachment": ("done", [], "status_shown"),
    "nodemailer_calendar": ("done", [("filed", [EL02]), LOGO, LOGO, LOGO], "evidence_received"),
    "nul_bytes": FILED,
    "only_logos": ("refused", [LOGO, LOGO], "request_refused"),
    "outlook_html_logo": ("done", [("filed", [EL02]), LOGO, LOGO, LOGO], "evidence_received"),
    "outlook_reply_quote": NO_FILE,
    "rfc2231_pieces_name": FILED,
    "rfc822_with_command": WITH_ITS_FILE,
    "s_nail_content_id": FILED,
    "smime_signed_like": ("done", [("filed", [EL02]), LOGO], "evidence_received"),
    "spanish_el_2_de": ("asked", [("asked", [])], "evidence_received"),
    "swaks_raw_8bit_name": FILED,
    "thunderbird_forward_attachment": WITH_ITS_FILE,
    # its file came inside of the mail before
    "thunderbird_forward_inline": ("done", [("duplicate", [EL02])], "evidence_received"),
    "thunderbird_html_pdf": ("done", [("filed", [EL02]), LOGO], "evidence_received"),
    "thunderbird_reply": NO_FILE,
    "thunderbird_two_files_map": ("done", [("filed", [EL02]), ("filed", [CE08])], "evidence_received"),
    "traversal_name": FILED,
    "two_from_headers": ("held", [("held", [])], None),
    "unknown_charset": NO_FILE,
    "zip_attached": ("done", [("filed", [EL02, CE08])], "evidence_received"),
}


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service() as running:
        yield running


@pytest.fixture(scope="module")
def outcomes(service: Service) -> dict[str, Outcome]:
    """Every mail of the corpus sent once, and what became of each."""
    numbers = {_post(service, path): path.stem for path in sorted(MAIL.glob("*.eml"))}
    wait_until(lambda: _is_settled(service, len(numbers)), 60, "an end for every mail")
    record = service.export()
    said = {row["in_answer_to"]: row["template"] for row in record["outgoing"]}
    return {
        numbers[row["id"]]: (
            row["state"],
            [(one["verdict"], one["targets"]) for one in row["verdicts"]],
            said.get(row["id"]),
        )
        for row in record["messages"]
    }


@pytest.mark.parametrize("name", sorted(path.stem for path in MAIL.glob("*.eml")))
def test_it_ends_as_it_should(outcomes: dict[str, Outcome], name: str) -> None:
    assert outcomes[name] == EXPECTED[name]


def test_every_silence_and_every_no_has_a_reason(outcomes: dict[str, Outcome], service: Service) -> None:
    record = service.export()
    assert all(row["reason"] for row in record["messages"] if row["state"] != "done")
    verdicts = [one for row in record["messages"] for one in row["verdicts"]]
    assert all(one["reason"] for one in verdicts if one["verdict"] != "filed")


def test_the_kept_bytes_are_the_bytes_sent(outcomes: dict[str, Outcome], service: Service) -> None:
    kept = {path.read_bytes() for path in (service.path / "var" / "files" / "objects").glob("*/*")}
    for path in MAIL.glob("*.eml"):
        assert path.read_bytes() in kept, path.name


def test_the_record_is_as_it_was_written(outcomes: dict[str, Outcome], service: Service) -> None:
    assert "All as recorded" in service.cais("verify")


def test_too_large_is_told_with_the_limit_and_another_way(service: Service) -> None:
    with smtplib.SMTP("127.0.0.1", service.port) as client:
        client.ehlo()
        code, words = client.docmd("MAIL", f"FROM:<{ANA}> SIZE=60000000")
    assert code == 552
    assert b"50 MiB" in words
    assert b"send the files in several mails" in words


def test_an_unknown_recipient_is_refused_at_once(service: Service) -> None:
    with smtplib.SMTP("127.0.0.1", service.port) as client:
        client.ehlo()
        client.mail(ANA)
        code, words = client.rcpt("nobody@cais.example")
    assert code == 550
    assert words.startswith(b"5.1.1")


def _post(service: Service, path: Path) -> int:
    """Byte for byte through the door; what machines send comes with the null sender. The inbox number."""
    sender = "" if path.stem in ("bounce", "auto_reply") else ANA
    answer = asyncio.run(post("127.0.0.1", service.port, path, sender, [TO]))
    return int(answer.split()[-1])


def _is_settled(service: Service, count: int) -> bool:
    rows = service.export()["messages"]
    return len(rows) >= count and all(row["state"] != "received" for row in rows)
