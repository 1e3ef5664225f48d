"""The outside world of a test: an SMTP server in a thread that keeps every mail and answers as it is told."""

import asyncio
import ssl
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import Running, free_port

_LARGEST = 100 * 1024 * 1024


@dataclass(frozen=True)
class Mail:
    """A mail as it came by SMTP, with the answer it got; the null sender is the empty string."""

    mail_from: str
    rcpts: tuple[str, ...]
    raw: bytes
    answer: str
    tls: bool

    @property
    def accepted(self) -> bool:
        """Whether we took it on."""
        return self.answer.startswith("2")

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed anew at each call."""
        return message_from_bytes(self.raw, policy=policy.default)


class Sink(Running):
    """An SMTP server on 127.0.0.1:`.port` that can be told what to answer.

    `answers` are used up one per mail (after its DATA), then it is 250; `refuse` maps a recipient to the
    answer it gets for as long as it stands there. With `tls` it offers STARTTLS.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.port = free_port()
        self.answers: list[str] = []
        self.refuse: dict[str, str] = {}
        self._attempts: list[Mail] = []
        self._news = threading.Condition()
        self._controller = _Controller(
            self,
            "127.0.0.1",
            self.port,
            data_size_limit=_LARGEST,
            server_hostname="sink.example.net",
            tls_context=tls,
        )

    @property
    def attempts(self) -> list[Mail]:
        """Every mail whose data came, refused ones included, oldest first."""
        with self._news:
            return list(self._attempts)

    @property
    def mails(self) -> list[Mail]:
        """The mails that were accepted, oldest first."""
        return [mail for mail in self.attempts if mail.accepted]

    def wait_for(self, n: int, seconds: float = 10) -> list[Mail]:
        """The accepted mails once there are n of them (blocks; from a coroutine use asyncio.to_thread)."""
        with self._news:
            if not self._news.wait_for(lambda: len(self.mails) >= n, seconds):
                seen = [(mail.mail_from, mail.rcpts, mail.answer) for mail in self._attempts]
                raise TimeoutError(f"not within {seconds:g} s: {n} accepted mails; seen: {seen}")
            return self.mails

    def start(self) -> None:
        """Begin to listen."""
        self._controller.start()

    def stop(self) -> None:
        """Cut open connections and end, once and for all; what was received stays readable."""
        if self._controller.loop.is_closed():
            return
        closing = asyncio.run_coroutine_threadsafe(self._controller.disconnect(), self._controller.loop)
        closing.result(10)
        self._controller.stop()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """aiosmtpd asks whether we take this recipient."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd hands us a whole mail."""
        sender = "" if envelope.mail_from in (None, "<>") else str(envelope.mail_from)
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        with self._news:
            answer = self.answers.pop(0) if self.answers else "250 OK"
            self._attempts.append(
                Mail(sender, tuple(envelope.rcpt_tos), raw, answer, session.ssl is not None)
            )
            self._news.notify_all()
        return answer


class _Controller(Controller):
    """aiosmtpd's thread, and what it lacks: an end that closes the connections still open."""

    def __init__(self, handler: Sink, hostname: str, port: int, **options: Any) -> None:
        super().__init__(handler, hostname, port, **options)
        self._sessions: weakref.WeakSet[SMTP] = weakref.WeakSet()

    def factory(self) -> SMTP:
        session = SMTP(self.handler, loop=self.loop, **self.SMTP_kwargs)
        self._sessions.add(session)
        return session

    async def disconnect(self) -> None:
        """Cut all connections and see their tasks end, lest they are found unclosed later."""
        for session in self._sessions:
            if isinstance(session.transport, asyncio.WriteTransport):
                session.transport.abort()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A running sink without TLS."""
    with Sink() as running:
        yield running
