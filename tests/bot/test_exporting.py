"""What can be asked of `cais export`, and where it goes."""

import os
from pathlib import Path

import pytest

from bot.exporting import FORMS, Export, WrongUsage, check, write_export
from store import Store
from tests.builders import NOW
from tests.store.rich import rich
from tests.walks.running import _sample_store, run_cais

FIRST = {"json": b"{\n", "csv": b"\xef\xbb\xbf", "xlsx": b"PK", "pdf": b"%PDF", "zip": b"PK"}


@pytest.mark.parametrize("form", FORMS)
async def test_every_form_is_written_to_a_file(store: Store, tmp_path: Path, form: str) -> None:
    await rich(store)
    to = tmp_path / f"out.{form}"
    assert await write_export(Export(form, "sv-fpm", to), store, NOW) == []
    assert to.read_bytes().startswith(FIRST[form])
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name] == []


async def test_an_unknown_review_leaves_no_file(store: Store, tmp_path: Path) -> None:
    to = tmp_path / "out.json"
    assert await write_export(Export("json", "no-such", to), store, NOW) == ["there is no review no-such"]
    assert not to.exists()


async def test_a_folder_that_is_not_there_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"no/out\.json: No such file or directory"):
        await write_export(Export("json", None, tmp_path / "no" / "out.json"), store, NOW)


@pytest.mark.parametrize(
    ("form", "review", "to", "says"),
    [
        ("docx", None, None, "there is no format docx; there are json, csv, xlsx, pdf, zip"),
        ("pdf", None, "x.pdf", "pdf is of one review: say which with --review"),
        ("zip", None, "x.zip", "zip is of one review: say which with --review"),
        ("xlsx", None, None, "xlsx is not for a terminal: name a file with -o"),
    ],
)
def test_what_cannot_be_given_is_said_with_what_can(
    form: str, review: str | None, to: str | None, says: str
) -> None:
    with pytest.raises(WrongUsage, match=says):
        check(Export(form, review, Path(to) if to else None), terminal=True)


def test_a_pipe_takes_everything() -> None:
    for form in FORMS:
        check(Export(form, "sv-fpm", None), terminal=False)


def test_the_command_itself(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "CAIS_VAR": str(_sample_store())}
    done = run_cais(["export", "--review", "sv-fpm", "--format", "zip", "-o", "b.zip"], env, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "b.zip").read_bytes().startswith(b"PK")
    unknown = run_cais(["export", "--review", "nowhere"], env, tmp_path)
    assert (unknown.returncode, unknown.stderr) == (1, "cais: there is no review nowhere\n")
    assert run_cais(["export", "--format", "pdf", "-o", "x.pdf"], env, tmp_path).returncode == 2
