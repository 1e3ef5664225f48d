"""What may be a file of Slack's, by its address and by its type."""

import pytest

from bot.slack_download import other_kind, places_of


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
        ("text/html; charset=utf-8", "text/plain", "slack-no-scope"),
        ("TEXT/HTML", "application/pdf", "slack-no-scope"),
        ("application/json", "application/pdf", "slack-no-scope"),
        ("application/json", "application/json", None),
        ("image/png", "application/pdf", "slack-other"),
        ("image/png", "", None),
    ],
)
def test_a_type_that_cannot_be_the_files_is_refused(served: str, on_record: str, word: str | None) -> None:
    assert other_kind(served, on_record) == word
