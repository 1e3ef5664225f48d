"""What Slack refuses of blocks and texts: its own rules, those of slack_sdk, and limits that neither tells.

Sources: Slack's reference of blocks and of `chat.postMessage`; for all blocks of a message together what
people measured (slackapi/bolt-js#2509, #2867): about 13,200 characters, of which each block takes some.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

Json = Mapping[str, Any]
MOST_BLOCKS = 50
WHOLE = 13_200
OF_A_BLOCK = 100
TEXT, UPDATED_TEXT = 40_000, 4_000
# How long a string of a name may be, whatever it stands in.
LONGEST = {"value": 2_000, "action_id": 255, "block_id": 255, "url": 3_000, "alt_text": 2_000}
# How long the text of a block or an element may be, and how many elements it may have.
WORDS = {"header": 150, "section": 3_000, "context": 3_000, "button": 75, "option": 75, "placeholder": 150}
QUESTION = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
ELEMENTS = {"context": 10, "actions": 25, "section": 10}
KNOWN = frozenset(
    {"header", "section", "context", "actions", "divider", "rich_text", "image", "input", "file"}
)


def wrong_words(given: Json, most: int = TEXT) -> str:
    """Slack's error for a message, or nothing. `most`: how long its text may be."""
    return wrong_message(given, most) if given.get("channel") else "channel_not_found"


def wrong_message(given: Json, most: int = TEXT) -> str:
    """Slack's error for the words of a message, or nothing."""
    if not given.get("text") and not given.get("blocks"):
        return "no_text"
    if len(given.get("text", "")) > most:
        return "msg_too_long"
    return wrong_blocks(given.get("blocks") or ())


def wrong_blocks(blocks: Sequence[Json], most: int = MOST_BLOCKS) -> str:
    """Slack's error for the blocks of a message or a view, or nothing."""
    if len(blocks) > most or any(_faults(blocks)) or _misformed(blocks):
        return "invalid_blocks"
    return "msg_blocks_too_long" if size_of(blocks) > WHOLE else ""


def size_of(blocks: Sequence[Json]) -> int:
    """The characters of the blocks as Slack seems to count them."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) + OF_A_BLOCK * len(blocks)


def _misformed(blocks: Sequence[Json]) -> bool:
    """Whether slack_sdk refuses it."""
    try:
        for block in Block.parse_all([dict(one) for one in blocks]):
            block.validate_json()
    except (SlackObjectFormationError, TypeError, ValueError):
        return True
    return False


def _faults(blocks: Sequence[Json]) -> Iterator[str]:
    """Every limit that is passed."""
    ids: Counter[tuple[str, str]] = Counter()
    for block in blocks:
        if block.get("type") not in KNOWN:
            yield f"unknown block {block.get('type')}"
    for one in _inside(blocks):
        yield from _faults_of(one)
        ids.update((name, one[name]) for name in ("action_id", "block_id") if one.get(name))
    yield from (f"{name} twice: {value}" for (name, value), count in ids.items() if count > 1)


def _faults_of(one: Json) -> Iterator[str]:
    if "deny" in one:
        yield from _faults_of_question(one)
        return
    kind = str(one.get("type", "option"))
    words = one.get("text")
    said = words.get("text") if isinstance(words, Mapping) else words
    if words is not None and not said:
        yield f"{kind} without words"
    if said and len(said) > WORDS.get(kind, WHOLE):
        yield f"{kind} longer than {WORDS[kind]}"
    if kind == "header" and isinstance(words, Mapping) and words.get("type") != "plain_text":
        yield "a header has plain text only"
    if kind in ELEMENTS and len(one.get("elements") or one.get("fields") or ()) > ELEMENTS[kind]:
        yield f"{kind} with too many elements"
    if kind in ("context", "actions", "rich_text") and not one.get("elements"):
        yield f"{kind} without elements"
    for name, most in LONGEST.items():
        if isinstance(one.get(name), str) and len(one[name]) > most:
            yield f"{name} longer than {most}"


def _faults_of_question(question: Json) -> Iterator[str]:
    """Of what is asked before a button does something."""
    for name, most in QUESTION.items():
        length = len(question.get(name, {}).get("text", ""))
        if not 0 < length <= most:
            yield f"a question's {name} of {length} characters"


def _inside(some: Any) -> Iterator[Json]:
    """Every object, however deep."""
    if isinstance(some, Mapping):
        yield some
        for value in some.values():
            yield from _inside(value)
    elif isinstance(some, list | tuple):
        for one in some:
            yield from _inside(one)
