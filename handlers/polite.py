"""A polite word at the end of a conversation: answering it would be a machine's manners."""

import re
from collections.abc import Collection

from handlers.grammar import find_codes
from handlers.messages import Message
from handlers.threads import thread_of
from store.models import Person
from store.unit_of_work import UnitOfWork

_SIGNED = (
    # at most a signature: names, titles, telephone numbers
    r"(?:[ ,|]{1,3}(?:[A-ZÁÉÍÓÚÑ][\w.&'-]*|[(+]?\d[\d().-]*|ext\.?|of|and|the|[-–—]{1,2}|\S+@\S+)){0,24}"
    r"[ !.]*"
)
_OK = r"ok|okay|great|perfect|got it|received|noted|understood|sounds good|will do|recibido|perfecto|vale"
_THANKS = re.compile(
    rf"(?i:(?:{_OK})?[,.! ]{{0,3}}"
    r"(?:many thanks|thanks|thank you|thx|muchas gracias|gracias)"
    r"(?: (?:so much|very much|a lot|again|all|everyone"
    r"|for (?:the|your) (?:quick )?(?:help|reply|receipt|answer|update|confirmation))){0,3})[!.]{0,3}"
    + _SIGNED
)
_FINE = re.compile(rf"(?i:{_OK})[!.]{{0,3}}" + _SIGNED)


async def only_polite(message: Message, person: Person, programs: Collection[str], uow: UnitOfWork) -> bool:
    """Thanks and nothing else. Below an answer to something done, its subject's code is not theirs, and "ok"
    is enough; elsewhere a code may have lost its file, and "ok" may be meant for a question."""
    said = " ".join(message.text.split())
    if len(said) > 160 or message.has_files or message.links or find_codes(said, programs):
        return False
    if _THANKS.fullmatch(said) and not find_codes(message.subject, programs):
        return True
    polite = _THANKS.fullmatch(said) or _FINE.fullmatch(said)
    return polite is not None and await _below_something_done(message, person, uow)


async def _below_something_done(message: Message, person: Person, uow: UnitOfWork) -> bool:
    """Whether it goes on an answer of ours to a message of this person that is done."""
    thread = await thread_of(message, uow)
    if thread is None or not thread.sure or thread.sent.in_answer_to is None:
        return False
    entry = await uow.entry(thread.sent.in_answer_to)
    own = {one.address for one in person.addresses}
    return entry is not None and entry.state == "done" and entry.sender in own
