"""When to try again: pure decisions on what happened and how often."""

from datetime import timedelta

HANDLING_TRIES = 5
LONGEST_WAIT = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=5)
_FETCH_WAITS = [timedelta(0), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)]
LONGEST_FETCH_WAIT = timedelta(hours=6)
_REFUSED_WAITS = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)]
LONGEST_REFUSED_WAIT = timedelta(minutes=30)
LONGEST_LOGIN_WAIT = timedelta(minutes=5)
CHAT_TRIES, CHAT_PATIENCE = 5, timedelta(hours=1)
_CHAT_WAITS = [timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10)]
_DELIVERY_WAITS = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30)]


class TryLater(Exception):
    """The other side cannot do it now. `wait` is how long it asked us to wait, if it did."""

    def __init__(self, why: str, wait: timedelta | None = None) -> None:
        super().__init__(why)
        self.wait = wait


class NotYet(TryLater):
    """They asked not to be asked before: nothing was tried."""


class NotDue(NotYet):
    """It is not to be said before: it waits for exactly so long, however old it is."""

    def __init__(self, why: str, wait: timedelta) -> None:
        super().__init__(why)
        self.wait: timedelta = wait


def next_handling(attempts: int) -> timedelta | None:
    """How long to wait before a message that failed is handled again; None: leave it for a person."""
    return None if attempts >= HANDLING_TRIES else min(LONGEST_WAIT, timedelta(seconds=2**attempts))


def next_delivery(attempts: int, age: timedelta, wait: timedelta | None = None) -> timedelta | None:
    """How long to wait before sending again; None: it is a dead letter.

    At least 30 minutes apart after the first tries and five days in all (RFC 5321, 4.5.4.1).
    `wait` is what the other side asked for (`Retry-After`), and is always obeyed.
    """
    if age >= GIVE_UP_AFTER:
        return None
    ours = _DELIVERY_WAITS[attempts - 1] if attempts <= len(_DELIVERY_WAITS) else timedelta(hours=1)
    return max(ours, wait) if wait else ours


def next_saying(attempts: int, age: timedelta, wait: timedelta | None = None) -> timedelta | None:
    """The same for a chat, where people wait for the answer; None: it goes by mail, long before a deadline.

    `wait` is obeyed to the second. What is old because we were down is tried as often as anything else.
    """
    if attempts >= CHAT_TRIES and age >= CHAT_PATIENCE:
        return None
    if wait is not None:
        return wait
    return _CHAT_WAITS[attempts - 1] if attempts <= len(_CHAT_WAITS) else timedelta(minutes=15)


def next_fetch(tries: int) -> timedelta:
    """How long a message of a mailbox rests that could not be fetched so often. The first time may have been
    the line; later it is the message, and the others go before it."""
    return _FETCH_WAITS[tries - 1] if tries <= len(_FETCH_WAITS) else LONGEST_FETCH_WAIT


def next_login(tries: int, refused: bool) -> timedelta:
    """How long to wait before trying a mailbox again that failed so often in a row.

    Refused logins are counted by servers, which lock accounts: at most five in the first hour, then two an
    hour. Who does not answer at all is asked more often.
    """
    if refused:
        return _REFUSED_WAITS[tries - 1] if tries <= len(_REFUSED_WAITS) else LONGEST_REFUSED_WAIT
    return min(LONGEST_LOGIN_WAIT, timedelta(seconds=2 ** min(tries, 10)))
