"""Whether a machine's mail says that a message of ours did not arrive, and which one. Pure.

Which one is told by three signs, in this order: the secret in the address that it came to (VERP), our
Message-ID in what was returned, and what it answers. The token is checked against the record later.
"""

import re
from collections.abc import Iterator, Sequence

from handlers.signals import Bounce
from handlers.tokens import MESSAGE_ID, read_detail
from intake.bounce_words import says_delayed, says_failed
from intake.letter import Letter
from intake.reports import status_in

# Signs of a mail that may be a bounce; a list's mail or a vacation notice is none, whatever it quotes.
_MAYBE = frozenset({"null-sender", "daemon", "bounce", "report", "auto-submitted", "auto-reply", "bulk"})
_OWN_ID = re.compile(rf"<{MESSAGE_ID}[^<>]{{1,200}}>", re.I)
_DAEMON = re.compile(
    r"mailer.?daemon|post-?master|mail.?delivery|delivery.?(?:sub)?system|microsoftexchange|mail.?administrator|mdaemon",
    re.I,
)


def bounce_of(letter: Letter, why: str | None, details: Sequence[str]) -> Bounce | None:
    """What became of our message, or None: no such report. `why` is the word for why the mail is automatic,
    `details` are the words of our addresses that it came to."""
    if why not in _MAYBE:
        return None
    found = next(_named(letter, details), (None, "", "nothing"))
    action, status = outcome_of(letter, verp=found[2] == "verp", known=found[0] is not None)
    return Bounce(found[0], found[1], action, status, found[2]) if action else None


def outcome_of(letter: Letter, *, verp: bool = False, known: bool = True) -> tuple[str, str]:
    """The action and the status, by the report's own fields, else by its words; empty: not a bounce."""
    report, words = letter.report, f"{letter.subject}\n{letter.text}"
    if report and report.kind == "delivery" and report.action:
        return report.action, report.status
    if report and report.kind in ("receipt", "calendar"):
        return "", ""
    headers = {name.lower(): value for name, value in letter.headers}
    status = status_in(letter.text)
    if says_delayed(words):
        return "delayed", status
    if "x-failed-recipients" in headers or says_failed(words):
        return "failed", status
    # A daemon that gives our message back without words that we know: from nowhere else comes such mail.
    if _DAEMON.search(headers.get("from", "")) and (verp or (known and status)):
        return ("delayed" if status.startswith("4") else "failed"), status
    return "", ""


def _named(letter: Letter, details: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Number, token, and by which sign; the surest first."""
    read = [found for detail in details if (found := read_detail(detail))]
    for kind, number, token in sorted(read, key=lambda one: one[0] != "bounce"):
        yield number, token, "verp" if kind == "bounce" else "reply address"
    for mark in letter.report.about if letter.report else ():
        number_said, _, token = mark.partition("-")
        yield int(number_said), token, "message id"
    for answered in (*letter.answers, *letter.references):
        if found_id := _OWN_ID.fullmatch(answered):
            yield int(found_id[1]), found_id[2].lower(), "thread"
