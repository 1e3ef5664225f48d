"""DKIM: our signature on what leaves for a smarthost, and the DNS record that it is checked with."""

import asyncio
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from pathlib import Path

SIGNED = (
    *("From", "Reply-To", "Subject", "Date", "To", "Message-ID", "In-Reply-To", "References"),
    *("Auto-Submitted", "MIME-Version", "Content-Type"),
)
LEAST_BITS = 1024
RELAXED = (b"relaxed", b"relaxed")


@dataclass(frozen=True)
class DkimSigner:
    """Signs as `domain` with an RSA key; `key` is PEM, `public` the record's `p=`."""

    selector: str
    domain: str
    key: bytes = field(repr=False)
    public: str

    @classmethod
    def of(cls, path: Path, selector: str, domain: str) -> "DkimSigner":
        """Raises ValueError with what is wrong with the key, OSError."""
        from cryptography.hazmat.primitives import serialization as form
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

        try:
            key = form.load_pem_private_key(path.read_bytes(), None)
        except (ValueError, TypeError):
            raise ValueError("must be the path of an RSA private key (PEM) without a password") from None
        if not isinstance(key, RSAPrivateKey) or key.key_size < LEAST_BITS:
            raise ValueError(f"must be an RSA key of at least {LEAST_BITS} bits")
        pem = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.TraditionalOpenSSL, form.NoEncryption())
        public = key.public_key().public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)
        return cls(selector, domain, pem, b64encode(public).decode())

    @property
    def name(self) -> str:
        """Where the record stands in DNS."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """What the TXT record there says."""
        return f"v=DKIM1; k=rsa; p={self.public}"

    async def signed(self, mail: bytes) -> bytes:
        """In a thread: RSA takes its time."""
        return await asyncio.to_thread(self.sign, mail)

    def sign(self, mail: bytes) -> bytes:
        """The mail with its signature before it. Every signed header counts once more than it is there, so
        that none can be added later."""
        import dkim

        there = Counter(name.lower() for name, _ in BytesHeaderParser().parsebytes(mail).items())
        signed = [name.lower().encode() for name in SIGNED for _ in range(there[name.lower()] + 1)]
        signature = dkim.sign(
            mail,
            self.selector.encode(),
            self.domain.encode("idna"),
            self.key,
            canonicalize=RELAXED,
            include_headers=signed,
        )
        return bytes(signature) + mail


async def published(name: str) -> str | None:
    """What DNS says at this name, its pieces joined; None: nothing. Raises OSError when DNS is no help."""
    import dns.asyncresolver
    import dns.exception
    import dns.resolver

    try:
        answer = await dns.asyncresolver.resolve(name, "TXT", lifetime=5)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return None
    except dns.exception.DNSException as trouble:
        raise OSError(type(trouble).__name__) from None
    return " ".join(b"".join(row.strings).decode("ascii", "replace") for row in answer)
