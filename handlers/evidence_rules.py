"""Evidence that may not simply be uploaded: complainants by initials only, papers to show on site. Pure.

The rules are facts of the items (`evidence_rule`, `hard_copy_only` in store/programs/). Source: domain
facts 3 (S33, S43).
"""

import re
from collections.abc import Collection
from dataclasses import replace

from handlers.grammar import plain
from handlers.ranking import missing_evidence
from handlers.targets import Aim, Target

INITIALS = "initials-only"
ON_SITE = "show-on-site"
_SAID = re.compile(r"^[ \t]{0,8}(?:with )?initials only[ \t.!]{0,4}$", re.I | re.M)


def ruled(aim: Aim, said: str) -> Aim:
    """A sure aim stays one only where its targets' rules allow it: a log waits until the sender says that it
    has initials only; what must be shown on site is kept aside."""
    if aim.doubt or aim.held:
        return aim
    if any(needs_initials(target) for target in aim.targets) and not _SAID.search(plain(said)):
        return replace(aim, targets=(), choices=aim.targets, doubt=INITIALS)
    name = f"{aim.wish.words} {aim.wish.file.name}"
    if any(on_site_named(name, target) for target in aim.targets):
        return replace(aim, targets=(), choices=aim.targets, held=ON_SITE)
    return aim


def needs_initials(target: Target) -> bool:
    return target.item is not None and target.item.item.facts.get("evidence_rule") == "initials"


def on_site_evidence(target: Target) -> list[str]:
    """What of an item must be shown at the visit and not be uploaded."""
    return list(target.item.item.facts.get("hard_copy_only", [])) if target.item else []


def on_site_named(words: str, target: Target) -> bool:
    """Whether words speak of such evidence, by a word that nothing else of the item has."""
    shown = on_site_evidence(target)
    if target.item is None or not shown:
        return False
    asked: Collection[str] = [*(one["name"] for one in target.item.item.evidence), *shown]
    unsaid = missing_evidence([{"name": name} for name in asked], [words])
    return any(name not in unsaid for name in shown)
