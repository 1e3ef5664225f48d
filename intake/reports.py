"""What a mail's parts report: a delivery that failed or waits, a mail that was read, an invitation answered.

Runs in the reading process. Which message of ours is meant, and whether a person wrote this after all, is
told outside of it, where the envelope is known. Sources: RFC 3464, 6522, 6533 (in UTF-8), 8098, 5546.
"""

import re
from collections.abc import Iterator, Mapping

from handlers.tokens import MESSAGE_ID
from intake.parsing import ParsedMail, Part
from intake.unpacking import Source

MOST = 64 * 1024
MOST_PARTS = 20
MOST_MARKS = 20
# The worst counts: a message to one mailbox that failed behind it did not get through.
ACTIONS = ("failed", "delayed", "relayed", "expanded", "delivered")

_DELIVERY = ("message/delivery-status", "message/global-delivery-status")
_READ = ("message/disposition-notification", "message/global-disposition-notification")
_RETURNED = ("message/", "text/")
_SIGNS = frozenset({"x-failed-recipients", "auto-submitted", "return-path", "x-autoreply"})
_DAEMON = re.compile(r"mailer.?daemon|post-?master|mail.?delivery|exchange|mail.?administrator", re.I)
_SUBJECT = re.compile(
    r"deliver|fail|return|bounce|mail|non|zustell|rebot|no se|n[ãa]o|échec|devol|daemon|error", re.I
)
_OWN_ID = re.compile(rf"message-id[ \t]*:(?:\s|=20|&lt;|</?[a-z][^<>]{{0,200}}>|<|>)*{MESSAGE_ID}", re.I)
_ENVELOPE = re.compile(r"\+b(\d{1,18})-([0-9a-f]{16})@", re.I)
_ANY_ID = re.compile(MESSAGE_ID, re.I)
_REPLY = re.compile(r"^METHOD[ \t]*(?:;[^:\r\n]{0,200})?:[ \t]*REPLY\b", re.I | re.M)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_CODE = re.compile(r"(?<![\d.-])([45])\d\d(?=[ -])")


def report_of(source: Source, mail: ParsedMail) -> dict[str, object] | None:
    """The form that `intake.letter` checks, or None: a mail that reports nothing."""
    said = [_text(source, part) for part in mail.parts if part.media_type in _DELIVERY]
    kind = "delivery" if said else _other_kind(source, mail)
    if kind is None and not _is_machine_like(mail):
        return None
    action, status = worst_of(said)
    marks = _marks(source, mail)
    if kind is None and not marks:
        return None
    return {"kind": kind or "words", "action": action, "status": status, "about": marks}


def worst_of(reports: list[str]) -> tuple[str, str]:
    """Action and status of delivery reports, as `("failed", "5.1.1")`; empty where they say none."""
    outcomes = [found for text in reports for found in _outcomes(text)]
    return min(outcomes, key=lambda one: ACTIONS.index(one[0]), default=("", ""))


def status_in(text: str) -> str:
    """The first enhanced status (RFC 3463) in any text; for a bare reply code `5.0.0` or `4.0.0`."""
    if found := _STATUS.search(text):
        return ".".join(found.groups())
    code = _CODE.search(text)
    return f"{code[1]}.0.0" if code else ""


def _other_kind(source: Source, mail: ParsedMail) -> str | None:
    kinds = {part.media_type for part in mail.parts}
    if not kinds.isdisjoint(_READ):
        return "receipt"
    dates = [part for part in mail.parts if part.media_type == "text/calendar"][:MOST_PARTS]
    return "calendar" if any(_REPLY.search(_text(source, part)) for part in dates) else None


def _is_machine_like(mail: ParsedMail) -> bool:
    names = {name.lower() for name, _ in mail.headers}
    from_daemon = any(_DAEMON.search(value) for value in mail.from_lines)
    return bool(names & _SIGNS) or from_daemon or _SUBJECT.search(mail.subject) is not None


def _outcomes(text: str) -> Iterator[tuple[str, str]]:
    """One for each recipient: a group of fields with an action, or with a status that tells it."""
    for group in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        fields = _fields(group)
        status = status_in(fields.get("status", "")) or status_in(fields.get("diagnostic-code", ""))
        action = (re.split(r"[\s;(]", fields.get("action", "").lower(), maxsplit=1) or [""])[0]
        action = action if action in ACTIONS else _by_status(status, fields)
        if action:
            yield action, status


def _by_status(status: str, fields: Mapping[str, str]) -> str:
    if "final-recipient" not in fields and "original-recipient" not in fields:
        return ""
    return {"5": "failed", "4": "delayed", "2": "delivered"}.get(status[:1], "")


def _fields(group: str) -> dict[str, str]:
    """Header-like lines; the first of each name, continued lines joined."""
    fields: dict[str, str] = {}
    for line in re.sub(r"\n[ \t]+", " ", group).split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _marks(source: Source, mail: ParsedMail) -> list[str]:
    """`41-<token>` of our messages that the mail names: first the returned message's own id.

    Its References name earlier messages of ours, so that other ids count only where there is just one.
    """
    parts = [part for part in mail.parts if part.media_type.startswith(_RETURNED)][:MOST_PARTS]
    texts = [_text(source, part) for part in parts]
    sure = [_mark(found) for how in (_OWN_ID, _ENVELOPE) for text in texts for found in how.findall(text)]
    named = list(dict.fromkeys(_mark(found) for text in texts for found in _ANY_ID.findall(text)))
    return list(dict.fromkeys(sure))[:MOST_MARKS] or (named if len(named) == 1 else [])


def _mark(found: tuple[str, str]) -> str:
    return f"{found[0]}-{found[1].lower()}"


def _text(source: Source, part: Part) -> str:
    """As single bytes: what is looked for is ASCII in every charset of mail."""
    return source.beginning(part, MOST).decode("latin-1").replace("\x00", "")
