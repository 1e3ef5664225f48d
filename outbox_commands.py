"""`cais outbox …`: what is owed to people, what became of it, and the same words once more."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands import AsJson, record, stop, with_parts

if TYPE_CHECKING:
    from parts import Parts
    from store.outbox import OutboxEntry

outbox_cli = typer.Typer(help="What is owed to people, and what was sent.", no_args_is_help=True)
STATES = ("waiting", "sent", "dead", "bounced", "suppressed")


@outbox_cli.command("list")
def outbox_list(
    state: Annotated[str | None, typer.Option(help=f"Only this state: {', '.join(STATES)}.")] = None,
    as_json: AsJson = False,
) -> None:
    """The messages that are owed or were sent, newest last."""
    from bot.listing import show

    if state not in (None, *STATES):
        stop(f"there is no state {state}; there are {', '.join(STATES)}", 2)
    rows = [row for row in record("outgoing") if state in (None, row["state"])]
    if as_json:
        print(json.dumps(rows, indent=2))
    else:
        columns = ("id", "channel", "to", "template", "state", "in_answer_to")
        show(rows, columns, f"Nothing is {state}." if state else "Nothing is owed to anybody.")


@outbox_cli.command("show")
def outbox_show(number: int, as_json: AsJson = False) -> None:
    """One message: to whom, what, what became of it, and what the other side said."""
    from bot.listing import facts

    async def go(parts: "Parts") -> "OutboxEntry | None":
        async with parts.store.look() as uow:
            return await uow.delivery(number)

    entry = with_parts(go)
    if entry is None:
        stop(f"there is no message {number}")
    print(json.dumps(_shown(entry), indent=2)) if as_json else facts(_shown(entry))


@outbox_cli.command("resend")
def outbox_resend(
    number: int,
    to: Annotated[str | None, typer.Option(help="Another address on record of the same person.")] = None,
) -> None:
    """Send a message once more, as a new one in the same thread; it is recorded."""
    from handlers.addresses import one_spelling
    from store.resending import NotResent
    from store.unit_of_work import Actor

    async def go(parts: "Parts") -> str:
        async with parts.store.begin() as uow:
            uow.act_as(Actor("operator", "terminal"))
            row = await uow.sent_again(number, to and (one_spelling(to) or to), parts.clock.now())
            uow.add(row)
            await uow.session.flush()
            return f"Message {number} is sent again as message {row.id}, to {row.to}."

    try:
        print(with_parts(go))
    except NotResent as no:
        stop(str(no))


def _shown(entry: "OutboxEntry") -> dict[str, Any]:
    """What an operator may see: not the words, which are the reader's."""
    names = ("id", "channel", "to", "template", "in_answer_to", "message_id", "state", "attempts")
    said = {name: getattr(entry, name) for name in names}
    ended = {"dead": "given_up_at", "bounced": "handed_over_at"}.get(entry.state, "sent_at")
    times = {"created_at": entry.created_at, ended: entry.sent_at, "bounced_at": entry.bounced_at}
    return {
        **said,
        "again": entry.thread.get("again"),
        "receipt": entry.receipt,
        "trouble": entry.trouble,
        **{name: at and at.isoformat() for name, at in times.items()},
    }
