"""`cais inbox …`: what arrived, and what an operator does with held messages.

The rules are those of the program contacts' commands (`handlers/pen.py`); the operator's reach has no limits.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from commands import AsJson, record, stop, with_parts

if TYPE_CHECKING:
    from handlers.pen import Keeper
    from handlers.release_held import HeldReleased
    from parts import Parts
    from store.unit_of_work import UnitOfWork

inbox_cli = typer.Typer(help="What arrived, and what became of it.", no_args_is_help=True)

STATES = ("received", "done", "asked", "held", "ignored", "refused", "failed")
Numbers = Annotated[list[int], typer.Argument(metavar="N…", min=1)]
As = Annotated[str | None, typer.Option("--as", help="An address on record: whose message it is.")]
Done = TypeVar("Done")


@inbox_cli.command("list")
def inbox_list(
    state: Annotated[str | None, typer.Option(help=f"Only this state: {', '.join(STATES)}.")] = None,
    as_json: AsJson = False,
) -> None:
    """The messages, newest last; with --state held also what each may be."""
    from bot.listing import show
    from templates.words import why

    if state not in (None, *STATES):
        stop(f"there is no state {state}; there are {', '.join(STATES)}", 2)
    rows = [row | {"why": why(row["reason"])} for row in record("messages") if state in (None, row["state"])]
    columns: tuple[str, ...] = ("id", "received_at", "channel", "sender", "state", "why")
    if state == "held":
        guesses = {row["number"]: row for row in with_parts(_guesses)}
        rows = [row | _guessed(guesses.get(row["id"])) for row in rows]
        columns = ("id", "received_at", "sender", "why", "guess", "try")
    if as_json:
        print(json.dumps(rows, indent=2))
    else:
        show(rows, columns, f"Nothing is {state}." if state else "Nothing arrived yet.")


@inbox_cli.command("show")
def inbox_show(number: int, as_json: AsJson = False) -> None:
    """One message: its verdicts, what was answered, and of a held one what it may be."""
    from bot.listing import detail
    from templates.words import why

    found = [row for row in record("messages") if row["id"] == number]
    if not found:
        stop(f"there is no message {number}")
    answers = [row for row in record("outgoing") if row["in_answer_to"] == number]
    row = found[0] | {"answers": answers, "why": why(found[0]["reason"]), "near": None, "guesses": []}
    if row["state"] == "held":
        row |= with_parts(lambda parts: _may_be(parts, number))
    print(json.dumps(row, indent=2)) if as_json else detail(row)


@inbox_cli.command("again")
def inbox_again(
    numbers: Annotated[list[int] | None, typer.Argument(metavar="N…", min=1)] = None,
    reason: Annotated[str | None, typer.Option(help="All whose reason begins so.")] = None,
) -> None:
    """Handle held or failed messages once more, after a repair; the time of receipt stays."""
    if bool(numbers) == bool(reason):
        stop("say the numbers, or --reason", 2)

    async def go(parts: "Parts") -> list[tuple[int, bool]]:
        wanted = list(numbers or ())
        if reason:
            async with parts.store.look() as uow:
                wanted = [entry.id for entry in await uow.troubled_because(reason)]
        return [(number, await parts.store.inbox.again(number)) for number in wanted]

    done = with_parts(go)
    for number in [number for number, again in done if again]:
        print(f"Message {number} is back in the queue.")
    wrong = [str(number) for number, again in done if not again]
    if wrong or not done:
        stop(f"message {', '.join(wrong)} is not held or failed" if wrong else f"none is held for {reason}")


@inbox_cli.command("release")
def inbox_release(numbers: Numbers, person: As = None) -> None:
    """Handle messages that are held for their sender as a known person's; it is recorded."""

    async def go(keeper: "Keeper", uow: "UnitOfWork") -> "HeldReleased":
        from handlers.release_held import ReleaseHeld, Which, released_by

        return await released_by(keeper, ReleaseHeld(Which(tuple(numbers)), person), uow)

    _say_released(_operate(go))


@inbox_cli.command("redirect")
def inbox_redirect(
    number: int,
    to: Annotated[str, typer.Option(help="What its files are for: “EL 02 of Sierra Vista Unified”.")],
    person: As = None,
) -> None:
    """Handle a held message as a known person's, with its files for this item or form."""

    async def go(keeper: "Keeper", uow: "UnitOfWork") -> "HeldReleased":
        from handlers.references import read_target
        from handlers.release_held import RedirectHeld, redirected_by
        from store.programs import program_codes

        found = read_target(to, program_codes())
        if found is None or found[1]:
            stop(f"“{to}” names no item or form", 2)
        return await redirected_by(keeper, RedirectHeld(number, found[0], person), uow)

    _say_released(_operate(go))


@inbox_cli.command("refuse")
def inbox_refuse(
    numbers: Numbers,
    reason: Annotated[str, typer.Option(help="Why; known senders are told.")],
) -> None:
    """End held messages, with a reason; nothing is deleted."""

    async def go(keeper: "Keeper", uow: "UnitOfWork") -> int:
        from handlers.outcome import owe_unasked
        from handlers.refuse_held import RefuseHeld, refused_by
        from handlers.release_held import Which

        reply, notices = await refused_by(keeper, RefuseHeld(Which(tuple(numbers)), reason.strip()), uow)
        await owe_unasked(notices, keeper.at, uow)
        return reply.told

    told = _operate(go)
    print(f"Refused: {', '.join(map(str, numbers))}. Senders told: {told}.")


@inbox_cli.command("hold")
def inbox_hold(number: int) -> None:
    """Undo a release or a refusal: the message is held again, and what it filed is withdrawn."""

    async def go(keeper: "Keeper", uow: "UnitOfWork") -> int:
        from handlers.hold_again import held_again_by
        from handlers.outcome import owe_unasked

        reply, notices = await held_again_by(keeper, number, uow)
        await owe_unasked(notices, keeper.at, uow)
        return len(reply.gone)

    print(f"Message {number} is held again; {_operate(go)} filings were withdrawn.")


@inbox_cli.command("test-stamp")
def inbox_test_stamp(
    seconds: Annotated[float, typer.Option(help="How long to wait until it is back.")] = 60,
) -> None:
    """Mail ourselves through the running service, and say whether the receiver before us stamps it."""
    good, said = with_parts(lambda parts: _tested(parts, seconds))
    if not good:
        stop(said)
    print(f"Tested: {said}.")


async def _tested(parts: "Parts", seconds: float) -> tuple[bool, str]:
    """What a new self-test shows. The service that it comes back to believes people, or not, from then on."""
    from handlers.self_test import last_self_test, send_self_test

    if not parts.tests_itself:
        stop("there is no receiver to test: CAIS_AUTHSERV_ID and CAIS_SMARTHOST name it and the way to it")
    async with parts.store.begin() as uow:
        token = await send_self_test(parts.settings.intake.mailbox[0], uow, parts.clock.now(), now=True)
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                async with parts.store.look() as uow:
                    if token and (test := await uow.self_test(token)) and test.seen_at:
                        return await last_self_test(uow)
                await asyncio.sleep(0.5)
    return False, f"the mail has not come back within {seconds:g} seconds; see `cais outbox list`"


def _operate(act: Callable[["Keeper", "UnitOfWork"], Awaitable[Done]]) -> Done:
    """Do one thing as the operator, recorded so; a refusal is one sentence, and nothing was changed."""
    from handlers.pen import OPERATOR, Keeper
    from handlers.refusals import Refusal
    from store.unit_of_work import Actor

    async def go(parts: "Parts") -> Done:
        try:
            async with parts.store.begin() as uow:
                uow.act_as(Actor(OPERATOR, "terminal", parts.clock.now()))
                return await act(Keeper(OPERATOR, parts.clock.now()), uow)
        except Refusal as no:
            stop(_words(no))

    done: Done = with_parts(go)
    return done


def _words(no: Exception) -> str:
    """A refusal in words for a terminal; commands stand on lines of their own, to copy."""
    from handlers.outcome import snake
    from handlers.refusals import Refusal
    from templates.render import pieces_of

    assert isinstance(no, Refusal)
    pieces = pieces_of("_terminal/refused.txt", {"refusal": snake(type(no).__name__), **no.facts})
    return "".join(f"\n  {one.text}" if one.kind == "sample" else f" {one.text}" for one in pieces).strip()


async def _guesses(parts: "Parts") -> list[dict[str, Any]]:
    from handlers.pen import OPERATOR, Keeper
    from handlers.show_held import rows_of

    async with parts.store.look() as uow:
        return await rows_of(await uow.held_entries(), Keeper(OPERATOR, parts.clock.now()), uow)


def _guessed(row: dict[str, Any] | None) -> dict[str, Any]:
    """The guess of a held message in one cell, and what to try: a command that fits into a line."""
    if row is None:
        return {"guess": "", "try": ""}
    words = [row["guess"][name] for name in ("address", "target", "lea")]
    return {"guess": ", ".join(filter(None, words)), "try": f"cais inbox show {row['number']}"}


async def _may_be(parts: "Parts", number: int) -> dict[str, Any]:
    """What a held message may be, each guess with its command."""
    from handlers.pen import OPERATOR, Keeper
    from handlers.show_held import one_shown

    async with parts.store.look() as uow:
        shown = await one_shown(number, Keeper(OPERATOR, parts.clock.now()), uow)
    return {"near": shown.row["near"], "guesses": shown.guesses}


def _say_released(reply: "HeldReleased") -> None:
    what = f", with its files for {reply.target}" if reply.target else ""
    for number in reply.numbers:
        print(f"Message {number} is back in the queue as {reply.name}'s{what};", end=" ")
        print(f"the answer goes to {reply.address}.")
