"""One SMTP connection and its ends: who may stay, for how long, and what is said last."""

import asyncio
import collections
from collections.abc import Iterable
from typing import AnyStr

from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException

from intake.lobby import GRACE_SECONDS, Lobby
from intake.trouble import log, not_taken

CALLS = {"*": 100, "MAIL": 10_000, "RCPT": 100_000, "DATA": 10_000, "BDAT": 100_000, "RSET": 10_000}
COMMAND_BYTES = 2048
COMMANDS_AT_ONCE = 20
REFUSALS = 100


class Connection(SMTP):
    """aiosmtpd's protocol, with our answers to trouble: 451 and a reference, never its cause."""

    # aiosmtpd sets these in connection_made, before anything of ours runs.
    session: Session
    envelope: Envelope
    _handler_coroutine: asyncio.Task[None]
    _timeout_handle: asyncio.TimerHandle

    line_length_limit = 64 * 1024  # the reader's buffer, in blocks of which DATA comes; lines do not count
    command_size_limit = COMMAND_BYTES
    commands: tuple[str, ...] = ()

    def __init__(self, lobby: Lobby) -> None:
        super().__init__(
            self,  # its own handler: a second object would be searched for hooks, too
            data_size_limit=None,
            enable_SMTPUTF8=True,
            hostname=lobby.name,
            ident="ESMTP",
            tls_context=lobby.tls,
            command_call_limit=CALLS,
            loop=asyncio.get_running_loop(),
        )
        self.command_size_limits = collections.defaultdict(lambda: COMMAND_BYTES)
        self.peer = "unknown"
        self._lobby = lobby
        self._said = self._refused = 0
        self._input_ended = self._receiving = self._keeping = False
        self._active_at = self.loop.time()
        self._new_deadline()

    def __dir__(self) -> Iterable[str]:
        """All that aiosmtpd needs to see: it searches every attribute for commands at each connection."""
        return [f"smtp_{command}" for command in self.commands]

    @property
    def in_transaction(self) -> bool:
        return bool(self.envelope.mail_from)

    def hang_up(self, answer: str) -> None:
        """Say a last word; a client that does not read it is cut off soon."""
        if not self._writer.is_closing():
            self._writer.write(answer.encode() + b"\r\n")
            self._writer.close()
        self._timeout_handle.cancel()
        self._timeout_handle = self.loop.call_later(GRACE_SECONDS, self._writer.transport.abort)

    async def push(self, status: AnyStr) -> None:
        """Say something. On a closing connection nobody hears it: the error ends the client's task."""
        self._said += 1
        self._refused += status[:1] in ("4", "5", b"4", b"5")
        if self._refused > REFUSALS:
            self.hang_up("421 4.7.0 Too many errors")
        if self._writer.is_closing():
            raise ConnectionResetError
        await super().push(status)
        if self._said % COMMANDS_AT_ONCE == 0:
            await asyncio.sleep(0)  # whoever sends thousands of commands at once must not hold up the others

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, asyncio.IncompleteReadError | ConnectionError | TLSSetupException):
            self._writer.close()  # it is the client that has gone
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
        self._input_ended = True
        self._reader.feed_eof()
        return self.session.ssl is None

    async def _handle_client(self) -> None:
        address = self._writer.get_extra_info("peername")  # none if the client was gone before we looked
        self.peer = str(address[0]) if address else self.peer
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

    def _forget(self) -> None:
        """Drop a mail that was not received to its end."""

    def _reset_timeout(self, duration: float | None = None) -> None:  # noqa: ARG002
        """aiosmtpd calls it at each command. One timer runs on and looks at the clock when it fires."""
        self._active_at = self.loop.time()
        if self._timeout_handle is None:
            self._set_timer()

    def _timeout_cb(self) -> None:
        if self._keeping or self._seconds_left() > 0:
            self._set_timer()
        else:
            log.info("smtp.timeout", peer=self.peer, receiving=self._receiving)
            self.hang_up("421 4.4.2 This takes too long, please connect again")

    def _set_timer(self) -> None:
        self._timeout_handle = self.loop.call_later(max(self._seconds_left(), 0.05), self._timeout_cb)

    def _seconds_left(self) -> float:
        quiet_until = self._active_at + self._lobby.settings.smtp_idle_seconds
        return min(quiet_until, self._deadline) - self.loop.time()

    def _new_deadline(self) -> None:
        """Each mail gets its time anew, the first from the start of the connection."""
        self._deadline = self.loop.time() + self._lobby.settings.smtp_transaction_seconds
