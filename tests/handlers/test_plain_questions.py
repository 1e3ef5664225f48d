"""What people ask when they know no command: answered where it is all that they say, and only then."""

import pytest

from handlers.pipeline import recognised
from tests.builders import PROGRAMS, Desk, a_file
from tests.handlers.record import HELEN, MARIA

TO_DO = [
    "what do I have to do?",
    "What do we have to do",
    "what is missing",
    "what's next?",
    "What’s next",
    "what now?",
    "What should I do next?",
    "¿qué falta?",
    "que falta",
    "¿Qué tengo que hacer?",
    "Hola,\n\n¿qué tenemos que hacer?\n\nGracias,\nMaria Delgado",
]
WHOM = [
    "can I talk to a human?",
    "Can we please speak with a real person?",
    "I want to talk to somebody",
    "who can I call",
    "¿Puedo hablar con una persona?",
    "¿A quién puedo llamar?",
]


@pytest.mark.parametrize("text", TO_DO)
async def test_what_there_is_to_do_is_the_status(desk: Desk, text: str) -> None:
    assert (await desk.send(sender=MARIA, text=text))["reply"] == "status_shown"


async def test_the_state_is_told_what_waits_for_it(desk: Desk) -> None:
    assert (await desk.send(sender=HELEN, text="what's next?"))["reply"] == "work_shown"


@pytest.mark.parametrize("text", WHOM)
async def test_who_asks_for_a_human_is_told_whom_to_call(desk: Desk, text: str) -> None:
    answer = await desk.send(text=text)
    assert answer["reply"] == "contacts_shown"
    assert [one["id"] for one in answer["fields"]["programs"]][:2] == ["fpm", "corrective_action"]
    assert [one["id"] for one in answer["fields"]["others"]] == ["charter", "ia_npsa"]


async def test_it_may_be_the_subject_of_a_mail_without_a_text(desk: Desk) -> None:
    assert (await desk.send(subject="What do I have to do?"))["reply"] == "status_shown"


@pytest.mark.parametrize(
    "said",
    [
        {"text": "what do I have to do? The roster for EL 02 is ready, I shall send it"},
        {"text": "what's next?\nThe roster is in the shared folder"},
        {"text": "Can I talk to a human about what you did with my roster?"},
        {"text": "qué falta de respeto"},
        {"text": "I know what's next"},
        {"text": "what do I have to do?", "links": ("drive.google.com",)},
        {"text": "what do I have to do?", "files": (a_file(),)},
        {"text": "can I talk to a human?", "files": (a_file(),)},
        {"subject": "Re: what do I have to do?", "text": ""},
    ],
)
def test_words_beside_it_or_a_file_are_something_else(said: dict[str, object]) -> None:
    found = recognised(Desk(None).message(1, **said), PROGRAMS)  # type: ignore[arg-type]  # reads only
    assert found is None or found[0].verb not in ("status", "contacts")
