"""Deadlines, roles and how everybody stands, each in one line, for the pure plan of reminders."""

from datetime import date
from typing import Any

from handlers.reminder_circle import Circle
from handlers.reminder_plan import Owed, Standing, Wish, plan
from store.deadline import Deadline
from store.reminder_questions import RoleHeld

# One LEA's people, and the state's.
SUBMITTER, COORDINATOR, ADMIN, SCHOOL, PLAIN = 1, 2, 3, 4, 5
LEADER, MONITOR, OTHER_MONITOR, CONTACT, READER = 11, 12, 13, 21, 22
DUE = date(2026, 4, 15)  # a Wednesday


def a_deadline(kind: Any = "form", due: date = DUE, **more: Any) -> Deadline:
    """One deadline of the LEA `sv`; of a review (`sv-fpm`) where its kind is of one."""
    program = more.pop("program", "lea_planning" if kind in ("form", "decide_form") else "fpm")
    review = None if kind in ("form", "decide_form") else "sv-fpm"
    usual = {"upload": "sv-fpm", "step": "sv-fpm/I-EL 02#1", "decide_item": "sv-fpm/EL"}
    target = more.pop("target", usual.get(kind, "sv-fpm/I-EL 02" if review else "sv-budget"))
    of_kind = {"upload": "sv-fpm", "decide_item": "EL"}.get(kind, "I-EL 02" if review else "charter_budget")
    code = more.pop("code", of_kind)
    return Deadline(kind, target, more.pop("lea", "sv"), program, review, code, "", due, "open", **more)


def held(person: int, role: str, **at: str) -> RoleHeld:
    return RoleHeld(person, role, at.get("lea"), at.get("review"), at.get("program"), at.get("instrument"))


def state(program: str = "fpm") -> list[RoleHeld]:
    """The contact of a program; of the reviews also the team, and elsewhere a reviewer of the program."""
    contact = held(CONTACT, "program_contact", program=program)
    if program != "fpm":
        return [contact, held(READER, "program_monitor", program=program)]
    on = {"review": "sv-fpm"}
    return [
        held(LEADER, "rtl", **on),
        held(MONITOR, "program_monitor", instrument="EL", **on),
        held(OTHER_MONITOR, "program_monitor", instrument="CE", **on),
        contact,
    ]


LEA = [
    held(SUBMITTER, "lea_submitter", lea="sv"),
    held(COORDINATOR, "lea_coordinator", lea="sv"),
    held(ADMIN, "lea_admin", lea="sv"),
    held(SCHOOL, "school_user", lea="sv"),
    held(PLAIN, "lea_user", lea="sv"),
]


def standing(
    roles: list[RoleHeld] | None = None,
    *,
    assigned: dict[str, int] | None = None,
    unreachable: tuple[int, ...] = (),
    wishes: dict[tuple[int, str], Wish] | None = None,
    **more: Any,
) -> Standing:
    everybody = [*LEA, *state("lea_planning"), *state()] if roles is None else roles
    return Standing(Circle.of(everybody, assigned, unreachable), wishes=wishes or {}, **more)


def told(deadline: Deadline, on: Standing, today: date) -> dict[int, str]:
    """Who hears of a deadline on a day, and on which rung they are."""
    return {one.person: one.rung for one in planned(deadline, on, today) if not one.why_not}


def left_out(deadline: Deadline, on: Standing, today: date) -> dict[int, str]:
    """Who does not, and why."""
    return {one.person: one.why_not for one in planned(deadline, on, today) if one.why_not}


def planned(deadline: Deadline, on: Standing, today: date) -> list[Owed]:
    found = list(plan([deadline], on, today))
    assert len({one.key for one in found}) == len({one.person for one in found}) == len(found)
    return found
