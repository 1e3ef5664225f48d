"""A file that is there wholly or not at all: written under another name, synced, then renamed."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """Somewhere to write what `path` shall be; an exception leaves what was there before. What is no
    plain file (a pipe, a device) is written to directly."""
    final = path.resolve()
    if final.exists() and not final.is_file():
        with final.open("wb") as out:
            yield out
        return
    draft = final.with_name(f".cais-{secrets.token_hex(8)}.part")
    try:
        with draft.open("x+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        draft.replace(final)
    except BaseException:
        with suppress(FileNotFoundError):
            draft.unlink()
        raise
