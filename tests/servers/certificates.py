"""Certificates of a private authority, for servers that encrypt."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers import environment, need


@dataclass(frozen=True)
class Certificate:
    """A server's certificate and key, and the file of the authority that signed it."""

    path: Path
    key: Path
    authority: Path


def certificate(folder: Path, *names: str) -> Certificate:
    """For a server that is called by these names, of an authority that nobody knows."""
    made = Certificate(folder / "cert.pem", folder / "key.pem", folder / "ca.pem")
    _new(folder, "/CN=Private CA", made.authority, folder / "ca.key", "basicConstraints=critical,CA:TRUE")
    alternatives = "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)
    signed = ["-CA", str(made.authority), "-CAkey", str(folder / "ca.key")]
    _new(folder, f"/CN={names[0]}", made.path, made.key, alternatives, *signed)
    return made


def _new(folder: Path, subject: str, path: Path, key: Path, extension: str, *more: str) -> None:
    argv = [need("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    argv += ["-subj", subject, "-addext", extension, "-keyout", str(key), "-out", str(path), *more]
    subprocess.run(argv, check=True, capture_output=True, env=environment(folder))
