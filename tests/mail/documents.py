"""The tiny documents that the mail fixtures carry: valid, neutral, and the same bytes on every machine.

Nothing is compressed (streams are stored), because compressed bytes differ between zlib builds.
"""

import io
import struct
import zipfile
import zlib

import pikepdf
from openpyxl import Workbook

LOCK = "chaparral"
MOMENT = (2026, 9, 14, 8, 30, 0)
DOCX_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
DOCX_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)
DOCX_BODY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}'
    "</w:body></w:document>"
)


def pdf(*lines: str) -> bytes:
    """One page with these lines (ASCII) on it."""
    drawn = "".join(f"({line}) Tj T*\n" for line in lines)
    page = f"BT /F1 12 Tf 72 720 Td 16 TL\n{drawn}ET".encode("ascii")
    return _pdf_file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )


def _pdf_file(*objects: bytes) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def locked_pdf(*lines: str) -> bytes:
    """A PDF that opens only with the password LOCK (RC4, since AES would put random bytes into it)."""
    out = io.BytesIO()
    lock = pikepdf.Encryption(owner="owner-" + LOCK, user=LOCK, R=3, aes=False, metadata=False)
    with pikepdf.open(io.BytesIO(pdf(*lines))) as plain:
        plain.save(out, encryption=lock, static_id=True, compress_streams=False)
    return out.getvalue()


def docx(*paragraphs: str) -> bytes:
    """A Word file with these paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{paragraph}</w:t></w:r></w:p>" for paragraph in paragraphs)
    return archive(
        ("[Content_Types].xml", DOCX_TYPES.encode()),
        ("_rels/.rels", DOCX_RELATIONS.encode()),
        ("word/document.xml", DOCX_BODY.format(body).encode()),
    )


def paged_pdf(count: int) -> bytes:
    """So many empty pages."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(count):
            document.add_blank_page()
        document.save(out, static_id=True, compress_streams=False)
    return out.getvalue()


def paged_docx(count: int) -> bytes:
    """A Word file that says so many pages of itself."""
    said = f'<?xml version="1.0"?><Properties><Pages>{count}</Pages></Properties>'
    return archive(
        ("[Content_Types].xml", DOCX_TYPES.encode()),
        ("_rels/.rels", DOCX_RELATIONS.encode()),
        ("word/document.xml", DOCX_BODY.format("").encode()),
        ("docProps/app.xml", said.encode()),
    )


def xlsx(**sheets: int) -> bytes:
    """A workbook with these sheets of so many rows."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in range(1, rows + 1):
            sheet.cell(row, 1, row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(*members: tuple[str, bytes]) -> bytes:
    """A ZIP of these members, dated MOMENT."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as zipped:
        for name, content in members:
            zipped.writestr(zipfile.ZipInfo(name, MOMENT), content)
    return out.getvalue()


def png(red: int, green: int, blue: int, side: int = 8) -> bytes:
    """A square of one colour, as small as a logo in a signature."""
    rows = (b"\0" + bytes((red, green, blue)) * side) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 0)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
