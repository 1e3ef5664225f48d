"""Files that people attach in Teams, as attachments: SharePoint's in a personal chat, and pasted pictures.

In channels and groups Teams hands nobody's files to us: those are told as files that did not come, with where
they would. So is what a link does not give any more.
"""

from collections.abc import Mapping
from mimetypes import guess_extension, guess_type
from typing import Any

import structlog

from bot.chat_files import ChatFiles, Looks
from bot.downloading import SAID_BY_SERVERS, Downloads, NotGiven, Wanted
from bot.teams_events import FILE, IN_CHANNEL, SHARED, Told
from handlers.messages import Attachment, Kept, Role
from store import Store

log = structlog.get_logger()
NOT_PUBLIC = "teams-not-public"  # what an operator must mend
PICTURE = "picture"


class TeamsFiles:
    """Fetches the files of messages: those of a tenant from its own SharePoint (`files`, by tenant), and
    `pictures`."""

    def __init__(
        self, files: Mapping[str, Downloads], pictures: Downloads, store: Store, looks: Looks
    ) -> None:
        self._files, self._pictures, self._kept = files, pictures, ChatFiles(store, looks)

    async def fetch(self, said: Told, entry: Kept) -> tuple[Attachment, ...]:
        """One attachment for each, in their order. Raises TryLater, OSError."""
        return tuple(
            [await self._fetch(one, number, said, entry) for number, one in enumerate(said.files, 1)]
        )

    async def aclose(self) -> None:
        for downloads in (*self._files.values(), self._pictures):
            await downloads.aclose()

    async def _fetch(self, file: dict[str, Any], number: int, said: Told, entry: Kept) -> Attachment:
        async def get() -> tuple[str, str]:
            return await self._get(file, said.tenant)

        try:
            return await self._kept.fetch(str(number), number, entry, get)
        except NotGiven as no:
            log.warning("Teams gives no file", inbox=entry.id, file=number, why=no.word)
            role: Role = "withheld" if no.word == NOT_PUBLIC else "missing"
            return self._kept.not_given(number, _shown_name(file), no.word, role)

    async def _get(self, file: Mapping[str, Any], tenant: str) -> tuple[str, str]:
        """Its digest, and its name. Raises NotGiven, TryLater."""
        most, kind = self._kept.looks.most_bytes, file.get("contentType")
        if kind == SHARED:
            raise NotGiven(IN_CHANNEL)
        if kind == FILE:
            if tenant not in self._files:
                raise NotGiven("teams-foreign")
            name = _shown_name(file)
            got = await self._files[tenant].download(Wanted(_address(file), _told_by(name), most))
            return got.sha256, name
        got = await self._pictures.download(Wanted(str(file.get("contentUrl") or ""), str(kind), most))
        return got.sha256, _shown_name(file) or f"{PICTURE}{guess_extension(got.kind) or ''}"


def _address(file: Mapping[str, Any]) -> str:
    """The one that opens by itself for a while. `contentUrl` is for people who sign in."""
    content = file.get("content")
    return str(content.get("downloadUrl") or "") if isinstance(content, Mapping) else ""


def _shown_name(file: Mapping[str, Any]) -> str:
    name = file.get("name")
    return name if isinstance(name, str) else ""


def _told_by(name: str) -> str:
    """Its type, where a server's own page would be of the same one. Of others a name tells too little."""
    kind = guess_type(name)[0] or ""
    return kind if kind in SAID_BY_SERVERS else ""
