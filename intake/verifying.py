"""As the mail exchanger: SPF, DKIM and DMARC alignment verified by ourselves.

What the domain publishes may raise our bar (strict alignment) and never lowers it. What cannot be known now
carries no authority now, and is asked again. Blocks: to be used in a thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from handlers.checking_again import NOT_KNOWN_YET
from handlers.messages import Trust
from intake.alignment import domain_of, is_aligned, organisation
from intake.dns_lookups import Lookups, NotNow
from intake.results import Headers
from intake.signature import Signature, covers_number, refusal, same_act, signatures_of

SPF_SECONDS = 5


@dataclass(frozen=True)
class Found:
    """How far the From address may be believed, a word for why, and the signed act (see `Sender`)."""

    trust: Trust
    basis: str
    act: str = ""


@dataclass(frozen=True)
class Claim:
    """The mail as it came: whose it says it is, its headers from the top, and where its bytes lie."""

    address: str
    headers: Headers
    raw: Path
    received_at: datetime

    @property
    def domain(self) -> str:
        return domain_of(self.address)


def verified(claim: Claim, envelope: Mapping[str, Any], lookups: Lookups) -> Found:
    """An aligned signature authenticates; an aligned SPF pass alone is accepted."""
    signed = _signed(claim, lookups)
    if signed.trust == "authenticated":
        return signed
    sent = _sent(claim, envelope, lookups)
    if sent is None:
        return signed
    # A signature that may yet be verified says more than the server's right to send.
    return signed if signed.basis == NOT_KNOWN_YET and sent.trust != "accepted" else sent


def _signed(claim: Claim, lookups: Lookups) -> Found:
    """The best that any aligned signature says; the reason is that of the first which failed."""
    found, mail = list[Found](), None
    for index, signature in enumerate(signatures_of(claim.headers)):
        if signature is None or not is_aligned(signature.domain, claim.domain):
            continue
        if why := refusal(signature, claim.headers, claim.received_at):
            found.append(Found("unauthenticated", why))
            continue
        mail = mail or _Mail(claim)
        found.append(_checked(signature, index, claim, mail, lookups))
        if found[-1].trust == "authenticated":
            return found[-1]
    waiting = [one for one in found if one.basis == NOT_KNOWN_YET]
    return next(iter(waiting or found), Found("unauthenticated", "not-aligned"))


class _Mail:
    """The bytes, read once, and only for a signature that is worth it."""

    def __init__(self, claim: Claim) -> None:
        from intake.dkim_check import read_signed

        self.read = read_signed(claim.raw)


def _checked(signature: Signature, index: int, claim: Claim, mail: _Mail, lookups: Lookups) -> Found:
    from intake.dkim_check import NotVerified, verify

    if mail.read is None:
        return Found("unauthenticated", "signature-fails")
    try:
        verify(mail.read, index, lookups)
        if _is_too_far(signature.domain, claim, "adkim", lookups):
            return Found("unauthenticated", "not-aligned")
    except NotVerified:
        return Found("unauthenticated", "signature-fails")
    except NotNow:
        return Found("unauthenticated", NOT_KNOWN_YET)
    act = "" if covers_number(signature, claim.headers) else same_act(signature, claim.headers)
    return Found("authenticated", "dkim", act)


def _sent(claim: Claim, envelope: Mapping[str, Any], lookups: Lookups) -> Found | None:
    """What SPF says of an aligned envelope sender; None where it has nothing to say."""
    peer, sender = str(envelope.get("peer") or ""), str(envelope.get("mail_from") or "")
    domain = domain_of(sender) if "@" in sender else ""
    if not peer or not is_aligned(domain, claim.domain):
        return None
    try:
        word = spf_word(peer, sender, str(envelope.get("helo") or ""), lookups)
        if word == "pass" and not _is_too_far(domain, claim, "aspf", lookups):
            return Found("accepted", "spf")
    except NotNow:
        word = "temperror"
    return Found("unauthenticated", NOT_KNOWN_YET) if word == "temperror" else None


def spf_word(peer: str, sender: str, helo: str, lookups: Lookups) -> str:
    """The SPF result for this envelope, within 10 lookups and 2 void ones (RFC 7208, 4.6.4)."""
    from intake.spf_check import check

    return check(peer, sender, helo, lookups)


def _is_too_far(domain: str, claim: Claim, mode: str, lookups: Lookups) -> bool:
    """Whether the From domain's own policy demands that exactly this domain vouches. Raises NotNow."""
    if domain == claim.domain:
        return False
    for place in dict.fromkeys((claim.domain, organisation(claim.domain) or claim.domain)):
        policies = [text for text in lookups.texts(f"_dmarc.{place}") if text.startswith(b"v=DMARC1")]
        if len(policies) == 1:
            tags = [tag.strip().lower().partition(b"=") for tag in policies[0].split(b";")]
            return (mode.encode(), b"s") in [(name.strip(), value.strip()) for name, _, value in tags]
    return False
