"""Check a binder offline: is every file as the manifest says? Needs Python 3 and nothing else.

Unpack the binder, then: python3 check_manifest.py
"""

import hashlib
import json
import sys
from pathlib import Path

BESIDES = {"manifest.json", "MANIFEST.txt"}


def check(folder: Path) -> list[str]:
    """What is wrong with the files of this folder, a sentence each."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    wrong = []
    for listed in manifest["files"]:
        path = folder / listed["path"]
        if not path.is_file():
            wrong.append(f"{listed['path']} is missing")
        elif (path.stat().st_size, digest(path)) != (listed["size"], listed["sha256"]):
            wrong.append(f"{listed['path']} is not as it was written")
    known = {listed["path"] for listed in manifest["files"]} | BESIDES
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return wrong + [f"{name} is not in the manifest" for name in sorted(there - known)]


def digest(path: Path) -> str:
    """The SHA-256 of a file, read in blocks."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def main() -> int:
    """Print what is wrong, or that nothing is; exit status 1 if anything is."""
    folder = Path(__file__).resolve().parent
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for one in manifest["missing"]:
        print(f"note: {one['path']} could not be put in when this was made: {one['why']}")
    wrong = check(folder)
    print("\n".join(wrong) or f"All {len(manifest['files'])} files are as they were written.")
    print(f"Head of the history: {manifest['history_position']} {manifest['history_digest']}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
