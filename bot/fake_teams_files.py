"""The files of the Teams that runs here: a SharePoint with addresses that open by themselves for a while, and
upload sessions for files that somebody accepts.

As the real one it takes no token of the bot: whoever sends one is refused.
"""

import asyncio
import re
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.fake_slack_files import BLOCK, cut

Json = dict[str, Any]
DOWNLOAD = "application/vnd.microsoft.teams.file.download.info"
SIGN_IN = (
    "<!DOCTYPE html><html><head><title>Sign in to your account</title></head><body>Sign in</body></html>"
)
PIECE = 320 * 1024  # a piece of an upload is a multiple of it, but for the last one
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def sign_in_page() -> web.Response:
    """What SharePoint may answer to who has no rights: 200, and a page."""
    return web.Response(text=SIGN_IN, content_type="text/html")


def moved(to: str, status: int = 302) -> web.Response:
    return web.Response(status=status, headers={"Location": to})


@dataclass
class Shared:
    """A file of somebody's drive. `status` is what comes in place of it: 401 (its address has expired), 403
    (no rights), 404 or 410 (deleted)."""

    id: str
    name: str
    content: bytes | Path
    pass_: str
    status: int = 200
    kind: str = ""


@dataclass
class Upload:
    """An upload session: what came so far, in order."""

    name: str
    total: int = -1
    content: bytearray = field(default_factory=bytearray)
    until: float = field(default_factory=lambda: time.time() + 900)
    done: bool = False


@dataclass
class FakeTeamsFiles:
    """`answers` come in place of the next downloads: a response, or so many bytes after which the line is
    cut; `upload_answers` in place of the next pieces of uploads. While `flowing` is not set, no download is
    answered. `downloads` are the ids and what stood in the Authorization header."""

    may_read: Callable[[str], bool]
    url: str = ""
    shared: dict[str, Shared] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    answers: list[web.StreamResponse | int] = field(default_factory=list)
    upload_answers: list[web.Response] = field(default_factory=list)
    downloads: list[tuple[str, str]] = field(default_factory=list)
    flowing: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.flowing.set()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/personal/{who}/_layouts/15/download.aspx", self._download),
            web.get("/personal/{who}/Documents/{name:.*}", self._library),
            web.put("/personal/{who}/_api/v2.0/drive/items/{id}/uploadSession", self._take),
            web.get("/teams/v3/attachments/{id}/views/original", self._image),
        ]

    def put(self, name: str, content: bytes | Path, who: str = "ana_cais_example") -> Json:
        """A new file in a drive, as the attachment that a bot is handed in a personal chat."""
        own = self._keep(name, content, "")
        ext = Path(name).suffix.removeprefix(".").lower()
        there = f"{self.url}/personal/{who}"
        query = f"UniqueId={own.id}&Translate=false&tempauth={own.pass_}&ApiVersion=2.0"
        handed = {"downloadUrl": f"{there}/_layouts/15/download.aspx?{query}"}
        handed |= {"uniqueId": own.id, "fileType": ext}
        where = f"{there}/Documents/Microsoft Teams Chat Files/{name}"
        return {"contentType": DOWNLOAD, "contentUrl": where, "name": name, "content": handed}

    def image(self, content: bytes, kind: str = "image/png") -> Json:
        """A picture that was pasted into a message; the bot gets it from the connector, with its token."""
        own = self._keep("image", content, kind)
        return {
            "contentType": "image/*",
            "contentUrl": f"{self.url}/teams/v3/attachments/{own.id}/views/original",
        }

    def refuse(self, attachment: Json, status: int) -> None:
        """From now on: 401 expired, 403 no rights, 404 or 410 deleted."""
        self.shared[id_of(attachment)].status = status

    def open_upload(self, name: str, who: str) -> tuple[str, str]:
        """A session for a file that somebody accepts: its id, and the address for its bytes."""
        own = str(uuid.uuid4()).upper()
        self.uploads[own] = Upload(name)
        return own, f"{self.url}/personal/{who}/_api/v2.0/drive/items/{own}/uploadSession?tempauth={_pass()}"

    def _keep(self, name: str, content: bytes | Path, kind: str) -> Shared:
        own = Shared(str(uuid.uuid4()).upper(), name, content, _pass(), kind=kind)
        self.shared[own.id] = own
        return own

    # --- what is asked for

    async def _download(self, request: web.Request) -> web.StreamResponse:
        asked = self.shared.get(request.query.get("UniqueId", ""))
        bearer = request.headers.get("Authorization", "")
        self.downloads.append((request.query.get("UniqueId", ""), bearer))
        if bearer or (asked and request.query.get("tempauth") != asked.pass_):
            return web.Response(status=401, text="401 UNAUTHORIZED")
        return await self._serve(request, asked)

    async def _image(self, request: web.Request) -> web.StreamResponse:
        bearer = request.headers.get("Authorization", "")
        self.downloads.append((request.match_info["id"], bearer))
        if not self.may_read(bearer.removeprefix("Bearer ")):
            return web.json_response({"error": {"code": "Unauthorized", "message": "Denied."}}, status=401)
        return await self._serve(request, self.shared.get(request.match_info["id"]))

    async def _library(self, _request: web.Request) -> web.StreamResponse:
        """The address that people see: without a browser's sign-in there is a page."""
        return sign_in_page()

    async def _serve(self, request: web.Request, asked: Shared | None) -> web.StreamResponse:
        await self.flowing.wait()
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, web.StreamResponse):
            return answer
        if asked is None or asked.status != 200:
            return web.Response(status=asked.status if asked else 404)
        headers = {"Content-Type": asked.kind or guess_type(asked.name)[0] or "application/octet-stream"}
        if isinstance(answer, int):
            return await cut(request, asked.content, headers, answer)
        if isinstance(asked.content, Path):
            return web.FileResponse(asked.content, headers=headers, chunk_size=BLOCK)
        return web.Response(body=asked.content, headers=headers)

    async def _take(self, request: web.Request) -> web.Response:
        """One piece of an upload."""
        data = await request.read()
        if self.upload_answers:
            return self.upload_answers.pop(0)
        upload = self.uploads.get(request.match_info["id"])
        if "Authorization" in request.headers:
            return _no(401, "unauthenticated", "The upload address needs no token, and takes none.")
        if upload is None or upload.until < time.time() or upload.done:
            return _no(404, "itemNotFound", "The upload session was not found")
        if (wrong := _wrong_piece(request, upload, data)) is not None:
            return wrong
        upload.content += data
        if len(upload.content) < upload.total:
            until = datetime.now(UTC) + timedelta(minutes=15)
            said = {
                "expirationDateTime": until.isoformat(),
                "nextExpectedRanges": [f"{len(upload.content)}-"],
            }
            return web.json_response(said, status=202)
        upload.done = True
        item = {"id": request.match_info["id"], "name": upload.name, "size": upload.total}
        return web.json_response(item, status=201)


def id_of(attachment: Json) -> str:
    """The file that an attachment stands for."""
    content = attachment.get("content") or {}
    return str(
        content.get("uniqueId") or attachment["contentUrl"].split("/attachments/")[-1].partition("/")[0]
    )


def _wrong_piece(request: web.Request, upload: Upload, data: bytes) -> web.Response | None:
    said = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
    if said is None:
        return _no(400, "invalidRequest", "The Content-Range header is missing or malformed.")
    first, last, total = map(int, said.groups())
    if last - first + 1 != len(data) or last >= total or upload.total not in (-1, total):
        return _no(400, "invalidRequest", "The Content-Range header length does not match the content.")
    if first != len(upload.content):
        return _no(416, "invalidRange", "Optimistic concurrency failure during fragmented upload")
    if last + 1 < total and len(data) % PIECE:
        return _no(400, "invalidRequest", "The fragment size must be a multiple of 320 KiB.")
    upload.total = total
    return None


def _no(status: int, code: str, words: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": words}}, status=status)


def _pass() -> str:
    return f"v1.{secrets.token_urlsafe(24)}"
