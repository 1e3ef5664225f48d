"""Write-once files named by their SHA-256 on local disk: written, synced, named, folder synced."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path

Step = Callable[[str], None]


class DiskFailed(OSError):
    """A sync failed: what the disk holds is unknown, so nothing more may be accepted."""


def no_step(_name: str) -> None:
    """The default observer of the steps to durability: nobody looks."""


class Draft:
    """A file on its way in: bytes are added, counted and hashed; nothing is durable before `keep`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / secrets.token_hex(12)
        self.size = 0
        self._digest = hashlib.sha256()
        self._file: FileIO | None = None

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, data: bytes) -> None:
        """Add bytes. Blocks on a slow disk: call it in a thread."""
        file, view = self._opened(), memoryview(data)
        while view:
            view = view[file.write(view) :]
        self._digest.update(data)
        self.size += len(data)

    def sync(self) -> None:
        file = self._opened()
        try:
            _sync(file.fileno())
        finally:
            file.close()

    def discard(self) -> None:
        """Forget the draft: nothing was promised yet."""
        if self._file is not None:
            self._file.close()
            with suppress(FileNotFoundError):
                self.path.unlink()

    def _opened(self) -> FileIO:
        """Opened by the first write, so that a draft is made on the event loop without touching disk."""
        if self._file is None:
            self._file = FileIO(self.path, "xb")
        return self._file


class FileStore:
    """Objects under `root/objects/ab/<sha256>`; drafts under `root/incoming` until they are kept.

    `step` is told the name of every step passed (`file-synced`, `file-named`, `folder-synced`),
    so that tests can end the process exactly there.
    """

    def __init__(self, root: Path, step: Step = no_step) -> None:
        self.root = root
        self.incoming = root / "incoming"
        self._objects = root / "objects"
        self._step = step

    def prepare(self) -> None:
        """Make the folders, all 256 at once, so that naming a file never has to make one."""
        self.incoming.mkdir(parents=True, exist_ok=True)
        for number in range(256):
            (self._objects / f"{number:02x}").mkdir(parents=True, exist_ok=True)
        for folder in (self._objects, self.root, *list(self.root.absolute().parents)[:2]):
            with suppress(PermissionError):
                _sync_folder(folder)

    def path(self, sha256: str) -> Path:
        return self._objects / sha256[:2] / sha256

    def draft(self) -> Draft:
        return Draft(self.incoming)

    def keep(self, draft: Draft) -> str:
        """Make a draft durable under its digest and return the digest. Raises DiskFailed, OSError."""
        draft.sync()
        self._step("file-synced")
        self._name(draft.path, draft.sha256)
        return draft.sha256

    def keep_file(self, path: Path, sha256: str) -> None:
        """Make a finished file durable under the digest that its writer computed."""
        with open(path, "rb") as file:
            _sync(file.fileno())
        self._step("file-synced")
        self._name(path, sha256)

    def sweep(self, older_than: float) -> int:
        """Remove drafts last touched before this epoch second, and the folders that readers left behind:
        nobody was told yes about them."""
        return sum(_is_swept(path, older_than) for path in list(self.incoming.iterdir()))

    def objects(self) -> Iterator[Path]:
        """Every object there is, in the order of digests."""
        yield from sorted(self._objects.glob("*/*"))

    def wrong_objects(self) -> Iterator[tuple[str, str]]:
        """Re-read every object; yield (name, what is wrong) where the bytes are not the name's."""
        for path in self.objects():
            if path != self.path(path.name):
                yield path.name, f"it is in the wrong folder {path.parent.name}"
            elif (why := _wrong_bytes(path)) is not None:
                yield path.name, why

    def _name(self, path: Path, sha256: str) -> None:
        """An object that is there was synced before it got its name, and is left alone. Two who name the
        same bytes in the same moment replace them by themselves. Link and unlink take twice the time."""
        final = self.path(sha256)
        if final.exists():
            path.unlink()
        else:
            path.rename(final)
        self._step("file-named")
        _sync_folder(final.parent)
        self._step("folder-synced")


def _is_swept(path: Path, older_than: float) -> bool:
    """Another process may sweep the same folder."""
    with suppress(FileNotFoundError):
        if path.stat().st_mtime < older_than:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
            return True
    return False


def _wrong_bytes(path: Path) -> str | None:
    try:
        with open(path, "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    return None if found == path.name else f"its bytes have SHA-256 {found}"


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise DiskFailed(error.errno, "sync failed") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)
