"""The two ways out for mail: a smarthost, or a folder of `.eml` files where none is set."""

import asyncio
import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

import aiosmtplib
from pydantic import SecretStr

from bot.delivery import NeverAgain, Outgoing, TryLater
from bot.letter import compose

CONNECT_SECONDS = 30
ANSWER_SECONDS = 60
# Shorter than the lease of an outbox row, so that nobody else sends the same row meanwhile.
WHOLE_SECONDS = 240


class FolderMailer:
    """Writes `out-<number>.eml` into a folder: each file appears whole and survives a power cut."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, outgoing: Outgoing) -> str:
        """Raises TryLater when the disk does not take it, UnsafeHeader."""
        name, mail = f"out-{outgoing.entry.id}.eml", compose(outgoing)
        try:
            await asyncio.to_thread(_write, self._folder / name, mail)
        except OSError as trouble:
            raise TryLater(f"folder: {trouble.strerror}") from trouble
        return f"written to {name}"


class SmarthostMailer:
    """Hands mail to a smarthost with the null sender, so that no robot answers it."""

    def __init__(self, url: SecretStr) -> None:
        self._host = Smarthost.of(url.get_secret_value())

    async def send(self, outgoing: Outgoing) -> str:
        """The smarthost's final answer. Raises TryLater, NeverAgain, UnsafeHeader."""
        mail = compose(outgoing)
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await self._hand_over(outgoing, mail)
        except (OSError, TimeoutError, aiosmtplib.SMTPException) as trouble:
            raise verdict_on(trouble) from trouble

    async def _hand_over(self, outgoing: Outgoing, mail: bytes) -> str:
        to = outgoing.entry.to
        options = [] if f"{to}{outgoing.place.mailbox}".isascii() else ["SMTPUTF8"]
        async with self._host.client() as client:
            _, answer = await client.sendmail("", [to], mail, mail_options=options, timeout=ANSWER_SECONDS)
            return answer


@dataclass(frozen=True)
class Smarthost:
    """The server that takes our mail: `smtp` with STARTTLS where it is offered, or `smtps`.

    With a user the connection must be encrypted and the host must have proved its name.
    """

    host: str
    port: int
    tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str) -> Self:
        """From a URL that the settings have checked."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        user, password = (unquote(one) if one else None for one in (parts.username, parts.password))
        port = parts.port or (465 if tls else 587 if user else 25)
        return cls(parts.hostname or "", port, tls, user, password)

    def client(self) -> aiosmtplib.SMTP:
        proven = self.tls or self.user is not None
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.tls,
            start_tls=False if self.tls else proven or None,
            tls_context=ssl.create_default_context() if proven else _opportunistic(),
            timeout=CONNECT_SECONDS,
        )


def verdict_on(trouble: Exception) -> TryLater | NeverAgain:
    """Whether the smarthost said no for good to this very mail, or something stood in the way."""
    if isinstance(trouble, aiosmtplib.SMTPRecipientsRefused):
        trouble = trouble.recipients[0]
    if isinstance(trouble, aiosmtplib.SMTPNotSupported):
        return NeverAgain(str(trouble))
    if not isinstance(trouble, aiosmtplib.SMTPResponseException):
        return TryLater(f"{type(trouble).__name__}: {trouble}")
    about_mail = (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError)
    final = isinstance(trouble, about_mail) and trouble.code >= 500
    return (NeverAgain if final else TryLater)(f"{trouble.code} {trouble.message}")


def _opportunistic() -> ssl.SSLContext:
    """Encryption without proof of name still beats plain text, which would be the alternative."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
