"""The service dies by SIGKILL between keep and move: after the next start nothing is missed or double."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.intake.mailroom import account, digest, letter
from tests.servers import wait_until
from tests.servers.dovecot import Dovecot
from tests.servers.dovecot import dovecot as dovecot
from tests.walks.running import Service


@pytest.mark.parametrize("step", ["file-synced", "row-committed"])
def test_killed_before_the_move(dovecot: Callable[..., Dovecot], step: str) -> None:
    server, mails = dovecot(), [letter(number) for number in range(6)]
    dying = ("-m", "tests.walks.dying_service", step, "1")
    with Service(dying, CAIS_IMAP=account(server.port), CAIS_IMAP_POLL_SECONDS="1") as service:
        server.put(*mails)
        wait_until(lambda: _is_dead(service), 30, service.daemon.output)
        assert server.contents() == mails
        service.start("-m", "cais", "run")
        wait_until(lambda: not server.contents(), 40, service.daemon.output)
        kept = Counter(row["sha256"] for row in service.export()["messages"])
    assert kept == Counter(map(digest, mails))
    assert sorted(server.contents("Processed")) == sorted(mails)


def _is_dead(service: Service) -> bool:
    try:
        service.daemon.check()
    except RuntimeError:
        return True
    return False
