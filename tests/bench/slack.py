"""slack: commands a second that are on the disk when Slack hears 200, beside bare slack-bolt that keeps nothing;
and how long Slack waits at a hundred a second while mail arrives."""

from collections.abc import Iterator

from bot.fake_slack import BOT_TOKEN, SIGNING_SECRET
from tests.bench.chat_doors import Measured, measure
from tests.bench.chat_load import Calls
from tests.bench.extent import Extent
from tests.bench.figures import Figure
from tests.bench.rig import Rig

NAME = "slack"


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    workspace = rig.module("tests.bench.bare_bolt", "workspace")
    api = f"http://127.0.0.1:{workspace.port}/api/"
    bare = rig.module("tests.bench.bare_bolt", "app", api)
    what = Measured(NAME, Calls(bare.port, 1, 0), "bare slack-bolt", "200")
    settings = {
        "CAIS_SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "CAIS_SLACK_BOT_TOKEN": BOT_TOKEN,
        "CAIS_SLACK_API": api,
    }
    yield from measure(rig, extent, what, settings)
