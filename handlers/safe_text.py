"""Text from any door made safe to keep."""

import unicodedata


def safe(text: str) -> str:
    """What a database takes: no NUL, no lone surrogates; and the same letters always the same code points."""
    whole = text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
    return unicodedata.normalize("NFC", whole.replace("\0", ""))
