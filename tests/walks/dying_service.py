"""The real service, which ends by SIGKILL when it passes a named step for the n-th time.

`python -m tests.walks.dying_service STEP COUNT`
"""

import asyncio
import os
import signal
import sys
from collections import Counter

from parts import put_together, read_settings
from service import run
from store.files import Step


def dies_at(step: str, count: int) -> Step:
    passed: Counter[str] = Counter()

    def watch(name: str) -> None:
        passed[name] += 1
        if name == step and passed[name] == count:
            os.kill(os.getpid(), signal.SIGKILL)

    return watch


async def main(step: str, count: int) -> None:
    async with put_together(read_settings(), dies_at(step, count)) as parts:
        await run(parts)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
