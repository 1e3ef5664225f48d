"""What the pages of the chats that run here have in common: one page for all people, and files that come with
what they do there."""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

FOLDER = Path(__file__).parent
Given = Mapping[str, Any]


def page(name: str, style: str, people: Iterable[tuple[str, str, str]]) -> web.Response:
    """The page of this name. `people` are those that one can be: the id, the name, and who that is."""
    filled = {
        "/* STYLE */": style,
        "/* SCRIPT */": (FOLDER / "fake_client.js").read_text("utf-8"),
        "<!-- PEOPLE -->": "".join(
            f"<option value='{escape(own_id)}'>{escape(f'{who} – {about}')}</option>"
            for own_id, who, about in people
        ),
    }
    text = (FOLDER / name).read_text("utf-8")
    for mark, words in filled.items():
        text = text.replace(mark, words)
    return web.Response(text=text, content_type="text/html")


async def given_in(request: web.Request) -> Given:
    """What somebody does on our page. Raises HTTPForbidden for what another page sends."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.rpartition("/")[2] != request.host:
        raise web.HTTPForbidden(text="from another page")
    return await request.post()


def uploads(given: Given, name: str = "files") -> list[FileField]:
    return [one for one in given.getall(name, ()) if isinstance(one, FileField)]  # type: ignore[attr-defined]
