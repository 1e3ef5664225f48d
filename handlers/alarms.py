"""Alarms: trouble that a person must mend is told to the operator once, and is over when it is gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from handlers.messages import OWN_AFFAIR, Notice, Reply
from handlers.outcome import owe_unasked
from handlers.trouble import Trouble, Watch
from handlers.watch_answers import watch_withheld
from handlers.watch_chat import watch_chat
from handlers.watch_files import watch_files
from handlers.watch_mailboxes import watch_mailboxes
from handlers.watch_people import watch_unreachable
from handlers.watch_scanner import watch_scanner
from handlers.watch_stamp import watch_stamp
from store.mailboxes import Alarm
from store.unit_of_work import Actor, UnitOfWork

__all__ = ["WATCHES", "OperatorAlarm", "Trouble", "Watch", "sound_alarms"]
log = structlog.get_logger()

WATCHES: tuple[Watch, ...] = (
    watch_mailboxes,
    watch_stamp,
    watch_scanner,
    watch_withheld,
    watch_unreachable,
    watch_chat,
    watch_files,
)


@dataclass(frozen=True)
class OperatorAlarm(Reply):
    """To the operator: new troubles, each with `kind`, `about` and `words`, and since when."""

    told_by = "mail"
    troubles: list[dict[str, str]]
    noticed_at: str


async def sound_alarms(
    uow: UnitOfWork, at: datetime, operators: Sequence[str] = (), watches: Sequence[Watch] = WATCHES
) -> list[Alarm]:
    """Look at everything that is watched, tell the operators what is new, and end what is gone.

    `at` is aware (UTC). Every trouble is told once for each time that it begins. The alarms that were raised.
    """
    uow.act_as(Actor(at=at))
    troubles = {(one.kind, one.about): one for watch in watches for one in await watch(uow, at)}
    ringing = {(one.kind, one.about): one for one in await uow.alarms_ringing()}
    for name, alarm in ringing.items():
        if name not in troubles:
            alarm.ended_at = at
            log.info("alarm over", kind=alarm.kind, about=alarm.about)
    new = [one for name, one in troubles.items() if name not in ringing]
    for one in new:
        log.error("alarm", kind=one.kind, about=one.about, words=one.words)
    raised = [Alarm(kind=one.kind, about=one.about, raised_at=at) for one in new]
    uow.session.add_all(raised)
    if new:
        told = OperatorAlarm([_facts(one) for one in new], at.isoformat())
        await owe_unasked([Notice(address, told, OWN_AFFAIR) for address in operators], at, uow)
    return raised


def _facts(trouble: Trouble) -> dict[str, str]:
    return {"kind": trouble.kind, "about": trouble.about, "words": trouble.words}
