"""What replies about reminders say, and to whom not."""

import pytest

from templates.gallery import samples
from templates.render import Place, render

SIG = "SIG Cohort 2 implementation evidence (cr-sig-c2)"


def text_of(template: str, name: str) -> str:
    sample = next(one for one in samples() if (one.template, one.name) == (template, name))
    text = render(template, sample.fields, Place("evidence@cais.example", sample.today, sample=True)).text
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("template", "name", "said"),
    [
        (
            "delivery_looked_for",
            "a form that is nowhere",
            f"We looked for {SIG}, and nothing has come for it",
        ),
        ("delivery_looked_for", "a form that is nowhere", "this into the subject: cr-sig-c2"),
        ("delivery_looked_for", "the first of many", "None of the first 2 of 20 are in; 2 are missing."),
        ("delivery_looked_for", "the first of many", f"{SIG}: nothing has come for it"),
        (
            "delivery_looked_for",
            "the first of many are in",
            "The first 2 of 20 are in: nothing is to be done",
        ),
        ("delivery_looked_for", "several", "1 of the first 3 of 5 is in; 2 are missing."),
        ("schedule_set", "late only", "Nobody is reminded before the due day. To have the LEA hear of it"),
        ("schedule_set", "late only", "To see who is reminded when, mail: preview reminders of sv-fpm"),
        ("schedule_set", "late only, heard", "Nobody is reminded before the due day."),
        ("reminders_snoozed", "late", "It was due on Fri 20 Dec 2013 and is late."),
        ("reminders_snoozed", "one", "It still is due on Mon 6 Jan 2014."),
        (
            "reminders_foreseen",
            "away, and put off",
            "Away then, and nobody who may see it stands in.",
        ),
        ("reminders_foreseen", "away, and put off", "asked to be left alone until Fri 27 Dec 2013"),
        (
            "request_refused",
            "the leader's to do",
            "the review's Regional Team Leader and the program's contact",
        ),
        ("request_refused", "not paused", "Reminders of sv-fpm are not paused: they go out as usual."),
        ("request_refused", "no such user", "Mail the word users"),
        ("request_refused", "nothing called so", "We found nothing called cr-fpm for you."),
        ("item_submitted", "a form, by words only", "No file came with it, so these are missing."),
    ],
)
def test_what_is_said(template: str, name: str, said: str) -> None:
    assert said in text_of(template, name)


@pytest.mark.parametrize(
    ("template", "name", "unsaid"),
    [
        ("delivery_looked_for", "a form that is nowhere", "sig_implementation"),
        ("schedule_set", "late only, heard", "add later days"),
        ("schedule_set", "late only, heard", "add days before"),
        ("schedule_set", "late only, heard", "preview reminders"),
        ("schedule_set", "own", "Nobody is reminded before"),
        ("request_refused", "the leader's to do", "program monitors for their own"),
        ("request_refused", "not paused", "Nothing more can happen"),
        ("request_refused", "no such colleague", "the word status"),
        ("item_submitted", "a form, by words only", "Nothing to do now"),
    ],
)
def test_what_is_not_said(template: str, name: str, unsaid: str) -> None:
    assert unsaid not in text_of(template, name)
