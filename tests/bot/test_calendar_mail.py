"""The calendar file of a mail: exactly the deadlines that the message is about, as they are when it is sent, and only
what its reader may see then."""

from typing import Any

import pytest
from sqlalchemy import update

from bot.calendar_mail import TELLS_OF_A_DAY, Spoken, deadlines_file, spoken_of
from store.models import PersonRole
from store.outbox import OutboxEntry
from store.reminder_questions import DIGEST
from store.reminders import CalendarEntry
from templates.gallery import samples
from tests.bot.conftest import PLACE, an_entry
from tests.bot.ics import read
from tests.builders import NOW, Desk
from tests.handlers.findings import BETH, STEP, TOM, request, respond
from tests.handlers.record import HELEN, MARIA
from tests.handlers.test_remind import MONDAY_BEFORE, remind_all

OPEN = "Due: finding I-EL 02 (Sierra Vista Unified)"
AGREED = "Due: finding I-EL 02, as agreed (Sierra Vista Unified)"
STEP_1 = "Due: step 1 of the agreement on I-EL 02 (Sierra Vista Unified)"
OVER = "No longer due: finding I-EL 02 (Sierra Vista Unified)"


async def newest(desk: Desk, template: str, to: str | None = None) -> OutboxEntry:
    rows = [row for row in await desk.outgoing() if row.template == template and to in (None, row.to)]
    return rows[-1]


async def carried(desk: Desk, row: OutboxEntry, at: Any = NOW) -> dict[str, dict[str, str]]:
    """The events of the file that goes with a mail, by title; none: there is no file."""
    extras = await deadlines_file(desk.store, PLACE, at, row)
    if not extras:
        return {}
    (extra,) = extras
    assert (extra.name, extra.media_type) == ("deadlines.ics", "text/calendar; charset=utf-8; method=PUBLISH")
    return read(extra.data).by_title()


async def test_a_request_an_approval_and_an_answer_bring_the_entry_as_it_is_then(desk: Desk) -> None:
    await request(desk)
    asked = await carried(desk, await newest(desk, "agreement_requested"))
    assert {*asked} == {OPEN}
    uid = asked[OPEN]["UID"]
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/EL 02")
    for template, to in (("agreement_decided", HELEN), ("decision_heard", MARIA)):
        found = await carried(desk, await newest(desk, template, to))
        assert {*found} == {AGREED, STEP_1}
        assert (found[AGREED]["UID"], found[AGREED]["SEQUENCE"]) == (uid, "1")
        assert found[AGREED]["DTSTART;VALUE=DATE"] == "20140627"
    await respond(desk)
    heard = await carried(desk, await newest(desk, "response_heard", HELEN))
    assert (heard[OVER.replace("(", ", as agreed (").replace(" , ", ", ")]["STATUS"], len(heard)) == (
        "CANCELLED",
        2,
    )
    await desk.send(sender=HELEN, text="return finding sv-fpm/EL 02: the roster, please")
    back = await carried(desk, await newest(desk, "more_needed", MARIA))
    assert (back[AGREED]["STATUS"], back[AGREED]["SEQUENCE"]) == ("CONFIRMED", "3")


async def test_words_of_people_are_in_no_file(desk: Desk) -> None:
    await request(desk)
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/EL 02")
    (extra,) = await deadlines_file(desk.store, PLACE, NOW, await newest(desk, "decision_heard", MARIA))
    said = extra.data.decode().replace("\r\n ", "")
    for words in ("election", "Lincoln", "Helen", "Maria", "Delgado", "spring", STEP.partition(",")[0]):
        assert words not in said


async def test_a_moved_form_brings_its_new_day_to_the_lea(desk: Desk) -> None:
    await desk.send(sender=BETH, text="move due sv-plan to 3/14/2014 because the data are late")
    found = await carried(desk, await newest(desk, "move_heard", MARIA))
    assert [one["DTSTART;VALUE=DATE"] for one in found.values()] == ["20140314"]


async def test_who_lost_their_role_meanwhile_gets_none_of_it(desk: Desk) -> None:
    await request(desk)
    row = await newest(desk, "agreement_requested")
    assert await carried(desk, row)
    async with desk.store.database.begin() as connection:
        roles = PersonRole.__table__
        await connection.execute(update(roles).where(roles.c.lea_id == "sierra-vista").values(ended_at=NOW))
    assert await carried(desk, row) == {}


@pytest.mark.parametrize("to", ["nobody@nowhere.example", "pnair@coastrange.example"])
async def test_a_stranger_and_another_lea_get_nothing(desk: Desk, to: str) -> None:
    await request(desk)
    row = await newest(desk, "agreement_requested")
    assert (
        await carried(desk, an_entry(template=row.template, fields=row.fields, about=row.about, to=to)) == {}
    )


async def test_a_digest_brings_what_it_reminds_of_and_nothing_else(desk: Desk) -> None:
    await remind_all(desk, MONDAY_BEFORE)
    row = await newest(desk, DIGEST, TOM)
    found = await carried(desk, row, MONDAY_BEFORE)
    told = {(one["code"] or one["title"], one["due"].replace("-", "")) for one in row.fields["rows"]}
    assert len(found) == len(told) > 0
    assert {one["DTSTART;VALUE=DATE"] for one in found.values()} == {due for _, due in told}


async def test_decisions_of_the_state_in_a_digest_bring_no_entry(desk: Desk) -> None:
    fields = {
        "rows": [{"kind": "decide_finding", "name": "sv-fpm/I-EL 02", "due": "2013-12-30"}],
        "done": [],
    }
    assert await carried(desk, an_entry(template=DIGEST, fields=fields, to=HELEN)) == {}


async def test_in_a_chat_and_with_other_messages_there_is_none(desk: Desk) -> None:
    await request(desk)
    row = await newest(desk, "agreement_requested")
    facts: dict[str, Any] = {"fields": row.fields, "about": row.about, "to": row.to}
    assert await carried(desk, an_entry(template=row.template, channel="slack", **facts)) == {}
    assert await carried(desk, an_entry(template="status_shown", **facts)) == {}
    assert await carried(desk, an_entry(template=row.template, **facts))


def test_what_was_over_before_a_message_is_no_news_in_it() -> None:
    spoken = Spoken(names=frozenset({"sv-fpm/I-EL 02"}))
    one = CalendarEntry(
        uid="u", target="sv-fpm/I-EL 02", kind="finding", lea_id="sv", program_id="fpm", review_id="sv-fpm",
        due=NOW.date(), said="{}", changed_at=NOW, ended=True,
    )  # fmt: skip
    assert spoken.speaks_of(one, NOW)
    one.changed_at = NOW.replace(year=2012)
    assert not spoken.speaks_of(one, NOW)
    one.ended = False
    assert spoken.speaks_of(one, NOW)


@pytest.mark.parametrize("template", sorted(TELLS_OF_A_DAY))
def test_every_message_that_tells_of_a_day_names_it(template: str) -> None:
    """As far as its fields have names; the others are known by what was changed for them (`about`)."""
    by_about = {"assignment_heard", "due_moved", "item_submitted"}
    found = [one for one in samples() if one.template == template]
    assert found
    if template not in by_about:
        assert any(spoken_of(an_entry(template=template, fields=one.fields)).targets for one in found)
