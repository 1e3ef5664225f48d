"""Which lines of a message are commands: exact ones of the sender's own newest words, and no others."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.capabilities import CAPABILITIES
from handlers.messages import Attachment
from handlers.own_lines import tidied
from handlers.script import MOST_STEPS, Step, script_of
from tests.builders import PROGRAMS, a_file
from tests.handlers.verbs import a_message, obeyed, script

FILE = (a_file(),)
LOGO = (a_file("logo.png", b"logo", role="decoration"),)


def text_of(step: Step) -> str:
    """The free text of a command, registered or a stand-in."""
    return str(getattr(step.command, "text", step.command))


ONE, TWO = "submit EL 02", "withdraw D-17"


@pytest.mark.parametrize(
    "text",
    [
        "submit EL 02",
        "Submit EL 02.",
        "SUBMIT el-02!",
        "please submit EL 02",
        "Please, submit EL 02, thanks!",
        "submit EL 02 please",
        "Hi Helen,\n\nsubmit EL 02",
        "Good morning,\nsubmit EL 02\n\nThank you,\nAna Ruiz\nSierra Vista Unified",
        "Hola,\n\nsubmit EL 02\n\nMuchas gracias,\nAna",
        "submit EL 02\n\nAna Ruiz\nELAC Coordinator, Sierra Vista Unified\n(916) 555-0102",
        "submit EL 02\n-- \nwithdraw D-17",
        "submit EL 02\nThanks!\nwithdraw D-17",
        "submit EL 02\nThanks! Ana\nwithdraw D-17",
        "submit EL 02\nMany thanks and best regards,\nwithdraw D-17",
        "submit EL 02\nquit\nwithdraw D-17",
        "submit EL 02\n> withdraw D-17\nwithdraw D-17",
        "submit EL 02\nOn Mon, Dec 2, 2013 at 9:15 AM CAIS wrote:\nwithdraw D-17",
        "submit EL 02\n-----Original Message-----\nwithdraw D-17",
        "submit EL 02\nSent from my iPhone\nwithdraw D-17",
        "submit EL 02\n________________\nwithdraw D-17",
        "- submit EL 02",
        "1. submit EL 02",
    ],
)
def test_one_command_among_manners_stands_alone(text: str) -> None:
    found = script(text)
    assert [said.lower().replace("-", " ") for said in obeyed(found)] == ["submit el 02"]
    assert found.left == 0


@pytest.mark.parametrize(
    "after", ["P.S. please wait until Friday", "PS: Tom must see it first", "p.s. not before the board meets"]
)
def test_a_postscript_is_read_as_well(after: str) -> None:
    assert obeyed(script(f"submit EL 02\n\nThanks,\nAna\n\n{after}")) == []
    assert obeyed(script(f"submit EL 02\n\nThanks,\nAna\n\n> {after}")) == ["submit EL 02"]


def test_several_commands_keep_their_order() -> None:
    found = script("Hi,\nsubmit EL 02\n\n* withdraw D-17\n3) status CE 08\n\nThanks")
    assert obeyed(found) == ["submit EL 02", "withdraw D-17", "status CE 08"]


@pytest.mark.parametrize(
    "text",
    [
        "We are ready to submit EL 02",
        "Do not submit EL 02",
        "please don't submit EL 02",
        "Could you submit EL 02?",
        "I would like to\nsubmit EL 02",
        "As agreed:\n\nsubmit EL 02",
        '"submit EL 02"',
        "> submit EL 02",
        "| submit EL 02",
        "Thanks!\nsubmit EL 02",
        "-- \nsubmit EL 02",
        "presubmit EL 02",
        "submit-EL 02",
        "submitEL 02",
        "submitting EL 02",
        "\u200bsubmit EL 02",
        "\u2060submit EL 02",
        "sub\u200bmit EL 02",
        "submit\u200b EL 02",
        "\u202esubmit EL 02",
        "\ufeffsubmit EL 02",
        "sub\u00admit EL 02",
        "\u200b> submit EL 02",
        "ѕubmit EL 02",  # a Cyrillic letter
        "ｓｕｂｍｉｔ EL 02",
        "",
    ],
)
def test_what_begins_with_anything_else_is_no_command(text: str) -> None:
    assert script(text).steps == ()


@pytest.mark.parametrize("text", ["submit", "submit it", "submit EL 02 tomorrow", "submit the roster"])
def test_a_verb_without_its_form_is_taught_and_not_done(text: str) -> None:
    (step,) = script(text).steps
    assert (step.capability.verb, step.command) == ("submit", None)


@pytest.mark.parametrize(
    "text", ["submit", "submit EL 02 tomorrow", "submit EL 02?", "return policy attached"]
)
def test_with_documents_such_words_are_about_the_documents(text: str) -> None:
    assert script(text, files=FILE).steps == ()
    assert len(script(text, files=LOGO).steps) == 1


def test_a_question_is_not_done() -> None:
    (step,) = script("submit EL 02?").steps
    assert step.doubt == "question"
    assert obeyed(script("submit EL 02 ?")) == []


@pytest.mark.parametrize(
    "words",
    [
        "Please wait until Friday with this.",
        "Actually, do not do it yet.",
        "Hold off until the board has met.",
        "\nUnless Maria has done it already.",
        "\nAún no, por favor.",
    ],
)
def test_words_that_take_it_back_make_it_doubtful(words: str) -> None:
    found = script(f"submit EL 02\n{words}")
    assert ([step.doubt for step in found.steps], found.left) == (["taken_back"], 1)
    assert obeyed(script(words, subject="submit EL 02")) == []


@pytest.mark.parametrize(
    "words",
    [
        *(
            "Draft - Tom to check first",
            "if Luke agrees",
            "(on Friday)",
            "What does this do?",
            "No.",
            "Friday",
        ),
        *("After Friday", "EL 06", "ON HOLD", "see subject, but on Friday", "June 6 2014", "Sorry, EL 06"),
    ],
)
@pytest.mark.parametrize("way", ["next line", "paragraph", "below the subject", "before another command"])
def test_whatever_is_no_manners_makes_the_whole_script_doubtful(words: str, way: str) -> None:
    found = {
        "next line": script(f"withdraw D-17\nsubmit EL 02\n{words}\n\nAna Ruiz"),
        "paragraph": script(f"withdraw D-17\nsubmit EL 02\n\n{words}"),
        "below the subject": script(words, subject="Submit EL 02"),
        "before another command": script(f"submit EL 02\n{words}\nwithdraw D-17"),
    }[way]
    assert obeyed(found) == []
    assert {step.doubt for step in found.steps} <= {"beside", "taken_back"}
    assert {step.words for step in found.steps} == {words}


def test_an_attached_file_may_be_spoken_of_where_there_is_one() -> None:
    words = "Please find attached the roster and the minutes\nof our council."
    assert obeyed(script(f"submit EL 02\n\n{words}", files=FILE)) == [ONE]
    assert obeyed(script(f"submit EL 02\n\n{words}")) == []
    assert obeyed(script("submit EL 02\n\nAttached is the roster, but wait.", files=FILE)) == []


def test_what_only_asks_minds_no_words_beside_it() -> None:
    assert obeyed(script("status EL 02\n\nI ask because the board meets on Friday.")) == ["status EL 02"]


def test_what_the_formatted_text_does_not_show_is_doubtful() -> None:
    (step,) = script("submit EL 02", differs=True).steps
    assert step.doubt == "differs"


def test_what_only_asks_is_done_in_any_case() -> None:
    assert obeyed(script("status EL 02?", differs=True)) == ["status EL 02?"]


def test_prose_between_commands_is_counted() -> None:
    found = script("status EL 02\nand the other one\nstatus CE 08")
    assert (obeyed(found), found.left) == (["status EL 02", "status CE 08"], 1)


def test_a_paragraph_of_prose_ends_the_commands() -> None:
    found = script("status EL 02\n\nHere is what Tom wrote to me:\nwithdraw D-17\n\nAna Ruiz")
    assert (obeyed(found), found.left) == (["status EL 02"], 2)


# --- the subject


def test_a_subject_may_be_the_command() -> None:
    assert obeyed(script(subject="submit EL 02")) == [ONE]
    assert obeyed(script("Hi,\n\nThanks,\nAna", subject="Submit EL 02")) == ["Submit EL 02"]


def test_a_subject_said_again_in_the_text_is_one_command() -> None:
    found = script("Submit EL 02.\nwithdraw D-17", subject="submit EL 02")
    assert (obeyed(found), found.left) == ([ONE, TWO], 0)


def test_a_text_below_a_subject_that_is_prose_holds_no_commands() -> None:
    found = script("Here is what I mean:\nwithdraw D-17", subject="status EL 02")
    assert (obeyed(found), found.left) == (["status EL 02"], 2)


def test_a_subjects_free_text_is_in_the_mail() -> None:
    (step,) = script("which pages?\n\nAnd which year?\n\nThanks,\nAna", subject="return EL 02:").steps
    assert text_of(step) == "which pages?\n\nAnd which year?"


@pytest.mark.parametrize("mark", ["Re:", "RE: ", "Fwd: ", "FW:", "AW: ", "Re[2]: ", "SV: ", "Antw: ", "RES:"])
def test_a_replys_subject_is_never_a_command(mark: str) -> None:
    assert script(subject=f"{mark}submit EL 02").steps == ()


def test_a_subject_in_a_thread_is_never_a_command() -> None:
    assert script(subject="submit EL 02", answers=("<out-1@cais.example>",)).steps == ()
    assert obeyed(script("submit EL 02", answers=("<out-1@cais.example>",))) == [ONE]


def test_a_subject_of_prose_leaves_the_text_its_commands() -> None:
    assert obeyed(script("submit EL 02", subject="our evidence")) == [ONE]


# --- free text


def test_free_text_goes_on_until_the_next_exact_command() -> None:
    found = script(
        "return EL 02: the roster is missing\nwithdraw the old one\n\nand sign it\n\nwithdraw D-17"
    )
    first, second = found.steps
    assert (first.capability.verb, second.said, found.left) == ("return", TWO, 0)
    assert text_of(first) == "the roster is missing\nwithdraw the old one\n\nand sign it"


@pytest.mark.parametrize(
    "text",
    [
        "return EL 02: the LEA says\nwithdraw D-17",
        "return EL 02: the LEA says:\n\nwithdraw D-17",
        "return EL 02: sign it\n\nand say so\nwithdraw D-17",
    ],
)
def test_a_command_inside_a_text_makes_it_doubtful(text: str) -> None:
    (step,) = script(text).steps
    assert (step.doubt, step.words, obeyed(script(text))) == ("within", TWO, [])


def test_a_blank_line_ends_a_text_and_one_without_text_needs_none() -> None:
    assert obeyed(script("return EL 02: sign it\n\nwithdraw D-17\nmeets EL 14\nmeets EL 21")) == [
        *("return EL 02", TWO, "meets EL 14", "meets EL 21")
    ]


def test_a_signature_at_the_end_is_no_part_of_a_text() -> None:
    (step,) = script(
        "return EL 02: sign it\n\nand date it\n\nHelen Wu\nConsultant, CDE\n(916) 555-0100"
    ).steps
    assert text_of(step) == "sign it\n\nand date it"


@pytest.mark.parametrize("text", ["sign it:\n\nAna Ruiz\nTom Okafor", "sign it\nAna Ruiz"])
def test_names_that_a_text_leads_to_are_its_own(text: str) -> None:
    (step,) = script(f"return EL 02: {text}").steps
    assert text_of(step) == text


def test_a_list_is_as_many_commands() -> None:
    found = script("submit EL 02, CE 08 and EL 14\nwithdraw D-17\n\nMaria Delgado")
    assert obeyed(found) == [ONE, "submit CE 08", "submit EL 14", TWO]


def test_free_text_ends_at_a_closing_and_keeps_what_people_typed() -> None:
    (step,) = script("return EL 02: sign it\n\N{WOMAN}\u200d\N{PERSONAL COMPUTER}\n\nThanks,\nHelen").steps
    assert text_of(step) == "sign it\n\N{WOMAN}\u200d\N{PERSONAL COMPUTER}"


def test_free_text_keeps_its_last_words() -> None:
    (step,) = script("please return EL 02: sign it, thank you.").steps
    assert text_of(step) == "sign it, thank you."


def test_a_signature_is_no_free_text_where_a_command_takes_none() -> None:
    assert obeyed(script("meets EL 02\n\nHelen Wu\nCDE, (916) 555-0100")) == ["meets EL 02"]


def test_the_words_read_back_hold_no_free_text() -> None:
    (step,) = script("return EL 02: Juan Perez has no record").steps
    assert step.said == "return EL 02"


# --- bounds


def test_forty_commands_and_no_more() -> None:
    found = script("\n".join(["submit EL 02"] * 45))
    assert (len(found.steps), found.left) == (MOST_STEPS, 5)


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_is_read(text: str, subject: str) -> None:
    assert len(script(text, subject=subject).steps) <= MOST_STEPS


@pytest.mark.parametrize(
    "text",
    [
        *(word * 3000 for word in ("submit ", "submit\n", "||||||", "\n\n|||| ", "Thanks ", "A ", "On x ")),
        *("submit EL 02\n\n" + words * 6000 for words in ("a@", "A. ", "- ", "submit EL 02\n")),
        "return EL 02: " + "x\n" * 9000,
    ],
)
def test_reading_takes_bounded_time(text: str) -> None:
    started = time.process_time()
    script(text)
    assert time.process_time() - started < 2


def test_tidying_leaves_the_words() -> None:
    assert tidied("  -  please,  Submit   EL\u00a002 , thank you. ") == "Submit EL 02 "[:-1]


def test_a_filled_form_is_one_command_and_all_below_it_its_text() -> None:
    text = "return EL 02: first\n\nstatus\nThanks,\nAna\n> quoted\nmeets EL 02"
    assert obeyed(script(text=text)) != ["return EL 02"]
    (step,) = script(text=text, filled=True).steps
    assert (step.capability.verb, step.doubt) == ("return", None)
    assert text_of(step) == text.partition(": ")[2]


@pytest.mark.parametrize("verb", ["Calendar", "Timeline", "week", "Reminders", "status"])
def test_a_verb_alone_above_documents_is_their_title(verb: str) -> None:
    def steps(text: str, subject: str, files: tuple[Attachment, ...]) -> int:
        message = a_message(text, subject=subject, files=files)
        return len(script_of(message, CAPABILITIES, PROGRAMS).steps)

    assert steps("Please see attached for EL 02", verb, FILE) == 0
    assert steps("", verb, FILE) == 0
    assert steps("", verb, LOGO) == 1
    assert steps(verb, "EL 02", FILE) == 1
