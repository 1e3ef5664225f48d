"""Dialogs of Teams between its people and the core: filled with what is open, shown anew where a field decides
what comes next, kept before they close, refused at the field; home, and the command on a message.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import at_once, teams_form_door, teams_form_views
from bot.fake_teams_hands import Answer, CannotBeFilled, Dialog, Person
from bot.fake_teams_rooms import Message as Said
from handlers.inbox import work_entries
from store import Store
from tests.bot.chat_desk import MAILBOX
from tests.bot.teams_workspace import Workspace, shown, teams_workspace, texts
from tests.builders import ANA
from tests.handlers.record import HELEN, MARIA, RENEE
from tests.templates.test_teams import checked

EL02 = "sv-fpm/I-EL 02"
DAYS = {"finding": EL02, "until": "2014-06-27"}
AGREEMENT = DAYS | {
    "reason": "the ELAC is elected in spring",
    "what1": "hold the election",
    "who1": "the principal",
    "by1": "2014-03-14",
}


@pytest.fixture
async def workspace(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workspace]:
    """A busy machine must not make a form late that is not meant to be."""
    monkeypatch.setattr(teams_form_door, "PATIENCE", 20)
    monkeypatch.setattr(teams_form_door, "LOOKING_SECONDS", 20)
    async with teams_workspace(store) as there:
        yield there


def fields(some: Any) -> dict[str, dict[str, Any]]:
    """The inputs of a card by their names."""
    found: dict[str, dict[str, Any]] = {}
    if isinstance(some, dict):
        if str(some.get("type")).startswith("Input."):
            found[some["id"]] = some
        some = [*some.values()]
    for one in some if isinstance(some, list) else ():
        found |= fields(one)
    return found


def errors(dialog: Dialog) -> dict[str, str]:
    """The words at each field that was filled in wrong."""
    found: dict[str, str] = {}
    for one in dialog.card["body"]:
        runs = [run for item in one.get("items", ()) for run in item.get("inlines", ())]
        wrong = [run["text"] for run in runs if run.get("color") == "Attention"]
        found |= {name: wrong[0] for name in fields(one) if wrong}
    return found


async def requested(hands: Person, dialog: Dialog, **more: str) -> Answer:
    """The agreement's dialog, through both of its parts."""
    second = shown(await hands.submits(dialog, DAYS, "Next"))
    return await hands.submits(second, AGREEMENT | more, "Send the request")


# --- home, and dialogs that are opened


async def test_home_has_a_button_for_each_form_and_beside_each_line(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    home = await workspace.says(hands, "home")
    card = home.card(hands.who.id)
    assert card is not None
    checked(card)
    titles = ["File documents", "Answer a finding", "Ask for more time", "Comment", "Add a user"]
    assert [one for one in titles if one not in texts(card)] == []
    assert "IV-EL 14" in texts(card)
    (row,) = [
        one for one in card["body"] if one["type"] == "ColumnSet" and "I-EL 02" in texts(one["columns"][0])
    ][:1]
    assert '"target": "sv-fpm/I-EL 02"' in texts(row)


async def test_a_line_s_button_opens_its_form_with_that_line_chosen(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    home = await workspace.says(hands, "home")
    card = home.card(hands.who.id)
    assert card is not None
    lines = [one for one in card["body"] if one["type"] == "ColumnSet" and len(one["columns"]) == 2]
    line = next(one for one in lines if "IV-EL 14" in texts(one))
    data = line["columns"][1]["items"][0]["actions"][0]["data"]
    answer = await hands.invokes(hands.chat, "task/fetch", {"data": data}, home)
    card = answer.body["task"]["value"]["card"]["content"]
    assert fields(card)["finding"]["value"] == "sv-fpm/IV-EL 14"


async def test_the_menu_is_a_dialog_that_opens_the_others(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    menu = shown(await hands.presses(await workspace.says(hands, "help"), "Fill in a form"))
    dialog = shown(await hands.submits(menu, title="Comment"))
    assert dialog.title == "Comment"
    assert len(await workspace.record("messages")) == 1  # to look at a form says nothing


async def test_nobody_is_offered_what_is_another_lea_s(workspace: Workspace) -> None:
    dialog = await workspace.opened(await workspace.link(ANA), "Comment")
    assert "sv-fpm" in texts(dialog.card)
    assert "cr-fpm" not in texts(dialog.card)
    assert "Coast Range" not in texts(dialog.card)


async def test_who_is_not_linked_gets_the_way_to_link_in_the_dialog(workspace: Workspace) -> None:
    hands = Person.new(workspace.there, "Ana Ruiz")
    dialog = shown(await hands.presses(await workspace.says(hands, "home"), "Link your account"))
    with pytest.raises(CannotBeFilled):
        await hands.submits(dialog, {"address": "nobody"})
    assert (await hands.submits(dialog, {"address": ANA})).dialog is None
    await workspace.hear()
    assert [row.template for row in await workspace.owed()][-2:] == [
        "account_code_asked",
        "account_code_sent",
    ]


async def test_nothing_to_choose_is_said_instead_of_an_empty_form(workspace: Workspace) -> None:
    hands = await workspace.link(HELEN)
    data = {"form": "decide"}
    answer = await hands.invokes(hands.chat, "task/fetch", {"data": data}, None)
    assert "Nothing is open for you" in texts(answer.body)


@pytest.mark.parametrize("data", [{}, {"form": "nonsense"}, {"form": ["attach"]}, [], "attach", None])
async def test_what_no_card_of_ours_sends_is_said_to_be_wrong(workspace: Workspace, data: Any) -> None:
    hands = await workspace.link(MARIA)
    for name in ("task/fetch", "task/submit", "composeExtension/submitAction"):
        answer = await hands.invokes(hands.chat, name, {"data": data}, None)
        assert "Nothing was changed" in texts(answer.body)
    assert await workspace.record("messages") == []


async def test_who_is_of_nobody_s_organisation_is_shown_nothing(workspace: Workspace) -> None:
    hands = Person.new(workspace.there, "Somebody", tenant="0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d")
    with pytest.raises(AssertionError, match="403"):
        await hands.invokes(hands.chat, "task/fetch", {"data": {"form": "link"}}, None)


async def test_trouble_with_what_is_open_is_said_in_the_dialog(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise OSError("the store is away")

    hands = await workspace.link(MARIA)
    home = await workspace.says(hands, "home")
    monkeypatch.setattr(teams_form_door, "open_for_account", broken)
    assert "Nothing was changed" in texts(shown(await hands.presses(home, "Comment")).card)


# --- what depends on another field


async def test_the_day_is_checked_before_anything_else_is_asked(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    dialog = await workspace.opened(hands, "Ask for more time")
    assert [*fields(dialog.card)] == ["finding", "until"]
    assert fields(dialog.card)["until"]["max"] == "2014-06-28"
    with pytest.raises(CannotBeFilled):
        await hands.submits(dialog, DAYS | {"until": "2014-06-29"})
    early = shown(await hands.submits(dialog, DAYS | {"until": "2013-12-30"}))
    assert "is due on Mon 30 Dec 2013 anyway" in texts(early.card)
    assert fields(early.card)["until"]["min"] == "2013-12-31"
    second = shown(await hands.submits(early, DAYS))
    assert "Fri 27 Jun 2014 is possible." in texts(second.card)
    assert {"reason", "what1", "who1", "by1", "interim"} < {*fields(second.card)}
    assert fields(second.card)["until"]["value"] == "2014-06-27"


async def test_steps_can_be_added_and_what_was_filled_in_stays(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    dialog = await workspace.opened(hands, "Ask for more time")
    second = shown(await hands.submits(dialog, DAYS))
    third = shown(await hands.submits(second, AGREEMENT, "Add a step"))
    assert fields(third.card)["reason"]["value"] == AGREEMENT["reason"]
    kept = {name: one["value"] for name, one in fields(third.card).items() if "value" in one}
    more = {"what2": "train the staff", "who2": "Mr Ode", "by2": "2014-05-02"}
    assert (await hands.submits(third, kept | more, "Send the request")).dialog is None
    (row,) = await workspace.record("agreements")
    assert (row["finding"], row["requested_until"], row["status"]) == (EL02, "2014-06-27", "requested")
    assert len(await workspace.record("messages")) == 2  # `menu`, and the request


async def test_a_decision_s_choices_follow_what_is_decided_on(workspace: Workspace) -> None:
    maria = await workspace.link(MARIA)
    assert (await requested(maria, await workspace.opened(maria, "Ask for more time"))).dialog is None
    hands = await workspace.link(HELEN)
    dialog = await workspace.opened(hands, "Decide")
    assert [*fields(dialog.card)] == ["matter"]
    matter = {"matter": f"agreement:{EL02}"}
    chosen = shown(await hands.submits(dialog, matter))
    less = matter | {"decision_agreement": "approve agreement until"}
    before = await workspace.record("messages")
    dated = shown(await hands.submits(chosen, less))  # a day is missing, so nothing was said yet
    assert (errors(dated), await workspace.record("messages")) == ({}, before)
    assert fields(dated.card)["until"]["max"] == "2014-06-27"
    assert fields(dated.card)["decision_agreement"]["value"] == "approve agreement until"
    assert (await hands.submits(dated, less | {"until": "2014-06-06"})).dialog is None
    (row,) = await workspace.record("agreements")
    assert (row["status"], row["decided_until"], row["decided_by"]) == ("approved", "2014-06-06", HELEN)


async def test_another_role_has_other_fields(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    dialog = await workspace.opened(hands, "Add a user")
    new = {"name": "Jo Lee", "email": "jlee@district.example", "role": "school user"}
    second = shown(await hands.submits(dialog, new, "Next"))
    assert "school" in fields(second.card)
    assert fields(second.card)["email"]["value"] == "jlee@district.example"
    other = shown(await hands.submits(second, new | {"role": "submitter", "school": "Lincoln Elementary"}))
    assert "school" not in fields(other.card)
    assert (await hands.submits(other, new | {"role": "submitter"}, "Add")).dialog is None
    assert "jlee@district.example" in texts(await workspace.record("people"))


# --- submitted


async def test_a_refusal_stands_at_its_field_and_is_said_nowhere_else(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    dialog = await workspace.opened(hands, "Ask for more time")
    second = shown(await hands.submits(dialog, DAYS))
    heard = len(await hands.hears())
    wrong = AGREEMENT | {"by1": "2013-11-01"}
    third = shown(await hands.submits(second, wrong, "Send the request"))
    assert [*errors(third)] == ["by1"]
    assert {name: fields(third.card)[name]["value"] for name in wrong} == wrong
    await workspace.hear()
    assert len(await hands.hears()) == heard
    (row,) = [row for row in await workspace.owed() if row.template == "request_refused"]
    assert (row.state, row.receipt) == ("sent", "shown in the form")
    assert (await hands.submits(third, AGREEMENT, "Send the request")).dialog is None
    await workspace.hear()
    assert len(await hands.hears(heard + 1)) == heard + 1
    states = [row["state"] for row in await workspace.record("messages")]
    assert states == ["done", "refused", "done"]


async def test_a_dialog_that_is_sent_twice_is_one_act(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    dialog = await workspace.opened(hands, "Comment")
    values = {"about": EL02, "text": "which pages?"}
    assert [(await hands.submits(dialog, values)).dialog for _ in range(2)] == [None, None]
    assert len(await workspace.record("messages")) == 2
    again = await workspace.opened(hands, "Comment")  # to say the same once more is another
    await hands.submits(again, values)
    assert len(await workspace.record("messages")) == 4


async def test_two_people_s_same_dialog_is_two_acts(workspace: Workspace) -> None:
    maria, ana = await workspace.link(MARIA), await workspace.link(ANA)
    dialog = await workspace.opened(maria, "Comment")
    values = {"about": EL02, "text": "which pages?"}
    await maria.submits(dialog, values)
    dialog.room = ana.chat
    await ana.submits(dialog, values)
    assert [row["sender"] for row in await workspace.record("messages")] == [MARIA, MARIA, ANA]


async def test_what_is_decided_already_is_told_with_who_was_first(workspace: Workspace) -> None:
    maria = await workspace.link(MARIA)
    assert (await requested(maria, await workspace.opened(maria, "Ask for more time"))).dialog is None
    helen, renee = await workspace.link(HELEN), await workspace.link(RENEE)
    matter = {"matter": f"agreement:{EL02}"}
    dialogs = [
        shown(await who.submits(await workspace.opened(who, "Decide"), matter)) for who in (helen, renee)
    ]
    grant = matter | {"decision_agreement": "approve agreement"}
    assert (await helen.submits(dialogs[0], grant)).dialog is None
    late = shown(await renee.submits(dialogs[1], grant))
    assert "Helen" in texts(late.card), texts(late.card)
    assert fields(late.card) == {}


async def test_what_takes_longer_than_teams_waits_is_answered_by_message(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = await workspace.link(MARIA)
    dialog = await workspace.opened(hands, "Comment")
    monkeypatch.setattr(teams_form_door, "PATIENCE", 0)
    answer = await hands.submits(dialog, {"about": EL02, "text": "which pages?"})
    assert answer.dialog is None
    assert answer.words
    await workspace.app.aclose()
    assert (await workspace.owed())[-1].template.startswith("comment")


async def test_a_dialog_that_nobody_could_work_is_answered_by_who_comes_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Kept before anything else: a process that dies in the middle loses nothing, and logs no words."""

    async def dies(*_: Any) -> None:
        raise RuntimeError("killed over 'which pages?'")

    hands = await workspace.link(MARIA)
    dialog, values = await workspace.opened(hands, "Comment"), {"about": EL02, "text": "which pages?"}
    monkeypatch.setattr(at_once, "work_entries", dies)
    with pytest.raises(AssertionError, match="500"):
        await hands.submits(dialog, values)
    assert "which pages" not in caplog.text
    assert [row["state"] for row in await workspace.record("messages")] == ["done", "received"]
    monkeypatch.setattr(at_once, "work_entries", work_entries)
    assert (await hands.submits(dialog, values)).dialog is None
    assert [row["state"] for row in await workspace.record("messages")] == ["done", "done"]


# --- more than a card has room for


async def test_what_a_card_has_no_room_for_is_looked_for(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teams_form_views, "MOST", 2600)
    hands = await workspace.link(MARIA)
    dialog = await workspace.opened(hands, "Comment")
    assert [*fields(dialog.card)] == ["find"]
    none = shown(await hands.submits(dialog, {"find": "moon"}))
    assert "Nothing that is open for you" in errors(none)["find"]
    found = shown(await hands.submits(none, {"find": "el 02"}))
    offered = [one["value"] for one in fields(found.card)["about"]["choices"]]
    assert EL02 in offered
    assert len(offered) < 4
    assert (await hands.submits(found, {"about": EL02, "text": "which pages?"})).dialog is None
    assert "which pages?" in texts(await workspace.record("comments"))


# --- files that we have, and the command on a message


async def file_sent(workspace: Workspace, hands: Person, name: str = "minutes.pdf") -> tuple[Said, Said]:
    """A file without a word of where it belongs: their message, and our question."""
    message = await hands.says("here it is", files=[workspace.there.files.put(name, name.encode())])
    await workspace.hear()
    return message, (await hands.hears())[-1]


async def filed(workspace: Workspace) -> dict[str, list[tuple[str, str | None]]]:
    """Where each document is filed, and with which pages."""
    rows = await workspace.record("documents")
    return {row["name"]: [(one["target"], one["pages"]) for one in row["filings"]] for row in rows}


async def test_where_a_file_that_we_have_belongs_is_said_in_a_form(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    dialog = await workspace.opened(hands, "File documents")
    assert fields(dialog.card) == {}
    assert "No documents of yours wait to be filed." in texts(dialog.card)
    assert "What you sent last" not in texts(dialog.card)
    assert f"by mail to {MAILBOX}" in texts(dialog.card)
    _, asked = await file_sent(workspace, hands)
    await file_sent(workspace, hands, "roster.pdf")
    dialog = shown(await hands.presses(asked, "File documents"))
    assert len(fields(dialog.card)["files"]["choices"]) == 2
    values = {"items": [EL02, "sv-fpm/II-CE 08"], "pages": "4-9"}
    assert (await hands.submits(dialog, values)).dialog is None
    assert await filed(workspace) == {"minutes.pdf": [(EL02, "4-9"), ("sv-fpm/II-CE 08", "4-9")]}
    dialog = await workspace.opened(hands, "File documents")
    (left,) = fields(dialog.card)["files"]["choices"]
    assert "roster.pdf" in left["title"]
    late = {"items": [EL02], "files": left["value"], "draft": "draft"}
    assert (await hands.submits(dialog, late)).dialog is None
    assert {*await filed(workspace)} == {"minutes.pdf", "roster.pdf"}
    statuses = [one["status"] for row in await workspace.record("documents") for one in row["filings"]]
    assert statuses == ["attached", "attached", "draft"]


async def test_where_nothing_waits_it_is_said_where_what_came_last_went(workspace: Workspace) -> None:
    hands, other = await workspace.link(MARIA), await workspace.link(ANA)
    await workspace.says(hands, "EL 02", files=[workspace.there.files.put("roster.pdf", b"roster")])
    receipt = (await workspace.record("messages"))[-1]["id"]
    told = texts((await workspace.opened(hands, "File documents")).card)
    assert f"What you sent last (R-{receipt}, received " in told
    assert f"is filed to {EL02}. For the whole receipt, say: verify R-{receipt}" in told
    await workspace.says(hands, f"move R-{receipt} to EL 14")
    told = texts((await workspace.opened(hands, "File documents")).card)
    assert ("is filed to sv-fpm/IV-EL 14." in told, EL02 in told) == (True, False), told
    assert "What you sent last" not in texts((await workspace.opened(other, "File documents")).card)


async def test_what_came_last_and_is_filed_nowhere_is_told_so(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    files = [workspace.there.files.put("roster.pdf", b"roster")]
    said = await hands.says("EL 02", files=files)
    assert "(R-1, received " in texts(shown(await hands.files_this(said)).card)
    assert "is still worked on" in texts(shown(await hands.files_this(said)).card)
    await workspace.hear()
    await workspace.says(hands, "withdraw D-1")
    assert "is not filed: our answer to it says why" in texts(shown(await hands.files_this(said)).card)


async def test_the_likeliest_target_stands_first(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    for name, first in (
        ("SSC roster.pdf", "sv-fpm/II-CE 07"),
        ("reclassification criteria.pdf", "sv-fpm/IV-EL 14"),
    ):
        message, asked = await file_sent(workspace, hands, name)
        for dialog in (await hands.files_this(message), await hands.presses(asked, "File documents")):
            assert fields(shown(dialog).card)["items"]["choices"][0]["value"] == first


async def test_files_that_were_filed_meanwhile_are_told_so(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    _, asked = await file_sent(workspace, hands)
    dialog = shown(await hands.presses(asked, "File documents"))
    await workspace.says(hands, "1: EL 02")
    late = shown(await hands.submits(dialog, {"items": ["sv-fpm/II-CE 08"]}))
    assert "answered" in texts(late.card), texts(late.card)
    assert await filed(workspace) == {"minutes.pdf": [(EL02, None)]}


async def test_the_command_on_a_message_files_what_came_with_it(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    await file_sent(workspace, hands, "roster.pdf")
    message, _ = await file_sent(workspace, hands)
    dialog = shown(await hands.files_this(message))
    assert fields(dialog.card)["files"]["value"] == str((await workspace.record("messages"))[-1]["id"])
    assert (await hands.submits(dialog, {"items": [EL02]})).dialog is None
    assert await filed(workspace) == {"minutes.pdf": [(EL02, None)]}


async def test_on_any_other_message_it_says_how_documents_get_to_us(workspace: Workspace) -> None:
    hands, other = await workspace.link(MARIA), await workspace.link(ANA)
    message, asked = await file_sent(workspace, hands)
    theirs, _ = await file_sent(workspace, other)
    theirs.room = hands.chat  # as if it stood there, too
    words = await hands.says("status")
    in_channel = await hands.says("the minutes", where="channel", mention=False)
    for on in (asked, theirs, words, in_channel):
        dialog = shown(await hands.files_this(on))
        assert fields(dialog.card) == {}
        assert f"or by mail to {MAILBOX}" in texts(dialog.card)
        assert "(R-" not in texts(dialog.card)  # what came with another message is not told here
        assert ("https://teams.microsoft.com/l/chat/0/0?users=28:" in texts(dialog.card)) is (
            on is in_channel
        )
    dialog = shown(await hands.files_this(message))
    assert fields(dialog.card)["files"]
