"""One request, one answer: the reading process never says more of a failure than a word."""

import json
from pathlib import Path

import pytest

from intake.child import answer
from tests.mail.mime import mail, text

RAW = mail("EL 02", text("EL 02"))


def request(raw: Path, into: Path, sha256: str = "0" * 64) -> bytes:
    return json.dumps({"raw": str(raw), "sha256": sha256, "into": str(into)}).encode()


def test_a_mail_is_answered_with_its_letter(tmp_path: Path) -> None:
    (tmp_path / "raw").write_bytes(RAW)
    said = answer(request(tmp_path / "raw", tmp_path / "into"))
    assert (said["subject"], said["text"]) == ("EL 02", "EL 02")
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize("torn", [b"", b"secret", b"{}", b"[]", b'{"raw": 1, "sha256": "a", "into": "b"}'])
def test_any_failure_is_one_word(torn: bytes) -> None:
    assert answer(torn) == {"unreadable": "parser-failed"}


def test_a_failing_machine_is_trouble_and_no_word_on_the_mail(tmp_path: Path) -> None:
    assert answer(request(tmp_path / "missing", tmp_path / "into")) == {"trouble": "enoent"}
