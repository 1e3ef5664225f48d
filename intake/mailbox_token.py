"""What a mailbox's thread needs of whoever gets access tokens; who that is, this side does not know."""

from collections.abc import Callable
from dataclasses import dataclass


class NoToken(Exception):
    """The identity provider gives no token for this user."""


class NoTokenNow(Exception):
    """The identity provider does not answer; later it may."""


def _nothing(_user: str) -> None:
    """Where no token is held."""


@dataclass(frozen=True)
class MailboxToken:
    """`give(user)` is an access token; it blocks and raises NoToken, NoTokenNow. `forget(user)`: the server
    refused it, so the next one must be another."""

    give: Callable[[str], str]
    forget: Callable[[str], None] = _nothing
