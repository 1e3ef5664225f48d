"""Pictures of our messages in Slack: uploaded first, then shown by an image block that names the file.

A picture is an ornament: its message says the same in words. Where Slack does not take it, or is not done
with it in time, the words go out alone. Sources: Slack's reference of `files.getUploadURLExternal`, of the
image block and of the slack file object; that a file is worked on for a while after the upload:
slackapi/python-slack-sdk#1521.
"""

import asyncio
from collections.abc import Sequence

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Extra, TryLater
from bot.rests import Rests
from bot.slack_calls import what_it_said
from templates.chat import Block

log = structlog.get_logger()
LONGEST_ALT = 2_000  # characters, as Slack takes them in an image block
LONGEST_UPLOADED = 1_000  # with an upload it takes fewer (alt_txt_too_large)
REMEMBERED = 200  # files, for messages that are tried again or written again
PATIENCE = (0.1, 0.3, 0.6, 1.0, 2.0)  # seconds between our looks whether Slack is done with a file
UPLOAD = aiohttp.ClientTimeout(total=20)


class SlackPictures:
    """Uploads each picture once, as long as this process lives; one that is uploaded twice is harmless: a
    file that no message names is seen by nobody."""

    def __init__(self, client: AsyncWebClient, rests: Rests) -> None:
        self._client, self._rests = client, rests
        self._files: dict[int, str] = {}

    async def blocks(self, message: int, extras: Sequence[Extra]) -> list[Block]:
        """The pictures that go with a message, by its number; none where Slack does not take them."""
        pictures = [one for one in extras if one.media_type == "image/png"]
        return [one for picture in pictures[:1] for one in await self._block(message, picture)]

    async def _block(self, message: int, picture: Extra) -> list[Block]:
        try:
            own_id = self._files.get(message) or await self._uploaded(picture)
        except SlackApiError as no:
            error, needed, wait = what_it_said(no)
            if wait is not None:
                self._rests.later("files.getUploadURLExternal", error, wait)
            log.warning("Slack takes no picture", code=error, needs=needed)
            return []
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, TryLater) as trouble:
            log.warning("Slack takes no picture", trouble=type(trouble).__name__)
            return []
        self._remember(message, own_id)
        alt = picture.alt.within(LONGEST_ALT)
        return [{"type": "image", "alt_text": alt, "slack_file": {"id": own_id}}]

    def _remember(self, message: int, own_id: str) -> None:
        self._files[message] = own_id
        if len(self._files) > REMEMBERED:
            self._files.pop(next(iter(self._files)))

    async def _uploaded(self, picture: Extra) -> str:
        """Slack's id of the file, once it can be shown."""
        self._rests.check("files.getUploadURLExternal")
        alt = picture.alt.within(LONGEST_UPLOADED)
        given = {"filename": picture.name, "length": len(picture.data), "alt_txt": alt}
        place = await self._client.api_call("files.getUploadURLExternal", data=given)
        async with (
            aiohttp.ClientSession(timeout=UPLOAD) as session,
            session.post(str(place["upload_url"]), data=picture.data) as said,
        ):
            said.raise_for_status()
        own_id = str(place["file_id"])
        files = [{"id": own_id, "title": picture.name}]
        await self._client.api_call("files.completeUploadExternal", json={"files": files})
        await self._until_done(own_id)
        return own_id

    async def _until_done(self, own_id: str) -> None:
        """Slack must have looked into a file: a message that names it sooner is refused."""
        for pause in PATIENCE:
            said = await self._client.api_call("files.info", http_verb="GET", params={"file": own_id})
            if said["file"].get("mimetype"):
                return
            await asyncio.sleep(pause)
        raise TryLater("Slack is not done with a picture")
