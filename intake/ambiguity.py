"""MIME headers given twice and not the same: one program takes the first, another the last. Pure.

A checker must not see less than a person's mail program, so each way to read them is looked at.
"""

from collections.abc import Iterator
from copy import deepcopy
from email.message import Message
from itertools import islice, product

MOST_READINGS = 8
_DECISIVE = ("content-type", "content-disposition", "content-transfer-encoding")


def differs(part: Message, name: str) -> bool:
    """Whether a header is given twice, and not the same."""
    return len({str(value) for value in part.get_all(name, ())}) > 1


def may_hold_parts(part: Message) -> bool:
    """Whether any of its types is one of several parts."""
    return any(str(one).strip().lower().startswith("multipart/") for one in part.get_all("content-type", ()))


def readings(view: Message) -> Iterator[Message]:
    """Every way to read a part's headers, at most eight: first with the first of each."""
    said = {name: list(dict.fromkeys(map(str, view.get_all(name, ())))) for name in _DECISIVE}
    said = {name: values for name, values in said.items() if len(values) > 1}
    for chosen in islice(product(*said.values()), MOST_READINGS):
        one = deepcopy(view)
        for name, value in zip(said, chosen, strict=True):
            one.replace_header(name, value)
        yield one
