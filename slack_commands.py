"""What belongs to Slack only: the app's manifest."""

from typing import Annotated

import typer

from commands import stop


def slack_manifest(
    url: Annotated[
        str | None,
        typer.Option(help="Where Slack shall call us, https://…; default: through a socket that we open."),
    ] = None,
) -> None:
    """Print the manifest that the Slack app is made from, with exactly the rights that are used."""
    from bot.slack_manifest import as_yaml, manifest

    if url is not None and not url.startswith("https://"):
        stop("--url: Slack calls https:// addresses only", 2)
    print(as_yaml(manifest(url)), end="")
