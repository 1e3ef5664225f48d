"""What an operator sees when something is wrong: one sentence and an exit status, never a traceback."""

import subprocess
import sys
from pathlib import Path

from tests.servers import free_port
from tests.walks.running import ROOT, Service, run_cais


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with Service() as service:
        twice = run_cais(["run"], service.env, service.path)
    assert twice.returncode == 1
    assert "CAIS_SMTP_LISTEN" in twice.stderr
    assert "Traceback" not in twice.stderr


def test_the_other_commands_work_beside_the_service_and_without_it() -> None:
    with Service() as service:
        service.cais("post", str(ROOT / "tests" / "mail" / "thunderbird_html_pdf.eml"))
        service.message(1)
        service.daemon.stop()
        assert "I-EL 02" in service.cais("inbox", "show", "1")
        assert "evidence_received" in service.cais("outbox", "list")
        assert "ELAC Roster" in service.cais("ask", "status EL 02", "--as", "aruiz@sierravista.example")
        assert "no message 99" in service.cais("inbox", "show", "99", status=1)
        assert "not held: it is done" in service.cais(
            "inbox", "release", "1", "--as", "aruiz@sierravista.example", status=1
        )
        assert "no review nowhere" in service.cais("export", "--review", "nowhere", status=1)
        assert "No such file" in service.cais("export", "-o", "/nosuch/x.json", status=1)


def test_whoever_reads_only_the_first_line_hears_nothing_more() -> None:
    with Service() as service:
        asked = [sys.executable, "-m", "cais", "ask", "help", "--as", "mdelgado@sierravista.example"]
        with subprocess.Popen(
            asked, env=service.env, cwd=service.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as reading:
            assert reading.stdout is not None
            assert reading.stderr is not None
            reading.stdout.close()
            assert reading.stderr.read() == b""


def test_posting_says_what_is_wrong(tmp_path: Path) -> None:
    env = {"CAIS_SMTP_LISTEN": f"127.0.0.1:{free_port()}", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}
    mail = ROOT / "tests" / "mail" / "no_attachment.eml"
    (tmp_path / "budget.pdf").write_bytes(b"%PDF-1.4")
    assert "is the service running?" in _said(["post", str(mail)], env, tmp_path, 1)
    assert "not a mail file" in _said(["post", str(tmp_path / "budget.pdf")], env, tmp_path, 2)


def _said(words: list[str], env: dict[str, str], folder: Path, status: int) -> str:
    done: subprocess.CompletedProcess[str] = run_cais(words, env, folder)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr
