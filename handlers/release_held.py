"""Release held messages as a person's, or direct one to what it is for. For program contacts."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from handlers.access import CONTACTS
from handlers.addresses import EMAIL, one_spelling
from handlers.asking import Asker, Capability
from handlers.messages import Answer, Reply
from handlers.pen import Keeper, address_as, direct, is_within, keeper_of, owner_of, release, taken_if_held
from handlers.references import TargetSaid, read_target
from handlers.refusals import NotOneOfYours
from handlers.sealing import sealed
from store.inbox import UNIDENTIFIED
from store.unit_of_work import UnitOfWork

USAGE = "release 41 as jlee@sierravista.example"
REDIRECT = "redirect 41 to EL 02 of Sierra Vista Unified"
MOST = 40
NUMBERS = r"(?:R-?)?\d{1,15}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*)(?:R-?)?\d{1,15}){0,39}"
WHICH = rf"(?:(?P<numbers>{NUMBERS})|all (?:mail |messages )?from <?(?P<sender>{EMAIL})>?)"
_AS = rf"(?:,? as <?(?P<owner>{EMAIL})>?)?"
_RELEASE = re.compile(rf"{WHICH}{_AS}", re.I)
_REDIRECT = re.compile(r"(?:R-?)?(?P<number>\d{1,15}) to (?P<rest>.+)", re.I)
_OWNER = re.compile(_AS, re.I)


@dataclass(frozen=True)
class Which:
    """The numbers of messages, or the sender whose held messages all are meant."""

    numbers: tuple[int, ...] = ()
    sender: str | None = None


@dataclass(frozen=True)
class ReleaseHeld:
    """Which messages, and as whose; None: of whose address their From is."""

    which: Which
    owner: str | None


@dataclass(frozen=True)
class RedirectHeld:
    """Which message, what its files are for, and as whose it is handled."""

    number: int
    target: TargetSaid
    owner: str | None


@dataclass(frozen=True)
class HeldReleased(Reply):
    """These messages are handled now as the person's of `address`, the files for `target` if one is said."""

    numbers: list[int]
    name: str
    address: str
    target: str | None = None
    signed: list[str] = field(default_factory=list)


def which_of(found: re.Match[str]) -> Which:
    numbers = re.findall(r"\d+", found["numbers"] or "")
    return Which(tuple(dict.fromkeys(map(int, numbers))), one_spelling(found["sender"] or ""))


def read_release(words: str, _programs: Collection[str]) -> ReleaseHeld | None:
    """`41, 42 [as ADDRESS]`, or `all from ADDRESS [as ADDRESS]`."""
    said = _RELEASE.fullmatch(words)
    return ReleaseHeld(which_of(said), said["owner"]) if said else None


def read_redirect(words: str, programs: Collection[str]) -> RedirectHeld | None:
    """`41 to EL 02 of LEA [as ADDRESS]`."""
    said = _REDIRECT.fullmatch(words)
    found = read_target(said["rest"], programs) if said else None
    owner = _OWNER.fullmatch(f" {found[1]}" if found and found[1] else "") if found else None
    if said is None or found is None or owner is None:
        return None
    return RedirectHeld(int(said["number"]), found[0], owner["owner"])


def each(command: ReleaseHeld) -> Sequence[tuple[str, ReleaseHeld]]:
    """Several numbers are several commands: none stops the others."""
    numbers, as_whom = command.which.numbers, f" as {command.owner}" if command.owner else ""
    return [(f"release {number}{as_whom}", replace(command, which=Which((number,)))) for number in numbers]


async def release_held(command: ReleaseHeld, asker: Asker, uow: UnitOfWork) -> Answer:
    """Put them back in the queue as somebody's. Raises NotForYourRole, NotOneOfYours, NotFromPen,
    NotSaidRight, WhichOne."""
    reply = await released_by(keeper_of(asker), command, uow)
    return Answer(replace(reply, signed=await sealed(list(_facts(reply)), asker, uow)))


async def released_by(keeper: Keeper, command: ReleaseHeld, uow: UnitOfWork) -> HeldReleased:
    """The same for whoever may: a contact, or the operator at the terminal."""
    name, address, numbers = "", "", await numbers_of(command.which, keeper, uow)
    for number in numbers:
        entry = await taken_if_held(number, keeper, uow)
        person = await owner_of(entry, command.owner, keeper, uow)
        name, address = person.name, address_as(entry, command.owner)
        await release(entry, address, keeper, uow)
    return HeldReleased(numbers, name, address)


async def redirect_held(command: RedirectHeld, asker: Asker, uow: UnitOfWork) -> Answer:
    """The same for one message, whose files are for what the contact says. Raises also what `find_target`
    raises."""
    reply = await redirected_by(keeper_of(asker), command, uow)
    return Answer(replace(reply, signed=await sealed(list(_facts(reply)), asker, uow)))


async def redirected_by(keeper: Keeper, command: RedirectHeld, uow: UnitOfWork) -> HeldReleased:
    entry = await taken_if_held(command.number, keeper, uow)
    person = await owner_of(entry, command.owner, keeper, uow)
    address = address_as(entry, command.owner)
    to = await direct(entry, command.target, person, keeper, uow)
    await release(entry, address, keeper, uow)
    return HeldReleased([entry.id], person.name, address, to)


async def numbers_of(which: Which, keeper: Keeper, uow: UnitOfWork) -> list[int]:
    """The messages that are meant, the oldest first; of a sender those that are held for their sender, at
    most so many at once. Raises NotOneOfYours where there are none."""
    if which.sender is None:
        return list(which.numbers)
    held = [one for one in await uow.held_entries(which.sender) if one.reason.startswith(UNIDENTIFIED)]
    numbers = sorted([one.id for one in held if await is_within(one, keeper.reach, uow)])[:MOST]
    if not numbers:
        raise NotOneOfYours("held message", f"from {which.sender}")
    return numbers


def _facts(reply: HeldReleased) -> Iterator[tuple[str, str]]:
    yield from (("Released", f"R-{number}") for number in reply.numbers)
    yield "Released-as", reply.address
    if reply.target:
        yield "For", reply.target


RELEASING = Capability(
    verb="release",
    usage=USAGE,
    does="has a held message handled as this person's; several with commas, or “all from” and an address",
    handle=release_held,
    opens=r"release(?= (?:(?:R-?)?\d|all\b))",
    line=read_release,
    split=each,
    roles=CONTACTS,
    weighty=True,
)
REDIRECTING = Capability(
    verb="redirect",
    usage=REDIRECT,
    does="has a held message handled with its files for this item or form; “as ADDRESS” says whose it is",
    handle=redirect_held,
    opens=r"redirect(?= (?:R-?)?\d)",
    line=read_redirect,
    roles=CONTACTS,
    weighty=True,
)
