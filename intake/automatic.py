"""Why a mail is a machine's: such mail is never a command and never answered.

Pure. RFC 3834's signs and those that real bounces, lists and vacation notices bear besides. A scanner that
mails what was laid on it is no machine in this sense: a person stands before it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from handlers.tokens import MESSAGE_ID
from intake.addresses import ANY_ADDRESS, same_mailbox, split_detail
from intake.auto_subjects import said_by_subject
from intake.letter import Letter

Headers = Sequence[tuple[str, str]]

_PRECEDENCE = {
    "list": "mailing-list",
    "bulk": "bulk",
    "junk": "bulk",
    "auto_reply": "auto-reply",
    "auto-reply": "auto-reply",
}
_DAEMONS = {"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "mdaemon"}
# A sign by its header: the header's presence is enough.
_PRESENT = {
    "list-id": "mailing-list",
    "list-unsubscribe": "mailing-list",
    "list-post": "mailing-list",
    "x-autoreply": "auto-reply",
    "x-autorespond": "auto-reply",
    "x-auto-reply-from": "auto-reply",
    "x-failed-recipients": "bounce",
}
_OUR_ID = re.compile(rf"<{MESSAGE_ID}([^<>@\s]{{1,200}})>")
_REPORTS = {"delivery": "bounce", "receipt": "read-receipt", "calendar": "calendar"}
# A gate that asks whether a person sent something tells where or how to answer.
_ASKS = re.compile(r"https?://|\bverif|\bconfirm|\breply to this|\bresponda|\bbestätig", re.I)
MOST_HOPS = 50  # as Postfix: a mail that was relayed so often goes round


def why_a_machine(letter: Letter, envelope_from: str | None, own: Iterable[str]) -> str | None:
    """The word for why nobody answers this mail, or None: a person wrote it.

    Where a header tells, its kind is told as exactly as can be. Where none does, the subject's first words
    do, unless a document came along: absent people's machines send none.
    """
    sign = why_automatic(letter.headers, envelope_from, own)
    reported = _REPORTS.get(letter.report.kind) if letter.report else None
    if sign in ("our-own", "mailing-list", "loop") or (sign is None and reported):
        return sign or reported
    subject = said_by_subject(letter.subject)
    if sign is None and not _is_sure(subject, letter):
        return None
    return reported or subject or sign


def _is_sure(subject: str | None, letter: Letter) -> bool:
    """Whether a subject alone says it: none of these brings documents, and each has its own company."""
    if subject is None or any(file.role == "document" for file in letter.files):
        return False
    if subject == "challenge":
        return _ASKS.search(letter.text) is not None
    return subject != "bounce" or (letter.report is not None and bool(letter.report.about))


def why_automatic(headers: Headers, envelope_from: str | None, own: Iterable[str]) -> str | None:
    """A word for why this is automatic mail, or None. `envelope_from` is "" for the null sender.

    X-Auto-Response-Suppress is no sign: Exchange puts it on people's mail too. Where a machine wrote, one
    of the other signs stands beside it.
    """
    values = _by_name(headers)
    if envelope_from in ("", "<>"):
        return "null-sender"
    ours = {same_mailbox(address) for address in own}
    return (
        _by_value(values)
        or _by_presence(values)
        or _by_sender(values, envelope_from, ours)
        or _by_the_way_it_came(headers, values, ours)
    )


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


def _by_sender(values: Mapping[str, str], envelope_from: str | None, ours: set[str]) -> str | None:
    writers = {_base(address) for address in ANY_ADDRESS.findall(values.get("from", ""))}
    if (writers | {_base(envelope_from or "")}) & ours:
        return "our-own"
    daemon = any(writer.partition("@")[0] in _DAEMONS for writer in writers)
    return "daemon" if daemon or values.get("from", "").startswith("mailer-daemon") else None


def _by_the_way_it_came(headers: Headers, values: Mapping[str, str], ours: set[str]) -> str | None:
    """Our own mail under another's name: marked by us, named by us, or relayed without end."""
    domains = {address.rpartition("@")[2] for address in ours}
    named = _OUR_ID.search(values.get("message-id", ""))
    if named and same_mailbox(f"x@{named[3]}").rpartition("@")[2] in domains:
        return "our-own"
    loops = " ".join(value for name, value in headers if name.lower() == "x-loop")
    marked = {_base(address) for address in ANY_ADDRESS.findall(loops)} & ours
    hops = sum(name.lower() == "received" for name, _ in headers)
    return "loop" if marked or hops > MOST_HOPS else None


def _base(address: str) -> str:
    return same_mailbox(split_detail(address)[0])


def _first_word(value: str) -> str:
    """Without parameters and comments: `auto-replied; owner-email=…`."""
    return re.split(r"[\s;(]", value, maxsplit=1)[0]
