"""A school year of fifty LEAs: what they hand in, what the state does with it, who goes and comes. It knows what
is open by itself; what people say to reminders is in `school_people.py`."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from store import Store
from store.clock import PACIFIC
from store.loading import load_records
from store.models import (
    Finding,
    Obligation,
    Person,
    PersonAddress,
    PersonRole,
    ResolutionAgreement,
    Review,
    ReviewItem,
)
from store.reminders import ReviewPause
from store.unit_of_work import Actor, UnitOfWork

FIRST, LAST = date(2026, 7, 1), date(2027, 6, 30)
PROGRAM_OF = {
    "charter_interim1": "charter", "charter_audit": "charter", "ca_mid_year": "corrective_action",
    "ca_end_year": "corrective_action", "nps_renewal": "ia_npsa", "lea_plan": "lea_planning",
    "sig_q1": "sig", "sig_q3": "sig", "title_iii_y2": "title_iii", "title_iii_y4": "title_iii",
}  # fmt: skip
FORMS = tuple(PROGRAM_OF)
PROGRAMS = ("fpm", "charter", "corrective_action", "ia_npsa", "lea_planning", "sig", "title_iii")
Key = tuple[str, str]  # target, kind


def pacific_time(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), PACIFIC).astimezone(UTC)


def records(
    chance: Random, number_of_leas: int, reviewed: int, first_days: tuple[int, int]
) -> dict[str, list[dict[str, Any]]]:
    """LEAs of every make: with coordinators and without, with school users alone, with nobody at all."""
    leas: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    duties: list[dict[str, Any]] = []
    reviews: list[dict[str, Any]] = []
    for number in range(number_of_leas):
        lea = f"lea-{number:02}"
        school = f"9910{number:02}6000000"
        schools = [{"cds": school, "name": f"School {number}"}]
        leas.append(
            {"id": lea, "cds": f"9910{number:02}0000000", "name": f"District {number}", "county": "Sample"}
            | {"type": "unified district", "schools": schools}
        )
        roles = ["lea_submitter", "lea_submitter", "lea_coordinator", "lea_admin"]
        held = {7: ["school_user"], 13: [], 21: ["lea_admin"], 34: ["lea_submitter"]}.get(number, roles)
        for nth, role in enumerate(held):
            own = [{"role": role, "lea": lea} | ({"school": school} if role == "school_user" else {})]
            if nth == 1 and number % 5 == 0 and number + 1 < number_of_leas:  # some serve a second LEA
                own.append({"role": "lea_submitter", "lea": f"lea-{number + 1:02}"})
            people.append({"name": f"P {number} {nth}", "email": f"p{nth}@d{number}.example", "roles": own})
        for nth in range(2):
            form = FORMS[(number * 2 + nth) % len(FORMS)]
            due = FIRST + timedelta(days=chance.randrange(40, 330))
            duties.append({"id": f"{lea}-{form}", "lea": lea, "form": form, "due": due.isoformat()})
    for number in range(reviewed):
        first = FIRST + timedelta(days=first_days[0] + first_days[1] * number)
        dates = {
            "first_day": first,
            "last_day": first + timedelta(days=4),
            "upload_due": first - timedelta(days=30),
        }
        instruments: list[Any] = [{"code": "FM", "numbering_year": "2018-19 / 2020-21"}]
        review: dict[str, Any] = {
            "id": f"lea-{number:02}-fpm",
            "lea": f"lea-{number:02}",
            "program": "fpm",
            "kind": "online",
        }
        when = {name: day.isoformat() for name, day in dates.items()}
        reviews.append(review | {"instruments": instruments, "status": "upload_open"} | when)
    for program in PROGRAMS:
        of = [{"role": "program_contact", "program": program}]
        people.append({"name": f"Contact {program}", "email": f"{program}@cde.example", "roles": of})
    for number in range(reviewed):
        of = [{"role": "rtl", "review": f"lea-{number:02}-fpm"}]
        people.append({"name": f"Leader {number}", "email": f"rtl{number}@cde.example", "roles": of})
    return {"lea": leas, "review": reviews, "obligation": duties, "person": people}


@dataclass
class World:
    """What really is the case. `open` is every deadline with its day, whoever knows of it."""

    store: Store
    chance: Random
    leas: int = 50
    reviewed: int = 6
    first_days: tuple[int, int] = (60, 22)  # that of the first review, and how far apart they are
    open: dict[Key, date] = field(default_factory=dict)
    lea_of: dict[str, str] = field(default_factory=dict)
    program_of: dict[str, str] = field(default_factory=dict)
    agenda: dict[date, list[tuple[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    paused: set[str] = field(default_factory=set)
    done: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    async def begin(self) -> None:
        made = records(self.chance, self.leas, self.reviewed, self.first_days)
        async with self.store.begin() as uow:
            await load_records(uow, made, FIRST)
        for duty in made["obligation"]:
            due = date.fromisoformat(duty["due"])
            self.lea_of[duty["id"]] = duty["lea"]
            self.program_of[duty["id"]] = PROGRAM_OF[duty["form"]]
            self.open[duty["id"], "form"] = due
            self._answers(duty["id"], "form", due)
            if self.chance.random() < 0.1:
                self._on(due - timedelta(days=9), "move", duty["id"])
        for review in made["review"]:
            self.lea_of[review["id"]] = review["lea"]
            due = date.fromisoformat(review["upload_due"])
            self.open[review["id"], "upload"] = due
            self._answers(review["id"], "upload", due)
            self._on(date.fromisoformat(review["last_day"]), "nof", review["id"])
        for review in made["review"][:2]:
            self._on(FIRST + timedelta(days=40), "pause", review["id"])

    def _on(self, day: date, what: str, about: Any) -> None:
        self.agenda[day].append((what, about))

    def _answers(self, target: str, kind: str, due: date) -> None:
        """On time mostly; some late, some very."""
        late = self.chance.choice((-33, -28, -22, -12, -5, -1, 0, 2, 30))
        self._on(max(due + timedelta(days=late), FIRST), kind, target)

    async def happens(self, day: date, now: datetime) -> None:
        """What people do on a day."""
        async with self.store.begin() as uow:
            uow.act_as(Actor("somebody", "mail", now))
            for what, about in self.agenda.pop(day, []):
                self.done[what] += 1
                await getattr(self, f"_{what}")(uow, about, day, now)
            if day.weekday() < 5:
                await self._life(uow, day, now)

    # Forms.

    async def _form(self, uow: UnitOfWork, target: str, day: date, now: datetime) -> None:
        row = await uow.session.get_one(Obligation, target)
        row.status, row.submitted_at = "submitted", now
        self.open.pop((target, "form"))
        self.open[target, "decide_form"] = day
        self._on(day + timedelta(days=self.chance.choice((1, 9, 33))), "decide_form", target)

    async def _decide_form(self, uow: UnitOfWork, target: str, day: date, now: datetime) -> None:
        row = await uow.session.get_one(Obligation, target)
        self.open.pop((target, "decide_form"))
        row.status = self.chance.choice(("accepted", "accepted", "returned"))
        if row.status == "returned":
            self.open[target, "form"] = row.due
            self._on(day + timedelta(days=self.chance.randrange(3, 20)), "form", target)

    async def _move(self, uow: UnitOfWork, target: str, day: date, now: datetime) -> None:
        if (target, "form") in self.open:
            row = await uow.session.get_one(Obligation, target)
            row.due += timedelta(days=self.chance.choice((15, -6)))
            self.open[target, "form"] = row.due

    # Reviews.

    async def _upload(self, uow: UnitOfWork, review: str, day: date, now: datetime) -> None:
        if (review, "upload") not in self.open:
            return
        for item in await self._items(uow, review):
            item.status, item.submitted_at = "submitted", now
        self.open.pop((review, "upload"))
        self.open[f"{review}/FM", "decide_item"] = day
        self._on(day + timedelta(days=self.chance.choice((3, 16, 30))), "decide_item", review)

    async def _decide_item(self, uow: UnitOfWork, review: str, day: date, now: datetime) -> None:
        if self.open.pop((f"{review}/FM", "decide_item"), None) is not None:
            for item in await self._items(uow, review):
                item.status = "meets"

    async def _nof(self, uow: UnitOfWork, review: str, day: date, now: datetime) -> None:
        row = await uow.session.get_one(Review, review)
        row.status, row.nof_date = "resolution", day
        self.open.pop((review, "upload"), None)
        self.open.pop((f"{review}/FM", "decide_item"), None)
        for item in (await self._items(uow, review))[:2]:
            item.status = "does_not_meet"
            due, target = day + timedelta(days=45), f"{review}/{item.code}"
            uow.add(Finding(review_item_id=item.id, text="x", due=due))
            self.lea_of[target] = row.lea_id
            self.open[target, "finding"] = due
            if self.chance.random() < 0.5:
                self._on(due - timedelta(days=20), "ask", target)
            else:
                self._answers(target, "respond", due)
        for item in (await self._items(uow, review))[2:]:
            item.status = "meets"

    async def _ask(self, uow: UnitOfWork, target: str, day: date, now: datetime) -> None:
        finding, until = await self._finding(uow, target), day + timedelta(days=90)
        steps = [{"what": "y", "who": "z", "by": (day + timedelta(days=40)).isoformat()}]
        own: dict[str, Any] = {
            "requested_until": until,
            "cap": until,
            "reason": "r",
            "requested_at": now,
            "steps": steps,
        }
        uow.add(ResolutionAgreement(finding_id=finding.id, **own))
        self.open[target, "decide_agreement"] = day
        self._on(day + timedelta(days=self.chance.choice((2, 15))), "grant", target)

    async def _grant(self, uow: UnitOfWork, target: str, day: date, now: datetime) -> None:
        finding = await self._finding(uow, target)
        found = select(ResolutionAgreement).where(ResolutionAgreement.finding_id == finding.id)
        row = (await uow.session.scalars(found)).one()
        row.status, row.decided_until, row.decided_at = "approved", row.requested_until, now
        self.open.pop((target, "decide_agreement"))
        self.open.pop((target, "finding"))
        self.open[target, "agreement"] = row.requested_until
        self.open[f"{target}#1", "step"] = date.fromisoformat(row.steps[0]["by"])
        self._answers(target, "respond", row.requested_until)

    async def _respond(self, uow: UnitOfWork, target: str, day: date, now: datetime) -> None:
        finding = await self._finding(uow, target)
        finding.status, finding.responded_at = "responded", now
        for key in ((target, "finding"), (target, "agreement"), (f"{target}#1", "step")):
            self.open.pop(key, None)
        self.open[target, "decide_finding"] = day
        self._on(day + timedelta(days=self.chance.choice((1, 8, 21))), "resolve", target)

    async def _resolve(self, uow: UnitOfWork, target: str, day: date, now: datetime) -> None:
        (await self._finding(uow, target)).status = "resolved"
        self.open.pop((target, "decide_finding"))

    async def _pause(self, uow: UnitOfWork, review: str, day: date, now: datetime) -> None:
        uow.add(
            ReviewPause(
                review_id=review, by_id=1, made_at=now, why="a strike", until=day + timedelta(days=30)
            )
        )
        self.paused.add(review)
        self._on(day + timedelta(days=30), "unpause", review)

    async def _unpause(self, uow: UnitOfWork, review: str, day: date, now: datetime) -> None:
        self.paused.discard(review)

    # People.

    async def _life(self, uow: UnitOfWork, day: date, now: datetime) -> None:
        """Now and then somebody leaves, and somebody new has their work."""
        people = list(await uow.session.scalars(select(Person.id).where(Person.retired_at.is_(None))))
        if self.chance.random() < 0.05:
            one = self.chance.choice(people)
            self.done["retire"] += 1
            row = await uow.person_numbered(one)
            assert row is not None
            row.retired_at = now
            new = [
                PersonRole(
                    role=role.role,
                    lea_id=role.lea_id,
                    school_cds=role.school_cds,
                    program_id=role.program_id,
                    review_id=role.review_id,
                )
                for role in row.roles
            ]
            for role in row.roles:
                role.ended_at, role.ended_how = now, "retired"
            address = PersonAddress(
                address=f"new{one}.{day.isoformat()}@{row.addresses[0].address.partition('@')[2]}"
            )
            uow.add(Person(name=f"New {one}", addresses=[address], roles=new), address, *new)

    async def _items(self, uow: UnitOfWork, review: str) -> list[ReviewItem]:
        found = select(ReviewItem).where(ReviewItem.review_id == review).order_by(ReviewItem.id)
        return list(await uow.session.scalars(found))

    async def _finding(self, uow: UnitOfWork, target: str) -> Finding:
        review, _, code = target.partition("/")
        found = select(Finding).join(ReviewItem, ReviewItem.id == Finding.review_item_id)
        found = found.where(ReviewItem.review_id == review, ReviewItem.code == code)
        return (await uow.session.scalars(found)).one()
