"""The walls: who may import whom (contracts in pyproject.toml), and who may not be imported at all."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOP = {path.stem for path in ROOT.glob("*.py")}
FOLDERS = ("bot", "handlers", "intake", "store", "templates")


def imported_by(path: Path) -> set[str]:
    """The top-level names that a file imports, wherever the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_the_import_contracts_are_kept() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_nobody_imports_the_front_door() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    assert [path.name for path in files if imported_by(path) & TOP] == []
    assert [name for name in TOP if "cais" in imported_by(ROOT / f"{name}.py")] == []


def test_the_top_level_is_as_agreed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    folders = {line.partition("/")[0] for line in listed.stdout.splitlines() if "/" in line}
    assert folders - {".ci", "docs"} == {*FOLDERS, "tests"}


def test_no_registry_and_no_machine_is_named() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "Makefile", ".ci/run", "pyproject.toml"):
        text = (ROOT / name).read_text()
        assert "--index-url" not in text, name
        assert "://" not in text.replace("sqlite+aiosqlite:///", ""), name
