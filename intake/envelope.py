"""Words of the SMTP envelope: paths, our mailboxes, and text that every database can hold. Pure."""

import re
from collections.abc import Collection, Sequence

# A path of RFC 5321, with or without source route and brackets, then parameters. aiosmtpd would ask the
# standard library's header parser, which takes longer than all the rest of a small mail.
PATH = re.compile(
    r"""\s* (?: < (?:@[^<>:]*:)? (?P<path> (?: "(?:[^"\\]|\\.)*" | [^\s<>"\\] )* ) >
              | (?P<bare> [^\s<>"]+@[^\s<>"]+ ) ) (?P<parameters> (?:\s.*)? )""",
    re.VERBOSE,
)


def read_path(text: str) -> tuple[str | None, str | None]:
    """The address and the parameters after it, or twice None. The null sender is `<>`, as aiosmtpd has it."""
    found = PATH.fullmatch(text)
    if found is None:
        return None, None
    return found["path"] or found["bare"] or "<>", found["parameters"].strip()


def recipient_refusal(address: str, mailboxes: Collection[str]) -> str | None:
    """Ours are the mailboxes, any `+detail` of them, and postmaster, whom RFC 5321 demands everywhere.

    `mailboxes` are in lower case, the preview addresses among them. What comes for postmaster is held
    for a person like any stranger's mail.
    """
    local, _, domain = address.lower().rpartition("@") if "@" in address else (address.lower(), "", "")
    domains = {mailbox.rpartition("@")[2] for mailbox in mailboxes}
    if local == "postmaster" and (not domain or domain in domains):
        return None
    if f"{local}@{domain}" in mailboxes or f"{local.partition('+')[0]}@{domain}" in mailboxes:
        return None
    if domain in domains:
        return "550 5.1.1 There is no such mailbox here"
    return "550 5.7.1 We take mail for our own mailboxes only"


def preview_of(mailbox: str) -> str:
    """`evidence-preview@…`: mail to it is answered as if it came to `evidence@…`, but nothing changes."""
    local, at, domain = mailbox.rpartition("@")
    return f"{local}-preview{at}{domain}"


def with_previews(mailboxes: Sequence[str]) -> tuple[str, ...]:
    """All addresses that are ours."""
    return (*mailboxes, *map(preview_of, mailboxes))


def declared_size(options: Collection[str]) -> int:
    """What MAIL FROM says about the mail's size in bytes; 0 when it says nothing that can be read."""
    sizes = [option[len("SIZE=") :] for option in options if option.startswith("SIZE=")]
    return max((int(size) for size in sizes if size.isdecimal()), default=0)


def storable(text: str) -> str:
    """As it came where it can be; NUL and bytes that are no UTF-8, which databases refuse, as `\\x…`."""
    raw = text.encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
