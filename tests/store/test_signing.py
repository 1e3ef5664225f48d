"""The key: made once however many start at once, never half, never replaced; former keys still count."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from store.signing import NoKey, open_signer, signer_from
from tests.walks.running import ROOT

OPEN = (
    "import sys; from pathlib import Path; from store.signing import open_signer;"
    " s = open_signer(Path(sys.argv[1]), Path(sys.argv[2])); print(s.key, s.sign(b'x').hex())"
)


def opened(folder: Path, make: bool = True) -> str:
    return open_signer(folder / "receipt.key", folder / "receipt.pub", make).key


def test_the_first_start_makes_the_key_and_the_next_finds_it(tmp_path: Path) -> None:
    first = opened(tmp_path)
    assert opened(tmp_path) == opened(tmp_path, make=False) == first
    assert stat.S_IMODE((tmp_path / "receipt.key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["receipt.key", "receipt.pub"]
    assert first in (tmp_path / "receipt.pub").read_text()


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    words = [sys.executable, "-c", OPEN, str(tmp_path / "receipt.key"), str(tmp_path / "receipt.pub")]
    started = [subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    said = {process.communicate()[0] for process in started}
    assert [process.returncode for process in started] == [0] * 6
    assert len(said) == 1
    assert next(iter(said)).startswith(opened(tmp_path))


def test_a_new_key_does_not_forget_the_former_one(tmp_path: Path) -> None:
    former = open_signer(tmp_path / "receipt.key", tmp_path / "receipt.pub")
    signature = former.sign(b"words")
    (tmp_path / "receipt.key").unlink()
    signer = open_signer(tmp_path / "receipt.key", tmp_path / "receipt.pub")
    assert signer.key != former.key
    assert signer.verifies(former.key, b"words", signature)
    assert not signer.verifies(signer.key, b"words", signature)
    assert list(signer.public) == [signer.key, former.key]
    assert len(signer.public_file().splitlines()) == 2


def test_a_public_file_with_strange_lines_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "receipt.pub").write_text(
        "# our keys\n\ned25519 x\ned25519 x !!\ned25519 0 QUJD\nssh-rsa a b\n"
    )
    assert len(open_signer(tmp_path / "receipt.key", tmp_path / "receipt.pub").public) == 1


def test_a_key_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(NoKey, match="No such file"):
        opened(tmp_path, make=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\n"])
def test_what_is_no_key_is_said_so_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "receipt.key").write_bytes(content)
    with pytest.raises(NoKey, match="no private key"):
        opened(tmp_path)
    assert (tmp_path / "receipt.key").read_bytes() == content


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "receipt.key").write_bytes(pem)
    with pytest.raises(NoKey, match="Ed25519"):
        opened(tmp_path)


@given(st.binary(max_size=100), st.binary(max_size=80))
def test_nothing_but_the_signature_of_these_words_fits(words: bytes, other: bytes) -> None:
    signer, stranger = signer_from(bytes(32)), signer_from(b"\1" * 32)
    assert signer.verifies(signer.key, words, signer.sign(words))
    assert not signer.verifies(signer.key, words, other)
    assert not signer.verifies(signer.key, words, stranger.sign(words))
    assert not signer.verifies(stranger.key, words, stranger.sign(words))
