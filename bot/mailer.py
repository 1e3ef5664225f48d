"""The two ways out for mail: a smarthost, or a folder of `.eml` files where none is set."""

import asyncio
import os
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

import aiosmtplib
from pydantic import SecretStr

from bot.delivery import NeverAgain, Outgoing, TryLater
from bot.dkim_signer import DkimSigner
from bot.envelope import Rule, envelope_sender
from bot.letter import compose
from bot.oauth import TokenRefused, Tokens, TokenUnavailable

CONNECT_SECONDS = 30
ANSWER_SECONDS = 60
# Shorter than the lease of an outbox row, so that nobody else sends the same row meanwhile.
WHOLE_SECONDS = 240
TOO_LARGE = 552
# How Exchange says, only after the data, that we may not write as this sender.
SENDER_DENIED = re.compile(r"SendAsDenied|\b5\.7\.60\b|\b5\.2\.252\b", re.I)


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
    """Hands mail to a smarthost, signed if there is a signer. With `tokens`, a user without a password logs
    in by one."""

    def __init__(
        self,
        url: SecretStr,
        tokens: Tokens | None = None,
        *,
        envelope: Rule = "verp",
        signer: DkimSigner | None = None,
    ) -> None:
        self._host = Smarthost.of(url.get_secret_value(), tokens)
        self._envelope: Rule = envelope
        self._signer = signer

    async def send(self, outgoing: Outgoing) -> str:
        """The smarthost's final answer. Raises TryLater, NeverAgain, UnsafeHeader."""
        mail, sender = compose(outgoing), envelope_sender(outgoing, self._envelope)
        if self._signer is not None:
            mail = await self._signer.signed(mail)
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await self._hand_over(outgoing, sender, mail)
        except (TokenRefused, TokenUnavailable) as trouble:
            raise TryLater(f"{type(trouble).__name__}: {trouble}") from trouble
        except (OSError, TimeoutError, aiosmtplib.SMTPException) as trouble:
            raise verdict_on(trouble) from trouble

    async def _hand_over(self, outgoing: Outgoing, sender: str, mail: bytes) -> str:
        """A token that the smarthost takes for expired is fetched anew, once."""
        try:
            return await self._submit(outgoing, sender, mail)
        except aiosmtplib.SMTPAuthenticationError:
            if not self._host.forget_token():
                raise
            return await self._submit(outgoing, sender, mail)

    async def _submit(self, outgoing: Outgoing, sender: str, mail: bytes) -> str:
        to = outgoing.entry.to
        options = [] if f"{to}{outgoing.place.mailbox}".isascii() else ["SMTPUTF8"]
        async with self._host.client() as client:
            _, answer = await client.sendmail(
                sender, [to], mail, mail_options=options, timeout=ANSWER_SECONDS
            )
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
    tokens: Tokens | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str, tokens: Tokens | None = None) -> Self:
        """From a URL that the settings have checked."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        user, password = (unquote(one) if one else None for one in (parts.username, parts.password))
        port = parts.port or (465 if tls else 587 if user else 25)
        by_token = tokens if user and not password else None
        return cls(parts.hostname or "", port, tls, user, password, by_token)

    def client(self) -> aiosmtplib.SMTP:
        proven = self.tls or self.user is not None
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            oauth_token_generator=self._token if self.tokens else None,
            use_tls=self.tls,
            start_tls=False if self.tls else proven or None,
            tls_context=ssl.create_default_context() if proven else _opportunistic(),
            timeout=CONNECT_SECONDS,
        )

    async def _token(self) -> str:
        assert self.tokens is not None
        assert self.user is not None
        return await asyncio.to_thread(self.tokens, self.user)

    def forget_token(self) -> bool:
        """Whether there was a token that may have expired."""
        if self.tokens is None or self.user is None:
            return False
        self.tokens.forget(self.user)
        return True


def verdict_on(trouble: Exception) -> TryLater | NeverAgain:
    """Whether the smarthost said no for good to this very mail, or something stood in the way."""
    if isinstance(trouble, aiosmtplib.SMTPRecipientsRefused):
        trouble = trouble.recipients[0]
    if isinstance(trouble, aiosmtplib.SMTPNotSupported):
        return NeverAgain(str(trouble))
    if not isinstance(trouble, aiosmtplib.SMTPResponseException):
        return TryLater(f"{type(trouble).__name__}: {trouble}")
    return (NeverAgain if _is_final(trouble) else TryLater)(f"{trouble.code} {trouble.message}")


def _is_final(trouble: aiosmtplib.SMTPResponseException) -> bool:
    """A refusal of us as the sender is for an operator to mend, and no mail is lost meanwhile."""
    if isinstance(trouble, aiosmtplib.SMTPSenderRefused):
        return trouble.code == TOO_LARGE
    about_mail = isinstance(trouble, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError)
    return about_mail and trouble.code >= 500 and not SENDER_DENIED.search(trouble.message)


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
