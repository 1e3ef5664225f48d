"""Forms in Slack as they are used: opened at once, filled with what is open, checked while one fills them in,
and answered within the time that Slack gives: an error at its field, or closed.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.at_once import AtOnce
from bot.beside import Beside
from bot.form_views import Said
from bot.slack_events import CHANNEL, account_of, home_of, key_of, needs_files, who_acts
from bot.slack_fields import ACTION, MOST_FILES, NOTHING, View, said_view
from bot.slack_form_views import CALLBACK, action_of, form, form_of, is_form, link_form
from bot.slack_form_words import Filled, errors_of, said_so_far
from bot.slack_forms import fill_form, open_form
from handlers.check_day import check_day
from handlers.inbox import described
from handlers.open_work import Sent, open_for_account
from store.clock import pacific
from store.keeping import Arrival
from store.outbox import OutboxEntry
from templates.forms import CHAT_FORMS

log = structlog.get_logger()
PATIENCE = 2.4  # of the 3 seconds that Slack waits; the answer is held back for longer
Ack = Callable[..., Awaitable[Any]]
Body = dict[str, Any]


class FormDoor:
    """The forms of one Slack app. What Slack does not wait for is done `beside`."""

    def __init__(self, app: AsyncApp, client: AsyncWebClient, at_once: AtOnce, beside: Beside) -> None:
        self._client, self._at_once, self._store = client, at_once, at_once.store
        self._beside = beside
        app.shortcut({"type": "shortcut", "callback_id": "cais_open"})(self._on_shortcut)
        app.shortcut({"type": "message_action", "callback_id": "cais_file"})(self._on_message)
        app.action(re.compile(rf"^{ACTION}"))(self._on_action)
        app.view(re.compile(rf"^{CALLBACK}"))(self._on_submitted)

    # --- opened and filled

    async def _on_shortcut(self, ack: Ack, body: Body) -> None:
        await ack()
        await self._show(body, "menu", Said())

    async def _on_message(self, ack: Ack, body: Body) -> None:
        await ack()
        message = body["message"]
        files = [file for file in message.get("files") or () if file.get("id")][:MOST_FILES]
        names = tuple(str(file.get("name") or file.get("title") or "") for file in files)
        sent = Sent(names, str(message.get("text") or ""), programs=self._at_once.worker.programs)
        await self._show(body, "attach", Said(files=tuple(str(file["id"]) for file in files), sent=sent))

    async def _on_action(self, ack: Ack, body: Body) -> None:
        """A button that opens a form, or a field that others depend on."""
        await ack()
        (action, *_), view = body["actions"], body.get("view") or {}
        name, on = action_of(action)
        if name == "open":
            target = "" if action.get("value") == NOTHING else str(action.get("value", ""))
            said = Said(target, home=view.get("type") == "home")
            if view.get("type") == "modal":
                self._beside.soon(self._fill(body, str(view["id"]), on, said))
            else:
                await self._show(body, on, said)
        elif is_form(view):
            said = said_so_far(view)
            said = replace(said, steps=said.steps + 1) if name == "more" else said
            self._beside.soon(
                self._fill(body, str(view["id"]), form_of(view), said, Filled(view).day("until"))
            )

    async def _show(self, body: Body, name: str, said: Said) -> None:
        """Open a form while its trigger lasts; what it offers is looked up after that."""
        view_id = await open_form(self._client, str(body["trigger_id"]))
        if view_id is not None:
            self._beside.soon(self._fill(body, view_id, name, said))

    async def _fill(self, body: Body, view_id: str, name: str, said: Said, day: str = "") -> None:
        try:
            view = await self._view(account_of(body), name, said, day)
        except Exception as trouble:  # whoever waits for the form hears of it
            log.error("form not looked up", form=name, trouble=described(trouble))
            view = said_view(CHAT_FORMS["trouble"]["title"], CHAT_FORMS["trouble"]["text"])
        seen = str((body.get("view") or {}).get("hash") or "") if is_form(body.get("view") or {}) else ""
        await fill_form(self._client, view_id, view, seen)

    async def _view(self, account: str, name: str, said: Said, day: str) -> View:
        today = pacific(self._at_once.clock.now()).date()
        async with self._store.look() as uow:
            work = await open_for_account(account, uow, said.sent)
            if work is None:
                return link_form()
            if said.target and name in ("agreement", "decide"):
                kind, _, target = said.target.rpartition(":")
                chosen = date.fromisoformat(day) if day else None
                checked = await check_day(account, target, chosen, today, uow)
                said = replace(said, checked=checked if kind in ("", "agreement") else None)
        return form(name, work, said)

    # --- submitted

    async def _on_submitted(self, ack: Ack, body: Body) -> None:
        """Kept, then decided while Slack waits: an error at its field, or closed and answered by message."""
        number = await self._keep(body)
        working = self._beside.soon(self._at_once.work(number, CHANNEL))
        done, _ = await asyncio.wait({working}, timeout=PATIENCE)
        errors = await self._settle(body, working.result()) if done else {}
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        await ack()
        if said_so_far(body["view"]).home:
            self._beside.soon(self._home_again(body, working))

    async def _keep(self, body: Body) -> int:
        at, slow = self._at_once.clock.now(), needs_files(body)
        arrival = Arrival(CHANNEL, at, {}, key=key_of(body), fetching=slow, speaker=account_of(body))
        return await self._at_once.keep(json.dumps(body), arrival)

    async def _settle(self, body: Body, owed: Sequence[OutboxEntry]) -> dict[str, str]:
        """The errors that the form shows itself."""
        refused = await self._at_once.settle(owed)
        return errors_of(body["view"], refused.refusal, refused.facts) if refused else {}

    async def _home_again(self, body: Body, after: "asyncio.Task[Any]") -> None:
        """Their home tab shows what has changed, as if they had opened it again."""
        await asyncio.wait({after})
        arrival = Arrival(CHANNEL, self._at_once.clock.now(), {})
        await self._at_once.keeper.keep_words(json.dumps(home_of(*who_acts(body))), arrival)
