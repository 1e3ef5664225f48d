"""Keeps mail in a process of its own, for tests that watch it from outside or let its syncs fail.

    python -m tests.store.keeping_script FOLDER COUNT [file | folder | row]

Says `yes <number> <sha256>` on standard output after each keep, `no <error>` when it failed, and at the end
`trouble <trouble>`. The last argument leaves out one sync, to show that its absence is seen.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from store.database import Database, sqlite_url
from store.files import Draft, FileStore
from store.inbox import Inbox
from store.keeping import Keeper
from tests.store.rows import arrival


class NoFileSync(FileStore):
    def keep(self, draft: Draft) -> str:
        self._name(draft.path, draft.sha256)
        return draft.sha256


class NoFolderSync(FileStore):
    def _name(self, path: Path, sha256: str) -> None:
        os.link(path, self.path(sha256))
        path.unlink()


def say(*words: Any) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


async def keep(keeper: Keeper, number: int) -> None:
    draft = keeper.draft()
    try:
        await keeper.write(draft, b"mail " * 1000)
        kept = await keeper.keep(draft, str(number).encode(), arrival(number))
    except Exception as error:
        say("no", type(error).__name__)
    else:
        say("yes", kept, draft.sha256)


async def run(folder: Path, count: int, without: str) -> None:
    database = Database(sqlite_url(folder / "cais.db"))
    if without == "row":

        @event.listens_for(database.writer.sync_engine, "connect")
        def on_connect(connection: Any, _record: Any) -> None:
            connection.cursor().execute("PRAGMA synchronous=OFF")

    kinds = {"file": NoFileSync, "folder": NoFolderSync}
    keeper = Keeper(kinds.get(without, FileStore)(folder / "files"), Inbox(database).insert)
    for number in range(count):
        await keep(keeper, number)
    await asyncio.gather(*(keep(keeper, number) for number in range(count, 2 * count)))
    say("trouble", keeper.trouble)
    await keeper.aclose()
    await database.aclose()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else ""))
