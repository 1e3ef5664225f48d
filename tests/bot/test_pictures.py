"""The pictures of Slack and Teams in the docs are those that a script makes, small, and shown in the README."""

from pathlib import Path

from PIL import Image

from tests.pictures import MOST_BYTES, PICTURES, carried, make_one, pages

README = (PICTURES.parents[1] / "README.md").read_text("utf-8")


def test_every_picture_is_kept_small_and_shown() -> None:
    kept = {one.stem: one.stat().st_size for one in PICTURES.glob("*.png")}
    assert set(kept) == {name for name, _ in pages()} | {name for name, _ in carried()}
    assert max(kept.values()) < MOST_BYTES
    assert [name for name in kept if f"docs/pictures/{name}.png" not in README] == []


def test_a_picture_is_made_again_and_cut_to_what_is_on_it(tmp_path: Path) -> None:
    name, page = next(one for one in pages() if one[0] == "slack-form-attach")
    with Image.open(make_one(name, page, tmp_path)) as made:
        assert 400 < made.width < 760
        assert 300 < made.height < 1000
