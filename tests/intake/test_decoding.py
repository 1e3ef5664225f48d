"""Content comes back byte for byte, however its encoding was broken into lines and slices."""

import base64
import binascii
import quopri
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.decoding import Decoder, decoder


def decoded(how: Decoder, encoded: bytes, size: int) -> bytes:
    slices = [encoded[start : start + size] for start in range(0, len(encoded), size)]
    return b"".join(map(how.feed, slices)) + how.end()


contents = st.binary(max_size=400)
sizes = st.integers(1, 200)
ends = st.lists(st.sampled_from([b"\r\n", b"\n", b"\r", b" \t\r\n"]), min_size=1, max_size=5)


@given(contents, sizes, ends, st.integers(1, 90))
def test_base64_comes_back_from_any_lines_and_slices(
    content: bytes, size: int, breaks: list[bytes], width: int
) -> None:
    whole = base64.b64encode(content)
    lines = [whole[start : start + width] for start in range(0, len(whole), width)]
    encoded = b"".join(line + breaks[n % len(breaks)] for n, line in enumerate(lines))
    how = decoder("base64")
    assert decoded(how, encoded, size) == content
    assert not how.damaged


@given(st.binary(max_size=300), sizes)
def test_base64_of_anything_at_all_never_raises(garbage: bytes, size: int) -> None:
    decoded(decoder("base64"), garbage, size)


@given(st.binary(min_size=1, max_size=300), sizes, st.data())
def test_base64_with_a_foreign_byte_is_damaged_and_still_decoded(
    content: bytes, size: int, data: st.DataObject
) -> None:
    whole = base64.b64encode(content).rstrip(b"=")
    place = data.draw(st.integers(0, len(whole)))
    how = decoder("base64")
    padding = b"=" * (-len(whole) % 4)
    assert decoded(how, whole[:place] + b"!*\xe9" + whole[place:] + padding, size) == content
    assert how.damaged


@pytest.mark.parametrize(
    "encoded",
    [b"QUJDR", b"QUJDRA", b"QUJDREU", b"QUJD=", b"QUJDR=", b"QUJDRA==QUJD", b"QUJDRA==\n-- \nfooter"],
)
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 100])
def test_base64_that_ends_wrongly_is_damaged(encoded: bytes, size: int) -> None:
    how = decoder("base64")
    assert decoded(how, encoded, size).startswith(b"ABC")
    assert how.damaged


@pytest.mark.parametrize("encoded", [b"", b"\r\n", b"QUJD", b"QUJDRA==", b"QUJDREU=\r\n\r\n", b"QQ=\r\n="])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 100])
def test_base64_that_ends_well_is_not(encoded: bytes, size: int) -> None:
    how = decoder("base64")
    decoded(how, encoded, size)
    assert not how.damaged


@given(contents, sizes, st.sampled_from([b"\r\n", b"\n", b"\r"]), st.sampled_from([b"", b" ", b" \t "]))
def test_quoted_printable_comes_back_from_any_lines_and_slices(
    content: bytes, size: int, end: bytes, padding: bytes
) -> None:
    escaped = b"".join(
        b"=%02X" % byte if byte in b"=\r\n \t" or byte > 126 else bytes([byte]) for byte in content
    )
    pieces, start = [], 0
    while start < len(escaped):
        width = random.Random(start).randint(1, 70)
        cut = start + width
        while b"=" in escaped[max(start, cut - 2) : cut]:
            cut += 1
        pieces.append(escaped[start:cut])
        start = cut
    encoded = (b"=" + padding + end).join(pieces)
    assert decoded(decoder("quoted-printable"), encoded, size) == content


@given(st.binary(max_size=300).map(lambda data: quopri.encodestring(data)), sizes)
def test_quoted_printable_means_what_it_means_to_the_standard_library(encoded: bytes, size: int) -> None:
    assert decoded(decoder("quoted-printable"), encoded, size) == binascii.a2b_qp(encoded)


@given(contents, sizes, st.sampled_from([b"\n", b"\r\n"]))
def test_uuencode_comes_back_from_any_slices(content: bytes, size: int, end: bytes) -> None:
    lines = [content[start : start + 45] for start in range(0, len(content), 45)]
    body = b"".join(binascii.b2a_uu(line).rstrip(b"\n") + end for line in lines)
    how = decoder("x-uuencode")
    assert decoded(how, b"begin 644 a.pdf" + end + body + b"`" + end + b"end" + end, size) == content
    assert not how.damaged


@pytest.mark.parametrize("encoded", [b"", b"begin 644 a\n", b"begin 644 a\n\xff\xff\xff\nend\n", b"x" * 5000])
def test_uuencode_without_its_end_or_with_foreign_bytes_is_damaged(encoded: bytes) -> None:
    how = decoder("uuencode")
    decoded(how, encoded, 100)
    assert how.damaged


@given(st.binary(max_size=300), sizes, st.sampled_from(["7bit", "8bit", "binary", "", "x-unheard-of"]))
def test_what_is_not_encoded_stays_as_it_is(content: bytes, size: int, encoding: str) -> None:
    assert decoded(decoder(encoding), content, size) == content
