"""What Teams says, in our words: its markup, its mentions and its kinds of events."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.fake_teams_keys import TENANT
from bot.teams_activity import account_of, key_of, tenant_of, time_of
from bot.teams_events import told, turn_of
from tests.bot.teams_desk import ACCOUNT, ANA_ID, CHANNEL_THREAD, OURS, PERSONAL, activity, in_channel

URL = "https://smba.trafficmanager.net/amer/"
NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
QUOTE = (
    '<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="1700000000009">'
    '<strong itemprop="mri" itemid="28:x">CAIS</strong><p itemprop="preview">Which item? withdraw 7</p>'
    "</blockquote><p>the&nbsp;second</p>"
)


def said(text: str = "", **more: Any) -> str:
    return told(activity(URL, text, **more)).text


def page(content: str) -> list[dict[str, str]]:
    return [{"contentType": "text/html", "content": content}]


@pytest.mark.parametrize(
    ("text", "form", "wanted"),
    [
        ("status", "plain", "status"),
        ("  status \n", "plain", "status"),
        ("EL 02 &amp; EL 03 &lt;soon&gt;", "plain", "EL 02 & EL 03 <soon>"),
        ("withdraw&nbsp;7", "plain", "withdraw 7"),
        ("withdraw\u00a07", "plain", "withdraw 7"),
        ("&lt;at&gt;CAIS&lt;/at&gt; is a tag", "plain", "<at>CAIS</at> is a tag"),
        ("&amp;lt;", "plain", "&lt;"),
        ("a < b and c > d", "plain", "a < b and c > d"),
        ("one\r\ntwo", "plain", "one\ntwo"),
        ("<p>one</p><p>two &amp; three<br>four</p>", "xml", "one\n\ntwo & three\nfour"),
        ("<script>withdraw 7</script>status", "xml", "status"),
        ("**bold** words", "markdown", "**bold** words"),
        ("sta\0tus", "plain", "status"),
        ("sta&#0;tus", "plain", "sta\ufffdtus"),
        ("sta\ud800tus", "plain", "sta?tus"),
        ("Espan\u0303a", "plain", "España"),
    ],
)
def test_words_are_read_as_they_were_seen(text: str, form: str, wanted: str) -> None:
    assert said(text, textFormat=form) == wanted


def test_our_own_name_is_no_word_and_others_are() -> None:
    ben = {"type": "mention", "text": "<at>Ben Ortiz</at>", "mentioned": {"id": "29:ben", "name": "x"}}
    place = in_channel()
    place["entities"] = [*place["entities"], ben]
    assert said("<at>CAIS</at>, assign EL 02 to <at>Ben Ortiz</at>", **place) == "assign EL 02 to Ben Ortiz"


def test_a_namesake_of_ours_keeps_its_name() -> None:
    place: dict[str, Any] = in_channel()
    place["entities"].insert(
        0, {"type": "mention", "text": "<at>CAIS team</at>", "mentioned": {"id": "29:other"}}
    )
    assert said("<at>CAIS team</at> asked: <at>CAIS</at> status", **place) == "CAIS team asked:  status"


def test_a_quote_is_not_said_by_who_quotes_it() -> None:
    read = told(activity(URL, "CAIS Which item? withdraw 7 the second", attachments=page(QUOTE)))
    assert read.text == "the second"
    assert read.under == (f"teams:{TENANT}/{PERSONAL}/1700000000009",)


def test_the_page_of_a_formatted_message_is_no_file_and_its_text_counts() -> None:
    read = told(activity(URL, "status", attachments=page("<div>something <b>else</b></div>")))
    assert (read.text, read.files) == ("status", ())


def test_a_mention_of_us_in_a_page_with_a_quote_is_no_word() -> None:
    mention = '<span itemtype="http://schema.skype.com/Mention" itemscope itemid="0">CAIS</span>&nbsp;yes'
    assert said("", **in_channel(), attachments=page(QUOTE.partition("<p>the")[0] + mention)) == "yes"


def test_in_a_channel_the_thread_is_known_and_only_its_asker_sees_the_answer() -> None:
    read = told(activity(URL, "<at>CAIS</at> status", **in_channel()))
    assert (read.text, read.private, read.silent) == ("status", False, "")
    assert read.under == (f"teams:{TENANT}/{CHANNEL_THREAD}/1481567603816",)
    first = told(activity(URL, "<at>CAIS</at> status", **in_channel(), id="1481567603816"))
    assert first.under == ()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"type": "messageUpdate"}, "message edited"),
        ({"type": "messageDelete"}, "message deleted"),
        ({"type": "messageReaction", "reactionsAdded": [{"type": "like"}]}, "reaction"),
        ({"type": "conversationUpdate", "membersAdded": [OURS]}, "members changed"),
        ({"type": "typing"}, "typing"),
        ({"type": "installationUpdate", "action": "remove"}, "app remove"),
        ({"type": "installationUpdate", "action": "add", **in_channel()}, "app add"),
        ({"type": "invoke", "name": "signin/verifyState"}, "signinverifyState"),
        ({"type": {"odd": 1}}, "odd1"),
        ({"from": {"id": "28:another", "aadObjectId": ANA_ID}}, "a bot"),
        ({"from": {"id": "29:guest", "name": "Ana Reyes"}}, "in no directory"),
        ({"from": {"id": "29:guest", "aadObjectId": "ana@sierravista.example"}}, "in no directory"),
        ({**in_channel(), "entities": []}, "not said to us"),
        ({**in_channel(), "entities": [{"type": "mention", "mentioned": {"id": "29:b"}}]}, "not said to us"),
    ],
)
def test_what_asks_nothing_of_us_is_silent_and_says_why(more: dict[str, Any], why: str) -> None:
    read = told(activity(URL, "withdraw 7", **more))
    assert read.silent == f"automatic: {why}"
    assert not turn_of(activity(URL, "withdraw 7", **more))[1]


def test_who_gives_themselves_the_app_is_shown_where_they_are() -> None:
    read = told(activity(URL, "", type="installationUpdate", action="add"))
    assert (read.text, read.silent, read.activity, read.gone) == ("home", "", "", False)
    assert told(activity(URL, "", type="installationUpdate", action="remove")).gone


def test_an_edit_is_another_arrival_and_the_same_edit_is_one() -> None:
    first = activity(URL, "status", id="1")
    edits = [first | {"type": "messageUpdate", "text": text} for text in ("one", "two", "two")]
    keys = [key_of(one) for one in (first, *edits)]
    assert len({*keys}) == 3
    assert keys[0] == f"teams:{TENANT}/{PERSONAL}/1"


def test_a_press_told_again_is_one_and_another_press_is_another() -> None:
    press: dict[str, Any] = {
        "type": "invoke",
        "name": "adaptiveCard/action",
        "value": {"action": {"data": {"press": "1"}}},
    }
    one = activity(URL, "", id="1", **press)
    assert key_of(one) == key_of({**one})
    assert len({key_of(one), key_of(one | {"id": "2"}), key_of(one | {"value": {}})}) == 3


@pytest.mark.parametrize("odd", [None, "x", 7, [], {}, [{}], {"id": []}, {"id": "a b"}, {"id": "x" * 600}])
@pytest.mark.parametrize(
    "name",
    ["id", "type", "from", "conversation", "recipient", "channelData", "text", "textFormat", "entities",
     "attachments", "timestamp", "serviceUrl", "value", "action", "name"],
)  # fmt: skip
def test_whatever_form_it_has_it_is_read(name: str, odd: Any) -> None:
    body = activity(URL, "<at>CAIS</at> status", **in_channel()) | {name: odd}
    read = told(body)
    assert isinstance(read.text, str)
    assert key_of(body) == "" or key_of(body).startswith(f"teams:{TENANT}/")
    assert time_of(body, NOW) <= NOW


def test_the_account_is_the_tenants_and_the_directorys() -> None:
    assert account_of(activity(URL)) == ACCOUNT
    assert account_of(activity(URL, user=ANA_ID.upper())) == ACCOUNT
    assert account_of(activity(URL, user=None)) == ""


def test_a_tenant_told_in_two_ways_is_none() -> None:
    other = "5a0d9e1b-4c3f-4b7a-8e62-90d1f7c3b8a4"
    assert tenant_of(activity(URL)) == TENANT
    assert tenant_of(activity(URL, channelData={})) == TENANT
    assert tenant_of(activity(URL, channelData={"tenant": {"id": other}})) == ""
    assert tenant_of(activity(URL, channelData={}, conversation={"id": PERSONAL})) == ""


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        ("2026-11-26T19:34:07.478Z", datetime(2026, 11, 26, 19, 34, 7, 478000, UTC)),
        ("2026-11-26T19:34:07.4780000Z", datetime(2026, 11, 26, 19, 34, 7, 478000, UTC)),
        ("2026-11-26T11:34:07-08:00", datetime(2026, 11, 26, 19, 34, 7, tzinfo=UTC)),
        ("2026-11-26T19:34:07", NOW),
        ("2027-01-01T00:00:00Z", NOW),
        ("0001-01-01T00:00:00+14:00", NOW),
        ("soon", NOW),
    ],
)
def test_it_was_said_when_teams_says_and_never_later_than_now(timestamp: str, at: datetime) -> None:
    assert time_of({"timestamp": timestamp}, NOW) == at


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, ACCOUNT),
        (in_channel(), ACCOUNT),
        ({"type": "invoke", "name": "adaptiveCard/action"}, ACCOUNT),
        ({"type": "installationUpdate", "action": "add"}, ACCOUNT),
        ({"type": "messageUpdate"}, None),
        ({"from": OURS}, None),
        ({"user": None}, None),
        ({"type": "invoke", "user": None}, None),
    ],
)
def test_who_is_answered_is_answered_in_their_order(more: dict[str, Any], wanted: str | None) -> None:
    assert turn_of(activity(URL, **more))[0] == wanted
