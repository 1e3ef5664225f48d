"""A zip archive with a manifest: every file's SHA-256 and size, in files that anybody can check.

Written as a stream: no file is ever whole in memory, and the list of files grows on disk.
"""

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, Self, TextIO, cast

from store.clock import pacific

BLOCK = 1 << 20
CHECKER = Path(__file__).with_name("check_manifest.py")


class Counted(io.BufferedIOBase):
    """Passes bytes on, counted and hashed."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self._digest, self.size = out, hashlib.sha256(), 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._digest.update(data)
        self.size += len(data)
        return self._out.write(data)


@dataclass
class Archive:
    """`about` stands at the head of the manifest. Use it in a `with`: the manifest is written at its end,
    unless an exception ends it."""

    out: BinaryIO
    at: datetime
    about: dict[str, Any]
    missing: list[dict[str, str]] = field(default_factory=list)
    withheld: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._zip = zipfile.ZipFile(self.out, "w")
        self._listed = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        with self._zip, self._listed:
            if kind is None:
                self._write_manifest()

    def add_document(self, path: str, source: Path, sha256: str, at: datetime) -> str | None:
        """Copy an object; what is wrong with it if it cannot be. Wrong bytes are not taken in."""
        try:
            with source.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
                if found != sha256:
                    return self._miss(path, sha256, f"its bytes have SHA-256 {found}")
                file.seek(0)
                with self._entry(path, at, zipfile.ZIP_STORED, source.stat().st_size) as out:
                    while block := file.read(BLOCK):
                        out.write(block)
        except OSError as error:
            if error.filename is None:  # not about the object but about where we write to
                raise
            return self._miss(path, sha256, f"it cannot be read: {error.strerror}")
        return None

    def withhold(self, path: str, sha256: str, why: str) -> str:
        """Name an object that is not handed out."""
        self.withheld.append({"path": path, "sha256": sha256, "why": why})
        return why

    def add_bytes(self, path: str, content: bytes) -> None:
        with self._entry(path, self.at) as out:
            out.write(content)

    @contextmanager
    def text(self, path: str) -> Iterator[TextIO]:
        """A text file to write into, UTF-8; what UTF-8 cannot spell becomes a backslash escape."""
        with self._entry(path, self.at) as counted:
            out = io.TextIOWrapper(cast(BinaryIO, counted), "utf-8", errors="backslashreplace", newline="")
            yield out
            out.flush()
            out.detach()

    @contextmanager
    def _entry(
        self, path: str, at: datetime, packed: int = zipfile.ZIP_DEFLATED, size: int | None = None
    ) -> Iterator[Counted]:
        there = pacific(at)
        info = zipfile.ZipInfo(path, there.timetuple()[:6])
        info.compress_type, info.create_system, info.external_attr = packed, 3, 0o644 << 16
        info.file_size = size or 0
        with self._zip.open(info, "w", force_zip64=size is None) as out:
            counted = Counted(out)
            yield counted
        listed = {"path": path, "sha256": counted.sha256, "size": counted.size}
        self._listed.write(json.dumps(listed) + "\n")

    def _miss(self, path: str, sha256: str, why: str) -> str:
        self.missing.append({"path": path, "sha256": sha256, "why": why})
        return why

    def _write_manifest(self) -> None:
        """The same twice: for programs, and as `sha256sum -c` reads it."""
        self.add_bytes(CHECKER.name, CHECKER.read_bytes())
        with self.text("manifest.json") as out:
            head = json.dumps(self.about | self._left_out(), indent=1, ensure_ascii=False)
            out.write(head.removesuffix("\n}") + ',\n "files": [')
            for number, line in enumerate(self._lines()):
                out.write(f"{',' if number else ''}\n  {line}")
            out.write("\n ]\n}\n")
        with self.text("MANIFEST.txt") as out:
            out.writelines(f"# {name}: {said}\n" for name, said in self.about.items())
            out.writelines(f"# MISSING {one['path']}: {one['why']}\n" for one in self.missing)
            out.writelines(f"# WITHHELD {one['path']}: {one['why']}\n" for one in self.withheld)
            for line in self._lines():
                one = json.loads(line)
                out.write(f"{one['sha256']}  {one['path']}\n")

    def _left_out(self) -> dict[str, list[dict[str, str]]]:
        return {"missing": self.missing} | ({"withheld": self.withheld} if self.withheld else {})

    def _lines(self) -> Iterator[str]:
        """The files that are written by now."""
        self._listed.seek(0)
        for line in self._listed:
            yield line.rstrip("\n")
