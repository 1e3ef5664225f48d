"""The timeline that somebody asks for: what of the record is on it, in which state, for whom; and that a mail
carries its picture."""

import asyncio
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select

from bot.delivery import Outgoing
from bot.letter import compose
from enclosures import picture_shown
from parts import Parts
from store.clock import Clock
from store.models import Finding, Obligation, ReviewItem
from templates import Place
from tests.bot.conftest import parsed
from tests.builders import NOW, Desk
from tests.handlers.findings import BETH, resolved, respond
from tests.handlers.record import GUS, HELEN, MARIA, PRIYA, RENEE
from tests.handlers.rows import set_finding


async def shown(desk: Desk, words: str = "timeline", sender: str = MARIA) -> dict[str, Any]:
    told = await desk.send(sender=sender, text=words)
    assert told["reply"] == "timeline_shown", told
    return cast(dict[str, Any], told["fields"]["timeline"])


def states(timeline: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["state"] for one in timeline["rows"]}


@pytest.mark.both_databases
async def test_a_finding_is_due_then_with_the_state_then_done(desk: Desk) -> None:
    first = await shown(desk, "timeline sv-fpm")
    assert first["of"] == "sv-fpm"
    assert states(first)["sv-fpm/I-EL 02"] == "due"
    await respond(desk)
    assert states(await shown(desk, "timeline sv-fpm"))["sv-fpm/I-EL 02"] == "sent"
    assert states(await shown(desk, "timeline sv-fpm", HELEN))["sv-fpm/I-EL 02"] == "decide"
    await desk.send(sender=HELEN, text="resolve sv-fpm/EL 02")
    assert states(await shown(desk, "timeline sv-fpm"))["sv-fpm/I-EL 02"] == "done"
    desk.now = NOW + timedelta(days=15)
    assert "sv-fpm/I-EL 02" not in states(await shown(desk, "timeline sv-fpm"))


@pytest.mark.both_databases
async def test_decisions_come_first_then_the_soonest_and_what_is_done_last(desk: Desk) -> None:
    await resolved(desk, "EL 14")
    await respond(desk)
    order = [one["state"] for one in (await shown(desk, "timeline sv-fpm", HELEN))["rows"]]
    assert order == sorted(order, key=["decide", "due", "sent", "done"].index)
    assert {"decide", "due", "done"} <= set(order)
    due = [one["day"] for one in (await shown(desk))["rows"] if one["state"] == "due"]
    assert due == sorted(due)


@pytest.mark.both_databases
async def test_nobody_sees_anything_of_another_lea(desk: Desk) -> None:
    for sender in (PRIYA, GUS):
        own = await shown(desk, sender=sender)
        assert not [one for one in own["rows"] if one["name"].startswith("sv-")]
        for words in ("timeline sv-fpm", "timeline Sierra Vista Unified"):
            told = await desk.send(sender=sender, text=words)
            nowhere = await desk.send(
                sender=sender, text=words.replace("sv-", "xx-").replace("Sierra", "Xanadu")
            )
            assert told["fields"]["refusal"] == nowhere["fields"]["refusal"] == "not_one_of_yours"
    of_review = await shown(desk, "timeline", HELEN)
    assert not [one for one in of_review["rows"] if one["kind"] == "form"]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "words", ["timeline fpm", "timeline Federal Program Monitoring (FPM)", "timeline: fpm."]
)
async def test_a_contact_sees_their_program_over_all_leas(desk: Desk, words: str) -> None:
    told = await shown(desk, words, RENEE)
    assert told["of"] == "Federal Program Monitoring (FPM)"
    assert {one["name"].partition("/")[0] for one in told["rows"]} == {"sv-fpm", "cr-fpm"}
    assert {one["lea"] for one in told["rows"]} == {"Sierra Vista Unified", "Coast Range Unified"}


async def test_of_several_programs_the_named_one_is_shown(desk: Desk) -> None:
    names = {
        one: {row["name"] for row in (await shown(desk, f"timeline {one}".strip(), BETH))["rows"]}
        for one in ("lea_planning", "title_iii", "")
    }
    assert names["lea_planning"]
    assert names["title_iii"]
    assert not names["lea_planning"] & names["title_iii"]
    assert names["lea_planning"] | names["title_iii"] <= names[""]


async def test_a_program_is_its_contacts_alone(desk: Desk) -> None:
    """Another one's is like none; one's own LEA's part of it is in its timeline."""
    for sender, words in ((RENEE, "timeline charter"), (MARIA, "timeline fpm"), (HELEN, "timeline fpm")):
        told = await desk.send(sender=sender, text=words)
        nowhere = await desk.send(sender=sender, text="timeline xanadu")
        assert told["fields"]["refusal"] == nowhere["fields"]["refusal"] == "not_one_of_yours", words


async def test_two_hundred_deadlines_are_twelve_and_how_many_more(desk: Desk) -> None:
    async with desk.store.begin() as uow:
        lea = (await uow.session.scalars(select(ReviewItem).limit(1))).one().lea_id
        form = (await uow.session.scalars(select(Obligation).limit(1))).one().form_id
        for number in range(200):
            day = date(2013, 12, 1) + timedelta(days=number)
            uow.session.add(Obligation(id=f"more-{number}", lea_id=lea, form_id=form, due=day))
    timeline = await shown(desk)
    assert len(timeline["rows"]) == 12
    assert timeline["more"] >= 188
    assert sum(one["count"] for one in timeline["rest"]) == timeline["more"]
    assert timeline["rows"][0]["day"] == "2013-12-01"


async def test_what_somebody_wrote_of_their_step_is_on_no_timeline(desk: Desk) -> None:
    text = "request agreement EL 02 until June 27 2014 because of x\nstep: hold the ELAC election, the principal, by March 14 2014"
    await desk.send(sender=MARIA, text=text)
    await desk.send(sender=HELEN, text="approve agreement sv-fpm/EL 02")
    timeline = await shown(desk)
    assert [one["step"] for one in timeline["rows"] if one["kind"] == "step"] == [1]
    assert "hold the" not in str(timeline)


async def test_a_day_that_passed_is_late(desk: Desk) -> None:
    await set_finding(desk, "sv-fpm/I-EL 02", due=date(2013, 11, 29))
    await desk.send(sender=MARIA, text="timeline sv-fpm")
    row = (await desk.outgoing())[-1]
    said = Outgoing(row, Place("evidence@cais.example", NOW.date()), NOW).said
    assert "1 overdue" in said.subject
    assert "3 days late, due Fri 29 Nov 2013." in " ".join(said.text.split())


async def test_a_mail_shows_the_picture_and_says_it_in_words(desk: Desk) -> None:
    await desk.send(sender=MARIA, text="timeline sv-fpm")
    row = (await desk.outgoing())[-1]
    row.name_message("cais.example")
    parts = cast(Parts, SimpleNamespace(clock=Clock(NOW), owing=asyncio.Event()))
    extras = await picture_shown(parts, row)
    place = Place("evidence@cais.example", NOW.date())
    mail = parsed(compose(Outgoing(row, place, NOW, extras)))
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    (page,) = [part.get_content() for part in mail.walk() if part.get_content_type() == "text/html"]
    assert picture.get_content() == extras[0].data
    assert picture["Content-ID"] == "<picture@cais>"
    assert 'src="cid:picture@cais"' in page
    assert f'alt="{extras[0].alt}"' in page
    assert "I-EL 02" in str(extras[0].alt)


async def test_findings_of_closed_reviews_are_over(desk: Desk) -> None:
    await desk.send(sender=HELEN, text="comment sv-fpm: hello")
    async with desk.store.begin() as uow:
        for finding in await uow.session.scalars(select(Finding)):
            finding.status, finding.decided_at = "resolved", NOW
        item = (
            await uow.session.scalars(select(ReviewItem).where(ReviewItem.review_id == "sv-fpm").limit(1))
        ).one()
        review = await uow.review_now(item.review_id)
        review.status = "closed"
    assert not [one for one in (await shown(desk))["rows"] if one["state"] == "done"]
