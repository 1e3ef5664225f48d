"""What files are by their bytes, whatever their names and headers say."""

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest

from intake.contents import OLE, PDF, ZIP, look_inside
from tests.mail.documents import pdf

OFFICE = "application/vnd.openxmlformats-officedocument."
ANY = "application/octet-stream"


def locked(user: str, owner: str) -> bytes:
    found = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("roster"))) as document:
        document.save(found, encryption=pikepdf.Encryption(user=user, owner=owner, R=6))
    return found.getvalue()


def zipped(*names: str) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        for name in names:
            archive.writestr(name, pdf(name))
    return found.getvalue()


def encrypted_zip() -> bytes:
    """The bit that says so, set by hand in both headers."""
    raw = bytearray(zipped("a.pdf"))
    raw[6] |= 1
    raw[raw.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


FILES = {
    "pdf": (pdf("x"), PDF, None),
    "pdf after junk": (b"junk\r\n" * 50 + pdf("x"), PDF, None),
    "pdf with a user password": (locked("secret", "owner"), PDF, "password"),
    "pdf that only forbids printing": (locked("", "owner"), PDF, None),
    "pdf that is broken and says Encrypt": (b"%PDF-1.4\n/Encrypt nothing", PDF, None),
    "png": (b"\x89PNG\r\n\x1a\n", "image/png", None),
    "jpeg": (b"\xff\xd8\xff\xe0", "image/jpeg", None),
    "gif": (b"GIF89a", "image/gif", None),
    "tiff": (b"II*\0", "image/tiff", None),
    "heic": (b"\0\0\0\x18ftypheic", "image/heic", None),
    "rtf": (b"{\\rtf1", "application/rtf", None),
    "ole": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE, None),
    "locked office": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000_000) + "EncryptedPackage".encode("utf-16-le"),
        OLE,
        "password",
    ),
    "docx": (zipped("[Content_Types].xml", "word/document.xml"), f"{OFFICE}wordprocessingml.document", None),
    "xlsx": (zipped("[Content_Types].xml", "xl/workbook.xml"), f"{OFFICE}spreadsheetml.sheet", None),
    "pptx": (zipped("[Content_Types].xml", "ppt/p.xml"), f"{OFFICE}presentationml.presentation", None),
    "docm": (
        zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        f"{OFFICE}wordprocessingml.document",
        "macros",
    ),
    "zip that holds pdfs": (zipped("a.pdf", "b.pdf"), ZIP, "zip"),
    "zip with a password": (encrypted_zip(), ZIP, "encrypted-zip"),
    "zip without a list": (b"PK\x03\x04nothing", ZIP, "zip"),
    "empty zip": (zipped(), ZIP, "zip"),
    "anything else": (b"anything else", ANY, None),
    "nothing": (b"", ANY, None),
}


@pytest.mark.parametrize("name", FILES)
def test_the_bytes_tell_the_type_and_what_people_should_know(tmp_path: Path, name: str) -> None:
    content, media_type, remark = FILES[name]
    (tmp_path / "file").write_bytes(content)
    assert look_inside(tmp_path / "file", ANY) == (media_type, remark)


def test_an_open_document_tells_its_type_itself(tmp_path: Path) -> None:
    kind = "application/vnd.oasis.opendocument.text"
    with zipfile.ZipFile(tmp_path / "file", "w") as archive:
        archive.writestr("mimetype", kind)
    assert look_inside(tmp_path / "file", ANY) == (kind, None)


def test_old_office_files_keep_the_type_they_declare(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert look_inside(tmp_path / "file", "application/msword") == ("application/msword", None)


def test_a_torn_zip_never_raises(tmp_path: Path) -> None:
    whole = zipped("[Content_Types].xml", "word/document.xml")
    for cut in range(0, len(whole), 7):
        (tmp_path / "file").write_bytes(whole[:cut] + b"\xff" * 3 + whole[cut + 3 :])
        look_inside(tmp_path / "file", ANY)
