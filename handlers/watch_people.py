"""Trouble with people: somebody whom no mail reaches and nobody can be told of, or an operator."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.access import address_of
from handlers.bounces import who_can_help
from handlers.trouble import Trouble, Watch
from store.unit_of_work import UnitOfWork

LATELY = timedelta(days=7)
ALARM = "operator_alarm"
UNTOLD = "mail to {} comes back, and there is nobody left whom we could tell: please reach them otherwise"
OPERATOR = "an alarm came back from {}: is that address right?"


async def watch_unreachable(uow: UnitOfWork, _at: datetime) -> list[Trouble]:
    """Who has something to do here, gets no mail at any address, and has no colleague who does."""
    people = [one for one in await uow.unreachable_people() if one.roles]
    alone = [one for one in people if not await who_can_help(one, uow)]
    return [Trouble("unreachable", address_of(one), UNTOLD.format(one.name)) for one in alone]


def watch_operators(operators: Sequence[str]) -> Watch:
    """The watch for alarms that came back in the last seven days: it rings where they are looked for."""

    async def watch(uow: UnitOfWork, at: datetime) -> list[Trouble]:
        deaf = [one for one in operators if await uow.came_back_since(one, ALARM, at - LATELY)]
        return [Trouble("operator", "CAIS_OPERATOR", OPERATOR.format(" and ".join(deaf)))] if deaf else []

    return watch
