"""Somebody at the Slack that runs here: uses shortcuts, fills in forms, presses buttons, opens the home tab.

As a client would: only what the view offers can be chosen, and what must be filled in must be.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.fake_slack import FakeSlack, dm_of

Json = dict[str, Any]
Values = Mapping[str, Any]


REQUIRED = "Please complete this required field."  # Slack's own words, at the field


class CannotBeFilled(Exception):
    """The form has no such field or choice."""


@dataclass(frozen=True)
class Hands:
    """One person's, by their user id."""

    slack: FakeSlack
    user: str

    async def shortcut(self, name: str = "cais_open") -> int:
        return await self._does({"type": "shortcut", "callback_id": name})

    async def file_message(self, message: Json, channel: str = "C0TEAM") -> int:
        """The shortcut on a message."""
        payload = {"type": "message_action", "callback_id": "cais_file", "message": message}
        return await self._does(
            payload | {"channel": {"id": channel}, "message_ts": message.get("ts", "1.0")}
        )

    async def open_home(self) -> int:
        event = {"type": "app_home_opened", "tab": "home", "user": self.user, "channel": dm_of(self.user)}
        return await self.slack.tell(event | {"event_ts": f"{self.slack.now():.6f}"})

    async def begin_thread(self, stamp: str) -> int:
        """An assistant's thread."""
        thread = {"user_id": self.user, "channel_id": dm_of(self.user), "thread_ts": stamp, "context": {}}
        event = {"type": "assistant_thread_started", "assistant_thread": thread, "event_ts": stamp}
        return await self.slack.tell(event)

    async def press(
        self, view: Json, action_id: str, values: Values | None = None, value: str | None = None
    ) -> int:
        """A button of a form or of the home tab, the first of this name (and value); in a form with what is
        filled in by then."""
        named = (one for one in _buttons(view) if one["action_id"] == action_id)
        pressed = next((one for one in named if value in (None, one["value"])), None)
        if pressed is None:
            raise CannotBeFilled(f"no button {action_id}")
        return await self._acts(view, pressed, values or {})

    async def fill(self, view: Json, block: str, values: Values) -> int:
        """A field that Slack tells of at once is filled in, beside what else is."""
        field = _inputs(view).get(block)
        if field is None or not field.get("dispatch_action"):
            raise CannotBeFilled(f"{block} tells nobody")
        element = field["element"]
        told = {"type": element["type"], "action_id": element["action_id"], "block_id": block}
        return await self._acts(view, told | _value(field, values[block]), values)

    async def submit(self, view: Json, values: Values) -> dict[str, str]:
        """Send a form: the errors at its fields; none means that it closed. What lacks never leaves Slack.
        Raises CannotBeFilled."""
        needed = {block for block, field in _inputs(view).items() if not field.get("optional")}
        if lacking := {block for block in needed if values.get(block) in (None, "", [])}:
            return dict.fromkeys(lacking, REQUIRED)
        payload = {"type": "view_submission", "view": view | {"state": {"values": state_of(view, values)}}}
        status, answer = await self.slack.interact(self.user, payload)
        errors: dict[str, str] = answer.get("errors", {}) if answer.get("response_action") == "errors" else {}
        if status != 200 or (answer and not errors) or not set(errors) <= set(_inputs(view)):
            raise AssertionError(f"Slack would show “trouble connecting”: {status} {answer}")
        if not errors:
            self.slack.views.open.pop(view["id"], None)
        return errors

    async def sees(self, what: Callable[[], Json | None], seconds: float = 20) -> Json:
        """A view, once it is there."""
        async with asyncio.timeout(seconds):
            while (found := what()) is None:
                self.slack.views.changed.clear()
                await self.slack.views.changed.wait()
        return found

    async def form(self, callback: str, where: Callable[[Json], bool] = lambda _: True) -> Json:
        """The open form of this name, once it is as `where` says."""
        views = self.slack.views.open

        def found() -> Json | None:
            fitting = (one for one in views.values() if one["callback_id"] == callback and where(one))
            return next(fitting, None)

        return await self.sees(found)

    async def home(self, where: Callable[[Json], bool] = lambda _: True) -> Json:
        """Their home tab, once it is as `where` says."""

        def found() -> Json | None:
            view = self.slack.views.home.get(self.user)
            return view if view is not None and where(view) else None

        return await self.sees(found)

    async def _acts(self, view: Json, action: Json, values: Values) -> int:
        seen = view | ({"state": {"values": state_of(view, values)}} if view["type"] == "modal" else {})
        return await self._does({"type": "block_actions", "actions": [action], "view": seen})

    async def _does(self, payload: Json) -> int:
        return (await self.slack.interact(self.user, payload))[0]


def _buttons(view: Json) -> Iterator[Json]:
    for block in view["blocks"]:
        if block["type"] == "actions":
            yield from block["elements"]
        if "accessory" in block:
            yield block["accessory"]


def _inputs(view: Json) -> dict[str, Json]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def state_of(view: Json, values: Values) -> Json:
    """What Slack tells of a form that is filled in so. Raises CannotBeFilled."""
    fields = _inputs(view)
    if unknown := set(values) - set(fields):
        raise CannotBeFilled(f"no field {', '.join(sorted(unknown))}")
    return {
        block: {
            field["element"]["action_id"]: {"type": field["element"]["type"]}
            | _value(field, values.get(block))
        }
        for block, field in fields.items()
    }


def _value(field: Json, said: Any) -> Json:
    """As Slack tells it; None is what nobody filled in: what was chosen at first, or nothing."""
    element = field["element"]
    match element["type"]:
        case "static_select" | "radio_buttons":
            first = element.get("initial_option")
            return {"selected_option": _option(element, said) if said else first}
        case "multi_static_select" | "checkboxes":
            first = element.get("initial_options", [])
            return {"selected_options": [_option(element, one) for one in said] if said else first}
        case "datepicker":
            return {"selected_date": said}
        case "file_input":
            return {"files": list(said or ())}
    return {"value": said or None}


def _option(element: Json, value: str) -> Json:
    lists = (
        [element["options"]] if "options" in element else [one["options"] for one in element["option_groups"]]
    )
    found = next((one for some in lists for one in some if one["value"] == value), None)
    if found is None:
        raise CannotBeFilled(f"{value} is not among the choices")
    return dict(found)
