"""A file that is given at the terminal, by the same looks at its bytes that mail's files get."""

import asyncio
from mimetypes import guess_type
from pathlib import Path

from handlers.messages import Attachment, Role
from intake.contents import TNEF, look_inside
from intake.extent import extent_of


async def look_at(path: Path, name: str, number: int) -> Attachment:
    """What a file given at the terminal is. A container stays closed: whoever is there can open it."""
    declared = guess_type(name)[0] or "application/octet-stream"
    kind, remark = await asyncio.to_thread(look_inside, path, declared, name)
    size = path.stat().st_size
    closed = kind == TNEF or remark == "zip-bomb"
    role: Role = "empty" if not size else "unreadable" if closed else "document"
    extent = await asyncio.to_thread(extent_of, path, kind) if role == "document" else None
    remark = "winmail" if kind == TNEF else remark
    return Attachment(number, name, size, path.name, kind, role, remark, extent)
