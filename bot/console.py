"""The terminal as a channel: say something as a person, get the answer at once.

What is said is kept like any other message; the same core answers it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from handlers.inbox import Worker, work_entries
from handlers.messages import Attachment, Kept, Message, ReturnAddress, Sender, Unreadable
from store import Store
from store.clock import Clock
from store.files import FileStore
from store.keeping import Arrival
from store.outbox import OutboxEntry
from templates.render import MARKER, Place, render

BLOCK = 1024 * 1024
CHANNEL = "console"
Look = Callable[[Path, str, int], Awaitable[Attachment]]


@dataclass(frozen=True)
class Said:
    """What somebody says at the terminal, and on whose word they say it as that person."""

    text: str
    person: str
    basis: str
    attach: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What the terminal needs besides the worker: the time, how files are looked at, and how to print."""

    clock: Clock
    look: Look
    place: Place
    as_json: bool = False


class ConsoleReader:
    """Reads what the console kept: the text and the files, which were looked at when they were kept."""

    async def read(self, entries: Sequence[Kept]) -> list[Message | Unreadable]:
        return [_message(entry) for entry in entries]


async def ask(said: Said, worker: Worker, clock: Clock, look: Look) -> tuple[int, list[OutboxEntry]]:
    """Keep, answer, and return the message's number with what is owed for it on the console."""
    store = worker.store
    number = await _keep(said, store, clock, worker.name, look)
    async with store.look() as uow:
        entry = await uow.entry(number)
    assert entry is not None
    await work_entries(worker, [entry])
    owed = await store.outbox.owed(number, CHANNEL)
    await store.outbox.sent([(row.id, "shown on the terminal") for row in owed], clock.now())
    return number, owed


async def ask_and_show(said: Said, worker: Worker, asked: Asked) -> int:
    """Ask, print the answer, and return the exit status: 0 when it was done, 1 when it fell short."""
    number, owed = await ask(said, worker, asked.clock, asked.look)
    async with worker.store.look() as uow:
        entry = await uow.entry(number)
        verdicts = await uow.verdicts_of(number)
    assert entry is not None
    place = replace(asked.place, channel=CHANNEL)
    answers = [(row, render(row.template, row.fields, place)) for row in owed]
    if asked.as_json:
        answer = [
            {"template": row.template, "fields": row.fields, "text": words.text} for row, words in answers
        ]
        state = {"id": number, "state": entry.state, "reason": entry.reason}
        files = [{"file": row.file, "verdict": row.verdict, "targets": row.targets} for row in verdicts]
        print(json.dumps(state | {"verdicts": files, "answers": answer}, indent=2))
    else:
        texts = [words.text.removeprefix(MARKER).strip() for _, words in answers]
        print("\n\n".join(texts) or f"No answer: message {number} is {entry.state} ({entry.reason}).")
    return 0 if entry.state == "done" else 1


async def _keep(said: Said, store: Store, clock: Clock, lease: str, look: Look) -> int:
    files = [await _keep_file(path, number, store, look) for number, path in enumerate(said.attach, 1)]
    envelope = {
        "text": said.text,
        "as": said.person,
        "basis": said.basis,
        "files": [asdict(file) for file in files],
    }
    draft = store.files.draft()
    draft.write(json.dumps(envelope, indent=1).encode())
    sha256 = store.files.keep(draft)
    arrival = Arrival(CHANNEL, clock.now(), envelope, sha256, draft.size)
    return (await store.inbox.insert([arrival], lease))[0]


async def _keep_file(path: Path, number: int, store: Store, look: Look) -> Attachment:
    """Keep one file as an object, then look at the object: the file itself may change meanwhile."""
    sha256 = await asyncio.to_thread(_copied, path, store.files)
    return await look(store.files.path(sha256), path.name, number)


def _copied(path: Path, files: FileStore) -> str:
    draft = files.draft()
    with path.open("rb") as file:
        draft.write(b"")
        while block := file.read(BLOCK):
            draft.write(block)
    return files.keep(draft)


def _message(entry: Kept) -> Message:
    envelope = entry.envelope
    person = str(envelope["as"])
    return Message(
        id=entry.id,
        channel=CHANNEL,
        received_at=entry.received_at,
        sender=Sender(person, "confirmed", str(envelope["basis"])),
        reply_to=ReturnAddress(CHANNEL, person),
        text=str(envelope["text"]),
        files=tuple(Attachment(**file) for file in envelope["files"]),
    )
