"""A process that writes one export and prints the most memory it ever had, in KiB.

export_script.py DATABASE_FILE FILES FORM REVIEW|- TO
"""

import asyncio
import re
import sys
from pathlib import Path

from bot.exporting import Export, write_export
from store import open_store
from store.database import sqlite_url
from store.files import FileStore
from tests.builders import NOW


async def main(database: str, files: str, form: str, review: str, to: str) -> None:
    store = open_store(sqlite_url(Path(database)), FileStore(Path(files)), "cais.example")
    wanted = Export(form, None if review == "-" else review, Path(to))
    wrong = await write_export(wanted, store, NOW)
    await store.aclose()
    assert not wrong, wrong[:3]
    status = Path("/proc/self/status").read_text()  # not getrusage: that counts who started us
    print(re.findall(r"VmHWM:\s+(\d+) kB", status)[0])


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
