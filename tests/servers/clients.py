"""Real mail programs, one function each: they send one mail to an SMTP port of 127.0.0.1.

All block until the program has ended; from a coroutine that shares its loop with the server use
asyncio.to_thread. None reads a user's settings. With `tls` they use STARTTLS and trust the certificate shown.
"""

import mimetypes
import smtplib
import ssl
import subprocess
from collections.abc import Sequence
from email.utils import parseaddr
from pathlib import Path

from tests.servers import environment, fresh_directory, need

_SECONDS = 120


class ClientFailed(RuntimeError):
    """A mail program ended with an error; the text has its output."""


def send_with_swaks(
    port: int, sender: str, to: str, subject: str, body: str, files: Sequence[Path], tls: bool = False
) -> None:
    """Send with swaks, which sends what is not ASCII as raw 8-bit, in header and text, with no charset."""
    program = need("swaks", "swaks")
    with fresh_directory() as home:
        text = Path(home, "body")
        text.write_text(body)
        argv = [program, "--server", "127.0.0.1", "--port", str(port), "--silent", "2", "--timeout", "60"]
        argv += ["--ehlo", "client.example.org", "--from", parseaddr(sender)[1], "--to", parseaddr(to)[1]]
        argv += ["--h-From", sender, "--h-To", to, "--h-Subject", subject, "--body", f"@{text}"]
        argv += [word for file in files for word in _swaks_attachment(file)] + (["--tls"] if tls else [])
        _run(argv, b"", Path(home))


def send_with_mutt(
    port: int, sender: str, to: str, subject: str, body: str, files: Sequence[Path], tls: bool = False
) -> None:
    """Send with mutt in batch mode."""
    _mutt(need("mutt", "mutt"), port, sender, to, subject, body, files, tls)


def send_with_neomutt(
    port: int, sender: str, to: str, subject: str, body: str, files: Sequence[Path], tls: bool = False
) -> None:
    """Send with neomutt in batch mode."""
    _mutt(need("neomutt", "neomutt"), port, sender, to, subject, body, files, tls)


def send_with_s_nail(
    port: int, sender: str, to: str, subject: str, body: str, files: Sequence[Path], tls: bool = False
) -> None:
    """Send with s-nail; no file may have an equals sign in its path, which s-nail reads as a charset."""
    settings = [
        "v15-compat",
        f"mta=smtp://127.0.0.1:{port}",
        "smtp-auth=none",
        "ttycharset=utf-8",
        "sendwait",
    ]
    settings += [f"from={sender}", "hostname=client.example.org"]
    settings += ["smtp-use-starttls", "tls-verify=ignore"] if tls else []
    argv = [need("s-nail", "s-nail"), "-:/"] + [word for setting in settings for word in ("-S", setting)]
    argv += ["-s", subject] + [word for file in files for word in ("-a", str(file.absolute()))] + [to]
    with fresh_directory() as home:
        _run(argv, body.encode(), Path(home))


def send_with_msmtp(port: int, sender: str, to: str, raw: bytes, tls: bool = False) -> None:
    """Send these very bytes with msmtp, which adds and removes no header; line ends go out as CRLF."""
    argv = [need("msmtp", "msmtp"), "--file=/dev/null", "--host=127.0.0.1", f"--port={port}", "--timeout=60"]
    argv += ["--domain=client.example.org", "--auth=off", f"--from={parseaddr(sender)[1]}"]
    argv += [
        "--set-from-header=off",
        "--set-date-header=off",
        "--set-msgid-header=off",
        "--remove-bcc-headers=off",
    ]
    argv += ["--tls=on", "--tls-starttls=on", "--tls-certcheck=off"] if tls else ["--tls=off"]
    with fresh_directory() as home:
        _run([*argv, "--", parseaddr(to)[1]], raw, Path(home))


def _swaks_attachment(file: Path) -> list[str]:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return ["--attach-type", kind, "--attach-name", file.name, "--attach", f"@{file.absolute()}"]


def _mutt(
    program: str, port: int, sender: str, to: str, subject: str, body: str, files: Sequence[Path], tls: bool
) -> None:
    settings = [f'smtp_url="smtp://127.0.0.1:{port}"', f"from={_mutt_quoted(sender)}"]
    settings += ["hostname=client.example.org", "copy=no", "use_from=yes"]
    with fresh_directory() as home:
        settings += _mutt_tls(port, Path(home)) if tls else ["ssl_force_tls=no", "ssl_starttls=no"]
        argv = [program, "-n", "-F", "/dev/null"] + [
            word for one in settings for word in ("-e", f"set {one}")
        ]
        argv += [
            "-s",
            subject,
            *(["-a", *(str(file.absolute()) for file in files)] if files else []),
            "--",
            to,
        ]
        _run(argv, body.encode(), Path(home))


def _mutt_tls(port: int, home: Path) -> list[str]:
    """mutt asks a person about an unknown certificate, so it is given the server's beforehand."""
    known = home / "known.pem"
    known.write_text(_certificate(port))
    return ["ssl_starttls=yes", "ssl_force_tls=yes", "ssl_verify_host=no", f'certificate_file="{known}"']


def _certificate(port: int) -> str:
    """The certificate that the server on this port shows after STARTTLS."""
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    with smtplib.SMTP("127.0.0.1", port, "client.example.org", timeout=30) as session:
        session.starttls(context=trusting)
        shown = (
            session.sock.getpeercert(binary_form=True) if isinstance(session.sock, ssl.SSLSocket) else None
        )
    if shown is None:
        raise ClientFailed(f"the server on port {port} shows no certificate")
    return ssl.DER_cert_to_PEM_cert(shown)


def _mutt_quoted(text: str) -> str:
    """A value for mutt's configuration language, in which $ and ` would be expanded."""
    return '"' + "".join(f"\\{sign}" if sign in '\\"$`' else sign for sign in text) + '"'


def _run(argv: list[str], given: bytes, home: Path) -> None:
    """Run a program to its end and raise with its output unless all went well."""
    done = subprocess.run(
        argv,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=home,
        env=environment(home),
        start_new_session=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode:
        raise ClientFailed(
            f"{argv[0]} ended with code {done.returncode}:\n{done.stdout.decode(errors='replace')}"
        )
