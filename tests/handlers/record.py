"""What the record says after a test: short questions to an export, and whether the record is whole."""

from typing import Any

from handlers.receipt_check import check_stored
from store.verify import Report, check_record
from tests.builders import Desk

MARIA = "mdelgado@sierravista.example"
PEI = "pchan@sierravista.example"
PRIYA = "pnair@coastrange.example"
GUS = "gmoreno@harborlights.example"
HELEN = "hwu@cde.example"
RENEE = "rpark@cde.example"


async def assert_whole(desk: Desk) -> None:
    """The record is whole, and our receipts say what it says."""
    await assert_record(desk)
    async with desk.store.look() as uow:
        assert uow.signer is None or (wrong := (await check_stored(uow))[1]) == [], wrong


async def assert_record(desk: Desk) -> None:
    """The chain holds, every row is as the history says, received = verdicts. Objects are not looked at."""
    report = Report()
    async with desk.store.database.reading() as session:
        await check_record(session, report)
    assert report.wrong == [], report.wrong


async def message(desk: Desk, number: int) -> dict[str, Any]:
    return next(row for row in (await desk.export())["messages"] if row["id"] == number)


async def documents(desk: Desk) -> list[tuple[str, str, int, list[str]]]:
    """LEA, name, version and targets of every document, in the order they came."""
    rows = (await desk.export())["documents"]
    return [
        (row["lea"], row["name"], row["version"], [one["target"] for one in row["filings"]]) for row in rows
    ]


def verdicts(row: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Verdict and targets of every file of a message."""
    return [(said["verdict"], said["targets"]) for said in row["verdicts"]]


def reasons(row: dict[str, Any]) -> list[str]:
    return [said["reason"] for said in row["verdicts"]]


def offered(row: dict[str, Any]) -> list[str]:
    """The choices of a question, as it shows them."""
    return [choice["code"] for choice in row["fields"]["choices"]]
