"""Our DKIM signature, checked by another implementation against a local DNS."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr, ValidationError

from bot.dkim_signer import DkimSigner
from bot.letter import compose
from bot.mailer import SmarthostMailer
from bot.settings import BotSettings
from tests.bot.conftest import THREAD, outgoing
from tests.servers import need
from tests.servers.sink import Sink
from tests.servers.zone import zone

VERIFY = """
use Mail::DKIM::Verifier; use Mail::DKIM::DNS; use Net::DNS::Resolver;
Mail::DKIM::DNS::resolver(Net::DNS::Resolver->new(nameservers => ['127.0.0.1'], port => $ARGV[0], recurse => 0));
my $dkim = Mail::DKIM::Verifier->new();
while (<STDIN>) { s/\\r?\\n$/\\r\\n/; $dkim->PRINT($_); }
$dkim->CLOSE; print $dkim->result_detail;
"""


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dkim") / "dkim.pem"
    key = generate_private_key(65537, 2048)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.fixture
def signer(key_file: Path) -> DkimSigner:
    return DkimSigner.of(key_file, "desk2013", "cais.example")


@pytest.fixture
def dns_port(signer: DkimSigner) -> Iterator[int]:
    with zone({signer.name: signer.record}) as port:
        yield port


def verified(mail: bytes, port: int) -> str:
    """What Mail::DKIM says of a mail."""
    done = subprocess.run(
        [need("perl", "perl"), "-e", VERIFY, str(port)],
        input=mail,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


async def test_another_implementation_takes_our_signature(
    signer: DkimSigner, dns_port: int, sink: Sink
) -> None:
    url = SecretStr(f"smtp://127.0.0.1:{sink.port}")
    long = outgoing(
        thread=THREAD | {"subject": "Größe " * 40, "references": [f"<{n}@c.example>" for n in range(9)]}
    )
    await SmarthostMailer(url, signer=signer).send(long)
    raw = sink.mails[0].raw
    assert verified(raw, dns_port) == "pass"
    assert raw.endswith(compose(long))
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("name", ["From", "Reply-To", "Subject", "To", "References", "Content-Type"])
async def test_no_header_can_be_added_or_changed(signer: DkimSigner, dns_port: int, name: str) -> None:
    mail = await signer.signed(compose(outgoing()))
    added = mail.replace(b"Date:", f"{name}: evil@example.org\r\nDate:".encode(), 1)
    assert verified(mail, dns_port) == "pass"
    assert verified(added, dns_port).startswith("fail")


async def test_no_word_of_the_text_can_be_changed_or_appended(signer: DkimSigner, dns_port: int) -> None:
    mail = await signer.signed(compose(outgoing()))
    assert verified(mail.replace(b"R-17", b"R-18", 1), dns_port).startswith("fail")
    assert verified(mail + b"more\r\n", dns_port).startswith("fail")


def test_only_an_rsa_key_that_is_there_starts_the_service(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key_file: Path
) -> None:
    wrong = tmp_path / "ed.pem"
    wrong.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    monkeypatch.setenv("CAIS_DKIM_KEY", str(wrong))
    monkeypatch.setenv("CAIS_DKIM_SELECTOR", "desk2013")
    with pytest.raises(ValidationError, match="RSA"):
        BotSettings()
    monkeypatch.setenv("CAIS_DKIM_KEY", str(key_file))
    found = BotSettings().signer("cais.example")
    assert found is not None
    assert found.name == "desk2013._domainkey.cais.example"
    monkeypatch.delenv("CAIS_DKIM_SELECTOR")
    with pytest.raises(ValidationError, match="CAIS_DKIM_SELECTOR"):
        BotSettings()
