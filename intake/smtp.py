"""The SMTP door: what comes in by mail is kept first, and only then thanked for."""

import asyncio
import logging
from collections.abc import Callable

from intake.lobby import Lobby, free_space
from intake.session import IntakeSMTP
from intake.settings import IntakeSettings
from store.clock import Clock
from store.keeping import Keeper

__all__ = ["Door", "IntakeSMTP", "free_space", "open_door"]


class Door:
    """The listening socket and everybody who came through it."""

    def __init__(self, server: asyncio.Server, lobby: Lobby) -> None:
        self._server = server
        self._lobby = lobby
        self.port: int = server.sockets[0].getsockname()[1]

    async def aclose(self) -> None:
        """Stop listening, let running mails end for a few seconds, answer the others 421."""
        self._server.close()
        await self._lobby.aclose()
        await self._server.wait_closed()


async def open_door(
    settings: IntakeSettings, keeper: Keeper, clock: Clock, free_bytes: Callable[[], int]
) -> Door:
    """Listen at `smtp_listen` (port 0: any free one). `free_bytes`: see `free_space`. Raises OSError."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd logs addresses and every command
    lobby = Lobby(settings, keeper, clock, free_bytes)
    host, _, port = settings.smtp_listen.rpartition(":")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: IntakeSMTP(lobby), host.strip("[]") or None, int(port))
    return Door(server, lobby)
