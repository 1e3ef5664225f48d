"""The mailboxes that we poll, as `CAIS_IMAP` names them. Pure; no password is ever in a name or an error."""

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import SecretStr

Auth = Literal["password", "xoauth2", "oauthbearer"]
PORTS = {"imaps": 993, "imap": 143}
JUNK_NAMES = {"junk", "spam", "junk email", "junk e-mail", "bulk mail"}
FORM = "must look like imaps://user:password@host/INBOX;Junk (user, password and folders percent-encoded)"


@dataclass(frozen=True)
class Account:
    """One mailbox account. The first folder is its inbox. `tls` from the first byte (`imaps://`)."""

    host: str
    port: int
    tls: bool
    user: str
    password: SecretStr | None = field(repr=False)
    folders: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called in keys, alarms and logs."""
        usual = PORTS["imaps" if self.tls else "imap"]
        return f"{self.user}@{self.host}" + (f":{self.port}" if self.port != usual else "")

    @property
    def is_local(self) -> bool:
        """On this machine, where a password may go without TLS."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def read_accounts(text: str) -> tuple[Account, ...]:
    """Accounts separated by spaces or commas. Raises ValueError, whose words hold nothing of the text."""
    accounts = tuple(_account(url) for url in re.split(r"[\s,]+", text.strip()) if url)
    if not accounts:
        raise ValueError(FORM)
    if len({account.name for account in accounts}) < len(accounts):
        raise ValueError("names an account twice; its folders are separated by semicolons")
    return accounts


def is_junk_name(folder: str) -> bool:
    """`INBOX.Spam` and the like: the last part of the folder's path says what it holds."""
    return re.split(r"[/.\\]", folder)[-1].lower() in JUNK_NAMES


def _account(url: str) -> Account:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(FORM) from None  # its words quote the text, perhaps the password
    if parts.scheme not in PORTS or not parts.hostname or not parts.username or parts.query or parts.fragment:
        raise ValueError(FORM)
    password = SecretStr(unquote(parts.password)) if parts.password else None
    where = (parts.hostname, port or PORTS[parts.scheme], parts.scheme == "imaps")
    return Account(*where, unquote(parts.username), password, _folders(parts))


def _folders(parts: SplitResult) -> tuple[str, ...]:
    named = [unquote(one) for one in parts.path.strip("/").split(";") if one]
    return tuple(dict.fromkeys(named)) or ("INBOX",)
