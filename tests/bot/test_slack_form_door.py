"""Forms between Slack and the core: opened in time, checked while they are filled in, kept before they close,
refused at the field; the home tab and the assistant's thread beside them.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp

from bot import at_once, slack_form_door
from bot.beside import Beside
from bot.fake_hands import Hands
from bot.fake_slack import SIGNING_SECRET, TEAM, FakeSlack, dm_of
from bot.shown import shown_in
from bot.slack import Slack
from bot.slack_assistant import Assistant
from bot.slack_events import CHANNEL
from bot.slack_reader import FORM_SECONDS, SlackReader
from bot.slack_settings import SlackSettings
from handlers import open_work
from handlers.inbox import Worker, work_entries
from store import Store
from store.clock import Clock, wall
from store.export import one_list
from store.files import no_step
from store.keeping import Keeper
from store.leases import worker_name
from tests.bot.chat_desk import ChatDesk
from tests.builders import ANA, NOW, PROGRAMS
from tests.handlers.findings import CAP
from tests.handlers.record import HELEN, MARIA, RENEE
from tests.servers.listening import listening

EL02 = "sv-fpm/I-EL 02"
AGREEMENT = {
    "finding": EL02,
    "until": "2014-06-27",
    "reason": "the ELAC is elected in spring",
    "what1": "hold the election",
    "who1": "the principal",
    "by1": "2014-03-14",
}


@dataclass
class Workspace(ChatDesk):
    """A Slack app in this process beside a Slack, on a sample store."""

    channel = CHANNEL
    slack: FakeSlack
    app: Slack

    def hands(self, address: str) -> Hands:
        """Those of the account that speaks for the person of this address, or of nobody's."""
        return Hands(self.slack, f"U0{address.partition('@')[0].upper()}")

    async def link(self, address: str) -> Hands:
        hands = self.hands(address)
        await self.speaks_for(f"{CHANNEL}:{TEAM}/{hands.user}", address)
        return hands

    async def hear(self) -> None:
        """Everything that came is answered there."""
        await self.answered(self.app.voice(shown_in(self.store)))


@pytest.fixture
async def workspace(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workspace]:
    """A busy machine must not make a form late that is not meant to be."""
    monkeypatch.setattr(slack_form_door, "PATIENCE", 20)
    store.files.prepare()
    slack = FakeSlack()
    await slack.start()
    settings = SlackSettings.model_validate(slack.settings())
    keeper = Keeper(store.files, store.inbox.insert)
    clock = Clock(NOW)
    app, readers = Slack(settings, keeper, clock), {"slack": SlackReader(store.files.path, shown_in(store))}
    worker = Worker(worker_name(), store, readers, PROGRAMS, no_step, clock.now)
    app.take_forms(worker, asyncio.Event())
    site = web.Application()
    app.door.add_to(site)
    async with listening(site) as url:
        slack.bot = f"{url}/slack/events"
        yield Workspace(store, worker, slack, app)
    await app.aclose()
    await keeper.aclose()
    await slack.stop()


def texts(view: dict[str, Any]) -> str:
    return json.dumps(view, ensure_ascii=False)


async def called(slack: FakeSlack, method: str, times: int = 1) -> dict[str, Any]:
    """What Slack was given with a call, once it was called so often."""
    async with asyncio.timeout(20):
        while len(given := [words for name, words in slack.calls if name == method]) < times:
            await asyncio.sleep(0.02)
    return given[times - 1]


async def opened(hands: Hands, name: str) -> dict[str, Any]:
    """A form, opened from the menu of the global shortcut."""
    assert await hands.shortcut() == 200
    menu = await hands.form("cais:menu")
    await hands.press(menu, f"form:open:{name}")
    return await hands.form(f"cais:form:{name}")


async def requested(hands: Hands) -> dict[str, str]:
    return await hands.submit(await opened(hands, "agreement"), AGREEMENT)


# --- opened


async def test_a_shortcut_opens_a_form_at_once_and_fills_it(workspace: Workspace) -> None:
    view = await opened(await workspace.link(MARIA), "respond")
    assert "IV-EL 14" in texts(view)
    assert [method for method, _ in workspace.slack.calls if method.startswith("views.")] == [
        "views.open",
        "views.update",
        "views.update",
    ]


async def test_a_trigger_that_is_too_old_opens_nothing_and_breaks_nothing(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    workspace.slack.views.seconds = 0.0
    assert await hands.shortcut() == 200
    assert workspace.slack.views.open == {}


async def test_nobody_is_offered_what_is_another_lea_s(workspace: Workspace) -> None:
    view = texts(await opened(await workspace.link(ANA), "attach"))
    assert "sv-fpm" in view
    assert "cr-fpm" not in view
    assert "Coast Range" not in view


async def test_a_list_that_ends_too_soon_says_so_and_takes_codes(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = await workspace.link(MARIA)
    assert "room for the first" not in texts(await opened(hands, "attach"))
    workspace.slack.views.open.clear()
    monkeypatch.setattr(open_work, "MOST", 1)
    assert "room for the first" in texts(await opened(hands, "attach"))


async def test_the_menu_offers_what_one_can_do_something_in(workspace: Workspace) -> None:
    for who, expected in {
        MARIA: ["attach", "respond", "agreement", "comment", "add_user"],
        ANA: ["attach", "respond", "comment"],
        HELEN: ["comment"],
        RENEE: ["comment", "add_user"],
    }.items():
        hands = await workspace.link(who)
        await hands.shortcut()
        menu = await hands.form("cais:menu")
        workspace.slack.views.open.clear()
        offered = [one["action_id"].removeprefix("form:open:") for one in menu["blocks"][-1]["elements"]]
        assert offered == expected, who


async def test_who_is_not_linked_gets_the_way_to_link_in_the_form(workspace: Workspace) -> None:
    hands = workspace.hands(ANA)
    await hands.shortcut()
    view = await hands.form("cais:form:link")
    assert await hands.submit(view, {"address": ANA}) == {}
    await workspace.hear()
    assert [row.template for row in await workspace.owed()] == ["account_code_asked", "account_code_sent"]
    assert workspace.slack.messages[-1]["channel"] == dm_of(hands.user)


async def test_who_was_retired_is_offered_nothing_at_once(workspace: Workspace) -> None:
    hands = await workspace.link(ANA)
    async with workspace.store.begin() as uow:
        person = await uow.person_at(ANA)
        assert person is not None
        person.retired_at = NOW
        uow.changed(person)
    assert await hands.shortcut() == 200
    await hands.form("cais:form:link")
    await hands.open_home()
    await workspace.hear()
    assert "do not know yet who you are" in texts(await hands.home())


async def test_a_message_s_files_are_filed_by_the_shortcut_on_it(workspace: Workspace) -> None:
    hands = await workspace.link(ANA)
    await hands.file_message({"ts": "1.0", "files": [{"id": "F7"}, {"id": "F8"}]})
    view = await hands.form("cais:form:attach")
    assert "The 2 files of this message" in texts(view)
    assert json.loads(view["private_metadata"])["files"] == ["F7", "F8"]


@pytest.mark.parametrize(
    ("message", "first"),
    [
        ({"files": [{"id": "F7", "name": "reclassification criteria.pdf"}]}, "sv-fpm/IV-EL 14"),
        ({"files": [{"id": "F7", "title": "SSC roster"}]}, "sv-fpm/II-CE 07"),
        (
            {"files": [{"id": "F7", "name": "scan1.pdf"}], "text": "the home language survey"},
            "sv-fpm/II-EL 04",
        ),
        ({"files": [{"id": "F7", "name": "SSC roster.pdf"}], "text": "for EL 03"}, "sv-fpm/I-EL 03"),
    ],
)
async def test_what_a_message_sounds_like_stands_first(
    workspace: Workspace, message: dict[str, Any], first: str
) -> None:
    hands = await workspace.link(ANA)
    await hands.file_message({"ts": "1.0"} | message)
    view = await hands.form("cais:form:attach")
    (items,) = [one["element"] for one in view["blocks"] if one.get("block_id") == "items"]
    assert items["option_groups"][0]["options"][0]["value"] == first
    assert "initial_options" not in items  # nothing is chosen for anybody


async def test_trouble_with_what_is_open_is_said_in_the_form(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise OSError("the store is away")

    monkeypatch.setattr(slack_form_door, "open_for_account", broken)
    hands = await workspace.link(ANA)
    await hands.shortcut()
    assert "Nothing was changed" in texts(await hands.form("cais:said"))


# --- checked while it is filled in


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2014-06-27", "Fri 27 Jun 2014 is possible."),
        ("2014-06-28", "Saturday. It counts all the same"),
        ("2014-06-29", "Sun 29 Jun 2014 is too late: the latest day possible is Sat 28 Jun 2014."),
        ("2013-12-30", "is due on Mon 30 Dec 2013 anyway"),
        ("2013-11-30", "is over already. It must be today or a later day"),
    ],
)
async def test_a_day_is_checked_as_soon_as_it_is_chosen(workspace: Workspace, day: str, words: str) -> None:
    hands = await workspace.link(MARIA)
    view = await opened(hands, "agreement")
    assert "latest day" not in texts(view)
    values = {"finding": EL02, "until": day}
    await hands.fill(view, "until", values)
    checked = await hands.form("cais:form:agreement", lambda view: "latest day" in texts(view))
    assert texts(checked).count(f"latest day possible is Sat {CAP.day} Jun 2014") == 1
    assert "Without an agreement it is due on Mon 30 Dec 2013" in texts(checked)
    assert words in texts(checked)


async def test_of_two_answers_to_a_field_the_older_changes_nothing(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    old = await opened(hands, "agreement")
    await hands.fill(old, "until", {"finding": EL02, "until": "2014-06-27"})
    newer = await hands.form("cais:form:agreement", lambda view: "is possible" in texts(view))
    await hands.fill(old, "until", {"finding": EL02, "until": "2014-06-29"})
    await called(workspace.slack, "views.update", 4)
    assert workspace.slack.views.open[old["id"]] == newer


async def test_steps_can_be_added_and_what_was_filled_in_stays(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    view = await opened(hands, "agreement")
    await hands.press(view, "form:more:agreement", AGREEMENT)
    more = await hands.form("cais:form:agreement", lambda view: "what2" in texts(view))
    second = {"what2": "train the staff", "who2": "Mr Ode", "by2": "2014-05-02"}
    assert await hands.submit(more, AGREEMENT | second) == {}
    (row,) = await one_list(workspace.store.database, "agreements")
    assert (row["finding"], row["requested_until"], row["status"]) == (EL02, "2014-06-27", "requested")


async def test_a_decision_s_choices_follow_what_is_decided_on(workspace: Workspace) -> None:
    assert await requested(await workspace.link(MARIA)) == {}
    hands = await workspace.link(HELEN)
    view = await opened(hands, "decide")
    matter = {"matter": f"agreement:{EL02}"}
    await hands.fill(view, "matter", matter)
    chosen = await hands.form("cais:form:decide", lambda view: "decision_agreement" in texts(view))
    less = matter | {"decision_agreement": "approve agreement until"}
    await hands.fill(chosen, "decision_agreement", less)
    dated = await hands.form("cais:form:decide", lambda view: '"until"' in texts(view))
    errors = await hands.submit(dated, less | {"until": "2014-06-28"})
    assert list(errors) == ["until"]
    assert await hands.submit(dated, less | {"until": "2014-06-06"}) == {}
    (row,) = await one_list(workspace.store.database, "agreements")
    assert (row["status"], row["decided_until"], row["decided_by"]) == ("approved", "2014-06-06", HELEN)


# --- submitted


async def test_a_refusal_stands_at_its_field_and_is_said_nowhere_else(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    view = await opened(hands, "agreement")
    errors = await hands.submit(view, AGREEMENT | {"until": "2014-06-29"})
    assert list(errors) == ["until"]
    assert errors["until"].startswith("Sun 29 Jun 2014 is too late")
    await workspace.hear()
    assert workspace.slack.messages == []
    (row,) = await workspace.owed()
    assert (row.state, row.receipt) == ("sent", "shown in the form")
    assert await hands.submit(view, AGREEMENT) == {}
    await workspace.hear()
    assert workspace.slack.messages[-1]["channel"] == dm_of(hands.user)
    messages = await one_list(workspace.store.database, "messages")
    assert [(row["state"], row["sender"]) for row in messages] == [("refused", MARIA), ("done", MARIA)]


async def test_a_form_that_is_sent_twice_is_one_act(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    view = await opened(hands, "comment")
    values = {"about": EL02, "text": "which pages?"}
    assert [await hands.submit(view, values) for _ in range(2)] == [{}, {}]
    assert len(await one_list(workspace.store.database, "messages")) == 1


@pytest.mark.parametrize("letter", ["\0", "\ud800"], ids=["NUL", "lone surrogate"])
async def test_a_form_is_taken_whatever_letters_it_has(workspace: Workspace, letter: str) -> None:
    hands = await workspace.link(MARIA)
    view = await opened(hands, "comment")
    assert await hands.submit(view, {"about": EL02, "text": f"which{letter} pages?"}) == {}
    (row,) = await one_list(workspace.store.database, "messages")
    assert row["state"] == "done"


async def test_the_same_refusal_again_is_the_same_answer(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    view = await opened(hands, "agreement")
    wrong = AGREEMENT | {"until": "2014-06-29"}
    first, second = [await hands.submit(view, wrong) for _ in range(2)]
    assert first == second != {}


async def test_what_takes_longer_than_slack_waits_is_answered_by_message(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_form_door, "PATIENCE", 0)
    hands = await workspace.link(MARIA)
    view, before = await opened(hands, "agreement"), wall()
    assert await hands.submit(view, AGREEMENT | {"until": "2014-06-29"}) == {}
    await workspace.app.aclose()  # what is being worked ends before the store does
    (row,) = await workspace.owed()
    assert (row.template, row.state) == ("request_refused", "waiting")
    held_back = timedelta(seconds=FORM_SECONDS)  # from when it was answered, however busy the machine is
    assert before + held_back <= row.run_at <= wall() + held_back


async def test_a_form_that_nobody_could_work_is_answered_by_who_comes_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept before anything else: a process that dies in the middle loses nothing."""

    async def dies(*_: Any) -> None:
        raise RuntimeError("killed")

    hands = await workspace.link(MARIA)
    view = await opened(hands, "comment")
    monkeypatch.setattr(at_once, "work_entries", dies)
    with pytest.raises(AssertionError, match="500"):
        await hands.submit(view, {"about": EL02, "text": "which pages?"})
    (row,) = await one_list(workspace.store.database, "messages")
    assert row["state"] == "received"
    monkeypatch.setattr(at_once, "work_entries", work_entries)
    assert await hands.submit(view, {"about": EL02, "text": "which pages?"}) == {}
    (row,) = await one_list(workspace.store.database, "messages")
    assert row["state"] == "done"


# --- home and the assistant's thread


async def test_home_shows_what_is_theirs_and_a_button_beside_each(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    assert await hands.open_home() == 200
    await workspace.hear()
    home = await hands.home()
    assert "IV-EL 14 Reclassification" in texts(home)
    assert workspace.slack.messages == []
    await hands.press(home, "form:open:respond", value=EL02)
    view = await hands.form("cais:form:respond")
    first = next(block for block in view["blocks"] if block["block_id"] == "finding")["element"]
    assert first["initial_option"]["value"] == EL02


async def test_home_is_as_it_is_after_a_form_that_was_opened_there(workspace: Workspace) -> None:
    hands = await workspace.link(MARIA)
    await hands.open_home()
    await workspace.hear()
    home = await hands.home()
    assert "More time is asked for" not in texts(home)
    await hands.press(home, "form:open:agreement")
    assert await hands.submit(await hands.form("cais:form:agreement"), AGREEMENT) == {}
    async with asyncio.timeout(20):
        while "More time is asked for" not in texts(workspace.slack.views.home[hands.user]):
            await workspace.hear()


async def test_a_stranger_s_home_tells_how_to_link_and_holds_nothing(workspace: Workspace) -> None:
    hands = workspace.hands(ANA)
    await hands.open_home()
    await workspace.hear()
    home = await hands.home()
    assert "do not know yet who you are" in texts(home)
    (row,) = await one_list(workspace.store.database, "messages")
    assert row["state"] == "refused"
    await hands.press(home, "form:open:link")
    await hands.form("cais:form:link")


async def test_the_tab_of_messages_is_no_question(workspace: Workspace) -> None:
    event = {"type": "app_home_opened", "tab": "messages", "user": "U0ANA", "channel": "D0ANA"}
    assert await workspace.slack.tell(event) == 200
    assert await one_list(workspace.store.database, "messages") == []


@pytest.mark.parametrize(("who", "first"), [(MARIA, "home"), (RENEE, "home"), (None, "help")])
async def test_a_thread_suggests_what_to_ask(workspace: Workspace, who: str | None, first: str) -> None:
    hands = await workspace.link(who) if who else workspace.hands(ANA)
    assert await hands.begin_thread("17.1") == 200
    given = await called(workspace.slack, "assistant.threads.setSuggestedPrompts")
    assert given["prompts"][0]["message"] == first
    assert any(one["message"] == "held" for one in given["prompts"]) == (who == RENEE)
    await workspace.slack.says(hands.user, "status", thread="17.1")
    assert (await called(workspace.slack, "assistant.threads.setStatus"))["thread_ts"] == "17.1"


async def test_where_there_are_no_threads_slack_is_asked_once(workspace: Workspace) -> None:
    no = web.json_response({"ok": False, "error": "not_allowed"})
    workspace.slack.faults["assistant.threads.setStatus"] = [no]
    app = AsyncApp(signing_secret=SIGNING_SECRET, client=workspace.app.client)
    assistant = Assistant(app, workspace.app.client, workspace.store, Beside())
    for _ in range(2):
        await assistant.at_it({"channel": "D0", "thread_ts": "17.1"})
    assert [method for method, _ in workspace.slack.calls] == ["assistant.threads.setStatus"]
