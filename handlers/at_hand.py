"""What is at hand of the asker when we did not understand: the question that waits for them, or what they
filed just before. It is told beside the no, with the command that works; nothing is guessed from it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from handlers.access import leas_served
from handlers.asking import Asker
from handlers.cabinet import FiledAt, filed_at, live
from handlers.refusals import NoFileCame, NotUnderstood, NotUndone, Refusal
from handlers.stop_instead import stopping
from handlers.threads import question_in, thread_of
from store.inbox import InboxEntry
from store.models import Question
from store.unit_of_work import UnitOfWork

_MOST = 3
_LATELY = timedelta(days=1)


async def with_what_is_at_hand(no: Refusal, asker: Asker, uow: UnitOfWork) -> Refusal:
    """The same no, with what helps this person now; for whom nothing is at hand, as it was."""
    if isinstance(no, NotUnderstood):
        waiting = [_waiting(one) for one in await _open_questions(asker, uow)]
        argue = await stopping(asker, uow) if no.instead == "stop" else []
        return replace(no, waiting=waiting, sends=bool(leas_served(asker.person)), argue=argue)
    if isinstance(no, NoFileCame) and not no.links and not no.only:
        return replace(no, **await _moved_instead(no.said, asker, uow))
    if isinstance(no, NotUndone) and no.why in ("nothing", "older"):
        entry, filed, names = await _filed_last(asker, uow)
        instead = [_withdrawal(one) for one in filed][:_MOST]
        return replace(no, names=names, instead=instead, move=f"move R-{entry.id} to" if entry else "")
    return no


async def _open_questions(asker: Asker, uow: UnitOfWork) -> Sequence[Question]:
    """The question that this message goes on, or else the latest ones."""
    open_ones = await uow.open_questions(asker.person.id)
    here = await question_in(await thread_of(asker.message, uow), uow)
    return [one for one in open_ones if one is here] or open_ones[-_MOST:]


def _waiting(question: Question) -> dict[str, Any]:
    return {"receipt": question.inbox_id, "names": [file["name"] for file in question.files]}


async def _moved_instead(said: Sequence[str], asker: Asker, uow: UnitOfWork) -> dict[str, Any]:
    """Where a code was said without a file: the command that moves there what was filed elsewhere."""
    entry, filed, names = await _filed_last(asker, uow)
    places = [one.target.code for one in filed]
    others = [code for code in said if not any(place.endswith(code) for place in places)]
    if entry is None or not others:
        return {}
    return {"move": f"move R-{entry.id} to {others[0]}", "names": names}


async def _filed_last(asker: Asker, uow: UnitOfWork) -> tuple[InboxEntry | None, list[FiledAt], list[str]]:
    """The asker's latest message of the last day that filed something new which still stands; its files."""
    since = asker.message.received_at - _LATELY
    entries = await uow.entries_from([one.address for one in asker.person.addresses])
    lately = [one for one in entries if one.received_at >= since]
    touched = await uow.filings_touched_in([one.id for one in lately])
    for entry in lately:
        new = [(filing, doc) for filing, doc in touched if filing.inbox_id == entry.id == doc.inbox_id]
        if standing := live(filing for filing, _ in new):
            names = [doc.name for filing, doc in new if filing in standing]
            return entry, await filed_at(standing, uow), list(dict.fromkeys(names))
    return None, [], []


def _withdrawal(one: FiledAt) -> str:
    return f"withdraw D-{one.filing.document_id} from {one.target.name}"
