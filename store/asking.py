"""What every set of named questions shares: the session of its transaction."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass
class Asking:
    """Questions are answered within the transaction of `session`."""

    session: AsyncSession
