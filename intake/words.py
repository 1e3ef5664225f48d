"""The words of a mail from its text parts: character sets, HTML to text, and what HTML refers to. Pure."""

import codecs
import re
from collections.abc import Iterable
from urllib.parse import unquote

from handlers.safe_text import safe

MOST_BYTES = 256 * 1024
MOST_LINKS = 20

# What people's programs mean by these names.
_MEANT = {"iso-8859-1": "cp1252", "us-ascii": "cp1252", "latin1": "cp1252", "gb2312": "gb18030"}
# Not character sets of any mail, or slow on purpose.
_REFUSED = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"}
_HREF = re.compile(r"""href\s*+=\s*+["']?([^"'\s>]{1,2000})""", re.IGNORECASE)
_CID = re.compile(r"""cid:([^"'\s>)]{1,250})""", re.IGNORECASE)
_HOST = re.compile(r"https?://(?:[^\s/@<>\"']{1,100}@)?([a-z0-9.-]{1,253})", re.IGNORECASE)
# Where Outlook's quote begins; no element encloses it, so a line is drawn that ends the sender's own text.
_DIVIDERS = re.compile(
    r"(?=<[a-z]{1,10}\b[^<>]{0,200}\bid=[\"']?(?:x_){0,9}(?:divRplyFwdMsg|appendonsend))", re.IGNORECASE
)
DIVIDER = f"<p>{'_' * 32}</p>"
_LETTERS = re.compile(r"[^\W_]+")
# What programs write into plain text for a link, a picture, an item of a list.
_NOT_IN_HTML = re.compile(
    r"<[^<>\n]{1,2000}>|\[[^\[\]\n]{1,2000}\]|https?://\S+|^[ \t]*(?:\d{1,3}[.)]|[o·•*-])[ \t]", re.MULTILINE
)
_QUOTE_IN_HTML = re.compile(
    r"<blockquote|gmail_quote|divRplyFwdMsg|id=[\"']?appendonsend|moz-cite-prefix|moz-forward-container",
    re.IGNORECASE,
)
_CLOUDS = (
    "drive.google.com",
    "docs.google.com",
    "sharepoint.com",
    "onedrive.live.com",
    "onedrive.com",
    "1drv.ms",
    "dropbox.com",
    "db.tt",
    "box.com",
    "icloud.com",
)


def text_of(data: bytes, charset: str) -> str:
    """As declared, else UTF-8, else Windows-1252; an unknown character set is passed over."""
    for name in (_MEANT.get(charset, charset), "utf-8"):
        if (text := _decoded(data, name)) is not None:
            return safe(text)
    return safe(data.decode("cp1252", "replace"))


def _decoded(data: bytes, charset: str) -> str | None:
    try:
        known = codecs.lookup(charset).name
        return None if known in _REFUSED else data.decode(known)
    except (LookupError, ValueError):
        return None


def text_of_html(html: str) -> str:
    """What a reader sees of it, above what the writer quotes: hidden text, comments and styles are no words.

    Empty where the library fails: without it nobody could tell what is shown, and the mail is kept anyway.
    """
    from intake.shown import shown_text  # loads a library that only the reading process needs

    try:
        text = shown_text(_DIVIDERS.sub(DIVIDER, html))
    except Exception:
        return ""
    return "\n".join(line.strip() for line in text.split("\n"))


def says_more(fresh: str, shown: str) -> bool:
    """Whether a line of the sender's own text is nowhere in the text that the same mail's HTML shows."""
    there = (_letters(shown), _letters(_NOT_IN_HTML.sub(" ", shown)))
    bare = _NOT_IN_HTML.sub(" ", fresh).splitlines()
    return any(
        _letters(line) not in there[0] and not any(_letters(short) in one for one in there)
        for line, short in zip(fresh.splitlines(), bare, strict=True)
    )


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text.casefold()))


def content_ids(html: str) -> frozenset[str]:
    """The parts that HTML shows inside itself."""
    return frozenset(unquote(found) for found in _CID.findall(html))


def cloud_hosts(text: str, pages: Iterable[str]) -> tuple[str, ...]:
    """The hosts of cloud files that words or links point to. Only hosts: a whole address may be a key."""
    links = [link for html in pages for link in _HREF.findall(_above_quote(html))]
    # A gateway's rewritten link has the real one inside, escaped.
    hosts = (host.lower().rstrip(".") for part in (text, *links) for host in _HOST.findall(unquote(part)))
    return tuple(dict.fromkeys(host for host in hosts if _is_cloud(host)))[:MOST_LINKS]


def _above_quote(html: str) -> str:
    return _QUOTE_IN_HTML.split(html, maxsplit=1)[0]


def _is_cloud(host: str) -> bool:
    return any(host == cloud or host.endswith(f".{cloud}") for cloud in _CLOUDS)
