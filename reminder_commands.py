"""`cais reminders …`: who will be reminded of what, what was sent, and a try to oneself."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands import AsJson, stop, with_parts

if TYPE_CHECKING:
    from parts import Parts

reminders_cli = typer.Typer(help="Who is reminded of what, and what became of it.", no_args_is_help=True)
Lea = Annotated[str | None, typer.Option(help="Only this LEA, by its id or its name.")]


@reminders_cli.command("preview")
def reminders_preview(
    days: Annotated[int, typer.Option(min=0, max=120, help="So many days from today on.")] = 7,
    lea: Lea = None,
    review: Annotated[str | None, typer.Option(help="Only this review.")] = None,
    person: Annotated[str | None, typer.Option(help="Only this person, by an address on record.")] = None,
    as_json: AsJson = False,
) -> None:
    """Who would be reminded on which day, how, of what and why; and who is left out. Nothing is changed."""
    from bot.reminder_listing import show_preview
    from handlers.reminder_preview import foreseen
    from handlers.reminder_view import faces_of, left_out_rows, message_rows, sees_everybody

    async def go(parts: "Parts") -> dict[str, Any]:
        now = parts.clock.now()
        async with parts.store.look() as uow:
            wanted = await _wanted(uow, lea, review, person)
            found = await foreseen(days, now, uow, wanted)
            faces = await faces_of(found, uow)
        planned = message_rows(found, faces, sees_everybody)
        left_out = left_out_rows(found, faces, sees_everybody)
        return {"at": now.isoformat(), "days": days, "planned": planned, "left_out": left_out}

    preview = with_parts(go)
    print(json.dumps(preview, indent=2)) if as_json else show_preview(preview)


@reminders_cli.command("list")
def reminders_list(
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="This day; default: the last planned one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What was sent on a day, late or not, what became of it, and what was skipped and why."""
    from bot.reminder_listing import show_day
    from handlers.reminder_log import day_of_reminders

    async def go(parts: "Parts") -> dict[str, Any]:
        async with parts.store.look() as uow:
            return await day_of_reminders(day.date() if day else await uow.last_planned(), uow)

    found = with_parts(go)
    print(json.dumps(found, indent=2)) if as_json else show_day(found)


@reminders_cli.command("test")
def reminders_test(
    person: Annotated[str, typer.Option("--as", help="The address on record of whoever gets it.")],
) -> None:
    """Send somebody a try of their own digest, of the next 30 days, to them only; it is recorded."""
    from handlers.access import address_of, reach_of
    from handlers.messages import Notice
    from handlers.outcome import owe_unasked
    from handlers.try_reminder import try_digest
    from store.unit_of_work import Actor

    async def go(parts: "Parts") -> str:
        now = parts.clock.now()
        async with parts.store.begin() as uow:
            known = await uow.person_at(person.lower())
            if known is None or known.retired_at is not None:
                stop(f"nobody active has the address {person}")
            reply = await try_digest(known, uow, now)
            if reply is None:
                return f"No reminder for {known.name} comes in the next 30 days: nothing is sent."
            uow.act_as(Actor("operator", "terminal", at=now))
            await owe_unasked([Notice(address_of(known), reply, reach_of(known))], now, uow)
        return f"A try is sent to {known.name}. It counts as no reminder."

    print(with_parts(go))


async def _wanted(uow: Any, lea: str | None, review: str | None, person: str | None) -> Any:
    """Raises typer.Exit with a sentence for what is not on record."""
    from handlers.reminder_preview import Wanted
    from store.models import Lea as LeaRow
    from store.models import Review

    found = None
    if lea is not None:
        known = await uow.session.get(LeaRow, lea)
        called = [known] if known is not None else await uow.leas_called(lea)
        if len(called) != 1:
            several = ", ".join(one.id for one in called)
            stop(f"{lea} may be {several}" if called else f"there is no LEA {lea}")
        found = called[0].id
    if review is not None and await uow.session.get(Review, review.lower()) is None:
        stop(f"there is no review {review}")
    who = await uow.person_at(person.lower()) if person is not None else None
    if person is not None and who is None:
        stop(f"nobody has the address {person}")
    return Wanted(found, review and review.lower(), who.id if who else None)
