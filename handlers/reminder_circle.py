"""Who hears of a deadline on each rung of its ladder. Pure: roles as plain values, by where they are held."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from store.deadline import Deadline
from store.programs import instrument_of
from store.reminder_questions import RoleHeld

OWNERS = ("lea_submitter", "lea_coordinator")
COORDINATORS = ("lea_coordinator",)
DESIGNEES = ("lea_admin",)


@dataclass
class Circle:
    """Who may be reminded. `assigned`: whose work a target is. Nothing reaches the `unreachable`."""

    assigned: Mapping[str, int] = field(default_factory=dict)
    unreachable: frozenset[int] = frozenset()
    _at: dict[tuple[str, str], list[RoleHeld]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(
        cls,
        roles: Iterable[RoleHeld],
        assigned: Mapping[str, int] | None = None,
        unreachable: Iterable[int] = (),
    ) -> "Circle":
        made = cls(assigned or {}, frozenset(unreachable))
        for one in roles:
            for kind, name in (("lea", one.lea), ("review", one.review), ("program", one.program)):
                if name is not None:
                    made._at[kind, name].append(one)
        return made

    def on(self, rung: str, deadline: Deadline) -> list[int]:
        """The people on one rung for one deadline, each once."""
        return list(dict.fromkeys(_RUNGS[rung](self, deadline)))

    def may_hear(self, person: int, deadline: Deadline) -> bool:
        """Whether a deadline is within somebody's reach at all: nobody else can stand in for anybody."""
        own = not deadline.is_decision and self._serves(person, deadline.lea)
        on_review = [one.person for one in self._at["review", deadline.review or ""]]
        of_program = [one.person for one in self._at["program", deadline.program] if one.is_of_program]
        return own or person in on_review or person in of_program

    def owners(self, deadline: Deadline) -> list[int]:
        """Whose work it is; else who speaks for the LEA; where nobody does, its administrator."""
        if (one := self.assigned.get(deadline.name)) is not None and self._serves(one, deadline.lea):
            return [one]
        return self._of_lea(deadline, OWNERS) or self._of_lea(deadline, DESIGNEES)

    def coordinators(self, deadline: Deadline) -> list[int]:
        return self._of_lea(deadline, COORDINATORS)

    def designees(self, deadline: Deadline) -> list[int]:
        return self._of_lea(deadline, DESIGNEES)

    def reviewers(self, deadline: Deadline) -> list[int]:
        """The review's leader and the monitors of the instrument; for forms the program's reviewers. Where
        there are none, the contacts."""
        if deadline.review is None:
            team = [one.person for one in self._at["program", deadline.program] if one.is_of_program]
        else:
            team = [one.person for one in self._at["review", deadline.review] if _is_for(one, deadline)]
        return team or self.contacts(deadline)

    def contacts(self, deadline: Deadline) -> list[int]:
        held = self._at["program", deadline.program]
        return [one.person for one in held if one.role == "program_contact"]

    def _of_lea(self, deadline: Deadline, roles: tuple[str, ...]) -> list[int]:
        return [one.person for one in self._at["lea", deadline.lea] if one.role in roles]

    def _serves(self, person: int, lea: str) -> bool:
        return any(one.person == person for one in self._at["lea", lea])


def _is_for(held: RoleHeld, deadline: Deadline) -> bool:
    """A review's leader has all of it, a monitor their instrument; evidence as a whole is everybody's."""
    if held.role == "rtl" or held.instrument is None or deadline.kind == "upload":
        return held.role in ("rtl", "program_monitor")
    return held.role == "program_monitor" and held.instrument == instrument_of(deadline.code)


_RUNGS = {
    "owner": Circle.owners,
    "coordinator": Circle.coordinators,
    "designee": Circle.designees,
    "reviewer": Circle.reviewers,
    "contact": Circle.contacts,
}
