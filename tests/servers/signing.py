"""Signs mail as its domain's server would: by Mail::DKIM in Perl, by dkimpy, and Ed25519 by hand.

dkimpy must not be its own only witness.
"""

import base64
import hashlib
import re
import subprocess
from functools import cache
from pathlib import Path

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.servers import environment, need

DEFAULT = (b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type")


def rsa_key(bits: int = 2048) -> tuple[bytes, str]:
    """A private key (PEM, PKCS #1) and the record that publishes it."""
    return _rsa_key(bits)


@cache
def _rsa_key(bits: int) -> tuple[bytes, str]:
    argv = [need("openssl", "openssl"), "genrsa", "-traditional", str(bits)]
    pem = subprocess.run(argv, capture_output=True, check=True).stdout
    key = serialization.load_pem_private_key(pem, None)
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


@cache
def ed25519_key() -> tuple[Ed25519PrivateKey, str]:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    return key, f"v=DKIM1; k=ed25519; p={public}"


def by_dkimpy(
    raw: bytes,
    domain: str,
    selector: str = "s1",
    canonical: str = "relaxed/relaxed",
    signed: tuple[bytes, ...] = DEFAULT,
    bits: int = 2048,
    length: bool = False,
) -> bytes:
    """The mail with one more signature on top."""
    header, body = canonical.encode().split(b"/")
    present = [name for name in signed if re.search(rb"(?im)^" + name + rb":", raw.partition(b"\r\n\r\n")[0])]
    signature = dkim.sign(
        raw,
        selector.encode(),
        domain.encode(),
        rsa_key(bits)[0],
        canonicalize=(header, body),
        include_headers=present,
        length=length,
    )
    return bytes(signature) + raw


def by_perl(raw: bytes, domain: str, folder: Path, selector: str = "s1", method: str = "relaxed") -> bytes:
    """The same by dkimproxy-sign, which signs the usual headers."""
    key = folder / "dkim.pem"
    key.write_bytes(rsa_key()[0])
    argv = [need("dkimproxy-sign", "dkimproxy"), f"--selector={selector}", f"--domain={domain}"]
    argv += [f"--key={key}", f"--method={method}", "--algorithm=rsa-sha256"]
    done = subprocess.run(
        argv, input=raw, capture_output=True, env=environment(folder), check=True, timeout=60
    )
    signature = done.stdout.strip().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert signature.startswith(b"DKIM-Signature:"), done.stdout + done.stderr
    return signature + b"\r\n" + raw


def by_hand(raw: bytes, domain: str, tags: str, selector: str = "s1", ed25519: bool = False) -> bytes:
    """relaxed/relaxed with exactly these extra tags (`h=…; t=…; x=…`), for signatures no program makes."""
    head, _, body = raw.partition(b"\r\n\r\n")
    digest = base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest()).decode()
    algorithm = "ed25519-sha256" if ed25519 else "rsa-sha256"
    signature = f"v=1; a={algorithm}; c=relaxed/relaxed; d={domain}; s={selector}; {tags}; bh={digest}; b="
    found = re.search(r"\bh=([^;]*)", tags)
    names = found[1].lower().split(":") if found else []
    fields = [line.split(":", 1) for line in re.split(r"\r\n(?![ \t])", head.decode("latin-1"))]
    text = ""
    for name in names:
        place = next((n for n in range(len(fields) - 1, -1, -1) if fields[n][0].lower() == name), None)
        if place is not None:
            field, value = fields.pop(place)
            text += f"{field.lower()}:{_relaxed(value)}\r\n"
    text += f"dkim-signature:{signature}"
    data = text.encode("latin-1")
    if ed25519:
        signed = ed25519_key()[0].sign(hashlib.sha256(data).digest())
    else:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        key = serialization.load_pem_private_key(rsa_key()[0], None)
        assert isinstance(key, rsa.RSAPrivateKey)
        signed = key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return f"DKIM-Signature: {signature}{base64.b64encode(signed).decode()}\r\n".encode("latin-1") + raw


def _relaxed(value: str) -> str:
    return re.sub(r"[ \t]+", " ", value.replace("\r\n", "")).strip()


def _relaxed_body(body: bytes) -> bytes:
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


_SEAL = """
use Mail::DKIM::ARC::Signer;
my $signer = Mail::DKIM::ARC::Signer->new(Algorithm => "rsa-sha256", Chain => $ARGV[3], Domain => $ARGV[0],
    SrvId => $ARGV[1], Selector => "s1", KeyFile => $ARGV[2], Headers => "");
binmode STDIN; local $/; $signer->PRINT(<STDIN>); $signer->CLOSE;
print join("\\r\\n", $signer->as_strings) || die $signer->{details};
"""


def sealed(raw: bytes, domain: str, folder: Path, chain: str = "none") -> bytes:
    """The mail with one more ARC set by Mail::DKIM, which vouches for what the topmost
    Authentication-Results of this domain says. `chain` is what the sealer found of the sets below."""
    key = folder / "dkim.pem"
    key.write_bytes(rsa_key()[0])
    argv = [need("perl", "perl"), "-e", _SEAL, domain, domain, str(key), chain]
    done = subprocess.run(
        argv, input=raw, capture_output=True, env=environment(folder), check=True, timeout=60
    )
    assert done.stdout.startswith(b"ARC-Seal:"), done.stdout + done.stderr
    return done.stdout.strip().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n" + raw
