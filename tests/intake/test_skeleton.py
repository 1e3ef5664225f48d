"""The skeleton of a mail is small, and with the file it is the whole mail again."""

import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.skeleton import BLOCK, MOST_BYTES, NotRead, Skeleton, build_skeleton

HEADERS = b"From: a@b.example\r\nSubject: x\r\n\r\n"


def skeleton_of(raw: bytes) -> Skeleton:
    return build_skeleton(io.BytesIO(raw), hashlib.sha256(raw).hexdigest())


def whole(skeleton: Skeleton, raw: bytes) -> bytes:
    return b"".join(skeleton.slices(skeleton.data, io.BytesIO(raw)))


def test_a_small_mail_is_its_own_skeleton() -> None:
    raw = HEADERS + b"--b\r\n\r\nwords\r\n--b--\r\n"
    assert skeleton_of(raw) == Skeleton(raw, skeleton_of(raw).mark, ())


runs = st.tuples(
    st.sampled_from([b"\r\n--", b"\n--", b"\r--", b"--", b"", b"\r\n\r\n", b"\n"]),
    st.sampled_from([b"x", b"\r\n", b"\n", b"\r", b"ab\r\n", b"-", b"x" * 75 + b"\r\n"]),
    st.integers(0, 9_000),
)


@given(st.lists(runs, max_size=12))
def test_with_the_file_it_is_the_whole_mail_again(parts: list[tuple[bytes, bytes, int]]) -> None:
    raw = HEADERS + b"".join(lead + unit * count for lead, unit, count in parts)
    assert whole(skeleton_of(raw), raw) == raw


@pytest.mark.parametrize("place", range(-4, 5))
@pytest.mark.parametrize("line", [b"\r\n--b", b"\n--b", b"\r--b"])
def test_a_boundary_line_across_two_blocks_is_seen(place: int, line: bytes) -> None:
    before = HEADERS + b"x" * (BLOCK + place - len(HEADERS))
    raw = before + line + b"\r\n\r\n" + b"y" * 10_000
    skeleton = skeleton_of(raw)
    assert line in skeleton.data
    assert len(skeleton.places) == 2
    assert whole(skeleton, raw) == raw


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_the_line_end_before_a_boundary_is_no_content(end: bytes) -> None:
    raw = HEADERS + b"--b" + end * 2 + b"y" * 9_000 + end + b"--b--" + end
    (place,) = skeleton_of(raw).places
    assert raw[place[0] : sum(place)].strip(b"y") == b""


@pytest.mark.parametrize(
    "content",
    [b"\r\n" * 1_500_000, b"x" * 3_000_000, (b"x" * 76 + b"\r\n") * 40_000, b"\r" * 3_000_000],
)
def test_long_content_is_left_out_whatever_its_lines(content: bytes) -> None:
    raw = HEADERS + content
    skeleton = skeleton_of(raw)
    assert len(skeleton.data) < 10_000
    assert whole(skeleton, raw) == raw


def test_a_mark_planted_in_the_mail_stands_for_nothing() -> None:
    raw = HEADERS + b"left-out-" + b"0" * 64 + b"-0;" + b"x" * 10_000
    assert whole(skeleton_of(raw), raw) == raw


def test_all_headers_of_the_top_are_kept_and_no_more_than_256_kib() -> None:
    raw = b"X: " + b"y" * 200_000 + b"\r\n" + HEADERS + b"z" * 10_000
    assert skeleton_of(raw).data.startswith(raw[:200_030])
    with pytest.raises(NotRead, match="headers-too-long"):
        skeleton_of(b"X: " + b"y" * 300_000 + b"\r\n" + HEADERS)


@pytest.mark.parametrize("content", [b"--\n" * 60_000, (b"\n--" + b"x" * 4000) * 1_100])
def test_too_many_possible_parts_are_not_read(content: bytes) -> None:
    with pytest.raises(NotRead, match="too-many-parts"):
        skeleton_of(HEADERS + content)


def test_hundreds_of_large_files_fit() -> None:
    part = b"--b\r\nContent-Type: application/pdf\r\n\r\n" + b"x" * 40_000 + b"\r\n"
    skeleton = skeleton_of(HEADERS + part * 499)
    assert len(skeleton.data) < MOST_BYTES
    assert len(skeleton.places) == 499
