"""Files that were shared in Slack, as attachments: asked for by their records, and downloaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.chat_files import ChatFiles, Looks, nameless
from bot.downloading import Downloads, NotGiven, Wanted
from bot.slack_calls import SaidNo, SlackCalls
from bot.slack_events import Body
from bot.slack_shares import Shares
from handlers.messages import Attachment, Kept, Role
from store import Store

log = structlog.get_logger()
# What asking again for the record and for the bytes may mend; the rest is as it is.
_ONCE_MORE = ("slack-no-scope", "slack-short", "slack-other", "slack-gone")
_WITHHELD = "slack-no-scope"
_MODES = {
    "tombstone": "slack-gone",
    "hidden_by_limit": "slack-hidden",
    "external": "slack-elsewhere",
    "space": "slack-canvas",
    "quip": "slack-canvas",
    "canvas": "slack-canvas",
    "list": "slack-canvas",
    "post": "slack-canvas",
}
_OWN_KINDS = "application/vnd.slack-"
_NO_RIGHT = ("access_denied", "missing_scope", "no_permission", "not_allowed_token_type")


@dataclass
class Shared:
    """One file of a message, with what is known of it so far."""

    record: dict[str, Any]
    number: int
    entry: Kept

    @property
    def id(self) -> str:
        return str(self.record.get("id") or "")

    @property
    def name(self) -> str:
        """Its name or its title; of a file without either what Slack says it is."""
        name, kind = (str(self.record.get(one) or "").strip() for one in ("name", "pretty_type"))
        return name or str(self.record.get("title") or "").strip() or nameless(kind)


class SlackFiles:
    """Fetches the files of messages. They may be whole records, stubs, or ids alone (`{"id": "F0…"}`, as
    forms and shortcuts name them)."""

    def __init__(self, calls: SlackCalls, downloads: Downloads, store: Store, looks: Looks) -> None:
        self._calls, self._downloads, self._looks = calls, downloads, looks
        self._files = ChatFiles(store, looks)
        self._shares = Shares(calls, store)

    async def message_of(self, body: Body, entry: Kept) -> Body:
        """The event of the message that a file was shared with (`bot/slack_shares.py`)."""
        return await self._shares.message_of(body, entry)

    async def fetch(self, files: Sequence[Mapping[str, Any]], entry: Kept) -> tuple[Attachment, ...]:
        """One attachment for each, in their order. Raises TryLater, OSError."""
        wanted = [Shared(dict(file), number, entry) for number, file in enumerate(files, 1)]
        return tuple([await self._fetch(one) for one in wanted])

    async def aclose(self) -> None:
        await self._downloads.aclose()

    async def _fetch(self, file: Shared) -> Attachment:
        async def get() -> tuple[str, str]:
            return await self._bytes(file), file.name

        try:
            return await self._files.fetch(file.id, file.number, file.entry, get)
        except NotGiven as no:
            _say_why(no, file)
            return self._not_given(file, no.word)

    async def _bytes(self, file: Shared) -> str:
        """The digest. Where the bytes are not what was told, the record is asked for once more: it names a
        scope that we lack and a file that is gone, and has the address as it is now. Raises NotGiven."""
        for is_last in (False, True):
            if is_last or (why_not(file.record) is None and not is_whole(file.record)):
                await self._ask_record(file)
            if (word := why_not(file.record)) is not None:
                raise NotGiven(word)
            try:
                return await self._download(file.record)
            except NotGiven as no:
                if is_last or no.word not in _ONCE_MORE:
                    raise
        raise AssertionError("the last try returns or raises")

    async def _download(self, record: Mapping[str, Any]) -> str:
        if not is_whole(record):
            raise NotGiven("slack-foreign")
        if record["size"] > self._looks.most_bytes:
            raise NotGiven("slack-too-big")
        mimetype = str(record.get("mimetype") or "")
        wanted = Wanted(_address(record), mimetype, record["size"], exact=True)
        return (await self._downloads.download(wanted)).sha256

    async def _ask_record(self, file: Shared) -> None:
        """What Slack has on record of it. Raises NotGiven, TryLater."""
        was_stub = _is_stub(file.record)
        try:
            said = (await self._calls.ask("files.info", file=file.id)).get("file")
        except SaidNo as no:
            if no.error in _NO_RIGHT:
                raise NotGiven(_WITHHELD, no.needed) from no
            raise NotGiven("slack-foreign" if was_stub else "slack-gone") from no
        file.record = {**file.record, "file_access": None, **(said if isinstance(said, dict) else {})}

    def _not_given(self, file: Shared, word: str) -> Attachment:
        size = file.record.get("size")
        size = size if isinstance(size, int) else 0
        role: Role = "withheld" if word == _WITHHELD else "missing"
        return self._files.not_given(file.number, file.name, word, role, size)


def is_whole(file: Mapping[str, Any]) -> bool:
    """Whether a record says all that a download needs; files of other workspaces come as stubs."""
    return not _is_stub(file) and bool(_address(file)) and isinstance(file.get("size"), int)


def _address(file: Mapping[str, Any]) -> str:
    return str(file.get("url_private_download") or file.get("url_private") or "")


def why_not(file: Mapping[str, Any]) -> str | None:
    """The word for a file whose bytes Slack does not have for us, by its record."""
    if file.get("is_external"):
        return "slack-elsewhere"
    if str(file.get("mimetype") or "").startswith(_OWN_KINDS):
        return "slack-canvas"
    if file.get("file_access") == "file_not_found":
        return "slack-gone"
    if file.get("file_access") == "access_denied":
        return "slack-foreign"
    return _MODES.get(str(file.get("mode")))


def _is_stub(file: Mapping[str, Any]) -> bool:
    return file.get("file_access") == "check_file_info"


def _say_why(no: NotGiven, file: Shared) -> None:
    """For the operator: a scope that is missing is named. Never a name or an address of the file."""
    facts = {"inbox": file.entry.id, "file": file.number, "why": no.word}
    if no.word == _WITHHELD:
        log.error("Slack gives no file", **facts, needs=no.needed or "files:read")
    else:
        log.warning("Slack gives no file", **facts)
