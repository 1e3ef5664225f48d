"""A mail to ourselves, at the start and every hour, that shows whether the receiver before us still stamps.

Where it does not, nobody's mail is believed, and the operator hears of it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.messages import OWN_AFFAIR, Answer, Message, Notice, Reply
from handlers.outcome import owe_unasked
from store.mailboxes import SelfTest
from store.unit_of_work import Actor, UnitOfWork

EVERY = timedelta(hours=1)
PATIENCE = timedelta(minutes=15)
STAMPED, APART, UNSTAMPED = "stamped", "several", "unstamped"
_SELF_TEST = "self-test: "
WORDS = {
    STAMPED: f"{_SELF_TEST}the receiver stamps mail",
    APART: f"{_SELF_TEST}the receiver stamps mail in several headers, and only the topmost is read; say"
    " CAIS_AUTHSERV_ID=NAME:several",
    UNSTAMPED: f"{_SELF_TEST}the receiver does not stamp mail where it should (CAIS_AUTHSERV_ID)",
}


@dataclass(frozen=True)
class AuthorityTested(Reply):
    """To ourselves: nothing but its number counts."""

    told_by = "mail"
    token: str


def detail_of(token: str) -> str:
    """The plus detail that a self-test comes back to."""
    return f"s-{token}"


async def send_self_test(mailbox: str, uow: UnitOfWork, at: datetime, *, now: bool = False) -> str | None:
    """Send a self-test if an hour has passed since the last one, or `now`. The token of the one sent."""
    newest = await uow.newest_self_tests(1)
    if newest and at - newest[0].sent_at < EVERY and not now:
        return None
    uow.act_as(Actor(at=at))
    token = secrets.token_hex(8)
    await uow.begin_self_test(token, at)
    local, _, domain = mailbox.rpartition("@")
    to = f"{local}+{detail_of(token)}@{domain}"
    await owe_unasked([Notice(to, AuthorityTested(token), OWN_AFFAIR)], at, uow)
    return token


async def self_test_came(message: Message, uow: UnitOfWork) -> Answer | None:
    """A self-test of ours that came back: whether it was stamped is noted. None for any other message."""
    for hint in message.hints:
        if hint.lower().startswith("s-") and (test := await uow.self_test(hint[2:].lower())) is not None:
            said = message.sender.basis if message.sender.basis in WORDS else UNSTAMPED
            if test.seen_at is None:
                test.seen_at, test.stamped = message.received_at, said != UNSTAMPED
            return Answer(None, "ignored", WORDS[said])
    return None


async def last_self_test(uow: UnitOfWork) -> tuple[bool, str]:
    """Whether the last self-test that came back was stamped as it should be, and a sentence on it."""
    said = await uow.newest_reason(_SELF_TEST) or f"{_SELF_TEST}none has come back yet"
    return said == WORDS[STAMPED], said.removeprefix(_SELF_TEST)


def stamp_is_missing(newest_first: Sequence[SelfTest], at: datetime) -> bool:
    """Whether the newest test that has ended (it came back, or its time is over) ended badly."""
    for test in newest_first:
        if test.seen_at is not None:
            return not test.stamped
        if at - test.sent_at >= PATIENCE:
            return True
    return False
