"""`python -m tests.bench [--quick] [--only NAME,…] [--backlog N] [--json FILE]`: every figure beside its baseline."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.bench import (
    authority,
    commands,
    exporting,
    growth,
    imap_backlog,
    memory,
    reminders_plan,
    slack,
    smtp_durable,
    start,
    teams,
    whole_job,
)
from tests.bench.extent import FULL, QUICK, Extent
from tests.bench.figures import Figure, table
from tests.bench.rig import Rig

WORKLOADS: dict[str, Callable[[Rig, Extent], Iterator[Figure]]] = {
    smtp_durable.NAME: smtp_durable.run,
    whole_job.NAME: whole_job.run,
    memory.NAME: memory.run,
    start.NAME: start.run,
    growth.NAME: growth.run,
    commands.NAME: commands.run,
    exporting.NAME: exporting.run,
    imap_backlog.NAME: imap_backlog.run,
    authority.NAME: authority.run,
    slack.NAME: slack.run,
    teams.NAME: teams.run,
    reminders_plan.NAME: reminders_plan.run,
}


def main() -> None:
    asked = _asked()
    extent = QUICK if asked.quick else FULL
    with Rig() as rig:
        backlog = asked.backlog or extent.backlog
        figures = list(_figures(rig, asked.only or list(WORKLOADS), replace(extent, backlog=backlog)))
    print(table(figures))
    if asked.json:
        asked.json.write_text(json.dumps([figure.as_json() for figure in figures], indent=2) + "\n")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round of everything, as a smoke run")
    parser.add_argument("--only", type=_names, help=f"some of {', '.join(WORKLOADS)}")
    parser.add_argument("--backlog", type=int, help="how many messages lie in the mailbox of imap-backlog")
    parser.add_argument("--json", type=Path, help="write the figures of every round to this file")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in WORKLOADS]:
        raise argparse.ArgumentTypeError(f"there is no workload {', '.join(unknown)}")
    return names


def _figures(rig: Rig, names: list[str], extent: Extent) -> Iterator[Figure]:
    for name in names:
        began = time.monotonic()
        for figure in WORKLOADS[name](rig, extent):
            print(".", end="", file=sys.stderr, flush=True)
            yield figure
        print(f" {name}: {time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
