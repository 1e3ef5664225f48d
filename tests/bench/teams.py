"""teams: activities a second that are on the disk when Teams hears 202, beside a bare app that checks the same
tokens with PyJWT and keeps nothing; and how long Teams waits at a hundred a second while mail arrives."""

import json
from collections.abc import Iterator
from urllib.request import urlopen

from tests.bench.bare_teams import SAID
from tests.bench.chat_doors import Measured, measure
from tests.bench.chat_load import Calls
from tests.bench.extent import Extent
from tests.bench.figures import Figure
from tests.bench.rig import Rig

NAME = "teams"


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    bare, settings = calls(rig)
    yield from measure(rig, extent, Measured(NAME, bare, "bare aiohttp, PyJWT", "202"), settings)


def calls(rig: Rig) -> tuple[Calls, dict[str, str]]:
    """What a Teams that runs says to a bare app, and the settings of a service that it may say it to."""
    cloud = rig.module("tests.bench.bare_teams", "cloud")
    url = f"http://127.0.0.1:{cloud.port}"
    bare = rig.module("tests.bench.bare_teams", "app", url)
    with urlopen(f"{url}{SAID}", timeout=10) as answer:
        said = json.load(answer)
    return Calls(bare.port, 1, 0, token=said["token"], activity=said["activity"]), said["settings"]
