"""Mail that is broken, ambiguous or meant to harm, each file with one fault."""

from tests.mail.mime import (
    PDF,
    SENDER,
    File,
    Fixture,
    attached,
    block,
    entity,
    joined,
    mail,
    roster,
    text,
    with_file,
    wrapped,
)

WORDS = "EL 02 roster attached."
DEPTH = 2_000
PARAMETER_BYTES = 89_000


def plain_mail(about: str) -> tuple[bytes, File]:
    """A mail with nothing wrong in it yet, and its file."""
    file = roster(about)
    return mail(f"EL 02 ({about})", with_file(WORDS, attached(file))), file


def with_header(raw: bytes, old: bytes, new: bytes) -> bytes:
    """The mail with one header line replaced; a fixture whose line is not there is a mistake."""
    head, rest = raw.split(b"\r\n\r\n", 1)
    if head.count(old) != 1:
        raise ValueError(old)
    return head.replace(old, new) + b"\r\n\r\n" + rest


def under(disposition: tuple[str, ...], file: File, kind: str = PDF) -> bytes:
    """The file under a hand-written Content-Disposition."""
    headers = (f"Content-Type: {kind}", *disposition, "Content-Transfer-Encoding: base64")
    return mail("EL 02", with_file(WORDS, entity(headers, wrapped(file.content))))


# Broken content


def empty_file() -> Fixture:
    file = File("roster.pdf", b"", "no bytes at all")
    return Fixture(
        mail("EL 02", with_file(WORDS, attached(file))),
        WORDS,
        (file,),
        remark="Told as empty, not as received.",
    )


def damaged_base64() -> Fixture:
    """Foreign characters in the second line; cut off one character into a group of four."""
    whole = roster("damaged base64")
    coded = wrapped(whole.content)
    broken = coded[:90] + b"!*" + coded[90:130] + b"\xe9~" + coded[130:469]
    saved = sum(byte not in b"!*\xe9~\r\n" for byte in broken) * 6 // 8
    file = File("roster.pdf", whole.content[:saved], "what a lenient decoder saves: the beginning of the PDF")
    raw = mail("EL 02", with_file(WORDS, attached(whole)).replace(coded, broken + b"\r\n"))
    remark = "Damaged on the way, to be asked for again; Python's email hands out the Base64 text undecoded."
    return Fixture(raw, WORDS, (file,), remark=remark)


def nameless_part() -> Fixture:
    file = roster("nameless part", None, "no name and no disposition")
    return Fixture(under((), file), WORDS, (file,))


def bare_lf() -> Fixture:
    raw, file = plain_mail("bare LF")
    return Fixture(raw.replace(b"\r\n", b"\n"), WORDS, (file,), remark="Every line ends in LF alone.")


def bare_cr() -> Fixture:
    raw, file = plain_mail("bare CR")
    remark = (
        "Every line ends in CR alone: to a strict reader one endless line, to a lenient one a common mail."
    )
    return Fixture(raw.replace(b"\r\n", b"\r"), WORDS, (file,), remark=remark)


def nul_bytes() -> Fixture:
    words, file = "EL 02\0 roster attached.\0", roster("NUL", "ros\0ter.pdf", "NUL in the name as sent")
    raw = mail("EL\0 02", with_file(words, attached(file)))
    return Fixture(raw, words, (file,), remark="NUL in subject, text and name; none may reach a row.")


def unknown_charset() -> Fixture:
    headers = ("Content-Type: text/plain; charset=x-klingon", "Content-Transfer-Encoding: 8bit")
    raw = mail("EL 02", entity(headers, b"EL 02 for the year (a\xf1o) 2026\r\n"))
    remark = "No such charset; byte F1 is given here as U+FFFD, a reader may also show n with tilde."
    return Fixture(raw, "EL 02 for the year (a\ufffdo) 2026", remark=remark)


def base64_text_body() -> Fixture:
    words = "EL 02: año 2026"
    headers = ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64")
    return Fixture(
        mail("EL 02", entity(headers, wrapped(words.encode()))), words, remark="The words are Base64."
    )


# Names


def duplicate_name_two_files() -> Fixture:
    first, second = roster("first of one name"), roster("second of one name", note="same name, other bytes")
    words = "1: EL 02\n2: CE 08"
    raw = mail("Two", joined("mixed", "=_two", text(words), attached(first), attached(second)))
    return Fixture(raw, words, (first, second))


def traversal_name() -> Fixture:
    file = roster("traversal", "../../etc/passwd.pdf", "data only, never a path")
    return Fixture(mail("EL 02", with_file(WORDS, attached(file))), WORDS, (file,))


def bidi_name() -> Fixture:
    disposition = ("Content-Disposition: attachment; filename*=utf-8''roster%E2%80%AEfdp.exe",)
    file = roster("bidi", "roster\u202efdp.exe", "U+202E: shown naively it reads rosterexe.pdf")
    return Fixture(under(disposition, file, "application/octet-stream"), WORDS, (file,))


def long_name() -> Fixture:
    file = roster("long name", "ELAC-" + "roster-" * 41 + "2026.pdf", "300 bytes")
    return Fixture(mail("EL 02", with_file(WORDS, attached(file))), WORDS, (file,))


def rfc2231_pieces_name() -> Fixture:
    disposition = (
        "Content-Disposition: attachment;",
        " filename*2*=%B1o;",
        " filename*0*=utf-8'es'Lista%20de%20;",
        ' filename*3=" 2026.pdf";',
        " filename*1*=asistencia%20a%C3",
    )
    file = roster("pieces", "Lista de asistencia año 2026.pdf")
    remark = "Pieces out of order, one of them not encoded, and a letter split between two."
    return Fixture(under(disposition, file), WORDS, (file,), remark=remark)


def latin1_raw_headers() -> Fixture:
    file = roster("raw ISO-8859-1", "Reunión año 2026.pdf", "name sent as raw ISO-8859-1")
    part = attached(file).decode().encode("latin-1")
    sender = "Ana Ruíz <aruiz@sierravista.example>"
    raw = mail("Reunión EL 02", with_file(WORDS, part), sender=sender, charset="latin-1")
    remark = "Subject, From and name hold raw ISO-8859-1; Python's email gives U+FFFD for those bytes."
    return Fixture(raw, WORDS, (file,), remark=remark)


# Who sent it


def two_from_headers() -> Fixture:
    raw, file = plain_mail("two From headers")
    both = f"From: {SENDER}\r\nFrom: Somebody Else <superintendent@sierravista.example>"
    raw = with_header(raw, f"From: {SENDER}".encode(), both.encode())
    return Fixture(raw, WORDS, (file,), remark="Two From headers: kept, carries no authority.")


def group_from() -> Fixture:
    raw, file = plain_mail("group From")
    raw = with_header(raw, f"From: {SENDER}".encode(), b"From: undisclosed:;")
    return Fixture(
        raw, WORDS, (file,), remark="From is an empty group, it names nobody: kept, carries no authority."
    )


# Bombs


def from_parens_recursion() -> Fixture:
    raw, file = plain_mail("open parentheses")
    raw = with_header(raw, b"To: evidence@cais.example", b"To: " + b"(" * 1_000)
    remark = "A To of 1,000 open parentheses: RecursionError in Python's email with policy.default."
    return Fixture(raw, WORDS, (file,), remark=remark)


def many_content_type_params() -> Fixture:
    one = "; x{:05d}=y"
    count = PARAMETER_BYTES // len(one.format(0))
    headers = (
        "Content-Type: text/plain" + "".join("\r\n " * (n % 8 == 0) + one.format(n) for n in range(count)),
    )
    raw = mail("EL 02", entity(headers, block(WORDS)))
    return Fixture(
        raw, WORDS, remark="89 KB of Content-Type parameters: seconds of work in a quadratic reader."
    )


def deep_nesting() -> Fixture:
    opened = (block(f"Content-Type: multipart/mixed; boundary=b{n}", "", f"--b{n}") for n in range(DEPTH))
    raw = mail("EL 02", b"".join(opened) + text(WORDS))
    return Fixture(
        raw,
        None,
        remark=f"Multiparts {DEPTH} deep, never closed, a text at the bottom: to be kept as unparsed.",
    )


HOSTILE = (
    empty_file,
    damaged_base64,
    nameless_part,
    bare_lf,
    bare_cr,
    nul_bytes,
    unknown_charset,
    base64_text_body,
    duplicate_name_two_files,
    traversal_name,
    bidi_name,
    long_name,
    rfc2231_pieces_name,
    latin1_raw_headers,
    two_from_headers,
    group_from,
    from_parens_recursion,
    many_content_type_params,
    deep_nesting,
)
