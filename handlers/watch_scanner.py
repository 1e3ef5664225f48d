"""Trouble with malware: the scanner does not answer, or a mail brought some."""

from datetime import datetime, timedelta

from handlers.trouble import Trouble
from store.unit_of_work import UnitOfWork

PATIENCE = timedelta(minutes=15)
LATELY = timedelta(days=1)


async def watch_scanner(uow: UnitOfWork, at: datetime) -> list[Trouble]:
    """Documents that have waited for 15 minutes, and the messages of the last day with malware in them."""
    waiting = await uow.unscanned_since(at - PATIENCE)
    words = "documents are filed but not checked for malware; does clamd answer? (CAIS_CLAMD, cais doctor)"
    troubles = [Trouble("scanner", "clamd", f"{waiting} {words}")] if waiting else []
    found = await uow.messages_with_verdict("infected", at - LATELY)
    return troubles + [Trouble("malware", f"R-{one}", "malware was found in a file of it") for one in found]
