"""Only what the sender wrote now counts: nothing quoted, forwarded or below the signature."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.fresh_text import MARKER, MOST_CHARACTERS, fresh_text

OWN = "EL 02\nCE 08 p. 4-9"
QUOTED = "approve item 3"

BELOW = {
    "our marker": f"{MARKER}\n{QUOTED}",
    "our marker, quoted": f"> {MARKER}\n> {QUOTED}",
    "signature": f"-- \n{QUOTED}",
    "signature without its space": f"--\n{QUOTED}",
    "Gmail": f"On Mon, Sep 14, 2026 at 9:15 AM CAIS <evidence@cais.example> wrote:\n\n> {QUOTED}",
    "Gmail, broken": f"On Mon, Sep 14, 2026 at 9:15 AM CAIS <evidence@cais.example>\nwrote:\n{QUOTED}",
    "Spanish": f"El lun, 14 sept 2026 a las 9:15, CAIS (<evidence@cais.example>) escribió:\n\n{QUOTED}",
    "Outlook": f"From: CAIS\nSent: Monday\nTo: Ana\nSubject: EL 02\n\n{QUOTED}",
    "Outlook in bold": f"*From:* CAIS\n*Sent:* Monday\n*To:* Ana\n*Subject:* EL 02\n\n{QUOTED}",
    "Outlook in German": f"Von: CAIS\nGesendet: Montag\nAn: Ana\nBetreff: EL 02\n\n{QUOTED}",
    "Outlook in Spanish": f"De: CAIS\nEnviado el: lunes\nPara: Ana\nAsunto: EL 02\n\n{QUOTED}",
    "Outlook on the web": f"________________________________\nFrom: CAIS\n\n{QUOTED}",
    "old Outlook": f"-----Original Message-----\n{QUOTED}",
    "Gmail's forward": f"---------- Forwarded message ---------\nFrom: x\n\n{QUOTED}",
    "Apple's forward": f"Begin forwarded message:\n\nFrom: x\n\n{QUOTED}",
    "Thunderbird's forward": f"-------- Forwarded Message --------\nSubject: x\n\n{QUOTED}",
    "list footer": f"{'_' * 47}\n{QUOTED}",
    "phone": f"Sent from my iPhone\n{QUOTED}",
}


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_stands_below_is_not_fresh(below: str, end: str) -> None:
    assert fresh_text(f"{OWN}\n\n{BELOW[below]}".replace("\n", end)) == OWN


@pytest.mark.parametrize("below", BELOW)
def test_a_mail_of_nothing_else_has_no_fresh_text(below: str) -> None:
    assert fresh_text(BELOW[below]) == ""


def test_answers_between_quoted_lines_are_kept_without_them() -> None:
    assert fresh_text("> Which item?\nEL 02\n> Which page?\n4-9") == "EL 02\n4-9"


def test_a_line_that_only_begins_like_a_header_is_the_senders_own() -> None:
    text = "From: our school office\nwe send the roster.\nTo: whom it may concern"
    assert fresh_text(text) == text


def test_the_text_ends_at_20000_characters() -> None:
    assert len(fresh_text("a" * 30_000)) == MOST_CHARACTERS


@pytest.mark.parametrize(
    "unit",
    ["\n", "> ", "Den  skrev ", "On wrote:", "El escribió", "2026/09/14 <@", "From: a\n", " ", "---", "_"],
)
def test_no_text_takes_long(unit: str) -> None:
    started = time.process_time()
    fresh_text(unit * 20_000)
    assert time.process_time() - started < 1


@given(st.text(max_size=300))
def test_any_text_comes_out_fit_to_keep(text: str) -> None:
    fresh = fresh_text(text)
    fresh.encode("utf-8")
    assert "\0" not in fresh
    assert "\r" not in fresh
