"""Questions of people who know no command: what there is to do, and whom to talk to. Pure.

They count only as a whole short message: more words, a file or a link may mean something else.
"""

import re
from typing import Literal

from handlers.grammar import plain
from handlers.manners import without_signature
from handlers.messages import Message
from handlers.own_lines import own_lines, own_subject

LONGEST = 80
_DO = r"(?:do|submit|send|turn in|hand in|upload)"
_TO_DO = re.compile(
    rf"what (?:do|must|should|can) (?:i|we) (?:(?:still )?(?:have|need) to )?(?:still )?{_DO}"
    r"(?: now| next| first)?"
    r"|what(?:'?s| is| comes) (?:next|missing|left|due|to do|left to do|still missing)(?: now)?"
    r"|(?:what|where) now|what next|anything (?:left )?(?:to do|missing)(?: for (?:me|us))?"
    r"|que (?:me |nos )?(?:falta|queda)(?: por hacer)?"
    r"|que (?:tengo|tenemos|hay|debo|debemos)(?: que)? (?:hacer|enviar|mandar|entregar)(?: ahora)?"
    r"|que sigue(?: ahora)?",
    re.I,
)
_SOMEBODY = (
    r"(?:a |an )?(?:actual |real |live )?(?:humans?|person|people|someone|somebody|anyone|human being)"
)
_WHOM = re.compile(
    rf"(?:(?:can|could|may) (?:i|we)|(?:i|we) (?:want|need|would like|'?d like) to) (?:please )?"
    rf"(?:talk|speak|chat) (?:to|with) {_SOMEBODY}"
    r"|who(?:m)? (?:can|do|should|could|must) (?:i|we) (?:call|phone|ask|contact|talk to|speak (?:to|with))"
    r"|(?:puedo|podemos|quiero|queremos|necesito|podria) hablar con (?:una persona|alguien|un humano)"
    r"|(?:a|con) quien (?:puedo|podemos|debo) (?:llamar|hablar|preguntar)",
    re.I,
)
_ACCENTS = str.maketrans("áéíóúÁÉÍÓÚ", "aeiouaeiou")


def plainly_asked(message: Message) -> Literal["to_do", "whom"] | None:
    """What a message asks that is nothing but such a question."""
    if message.files or message.links:
        return None
    lines = [line for line in without_signature(own_lines(message)) if line.strip()]
    lines = lines or [own_subject(message)]
    said = " ".join(plain(lines[0][: LONGEST + 1]).translate(_ACCENTS).strip(" ¿?!.").split())
    if len(lines) > 1 or len(lines[0]) > LONGEST:
        return None
    return "to_do" if _TO_DO.fullmatch(said) else "whom" if _WHOM.fullmatch(said) else None
