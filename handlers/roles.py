"""What people call roles, and what a role is held at: an LEA, a review or a program."""

import re
from dataclasses import dataclass
from typing import Literal

from store.models import PersonRole

CALLED: dict[str, tuple[str, ...]] = {
    "lea_submitter": ("submitter", "lea submitter", "district submitter"),
    "lea_coordinator": (
        "coordinator",
        "lea coordinator",
        "review coordinator",
        "lea review coordinator",
        "fpm coordinator",
        "fpm review coordinator",
    ),
    "lea_admin": (
        "admin",
        "administrator",
        "lea admin",
        "lea administrator",
        "district admin",
        "district administrator",
        "cais admin",
    ),
    "lea_user": ("user", "lea user", "district user"),
    "school_user": ("school user",),
    "program_monitor": ("monitor", "program monitor", "reviewer", "program reviewer"),
    "rtl": ("team leader", "regional team leader", "review team leader", "rtl"),
    "program_contact": ("contact", "program contact"),
}
AT = {"program_monitor": "review", "rtl": "review", "program_contact": "program"}
ROLE_NAMES = "submitter, coordinator, admin, user or school user"
_KNOWN = {words: role for role, names in CALLED.items() for words in (*names, role)}
_BY_LENGTH = "|".join(re.escape(words) for words in sorted(_KNOWN, key=len, reverse=True))
_ROLE = re.compile(rf"(?:an? |the )?(?P<role>{_BY_LENGTH})(?![\w-])", re.I)


@dataclass(frozen=True)
class Place:
    """Where a role is held; `name` is for people."""

    kind: Literal["lea", "review", "program"]
    id: str
    name: str

    def holds(self, role: PersonRole) -> bool:
        held = {"lea": role.lea_id, "review": role.review_id, "program": role.program_id}
        return held[self.kind] == self.id


@dataclass(frozen=True)
class RoleSaid:
    """A role in the record's word, and what was named behind it: an LEA and a school; for the state's roles
    the review or program (`of`) and the instrument."""

    role: str
    lea: str | None = None
    school: str | None = None
    of: str | None = None
    instrument: str | None = None


def read_role_and_place(words: str) -> RoleSaid | None:
    """`submitter for Sierra Vista Unified`, `school user at Lincoln Elementary`, `monitor of EL on sv-fpm`;
    None for a role that we do not know, or other words behind it."""
    found = read_role(words.strip())
    if found is None:
        return None
    role, rest = found
    named = _BEHIND.get(role, _OF_LEA).fullmatch(rest.strip(" ,"))
    if named is None:
        return None
    return RoleSaid(role, **{what: said.strip(" ,") for what, said in named.groupdict().items() if said})


_OF_LEA = re.compile(r"(?:(?:for|of|in) (?P<lea>(?!at ).+?))?(?:(?:^|,? )at (?P<school>.+))?", re.I)
_ON_REVIEW = re.compile(r"(?:(?:of|on|for|in) (?:the )?(?:review )?(?P<of>[\w-]+))?", re.I)
_BEHIND = {
    "program_monitor": re.compile(
        r"(?:(?:of|for) (?P<instrument>[\w&-]+) )?(?:(?:on|of|for|in) (?:the )?(?:review )?(?P<of>[\w-]+))?",
        re.I,
    ),
    "rtl": _ON_REVIEW,
    "program_contact": re.compile(r"(?:(?:of|for) (?:the )?(?P<of>.+))?", re.I),
}


def read_role(words: str) -> tuple[str, str] | None:
    """The role that a text begins with, and what follows it; None for a role that we do not know."""
    found = _ROLE.match(words)
    return (_KNOWN[found["role"].lower()], words[found.end() :].strip()) if found else None
