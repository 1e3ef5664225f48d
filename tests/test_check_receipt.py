"""The offline script: Ed25519 as the standard has it, and the same word on a receipt as ours."""

import ast
import base64
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.receipt_text import armored, fields_of, lines_of, receipts_in, said, words_of
from store.signing import signer_from
from tests.builders import a_file
from tests.templates.pages import NAUGHTY

SCRIPT = Path(__file__).parents[1] / "docs" / "check_receipt.py"
SIGNER = signer_from(bytes(range(32)))
KEY = base64.b64encode(SIGNER.public[SIGNER.key]).decode()
# RFC 8032, section 7.1: secret key, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
        "454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
        "3dca179c138ac17ad9bef1177331a704",
    ),
]


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_receipt", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CHECK = script()


def a_receipt(name: str = "roster.pdf", content: bytes = b"roster") -> str:
    digest = a_file(content=content).sha256
    fields = [("Receipt", "R-17"), ("File", "1"), ("Name", said(name)), ("SHA-256", digest)]
    lines = lines_of([*fields, ("Key", SIGNER.key)])
    return "\n".join(armored(lines, SIGNER.sign(words_of("\n".join(lines)).encode())))


def run(*words: str | Path) -> tuple[int, str]:
    """As somebody runs it who has nothing but Python."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, *words], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.mark.parametrize(("secret", "public", "words", "signature"), VECTORS)
def test_the_standards_own_examples_fit(secret: str, public: str, words: str, signature: str) -> None:
    key, said_, signed = (bytes.fromhex(one) for one in (public, words, signature))
    assert CHECK.verifies(key, said_, signed)
    assert signer_from(bytes.fromhex(secret)).sign(said_) == signed
    assert not CHECK.verifies(key, said_ + b"x", signed)


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300), st.data())
def test_it_agrees_with_the_library(seed: bytes, words: bytes, data: st.DataObject) -> None:
    signer = signer_from(seed)
    public, signature = signer.public[signer.key], signer.sign(words)
    assert CHECK.verifies(public, words, signature)
    at = data.draw(st.integers(0, 63))
    wrong = bytes([*signature[:at], signature[at] ^ data.draw(st.integers(1, 255)), *signature[at + 1 :]])
    assert not signer.verifies(signer.key, words, wrong)
    assert not CHECK.verifies(public, words, wrong)


def test_what_is_no_point_or_no_number_is_refused_by_both() -> None:
    public, signature = SIGNER.public[SIGNER.key], SIGNER.sign(b"x")
    high = (int.from_bytes(signature[32:], "little") + CHECK.L).to_bytes(32, "little")
    strange = [
        signature[:32] + high,
        b"\xff" * 64,
        bytes(64),
        b"\xed" + b"\xff" * 30 + b"\x7f" + signature[32:],
    ]
    for one in (*strange, signature[:63], signature + b"\0", b""):
        assert not CHECK.verifies(public, b"x", one)
        assert not SIGNER.verifies(SIGNER.key, b"x", one)
    assert not CHECK.verifies(b"\xff" * 32, b"x", signature)


@given(st.text(max_size=120) | st.sampled_from(list(NAUGHTY.values())))
def test_it_reads_the_same_words_and_values(name: str) -> None:
    text = "\n".join(f"> {line}" for line in a_receipt(name).splitlines())
    (found,) = receipts_in(text)
    ((words, _),) = CHECK.RECEIPT.findall(CHECK.words_of(text))
    assert words == found.words
    assert [label for label, _ in CHECK.fields_of(words)] == [label for label, _ in fields_of(words)]


def test_a_genuine_receipt_and_its_file_are_good(tmp_path: Path) -> None:
    (tmp_path / "receipt.txt").write_text(f"Dear Ana,\r\n\r\n{a_receipt('été.pdf')}\r\n", "utf-8")
    (tmp_path / "roster.pdf").write_bytes(b"roster")
    (tmp_path / "other.pdf").write_bytes(b"other")
    (tmp_path / "receipt.pub").write_text(SIGNER.public_file())
    status, printed = run(
        tmp_path / "receipt.txt", "--key", tmp_path / "receipt.pub", tmp_path / "roster.pdf"
    )
    assert (status, "Good: in a genuine receipt" in printed) == (0, True)
    assert "Name: été.pdf" in printed
    status, printed = run(tmp_path / "receipt.txt", "--key", KEY, tmp_path / "other.pdf")
    assert (status, "WRONG: not in a genuine receipt" in printed) == (1, True)


def test_a_mail_that_was_saved_is_good(tmp_path: Path) -> None:
    body = re.sub("=", "=3D", a_receipt()).replace("\n", "\r\n")
    head = 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset="utf-8"\r\n'
    head += "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    (tmp_path / "receipt.eml").write_bytes((head + body + "\r\n").encode())
    assert run(tmp_path / "receipt.eml", "--key", KEY)[0] == 0


def test_one_changed_letter_is_found(tmp_path: Path) -> None:
    text = a_receipt()
    for was, now in (("R-17", "R-18"), ("roster", "Roster"), (": 1\n", ": 2\n"), ("version 1", "version 2")):
        assert was in text
        (tmp_path / "receipt.txt").write_text(text.replace(was, now))
        status, printed = run(tmp_path / "receipt.txt", "--key", KEY)
        assert (status, "WRONG: the signature" in printed) == (1, True)


def test_it_needs_no_newer_python_than_it_says() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 8))


def test_another_key_a_cut_receipt_and_wrong_usage_are_told_apart(tmp_path: Path) -> None:
    other = signer_from(b"\1" * 32)
    (tmp_path / "receipt.txt").write_text(a_receipt())
    key = base64.b64encode(other.public[other.key]).decode()
    status, printed = run(tmp_path / "receipt.txt", "--key", key)
    assert (status, "a key that was not given" in printed) == (1, True)
    (tmp_path / "cut.txt").write_text(a_receipt()[:-20])
    assert "no whole receipt" in run(tmp_path / "cut.txt", "--key", KEY)[1]
    (tmp_path / "broken.pub").write_text("ed25519 x QUJ\n")
    assert run(tmp_path / "receipt.txt", "--key", tmp_path / "broken.pub")[0] == 2
    assert run()[0] == run(tmp_path / "nosuch.txt", "--key", KEY)[0] == 2
