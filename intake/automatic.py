"""Why a mail is a machine's: such mail is never a command and never answered.

Pure. RFC 3834's signs and those that real bounces, lists and vacation notices bear besides.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from intake.addresses import same_mailbox, split_detail

Headers = Sequence[tuple[str, str]]

_PRECEDENCE = {
    "list": "mailing-list",
    "bulk": "bulk",
    "junk": "bulk",
    "auto_reply": "auto-reply",
    "auto-reply": "auto-reply",
}
_DAEMONS = {"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"}
# A sign by its header: the header's presence is enough.
_PRESENT = {
    "list-id": "mailing-list",
    "list-unsubscribe": "mailing-list",
    "list-post": "mailing-list",
    "x-autoreply": "auto-reply",
    "x-autorespond": "auto-reply",
    "x-auto-reply-from": "auto-reply",
    "x-failed-recipients": "bounce",
    "x-loop": "loop",
}
_ADDRESS = re.compile(r"[^\s<>\"(),:;@]{1,64}@[^\s<>\"(),:;@]{1,190}")


def why_automatic(headers: Headers, envelope_from: str | None, own: Iterable[str]) -> str | None:
    """A word for why this is automatic mail, or None. `envelope_from` is "" for the null sender.

    X-Auto-Response-Suppress is no sign: Exchange puts it on people's mail too. Where a machine wrote, one
    of the other signs stands beside it.
    """
    values = _by_name(headers)
    if envelope_from in ("", "<>"):
        return "null-sender"
    return _by_value(values) or _by_presence(values) or _by_sender(values, envelope_from, own)


def _by_name(headers: Headers) -> Mapping[str, str]:
    """The first of each name; of repeated headers the others carry no weight."""
    values: dict[str, str] = {}
    for name, value in headers:
        values.setdefault(name.lower(), value.strip().lower())
    return values


def _by_value(values: Mapping[str, str]) -> str | None:
    submitted = _first_word(values.get("auto-submitted", "no"))
    if submitted not in ("no", ""):
        return "auto-submitted"
    if why := _PRECEDENCE.get(_first_word(values.get("precedence", ""))):
        return why
    if values.get("return-path", "").replace(" ", "") == "<>":
        return "null-sender"
    return "report" if values.get("content-type", "").startswith("multipart/report") else None


def _by_presence(values: Mapping[str, str]) -> str | None:
    return next((why for name, why in _PRESENT.items() if name in values), None)


def _by_sender(values: Mapping[str, str], envelope_from: str | None, own: Iterable[str]) -> str | None:
    writers = {_base(address) for address in _ADDRESS.findall(values.get("from", ""))}
    if (writers | {_base(envelope_from or "")}) & {same_mailbox(address) for address in own}:
        return "our-own"
    daemon = any(writer.partition("@")[0] in _DAEMONS for writer in writers)
    return "daemon" if daemon or values.get("from", "").startswith("mailer-daemon") else None


def _base(address: str) -> str:
    return same_mailbox(split_detail(address)[0])


def _first_word(value: str) -> str:
    """Without parameters and comments: `auto-replied; owner-email=…`."""
    return re.split(r"[\s;(]", value, maxsplit=1)[0]
