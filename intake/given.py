"""A file that comes by itself, from the terminal or a chat, looked at by its bytes like mail's files."""

import asyncio
from collections.abc import Awaitable, Callable
from mimetypes import guess_type
from pathlib import Path

from handlers.messages import Attachment, Role
from intake.contents import TNEF, look_inside
from intake.extent import extent_of
from intake.scanner import Scanner, scanned


def looking(scanner: Scanner | None) -> Callable[[Path, str, int], Awaitable[Attachment]]:
    """How such a file is looked at: its object, its name and its number are told."""

    async def look(path: Path, name: str, number: int) -> Attachment:
        file = await look_at(path, name, number)
        return scanned(file, await scanner.scan(path) if scanner else None)

    return look


async def look_at(path: Path, name: str, number: int) -> Attachment:
    """What it is. A container stays closed: whoever is there can open it."""
    declared = guess_type(name)[0] or "application/octet-stream"
    kind, remark = await asyncio.to_thread(look_inside, path, declared, name)
    size = path.stat().st_size
    closed = kind == TNEF or remark == "zip-bomb"
    role: Role = "empty" if not size else "unreadable" if closed else "document"
    extent = await asyncio.to_thread(extent_of, path, kind) if role == "document" else None
    remark = "winmail" if kind == TNEF else remark
    return Attachment(number, name, size, path.name, kind, role, remark, extent)
