"""The files of the Slack that runs here: uploads by people, records, and private addresses for downloads."""

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from aiohttp import web

Json = dict[str, Any]
SIGN_IN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in</body></html>"
BLOCK = 64 * 1024
LONGEST_ALT = 1_000


def sign_in_page() -> web.Response:
    """What Slack answers to who may not read a file: 200, and a page."""
    return web.Response(text=SIGN_IN, content_type="text/html")


def too_many(seconds: int) -> web.Response:
    headers = {"Retry-After": str(seconds)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


@dataclass
class FakeFiles:
    """What people shared. `content` of a file is its bytes, or a path that is streamed. `answers` come in
    place of the next downloads: a response, or so many bytes after which the line is cut. While `flowing` is
    not set, none is answered. `uploads` are what apps bring, by their id: until somebody has asked for one
    `looks` times, it is worked on and cannot be shown."""

    url: str = ""
    records: dict[str, Json] = field(default_factory=dict)
    contents: dict[str, bytes | Path] = field(default_factory=dict)
    answers: list[web.StreamResponse | int] = field(default_factory=list)
    downloads: list[tuple[str, str]] = field(default_factory=list)
    flowing: asyncio.Event = field(default_factory=asyncio.Event)
    uploads: dict[str, Json] = field(default_factory=dict)
    looks: int = 1

    def __post_init__(self) -> None:
        self.flowing.set()

    def upload(self, user: str, name: str, content: bytes | Path, **more: Any) -> Json:
        """A new file, as a message's event names it."""
        own_id = more.get("id") or f"F0{secrets.token_hex(4).upper()}"
        size = content.stat().st_size if isinstance(content, Path) else len(content)
        where = f"{self.url}/files-pri/T0CAIS-{own_id}"
        record: Json = {
            "id": own_id,
            "user": user,
            "name": name,
            "title": name,
            "size": size,
            "mode": "hosted",
        }
        record |= {"created": int(time.time()), "mimetype": guess_type(name)[0] or "application/octet-stream"}
        record |= {"url_private": f"{where}/{name}", "url_private_download": f"{where}/download/{name}"}
        record |= {"is_external": False, "file_access": "visible", "shares": {}} | more
        self.records[own_id], self.contents[own_id] = record, content
        return {key: value for key, value in record.items() if key != "shares"}

    def note(self, event: Json) -> None:
        """A message was said; its files are shared there."""
        for record in filter(None, (self.records.get(one["id"]) for one in event.get("files", ()))):
            kind = "private" if event["channel"].startswith("D") else "public"
            share = {"ts": event["ts"]} | ({"thread_ts": event["thread_ts"]} if "thread_ts" in event else {})
            record["shares"].setdefault(kind, {}).setdefault(event["channel"], []).append(share)

    def delete(self, own_id: str) -> None:
        del self.records[own_id], self.contents[own_id]

    async def place(self, given: Json) -> Json:
        """`files.getUploadURLExternal`."""
        if not given.get("filename") or not int(given.get("length") or 0):
            return {"error": "missing_argument"}
        if len(str(given.get("alt_txt", ""))) > LONGEST_ALT:
            return {"error": "alt_txt_too_large"}
        own_id = f"F0{secrets.token_hex(4).upper()}"
        self.uploads[own_id] = {"name": given["filename"], "size": int(given["length"]), "looks": self.looks}
        self.uploads[own_id]["alt"] = given.get("alt_txt", "")
        return {"upload_url": f"{self.url}/upload/v1/{own_id}", "file_id": own_id}

    async def take(self, request: web.Request) -> web.Response:
        """The bytes of one, at the address that it was given."""
        there = self.uploads.get(request.match_info["own_id"])
        data = await request.read()
        if there is None or len(data) != there["size"]:
            return web.Response(status=400)
        there["data"] = data
        return web.Response(text=f"OK - {len(data)}")

    async def complete(self, given: Json) -> Json:
        """`files.completeUploadExternal`, without a conversation: the file is the app's own."""
        for one in given.get("files") or ():
            there = self.uploads.get(one["id"], {})
            if "data" not in there:
                return {"error": "file_not_found"}
            self.upload(
                "U0BOT", there["name"], there["data"], id=one["id"], mimetype="", alt_txt=there["alt"]
            )
        files = [{"id": one["id"], "title": one.get("title", "")} for one in given.get("files") or ()]
        return {"files": files} if files else {"error": "invalid_arguments"}

    def wrong_pictures(self, given: Json) -> str:
        """Slack's error for a message with a picture that is none, or that it still works on."""
        named = [one["slack_file"] for one in given.get("blocks") or () if "slack_file" in one]
        return "" if all(self._is_picture(one.get("id", "")) for one in named) else "invalid_blocks"

    def _is_picture(self, own_id: str) -> bool:
        return str(self.records.get(own_id, {}).get("mimetype")).startswith("image/")

    async def shown(self, request: web.Request) -> web.Response:
        """A picture for who looks at the page of a conversation."""
        own_id = request.match_info["own_id"]
        content = self.contents.get(own_id)
        if not self._is_picture(own_id) or not isinstance(content, bytes):
            return web.Response(status=404)
        return web.Response(body=content, content_type="image/png")

    async def info(self, given: Json) -> Json:
        record = self.records.get(given.get("file", ""))
        if record and (made := self.uploads.get(record["id"])):
            made["looks"] -= 1
            if made["looks"] < 0:
                record["mimetype"] = guess_type(record["name"])[0] or "application/octet-stream"
        return {"file": record} if record else {"error": "file_not_found"}

    async def serve(self, request: web.Request, may_read: bool) -> web.StreamResponse:
        """One download."""
        own_id = request.match_info["place"].rpartition("-")[2]
        self.downloads.append((own_id, request.headers.get("Authorization", "")))
        await self.flowing.wait()
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, web.StreamResponse):
            return answer
        if not may_read:
            return sign_in_page()
        if own_id not in self.contents:
            return web.Response(status=404)
        headers = {"Content-Type": self.records[own_id]["mimetype"]}
        content = self.contents[own_id]
        if isinstance(answer, int):
            return await cut(request, content, headers, answer)
        if isinstance(content, Path):
            return web.FileResponse(content, headers=headers, chunk_size=BLOCK)
        return web.Response(body=content, headers=headers)


async def cut(
    request: web.Request, content: bytes | Path, headers: Mapping[str, str], after: int
) -> web.StreamResponse:
    """An answer whose line breaks after so many bytes."""
    data = content.read_bytes() if isinstance(content, Path) else content
    response = web.StreamResponse(headers=dict(headers) | {"Content-Length": str(len(data))})
    await response.prepare(request)
    await response.write(data[:after])
    await asyncio.sleep(0)
    if request.transport is not None:
        request.transport.close()
    return response
