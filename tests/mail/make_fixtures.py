"""Writes the hand-made fixtures and their part of expected.json: `python -m tests.mail.make_fixtures`.

Run again it writes the same bytes. Mail made by real programs is kept as it came and never touched,
and so are the entries of those files in expected.json.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from tests.mail.automatic import AUTOMATIC
from tests.mail.everyday import EVERYDAY
from tests.mail.hostile import HOSTILE
from tests.mail.mime import File, Fixture

HERE = Path(__file__).parent
EXPECTED = HERE / "expected.json"
MAKERS: tuple[Callable[[], Fixture], ...] = (*EVERYDAY, *AUTOMATIC, *HOSTILE)


class FileFacts(TypedDict):
    name: str | None
    size: int
    sha256: str
    note: str


class Facts(TypedDict):
    files: list[FileFacts]
    other: list[FileFacts]
    fresh_text: str | None
    remark: str


def facts_of(file: File) -> FileFacts:
    digest = hashlib.sha256(file.content).hexdigest()
    return {"name": file.name, "size": len(file.content), "sha256": digest, "note": file.note}


def facts(fixture: Fixture) -> Facts:
    return {
        "files": [facts_of(file) for file in fixture.files],
        "other": [facts_of(file) for file in fixture.other],
        "fresh_text": fixture.fresh_text,
        "remark": fixture.remark,
    }


def main() -> None:
    known: dict[str, Facts] = json.loads(EXPECTED.read_text("ascii")) if EXPECTED.exists() else {}
    for make in MAKERS:
        fixture, name = make(), make.__name__ + ".eml"
        (HERE / name).write_bytes(fixture.raw)
        known[name] = facts(fixture)
    # ASCII, so that control and bidi characters are seen and not obeyed.
    EXPECTED.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "ascii")


if __name__ == "__main__":
    main()
