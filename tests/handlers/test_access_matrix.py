"""Every command × every role × own or foreign, in rehearsal: who may, whose role does not, who finds nothing.

Foreign is answered exactly like nowhere. The table is written by hand from domain facts 2.3, not from the code.
"""

from dataclasses import dataclass, field

import pytest

from handlers.capabilities import CAPABILITIES
from tests.builders import ANA, DANA, Desk
from tests.handlers.record import GUS, HELEN, MARIA, PEI, PRIYA, RENEE

TOM, LUKE = "tokafor@sierravista.example", "lbrandt@coastrange.example"
SAM, LUIS, OMAR, BETH = (f"{name}@cde.example" for name in ("sbright", "lortega", "ohaddad", "blindgren"))
LEA, SUBMIT, ADMIN = {ANA, TOM, MARIA, PEI, DANA}, {TOM, MARIA}, {MARIA}
ELSEWHERE = {PRIYA, LUKE, GUS}
EL, CE = {HELEN, LUIS, RENEE}, {SAM, LUIS, RENEE}
EVERYONE = LEA | ELSEWHERE | EL | CE | {OMAR, BETH}


@dataclass(frozen=True)
class Row:
    """A command on something of Sierra Vista's, who may, and whose role does not though they see the thing.
    For everybody else it is nowhere. `before` is what Tom, a submitter, says first."""

    verb: str
    text: str
    may: set[str]
    sees: set[str] = field(default_factory=set)
    before: str = ""


ON_ITEM = LEA | {HELEN, SAM, LUIS, RENEE}
ON_FORM = LEA | {BETH}
AGREEMENT = (
    "request agreement sv-fpm/EL 02 until 3/14/2014 because hiring takes time\n"
    "step: hire a coordinator, Maria Delgado, by 3/3/2014"
)
PAUSE = "pause reminders of sv-fpm until 1/15/2014 because the office is closed"
LEA_SIDE = LEA | ELSEWHERE  # whose is what they name is not looked at
ROLE = ("not_for_your_role", "ask_a_submitter")
MATRIX = [
    Row("comment", "comment sv-fpm/EL 02: hello", ON_ITEM),
    Row("submit", "submit sv-fpm/EL 02", SUBMIT, ON_ITEM),
    Row("submit", "submit sv-plan", SUBMIT, ON_FORM),
    Row("statement", "statement sv-fpm/EL 02: see the minutes", LEA, ON_ITEM),
    Row("on site", "on site sv-fpm/EL 02", LEA, ON_ITEM),
    Row("respond", "respond sv-fpm/EL 02: we held the election", LEA, ON_ITEM),
    Row("meets", "meets sv-fpm/EL 02", EL, ON_ITEM),
    Row("does not meet", "does not meet sv-fpm/EL 02: no election", EL, ON_ITEM),
    Row("not reviewed", "not reviewed sv-fpm/EL 02", EL, ON_ITEM),
    Row("begin", "begin sv-fpm/EL 02", EL, ON_ITEM),
    Row("return", "return sv-fpm/EL 02: the roster, please", EL, ON_ITEM),
    Row("resolve", "resolve sv-fpm/CE 08", CE, ON_ITEM),
    Row("reopen", "reopen sv-fpm/CE 08: something new", CE, ON_ITEM),
    Row("request agreement", AGREEMENT, SUBMIT, ON_ITEM),
    Row("approve agreement", "approve agreement sv-fpm/EL 02", EL, ON_ITEM, AGREEMENT),
    Row("decline agreement", "decline agreement sv-fpm/EL 02: too late", EL, ON_ITEM, AGREEMENT),
    Row("withdraw agreement", "withdraw agreement sv-fpm/EL 02", SUBMIT, ON_ITEM, AGREEMENT),
    Row("complete review", "complete review sv-fpm", {LUIS, RENEE}, ON_ITEM),
    Row("cancel review", "cancel review sv-fpm for good: a mistake", {LUIS, RENEE}, ON_ITEM),
    Row("open", "open sv-fpm for evidence", {LUIS, RENEE}, ON_ITEM),
    Row("begin review", "begin review sv-fpm", {LUIS, RENEE}, ON_ITEM),
    Row("move due", "move due sv-plan to 3/14/2014 because the data are late", {BETH}, ON_FORM),
    Row("reopen form", "reopen form sv-plan: a page is missing", {BETH}, ON_FORM),
    Row("issue nof", "issue nof sv-fpm", {LUIS, RENEE}, ON_ITEM),
    Row("confirm receipt", "confirm receipt sv-plan", {BETH}, ON_FORM),
    Row("accept", "accept sv-plan", {BETH}, ON_FORM),
    Row("return", "return sv-plan: the signature page", {BETH}, ON_FORM),
    Row("preview reminders", "preview reminders of sv-fpm", {HELEN, SAM, LUIS, RENEE}, LEA_SIDE),
    Row("reminders", "reminders of sv-fpm", {HELEN, SAM, LUIS, RENEE}, LEA),
    Row("pause reminders", PAUSE, {LUIS, RENEE}, ON_ITEM),
    Row("resume reminders", "resume reminders of sv-fpm", {LUIS, RENEE}, ON_ITEM),
    Row("remind", "remind sv-fpm of findings 7 days before", {LUIS, RENEE}, ON_ITEM),
    Row("history", "history sv-fpm/EL 02", ON_ITEM),
    Row("status", "status sv-fpm/EL 02", ON_ITEM),
    Row("status", "status sv-fpm", ON_ITEM),
    Row("status", "status sv-plan", ON_FORM),
    Row("status", "status Sierra Vista Unified", LEA | {HELEN, SAM, LUIS, RENEE, BETH}),
    Row("timeline", "timeline sv-fpm", ON_ITEM),
    Row("timeline", "timeline Sierra Vista Unified", LEA | {HELEN, SAM, LUIS, RENEE, BETH}),
]


def verbs() -> set[str]:
    return {one.verb for one in CAPABILITIES}


def reading_of(row: dict[str, object]) -> str:
    """How a rehearsal ended: `may` (or would, were the time right), `role`, or `nowhere`."""
    fields = row["fields"]
    assert isinstance(fields, dict)
    refusal = fields["fields"].get("refusal", "")
    return "role" if refusal in ROLE else "nowhere" if refusal == "not_one_of_yours" else "may"


def expected(row: Row, who: str) -> str:
    return "may" if who in row.may else "role" if who in row.sees else "nowhere"


@pytest.mark.both_databases
@pytest.mark.parametrize("row", MATRIX, ids=[row.text.split("\n")[0] for row in MATRIX])
async def test_who_may(row: Row, desk: Desk) -> None:
    if row.before:
        assert (await desk.send(sender=TOM, text=row.before))["state"] == "done"
    read = {}
    for who in sorted(EVERYONE):
        read[who] = reading_of(await desk.send(sender=who, text=f"dry run: {row.text}"))
    assert read == {who: expected(row, who) for who in sorted(EVERYONE)}


@pytest.mark.parametrize("row", MATRIX, ids=[row.text.split("\n")[0] for row in MATRIX])
async def test_foreign_is_exactly_like_nowhere(row: Row, desk: Desk) -> None:
    """The very same words, but for the name that the asker used."""
    nowhere = row.text.replace("sv-fpm", "xx-fpm").replace("sv-plan", "xx-plan").replace("Sierra", "Xanadu")
    for who in sorted(ELSEWHERE):
        foreign = await desk.send(sender=who, text=row.text)
        none = await desk.send(sender=who, text=nowhere)
        said = str(foreign["fields"]["facts"]).replace("sv-", "xx-").replace("Sierra", "Xanadu")
        assert (foreign["reason"], said) == (none["reason"], str(none["fields"]["facts"]))


OWN_TABLES = {
    "about files and documents": {"attach", "answer", "attach again", "documents", "initials", "load nof"}
    | {"drop", "move", "replace", "undo", "withdraw", "verify"},
    "about people": {
        "add address",
        "add user",
        "change role",
        "confirm",
        "reinstate",
        "request",
        "retire",
        "users",
    },
    "about our own mail": {"deliveries", "resend"},
    "about held messages": {"held", "release", "redirect", "refuse", "hold"},
    "about one's own reminders": {"remind me", "my reminders", "wake", "mute", "snooze", "sent it"}
    | {"not me", "reassign", "cover"},
    "about what is anybody's": {"contacts", "forms", "help", "home", "search", "assign", "test reminder"}
    | {"week", "calendar"},
}


def test_every_command_is_in_the_matrix_or_has_a_table_of_its_own() -> None:
    """Commands that are not about one target have theirs in their own tests."""
    assert verbs() - {row.verb for row in MATRIX} == set().union(*OWN_TABLES.values())
