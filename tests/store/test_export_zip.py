"""The archive's own promises: safe names, an honest manifest, the same bytes again, no half files."""

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path, PureWindowsPath

import pytest

from store.exports.archive import Archive
from store.exports.names import document_path
from store.exports.written import written
from tests.builders import NOW
from tests.templates.pages import NAUGHTY

HOSTILE = [
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "/etc/passwd",
    "C:\\x.exe",
    "CON",
    "nul.pdf",
    "com1.txt",
    "a:b*c?d.pdf",
    "ends in dots...",
    "x" * 400 + ".pdf",
    "é" * 300 + ".docx",
    "",
    ".",
    "..",
    "~",
    *NAUGHTY.values(),
]
ABOUT = {"review": "sv-fpm", "history_position": 3, "history_digest": "ab"}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_in_its_folder_on_every_system(name: str) -> None:
    path = document_path(17, name)
    folder, _, file = path.partition("/")
    assert (folder, PureWindowsPath(path).parent.name) == ("documents", "documents")
    assert file.startswith("D-17")
    assert len(file.encode()) < 200
    assert not set(file) & set('\\/:*?"<>|')
    assert file.isprintable()
    assert not file.endswith((" ", "."))
    assert not PureWindowsPath(file).is_reserved()


def test_a_plain_name_is_kept_and_a_long_one_keeps_its_end() -> None:
    assert document_path(17, "Acta de elección.pdf") == "documents/D-17 Acta de elección.pdf"
    assert document_path(17, "x" * 400 + ".pdf").endswith("….pdf")


def test_names_differ_where_big_and_small_letters_do_not() -> None:
    assert document_path(1, "A.pdf").casefold() != document_path(2, "a.pdf").casefold()


def an_archive(folder: Path) -> tuple[bytes, list[dict[str, str]]]:
    """One with a document, one that is missing, one whose bytes are wrong, and a text."""
    content = b"document" * 1000
    (folder / "good").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    out = io.BytesIO()
    with Archive(out, NOW, ABOUT) as archive:
        assert archive.add_document("documents/D-1 a.pdf", folder / "good", digest, NOW) is None
        assert archive.add_document("documents/D-2 b.pdf", folder / "none", digest, NOW) is not None
        assert archive.add_document("documents/D-3 c.pdf", folder / "good", "0" * 64, NOW) is not None
        with archive.text("index.html") as text:
            text.write("élection \ud83d")
    return out.getvalue(), archive.missing


def unpack(content: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        packed.extractall(folder)
    return folder


def check(folder: Path) -> "subprocess.CompletedProcess[str]":
    argv: list[str | Path] = [sys.executable, "-I", folder / "check_manifest.py"]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def test_what_is_missing_or_wrong_is_named_and_the_rest_is_there(tmp_path: Path) -> None:
    content, missing = an_archive(tmp_path)
    assert [one["path"] for one in missing] == ["documents/D-2 b.pdf", "documents/D-3 c.pdf"]
    folder = unpack(content, tmp_path / "out")
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names == {
        "documents/D-1 a.pdf", "index.html", "check_manifest.py", "manifest.json", "MANIFEST.txt"
    }  # fmt: skip
    assert "MISSING documents/D-2 b.pdf" in (folder / "MANIFEST.txt").read_text()
    assert (folder / "index.html").read_text() == "élection \\ud83d"


def test_the_checker_is_content_with_what_was_written(tmp_path: Path) -> None:
    done = check(unpack(an_archive(tmp_path)[0], tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert "All 3 files are as they were written." in done.stdout
    assert "Head of the history: 3 ab" in done.stdout
    assert "D-2 b.pdf could not be put in" in done.stdout


def test_sha256sum_is_content_too(tmp_path: Path) -> None:
    folder = unpack(an_archive(tmp_path)[0], tmp_path / "out")
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "MANIFEST.txt"], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_checker_finds_every_change(tmp_path: Path) -> None:
    folder = unpack(an_archive(tmp_path)[0], tmp_path / "out")
    (folder / "index.html").write_text("changed")
    (folder / "documents" / "D-1 a.pdf").rename(folder / "added.pdf")
    done = check(folder)
    assert done.returncode == 1
    for wrong in ("index.html is not as it was", "D-1 a.pdf is missing", "added.pdf is not in the manifest"):
        assert wrong in done.stdout


def test_the_same_archive_has_the_same_bytes(tmp_path: Path) -> None:
    assert an_archive(tmp_path)[0] == an_archive(tmp_path)[0]


def test_a_file_is_there_wholly_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text("before")

    def fail() -> None:
        with written(path) as out:
            out.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "before"
    with written(path) as out:
        out.write(b"after")
    assert path.read_text() == "after"
    assert list(tmp_path.iterdir()) == [path]


def test_a_device_is_written_to_and_not_replaced() -> None:
    with written(Path("/dev/null")) as out:
        out.write(b"gone")
    assert not Path("/dev/null").is_file()
