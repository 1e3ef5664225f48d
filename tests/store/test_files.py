"""Write-once files: exact bytes under their digest, synced before they have a name."""

import errno
import hashlib
import os
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.files import FileStore
from tests.servers import absent

CONTENTS = [b"", b"a", b"\r\n.\r\n\x00\xff", bytes(range(256)) * 4096, os.urandom(300_001)]


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    made = FileStore(tmp_path / "files")
    made.prepare()
    return made


def keep(files: FileStore, content: bytes, block: int = 65_536) -> str:
    draft = files.draft()
    draft.write(b"")
    for start in range(0, len(content), block):
        draft.write(content[start : start + block])
    return files.keep(draft)


@pytest.mark.parametrize("content", CONTENTS, ids=len)
def test_the_bytes_and_the_digest_are_exact(files: FileStore, content: bytes) -> None:
    sha256 = keep(files, content, block=1000)
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert files.path(sha256).read_bytes() == content
    assert list(files.objects()) == [files.path(sha256)]


def test_a_draft_counts_and_digests_what_it_was_given(files: FileStore) -> None:
    draft = files.draft()
    draft.write(b"one")
    draft.write(b"two")
    assert (draft.size, draft.sha256) == (6, hashlib.sha256(b"onetwo").hexdigest())
    draft.discard()


def test_the_same_bytes_twice_are_one_object_that_is_not_written_again(files: FileStore) -> None:
    first = files.path(keep(files, b"roster"))
    before = first.stat()
    assert files.path(keep(files, b"roster")) == first
    after = first.stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_nlink) == (before.st_ino, before.st_mtime_ns, 1)
    assert list(files.incoming.iterdir()) == []


def test_an_object_that_is_there_is_never_overwritten_even_when_it_is_wrong(files: FileStore) -> None:
    path = files.path(keep(files, b"roster"))
    path.write_bytes(b"rotten")
    keep(files, b"roster")
    assert path.read_bytes() == b"rotten"
    assert [name for name, _ in files.wrong_objects()] == [path.name]


def test_a_file_that_somebody_else_wrote_is_kept_under_its_digest(files: FileStore, tmp_path: Path) -> None:
    written = files.incoming / "unpacked.pdf"
    written.write_bytes(b"unpacked")
    digest = hashlib.sha256(b"unpacked").hexdigest()
    files.keep_file(written, digest)
    assert files.path(digest).read_bytes() == b"unpacked"
    assert not written.exists()


def test_nothing_is_an_object_before_it_is_synced_and_nothing_stays_behind(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []

    def look(step: str) -> None:
        seen.append((step, len(list(watched.objects())), len(list(watched.incoming.iterdir()))))

    watched = FileStore(tmp_path / "files", look)
    watched.prepare()
    keep(watched, b"roster")
    assert seen == [("file-synced", 0, 1), ("file-named", 1, 0), ("folder-synced", 1, 0)]


def test_a_process_that_ends_after_the_sync_leaves_a_draft_and_no_object(tmp_path: Path) -> None:
    def end(_step: str) -> None:
        raise InterruptedError("the process ends here")

    files = FileStore(tmp_path / "files", end)
    files.prepare()
    with pytest.raises(InterruptedError):
        keep(files, b"roster")
    assert list(files.objects()) == []
    assert files.sweep(time.time() + 60) == 1


def test_a_discarded_draft_leaves_nothing_whenever_it_is_discarded(files: FileStore) -> None:
    untouched, begun, kept = files.draft(), files.draft(), files.draft()
    begun.write(b"half")
    kept.write(b"whole")
    files.keep(kept)
    for draft in (untouched, begun, kept):
        draft.discard()
    assert list(files.incoming.iterdir()) == []
    assert len(list(files.objects())) == 1


def test_preparing_again_changes_nothing(files: FileStore) -> None:
    sha256 = keep(files, b"roster")
    files.prepare()
    assert [path.name for path in files.objects()] == [sha256]
    assert len(list((files.root / "objects").iterdir())) == 256


def test_only_drafts_that_nobody_touched_for_long_are_swept(files: FileStore) -> None:
    keep(files, b"roster")
    old, young = files.draft(), files.draft()
    old.write(b"old")
    young.write(b"young")
    os.utime(old.path, (1000, 1000))
    assert files.sweep(older_than=2000) == 1
    assert list(files.incoming.iterdir()) == [young.path]
    young.discard()
    old.discard()
    assert len(list(files.objects())) == 1


def test_the_folder_of_a_reader_that_died_is_swept_too(files: FileStore) -> None:
    folder = files.incoming / "tmpreader"
    (folder / "0").mkdir(parents=True)
    (folder / "0" / "part.pdf").write_bytes(b"half")
    os.utime(folder, (1000, 1000))
    assert files.sweep(older_than=2000) == 1
    assert list(files.incoming.iterdir()) == []


def test_one_flipped_bit_anywhere_is_found(files: FileStore) -> None:
    content = random.Random(7).randbytes(2000)
    good = keep(files, b"untouched")
    path = files.path(keep(files, content))
    for bit in random.Random(8).sample(range(len(content) * 8), 200):
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        assert [name for name, _ in files.wrong_objects()] == [path.name]
    path.write_bytes(content)
    assert list(files.wrong_objects()) == []
    assert good in {path.name for path in files.objects()}


def test_a_cut_and_an_unreadable_and_a_misplaced_object_are_found(files: FileStore) -> None:
    cut, unreadable, misplaced = (files.path(keep(files, word)) for word in (b"one", b"two", b"three"))
    cut.write_bytes(b"on")
    unreadable.unlink()
    unreadable.mkdir()
    elsewhere = next(path for path in (files.root / "objects").iterdir() if path != misplaced.parent)
    misplaced.rename(elsewhere / misplaced.name)
    wrong = dict(files.wrong_objects())
    assert wrong.keys() == {cut.name, unreadable.name, misplaced.name}
    assert "cannot be read" in wrong[unreadable.name]
    assert "wrong folder" in wrong[misplaced.name]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one mebibyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        absent("this user may not mount a small tmpfs")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_refuses_and_is_as_good_as_new_once_there_is_room(small_disk: Path) -> None:
    files = FileStore(small_disk / "files")
    files.prepare()
    draft = files.draft()
    with pytest.raises(OSError, match="No space left") as full:
        draft.write(bytes(2 * 2**20))
    assert full.value.errno == errno.ENOSPC
    draft.discard()
    assert list(files.objects()) == []
    assert files.path(keep(files, b"small")).read_bytes() == b"small"
