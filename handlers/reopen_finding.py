"""Open a resolved finding again: a reviewer only, with a reason. Its due day stays what it was."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.access import STATE
from handlers.asking import Asker, Capability
from handlers.audience import lea_people, state_people, tell
from handlers.findings import check_decides, finding_facts, finding_of
from handlers.grammar import paragraphs_of
from handlers.leave_comment import comment_on
from handlers.lifecycle import advance, label
from handlers.messages import Answer, Reply
from handlers.references import TargetSaid, find_finding, read_target
from handlers.refusals import NotSaidRight
from handlers.sealing import sealed, words_sealed
from store.unit_of_work import UnitOfWork

USAGE = "reopen EL 02: the minutes are from another school"


@dataclass(frozen=True)
class ReopenFinding:
    finding: TargetSaid
    why: str


@dataclass(frozen=True)
class FindingReopened(Reply):
    """To the decider."""

    finding: dict[str, Any]
    told: int
    signed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ReopeningHeard(Reply):
    """To the LEA and the other reviewers: why, and until when."""

    by: str
    for_lea: bool
    finding: dict[str, Any]
    why: list[str]


def read_line(words: str, programs: Collection[str]) -> ReopenFinding | None:
    """`reopen TARGET: why`."""
    found = read_target(words, programs)
    if found is None or found[0].code is None:
        return None
    return ReopenFinding(found[0], found[1].lstrip(": -").strip())


async def reopen_finding(command: ReopenFinding, asker: Asker, uow: UnitOfWork) -> Answer:
    """Open it again. Raises NotForYourRole, NotOneOfYours, WhichOne, NotSaidRight, NotNow."""
    target = await find_finding(command.finding, asker, uow)
    check_decides(target, asker, "reopen a finding")
    if not command.why:
        raise NotSaidRight("reopen", USAGE, "the reason, which the LEA will read")
    finding = finding_of(target)
    finding.status = advance("finding", f"Finding {target.code}", finding.status, "reopened")
    finding.decided_by = finding.decided_at = None
    uow.changed(finding)
    uow.add(comment_on(target, command.why, asker, "reopened"))
    facts, lea = finding_facts(target), await lea_people(target.lea, asker, uow)
    heard = ReopeningHeard(asker.person.name, True, facts, paragraphs_of(command.why))
    notices = tell(lea, heard)
    notices += tell(await state_people(target, asker, uow), replace(heard, for_lea=False))
    status = ("Status", label(finding.status))
    reopened = [("Reopened", target.name), status, *words_sealed("Reason", command.why)]
    return Answer(FindingReopened(facts, len(lea), await sealed(reopened, asker, uow)), tell=notices)


CAPABILITY = Capability(
    verb="reopen",
    usage=USAGE,
    does="opens a resolved finding again, with the reason",
    handle=reopen_finding,
    opens="reopen(?! (?:the )?form\\b)(?: finding)?",
    line=read_line,
    takes_text=True,
    roles=STATE,
    weighty=True,
)
