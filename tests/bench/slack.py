"""slack: commands a second that are on the disk when Slack hears 200, beside bare slack-bolt that keeps nothing;
and how long Slack waits at a hundred a second while mail arrives."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bot.fake_slack import BOT_TOKEN, SIGNING_SECRET
from tests.bench.extent import KIB, Extent
from tests.bench.figures import Figure, Goal, interleaved
from tests.bench.letters import Letters
from tests.bench.order import send
from tests.bench.rig import Rig, Target
from tests.bench.slack_load import Answered, Commands, send_commands
from tests.servers import free_port, wait_for_port

NAME = "slack"
PACE = Goal("P9", 0.5)
WAIT = Goal("P9", 100, most=True, of_value=True)
CONNECTIONS = 10
RATE = 100
MAIL = 4  # connections that bring mail of 10 KB, one after the other, meanwhile


def run(rig: Rig, extent: Extent) -> Iterator[Figure]:
    workspace = rig.module("tests.bench.bare_bolt", "workspace")
    api = f"http://127.0.0.1:{workspace.port}/api/"
    bare = rig.module("tests.bench.bare_bolt", "app", api)
    door, whole = _service(rig, api, "smtp,slack"), _service(rig, api, "smtp,slack,worker")
    for port in (bare.port, door[1]):
        send_commands(Commands(port, CONNECTIONS, 0.2))  # warm
    yield from _pace(door[1], bare.port, extent)
    for what, (smtp, port) in {"the doors": door, "the whole service": whole}.items():
        yield from _wait(what, smtp, port, bare.port, extent)
        rig.stop(smtp)


def _pace(port: int, bare: int, extent: Extent) -> Iterator[Figure]:
    for connections in (1, CONNECTIONS):
        doing = {
            "ours": partial(send_commands, Commands(port, connections, extent.seconds)),
            "bare": partial(send_commands, Commands(bare, connections, extent.seconds)),
        }
        done = interleaved(extent.rounds, doing)
        rates = [[one.rate for one in done[which]] for which in ("ours", "bare")]
        goal = PACE if connections == CONNECTIONS else None
        where = f"{connections} at once"
        yield Figure(NAME, where, "acknowledged", "/s", rates[0], "bare slack-bolt", rates[1], goal)
        slow = [[one.ms(0.99) for one in done[which]] for which in ("ours", "bare")]
        yield Figure(NAME, where, "p99 to 200", "ms", slow[0], "bare slack-bolt", slow[1])


def _wait(what: str, smtp: Target, port: int, bare: int, extent: Extent) -> Iterator[Figure]:
    doing = {
        "ours": partial(_beside_mail, port, smtp, extent),
        "bare": partial(_beside_mail, bare, smtp, extent),
    }
    done = interleaved(extent.rounds, doing)
    where = f"{RATE}/s while mail arrives, {what}"
    for share in (0.5, 0.99):
        ms = [[one.ms(share) for one in done[which]] for which in ("ours", "bare")]
        goal = WAIT if share == 0.99 else None
        yield Figure(NAME, where, f"p{share * 100:.0f} to 200", "ms", ms[0], "bare slack-bolt", ms[1], goal)


def _beside_mail(port: int, smtp: Target, extent: Extent) -> Answered:
    """Commands at their times to `port`, while the service takes as much mail as it can."""
    seconds = max(extent.seconds, 2.0)
    mail = extent.order(smtp.port, MAIL, Letters(10 * KIB))
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send, mail.lasting(seconds))
        answered = send_commands(Commands(port, 64, seconds, RATE))
        sending.result()
    return answered


def _service(rig: Rig, api: str, parts: str) -> tuple[Target, int]:
    """The service with a Slack door, and that door's port."""
    port = free_port()
    service = rig.service(
        rig.store(),
        parts,
        CAIS_HTTP_LISTEN=f"127.0.0.1:{port}",
        CAIS_SLACK_SIGNING_SECRET=SIGNING_SECRET,
        CAIS_SLACK_BOT_TOKEN=BOT_TOKEN,
        CAIS_SLACK_API=api,
    )
    wait_for_port(port, 30, service.daemon)
    return service, port
