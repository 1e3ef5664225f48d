"""What forms offer in tests, and how one is filled in without a Slack."""

from datetime import date
from typing import Any

from bot.fake_hands import state_of
from bot.fake_views import wrong_view
from bot.form_views import Said
from bot.slack_form_views import form
from handlers.messages import Message, Sender
from handlers.open_work import Choice, OpenWork
from tests.builders import NOW

EL02 = Choice(
    "finding",
    "sv-fpm/I-EL 02",
    "I-EL 02",
    "English Learner Advisory Committee (ELAC)",
    "Sierra Vista Unified",
    "sv-fpm",
    "Open",
    date(2014, 1, 6),
    date(2014, 6, 28),
    free=True,
)
CE08 = Choice("item", "sv-fpm/II-CE 08", "II-CE 08", "School site council", "Sierra Vista Unified", "sv-fpm")
ITEM = Choice("item", "sv-fpm/I-EL 02", "I-EL 02", "ELAC", "Sierra Vista Unified", "sv-fpm")
PLAN = Choice("form", "sv-plan", "sv-plan", "Title III plan", "Sierra Vista Unified")
REVIEW = Choice("review", "sv-fpm", "sv-fpm", "Sierra Vista Unified", "Sierra Vista Unified")
REQUESTED = Choice("agreement", "sv-fpm/I-EL 02", "I-EL 02", "ELAC", "Sierra Vista Unified")
WORK = OpenWork(
    name="Maria Delgado",
    targets=(ITEM, CE08, PLAN),
    findings=(EL02,),
    deciding=(REQUESTED, EL02, CE08, PLAN),
    reviews=(REVIEW,),
    schools=("Lincoln Elementary", "Mission Middle"),
    managed=("Sierra Vista Unified",),
    contact=True,
    programs=(("fpm", "Federal Program Monitoring"),),
)

NO_MORE = Said()


def filled(name: str, values: dict[str, Any], said: Said = NO_MORE, work: OpenWork = WORK) -> dict[str, Any]:
    """The view that Slack sends when somebody submits this form with these values."""
    view = form(name, work, said)
    assert wrong_view(view, "modal") is None
    return view | {"id": "V1", "hash": "1", "state": {"values": state_of(view, values)}}


def message(text: str, **more: Any) -> Message:
    """A form's command as the core gets it."""
    return Message(
        1, "slack", NOW, Sender("a@b.example", "confirmed", "test"), None, text=text, filled=True, **more
    )
