"""A mail reader with a real reading process, the mail it may find, and the files it was given to keep."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.messages import Kept, Message, Sender, Unreadable
from intake.children import Limits
from intake.letter import Letter
from intake.reader import MailReader

MOMENT = datetime(2026, 9, 14, 16, 15, tzinfo=UTC)
OWN = "evidence@cais.example"
ENVELOPE = {
    "mail_from": "aruiz@sierravista.example",
    "rcpt_tos": [OWN],
    "peer": "127.0.0.1",
    "helo": "here",
    "tls": False,
}


async def believed(_entry: Kept, letter: Letter, _raw: Path) -> Sender:
    return Sender(letter.address, "authenticated" if letter.address else "unauthenticated", letter.basis)


@dataclass
class Post:
    """Puts mail where the reader looks for it and remembers what came out."""

    folder: Path
    children: int = 1
    limits: Limits = field(default_factory=Limits)
    kept: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.work = self.folder / "work"
        self.work.mkdir(parents=True)
        self.reader = MailReader(
            objects_path=lambda digest: self.folder / digest,
            work_dir=self.work,
            keep_file=self.keep,
            trust=believed,
            own_addresses=[OWN],
            children=self.children,
            limits=self.limits,
        )

    async def keep(self, path: Path, sha256: str) -> None:
        self.kept[sha256] = await asyncio.to_thread(path.read_bytes)

    def entry(self, raw: bytes, number: int = 1, envelope: Mapping[str, object] = ENVELOPE) -> Kept:
        digest = hashlib.sha256(raw).hexdigest()
        (self.folder / digest).write_bytes(raw)
        return Kept(number, "mail", MOMENT, digest, len(raw), envelope)

    async def read(self, *mails: bytes) -> list[Message | Unreadable]:
        return await self.reader.read([self.entry(raw, number) for number, raw in enumerate(mails, 1)])

    async def message(self, raw: bytes, **envelope: object) -> Message:
        """The one mail as a message; an unreadable one is a failed test."""
        (found,) = await self.reader.read([self.entry(raw, envelope={**ENVELOPE, **envelope})])
        assert isinstance(found, Message), found
        return found

    async def reason(self, raw: bytes) -> str:
        """Why the one mail is unreadable."""
        (found,) = await self.read(raw)
        assert isinstance(found, Unreadable), found
        return found.reason

    def content(self, message: Message) -> Sequence[bytes]:
        return [self.kept[file.sha256] for file in message.files]

    def highest_memory(self, kind: str = "VmHWM") -> int:
        """What the reading process ever held, in bytes; `VmPeak` counts what it only reserved too."""
        status = Path(f"/proc/{self.reader.processes[0].process_id}/status").read_text("ascii")
        return int(status.partition(f"{kind}:")[2].split()[0]) * 1024

    def left_over(self) -> list[Path]:
        return list(self.work.iterdir())


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    post = Post(tmp_path)
    yield post
    await post.reader.aclose()
