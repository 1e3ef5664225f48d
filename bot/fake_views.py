"""The forms and home tabs of the Slack that runs here: as strict as the real one about triggers, sizes and
names."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
TRIGGER_SECONDS = 3.0
MOST_BLOCKS = 100
LONGEST_METADATA = 3000
LARGEST = 250_000


@dataclass
class FakeViews:
    """What is open and what home shows, by view id and by user. `triggers` are good once, for three
    seconds."""

    triggers: dict[str, float] = field(default_factory=dict)
    open: dict[str, Json] = field(default_factory=dict)
    home: dict[str, Json] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    seconds: float = TRIGGER_SECONDS

    def trigger(self) -> str:
        """What comes with a click, a command or a shortcut."""
        name = f"{secrets.token_hex(6)}.{secrets.token_hex(6)}"
        self.triggers[name] = time.monotonic()
        return name

    def methods(self) -> dict[str, Callable[[Json], Awaitable[Json]]]:
        return {
            "views.open": self._open,
            "views.update": self._update,
            "views.publish": self._publish,
        }

    async def _open(self, given: Json) -> Json:
        begun = self.triggers.pop(given.get("trigger_id", ""), None)
        if begun is None:
            return {"error": "exchanged_trigger_id" if given.get("trigger_id") else "invalid_trigger_id"}
        if time.monotonic() - begun > self.seconds:
            return {"error": "expired_trigger_id"}
        if wrong := wrong_view(given.get("view") or {}, "modal"):
            return wrong
        return {"view": self._keep(f"V{secrets.token_hex(5).upper()}", given["view"])}

    async def _update(self, given: Json) -> Json:
        there = self.open.get(given.get("view_id", ""))
        if there is None:
            return {"error": "not_found"}
        if given.get("hash") and given["hash"] != there["hash"]:
            return {"error": "hash_conflict"}
        if wrong := wrong_view(given.get("view") or {}, "modal"):
            return wrong
        return {"view": self._keep(there["id"], given["view"])}

    async def _publish(self, given: Json) -> Json:
        if not given.get("user_id"):
            return {"error": "invalid_arguments"}
        if wrong := wrong_view(given.get("view") or {}, "home"):
            return wrong
        self.home[given["user_id"]] = given["view"]
        self.changed.set()
        return {"view": given["view"] | {"id": f"V{secrets.token_hex(5).upper()}"}}

    def _keep(self, name: str, view: Json) -> Json:
        self.open[name] = view | {"id": name, "hash": f"{time.time()}.{secrets.token_hex(4)}"}
        self.changed.set()
        return self.open[name]


def wrong_view(view: Json, kind: str) -> Json | None:
    """What Slack says to a view that it would not take, or None."""
    faults = list(_faults(view, kind))
    if faults:
        return {"error": "invalid_arguments", "response_metadata": {"messages": faults}}
    return {"error": "view_too_large"} if len(str(view)) > LARGEST else None


def _faults(view: Json, kind: str) -> Iterator[str]:
    blocks = view.get("blocks") or []
    if view.get("type") != kind:
        yield f"type must be {kind}"
    if not 1 <= len(blocks) <= MOST_BLOCKS:
        yield f"{len(blocks)} blocks"
    if len(view.get("private_metadata", "")) > LONGEST_METADATA:
        yield "private_metadata is too long"
    for name in ("title", "submit", "close"):
        if name in view and not 1 <= len(view[name]["text"]) <= 24:
            yield f"{name} must be 1 to 24 characters"
    if kind == "modal" and "title" not in view:
        yield "title is missing"
    inputs = [block for block in blocks if block["type"] == "input"]
    if inputs and kind == "modal" and "submit" not in view:
        yield "submit is missing, and there are inputs"
    yield from _faults_of_names(blocks)
    for block in blocks:
        yield from _faults_of_block(block)


def _faults_of_names(blocks: list[Json]) -> Iterator[str]:
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if len(names) != len(set(names)):
        yield "block_id stands twice"
    if any(len(name) > 255 for name in names):
        yield "block_id is too long"


def _faults_of_block(block: Json) -> Iterator[str]:
    if block["type"] == "input" and not 1 <= len(block["label"]["text"]) <= 2000:
        yield "a label must be 1 to 2000 characters"
    if block["type"] in ("section", "context"):
        texts = [block["text"]] if "text" in block else block.get("elements", [])
        if any(not 1 <= len(one.get("text", "")) <= 3000 for one in texts if one.get("type") != "image"):
            yield "a text must be 1 to 3000 characters"
    for element in (block.get("element"), block.get("accessory"), *block.get("elements", ())):
        if element and "type" in element:
            yield from _faults_of_element(element)


def _faults_of_element(element: Json) -> Iterator[str]:
    if len(element.get("action_id", "")) > 255:
        yield "action_id is too long"
    if element["type"] == "button" and not (
        1 <= len(element["text"]["text"]) <= 75 and len(element.get("value", "")) <= 2000
    ):
        yield "a button's text must be 1 to 75 characters, its value at most 2000"
    groups = element.get("option_groups")
    lists = [group["options"] for group in groups] if groups is not None else [element.get("options")]
    if groups is not None and not 1 <= len(groups) <= 100:
        yield f"{len(groups)} groups of options"
    for options in lists:
        if options is not None:
            yield from _faults_of_options(options)
    offered = [one for options in lists for one in options or ()]
    chosen = (
        [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    )
    if any(one not in offered for one in chosen):
        yield "what is chosen at first must be among the options"


def _faults_of_options(options: list[Json]) -> Iterator[str]:
    if not 1 <= len(options) <= 100:
        yield f"{len(options)} options"
    for one in options:
        if not (1 <= len(one["text"]["text"]) <= 75 and 1 <= len(one["value"]) <= 150):
            yield "an option's text must be 1 to 75 characters, its value 1 to 150"
        if len(one.get("description", {}).get("text", "")) > 75:
            yield "an option's description is too long"
