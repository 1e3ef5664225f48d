"""What a registered person is told of held mail that bears their address."""

from dataclasses import dataclass

from handlers.messages import Reply


@dataclass(frozen=True)
class ClaimsToBeYou(Reply):
    """To the address on record: message `receipt` says that it is from there, and nobody vouches for it.
    Nothing else of it is told. The answer 1 releases it, 2 refuses it."""

    referenced = False
    receipt: int
