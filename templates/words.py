"""How machine words are said: reasons, verdicts, roles, rungs, channels (`words.toml`, `ways.toml`). Pure."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

_WORDS: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
_WAYS: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("ways.toml").read_text("utf-8"))


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


def _in_words_of_channel(sentence: Callable[[str], str]) -> Callable[[Context, str], str]:
    """What a filter of machine words says, with its braces filled in for where it is said."""

    @pass_context
    def filled(context: Context, word: str) -> str:
        return sentence(word).format_map(context["way"])

    return filled


WORD_FILTERS: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (why, alarm, date_doubt, verdict, event, role, rung, left_out, by, filing_status, mail, sender)
}
WORD_FILTERS |= {one.__name__: _in_words_of_channel(one) for one in (reason, receipt_fault, next_step)}
