"""What may be a file of Slack's, by its address and by its type."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.downloading import Downloads, NotGiven, Wanted, other_kind
from bot.fake_slack import BOT_TOKEN
from bot.slack_download import SlackHosts, places_of
from store.files import FileStore
from store.keeping import Arrival, Keeper


def test_each_slack_has_its_own_hosts() -> None:
    assert places_of("https://slack.com/api/")[0] == "https://files.slack.com/"
    assert places_of("https://slack-gov.com/api/")[0] == "https://files.slack-gov.com/"
    assert places_of("http://127.0.0.1:81/api/") == ("http://127.0.0.1:81/",)


@pytest.mark.parametrize(
    ("served", "on_record", "word"),
    [
        ("application/pdf", "application/pdf", None),
        ("text/plain; charset=utf-8", "text/csv", None),
        ("", "application/pdf", None),
        ("application/octet-stream", "application/pdf", None),
        ("text/html; charset=utf-8", "text/html", None),
        ("text/html; charset=utf-8", "text/plain", "page"),
        ("TEXT/HTML", "application/pdf", "page"),
        ("application/json", "application/pdf", "page"),
        ("application/json", "application/json", None),
        ("image/png", "application/pdf", "other"),
        ("image/png", "", None),
    ],
)
def test_a_type_that_cannot_be_the_files_is_refused(served: str, on_record: str, word: str | None) -> None:
    assert other_kind(served, on_record) == word


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/a",
        "https://files.slack.com",
        "https://files.slack.com:444/a",
        "https://files.slack.com@evil.example/a",
        "https://evil.example/https://files.slack.com/a",
        "https://files.slack.com.evil.example/a",
        "https://files.slack.com\\@evil.example/a",
        "https://xfiles.slack.com/a",
        "https://slack.com/a",
        "https://user:pass@files.slack.com/a",
        " https://files.slack.com/a",
        "https://FILES.slack.com/a",
        "https://files.slack.com\t/a",
        "https://files.slack.com。/a",
        "//files.slack.com/a",
        "https://files.slack-gov.com/a",
        "https://3232235777/a",
        "https://[::1]/a",
        "https://127.0.0.1/a",
        "file:///etc/passwd",
        "",
    ],
)
async def test_an_address_that_is_not_exactly_slacks_is_not_asked(tmp_path: Path, url: str) -> None:
    keeper = Keeper(FileStore(tmp_path), _no_rows)
    downloads = Downloads(SlackHosts(BOT_TOKEN, "https://slack.com/api/"), keeper, lambda: False)
    with pytest.raises(NotGiven, match="slack-foreign"):
        await downloads.download(Wanted(url, "application/pdf", 1, exact=True))
    assert downloads._session is None
    await keeper.aclose()


async def _no_rows(_arrivals: Sequence[Arrival]) -> list[int]:
    return []
