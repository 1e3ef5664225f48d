"""The one place that knows mail-parser, which has no types."""

from email import message_from_bytes
from email.message import Message

from mailparser import parse_from_bytes  # type: ignore[import-untyped]
from mailparser.exceptions import MailParserRecursionError  # type: ignore[import-untyped]
from mailparser.utils import decode_header_part, get_addresses  # type: ignore[import-untyped]

TooDeep: type[Exception] = MailParserRecursionError


def parsed(data: bytes) -> Message:
    """The mail as the standard library's old tree, right for hostile mail. Raises TooDeep."""
    try:
        message: Message = parse_from_bytes(data).message
    except TooDeep:
        raise
    except Exception:
        # Such as a NUL in the name of a charset: mail-parser fails on it, the tree does not.
        return message_from_bytes(data)
    return message


def decoded(value: str) -> str:
    """A header's value with its encoded words read; as it stands where they are beyond reading."""
    try:
        text: str = decode_header_part(value)
    except Exception:
        return value
    return text


def mailboxes(value: str) -> list[str]:
    """The addresses mail-parser's own scanner finds in an address header."""
    return [address for _, address in get_addresses(value) if address]
