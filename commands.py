"""What every command needs: settings, the parts put together, and trouble told in one sentence."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from service import Parts, Settings


def record(part: str) -> list[dict[str, Any]]:
    """One list of the export."""
    from store.export import export as export_record

    async def go(parts: "Parts") -> list[dict[str, Any]]:
        return (await export_record(parts.store.database))[part]

    return list(with_parts(go))


def with_parts(work: Callable[["Parts"], Awaitable[Any]]) -> Any:
    """Put the parts together, do one thing with them, and close them again."""
    import service

    async def go() -> Any:
        async with service.put_together(settings()) as parts:
            return await work(parts)

    return asyncio.run(told(go()))


async def told(work: Awaitable[Any]) -> Any:
    """Trouble that an operator can mend is one sentence, not a traceback."""
    import service
    from store.loading import NotLoaded

    try:
        return await work
    except (service.CannotStart, NotLoaded, OSError) as error:
        stop(str(error))


def settings() -> "Settings":
    """From the environment; a wrong one ends the command with status 2."""
    import service

    try:
        return service.read_settings()
    except service.CannotStart as error:
        stop(str(error), 2)


def stop(why: str, status: int = 1) -> NoReturn:
    """End the command: 1 refused or falling short, 2 wrong usage."""
    print(f"cais: {why}", file=sys.stderr)
    raise typer.Exit(status)
