"""The load generator counts what a server really took. No test here looks at a clock."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from tests.bench import teams
from tests.bench.chat_load import WrongAnswer as WrongCall
from tests.bench.chat_load import send_calls
from tests.bench.figures import Figure, Goal, table
from tests.bench.letters import Letters
from tests.bench.order import Order, WrongAnswer, send
from tests.bench.rig import Rig
from tests.servers import free_port
from tests.servers.sink import Sink

SMALL = Letters(2048)


@pytest.fixture
def rig() -> Iterator[Rig]:
    with ExitStack() as closing:
        yield closing.enter_context(Rig())


def test_every_mail_that_is_counted_was_acknowledged_by_stock_aiosmtpd(rig: Rig) -> None:
    report = send(Order(rig.aiosmtpd().port, 3, SMALL, 30, 25))
    assert len(report.sent) == 25
    assert all(report.began <= one.began < one.answered for one in report.sent)


def test_what_is_counted_is_what_came_and_no_two_mails_are_alike(sink: Sink) -> None:
    report = send(Order(sink.port, 2, SMALL, 30, 12, each=5))
    assert len(report.sent) == len(sink.mails) == 12
    assert len({mail.message["Message-ID"] for mail in sink.mails}) == 12
    files = [next(mail.message.iter_attachments()).get_content() for mail in sink.mails]
    assert len(set(files)) == 12
    assert all(file.startswith(b"%PDF-") and len(file) >= 2048 - 57 for file in files)


@pytest.mark.parametrize("shape", ["random", "empty-lines"])  # stock aiosmtpd takes no endless line
def test_a_long_mail_has_the_size_that_was_ordered(sink: Sink, shape: str) -> None:
    send(Order(sink.port, 1, Letters(300_000, shape), 30, 1))
    head, _, body = sink.mails[0].raw.partition(b"A long mail.\r\n")
    assert head
    assert 300_000 <= len(body) <= 300_002


def test_any_other_answer_than_250_fails_the_run(sink: Sink) -> None:
    sink.answers = ["250 OK", "451 4.3.0 Not now"]
    with pytest.raises(WrongAnswer, match="451"):
        send(Order(sink.port, 1, SMALL, 30, 5))


def test_nobody_listening_fails_the_run() -> None:
    with pytest.raises(WrongAnswer, match="refused"):
        send(Order(free_port(), 1, SMALL, 30, 1))


def test_the_app_that_the_teams_door_is_measured_beside_checks_the_token(rig: Rig) -> None:
    calls, _ = teams.calls(rig)
    answered = send_calls(replace(calls, connections=2, seconds=0.2))
    assert len(answered.took) > 1
    head, claims, signature = calls.token.split(".")
    other = ("B" if signature.startswith("A") else "A") + signature[1:]
    with pytest.raises(WrongCall, match="500"):
        send_calls(replace(calls, seconds=5, token=f"{head}.{claims}.{other}"))


def test_a_ratio_is_the_median_of_the_rounds_and_is_held_against_the_goal() -> None:
    figure = Figure("w", "c", "taken", "/s", [10, 30, 20], "other", [10, 10, 40], Goal("P0", 1.0))
    assert figure.value == 20
    assert figure.ratio == 1
    assert figure.reached
    assert "P0 ≥ 1 ×" in table([figure])
    assert not Figure("w", "c", "wait", "ms", [61], goal=Goal("P0", 60, most=True, of_value=True)).reached
