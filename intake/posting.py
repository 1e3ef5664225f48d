"""Put a real message through a running SMTP door, byte for byte: what `cais post` does."""

import asyncio
import re
from collections.abc import Sequence
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path

LOST = (421, "the connection was closed")


class NotTaken(Exception):
    """The door said no (5xx), not now (4xx), or nothing any more (421)."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text


async def post(host: str, port: int, message: Path | bytes, mail_from: str, rcpt_tos: Sequence[str]) -> str:
    """Deliver and return the door's last answer, `250 2.0.0 kept as …`. Raises NotTaken, OSError.

    Without CHUNKING on the other side, bytes that do not end in CRLF get one: DATA cannot do without.
    """
    raw = message if isinstance(message, bytes) else await asyncio.to_thread(message.read_bytes)
    reader, writer = await asyncio.open_connection(host, port)
    talk = _Talk(reader, writer)
    try:
        return await talk.deliver(raw, mail_from, rcpt_tos)
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise NotTaken(*LOST) from error
    finally:
        writer.close()


async def post_file(listen: str, path: Path, mail_from: str | None, rcpt_to: str) -> str:
    """Deliver a file to the door at `host:port`, from its own From unless told otherwise.

    Raises NotTaken, OSError, and ValueError for a file that is no mail.
    """
    host, _, port = listen.rpartition(":")
    raw = await asyncio.to_thread(path.read_bytes)
    sender = mail_from if mail_from is not None else _author(raw)
    if mail_from is None and not sender:
        raise ValueError("this is not a mail file: it has no From (say --mail-from for one without)")
    return await post(host.strip("[]"), int(port), raw, sender, [rcpt_to])


def _author(raw: bytes) -> str:
    """The first address of From; the null sender where there is none, as in a bounce."""
    return parseaddr(BytesHeaderParser().parsebytes(raw).get("From", ""))[1]


class _Talk:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def deliver(self, raw: bytes, mail_from: str, rcpt_tos: Sequence[str]) -> str:
        await self._answer()
        offers = await self._say("EHLO localhost")
        await self._say(f"MAIL FROM:<{mail_from}>{_parameters(raw, [mail_from, *rcpt_tos], offers)}")
        for address in rcpt_tos:
            await self._say(f"RCPT TO:<{address}>")
        if "CHUNKING" in offers:
            self._writer.write(b"BDAT %d LAST\r\n" % len(raw))
            kept = await self._send(raw)
        else:
            await self._say("DATA")
            kept = await self._send(_stuffed(raw))
        self._writer.write(b"QUIT\r\n")
        return kept

    async def _say(self, command: str) -> str:
        return await self._send(command.encode() + b"\r\n")

    async def _send(self, data: bytes) -> str:
        self._writer.write(data)
        await self._writer.drain()
        return await self._answer()

    async def _answer(self) -> str:
        """One answer, all its lines; only 2xx and 354 let us go on."""
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            lines.append((await self._reader.readuntil(b"\n")).decode(errors="replace").rstrip())
        if lines[-1][:1] not in ("2", "3"):
            raise NotTaken(int(lines[-1][:3]), lines[-1][4:])
        return "\n".join(lines)


def _parameters(raw: bytes, addresses: Sequence[str], offers: str) -> str:
    wanted = {"SIZE": f" SIZE={len(raw)}", "8BITMIME": "" if raw.isascii() else " BODY=8BITMIME"}
    wanted["SMTPUTF8"] = "" if "".join(addresses).isascii() else " SMTPUTF8"
    return "".join(parameter for offer, parameter in wanted.items() if offer in offers)


def _stuffed(raw: bytes) -> bytes:
    stuffed = re.sub(rb"(^|\r\n)\.", rb"\1..", raw)
    return stuffed + (b".\r\n" if raw.endswith(b"\r\n") else b"\r\n.\r\n")
