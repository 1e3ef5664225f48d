"""What every command needs: settings, the parts put together, and trouble told in one sentence."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from parts import Parts, Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def record(part: str) -> list[dict[str, Any]]:
    """One list of the export."""
    from store.export import one_list

    async def go(parts: "Parts") -> list[dict[str, Any]]:
        return await one_list(parts.store.database, part)

    return list(with_parts(go))


def with_parts(work: Callable[["Parts"], Awaitable[Any]], *, fills_sample: bool = False) -> Any:
    """Put the parts together, do one thing with them, and close them again."""
    from parts import put_together

    async def go() -> Any:
        async with put_together(settings(), fills_sample=fills_sample) as parts:
            return await work(parts)

    return asyncio.run(told(go()))


def quietly(command: Callable[[], None]) -> None:
    """Whoever reads only the beginning of our output is no trouble to tell of."""
    try:
        try:
            command()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


async def told(work: Awaitable[Any]) -> Any:
    """Trouble that an operator can mend is one sentence, not a traceback."""
    from parts import CannotStart
    from store.loading import NotLoaded

    try:
        return await work
    except BrokenPipeError:
        raise  # whoever read our output has had enough: `main` ends the command quietly
    except (CannotStart, NotLoaded, OSError) as error:
        stop(str(error))


async def examined(parts: "Parts", about: str) -> list[tuple[str, bool, str]]:
    """Every check that we know, or those of one chat only."""
    from bot.doctor import examine
    from intake.examine import examine_intake
    from loops import mailbox_token

    names = [chat.name for chat in parts.chats]
    if about not in ("", *names):
        stop(f"say nothing, or {' or '.join(names)}", 2)
    bot, intake, found = parts.settings.bot, parts.settings.intake, []
    if not about:
        found += await examine(parts.store, bot, intake.mailbox)
        found += await examine_intake(intake, parts.scanner, mailbox_token(parts.tokens))
    for chat in parts.chats:
        if chat.live and about in ("", chat.name):
            found += await chat.live.examine(parts.clock.now())
        elif about == chat.name:
            found.append((chat.name, False, f"not set up ({chat.setting})"))
    return found


def check_receipt_file(path: Path, as_json: bool) -> int:
    """Say of each receipt in a text or a mail whether it is genuine; 0 if there is one and all are."""
    from handlers.receipt_check import FAULTS, check
    from handlers.receipt_text import fields_of, receipts_in

    found = list(receipts_in(_words(path)))

    async def go(parts: "Parts") -> list[list[str]]:
        async with parts.store.look() as uow:
            return [await check(one, uow) for one in found]

    results = list(zip(found, with_parts(go), strict=True))
    named = [(dict(fields_of(one.words)).get("Receipt", ""), wrong) for one, wrong in results]
    if as_json:
        print(json.dumps([{"receipt": name, "wrong": wrong} for name, wrong in named], indent=2))
    for name, wrong in [] if as_json else named:
        print(f"{name}: {'; '.join(FAULTS[word] for word in wrong) or 'genuine, and as the record says'}")
    if not found:
        print(f"cais: there is no receipt in {path}", file=sys.stderr)
    return 0 if named and not any(wrong for _, wrong in named) else 1


def _words(path: Path) -> str:
    """A text, or the plain words of a mail."""
    data = path.read_bytes()
    if path.suffix.lower() != ".eml":
        return data.decode("utf-8-sig", "replace")
    body = message_from_bytes(data, policy=default).get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def say_what_next(parts: "Parts", running: list[str]) -> None:
    """What a newcomer can try, once the doors are open."""
    intake, to = parts.settings.intake, parts.settings.intake.mailbox[0]
    answers = (parts.settings.bot.smarthost and "the smarthost") or str(parts.settings.store.outgoing)
    print(f"CAIS intake is running: {', '.join(running)}. Stop it with Ctrl-C.", flush=True)
    if "smtp" in running and parts.sample:
        print(f"  mail to {to} on {intake.smtp_listen}; answers go to {answers}")
        print("  mail a file:  .venv/bin/cais post tests/mail/thunderbird_html_pdf.eml")
        print('  talk:         .venv/bin/cais ask "status" --as mdelgado@sierravista.example', flush=True)


def log_to_stderr() -> None:
    """One line an event, for people on a terminal and as JSON elsewhere; never a value of a variable."""
    import structlog

    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def settings() -> "Settings":
    """From the environment; a wrong one ends the command with status 2."""
    from parts import CannotStart, read_settings

    try:
        return read_settings()
    except CannotStart as error:
        stop(str(error), 2)


def stop(why: str, status: int = 1) -> NoReturn:
    """End the command: 1 refused or falling short, 2 wrong usage."""
    print(f"cais: {why}", file=sys.stderr)
    raise typer.Exit(status)
