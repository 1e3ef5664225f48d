"""No yes before everything is on the disk, as the kernel saw it (strace), for every single yes.

And the other way round: with any one of the three syncs left out, the same check complains.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from store.files import FileStore
from tests.servers import absent, need

ROOT = Path(__file__).parents[2]
COUNT = 6
CALLS = "write,pwrite64,fsync,fdatasync,link,linkat,rename,renameat,renameat2"
LINE = re.compile(r"(?P<pid>\d+) +(?P<rest>.*)")
FD = re.compile(r"\w+\(\d+<(?P<path>[^>]*?)(?: \(deleted\))?>")


@dataclass(frozen=True)
class Call:
    """One system call: between its two numbers of the trace it ran."""

    text: str
    begin: int
    end: int

    @property
    def name(self) -> str:
        return self.text.partition("(")[0]

    @property
    def path(self) -> str:
        """Of the file it was made on."""
        found = FD.match(self.text)
        return found["path"] if found else ""

    @property
    def is_sync(self) -> bool:
        return self.name in ("fsync", "fdatasync") and self.text.endswith("= 0")


@pytest.fixture
def folder(tmp_path: Path, sqlite_template: Path) -> Path:
    """A store that is ready, so that the traced process only keeps."""
    shutil.copy(sqlite_template, tmp_path / "cais.db")
    FileStore(tmp_path / "files").prepare()
    return tmp_path


def run_traced(folder: Path, *options: str, without: str = "") -> tuple[list[Call], str]:
    """The calls of a process that keeps mail, in the order of their beginning, and what it said."""
    strace = need("strace", "strace")
    if subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        absent("strace may not trace processes here")
    trace = folder / "trace"
    traced = [strace, "-f", "-y", "-s", "200", "-e", f"trace={CALLS}", *options, "-o", str(trace)]
    script = [sys.executable, "-m", "tests.store.keeping_script", str(folder), str(COUNT), without]
    done = subprocess.run([*traced, *script], cwd=ROOT, capture_output=True, text=True, check=True)
    return calls(trace.read_text()), done.stdout


def calls(trace: str) -> list[Call]:
    """Calls of several threads are cut into two lines each; put them together."""
    found: list[Call] = []
    begun: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(trace.splitlines()):
        match = LINE.match(line)
        assert match is not None, line
        pid, rest = match["pid"], match["rest"]
        if rest.endswith("<unfinished ...>"):
            begun[pid] = (rest.removesuffix("<unfinished ...>"), number)
        elif rest.startswith("<... "):
            text, begin = begun.pop(pid)
            found.append(Call(text + rest.partition(" resumed>")[2], begin, number))
        elif "(" in rest:
            found.append(Call(rest, number, number))
    return sorted(found, key=lambda call: call.begin)


def complaints(trace: list[Call]) -> list[str]:
    """For every yes: which of file, folder and row was not on the disk yet when it was said."""
    found = []
    for yes in (call for call in trace if call.name == "write" and '"yes ' in call.text):
        sha256 = re.findall(r"[0-9a-f]{64}", yes.text)[0]
        before = [call for call in trace if call.end < yes.begin]
        link = next(
            call for call in trace if call.name.startswith(("link", "rename")) and sha256 in call.text
        )
        draft, _ = re.findall(r'"([^"]+)"', link.text)
        if not _is_synced([call for call in before if call.end < link.begin], draft):
            found.append("file")
        if not any(
            c.is_sync and c.path.endswith(f"objects/{sha256[:2]}") and c.begin > link.end for c in before
        ):
            found.append("folder")
        if not _is_synced(before, "cais.db-wal", since=link.end):
            found.append("row")
    return found


def _is_synced(before: list[Call], path: str, since: int = -1) -> bool:
    """Something was written to the file after `since`, and all that was written was synced after that."""
    writes = [c for c in before if c.name in ("write", "pwrite64") and c.path.endswith(path)]
    syncs = [c for c in before if c.is_sync and c.path.endswith(path)]
    last = max((write.end for write in writes), default=-1)
    return last > since and any(sync.begin > last for sync in syncs)


def test_every_yes_comes_after_the_file_the_folder_and_the_row_are_on_the_disk(folder: Path) -> None:
    trace, said = run_traced(folder)
    assert said.count("yes") == 2 * COUNT
    assert complaints(trace) == []


@pytest.mark.parametrize("sync", ["file", "folder", "row"])
def test_leaving_out_any_of_the_three_syncs_is_noticed(folder: Path, sync: str) -> None:
    trace, said = run_traced(folder, without=sync)
    assert said.count("yes") == 2 * COUNT
    assert set(complaints(trace)) == {sync}


@pytest.mark.parametrize("nth", [1, 2], ids=["file", "folder"])
def test_a_sync_that_fails_promises_nothing_and_is_trouble_for_good(folder: Path, nth: int) -> None:
    _, said = run_traced(folder, "-e", f"inject=fsync:error=EIO:when={nth}")
    lines = said.splitlines()
    assert lines[0] == "no DiskFailed"
    assert lines[-1].startswith("trouble disk: ")


def test_a_log_of_the_database_that_cannot_be_synced_promises_nothing(folder: Path) -> None:
    _, said = run_traced(folder, "-e", "inject=fdatasync:error=EIO:when=1+")
    assert said.count("no OperationalError") == 2 * COUNT
