"""How single values are shown: dates, times, sizes, machine words. Pure; every time names its zone."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import fill
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

SACRAMENTO = ZoneInfo("America/Los_Angeles")
WIDTH = 72
_CODE = re.compile(r"(?:[IVX]+-)?[A-Z][A-Za-z&-]*[A-Z] \d\d(?:\.\d+)?")
_KEPT_TOGETHER = re.compile(r"\b\w{3} \d{1,2} \w{3} \d{4}\b|\b(?:status )?(?:[IVX]+-)?[A-Z&]{2,} \d\d\b")
_GLUE = "\N{NO-BREAK SPACE}"
_JOINERS = "\u200c\u200d"
_WORDS: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
_WAYS: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("ways.toml").read_text("utf-8"))


def clean(value: Any) -> Any:
    """Whatever somebody else wrote, safe to print: one line, nothing invisible, no lone surrogates."""
    if isinstance(value, str):
        return " ".join("".join(map(_shown, value)).split())
    if isinstance(value, Mapping):
        return {key: clean(one) for key, one in value.items()}
    return [clean(one) for one in value] if isinstance(value, list | tuple) else value


def long_date(value: str | date) -> str:
    """`Mon 6 Jan 2014`; of a moment, its day in Sacramento."""
    day = _day(value)
    return f"{day:%a} {day.day} {day:%b %Y}"


def pacific(moment: str) -> str:
    """`Mon 23 Nov 2026, 11:02:31 AM PST`."""
    there = datetime.fromisoformat(moment).astimezone(SACRAMENTO)
    return f"{long_date(there)}, {int(f'{there:%I}')}:{there:%M:%S %p %Z}"


def utc(moment: str) -> str:
    """`2026-11-23 19:02:31 UTC`."""
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def days_left(value: str | date, today: str | date) -> str:
    """How far a day is from today, in words that accuse nobody: `41 days`, `today`, `3 days ago`."""
    days = (_day(value) - _day(today)).days
    if days == 0:
        return "today"
    count = f"{abs(days)} day" if abs(days) == 1 else f"{abs(days):,} days"
    return count if days > 0 else f"{count} ago"


def size(count: int) -> str:
    """`48.2 KB`, counted as file managers do (1 KB is 1,024 bytes)."""
    if count < 1024:
        return "1 byte" if count == 1 else f"{count} bytes"
    power = 1 if count < 1024**2 else 2 if count < 1024**3 else 3
    return f"{count / 1024**power:.1f} {('KB', 'MB', 'GB')[power - 1]}"


def reason(word: str) -> str:
    """The sentence for a machine's word; a calm one for a word that nobody wrote a sentence for."""
    return _WORDS["reasons"].get(word) or _WORDS["reasons"]["default"]


def why(said: str) -> str:
    """Why a message is as it is, for staff: the record's reason in sentences, its notes behind it."""
    word, *notes = said.split("; ")
    told = [_begun(word) or word, *notes]
    return " ".join(_sentence(_WORDS["why"].get(one, one)) for one in told if one)


def _begun(word: str) -> str | None:
    """The sentence of a reason that is a machine's word, or goes on with one."""
    if (said := _WORDS["reasons"].get(word)) is not None:
        # What its sender is asked is not for staff.
        return said.partition(" Please ")[0].format_map(_WAYS["mail"])
    begins, _, rest = word.partition(": ")
    if begins == "not authenticated":
        return _WORDS["senders"].get(rest) or _WORDS["reasons"]["not-authenticated"]
    if begins == "automatic":
        return f"A machine wrote it ({rest.replace('-', ' ')}), so nobody is answered"
    if re.fullmatch(r"[A-Z]\w+(?:Error|Exception|Warning)", word):
        return f"Handling it failed ({word}); the log says where"
    return word.replace("_", " ") if re.fullmatch(r"[a-z]+(?:_[a-z]+)+", word) else None


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}" + ("" if words.endswith((".", "!", "?")) else ".")


def alarm(kind: str, about: str) -> str:
    """What is wrong, in the words of a headline."""
    return (_WORDS["alarms"].get(kind) or _WORDS["alarms"]["default"]).format(about=about)


def date_doubt(word: str) -> str:
    """Why a date is asked."""
    return _WORDS["date_doubts"][word]


def receipt_fault(word: str) -> str:
    """What is wrong with a receipt."""
    return _WORDS["receipt_faults"][word]


def verdict(word: str) -> str:
    """What a file's verdict is called."""
    return _WORDS["verdicts"][word]


def event(word: str) -> str:
    """What happened, as it finishes "it can be …"."""
    return _WORDS["events"].get(word, word.replace("_", " "))


def next_step(word: str) -> str:
    """The one thing to do next."""
    return _WORDS["next"][word]


def rung(word: str, table: str = "rungs") -> str:
    """Who hears of a deadline on a rung; of the table `why_you`, why they do."""
    return _WORDS[table].get(word) or _WORDS[table]["owner"]


def by(channels: str) -> str:
    """How something is told: `by mail`, `in Slack`, `by mail and in Teams`."""
    told = (f"by {one}" if one == "mail" else f"in {one.capitalize()}" for one in channels.split(" and "))
    return " and ".join(told)


def left_out(word: str) -> str:
    """Why somebody is not reminded."""
    return _WORDS["left_out"].get(word, word)


def filing_status(word: str) -> str:
    """How a document stands at one target."""
    return _WORDS["filings"].get(word, word)


def way(channel: str) -> dict[str, Any]:
    """How people talk to us on a channel: the words for sending, and for what is sent."""
    return _WAYS["chat"] | _WAYS.get(channel, {})


def role(word: str) -> str:
    """What a role is called."""
    return _WORDS["roles"].get(word, word.replace("_", " "))


def mail(template: str) -> str:
    """What a mail of ours is."""
    return _WORDS["mails"].get(template) or _WORDS["mails"]["default"]


def sender(said: str | None) -> str:
    """Who wrote, for staff: an address as it is, a chat account that speaks for nobody in words."""
    chat = _WORDS["chats"].get((said or "").partition(":")[0])
    if not said or chat is None:
        return said or "nobody we can name"
    return f"an account in {chat} that is linked to nobody yet (…{said[-6:]})"


def button(label: str, on: str) -> str:
    """What stands on a button."""
    return ": ".join(filter(None, (_WORDS["buttons"][label], on)))


def short_digest(sha256: str) -> str:
    """Both ends of a digest: enough to compare by eye."""
    return f"{sha256[:8]}…{sha256[-8:]}"


def wrap(text: str, indent: int = 0, hang: int | None = None) -> str:
    """Lines of at most 72 columns; words, file names, digests, dates and codes are never broken."""
    glued = _KEPT_TOGETHER.sub(lambda found: found[0].replace(" ", _GLUE), text)
    filled = fill(
        glued,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hang is None else hang),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return filled.replace(_GLUE, " ")


def is_code(text: str) -> bool:
    """Whether this is an item's code (`I-EL 02`, `EL 02`); the names of forms are for machines only."""
    return _CODE.fullmatch(text) is not None


def by_due(some: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The soonest first; what has no date comes last."""
    return sorted(some, key=lambda one: one["due"] or "9999")


def _in_words_of_channel(sentence: Callable[[str], str]) -> Callable[[Context, str], str]:
    """What a filter of machine words says, with its braces filled in for where it is said."""

    @pass_context
    def filled(context: Context, word: str) -> str:
        return sentence(word).format_map(context["way"])

    return filled


FILTERS: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (
        long_date,
        pacific,
        utc,
        days_left,
        size,
        why,
        alarm,
        date_doubt,
        verdict,
        event,
        role,
        rung,
        left_out,
        by,
        filing_status,
        mail,
        sender,
        short_digest,
        wrap,
        by_due,
    )
}
FILTERS |= {one.__name__: _in_words_of_channel(one) for one in (reason, receipt_fault, next_step)}


def _day(value: str | date) -> date:
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(when, datetime):
        return when
    return when.astimezone(SACRAMENTO).date() if when.tzinfo else when.date()


def _shown(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    if kind == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return f"[U+{ord(letter):04X}]" if kind == "Cf" and letter not in _JOINERS else letter
