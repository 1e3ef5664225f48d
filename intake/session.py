"""What a client may say on an SMTP connection, and the one place that answers 250 to a mail."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from aiosmtpd.smtp import MISSING, syntax

from intake.connection import Connection
from intake.data_stream import Incoming, TooLarge, chunk_blocks, data_blocks
from intake.envelope import declared_size, read_path, recipient_refusal, storable
from intake.lobby import CLOSING, Lobby
from intake.trouble import log, not_taken
from store.keeping import Arrival

COMMANDS = "HELO EHLO STARTTLS MAIL RCPT DATA BDAT RSET NOOP VRFY EXPN HELP QUIT"
RECIPIENTS = 100
UNKNOWN_RECIPIENTS = 10
CHUNK = re.compile(r"([0-9]{1,19})( +LAST)?", re.IGNORECASE)
GUARD = secrets.token_bytes(16)


class IntakeSMTP(Connection):
    """DATA and BDAT stream into the keeper; the rest of the protocol is aiosmtpd's."""

    commands = tuple(COMMANDS.split())

    def __init__(self, lobby: Lobby) -> None:
        super().__init__(lobby)
        self._message: Incoming | None = None
        self._unknown = 0

    @syntax("EHLO hostname")
    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        if not hostname:
            await self.push("501 Syntax: EHLO hostname")
            return
        self._set_post_data_state()
        self.session.extended_smtp = True
        self.session.host_name = hostname
        await self.push("\r\n".join(self._offers()))

    def _offers(self) -> list[str]:
        offers = [self.hostname, f"SIZE {self._lobby.settings.max_message_bytes}"]
        offers += ["8BITMIME", "SMTPUTF8", "PIPELINING", "CHUNKING"]
        if self.tls_context and not self._tls_protocol:
            offers.append("STARTTLS")
        return [f"250-{offer}" for offer in offers] + ["250 HELP"]

    @syntax("STARTTLS", when="tls_context")
    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        if self._tls_protocol:
            await self.push("503 5.5.1 TLS is on already")
        else:
            await super().smtp_STARTTLS(arg)

    @syntax("VRFY <address>")
    async def smtp_VRFY(self, arg: str) -> None:  # noqa: ARG002, N802
        await self.push("252 2.5.2 We do not say who is here; send the mail and see")

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        refusal = self._no_transaction() or self._no_data(arg)
        if refusal:
            await self.push(refusal)
        elif await self._came_early():
            self.hang_up("503 5.5.1 Mail came before we said 354")
        else:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._receive(data_blocks(self._reader), self._opened())
            await self._keep(self._opened())

    @syntax("BDAT octets [LAST]")
    async def smtp_BDAT(self, arg: str | None) -> None:  # noqa: N802
        chunk = CHUNK.fullmatch(arg or "")
        if chunk is None:  # what follows is a piece of mail of unknown length, not commands
            self.hang_up("501 5.5.4 Syntax: BDAT octets [LAST]")
            return
        refusal = self._no_transaction()
        await self._receive(chunk_blocks(self._reader, int(chunk[1])), None if refusal else self._opened())
        if refusal:
            await self.push(refusal)
        elif chunk[2]:
            await self._keep(self._opened())
        else:
            too_large = self._opened().too_large
            await self.push(self._lobby.too_large if too_large else f"250 2.0.0 {chunk[1]} octets received")

    async def _call_handler_hook(self, command: str, *args: Any) -> Any:
        """aiosmtpd asks here once it has read a command; MISSING lets it go on."""
        if command == "MAIL":
            return self._sender_refusal(args[1]) or MISSING
        if command == "RCPT":
            return self._recipient_refusal(args[0]) or MISSING
        return MISSING

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        return read_path(arg)

    def _sender_refusal(self, options: list[str]) -> str | None:
        trouble = self._lobby.trouble()
        if trouble:
            return not_taken(trouble)
        if declared_size(options) > self._lobby.settings.max_message_bytes:
            return self._lobby.too_large
        return None

    def _recipient_refusal(self, address: str) -> str | None:
        if len(self.envelope.rcpt_tos) >= RECIPIENTS:
            return f"452 4.5.3 No more than {RECIPIENTS} recipients at once, please send the others again"
        refusal = recipient_refusal(address, self._lobby.mailboxes)
        self._unknown += refusal is not None
        if self._unknown >= UNKNOWN_RECIPIENTS:
            log.warning("smtp.too_many_unknown_recipients", peer=self.peer)
            self.hang_up("421 4.7.0 Too many unknown recipients")
        return refusal

    def _no_transaction(self) -> str | None:
        if not self.session.host_name:
            return "503 5.5.1 Send EHLO first"
        if not self.envelope.rcpt_tos:
            return "503 5.5.1 Send MAIL and RCPT first"
        return None

    def _no_data(self, arg: str | None) -> str | None:
        if arg:
            return "501 5.5.4 Syntax: DATA"
        if self._message:
            return "503 5.5.1 This mail has begun with BDAT, which cannot be mixed with DATA"
        return None

    async def _came_early(self) -> bool:
        """Whether anything is in the buffer already. The CRLF stays there: `data_blocks` asks for it."""
        if self._input_ended:
            raise asyncio.IncompleteReadError(b"", None)
        self._reader.feed_data(GUARD + b"\r\n")
        return await self._reader.readexactly(len(GUARD)) != GUARD

    async def _receive(self, blocks: AsyncIterator[bytes], message: Incoming | None) -> None:
        """Read to the end, come what may; without a message, to throw away. See `handle_exception`."""
        self._receiving = True
        async for block in blocks:
            if message:
                await message.add(block)
        self._receiving = False

    async def _keep(self, message: Incoming) -> None:
        """The one place that says yes, after the lobby has returned the number of a durable mail."""
        arrival = self._arrival(message.since)
        self._message, self._keeping = None, True
        try:
            answer = f"250 2.0.0 kept as {await self._lobby.keep(message, arrival)}"
        except TooLarge:
            answer = self._lobby.too_large
        except Exception as error:
            answer = not_taken(error)
        self._keeping = False
        self._new_deadline()
        self._set_post_data_state()
        await self.push(answer)
        if self._lobby.closing:
            self.hang_up(CLOSING)

    def _opened(self) -> Incoming:
        if self._message is None:
            self._message = self._lobby.incoming()
        return self._message

    def _arrival(self, since: datetime) -> Arrival:
        sender = self.envelope.mail_from or "<>"
        envelope = {
            "mail_from": "" if sender == "<>" else storable(sender),
            "rcpt_tos": [storable(address) for address in self.envelope.rcpt_tos],
            "peer": self.peer,
            "helo": storable(self.session.host_name or ""),
            "tls": self.session.ssl is not None,
            "smtputf8": self.envelope.smtp_utf8,
        }
        return Arrival("mail", since, envelope)

    def _set_post_data_state(self) -> None:
        self.envelope = self._create_envelope()
        self._forget()

    def _forget(self) -> None:
        message, self._message = self._message, None
        if message:
            self._lobby.discard(message)
