"""An attached mail and what it holds: one answer for both, where its own name is all that says where it goes.

Its name is its subject, which somebody else may have written. Pure.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from handlers.targets import Aim, Target

DOUBT = "mail-of-others"


def with_their_contents(aims: Sequence[Aim]) -> list[Aim]:
    """A mail goes by its own name only where everything in it goes there, too; else it is asked about. What
    is in it may be such a mail itself: it stands behind what holds it."""
    inside: dict[str, list[Aim]] = defaultdict(list)
    found: list[Aim] = []
    for one in reversed(aims):
        told = _told(one, inside[one.wish.file.name])
        inside[told.wish.file.inside].append(told)
        found.append(told)
    return found[::-1]


def _told(one: Aim, held: Sequence[Aim]) -> Aim:
    own = _names(one.targets)
    if not one.wish.by_name or one.doubt or all(_names(other.targets) == own for other in held):
        return one
    return replace(one, targets=(), choices=one.targets, doubt=DOUBT)


def _names(targets: Sequence[Target]) -> set[str]:
    return {target.name for target in targets}
