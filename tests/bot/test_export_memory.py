"""However many documents there are, an export needs no more memory for them: everything goes through."""

import asyncio
import hashlib
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from store import open_store
from store.database import sqlite_url
from store.files import FileStore
from tests.bench.crowd import multiply
from tests.store.rich import PLAIN, rich

ROOT = Path(__file__).parents[2]
FEW, MANY = 300, 3_000
TARGETS = """
UPDATE filing SET target = (SELECT review_id || '/' || code FROM review_item WHERE id = review_item_id);
UPDATE file_verdict SET targets = (SELECT json_array(target) FROM filing WHERE filing.id = file_verdict.id);
UPDATE filing SET inbox_id = id;
"""


@pytest.fixture(scope="module")
def stores(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two stores, in which few and many documents are on file for the review crowd-1."""
    folder = tmp_path_factory.mktemp("crowds")
    return [asyncio.run(a_crowd(sqlite_template, folder / str(count), count)) for count in (FEW, MANY)]


async def a_crowd(template: Path, folder: Path, count: int) -> Path:
    folder.mkdir()
    shutil.copy(template, folder / "cais.db")
    files = FileStore(folder / "files")
    files.prepare()
    store = open_store(sqlite_url(folder / "cais.db"), files, "cais.example")
    await rich(store)
    await store.aclose()
    multiply(folder / "cais.db", count, each=count)
    contents = {
        number: f"document {number}".encode() for number in range(len(PLAIN) + 1, len(PLAIN) + 1 + count)
    }
    digests = {number: hashlib.sha256(content).hexdigest() for number, content in contents.items()}
    for number, digest in digests.items():
        files.path(digest).write_bytes(contents[number])
    with closing(sqlite3.connect(folder / "cais.db")) as rows:
        rows.executescript(TARGETS)
        rows.executemany(
            "UPDATE evidence_document SET sha256 = ? WHERE id = ?", [(d, n) for n, d in digests.items()]
        )
        rows.commit()
    return folder


def most_memory(folder: Path, form: str, review: str) -> int:
    """Of a process that writes this export of a store, in KiB."""
    script = Path(__file__).with_name("export_script.py")
    argv: list[str | Path] = [
        sys.executable,
        script,
        folder / "cais.db",
        folder / "files",
        form,
        review,
        folder / f"out.{form}",
    ]
    env = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "zip"])
def test_many_times_the_documents_take_no_more_memory(stores: list[Path], form: str) -> None:
    few, many = (most_memory(folder, form, "crowd-1") for folder in stores)
    assert many < 1.2 * few
