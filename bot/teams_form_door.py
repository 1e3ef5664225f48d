"""Dialogs of Teams as they are used: opened with what is open for their person, shown anew where the rest of
a form depends on what was said, and answered while Teams waits: an error at its field, or closed.
"""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import structlog

from bot.at_once import AtOnce, Refused
from bot.beside import Beside
from bot.form_errors import errors_in
from bot.form_views import MOST_STEPS, Said, shape_of
from bot.form_words import said_in
from bot.teams_activity import CHANNEL, Body, account_of, filled_data, message_of
from bot.teams_events import told
from bot.teams_fields import inputs_in
from bot.teams_form_views import Dialog, Frame, form, link_form, nothing_waits, said_dialog
from bot.teams_form_words import PATIENCE, TeamsFilled, filled_in
from handlers.check_day import check_day
from handlers.inbox import described
from handlers.open_work import OpenWork, Sent, open_for_account
from handlers.sent_last import WhereItWent, sent_last
from store.clock import pacific
from templates.forms import CHAT_FORMS, refusal_in_short
from templates.render import Place, sentence
from templates.teams import KIND

FETCH, FETCH_ON_MESSAGE = "task/fetch", "composeExtension/fetchTask"
LOOKING_SECONDS = 8.0
Answer = dict[str, Any]
log = structlog.get_logger()


@dataclass(frozen=True)
class FormDoor:
    """The dialogs of one app. `own_chat` leads people to their chat with us; `place` is where we speak."""

    own_chat: str
    at_once: AtOnce
    place: Callable[[], Place]
    beside: Beside

    # --- opened, and shown anew

    async def look(self, activity: Body) -> Answer | None:
        """The dialog that is asked for; None for one that says something, which is to be kept first."""
        showing = self._showing(activity)
        if showing is None:
            return None
        try:
            async with asyncio.timeout(LOOKING_SECONDS):
                return _shown(await showing)
        except Exception as trouble:  # whoever waits for the dialog hears of it
            log.error("dialog not looked up", name=activity.get("name"), trouble=described(trouble))
            return _shown(said_dialog(CHAT_FORMS["trouble"]["title"], CHAT_FORMS["trouble"]["text"]))

    def _showing(self, activity: Body) -> Coroutine[Any, Any, Dialog] | None:
        name, filled = activity.get("name"), TeamsFilled(filled_data(activity))
        if name == FETCH_ON_MESSAGE:
            return self._on_message(activity)
        if name == FETCH or filled.next == "open":
            first = {"files": filled.chosen("kept")}
            return self._dialog(account_of(activity), filled.form, Said(filled.chosen("target")), first)
        said = said_in(filled)
        if filled.next == "more":
            said = replace(said, steps=min(said.steps + 1, MOST_STEPS))
        if filled.next or filled.shape != shape_of(filled.form, said) or filled_in(activity) is None:
            return self._dialog(account_of(activity), filled.form, said, filled.values)
        return None

    async def _on_message(self, activity: Body) -> Dialog:
        """The command on a message: where its documents belong, if they wait for that; or how to get them to
        us."""
        said, on = told(activity), message_of(activity)
        receipt = await self._receipt(said.account, on) if said.private and on else ""
        if receipt:
            return await self._dialog(said.account, "attach", Said(), {"files": receipt})
        words = CHAT_FORMS["file_this"]
        opens = {"type": "Action.OpenUrl", "title": words["open"], "url": self.own_chat}
        text = nothing_waits(await self._went(said.account, on), self.place().mailbox, message=True)
        return said_dialog(words["title"], text, *([] if said.private else [opens]))

    async def _receipt(self, account: str, key: str) -> str:
        """Of a message of theirs that brought files which wait for an answer; else empty."""
        async with self.at_once.store.look() as uow:
            work = await open_for_account(account, uow)
            for one in work.asked if work else ():
                entry = await uow.entry(int(one.name))
                if entry is not None and entry.key == key:
                    return one.name
        return ""

    async def _went(self, account: str, key: str) -> WhereItWent | None:
        """Where the files of a message of theirs went."""
        async with self.at_once.store.look() as uow:
            return await sent_last(account, uow, key) if key else None

    async def _dialog(
        self,
        account: str,
        name: str,
        said: Said,
        values: Mapping[str, str],
        wrong: Callable[[Dialog], Mapping[str, str]] | None = None,
    ) -> Dialog:
        """Every dialog is one act: what is sent of it again is the same. `wrong` tells the errors at the
        fields that it has."""
        frame = Frame(self.place().mailbox, secrets.token_hex(8), values)
        if name == "attach":
            said = replace(
                said, sent=Sent(receipt=values.get("files", ""), programs=self.at_once.worker.programs)
            )
        work, said = await self._open_for(account, name, said, values.get("until", ""))
        shown = _drawn(name, work, said, frame)
        return _drawn(name, work, said, replace(frame, errors=wrong(shown))) if wrong else shown

    async def _open_for(self, account: str, name: str, said: Said, day: str) -> tuple[OpenWork | None, Said]:
        """What is open for them, and what is to be said of the day."""
        today = pacific(self.at_once.clock.now()).date()
        async with self.at_once.store.look() as uow:
            work = await open_for_account(account, uow, said.sent)
            if work is not None and said.target and name in ("agreement", "decide"):
                kind, _, target = said.target.rpartition(":")
                checked = await check_day(account, target, _day(day), today, uow)
                said = replace(said, checked=checked if kind in ("", "agreement") else None)
            if work is not None and name == "attach" and not work.asked:
                said = replace(said, went=await sent_last(account, uow))
        return work, said

    # --- submitted

    async def answer(self, activity: Body, number: int) -> Answer:
        """What was kept is decided: the same dialog with the error at its field, or none any more."""
        working = self.beside.soon(self.at_once.work(number, CHANNEL))
        await asyncio.wait({working}, timeout=PATIENCE)
        if not working.done():
            return _words(sentence(CHANNEL, "kept"))
        refused = await self.at_once.settle(working.result())
        filled = filled_in(activity)
        if refused is None or filled is None:
            return {}
        account, said, wrong = account_of(activity), said_in(filled), partial(_wrong, filled, refused)
        return _shown(await self._dialog(account, filled.form, said, filled.values, wrong))


def _drawn(name: str, work: OpenWork | None, said: Said, frame: Frame) -> Dialog:
    return link_form(frame) if work is None else form(name, work, said, frame)


def _wrong(filled: TeamsFilled, refused: Refused, shown: Dialog) -> Mapping[str, str]:
    """A refusal at a field that the dialog has, or alone where it has none."""
    there = [*inputs_in(shown.card["body"])]
    if not there:
        return {"": refusal_in_short(refused.refusal, refused.facts)}
    return errors_in(filled, there, refused.refusal, refused.facts)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _shown(dialog: Dialog) -> Answer:
    card = {"contentType": KIND, "content": dialog.card}
    value = {"title": dialog.title, "height": "medium", "width": "medium", "card": card}
    return {"task": {"type": "continue", "value": value}}


def _words(text: str) -> Answer:
    return {"task": {"type": "message", "value": text}}
