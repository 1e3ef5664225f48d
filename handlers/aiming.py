"""Where one file goes: the item, finding or form that a wish means, or what is offered instead. Pure, on what
is on a `Desk`.
"""

from collections.abc import Iterable, Sequence

from handlers.chosen import chosen_in, pages_of
from handlers.form_names import ids_in_name, ids_named, titles_named
from handlers.grammar import Mention
from handlers.ranking import Described, scores, stem
from handlers.targets import Aim, Desk, Target, schools_named
from handlers.wishes import Wish
from store.models import School

MOST_CHOICES = 6


def aim(wish: Wish, desk: Desk, words: str) -> Aim:
    """Decide where one file goes. Sure only if every code names exactly one thing; else ask.

    Source: invariant 11 (a wrong filing is worse than a question).
    """
    if chosen := chosen_in(wish, desk.targets):
        schools = schools_named(wish.words, desk.schools)
        return Aim(wish, tuple(chosen), pages=pages_of(wish, chosen), schools=schools)
    desk, schools = desk.naming(wish.words), schools_named(wish.words or words, desk.schools)
    forms, differ = _forms_named(wish, desk, words, schools)
    if wish.doubt == "no-code" and len(forms) == 1:
        return Aim(wish, tuple(forms), schools=schools)
    found = [desk.for_mention(mention) for mention in wish.mentions]
    doubt = differ or wish.doubt or _doubt(found)
    if doubt:
        return Aim(wish, choices=likeliest(wish, desk, words), doubt=doubt, schools=schools)
    sure = tuple(one[0] for one in found)
    return Aim(wish, sure, pages=pages_of(wish, sure), schools=schools)


def likeliest(wish: Wish, desk: Desk, words: str) -> tuple[Target, ...]:
    """What to offer, best first: what was named, then what sounds like the file or the subject."""
    said = f"{stem(wish.file.name)} {words}"
    return likeliest_first(said, wish.mentions, desk)[:MOST_CHOICES]


def likeliest_first(said: str, mentions: Iterable[Mention], desk: Desk) -> tuple[Target, ...]:
    """Everything there is: first what was named, then what sounds most like the words."""
    named = [target for mention in mentions for target in _readings(mention, desk)]
    told = [described(target) for target in desk.targets]
    scored = zip(scores(said[:400], told), desk.targets, strict=True)
    sounding = sorted(scored, key=lambda one: (one[0], _is_waiting(one[1])), reverse=True)
    return tuple({target.name: target for target in [*named, *(one for _, one in sounding)]}.values())


def described(target: Target) -> Described:
    """A target in the words that it may be recognised by."""
    asked = [one["name"] for one in target.item.item.evidence] if target.item else []
    parts = target.obligation.form.parts if target.obligation else []
    return Described.of(target.code, target.title, asked + parts)


def _doubt(found: list[list[Target]]) -> str | None:
    """Why codes that were read surely still do not name one thing each."""
    if any(not targets for targets in found):
        return "unknown-code"
    return "two-readings" if any(len(targets) > 1 for targets in found) else None


def _readings(mention: Mention, desk: Desk) -> list[Target]:
    """Everything a mention may mean: its code, and the bare numbers that follow it."""
    keys = [mention.code.key, *(code.key for code in mention.also)]
    return [target for key in keys for target in desk.targets if target.item and target.item.key == key]


def _forms_named(
    wish: Wish, desk: Desk, words: str, schools: Sequence[School]
) -> tuple[list[Target], str | None]:
    """The forms that the file is for, and why that is unsure though one is named: sources that differ."""
    forms = [target for target in desk.targets if desk.named is None or target.lea == desk.named.id]
    duties = [target.obligation for target in forms if target.obligation]
    mail, own = ids_named(wish.words or words, duties), ids_in_name(wish.file.name, duties)
    named = [duty for duty in own if duty in mail] if own and mail else own or mail
    if (own and mail and not named) or (named and wish.mentions):
        return [], "sources-differ"
    if not named and not wish.mentions:
        named = titles_named(words, desk.named.name if desk.named else None, duties)
    if len(named) > 1 and schools:
        codes = {school.cds for school in schools}
        named = [duty for duty in named if duty.school_cds in codes] or named
    return [target for target in forms if target.obligation in named], None


def _is_waiting(target: Target) -> bool:
    """Something with an open finding, or with nothing on file yet, is likelier to be meant."""
    return target.finding is not None or (target.item is not None and target.item.status == "not_started")
