"""What belongs to Teams only: the app's package."""

from pathlib import Path
from typing import Annotated

import typer

from commands import settings, stop

PACKAGE = Path("cais-teams.zip")


def teams_package(
    url: Annotated[
        str | None,
        typer.Option(
            help="The web page of who runs this, https://…; default: the domain of the program inbox."
        ),
    ] = None,
    to: Annotated[Path, typer.Option("-o", help="Write to this file.")] = PACKAGE,
) -> None:
    """Write the package that a Teams administrator uploads: the app's manifest and its pictures."""
    from bot.teams_manifest import is_website, package

    given = settings()
    if given.bot.teams_app_id is None:
        stop("CAIS_TEAMS_APP_ID is not set: it is the app (client) id of the bot's registration", 2)
    website = url or f"https://{given.domain}"
    if not is_website(website):
        stop("--url: Teams takes the address of a web page, https://…", 2)
    to.write_bytes(package(given.bot.teams_app_id, website))
    print(f"{to}: for the Teams admin center, Manage apps, Upload new app")
