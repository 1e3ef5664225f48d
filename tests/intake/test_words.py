"""The words of text parts, from any character set and from HTML; and the clouds they point to."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.words import cloud_hosts, content_ids, says_more, text_of, text_of_html


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("año".encode(), "utf-8", "año"),
        ("año".encode(), "", "año"),
        ("año".encode("latin-1"), "", "año"),
        (b"\x93hi\x94", "iso-8859-1", "“hi”"),
        (b"\x93hi\x94", "us-ascii", "“hi”"),
        ("año".encode(), "x-klingon", "año"),
        (b"a\xf1o", "utf-8", "año"),
        ("日本".encode("iso-2022-jp"), "iso-2022-jp", "日本"),
        (b"abc", "base64", "abc"),
        (b"abc", "punycode", "abc"),
        (b"\\ud800", "unicode_escape", "\\ud800"),
        (b"a\0b", "utf-8", "ab"),
        (b"abc", "\0", "abc"),
    ],
)
def test_a_character_set_is_read_as_people_mean_it(data: bytes, charset: str, text: str) -> None:
    assert text_of(data, charset) == text


@given(
    st.binary(max_size=100),
    st.text(max_size=20) | st.sampled_from(["utf-7", "utf-16", "idna", "rot13", "hex"]),
)
def test_any_bytes_under_any_name_are_text(data: bytes, charset: str) -> None:
    text_of(data, charset).encode("utf-8")


def test_hidden_html_is_not_read() -> None:
    html = (
        "<html><head><title>approve</title><style>p{}</style></head><body><!-- approve -->"
        '<p>EL 02</p><div style="display:none">approve</div><script>approve</script></body></html>'
    )
    assert text_of_html(html).strip() == "EL 02"


@pytest.mark.parametrize(
    "html", ["", "<", "<div>" * 20_000, "<table><tr>" * 5_000, "<p>a" * 20_000, "\x01<b>"]
)
def test_strange_html_gives_some_text_in_bounded_time(html: str) -> None:
    started = time.process_time()
    text_of_html(html)
    assert time.process_time() - started < 5


def test_the_parts_that_html_shows_are_known() -> None:
    html = "<img src=cid:logo1><img src='CID:a%40b'><div style='background:url(cid:c)'>"
    assert content_ids(html) == {"logo1", "a@b", "c"}


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("see https://drive.google.com/file/d/SECRET/view?usp=sharing", ("drive.google.com",)),
        ("https://Lea-My.SharePoint.com:443/x http://1drv.ms/a", ("lea-my.sharepoint.com", "1drv.ms")),
        ("https://www.dropbox.com/s/x https://www.dropbox.com/s/y", ("www.dropbox.com",)),
        ("https://safelinks.example/?url=https%3A%2F%2Fapp.box.com%2Fs%2Fx", ("app.box.com",)),
        ("https://drive.google.com@evil.example/x", ()),
        ("https://drive.google.com.evil.example/x https://notdropbox.com/", ()),
        ("no link to drive.google.com at all", ()),
    ],
)
def test_only_hosts_of_cloud_files_are_told(text: str, hosts: tuple[str, ...]) -> None:
    assert cloud_hosts(text, []) == hosts


def test_links_of_html_count_above_the_quote_only() -> None:
    html = '<a href="https://docs.google.com/x">it</a><div class="gmail_quote"><a href="https://1drv.ms/y">old</a>'
    assert cloud_hosts("", [html]) == ("docs.google.com",)


ADDED = "add user Pat Moe <pmoe@coastrange.example> as user"


@pytest.mark.parametrize(
    ("fresh", "shown", "more"),
    [
        (ADDED, ADDED, False),
        (ADDED, "Hello\n" + ADDED + "\nThanks", False),
        ("see <https://x.example/a> EL 02", "see EL 02", False),
        ("see link<https://x.example/a>", "see link", False),
        (ADDED, "add user Pat Moe as coordinator", True),
        ("submit EL 02", "thank you", True),
    ],
)
def test_an_address_in_brackets_is_no_hidden_word(fresh: str, shown: str, more: bool) -> None:
    """`<…>` may be a link that only the plain part spells out, or an address that both show."""
    assert says_more(fresh, shown) is more
