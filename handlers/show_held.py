"""Show what is held: a list with the reason and the best guess of each, or one with all its guesses, each
with the command to copy. For program contacts.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.access import CONTACTS, leas_served, reach_of
from handlers.addresses import EMAIL, one_spelling
from handlers.asking import Asker, Capability
from handlers.messages import Answer, Reply
from handlers.pen import Keeper, act_on, is_within, keeper_of, taken
from handlers.pen_clues import word_of
from store.inbox import UNIDENTIFIED, UNKNOWN_SENDER, InboxEntry
from store.reaching import Reach
from store.unit_of_work import UnitOfWork

USAGE = "held, or held 41"
MOST = 40


@dataclass(frozen=True)
class ShowHeld:
    """One message, those of one sender, or all."""

    number: int | None = None
    sender: str | None = None


@dataclass(frozen=True)
class HeldListed(Reply):
    """Held messages, the newest first; `more` are not listed. A row: number, received_at, sender, word and
    reason (why, in the record's words), near (the address on record that the sender's nearly is; None),
    files, guess (`address`, `target`, `lea`; each may be None), say (what to write)."""

    rows: list[dict[str, Any]]
    more: int


@dataclass(frozen=True)
class HeldShown(Reply):
    """One message: the same row with `state`, `basis` (why it is or was held, in the record's words), the
    codes that it names, the `act` that was done with it last (`did`, `by`, `at`; None), and every guess as
    `{"what", "words", "say"}`."""

    row: dict[str, Any]
    state: str
    basis: str
    codes: list[str]
    act: dict[str, Any] | None
    guesses: list[dict[str, str]]


_SAID = re.compile(rf"(?:(?:R-?)?(?P<number>\d{{1,15}})|from <?(?P<sender>{EMAIL})>?)?", re.I)


def read_line(words: str, _programs: Collection[str]) -> ShowHeld | None:
    """Nothing, a number, or `from ADDRESS`."""
    said = _SAID.fullmatch(words)
    if said is None:
        return None
    number = int(said["number"]) if said["number"] else None
    return ShowHeld(number, one_spelling(said["sender"] or ""))


async def show_held(command: ShowHeld, asker: Asker, uow: UnitOfWork) -> Answer:
    """Look and tell. Raises NotForYourRole; NotOneOfYours for what is not theirs to see."""
    keeper = keeper_of(asker)
    if command.number is not None:
        return Answer(await one_shown(command.number, keeper, uow))
    return Answer(await listed(keeper, uow, command.sender))


async def listed(keeper: Keeper, uow: UnitOfWork, sender: str | None = None) -> HeldListed:
    held = [one for one in await uow.held_entries(sender) if await is_within(one, keeper.reach, uow)]
    rows = await rows_of(held[:MOST], keeper, uow)
    return HeldListed(rows, len(held) - len(rows))


async def rows_of(held: Sequence[InboxEntry], keeper: Keeper, uow: UnitOfWork) -> list[dict[str, Any]]:
    """Held messages as a list shows them."""
    return [_row(one, await _within(one, keeper.reach, uow), keeper) for one in held]


async def one_shown(number: int, keeper: Keeper, uow: UnitOfWork) -> HeldShown:
    entry = await taken(number, keeper, uow)
    seen = await _within(entry, keeper.reach, uow)
    act = act_on(entry)
    shown = {name: act[name] for name in ("did", "by", "at")} if act else None
    guesses = _guesses(entry, seen, keeper) if entry.state == "held" else []
    row = _row(entry, seen, keeper)
    return HeldShown(row, entry.state, row["reason"], seen.codes, shown, guesses)


@dataclass(frozen=True)
class Seen:
    """The clues that one may see: LEAs by id with their names, people's addresses, targets, codes."""

    leas: Mapping[str, str]
    people: Sequence[str]
    same: bool
    targets: Sequence[str]
    codes: list[str]
    near: str | None

    @property
    def best(self) -> str | None:
        """The one person of record whose address the From is."""
        return self.people[0] if self.same and self.people else None


async def _within(entry: InboxEntry, reach: Reach | None, uow: UnitOfWork) -> Seen:
    """What an LEA out of reach has stays out of sight."""
    clues = entry.clues or {}
    ids = [lea["id"] for lea in clues.get("leas", ())]
    near = ids if reach is None else await uow.leas_within(reach, ids)
    names = {lea.id: lea.name for lea in await uow.leas(near)}
    people = [one for one in clues.get("people", ()) if not set(names).isdisjoint(one["leas"])]
    return Seen(
        leas={lea: names[lea] for lea in ids if lea in names},
        people=[one["address"] for one in people],
        same=any(one["why"] == "same" for one in people),
        targets=[one["name"] for one in clues.get("targets", ()) if one["lea"] in names],
        codes=list(clues.get("codes", ())),
        near=await _near(clues.get("near"), reach, uow),
    )


async def _near(address: str | None, reach: Reach | None, uow: UnitOfWork) -> str | None:
    """The registered address that the sender's looks like, if it is of somebody within reach, or of the
    state."""
    person = await uow.person_at(address) if address else None
    if person is None or reach is None or reach_of(person).of_state:
        return address
    return address if await uow.leas_within(reach, leas_served(person)) else None


def _row(entry: InboxEntry, seen: Seen, keeper: Keeper) -> dict[str, Any]:
    held, act = entry.state == "held", act_on(entry)
    free = held and entry.reason.startswith(UNIDENTIFIED)
    release = keeper.say("release", number=entry.id, person=seen.best) if seen.best and free else None
    reason = entry.reason if held else act.get("was") or entry.reason
    return {
        "number": entry.id,
        "received_at": entry.received_at.isoformat(),
        "sender": entry.sender or "",
        "word": (entry.clues or {}).get("word") or word_of(entry.reason),
        "reason": reason,
        "near": seen.near,
        "files": entry.files,
        "guess": {
            "address": seen.best,
            "target": next(iter(seen.targets), None),
            "lea": next(iter(seen.leas.values()), None),
        },
        "say": release or keeper.say("show", number=entry.id),
    }


def _guesses(entry: InboxEntry, seen: Seen, keeper: Keeper) -> list[dict[str, str]]:
    """Everything that can be done, the likeliest first."""
    number, found = entry.id, []
    if entry.reason.startswith(UNIDENTIFIED):
        found = [
            _guess("person", one, keeper.say("release", number=number, person=one)) for one in seen.people
        ]
        who = next(iter(seen.people), None)
        found += [
            _guess("target", name, keeper.say("redirect", number=number, target=name, person=who))
            for name in seen.targets
            if who
        ]
        if not seen.people and entry.reason.startswith(UNKNOWN_SENDER) and entry.sender:
            found += [
                _guess("lea", name, keeper.say("add", sender=entry.sender, lea=name))
                for name in seen.leas.values()
            ]
    return [*found, _guess("none", "", keeper.say("refuse", number=number, reason="your reason"))]


def _guess(what: str, words: str, say: str) -> dict[str, str]:
    return {"what": what, "words": words, "say": say}


CAPABILITY = Capability(
    verb="held",
    usage=USAGE,
    does="shows the messages that are held, why, and what each may be",
    handle=show_held,
    opens=r"held(?= ?$| (?:(?:R-?)?\d|from\b))",
    line=read_line,
    only_asks=True,
    roles=CONTACTS,
)
