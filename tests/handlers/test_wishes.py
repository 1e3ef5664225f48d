"""What a message says about each of its files, and where that is not sure."""

from typing import Any

import pytest

from handlers.messages import Attachment, Message, Sender
from handlers.wishes import Wish, answered_wishes, wishes_of
from tests.builders import ANA, NOW, PROGRAMS, a_file


def files(*names: str) -> tuple[Attachment, ...]:
    return tuple(a_file(name, name.encode(), number) for number, name in enumerate(names, 1))


def wishes(*names: str, **said: Any) -> tuple[Wish, ...]:
    """The wishes of a mail with files of these names."""
    sender = Sender(ANA, "authenticated", "test")
    return wishes_of(Message(1, "mail", NOW, sender, None, files=files(*names), **said), PROGRAMS)


def read(*names: str, **said: Any) -> list[tuple[list[str], str | None]]:
    return [([one.code.key for one in wish.mentions], wish.doubt) for wish in wishes(*names, **said)]


def test_the_subject_says_it_for_every_file() -> None:
    assert read("a.pdf", "b.pdf", subject="EL 02") == [(["EL2"], None), (["EL2"], None)]


def test_one_file_may_be_for_several_items() -> None:
    assert read("a.pdf", subject="EL 02 and CE 08") == [(["EL2", "CE8"], None)]


def test_several_files_and_several_items_without_a_map_are_asked_about() -> None:
    doubt = "several-files-several-items"
    assert [one[1] for one in read("a.pdf", "b.pdf", subject="EL 02, CE 08")] == [doubt, doubt]


def test_a_map_may_stand_in_the_subject() -> None:
    assert read("a.pdf", "b.pdf", subject="1: EL 02, 2: CE 08") == [(["EL2"], None), (["CE8"], None)]
    assert read("a.pdf", "b.pdf", subject="1: EL 02, 2: CE 08", text="Thanks\nAna")[1] == (["CE8"], None)


@pytest.mark.parametrize(
    "said",
    [
        {"subject": "1: EL 02, 3: CE 08"},
        {"subject": "1: EL 02, 2: CE 08", "text": "The second one is for UCP 3"},
        {"subject": "1: EL 02, 2: CE 08", "text": "No, file 2 is the one for EL 02"},
        {"subject": "1: EL 02, 2: CE 08", "hints": ("UCP-3",)},
        {"subject": "Re: 1: EL 02, 2: CE 08"},
        {"subject": "1: EL 02, 2: CE 08", "answers": ("<one@of.ours>",)},
        {"subject": "1: EL 02, CE 08"},
    ],
)
def test_a_map_in_the_subject_that_may_mean_other_files_or_items_is_asked_about(said: dict[str, Any]) -> None:
    assert read("a.pdf", "b.pdf", **said)[1][1] is not None


def test_a_map_beats_the_file_name_and_the_subject() -> None:
    assert read("EL02 a.pdf", "b.pdf", subject="UCP 3", text="1: CE 08") == [
        (["CE8"], None),
        (["UCP3"], None),
    ]


def test_a_code_in_the_name_narrows_what_the_mail_says() -> None:
    said = read("EL02.pdf", "CE08.pdf", subject="EL 02, CE 08")
    assert said == [(["EL2"], None), (["CE8"], None)]


def test_a_code_in_the_name_that_the_mail_does_not_say_is_in_doubt() -> None:
    assert read("CE08.pdf", subject="EL 02")[0][1] == "sources-differ"


def test_the_address_and_the_subject_must_agree() -> None:
    assert read("a.pdf", hints=("EL-02",), subject="I-EL 2") == [(["EL2"], None)]
    assert read("a.pdf", hints=("EL-02",), subject="CE 8")[0][1] == "sources-differ"


def test_the_subject_beats_the_text_only_where_they_agree() -> None:
    assert read("a.pdf", subject="EL 02", text="EL 02 p. 4") == [(["EL2"], None)]
    assert read("a.pdf", subject="EL 02", text="CE 08")[0][1] == "sources-differ"


@pytest.mark.parametrize("field", ["subject", "text"])
@pytest.mark.parametrize("said", ["not EL 02", "CE 08 will follow tomorrow", "This is CE 7, please ignore"])
def test_hedged_prose_is_in_doubt(field: str, said: str) -> None:
    assert read("a.pdf", **{field: said})[0][1] == "prose"


def test_hedged_prose_beside_a_sure_subject_or_name_is_in_doubt() -> None:
    assert read("a.pdf", subject="EL 02", text="CE 08 will follow tomorrow")[0][1] == "sources-differ"
    assert read("EL02.pdf", text="This is not EL 02")[0][1] == "prose"
    assert read("not EL 02.pdf")[0][1] == "prose"


def test_a_hedge_in_a_line_of_a_map_is_in_doubt() -> None:
    assert read("a.pdf", text="1: not EL 02")[0][1] == "prose"


def test_prose_about_two_items_is_in_doubt() -> None:
    assert read("a.pdf", text="The EL 02 roster was made as CE 08 asks")[0][1] == "prose"


@pytest.mark.parametrize("subject", ["el 2", "Re: el 2", "evidence for el 2", "el 2, ce 8"])
def test_small_letters_standing_by_themselves_in_a_subject_are_a_code(subject: str) -> None:
    assert read("a.pdf", subject=subject)[0][1] is None


@pytest.mark.parametrize("subject", ["Reunión el 12", "El 3 llegan los documentos"])
def test_words_of_a_subject_that_may_be_prose_are_in_doubt(subject: str) -> None:
    assert read("a.pdf", subject=subject)[0][1] == "word"


def test_no_code_is_a_doubt_and_decorations_have_no_wish() -> None:
    assert read("a.pdf") == [([], "no-code")]
    logo = a_file("logo.png", role="decoration")
    sender = Sender(ANA, "authenticated", "test")
    assert wishes_of(Message(1, "mail", NOW, sender, None, files=(logo,)), PROGRAMS) == ()


def test_numbers_beyond_the_files_leave_the_files_without_a_code() -> None:
    assert read("a.pdf", text="9: EL 02") == [([], "no-code")]


def answered(text: str, *names: str) -> list[tuple[list[str], str | None]]:
    found = answered_wishes(files(*names), text, PROGRAMS)
    return [([one.code.key for one in wish.mentions], wish.doubt) for wish in found]


def test_an_answer_is_one_item_for_all_or_a_map() -> None:
    assert answered("el 2", "a.pdf", "b.pdf") == [(["EL2"], None), (["EL2"], None)]
    assert answered("1: EL 02\nb: CE 08", "a.pdf", "b.pdf") == [(["EL2"], None), (["CE8"], None)]


def test_an_answer_may_be_unsure_too() -> None:
    assert answered("not EL 02", "a.pdf")[0][1] == "prose"
    assert answered("EL 02 and CE 08", "a.pdf", "b.pdf")[0][1] == "several-files-several-items"
    assert answered("thanks", "a.pdf")[0][1] == "no-code"
