"""What the doctor says of the ways out: the record to publish, the token that is not given."""

from collections.abc import Iterator
from pathlib import Path

import dns.asyncresolver
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot import doctor
from bot.settings import BotSettings
from store import Store
from tests.servers.zone import zone


@pytest.fixture
def settings(tmp_path: Path) -> BotSettings:
    key = generate_private_key(65537, 2048)
    path = tmp_path / "dkim.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return BotSettings(dkim_key=path, dkim_selector="desk")


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """What DNS says meanwhile."""
    said: dict[str, str] = {}
    with zone(said) as port:
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], port
        monkeypatch.setattr(dns.asyncresolver, "default_resolver", resolver)
        yield said


async def dkim(store: Store, settings: BotSettings) -> tuple[bool, str]:
    findings = await doctor.examine(store, settings, ["evidence@cais.example"])
    return next((good, words) for name, good, words in findings if name == "dkim")


@pytest.mark.parametrize("said", [None, "v=DKIM1; p=", "v=DKIM1; p=another"])
async def test_a_record_that_is_not_there_is_told_to_be_published(
    store: Store, settings: BotSettings, records: dict[str, str], said: str | None
) -> None:
    signer = settings.signer("cais.example")
    assert signer is not None
    if said is not None:
        records[signer.name] = said
    good, words = await dkim(store, settings)
    assert not good
    assert signer.record in words and "desk._domainkey.cais.example" in words


async def test_a_record_that_is_there_is_well(
    store: Store, settings: BotSettings, records: dict[str, str]
) -> None:
    signer = settings.signer("cais.example")
    assert signer is not None
    records[signer.name] = signer.record
    assert await dkim(store, settings) == (True, "desk._domainkey.cais.example is published")
