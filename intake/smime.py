"""S/MIME: what is inside a signed mail whose signature holds the text, too. The signature is not checked: it
grants nothing. What is encrypted stays so.

Runs in the reading process only.
"""

from pathlib import Path

SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SIGNED = "signed_data"


def signed_mail(path: Path) -> bytes | None:
    """The mail in it, headers of its parts and all; empty where it is only certificates or a signature
    (of something else), None where it is encrypted or unreadable."""
    from asn1crypto import cms, core  # type: ignore[import-untyped]

    try:
        message = cms.ContentInfo.load(path.read_bytes())
        if message["content_type"].native != _SIGNED:
            return None
        content = message["content"]["encap_content_info"]["content"]
        return b"" if isinstance(content, core.Void) else bytes(content)
    except MemoryError:
        raise
    except Exception:  # hostile bytes make the library raise whatever it may
        return None
