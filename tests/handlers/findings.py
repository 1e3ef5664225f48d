"""What the tests of findings and agreements say and ask in one line each."""

from datetime import UTC, date, datetime, time
from typing import Any

from store.clock import PACIFIC
from tests.builders import Desk
from tests.handlers.record import HELEN, MARIA

LUIS, TOM, SAM = "lortega@cde.example", "tokafor@sierravista.example", "sbright@cde.example"
BETH = "blindgren@cde.example"
DUE, CAP = date(2013, 12, 30), date(2014, 6, 28)
STEP = "step: hold the ELAC election, the principal of Lincoln, by March 14 2014"


def noon(day: date) -> datetime:
    """Noon of a day in Sacramento."""
    return datetime.combine(day, time(12), PACIFIC).astimezone(UTC)


async def finding(desk: Desk, code: str = "sv-fpm/I-EL 02") -> dict[str, Any]:
    return next(row for row in (await desk.export())["findings"] if row["code"] == code)


async def agreements(desk: Desk) -> list[dict[str, Any]]:
    return (await desk.export())["agreements"]


async def told(desk: Desk, template: str) -> list[str]:
    """Who was sent this reply, sorted."""
    return sorted(row.to for row in await desk.outgoing() if row.template == template)


async def facts(desk: Desk, template: str) -> dict[str, Any]:
    """The fields of the newest such reply."""
    return [row.fields for row in await desk.outgoing() if row.template == template][-1]


async def respond(desk: Desk, code: str = "EL 02", sender: str = MARIA, **more: Any) -> dict[str, Any]:
    return await desk.send(sender=sender, text=f"respond {code}: the election was held", **more)


async def request(
    desk: Desk, until: str = "June 27 2014", code: str = "EL 02", sender: str = MARIA, steps: str = STEP
) -> dict[str, Any]:
    text = f"request agreement {code} until {until} because the ELAC is elected in spring\n{steps}"
    return await desk.send(sender=sender, text=text)


async def resolved(desk: Desk, code: str = "EL 02", by: str = HELEN) -> dict[str, Any]:
    """A finding of Sierra Vista, answered and resolved."""
    await respond(desk, code)
    return await desk.send(sender=by, text=f"resolve sv-fpm/{code}")
