"""What was seen of a held message, for the people who decide on it: codes, and guesses of who and what.

Guesses are for people to choose from and give nobody any rights. No word of the mail and no file name is
in them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from handlers.access import leas_served
from handlers.addresses import domain_of, one_spelling
from handlers.aiming import described
from handlers.form_names import folded, ids_named
from handlers.grammar import find_codes
from handlers.messages import Message, Unreadable
from handlers.ranking import scores
from handlers.request_access import ASKS
from handlers.targets import Target, desk_for
from store.inbox import NOT_AUTHENTICATED, UNKNOWN_SENDER
from store.models import Person
from store.unit_of_work import UnitOfWork

Clues = dict[str, Any]
NEAR = 85.0
MOST_LEAS = 3
MOST_PEOPLE = 3
MOST_TARGETS = 5
MOST_CODES = 12
MOST_WORDS = 2_000
_WORDS = (
    (ASKS, "asks-access"),
    (UNKNOWN_SENDER, "unknown-sender"),
    (NOT_AUTHENTICATED, "not-authenticated"),
)


@dataclass(frozen=True)
class Like:
    """A person whose address the sender's is (`same`) or is almost (`near`)."""

    address: str
    why: str
    person: Person


async def clues_of(
    read: Message | Unreadable, reason: str, programs: Collection[str], uow: UnitOfWork
) -> Clues:
    """Everything that a list of held messages shows beside the entry itself, as JSON."""
    address = one_spelling(read.sender.address or "") or ""
    said, files = _said(read)
    codes = {one.code.key: str(one.code) for one in find_codes(said, programs)[:MOST_CODES]}
    like = likely(address, await uow.people_like(address)) if address else []
    leas = await _leas(address, read.subject if isinstance(read, Message) else "", like, uow)
    targets = await _targets(said, files, [lea["id"] for lea in leas], codes, uow)
    return {
        "word": word_of(reason),
        "codes": list(codes.values()),
        "documents": len(files),
        "people": [
            {"address": one.address, "why": one.why, "leas": list(leas_served(one.person))} for one in like
        ],
        "leas": leas,
        "programs": sorted({role.program_id for one in like for role in one.person.roles if role.program_id}),
        "targets": [{"name": one.name, "lea": one.lea} for one in targets],
    }


def word_of(reason: str) -> str:
    """Why a message is held, as the machine's word that has a sentence: `unknown-sender`, `child-killed`."""
    for begins, word in _WORDS:
        if reason.startswith(begins):
            return word
    return reason.partition(";")[0].strip()


def likely(address: str, people: Iterable[tuple[str, Person]]) -> list[Like]:
    """Whose address this is or may be meant to be, the likeliest first."""
    scored = [(_nearness(address, known), known, person) for known, person in people]
    near = sorted((one for one in scored if one[0] >= NEAR), key=lambda one: (-one[0], one[1]))
    some = [Like(known, "same" if known == address else "near", person) for _, known, person in near]
    return some[:1] if some and some[0].why == "same" else some[:MOST_PEOPLE]


def _nearness(address: str, known: str) -> float:
    """How alike two addresses are: by the half in which they differ, so that a long domain in common does
    not make neighbours one person."""
    one, other = address.rpartition("@"), known.rpartition("@")
    return min(fuzz.ratio(one[0], other[0]), fuzz.ratio(one[2], other[2]))


def ranked(targets: Sequence[Target], said: str, keys: Collection[str]) -> list[Target]:
    """The targets that the words name (items by `keys` such as `EL2`), then those that they sound like; none
    without any sign."""
    named = [one for one in targets if one.item and one.item.key in keys]
    duties = ids_named(said, [one.obligation for one in targets if one.obligation])
    named += [one for one in targets if one.obligation in duties and one.obligation]
    scored = zip(scores(said[:400], [described(one) for one in targets]), targets, strict=True)
    sounding = sorted((one for one in scored if one[0] > 0), key=lambda one: one[0], reverse=True)
    unique = {one.name: one for one in [*named, *(target for _, target in sounding)]}
    return list(unique.values())[:MOST_TARGETS]


def _said(read: Message | Unreadable) -> tuple[str, list[str]]:
    """What may name a target, the documents' names last, and these names."""
    if isinstance(read, Unreadable):
        return "", []
    names = [file.name for file in read.files if file.role != "decoration"]
    stems = [name.rpartition(".")[0] or name for name in names]
    parts = [*read.hints, read.subject[:300], *stems[:20], read.text[:MOST_WORDS]]
    return "\n".join(parts), names


async def _leas(address: str, subject: str, like: Sequence[Like], uow: UnitOfWork) -> list[dict[str, str]]:
    """LEAs that the message may be from or about: by the people, by the domain, by a name in the subject."""
    found = [(lea, "person") for one in like for lea in leas_served(one.person)]
    if domain := domain_of(address):
        found += [(lea.id, "domain") for lea in await uow.leas_with_domain(domain)]
    if words := folded(subject).strip():
        leas = await uow.leas_in_words(" ".join(subject.split()))
        found += [(lea.id, "name") for lea in leas if folded(lea.name).strip() in words]
    first = dict(reversed(found))
    return [{"id": lea, "why": first[lea]} for lea in dict.fromkeys(lea for lea, _ in found)][:MOST_LEAS]


async def _targets(
    said: str, files: Sequence[str], leas: Sequence[str], keys: Collection[str], uow: UnitOfWork
) -> list[Target]:
    """Nothing is guessed for a message without documents, or of nobody's LEA."""
    if not files or not leas:
        return []
    desk = await desk_for(uow, leas, said[:MOST_WORDS])
    return ranked(desk.targets, said, keys)
