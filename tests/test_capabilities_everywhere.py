"""One list of everything people can ask for, asked by mail, at the terminal, in Slack and in Teams: the same
happens."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from handlers.capabilities import CAPABILITIES
from tests.builders import ANA, Desk
from tests.everywhere import CHANNELS, Ears, House, Said, told
from tests.handlers.record import HELEN, MARIA, PRIYA, RENEE
from tests.handlers.reviewing import bring_review
from tests.handlers.test_confirming import ask
from tests.handlers.test_every_receipt import all_resolved, log_that_waits, mailed, over
from tests.handlers.test_every_receipt import form as handed_in

LUIS, BETH = "lortega@cde.example", "blindgren@cde.example"
SAM = "sbright@cde.example"
TOM = "tokafor@sierravista.example"
PDF = (("minutes.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"),)
NEW = (("minutes.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog/New 1>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"),)
FINDING = "sv-fpm/I-EL 02"
REQUEST = (
    f"request agreement {FINDING} until January 24 because the ELAC is elected in January"
    "\nstep: hold the ELAC election, the principal of Lincoln, by January 17"
)
WHY = "the steps do not reach it"
HELD = Said("stranger@nowhere.example", "I-EL 02: here it is", PDF, mailed=True)

# What is said, by whom, for each thing that people can ask for.
STORIES: dict[str, tuple[Said, ...]] = {
    "submit": (
        Said(PRIYA, "statement I-EL 01: notices are sent"),
        Said(PRIYA, "submit I-EL 01", press="Submit"),
    ),
    "respond": (Said(MARIA, f"respond {FINDING}: the election was held on December 5, see the minutes"),),
    "request agreement": (Said(MARIA, REQUEST),),
    "withdraw agreement": (Said(MARIA, REQUEST), Said(MARIA, f"withdraw agreement {FINDING}")),
    "approve agreement": (Said(MARIA, REQUEST), Said(HELEN, f"approve agreement {FINDING}", press="Grant")),
    "decline agreement": (
        Said(MARIA, REQUEST),
        Said(HELEN, f"decline agreement {FINDING}: {WHY}", press="Decline", words=WHY),
    ),
    "statement": (
        Said(PRIYA, "statement I-EL 01: There is no “document” yet; see <b>our</b> plan & budget"),
    ),
    "on site": (Said(ANA, "on site EL 02: in the binder at the district office"),),
    "initials": (Said(ANA, "initials UCP 3"),),
    "documents": (Said(MARIA, "documents"),),
    "comment": (Said(HELEN, f"comment {FINDING}: Which pages show the *election* & more than 5 < 6 votes?"),),
    "resolve": (
        Said(MARIA, f"respond {FINDING}: it was held on December 5"),
        Said(HELEN, f"resolve {FINDING}: thank you"),
    ),
    "reopen": (
        Said(MARIA, f"respond {FINDING}: it was held"),
        Said(HELEN, f"resolve {FINDING}"),
        Said(HELEN, f"reopen {FINDING}: the minutes are from another school"),
    ),
    "return": (
        Said(MARIA, f"respond {FINDING}: it was held"),
        Said(HELEN, f"return {FINDING}: who was elected?", press="Return", words="who was elected?"),
    ),
    "begin review": (Said(LUIS, "begin review cr-fpm"),),
    "begin": (
        Said(PRIYA, "statement I-EL 01: notices are sent"),
        Said(PRIYA, "submit I-EL 01"),
        Said(LUIS, "begin review cr-fpm"),
        Said(HELEN, "begin cr-fpm/I-EL 01"),
    ),
    "meets": (Said(LUIS, "begin review cr-fpm"), Said(HELEN, "meets cr-fpm/I-EL 01")),
    "does not meet": (
        Said(LUIS, "begin review cr-fpm"),
        Said(HELEN, "does not meet cr-fpm/I-EL 01: no notices in Spanish"),
    ),
    "not reviewed": (
        Said(LUIS, "begin review cr-fpm"),
        Said(HELEN, "not reviewed cr-fpm/I-EL 01: not offered here"),
    ),
    "issue nof": (Said(LUIS, "issue nof cr-fpm"),),
    "complete review": (Said(LUIS, "complete review sv-fpm"),),
    "cancel review": (Said(LUIS, "cancel review cr-fpm for good: the LEA closes"),),
    "open": (Said(LUIS, "open cr-fpm for evidence"),),
    "assign": (Said(BETH, "assign sig_q2 to Sierra Vista Unified at Sierra High"),),
    "move due": (Said(BETH, "move due sv-plan to Jan 15 because of late data"),),
    "accept": (Said(BETH, "accept sv-plan: complete"),),
    "reopen form": (
        Said(BETH, "accept sv-plan: complete"),
        Said(BETH, "reopen form sv-plan: page 4 is missing"),
    ),
    "confirm receipt": (Said(BETH, "confirm receipt sv-plan"),),
    "forms": (Said(MARIA, "forms"),),
    "status": (Said(MARIA, "status"), Said(MARIA, f"status {FINDING}")),
    "week": (Said(RENEE, "week"), Said(RENEE, "week fpm")),
    "timeline": (Said(MARIA, "timeline"), Said(RENEE, "timeline fpm")),
    "history": (Said(MARIA, f"history {FINDING}"),),
    "search": (Said(MARIA, "search minutes ELAC"),),
    "deliveries": (Said(MARIA, "deliveries"),),
    "contacts": (Said(MARIA, "contacts"), Said(MARIA, "contact Charter Schools")),
    "request": (Said(MARIA, "request training for Charter Schools: two of us are new, which day suits?"),),
    "verify": (Said(PRIYA, "statement I-EL 01: notices are sent"), Said(PRIYA, "verify R-{1}")),
    "users": (Said(MARIA, "users"),),
    "calendar": (Said(MARIA, "calendar"), Said(MARIA, "calendar off")),
    "add user": (Said(MARIA, "add user Jo Lee <jlee@sierravista.example> as submitter"),),
    "change role": (Said(MARIA, f"change role {ANA} to submitter"),),
    "retire": (Said(MARIA, f"retire {ANA}"),),
    "reinstate": (Said(MARIA, f"retire {ANA}"), Said(MARIA, f"reinstate {ANA}")),
    "add address": (Said(MARIA, "add address maria@home.example"),),
    "confirm": (Said(MARIA, "confirm {code}"),),
    "a wrong code": (Said(MARIA, "confirm ACDE-FGHJ"),),
    "held": (HELD, Said(RENEE, "held"), Said(RENEE, "held {1}")),
    "release": (HELD, Said(RENEE, f"release {{1}} as {ANA}")),
    "redirect": (HELD, Said(RENEE, f"redirect {{1}} to EL 02 of Sierra Vista Unified as {ANA}")),
    "refuse": (HELD, Said(RENEE, "refuse {1}: it is for another office")),
    "hold": (HELD, Said(RENEE, f"release {{1}} as {ANA}"), Said(RENEE, "hold {1}")),
    "resend": (Said(RENEE, "resend OUT-1"),),
    "undo": (
        Said(PRIYA, "I-EL 01", PDF),
        Said(PRIYA, "withdraw D-1"),
        Said(PRIYA, "undo"),
    ),
    "home": (Said(MARIA, "home"),),
    "preview reminders": (
        Said(LUIS, "preview reminders of sv-fpm for 14 days"),
        Said(RENEE, "preview reminders"),
    ),
    "reminders": (Said(RENEE, "reminders of sv-fpm"),),
    "pause reminders": (Said(LUIS, "pause reminders of sv-fpm until Jan 15 because the office is closed"),),
    "resume reminders": (
        Said(LUIS, "pause reminders of sv-fpm until Jan 15 because the office is closed"),
        Said(RENEE, "resume reminders of sv-fpm"),
    ),
    "remind": (
        Said(LUIS, "remind sv-fpm of findings 30, 7 and 1 days before, and 1 and 7 days after"),
        Said(LUIS, "remind sv-fpm of findings as usual"),
    ),
    "test reminder": (Said(MARIA, "test reminder"),),
    "snooze": (Said(MARIA, f"snooze {FINDING} 3 days"),),
    "mute": (Said(MARIA, f"mute {FINDING}"),),
    "wake": (Said(MARIA, f"mute {FINDING}"), Said(MARIA, f"unmute {FINDING}")),
    "sent it": (Said(MARIA, f"respond {FINDING}: it was held"), Said(MARIA, f"sent {FINDING}")),
    "not me": (Said(TOM, f"not me {FINDING}"),),
    "reassign": (Said(MARIA, f"reassign {FINDING} to {TOM}"), Said(TOM, f"not me {FINDING}")),
    "cover": (Said(MARIA, f"cover for {TOM} by {MARIA} until December 20"),),
    "remind me": (Said(MARIA, "remind me at 9 by both"), Said(MARIA, "remind me as usual")),
    "my reminders": (Said(MARIA, f"snooze {FINDING} 3 days"), Said(MARIA, "my reminders")),
    "sent nothing": (Said(MARIA, f"sent {FINDING}"),),
    "help": (Said(MARIA, "help"), Said(HELEN, "help")),
    "a slip": (Said(MARIA, "sumbit EL 02"),),
    "two commands": (Said(MARIA, f"status {FINDING}\nhelp\nsubmit EL 99"),),
    "a rehearsal": (Said(MARIA, f"dry run\n{REQUEST}"),),
    "another LEA's": (Said(PRIYA, f"status {FINDING}"),),
    "nothing": (Said(MARIA, "what a day"),),
    "attach": (Said(PRIYA, "I-EL 01", PDF),),
    "answer": (Said(PRIYA, "here it is", PDF), Said(PRIYA, "1", under=1)),
    "answer by a button": (Said(PRIYA, "here it is", PDF), Said(PRIYA, "1", under=1, press="1. ")),
    "drop": (Said(PRIYA, "here it is", PDF), Said(PRIYA, "drop R-{1}")),
    "attach again": (Said(PRIYA, "I-EL 01", PDF), Said(PRIYA, "attach D-1 to cr-fpm/II-CE 08")),
    "replace": (Said(PRIYA, "I-EL 01", PDF), Said(PRIYA, "replace D-1", NEW)),
    "withdraw": (
        Said(PRIYA, "I-EL 01", PDF),
        Said(PRIYA, "withdraw D-1 from I-EL 01 because it is last year's"),
    ),
    "move": (Said(PRIYA, "I-EL 01", PDF), Said(PRIYA, "move R-{1} to cr-fpm/II-CE 08")),
    "load nof": (
        Said(LUIS, "begin review cr-fpm"),
        Said(LUIS, "load nof cr-fpm", (("nof.csv", b"item,finding,conclusion\nI-EL 01,,meets\n"),)),
    ),
}

# How things stand before some of them.
BEFORE: dict[str, Callable[[Desk], Awaitable[Any]]] = {
    "initials": log_that_waits,
    "issue nof": over,
    "complete review": all_resolved,
    "open": lambda desk: bring_review(desk, "scheduled"),
    "accept": handed_in("submitted"),
    "reopen form": handed_in("submitted"),
    "confirm receipt": handed_in("submitted"),
    "confirm": ask,
    "resend": mailed,
}
NOT_DONE = ("another LEA's", "a wrong code", "a slip", "nothing")


in_one_loop = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module", autouse=True)
def no_settings() -> Iterator[None]:
    """No test sees the settings of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("CAIS_")]:
            patch.delenv(name)
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ears(no_settings: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ears]:
    async with AsyncExitStack() as closing:
        yield await Ears.open(tmp_path_factory.mktemp("files"), closing)


@pytest_asyncio.fixture(loop_scope="module")
async def houses(ears: Ears, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[dict[str, House]]:
    """The same sample for every channel."""
    async with AsyncExitStack() as closing:
        yield {one: await House.open(ears, sqlite_template, tmp_path / one, one, closing) for one in CHANNELS}


@in_one_loop
@pytest.mark.parametrize("name", STORIES)
async def test_the_same_happens_everywhere(name: str, houses: dict[str, House]) -> None:
    if name in BEFORE:
        for house in houses.values():
            await BEFORE[name](Desk(house.store))
    by_mail, record = await told(STORIES[name], houses["mail"])
    assert (by_mail[-1].state == "done") == (name not in NOT_DONE), by_mail
    for channel in CHANNELS[1:]:
        outcomes, recorded = await told(STORIES[name], houses[channel])
        assert outcomes == by_mail, channel
        assert recorded == record, channel


def test_everything_that_people_can_ask_for_is_asked() -> None:
    assert {one.verb for one in CAPABILITIES} - set(STORIES) == set()
