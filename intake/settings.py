"""Settings of the doors that mail comes in by. Every name is `CAIS_…` in the environment."""

import ssl
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from intake.envelope import preview_of
from intake.imap_accounts import Auth, read_accounts
from store.settings import Listen

MIB = 1024 * 1024


def _separated(addresses: object) -> object:
    """`a@x.org, b@x.org` as the environment gives it."""
    if not isinstance(addresses, str):
        return addresses
    return tuple(one.strip() for one in addresses.split(",") if one.strip())


def _mailboxes(addresses: tuple[str, ...]) -> tuple[str, ...]:
    if not addresses or not all(
        one.isprintable() and one.count("@") == 1 and one.strip("@") == one for one in addresses
    ):
        raise ValueError("must be addresses separated by commas, for example evidence@cais.example")
    if {one.lower() for one in addresses} & {preview_of(one).lower() for one in addresses}:
        raise ValueError("must not name a preview address: every mailbox has one of its own")
    return addresses


def _resolver(where: str) -> str:
    """An address and a port: a name would have to be looked up first."""
    host, _, port = where.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError("must be an address and a port, for example 127.0.0.1:53")
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        raise ValueError("must be an address and a port, for example 127.0.0.1:53") from None
    return where


def _receivers(names: tuple[str, ...]) -> tuple[str, ...]:
    if not all(
        name and said in ("", "below", "several") for name, _, said in (n.partition(":") for n in names)
    ):
        raise ValueError("must be names, each alone or with :below or :several")
    return names


Network = IPv4Network | IPv6Network
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_separated)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_separated)]
Mailboxes = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_separated), AfterValidator(_mailboxes)]


def _clamd(address: str) -> str:
    host, _, port = address.rpartition(":")
    if address.startswith("unix:/") or (host and port.isdigit() and 0 < int(port) < 65536):
        return address
    raise ValueError("must be unix:/path or host:port, for example unix:/run/clamav/clamd.ctl")


Clamd = Annotated[str, AfterValidator(_clamd)]


def _accounts(text: SecretStr) -> SecretStr:
    read_accounts(text.get_secret_value())
    return text


def _authorities(path: Path) -> Path:
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError):
        raise ValueError("must be a file of certificates (PEM)") from None
    return path


class IntakeSettings(BaseSettings):
    """Where mail comes in, for whom, and how much of it at once."""

    model_config = SettingsConfigDict(env_prefix="CAIS_", frozen=True, hide_input_in_errors=True)

    smtp_listen: Listen = Field(
        default="127.0.0.1:2525", description="Where the SMTP door listens, host:port"
    )
    mailbox: Mailboxes = Field(
        default=("evidence@cais.example",),
        description="The program inboxes, separated by commas",
    )
    max_message_bytes: int = Field(default=50 * MIB, ge=1024, description="The largest mail taken, in bytes")
    other_way_in: str = Field(
        default="send the files in several mails", description="What we tell people whose mail is too large"
    )
    smtp_cert: Path | None = Field(default=None, description="Certificate chain (PEM) for STARTTLS")
    smtp_key: Path | None = Field(default=None, description="Private key (PEM) for STARTTLS")
    smtp_connections: int = Field(default=1000, ge=1, description="Connections at once, in total")
    smtp_connections_per_address: int = Field(
        default=100, ge=1, description="Connections at once from one address"
    )
    smtp_idle_seconds: float = Field(
        default=120, gt=0, description="Silence after which a connection is closed"
    )
    smtp_transaction_seconds: float = Field(
        default=1800, gt=0, description="The longest a single mail may take"
    )
    imap: Annotated[SecretStr, AfterValidator(_accounts)] | None = Field(
        default=None,
        description="Mailboxes to poll, separated by spaces: imaps://user:password@host/INBOX;Junk, all parts"
        " percent-encoded; imap:// is STARTTLS",
    )
    imap_auth: Auth = Field(
        default="password", description="How to log in there: password, xoauth2 or oauthbearer"
    )
    imap_ca: Annotated[Path, AfterValidator(_authorities)] | None = Field(
        default=None,
        description="Your own authorities (a PEM file), whose certificates of mailbox servers are taken, too",
    )
    imap_processed: str = Field(default="Processed", description="The folder that kept mail is moved to")
    imap_poll_seconds: float = Field(
        default=60, ge=1, description="How often mailboxes are looked through; IDLE only makes it sooner"
    )
    imap_quiet_hours: float = Field(
        default=72, ge=0, description="Hours without any mail in a mailbox that raise an alarm; 0: never"
    )
    parse_cpu_seconds: int = Field(default=10, ge=1, description="CPU time one message may cost to read")
    parse_wall_seconds: float = Field(default=30, gt=0, description="Time one message may take to read")
    parse_memory_bytes: int = Field(
        default=512 * MIB, ge=64 * MIB, description="Memory of the reading process"
    )
    clamd: Clamd | None = Field(
        default=None,
        description="The malware scanner: unix:/path or host:port of clamd; unset: none is asked",
    )
    clamd_max_bytes: int = Field(
        default=25 * MIB,
        ge=1,
        description="The largest file that is sent to clamd, at most its StreamMaxLength; a larger one is"
        " filed unchecked, and that is said",
    )

    @model_validator(mode="after")
    def _mailboxes_can_be_polled(self) -> Self:
        accounts = read_accounts(self.imap.get_secret_value()) if self.imap else ()
        if self.imap_auth == "password" and not all(account.password for account in accounts):
            raise ValueError("CAIS_IMAP: names a user without a password, which CAIS_IMAP_AUTH asks for")
        if any(self.imap_processed in account.folders for account in accounts):
            raise ValueError("CAIS_IMAP_PROCESSED: must not be a folder that is polled")
        return self

    authserv_id: Annotated[Words, AfterValidator(_receivers)] = Field(
        default=(),
        description="The receiver's name (authserv-id) in its Authentication-Results, or several separated by"
        " commas; `microsoft365` for Microsoft's, which has none; `NAME:below` for one that writes it"
        " below its own Received header, `NAME:several` for one whose filters write a header each, all above"
        " its own Received header",
    )
    relays: Networks = Field(
        default=(IPv4Network("127.0.0.0/8"), IPv6Network("::1/128")),
        description="From where the receiver's mail comes to our door: addresses or networks, with commas",
    )
    mx: bool = Field(
        default=False,
        description="Whether we are the mail exchanger: we then verify senders ourselves, over DNS",
    )
    dns: Annotated[str, AfterValidator(_resolver)] | None = Field(
        default=None, description="The DNS resolver to ask, address:port; default: the system's"
    )
    arc_sealers: Words = Field(
        default=(),
        description="Forwarders whose word on whom a mail came from (ARC) is accepted: domains, with commas",
    )

    @model_validator(mode="after")
    def _certificate_with_its_key(self) -> Self:
        """Who sets one believes that mail is encrypted."""
        if (self.smtp_cert is None) != (self.smtp_key is None):
            raise ValueError("CAIS_SMTP_CERT and CAIS_SMTP_KEY: set both or none")
        missing = [str(path) for path in (self.smtp_cert, self.smtp_key) if path and not path.is_file()]
        if missing:
            raise ValueError(f"CAIS_SMTP_CERT and CAIS_SMTP_KEY: there is no file {', '.join(missing)}")
        return self
