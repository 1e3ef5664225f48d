"""A part's content decoded straight into a new file: slice by slice, hashed and counted on the way."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from intake.decoding import Decoder, decoder
from intake.parsing import Part
from intake.skeleton import Skeleton


@dataclass(frozen=True)
class Unpacked:
    """A decoded file; `damaged` when bytes of its encoding were missing or foreign."""

    path: Path
    size: int
    sha256: str
    damaged: bool


@dataclass(frozen=True)
class Source:
    """A kept mail's skeleton and its open file."""

    skeleton: Skeleton
    file: BinaryIO

    def decoded(self, part: Part, how: Decoder) -> Iterator[bytes]:
        for data in self.skeleton.slices(part.content, self.file):
            yield how.feed(data)
        yield how.end()

    def beginning(self, part: Part, most: int) -> bytes:
        """The first bytes of a part, at most `most`."""
        found = bytearray()
        for data in self.decoded(part, decoder(part.encoding)):
            found += data
            if len(found) >= most:
                break
        return bytes(found[:most])


def unpack(source: Source, part: Part, path: Path) -> Unpacked:
    """Write the part's bytes to `path`, which must not exist."""
    how, digest, size = decoder(part.encoding), hashlib.sha256(), 0
    with open(path, "xb", buffering=0, opener=_private) as file:
        for data in source.decoded(part, how):
            digest.update(data)
            size += len(data)
            _write(file.fileno(), data)
    return Unpacked(path, size, digest.hexdigest(), how.damaged)


def created(path: Path) -> BinaryIO:
    """A new file, for our own eyes."""
    return open(path, "xb", opener=_private)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
