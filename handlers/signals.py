"""What a message can be beside its words: a button that was pressed, the way to an account from now on, a
report on a message of ours."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Press:
    """A button of ours that was pressed: in which message (outbox number), and what it is there to decide
    (empty: nothing that somebody else decides, too). `dead`: a word for why it does nothing, and `say` what
    does the same in words, where something does."""

    number: int = 0
    subject: str = ""
    dead: str = ""
    say: str = ""


@dataclass(frozen=True)
class Contact:
    """How an account of a chat service is reached from now on: where the service takes messages, its own id
    of the `user`, and their personal `conversation`, empty where the message was not said there. `gone`: they
    removed us, so that nothing reaches them any more."""

    service_url: str
    user: str
    conversation: str = ""
    gone: bool = False


@dataclass(frozen=True)
class Bounce:
    """What became of a message of ours: `failed`, `delayed`, `relayed`, `expanded` or `delivered`.

    `number` and `token` name the message (None: nothing names one), told by `sign`; the token is not checked
    yet. `status` is the enhanced status code, empty where none was given.
    """

    number: int | None
    token: str
    action: str
    status: str = ""
    sign: str = ""
