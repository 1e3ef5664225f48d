"""One SMTP connection: aiosmtpd speaks the protocol; here are our DATA and BDAT, our limits and answers."""

import asyncio
import collections
import re
import secrets
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any, AnyStr

from aiosmtpd.smtp import MISSING, SMTP, Envelope, Session, TLSSetupException, syntax

from intake.data_stream import Incoming, TooLarge, chunk_blocks, data_blocks
from intake.envelope import declared_size, read_path, recipient_refusal, storable
from intake.lobby import GRACE_SECONDS, Lobby
from intake.trouble import log, not_taken
from store.keeping import Arrival

COMMANDS = "HELO EHLO STARTTLS MAIL RCPT DATA BDAT RSET NOOP VRFY EXPN HELP QUIT".split()
CALLS = {"*": 100, "MAIL": 10_000, "RCPT": 100_000, "DATA": 10_000, "BDAT": 100_000, "RSET": 10_000}
COMMAND_BYTES = 2048
RECIPIENTS = 100
UNKNOWN_RECIPIENTS = 10
CHUNK = re.compile(r"([0-9]{1,19})( +LAST)?", re.IGNORECASE)
GUARD = secrets.token_bytes(16)


class IntakeSMTP(SMTP):
    """One connection. Trouble of ours is always answered with 451 and a reference, never with its cause."""

    # aiosmtpd sets these in connection_made, before anything of ours runs.
    session: Session
    envelope: Envelope
    _handler_coroutine: asyncio.Task[None]
    _timeout_handle: asyncio.TimerHandle

    line_length_limit = 64 * 1024  # the reader's buffer, in blocks of which DATA comes; lines do not count
    command_size_limit = COMMAND_BYTES

    def __init__(self, lobby: Lobby) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(
            self,  # no second object to be searched for hooks; see __dir__
            data_size_limit=None,
            enable_SMTPUTF8=True,
            hostname=lobby.name,
            ident="ESMTP",
            tls_context=lobby.tls,
            command_call_limit=CALLS,
            loop=loop,
        )
        self.command_size_limits = collections.defaultdict(lambda: COMMAND_BYTES)
        self._lobby = lobby
        self._message: Incoming | None = None
        self._unknown = 0
        self._ended = self._receiving = self._keeping = False
        self._active_at = loop.time()
        self._new_deadline()

    def __dir__(self) -> Iterable[str]:
        """All that aiosmtpd needs to see: it searches every attribute for commands at each connection."""
        return [f"smtp_{command}" for command in COMMANDS]

    @property
    def peer(self) -> str:
        """The client's address; a client that was gone before we looked has none."""
        address = self._writer.get_extra_info("peername")
        return str(address[0]) if address else "unknown"

    @property
    def in_transaction(self) -> bool:
        return bool(self.envelope.mail_from)

    # The connection

    async def _handle_client(self) -> None:
        refusal = self._lobby.admit(self, self._handler_coroutine)
        try:
            if refusal:
                self.hang_up(refusal)
            else:
                await super()._handle_client()
        except ConnectionError:
            pass  # whoever was to hear an answer has gone
        finally:
            self._lobby.leave(self)
            self._forget()

    def hang_up(self, answer: str) -> None:
        """Say a last word; a client that does not read it is cut off soon."""
        if not self._writer.is_closing():
            self._writer.write(answer.encode() + b"\r\n")
            self._writer.close()
        self._timeout_handle.cancel()
        self._timeout_handle = self.loop.call_later(GRACE_SECONDS, self._writer.transport.abort)

    async def push(self, status: AnyStr) -> None:
        """Nobody hears us on a closing connection: the error ends the client's task."""
        if self._writer.is_closing():
            raise ConnectionResetError
        await super().push(status)

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, asyncio.IncompleteReadError | ConnectionError | TLSSetupException):
            self._writer.close()
            return ""
        answer = not_taken(error)
        if self._receiving:  # the rest of the mail must not be read as commands
            self.hang_up(answer)
        return answer

    def data_received(self, data: bytes) -> None:
        if self._receiving:
            self._active_at = self.loop.time()
        super().data_received(data)

    def eof_received(self) -> bool:
        """The end of input is not the end of the talk: what came before it is still answered."""
        self._ended = True
        self._reader.feed_eof()
        return self.session.ssl is None

    # Time

    def _reset_timeout(self, duration: float | None = None) -> None:
        """aiosmtpd calls it at each command. One timer runs on; it looks at the clock when it fires."""
        self._active_at = self.loop.time()
        if self._timeout_handle is None:
            self._set_timer()

    def _set_timer(self) -> None:
        self._timeout_handle = self.loop.call_later(max(self._seconds_left(), 0.05), self._timeout_cb)

    def _seconds_left(self) -> float:
        quiet_until = self._active_at + self._lobby.settings.smtp_idle_seconds
        return min(quiet_until, self._deadline) - self.loop.time()

    def _timeout_cb(self) -> None:
        if self._keeping or self._seconds_left() > 0:
            self._set_timer()
        else:
            log.info("smtp.timeout", peer=self.peer, receiving=self._receiving)
            self.hang_up("421 4.4.2 This takes too long, please connect again")

    def _new_deadline(self) -> None:
        self._deadline = self.loop.time() + self._lobby.settings.smtp_transaction_seconds

    # Commands

    @syntax("EHLO hostname")
    async def smtp_EHLO(self, hostname: str) -> None:
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
    async def smtp_STARTTLS(self, arg: str) -> None:
        if self._tls_protocol:
            await self.push("503 5.5.1 TLS is on already")
        else:
            await super().smtp_STARTTLS(arg)

    @syntax("VRFY <address>")
    async def smtp_VRFY(self, arg: str) -> None:
        await self.push("252 2.5.2 We do not say who is here; send the mail and see")

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:
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
    async def smtp_BDAT(self, arg: str | None) -> None:
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

    # Refusals

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

    # The mail

    async def _came_early(self) -> bool:
        """Whether anything is in the buffer already. The CRLF stays there: `data_blocks` asks for it."""
        if self._ended:
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
            self.hang_up("421 4.3.2 The service is stopping, please try again later")

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
