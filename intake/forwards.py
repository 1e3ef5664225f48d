"""Whether a mail passes somebody else's mail on: then it answers nothing, whatever its headers say. Pure."""

import re
from collections.abc import Iterable

# What mail programs put before the subject of a forward, in their languages; `RE:` in front is a reply.
_SUBJECT = re.compile(
    r"\s{0,3}(?:fwd?|wg|tr|rv|enc|i|vb|vl|doorst|pd|ilt|reenv|转发|轉寄)(?:\[\d{1,3}\])?\s{0,3}[:：]",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"[>\s]{0,9}(?:-{2,15} ?(?:forwarded (?:message|by [^-]{1,80})|weitergeleitete nachricht"
    r"|mensaje reenviado"
    r"|message (?:transféré|réexpédié)|messaggio inoltrato|mensagem (?:en|reen)caminhada"
    r"|doorgestuurd bericht"
    r"|vidarebefordrat meddelande|videresend(?:t|te) (?:meddelelse|melding)|wiadomość przekazana dalej"
    r"|treść przekazanej wiadomości|转发的邮件|轉寄郵件) ?-{0,15}"
    r"|(?:begin forwarded message|anfang der weitergeleiteten nachricht|inicio del mensaje reenviado"
    r"|début du message (?:transféré|réexpédié)|inizio messaggio inoltrato"
    r"|início da mensagem (?:en|reen)caminhada|begin doorgestuurd bericht) ?:)",
    re.IGNORECASE,
)


def is_forward(headers: Iterable[tuple[str, str]], subject: str, rest: str) -> bool:
    """By the header that Thunderbird sets, by the first mark of the subject, or by how the rest begins."""
    if any(name.lower() == "x-forwarded-message-id" for name, _ in headers):
        return True
    first = next((line for line in rest.splitlines() if line.strip()), "")
    return _SUBJECT.match(subject) is not None or FORWARDED.match(first) is not None
