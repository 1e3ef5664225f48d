"""What somebody seems to want of their reminders, in words that no command has: only named, never done."""

import re

_MEANT = {
    "away": re.compile(
        r"\b(?:i'?m|i am|i'?ll be|i will be) (?:out|away|off|on (?:leave|vacation|holiday))\b"
        r"|\bout of (?:the )?office\b|\b(?:estoy|estar[eé]) (?:fuera|ausente|de (?:vacaciones|licencia))\b",
        re.I,
    ),
    "stop": re.compile(
        r"\b(?:stop|quit|no more|enough) (?:\w+ ){0,4}(?:remind|(?:e-?)?mails?\b)"
        r"|^\W*(?:please |pls |por favor )?(?:stop|basta|alto)"
        r"(?: (?:it|this|that|these|all|now|please|pls|por favor))*\W*$|\bdon'?t remind\b|\bunsubscribe\b"
        r"|\b(?:deje?n?|ya no|no) (?:de |me )*(?:recuerd|recordar)|\bno m[aá]s (?:recordatorios|avisos)\b",
        re.I | re.M,
    ),
    "not_me": re.compile(r"\bnot (?:mine|my (?:job|work|task|item))\b|\bno (?:es m[ií]o|me toca)\b", re.I),
    "sent": re.compile(
        r"\b(?:already|ya) (?:\w+ )?(?:sent|submitted|mandamos|mand[eé]|enviamos|envi[eé])\b", re.I
    ),
}


def meant_instead(said: str) -> str:
    """A machine word for it (see `NotUnderstood`); empty: nothing of the kind."""
    words = said.replace("’", "'")
    return next((name for name, pattern in _MEANT.items() if pattern.search(words)), "")
