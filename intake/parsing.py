"""A skeleton taken apart: headers, the parts that are words, the parts that are files.

Pure. A mail inside the mail is one file and is never looked into; no address header is read here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.message import Message

from intake import mail_parser
from intake.ambiguity import differs, may_hold_parts, readings
from intake.plain import line, one_line
from intake.skeleton import PART_HEADERS, NotRead, Skeleton

MOST_LEVELS = 20
MOST_PARTS = 500
LONGEST_MIME_HEADER = 96 * 1024
MOST_IDS = 20

_MIME_HEADER = re.compile(rb"(?im)(?:^|(?<=\r))content-[a-z-]{1,40}:")
_LINE_END = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?![ \t])")
_MAIL_TYPE = re.compile(rb"(?i)((?:^|[\r\n])content-type:(?:\r\n[ \t]|\n[ \t]|\r[ \t]|[ \t])*+)(?=message/)")
_EMPTY_LINE = re.compile(r"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)")
_FROM_LINE = re.compile(r"(?:^|[\r\n])from[ \t]*:", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,80}/[a-z0-9][a-z0-9.+_-]{0,80}")


@dataclass(frozen=True)
class Part:
    """One leaf: what was declared of it, and its content as encoded, long content still left out. Headers
    that are given twice and not the same (`ambiguous`) make it several parts with one number `leaf`, one for
    each way to read them; those after the first are `again`."""

    media_type: str
    name: str | None
    encoding: str
    charset: str
    content: bytes
    content_id: str = ""
    inside: str = ""
    attached: bool = False
    ambiguous: bool = False
    leaf: int = 0
    again: bool = False

    @property
    def is_words(self) -> bool:
        return self.media_type in ("text/plain", "text/html") and not self.name and not self.attached

    @property
    def is_silent(self) -> bool:
        """Neither words nor a file: another form of the words, or a machine's part of a report."""
        if self.name or self.attached:
            return False
        text = self.media_type.startswith("text/") and self.media_type != "text/calendar"
        return (text and self.inside == "alternative") or (self.inside == "report" and self._is_report)

    @property
    def _is_report(self) -> bool:
        return self.media_type in (
            "message/delivery-status",
            "message/disposition-notification",
            "message/feedback-report",
            "text/rfc822-headers",
        )


@dataclass(frozen=True)
class ParsedMail:
    """What a mail says of itself. `from_lines` are raw; `headers` are all of them, unfolded, in order."""

    subject: str
    message_id: str | None
    answers: tuple[str, ...]
    references: tuple[str, ...]
    from_lines: tuple[str, ...]
    repeated: bool
    headers: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]


def parse(skeleton: Skeleton) -> ParsedMail:
    """Raises NotRead(`headers-too-long` | `nested-too-deep` | `too-many-parts`)."""
    _check_header_lengths(skeleton.data)
    # Under another type an attached mail is one leaf to every parser, and keeps its bytes.
    closed = _MAIL_TYPE.sub(rb"\1" + skeleton.mark, skeleton.data)
    try:
        message = mail_parser.parsed(closed)
    except (mail_parser.TooDeep, RecursionError):
        raise NotRead("nested-too-deep") from None
    leaves = enumerate(_leaves(message))
    parts = tuple(part for at, leaf in leaves for part in _parts(at, *leaf, skeleton.mark))
    return _mail(message, skeleton.data, parts)


def _opened(data: bytes, mark: bytes) -> bytes:
    """With the types of attached mails as they were; what was left out stays so."""
    return re.sub(re.escape(mark) + rb"(?=message/)", b"", data, flags=re.IGNORECASE)


def _check_header_lengths(data: bytes) -> None:
    """Long MIME headers cost the parsers below quadratic time."""
    for found in _MIME_HEADER.finditer(data):
        end = _LINE_END.search(data, found.end())
        if (end.start() if end else len(data)) - found.end() > LONGEST_MIME_HEADER:
            raise NotRead("headers-too-long")


def _leaves(message: Message) -> Iterator[tuple[Message, str]]:
    """The leaves in order, each with the subtype of the multipart around it."""
    waiting, parts = [(message, "", 0)], 0
    while waiting:
        part, inside, level = waiting.pop()
        parts += 1
        if level > MOST_LEVELS:
            raise NotRead("nested-too-deep")
        if parts > MOST_PARTS:
            raise NotRead("too-many-parts")
        if differs(part, "content-type") and may_hold_parts(part):
            raise NotRead("ambiguous")
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            subtype = part.get_content_subtype()
            waiting += [(child, subtype, level + 1) for child in reversed(_children(part))]
        else:
            yield part, inside


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _parts(at: int, leaf: Message, inside: str, mark: bytes) -> Iterator[Part]:
    view, content = _readable(leaf, mark), _opened(_content(leaf), mark)
    if leaf.defects and _ends_in_headers(content, mark):
        raise NotRead("headers-too-long")
    ambiguous = any(differs(view, name) for name in set(view.keys()))
    for number, one in enumerate(readings(view)):
        part = _part(one, inside, content)
        yield replace(part, ambiguous=ambiguous, leaf=at, again=number > 0)


def _part(view: Message, inside: str, content: bytes) -> Part:
    return Part(
        media_type=_media_type(view),
        name=_name(view),
        encoding=str(view.get("content-transfer-encoding", "")).strip().lower(),
        charset=_declared(view.get_content_charset).strip(),
        content=content,
        content_id=str(view.get("content-id", "")).strip().strip("<>"),
        inside=inside,
        attached=view.get_content_disposition() == "attachment",
    )


def _readable(leaf: Message, mark: bytes) -> Message:
    """The MIME headers as text: UTF-8 or, in the mail of old programs, Windows-1252."""
    view = Message()
    view.set_default_type(leaf.get_default_type())
    for name, raw in leaf.raw_items():
        value = _opened(str(raw).encode("ascii", "surrogateescape"), mark)
        if mark in value:
            raise NotRead("headers-too-long")
        if name.lower().startswith("content-"):
            view[name] = line(value)
    return view


def _ends_in_headers(content: bytes, mark: bytes) -> bool:
    """Whether the headers ended only because the rest of them was left out."""
    return mark in re.split(rb"[\r\n]", content[: 2 * PART_HEADERS], maxsplit=1)[0]


def _content(leaf: Message) -> bytes:
    """The content still encoded. A digest's entries are mails even to us, so they are written out again."""
    if leaf.is_multipart():
        return b"".join(child.as_bytes() for child in _children(leaf))
    del leaf["content-transfer-encoding"]
    content = leaf.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _media_type(view: Message) -> str:
    declared = view.get_content_type()
    return declared if _MEDIA_TYPE.fullmatch(declared) else "application/octet-stream"


def _name(view: Message) -> str | None:
    return mail_parser.decoded(_declared(view.get_filename)) or None


def _declared(ask: Callable[[], str | None]) -> str:
    """A parameter of a MIME header, or nothing where its pieces are beyond the library."""
    try:
        return ask() or ""
    except Exception:
        return ""


def _mail(message: Message, data: bytes, parts: tuple[Part, ...]) -> ParsedMail:
    raw = [(name, str(value)) for name, value in message.raw_items()]
    headers = tuple((name, line(value.encode("ascii", "surrogateescape"))) for name, value in raw)
    named = {name: _values(headers, name) for name in ("subject", "date", "message-id")}
    references = _ids(*_values(headers, "references"))
    return ParsedMail(
        subject=_subject(named["subject"]),
        message_id=next(iter(_ids(*named["message-id"])), None),
        answers=tuple(dict.fromkeys((*_ids(*_values(headers, "in-reply-to")), *references[::-1])))[:MOST_IDS],
        references=references[-MOST_IDS:],
        from_lines=_from_lines(raw, data),
        repeated=any(len(values) > 1 for values in named.values()),
        headers=headers,
        parts=parts,
    )


def _from_lines(raw: list[tuple[str, str]], data: bytes) -> tuple[str, ...]:
    """The From headers; one that only other programs would take for a header counts as one more."""
    found = tuple(value for name, value in raw if name.lower() == "from")
    head = _EMPTY_LINE.split(data[: 512 * 1024].decode("latin-1"), maxsplit=1)[0]
    return found + ("",) * (len(_FROM_LINE.findall(head)) - len(found))


def _values(headers: tuple[tuple[str, str], ...], wanted: str) -> list[str]:
    return [value for name, value in headers if name.lower() == wanted]


def _subject(values: list[str]) -> str:
    return one_line(mail_parser.decoded(values[0])) if values else ""


def _ids(*values: str) -> tuple[str, ...]:
    return tuple(one_line(found) for value in values for found in _MESSAGE_ID.findall(value))
