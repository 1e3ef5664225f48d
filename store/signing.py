"""The key that receipts are signed with (Ed25519): made once, and shared by all processes.

Former public keys stay in the public file, so that what they signed can still be checked.
"""

import hashlib
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class NoKey(Exception):
    """Why there is nothing to sign with, in one sentence for the operator."""


@dataclass(frozen=True)
class Signer:
    """Signs with the key that `key` names, and checks what that and former keys signed. `public` is the
    32 bytes of each key by its name."""

    key: str
    sign: Callable[[bytes], bytes]
    public: Mapping[str, bytes]

    def verifies(self, key: str, words: bytes, signature: bytes) -> bool:
        """Whether this key of ours signed these words."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if key not in self.public:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public[key]).verify(signature, words)
        except InvalidSignature:
            return False
        return True

    def public_file(self) -> str:
        """The public keys, one a line, as the offline script and `GET /receipt-key` give them."""
        return "".join(_public_line(name, key) for name, key in self.public.items())


def open_signer(path: Path, public: Path, make: bool = True) -> Signer:
    """The signer of a PEM file; with `make` the first of all processes makes the file. Raises NoKey."""
    if make and not path.exists():
        _make(path)
    private = _read(path)
    former = _read_public(public)
    signer = signer_of(private, former)
    if signer.key not in former:
        _remember(public, _public_line(signer.key, signer.public[signer.key]))
    return signer


def signer_of(private: "Ed25519PrivateKey", former: Mapping[str, bytes] | None = None) -> Signer:
    own = private.public_key().public_bytes_raw()
    return Signer(key_name(own), private.sign, {key_name(own): own, **(former or {})})


def signer_from(seed: bytes) -> Signer:
    """A signer from the 32 secret bytes of its key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return signer_of(Ed25519PrivateKey.from_private_bytes(seed))


def key_name(public: bytes) -> str:
    """16 letters that name a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def _make(path: Path) -> None:
    """Written and synced under another name first: whoever finds a key finds a whole one; the first wins."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        _write(draft, pem, os.O_EXCL, 0o600)
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _read(path: Path) -> "Ed25519PrivateKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise NoKey(f"{path}: {error.strerror}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise NoKey(f"{path} is no private key without a password (PEM)") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise NoKey(f"{path} is a key of another kind; it must be Ed25519")
    return private


def _read_public(path: Path) -> dict[str, bytes]:
    """The keys that a public file names; lines of another form are left alone."""
    found: dict[str, bytes] = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        kind, *more = line.split() or [""]
        if kind == "ed25519" and len(more) == 2:
            with suppress(ValueError):
                public = b64decode(more[1], validate=True)
                found |= {key_name(public): public} if len(public) == 32 else {}
    return found


def _public_line(name: str, public: bytes) -> str:
    return f"ed25519 {name} {b64encode(public).decode()}\n"


def _remember(path: Path, line: str) -> None:
    _write(path, line.encode(), os.O_APPEND, 0o644)
    _sync_folder(path.parent)


def _write(path: Path, data: bytes, how: int, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, mode)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
