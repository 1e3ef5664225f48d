"""Every helper against the real thing: what is sent comes out at the other end, byte for byte."""

import asyncio
import contextlib
import os
import smtplib
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.servers import (
    Daemon,
    absent,
    environment,
    free_port,
    need,
    wait_for_port,
    wait_until,
)
from tests.servers.clients import (
    ClientFailed,
    send_with_msmtp,
    send_with_mutt,
    send_with_neomutt,
    send_with_s_nail,
    send_with_swaks,
)
from tests.servers.postfix import Postfix
from tests.servers.postgres import Cluster
from tests.servers.sink import Mail, Sink

SENDER = "Ann Müller <ann@example.org>"
TO = "intake@cais.example"
SUBJECT = "Bericht für März"
TEXT = "Guten Tag,\n\nÄpfel & Birnen\n"
CLIENTS = [send_with_swaks, send_with_mutt, send_with_neomutt, send_with_s_nail]
RAW = (
    b"From: ann@example.org\r\nTo: intake@cais.example\r\nBcc: eve@example.org\r\nSubject: raw\r\n"
    b"\r\n.a line with a dot\r\n\xff\xfe not UTF-8\r\n"
)

SendFiles = Callable[..., None]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two attachments: one of all bytes, one of text, both with what SMTP treats specially."""
    binary, table = tmp_path / "Beleg 1.pdf", tmp_path / "rows.csv"
    binary.write_bytes(b"%PDF-1.7\r\n.\r\n" + bytes(range(256)) * 300 + b"\n%%EOF\n")
    table.write_bytes("a;b\n1;ü\n.\n2;ß\n".encode())
    return [binary, table]


@pytest.fixture
def tls_sink(tmp_path: Path) -> Iterator[Sink]:
    """A sink that offers STARTTLS with a certificate nobody knows."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    new = [need("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    new += ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(new, check=True, capture_output=True, env=environment(tmp_path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with Sink(context) as running:
        yield running


def attachments(mail: Mail) -> dict[str, bytes]:
    """The attached files by name; text, which clients recode, as UTF-8 with plain line ends."""
    found: dict[str, bytes] = {}
    for part in mail.message.iter_attachments():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if part.get_content_maintype() == "text":
            content = content.decode(part.get_content_charset("utf-8")).replace("\r\n", "\n").encode()
        found[str(part.get_filename())] = content
    return found


def body(mail: Mail) -> str:
    """The text of the mail; without a charset it is taken as UTF-8."""
    part = mail.message.get_body(("plain",))
    assert part is not None
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode(part.get_content_charset("utf-8")).replace("\r\n", "\n").strip()


def subject(mail: Mail) -> str:
    """The subject as a reader sees it, raw UTF-8 included."""
    line = next(line for line in mail.raw.split(b"\r\n") if line.lower().startswith(b"subject:"))
    return str(make_header(decode_header(line[8:].strip().decode())))


def assert_arrived(mail: Mail, files: list[Path]) -> None:
    """The mail is the one that the tests send."""
    assert (mail.mail_from, mail.rcpts) == ("ann@example.org", (TO,))
    assert subject(mail) == SUBJECT
    assert attachments(mail) == {file.name: file.read_bytes() for file in files}
    assert body(mail) == TEXT.strip()


@pytest.mark.parametrize("send", CLIENTS)
def test_a_client_sends_files_unharmed(send: SendFiles, sink: Sink, files: list[Path]) -> None:
    send(sink.port, SENDER, TO, SUBJECT, TEXT, files)
    (mail,) = sink.wait_for(1)
    assert_arrived(mail, files)
    assert not mail.tls


@pytest.mark.parametrize("send", CLIENTS)
def test_a_client_sends_by_tls(send: SendFiles, tls_sink: Sink, files: list[Path]) -> None:
    send(tls_sink.port, SENDER, TO, SUBJECT, TEXT, files, tls=True)
    (mail,) = tls_sink.wait_for(1)
    assert_arrived(mail, files)
    assert mail.tls


@pytest.mark.parametrize("send", CLIENTS)
def test_a_client_sends_without_files(send: SendFiles, sink: Sink) -> None:
    send(sink.port, SENDER, TO, SUBJECT, TEXT, [])
    assert_arrived(sink.wait_for(1)[0], [])


@pytest.mark.parametrize("send", CLIENTS)
def test_a_refused_client_tells_why(send: SendFiles, sink: Sink, files: list[Path]) -> None:
    sink.refuse[TO] = "550 5.1.1 nobody here by that name"
    with pytest.raises(ClientFailed, match="nobody here by that name"):
        send(sink.port, SENDER, TO, SUBJECT, "text\n", files)
    assert sink.attempts == []


@pytest.mark.parametrize("send", CLIENTS)
def test_a_client_whose_mail_is_refused_tells_why(send: SendFiles, sink: Sink, files: list[Path]) -> None:
    sink.answers = ["554 5.6.0 not this one"]
    with pytest.raises(ClientFailed, match="not this one"):
        send(sink.port, SENDER, TO, SUBJECT, "text\n", files)
    assert [mail.accepted for mail in sink.attempts] == [False]


def test_msmtp_sends_the_very_bytes(sink: Sink) -> None:
    send_with_msmtp(sink.port, SENDER, TO, RAW)
    (mail,) = sink.wait_for(1)
    assert (mail.mail_from, mail.rcpts, mail.raw) == ("ann@example.org", (TO,), RAW)


def test_msmtp_sends_by_tls_and_tells_of_a_refusal(tls_sink: Sink) -> None:
    tls_sink.answers = ["554 5.6.0 not this one"]
    with pytest.raises(ClientFailed, match="not this one"):
        send_with_msmtp(tls_sink.port, SENDER, TO, RAW, tls=True)
    send_with_msmtp(tls_sink.port, SENDER, TO, RAW, tls=True)
    assert [(mail.raw, mail.tls) for mail in tls_sink.wait_for(1)] == [(RAW, True)]


def test_the_sink_answers_as_told_and_then_takes_all(sink: Sink) -> None:
    sink.answers = ["451 4.3.0 later", "250 2.0.0 taken"]
    sink.refuse["gone@example.org"] = "550 5.1.1 gone"
    with smtplib.SMTP("127.0.0.1", sink.port) as session:
        with pytest.raises(smtplib.SMTPDataError) as later:
            session.sendmail("", [TO], RAW)
        assert later.value.smtp_code == 451
        assert session.sendmail("", [TO, "gone@example.org"], RAW) == {
            "gone@example.org": (550, b"5.1.1 gone")
        }
        assert session.sendmail("ann@example.org", [TO], RAW) == {}
    assert [mail.answer for mail in sink.attempts] == ["451 4.3.0 later", "250 2.0.0 taken", "250 OK"]
    assert [(mail.mail_from, mail.rcpts) for mail in sink.mails] == [("", (TO,)), ("ann@example.org", (TO,))]


def test_the_sink_says_what_it_waited_for_in_vain(sink: Sink) -> None:
    with pytest.raises(TimeoutError, match="1 accepted mails"):
        sink.wait_for(1, seconds=0.05)


def test_the_sink_cuts_connections_still_open_when_it_ends(tls_sink: Sink) -> None:
    plain, talking, private = (smtplib.SMTP("127.0.0.1", tls_sink.port, timeout=5) for _ in range(3))
    talking.ehlo()
    talking.mail("ann@example.org")
    talking.rcpt(TO)
    assert talking.docmd("DATA")[0] == 354
    private.starttls()
    assert private.noop()[0] == 250
    tls_sink.stop()
    for client in (plain, talking, private):
        assert is_cut(client)
        client.close()
    tls_sink.stop()


def is_cut(client: smtplib.SMTP) -> bool:
    """Whether the other side has ended the connection; TimeoutError if it keeps it open."""
    assert client.sock is not None
    with contextlib.suppress(ConnectionResetError, ssl.SSLEOFError):
        while client.sock.recv(1000):
            pass
    return True


def test_postfix_relays_both_ways(postfix: Callable[..., Postfix], sink: Sink, files: list[Path]) -> None:
    with Sink() as outside:
        relay = postfix(sink.port, outside.port)
        send_with_mutt(relay.port, SENDER, TO, SUBJECT, TEXT, files)
        send_with_msmtp(relay.port, "bot@cais.example", "someone@elsewhere.example", RAW)
        assert_arrived(sink.wait_for(1)[0], files)
        assert outside.wait_for(1)[0].rcpts == ("someone@elsewhere.example",)
        send_with_msmtp(relay.port, SENDER, "box@example.com", RAW)
        assert sink.wait_for(2)[1].rcpts == ("box@example.com",)
        relay.wait_until_empty()


def test_postfix_tries_again(postfix: Callable[..., Postfix], sink: Sink) -> None:
    sink.answers = ["451 4.3.0 the disk is full", "451 4.3.0 the disk is full"]
    relay = postfix(sink.port)
    send_with_msmtp(relay.port, SENDER, TO, RAW)
    waiting = wait_until(lambda: [one for one in relay.queue() if one["queue_name"] == "deferred"], 10, "451")
    assert waiting[0]["recipients"][0]["address"] == TO
    assert "the disk is full" in waiting[0]["recipients"][0]["delay_reason"]
    sink.wait_for(1, seconds=20)
    relay.wait_until_empty()
    assert [mail.answer[:3] for mail in sink.attempts] == ["451", "451", "250"]
    assert "status=deferred" in relay.log()


def test_postfix_bounces_a_refused_mail_to_the_outside(postfix: Callable[..., Postfix], sink: Sink) -> None:
    sink.answers = ["554 5.6.0 never"]
    with Sink() as outside:
        relay = postfix(sink.port, outside.port)
        send_with_msmtp(relay.port, SENDER, TO, RAW)
        (bounce,) = outside.wait_for(1)
    assert (bounce.mail_from, bounce.rcpts) == ("", ("ann@example.org",))
    assert bounce.message.get_content_type() == "multipart/report"


def test_postfix_without_an_outside_drops_what_is_not_ours(
    postfix: Callable[..., Postfix], sink: Sink
) -> None:
    relay = postfix(sink.port)
    send_with_msmtp(relay.port, SENDER, "someone@elsewhere.example", RAW)
    wait_until(lambda: "relay=none" in relay.log() and not relay.queue(), 10, relay.log)
    assert sink.attempts == []


def test_postfix_leaves_nothing_behind(postfix: Callable[..., Postfix], sink: Sink) -> None:
    relay = postfix(sink.port)
    send_with_msmtp(relay.port, SENDER, TO, RAW)
    sink.wait_for(1)
    processes = of_directory(relay.path)
    assert processes
    relay.stop()
    wait_until(lambda: not [pid for pid in processes if alive(pid)], 5, "the end of all processes")
    assert not relay.path.exists()


async def rows(url: str, *statements: str) -> list[Any]:
    """Run statements in one transaction, each giving one value."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return [(await connection.execute(text(statement))).scalar_one() for statement in statements]
    finally:
        await engine.dispose()


def test_postgres_makes_databases_of_their_own(postgres_cluster: Cluster) -> None:
    first, second = postgres_cluster.new_database(), postgres_cluster.new_database()
    assert first != second
    assert asyncio.run(rows(first, "select 1", "show fsync", "show server_encoding")) == [1, "off", "UTF8"]
    assert asyncio.run(rows(second, "select current_database()")) == [second.rsplit("/", 1)[1]]


def test_postgres_copies_a_template(postgres_cluster: Cluster) -> None:
    template = postgres_cluster.new_database()
    asyncio.run(rows(template, "select 1 from pg_catalog.lo_create(4711)"))
    count = "select count(*) from pg_catalog.pg_largeobject_metadata where oid = 4711"
    assert asyncio.run(rows(postgres_cluster.new_database(template=template), count)) == [1]
    assert asyncio.run(rows(postgres_cluster.new_database(), count)) == [0]


def test_a_durable_postgres_keeps_what_was_committed_when_it_crashes() -> None:
    with Cluster(durable=True) as cluster:
        url = cluster.new_database()
        assert asyncio.run(rows(url, "select 1 from pg_catalog.lo_create(4711)", "show fsync")) == [1, "on"]
        cluster.crash()
        count = "select count(*) from pg_catalog.pg_largeobject_metadata where oid = 4711"
        assert asyncio.run(rows(url, count)) == [1]
        assert "automatic recovery" in cluster.log()
        processes = of_directory(cluster.path)
        assert processes
    assert not [pid for pid in processes if alive(pid)]
    assert not cluster.path.exists()


def test_a_wrong_template_is_told(postgres_cluster: Cluster) -> None:
    with pytest.raises(asyncpg.PostgresError, match="no_such"):
        postgres_cluster.new_database(template="no_such")


def test_free_ports_are_free_and_never_the_same() -> None:
    ports = {free_port() for _ in range(50)}
    assert len(ports) == 50
    for port in ports:
        with socket.socket() as server:
            server.bind(("127.0.0.1", port))


def test_waiting_for_a_port_that_stays_closed_names_it() -> None:
    port = free_port()
    with pytest.raises(TimeoutError, match=rf"not within 0\.1 s: a server on 127\.0\.0\.1:{port}"):
        wait_for_port(port, seconds=0.1)


def test_a_daemon_that_dies_is_noticed_at_once(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "import sys; sys.exit('no such setting')"]
    with (
        Daemon(program, tmp_path / "log") as daemon,
        pytest.raises(RuntimeError, match=r"ended with code 1; its output:\nno such setting"),
    ):
        wait_for_port(free_port(), 30, daemon)


def test_a_daemon_that_will_not_end_is_killed_with_its_children(tmp_path: Path) -> None:
    program = "import os, signal, time; signal.signal(15, signal.SIG_IGN); os.fork(); "
    program += "print(os.getpid(), flush=True); time.sleep(600)"
    daemon = Daemon([sys.executable, "-c", program], tmp_path / "log")
    daemon.start()
    wait_until(lambda: daemon.output().count("\n") == 2, 10, "two processes")
    pids = [int(line) for line in daemon.output().split()]
    assert len({daemon.pid, *pids}) == 2
    daemon.stop(seconds=0.1)
    wait_until(lambda: not any(alive(pid) for pid in pids), 5, "the end of both")
    daemon.stop()


def test_a_missing_program_skips_or_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAIS_TEST_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match="cais-nonesuch is not installed"):
        need("no-such-program", "cais-nonesuch")
    monkeypatch.setenv("CAIS_TEST_REQUIRE", "all")
    with pytest.raises(pytest.fail.Exception, match="cais-nonesuch is not installed"):
        need("no-such-program", "cais-nonesuch")


def test_a_program_is_found_where_path_does_not_lead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if not Path("/usr/sbin/postfix").exists():
        absent("postfix is not installed")
    assert need("postfix", "postfix") == "/usr/sbin/postfix"


def test_postfix_is_only_for_root(monkeypatch: pytest.MonkeyPatch) -> None:
    need("postfix", "postfix")
    monkeypatch.delenv("CAIS_TEST_REQUIRE", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(pytest.skip.Exception, match="only be started by root"):
        Postfix(free_port())


def of_directory(path: Path) -> list[int]:
    """The processes that work in a directory."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            inside = (process / "cwd").readlink().is_relative_to(path)
        except OSError:
            continue
        found += [int(process.name)] if inside else []
    return found


def alive(pid: int) -> bool:
    """Whether a process runs (one that is only not yet reaped does not)."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
