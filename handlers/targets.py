"""From codes to things one can file to: which item, finding or form of which LEA a wish means.

`Desk` is everything the sender's LEAs have that the message could mean, fetched once; the rules
below it are pure. Whatever another LEA has looks exactly like what nobody has.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from rapidfuzz import fuzz

from handlers.grammar import Mention, find_programs
from handlers.wishes import Wish
from store.models import Finding, Lea, Obligation, ReviewItem, School
from store.unit_of_work import UnitOfWork

MOST_CHOICES = 6


@dataclass(frozen=True)
class Target:
    """One thing to file to, in words for people and in the machine's name (`sv-fpm/I-EL 02`)."""

    name: str
    code: str
    title: str
    lea: str
    due: date | None = None
    item: ReviewItem | None = None
    finding: Finding | None = None
    obligation: Obligation | None = None

    @property
    def key(self) -> tuple[int | None, str | None]:
        """What identifies the target in the store."""
        return (self.item.id if self.item else None, self.obligation.id if self.obligation else None)


@dataclass(frozen=True)
class Desk:
    """What the sender's LEAs have open. `named` is the LEA that the message names, if any."""

    leas: Sequence[Lea]
    schools: Sequence[School]
    targets: Sequence[Target]
    named: Lea | None = None

    def for_mention(self, mention: Mention) -> list[Target]:
        """Targets with this code; with "finding" before it, only items that have a finding."""
        found = [target for target in self.targets if target.item and target.item.key == mention.code.key]
        found = [target for target in found if self.named is None or target.lea == self.named.id]
        return [target for target in found if target.finding] if mention.finding else found


@dataclass(frozen=True)
class Aim:
    """Where a file goes: sure targets, or the likeliest ones to ask about and why we ask."""

    wish: Wish
    targets: tuple[Target, ...] = ()
    choices: tuple[Target, ...] = ()
    doubt: str | None = None
    pages: dict[str, str] = field(default_factory=dict)
    schools: tuple[School, ...] = ()


async def desk_for(
    uow: UnitOfWork, lea_ids: Sequence[str], words: str, keys: Collection[str] | None = None
) -> Desk:
    """What is open of these LEAs (with `keys`, only these items), and which LEA the words name."""
    leas = await uow.leas(lea_ids)
    items = await uow.all_items(lea_ids) if keys is None else await uow.items(lea_ids, keys)
    findings = await uow.findings([item.id for item in items])
    targets = [item_target(item, findings.get(item.id)) for item in items]
    targets += [form_target(duty) for duty in await uow.obligations(lea_ids)]
    return Desk(leas, await uow.schools(lea_ids), targets, lea_named(words, leas))


def item_target(item: ReviewItem, finding: Finding | None) -> Target:
    due = finding.due if finding else item.review.upload_due
    return Target(item.target, item.code, item.title, item.lea_id, due, item, finding)


def form_target(duty: Obligation) -> Target:
    return Target(duty.id, duty.form_id, duty.form.title, duty.lea_id, duty.due, obligation=duty)


def lea_named(words: str, leas: Iterable[Lea]) -> Lea | None:
    """The one LEA whose whole name stands in the words; two are nobody."""
    said = _folded(words)
    named = [lea for lea in leas if f" {_folded(lea.name).strip()} " in said]
    return named[0] if len(named) == 1 else None


def schools_named(words: str, schools: Iterable[School]) -> tuple[School, ...]:
    """The schools whose whole name stands in the words."""
    said = _folded(words)
    return tuple(school for school in schools if f" {_folded(school.name).strip()} " in said)


def aim(wish: Wish, desk: Desk, words: str) -> Aim:
    """Decide where one file goes. Sure only if every code names exactly one thing; else ask.

    Source: invariant 11 (a wrong filing is worse than a question).
    """
    schools = schools_named(wish.words or words, desk.schools)
    if wish.doubt == "no-code" and (form := _form_named(words, desk)) is not None:
        return Aim(wish, (form,), schools=schools)
    found = [desk.for_mention(mention) for mention in wish.mentions]
    doubt = wish.doubt or _doubt(found)
    if doubt:
        return Aim(wish, choices=likeliest(wish, desk, words), doubt=doubt, schools=schools)
    pages = {
        one[0].name: mention.pages for mention, one in zip(wish.mentions, found, strict=True) if mention.pages
    }
    return Aim(wish, tuple(one[0] for one in found), pages=pages, schools=schools)


def likeliest(wish: Wish, desk: Desk, words: str) -> tuple[Target, ...]:
    """What to offer, best first: what was named, then what sounds like the file or the subject."""
    named = [target for mention in wish.mentions for target in _readings(mention, desk)]
    text = f"{wish.file.name.rpartition('.')[0] or wish.file.name} {words}"[:400]
    said, programs = _roots(text), find_programs(text, {_program(target) for target in desk.targets} - {""})

    def likelihood(target: Target) -> tuple[int, bool, bool]:
        return _sounds_like(said, target), _program(target) in programs, _is_waiting(target)

    scored = sorted(desk.targets, key=likelihood, reverse=True)
    return tuple({target.name: target for target in [*named, *scored]}.values())[:MOST_CHOICES]


def progress_missing(evidence: Sequence[dict[str, str]], names: Collection[str]) -> list[str]:
    """Evidence that an item asks for and no file name on record speaks of. Going by names only."""
    seen = _roots(" ".join(re.sub(r"\.\w{2,5}$", "", name) for name in names))
    return [asked["name"] for asked in evidence if not seen & _roots(asked["name"])]


_WORD = re.compile(r"[^\W_]+")
_COMMON = {
    "record",
    "with",
    "document",
    "evidence",
    "form",
    "list",
    "copie",
    "school",
    "data",
    "each",
    "from",
}


def _doubt(found: list[list[Target]]) -> str | None:
    """Why codes that were read surely still do not name one thing each."""
    if any(not targets for targets in found):
        return "unknown-code"
    return "two-readings" if any(len(targets) > 1 for targets in found) else None


def _readings(mention: Mention, desk: Desk) -> list[Target]:
    """Everything a mention may mean: its code, and the bare numbers that follow it."""
    keys = [mention.code.key, *(code.key for code in mention.also)]
    return [target for key in keys for target in desk.targets if target.item and target.item.key == key]


def _form_named(words: str, desk: Desk) -> Target | None:
    """The form that CDE's own subject convention names (`LEA name; PI year; document name`, S51),
    or one named by its id. A title alone may be chance, and may be an item's title too."""
    forms = [target for target in desk.targets if target.obligation]
    forms = [target for target in forms if desk.named is None or target.lea == desk.named.id]
    parts = [_folded(part) for part in words.partition("\n")[0].split(";")]
    by_title = parts[2] if len(parts) == 3 and desk.named and parts[0] == _folded(desk.named.name) else None
    named = [form for form in forms if _folded(form.title) == by_title or form.code in words.split()]
    return named[0] if len(named) == 1 else None


def _sounds_like(said: frozenset[str], target: Target) -> int:
    """How many of the words said are in the title (four points; three for DELAC in ELAC) or in what
    the item asks for (one)."""
    asked = target.item.item.evidence if target.item else [{"name": part} for part in _parts(target)]
    title, evidence = _roots(f"{target.code} {target.title}"), _roots(" ".join(one["name"] for one in asked))
    return sum(
        4 if word in title else 3 if _near(word, title) else 1 if _near(word, evidence) else 0
        for word in said
    )


def _program(target: Target) -> str:
    """The program of an item's code (`EL` of `I-EL 02`); forms have none."""
    return re.sub(r"^[IVX]+-", "", target.code.rpartition(" ")[0]) if target.item else ""


def _near(word: str, words: Collection[str]) -> bool:
    """The word is among them, give or take a slip of the keyboard."""
    return word in words or (len(word) > 4 and any(fuzz.ratio(word, other) >= 88 for other in words))


def _is_waiting(target: Target) -> bool:
    """Something with an open finding, or with nothing on file yet, is likelier to be meant."""
    return target.finding is not None or (target.item is not None and target.item.status == "not_started")


def _parts(target: Target) -> list[str]:
    return target.obligation.form.parts if target.obligation else []


def _folded(words: str) -> str:
    """Lower case, letters and digits only, one space between and around."""
    kept = " ".join(_WORD.findall(words.casefold()))
    return f" {kept} "


def _roots(words: str) -> frozenset[str]:
    """The words that say something, without plural s."""
    return frozenset(_root(word) for word in re.findall(r"[^\W\d_]{3,}", words)) - _COMMON


def _root(word: str) -> str:
    return word.casefold().removesuffix("s")
