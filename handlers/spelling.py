"""Slips of the keyboard in a command's verb: told, never obeyed. Pure."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from handlers.asking import Capability
from handlers.messages import Message
from handlers.own_lines import own_lines, own_subject

NEAR = 80.0
_CODE = re.compile(r"(?<=\s)[A-Za-z&]{2,5}[ -]?\d+")


def misspelt(message: Message, capabilities: Sequence[Capability]) -> Capability | None:
    """The command whose verb the first line begins with, but for a letter or two; None where documents came,
    which need no command, or where the line is a sentence of its own."""
    if message.has_documents:
        return None
    said = next(iter(own_lines(message)), "") or own_subject(message)
    words = re.findall(r"[^\W\d_]+", _CODE.sub(" ", said[:80]).casefold())  # `not EL 02` is no `not me`
    verbs = {one.verb: one for one in capabilities if one.line is not None}
    for count in (2, 1):
        begun = " ".join(words[:count])
        some = [verb for verb in verbs if verb.count(" ") == count - 1]
        near = process.extractOne(begun, some, scorer=fuzz.ratio, score_cutoff=NEAR)
        if near is not None and len(begun) > 3 and begun != near[0]:
            return verbs[near[0]]
    return None
