"""Archives that harm who opens them, and files that are not what they seem: told by their bytes, never opened."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from intake.archives import HIGHEST_RATIO, MOST_ENTRIES
from intake.contents import OLE, PDF, REMARKS, ZIP, look_inside
from templates.words import reason
from tests.intake.post import Post
from tests.intake.post import post as post
from tests.mail.documents import docx, pdf, png, xlsx
from tests.mail.mime import File, attached, mail, with_file

MIB = 1024 * 1024
ANY = "application/octet-stream"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def look(folder: Path, content: bytes, declared: str = ANY, name: str = "") -> tuple[str, str | None]:
    (folder / "file").write_bytes(content)
    return look_inside(folder / "file", declared, name)


def deflated(*members: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def overlapping(entries: int, size: int) -> bytes:
    """One packed file that so many entries of the list point at."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(size)) + packer.flush()
    crc = zlib.crc32(bytes(size))
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(packed), size, 1, 0) + b"a"
    one = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, len(packed), size, 1, *[0] * 6
    )
    listed = (one + b"a") * entries
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, entries, entries, len(listed), len(local + packed), 0)
    return local + packed + listed + end


def lying(size: int) -> bytes:
    """An archive whose list says that its file is small."""
    raw = deflated(("a", bytes(size)))
    return raw.replace(struct.pack("<I", size), struct.pack("<I", 100))


def like_42(levels: int) -> bytes:
    """Archives in archives, each sixteen times over."""
    inner = deflated(("0.bin", bytes(4 * MIB)))
    for level in range(levels):
        inner = deflated(*((f"{level}-{n}.zip", inner) for n in range(16)))
    return inner


BOMBS = {
    "one file of a gigabyte's worth": deflated(("a", bytes(40 * MIB))),
    "overlapping entries": overlapping(1000, 100_000),
    "overlapping, but small": overlapping(2, 10),
    "a list that lies": lying(60 * MIB),
    "sixteen times sixteen": like_42(2),
    "deeper than two": deflated(
        ("a.zip", deflated(("b.zip", deflated(("c.zip", deflated(("d.zip", deflated(("e", b"e")))))))))
    ),
    "more entries than any": deflated(
        *((f"{n}", b"") for n in range(MOST_ENTRIES + 1)), how=zipfile.ZIP_STORED
    ),
    "bzip2": deflated(("a", bytes(40 * MIB)), how=zipfile.ZIP_BZIP2),
    "lzma": deflated(("a", bytes(40 * MIB)), how=zipfile.ZIP_LZMA),
    "a word file": deflated(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", bytes(40 * MIB))),
    "gzip": gzip.compress(bytes(40 * MIB)),
    "gzip upon gzip": gzip.compress(bytes(8 * MIB)) * 3,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_told_by_counting(tmp_path: Path, name: str) -> None:
    assert look(tmp_path, BOMBS[name])[1] == "zip-bomb"


async def test_bombs_are_held_and_the_reading_process_lives(post: Post) -> None:
    """Within its limits of memory and time: a process that died would have cost the whole mail."""
    for content in (BOMBS["sixteen times sixteen"], BOMBS["a list that lies"], BOMBS["overlapping entries"]):
        part = attached(File("bomb.zip", content), ZIP)
        message = await post.message(mail("EL 02", with_file("EL 02", part)))
        assert [(file.role, file.remark) for file in message.files] == [("unreadable", "zip-bomb")]


HONEST = {
    "a zip in a zip in a zip": (deflated(("a.zip", deflated(("b.zip", deflated(("c", b"c")))))), "zip"),
    "a word file in two zips": (deflated(("a.zip", deflated(("a.docx", docx("words"))))), "zip"),
    "a small dense file": (deflated(("log.txt", b"a" * 9 * MIB)), "zip"),
    "a workbook": (xlsx(Ledger=2000), None),
    "many files": (deflated(*((f"{n}.txt", b"%d" % n) for n in range(3000))), "zip"),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_archive_is_none(tmp_path: Path, name: str) -> None:
    content, remark = HONEST[name]
    assert look(tmp_path, content)[1] == remark


def test_a_dense_archive_is_judged_by_its_ratio(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 1
    packed = deflated(("a", noise * (11 * MIB // len(noise))))
    assert 11 * MIB / len(packed) > HIGHEST_RATIO
    assert look(tmp_path, packed)[1] == "zip-bomb"


@pytest.mark.parametrize("name", ["../up.txt", "/etc/passwd", "C:\\win.ini", "a/../../b", "..\\up.txt"])
def test_a_name_that_leads_outside_is_noted(tmp_path: Path, name: str) -> None:
    assert look(tmp_path, deflated((name, b"x")))[1] == "unsafe-names"


def test_a_link_in_an_archive_is_noted(tmp_path: Path) -> None:
    out, link = io.BytesIO(), zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert look(tmp_path, out.getvalue())[1] == "unsafe-names"


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return out.getvalue()


def rar(version: int, locked: bool) -> bytes:
    if version == 5:
        return b"Rar!\x1a\x07\x01\0" + bytes(4) + bytes([20, 4 if locked else 1]) + bytes(50)
    return b"Rar!\x1a\x07\0" + bytes(2) + b"\x73" + (0x80 if locked else 0).to_bytes(2, "little") + bytes(50)


SEVEN = b"7z\xbc\xaf\x27\x1c" + bytes(60)
ARCHIVES = {
    "tar": (tar(), "application/x-tar", "archive"),
    "gzip": (gzip.compress(b"words"), "application/gzip", "archive"),
    "7z": (SEVEN, "application/x-7z-compressed", "archive"),
    "7z, locked": (SEVEN + b"\x06\xf1\x07\x01", "application/x-7z-compressed", "encrypted-zip"),
    "rar 4": (rar(4, False), "application/vnd.rar", "archive"),
    "rar 4, locked": (rar(4, True), "application/vnd.rar", "encrypted-zip"),
    "rar 5": (rar(5, False), "application/vnd.rar", "archive"),
    "rar 5, locked": (rar(5, True), "application/vnd.rar", "encrypted-zip"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_other_archives_are_named(tmp_path: Path, name: str) -> None:
    content, kind, remark = ARCHIVES[name]
    assert look(tmp_path, content) == (kind, remark)


HTML = b"<!DOCTYPE html><html><body>words</body></html>"
OTHERS = {
    "windows program": (b"MZ" + bytes(200), "application/x-executable", "program"),
    "linux program": (b"\x7fELF" + bytes(200), "application/x-executable", "program"),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", "text/x-script", "program"),
    "page": (HTML, "text/html", None),
    "page with a script": (HTML.replace(b"words", b"<ScRiPt>x()</script>"), "text/html", "script-inside"),
    "page with a handler": (HTML.replace(b"<body", b"<body onload=x()"), "text/html", "script-inside"),
    "drawing": (b"<?xml version='1.0'?><svg xmlns='x'/>", "image/svg+xml", None),
    "drawing with a script": (b"<svg><script>x()</script></svg>", "image/svg+xml", "script-inside"),
    "pdf with an action": (pdf("x").replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript >>"), PDF, "script-inside"),
    "pdf and zip": (pdf("x") + deflated(("a.txt", b"a")), PDF, "two-kinds"),
    "pdf behind a page": (b"<html><script>x()</script>" + pdf("x"), PDF, "two-kinds"),
    "gif and javascript": (b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", "image/gif", "two-kinds"),
    "gif and page": (b"GIF89a" + bytes(20) + b"<script>alert(1)</script>", "image/gif", "two-kinds"),
    "picture and archive": (png(1, 2, 3) + deflated(("a.class", b"a")), "image/png", "two-kinds"),
    "picture": (png(1, 2, 3), "image/png", None),
    "dde in word": (
        deflated(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:instrText>DDEAUTO c:\\x")),
        WORD,
        "dde",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_files_that_people_should_beware_of_are_evidence_with_a_word(tmp_path: Path, name: str) -> None:
    content, kind, remark = OTHERS[name]
    assert look(tmp_path, content) == (kind, remark)


SAID = [
    ("roster.pdf", PDF, png(1, 2, 3), "other-kind"),
    ("roster.pdf", PDF, b"only words", "other-kind"),
    ("roster.docx", ANY, pdf("x"), "other-kind"),
    ("photo.png", ANY, b"\xff\xd8\xff\xe0 jpeg", None),
    ("notes.txt", "text/plain", pdf("x"), "other-kind"),
    ("notes.txt", "text/plain", b"words", None),
    ("old.doc", "application/msword", b"{\\rtf1 words}", None),
    ("old.xls", "application/vnd.ms-excel", HTML, None),
    ("list.csv", "application/vnd.ms-excel", b"a,b\n", None),
    ("roster", PDF, b"only words", "other-kind"),
    ("roster.pdf", "image/png", pdf("x"), None),
    ("run.vbs", "text/plain", b"MsgBox 1", "program"),
    ("roster.pdf.exe", ANY, b"anything", "program"),
    ("anything", ANY, b"anything", None),
]


@pytest.mark.parametrize(("name", "declared", "content", "remark"), SAID)
def test_a_file_that_is_not_what_its_name_says_is_told(
    tmp_path: Path, name: str, declared: str, content: bytes, remark: str | None
) -> None:
    assert look(tmp_path, content, declared, name)[1] == remark


# old office


def ole(*streams: tuple[str, bytes]) -> bytes:
    """An OLE file: a table, the list of streams, and each of them in a sector of its own."""
    entries = [("Root Entry", b""), *streams]
    listed = b"".join(_entry(name, number + 2) for number, (name, _) in enumerate(entries))
    sectors = -(-len(listed) // 512)
    first = 1 + sectors
    listed = b"".join(_entry(name, first + number - 1) for number, (name, _) in enumerate(entries))
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE, *[0xFFFFFFFE] * len(streams)]
    table = b"".join(struct.pack("<I", one) for one in chain).ljust(512, b"\xff")
    head = bytearray(512)
    head[:8], head[30] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 9
    struct.pack_into("<I", head, 48, 1)
    struct.pack_into("<I", head, 68, 0xFFFFFFFE)
    head[76:] = struct.pack("<I", 0) + b"\xff" * 432
    return (
        bytes(head)
        + table
        + listed.ljust(512 * sectors, b"\0")
        + b"".join(content.ljust(512, b"\0") for _, content in streams)
    )


def _entry(name: str, start: int) -> bytes:
    coded = name.encode("utf-16-le") + b"\0\0"
    entry = bytearray(coded.ljust(128, b"\0"))
    struct.pack_into("<H", entry, 64, len(coded))
    struct.pack_into("<II", entry, 116, start, 512)
    return bytes(entry)


FIB = b"\xec\xa5" + bytes(9) + b"\0" + bytes(20)
LOCKED_FIB = b"\xec\xa5" + bytes(9) + b"\1" + bytes(20)
BOOK = struct.pack("<HH", 0x809, 4) + bytes(4)
LOCKED_BOOK = BOOK + struct.pack("<HH", 0x2F, 4) + bytes(4)
OLD = {
    "word": ([("WordDocument", FIB)], "application/msword", None),
    "word, locked": ([("WordDocument", LOCKED_FIB)], "application/msword", "password"),
    "word with macros": (
        [("WordDocument", FIB), ("1Table", b""), ("Macros", b""), ("VBA", b""), ("dir", b"")],
        "application/msword",
        "macros",
    ),
    "excel": ([("Workbook", BOOK)], "application/vnd.ms-excel", None),
    "excel, locked": ([("Workbook", LOCKED_BOOK)], "application/vnd.ms-excel", "password"),
    "excel with macros": (
        [("Workbook", BOOK), ("_VBA_PROJECT_CUR", b"")],
        "application/vnd.ms-excel",
        "macros",
    ),
    "new office, locked": ([("EncryptedPackage", b"")], OLE, "password"),
    "outlook": ([("__properties_version1.0", b"")], "application/vnd.ms-outlook", None),
    "word with dde": ([("WordDocument", FIB + b"DDEAUTO cmd")], "application/msword", "dde"),
}


@pytest.mark.parametrize("name", OLD)
def test_old_office_tells_what_it_is_and_what_is_in_it(tmp_path: Path, name: str) -> None:
    streams, kind, remark = OLD[name]
    assert look(tmp_path, ole(*streams)) == (kind, remark)


def test_a_list_of_streams_that_leads_in_a_circle_ends(tmp_path: Path) -> None:
    raw = bytearray(ole(("WordDocument", FIB)))
    struct.pack_into("<I", raw, 512 + 4, 1)
    assert look(tmp_path, bytes(raw))[0] == "application/msword"


def test_torn_and_broken_files_never_raise(tmp_path: Path) -> None:
    whole: Sequence[bytes] = [ole(("WordDocument", FIB), ("Macros", b"")), SEVEN, rar(4, True), rar(5, True)]
    whole = [*whole, gzip.compress(b"words" * 50), BOMBS["overlapping, but small"], tar()[:700]]
    for content in whole:
        for cut in range(0, len(content), 41):
            look(tmp_path, content[:cut])
            look(tmp_path, content[:cut] + b"\xff\x00\xff" + content[cut + 3 :])


def test_every_word_has_a_sentence() -> None:
    assert [word for word in REMARKS if reason(word) == reason("default")] == []
    for word in ("opened", "formatting", "not-opened", "infected", "smime", "winmail"):
        assert reason(word) != reason("default")
