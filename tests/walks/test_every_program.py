"""Every program of the CAIS page from end to end: whatever forms the data has for it, and FPM by its review.

Nothing in here names a form of the other six: a program without a form, or without a contact, fails.
"""

import smtplib
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from sqlalchemy import select

from handlers.access import address_of
from store import Store
from store.models import Form, Lea, Obligation, Person, Program, School
from store.programs import lea_kind, program_files
from tests.builders import Desk, a_file
from tests.handlers.record import HELEN, MARIA, PRIYA, assert_whole, verdicts
from tests.walks.running import Service, text_of

# The table of program contacts on the CAIS page of 22 Nov 2013: office, telephone, staff.
TABLE = {
    "charter": ("Charter Schools Division", "916-322-6029", None),
    "fpm": ("Federal Program Monitoring Office", "916-319-0935", None),
    "corrective_action": ("District Innovation and Improvement Office", "916-319-0940", "Clement Mok"),
    "lea_planning": ("District Innovation and Improvement Office", "916-319-0259", "Janice Morrison"),
    "sig": ("School Turnaround Office", "916-319-0833", None),
    "ia_npsa": ("IA-NPS/A", "916-327-0141", None),
    "title_iii": ("Language Policy and Leadership Office", "916-319-0265", "Lilia Sanchez"),
}
LUIS = "lortega@cde.example"
FORMS = sorted(form["id"] for file in program_files() for form in file.get("form", []))
PARTS = {form["id"]: form for file in program_files() for form in file.get("form", [])}


@dataclass(frozen=True)
class Walk:
    """Who does what in one walk: the duty, who hands it in, who decides, and somebody of another LEA."""

    duty: str
    sender: str
    contact: str
    outsider: str


async def test_the_programs_and_their_contacts_are_those_of_the_page(store: Store) -> None:
    async with store.look() as uow:
        programs = (await uow.session.scalars(select(Program))).all()
        for program in programs:
            assert await uow.contacts_of(program.id), f"{program.id} has no contact"
    assert {one.id: (one.office, one.phone, one.staff) for one in programs} == TABLE


async def test_every_program_has_a_way_to_hand_something_in(store: Store) -> None:
    async with store.look() as uow:
        forms = (await uow.session.scalars(select(Form))).all()
        reviews = await uow.reviews(["sierra-vista", "coast-range"])
    ways = {form.program_id for form in forms} | {review.program_id for review in reviews}
    assert ways == set(TABLE)
    assert {form.id for form in forms} == set(FORMS)


@pytest.mark.parametrize("form_id", FORMS)
async def test_a_form_from_its_assignment_to_its_acceptance(desk: Desk, form_id: str) -> None:
    walk = await assigned(desk, form_id)
    await all_parts_are_sent(desk, walk, form_id)
    await submitted(desk, walk)
    await contact_says(desk, walk, f"confirm receipt {walk.duty}", "received")
    await contact_says(desk, walk, f"begin {walk.duty}", "under_review")
    await contact_says(desk, walk, f"return {walk.duty}: please add the signed page", "returned")
    more = (a_file("signed page.pdf", b"the signed page"),)
    again = await desk.send(sender=walk.sender, subject=walk.duty, files=more)
    assert verdicts(again) == [("filed", [walk.duty])]
    await submitted(desk, walk)
    await contact_says(desk, walk, f"accept {walk.duty}: complete", "accepted")
    shown = await desk.send(sender=walk.sender, text=f"status {walk.duty}")
    assert [form["status"] for form in shown["fields"]["items"]] == ["Accepted"]
    await nobody_else_learns_of_it(desk, walk)
    await assert_whole(desk)


async def test_fpm_from_the_evidence_to_the_resolved_finding(desk: Desk) -> None:
    """Its own path: a review with items, conclusions, the Notification of Findings, and a response."""
    said = await desk.send(sender=PRIYA, subject="EL 02 roster", files=(a_file("ELAC roster.pdf"),))
    assert verdicts(said) == [("filed", ["cr-fpm/I-EL 02"])]
    await done(desk, PRIYA, "submit EL 02")
    desk.now = desk.now + timedelta(days=40)  # the first day of the review, and after
    await done(desk, LUIS, "begin review cr-fpm")
    await done(desk, HELEN, "begin cr-fpm/EL 02")
    await done(desk, HELEN, "return cr-fpm/EL 02: the election record, please")
    await desk.send(sender=PRIYA, subject="EL 02", files=(a_file("election.pdf", b"election"),))
    await done(desk, PRIYA, "submit EL 02")
    await done(desk, HELEN, "does not meet cr-fpm/EL 02: no election in the current year")
    rest = [item["code"] for item in await items(desk) if item["code"] != "I-EL 02"]
    await done(desk, LUIS, "meets " + ", ".join(f"cr-fpm/{code}" for code in rest))
    await done(desk, LUIS, "issue nof cr-fpm dated 2014-01-10")
    response = a_file("ballots.pdf", b"ballots of the election")
    await desk.send(sender=PRIYA, subject="finding EL 02: our response", files=(response,))
    assert await finding_status(desk) == "responded"  # who may submit submits a response by sending it
    await done(desk, HELEN, "resolve cr-fpm/EL 02: the ballots show it")
    assert await finding_status(desk) == "resolved"
    foreign = await desk.send(sender=MARIA, text="comment cr-fpm/EL 02: hello")
    nowhere = await desk.send(sender=MARIA, text="comment no-fpm/EL 02: hello")
    assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"
    await assert_whole(desk)


def test_a_form_by_real_mail_and_by_the_command_line() -> None:
    """Through the SMTP door and `cais ask`, in the running service; and the record is whole."""
    duty, sender, contact = "sv-plan", MARIA, "blindgren@cde.example"
    with Service() as service:
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"], mail["Subject"] = sender, f"evidence+{duty}@cais.example", "for you"
        mail["Message-ID"] = "<plan@client.example>"
        mail.set_content("Our plan.")
        mail.add_attachment(b"%PDF-1.4 plan", maintype="application", subtype="pdf", filename="plan text.pdf")
        with smtplib.SMTP("127.0.0.1", service.port) as client:
            client.send_message(mail)
        receipt = service.mail("evidence_received")
        assert "assurances" in text_of(receipt)  # one of the parts that are not seen yet
        steps = [
            (sender, "submit", "submitted"),
            (contact, "confirm receipt", "received"),
            (contact, "begin", "under_review"),
            (contact, "accept", "accepted"),
        ]
        for who, verb, becomes in steps:
            service.cais("ask", f"{verb} {duty}", "--as", who)
            duties = {one["id"]: one["status"] for one in service.export()["obligations"]}
            assert duties[duty] == becomes
        assert "Accepted" in service.cais("ask", f"status {duty}", "--as", sender)
        service.cais("ask", f"accept {duty}", "--as", contact, status=1)
        assert "All as recorded" in service.cais("verify")


async def assigned(desk: Desk, form_id: str) -> Walk:
    """The program's contact gives the form to an LEA that it is for, which is told."""
    async with desk.store.look() as uow:
        form = await uow.session.get_one(Form, form_id)
        lea, school, sender = await somebody_asked(uow, form)
        contact = address_of((await uow.contacts_of(form.program_id))[0])
        outsider = await somebody_of_another(uow, lea)
    at = f" at {school.name}" if school else ""
    day = "" if form.due else f" due {desk.now.date() + timedelta(days=60):%b %d, %Y}"
    answer = await desk.send(sender=contact, text=f"assign {form_id} to {lea.name}{at}{day}")
    if answer["reason"] == "not_now":  # the sample's own duty of this year
        duties = (await desk.export())["obligations"]
        name = next(one["id"] for one in duties if (one["form"], one["lea"]) == (form_id, lea.id))
    else:
        assert answer["state"] == "done", answer
        name = answer["fields"]["progress"][0]["name"]
        assert sender in {row.to for row in await desk.outgoing() if row.template == "assignment_heard"}
    return Walk(name, sender, contact, outsider)


async def all_parts_are_sent(desk: Desk, walk: Walk, form_id: str) -> None:
    """One document for each part, named like it; the receipt lists what is missing until nothing is."""
    form = PARTS[form_id]
    parts = ["report"] if form.get("one_document") else form.get("parts", ["report"])
    for number, part in enumerate(parts, 1):
        file = (a_file(f"{part[:60].replace('/', ' ')}.pdf", part.encode()),)
        receipt = await desk.send(sender=walk.sender, subject=f"{walk.duty} {number}", files=file)
        assert verdicts(receipt) == [("filed", [walk.duty])], receipt
        (row,) = receipt["fields"]["progress"]
        assert bool(row["missing"]) == (number < len(parts)), row["missing"]


async def submitted(desk: Desk, walk: Walk) -> None:
    answer = await desk.send(sender=walk.sender, text=f"submit {walk.duty}")
    assert (answer["state"], await status(desk, walk)) == ("done", "submitted"), answer


async def contact_says(desk: Desk, walk: Walk, text: str, becomes: str) -> None:
    """The LEA may not say it, nor somebody of another LEA; the contact may, and the LEA hears of it."""
    before = await status(desk, walk)
    for other in (walk.sender, walk.outsider):
        assert (await desk.send(sender=other, text=text))["state"] == "refused"
    assert await status(desk, walk) == before
    answer = await desk.send(sender=walk.contact, text=text)
    assert (answer["state"], await status(desk, walk)) == ("done", becomes), answer


async def nobody_else_learns_of_it(desk: Desk, walk: Walk) -> None:
    """To people of another LEA the form is like none, and nothing they ever got speaks of it."""
    for text in ("submit {}", "comment {}: hello", "history {}"):
        foreign = await desk.send(sender=walk.outsider, text=text.format(walk.duty))
        nowhere = await desk.send(sender=walk.outsider, text=text.format("no-such-duty"))
        assert foreign["reason"] == nowhere["reason"] == "not_one_of_yours"
    listed = await desk.send(sender=walk.outsider, text="forms")
    assert walk.duty not in {form["name"] for form in listed["fields"]["forms"]}
    told = [row for row in await desk.outgoing() if row.to == walk.outsider and row.in_answer_to is None]
    assert [row for row in told if walk.duty in str(row.fields)] == []


async def somebody_asked(uow: Any, form: Form) -> tuple[Lea, School | None, str]:
    """An LEA of a kind that the form is for, with a school where it is for each, and who may submit."""
    roles = ("lea_coordinator", "lea_submitter", "lea_admin")
    for lea in (await uow.session.scalars(select(Lea).order_by(Lea.id))).all():
        people = await uow.people_of_lea(lea.id, roles)
        schools = await uow.schools([lea.id])
        asked = lea_kind(lea.type) in form.facts["asked_of"]
        if asked and people and (schools or not form.facts.get("per_school")):
            return lea, schools[0] if form.facts.get("per_school") else None, address_of(people[0])
    raise AssertionError(f"the sample has no LEA for {form.id}")


async def somebody_of_another(uow: Any, lea: Lea) -> str:
    others = (await uow.session.scalars(select(Lea).where(Lea.id != lea.id).order_by(Lea.id))).all()
    people: list[Person] = [one for other in others for one in await uow.people_of_lea(other.id)]
    return next(address_of(one) for one in people if all(role.lea_id != lea.id for role in one.roles))


async def status(desk: Desk, walk: Walk) -> str:
    async with desk.store.look() as uow:
        return (await uow.session.get_one(Obligation, walk.duty)).status


async def items(desk: Desk) -> list[dict[str, Any]]:
    return [item for item in (await desk.export())["items"] if item["review"] == "cr-fpm"]


async def finding_status(desk: Desk) -> str:
    findings = (await desk.export())["findings"]
    return next(str(one["status"]) for one in findings if one["review"] == "cr-fpm")


async def done(desk: Desk, sender: str, text: str) -> None:
    answer = await desk.send(sender=sender, text=text)
    assert answer["state"] == "done", (text, answer)
