"""THE FRONT DOOR: the `cais` command. It asks the parts to do things and is imported by nobody.

Heavy imports live inside the commands, so that `cais --help` answers at once.
Exit status: 0 done, 1 refused or falling short, 2 wrong usage.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands import (
    AsJson,
    check_receipt_file,
    examined,
    log_to_stderr,
    quietly,
    say_what_next,
    settings,
    stop,
    with_parts,
)
from fake_commands import SLACK, TEAMS, run_beside
from inbox_commands import inbox_cli
from outbox_commands import outbox_cli
from reminder_commands import reminders_cli
from slack_commands import slack_manifest
from store_commands import store_cli
from teams_commands import teams_package

if TYPE_CHECKING:
    from parts import Parts

cli = typer.Typer(
    help="CAIS intake: mail documents to a program inbox, get receipts, see what is due.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its help would take as long to import as all the rest
)
cli.add_typer(store_cli, name="store")
cli.add_typer(inbox_cli, name="inbox")
cli.add_typer(outbox_cli, name="outbox")
cli.add_typer(reminders_cli, name="reminders")

# As `service.PARTS` has them, which would take long to import.
PARTS = "smtp,imap,slack,teams,web,worker,reminders"


def main() -> None:
    """The console script."""
    quietly(cli)


@cli.command()
def run(
    only: Annotated[str, typer.Option(help=f"Some parts only: {PARTS}")] = PARTS,
    with_fake_slack: Annotated[
        bool, typer.Option("--with-fake-slack", help="With a Slack of its own in the browser (sample store).")
    ] = False,
    with_fake_teams: Annotated[
        bool, typer.Option("--with-fake-teams", help="With a Teams of its own in the browser (sample store).")
    ] = False,
) -> None:
    """Run the service, or some of its parts."""
    import service

    parts = only.split(",")
    if unknown := sorted(set(parts) - set(service.PARTS)):
        stop(f"there is no part {', '.join(unknown)}; there are {', '.join(service.PARTS)}", 2)
    log_to_stderr()
    here = [name for name, wanted in ((SLACK, with_fake_slack), (TEAMS, with_fake_teams)) if wanted]
    if here:
        run_beside(here, parts, lambda built: say_what_next(built, parts))
    else:
        with_parts(lambda built: service.run(built, parts, lambda: say_what_next(built, parts)))


@cli.command()
def post(
    files: Annotated[list[Path], typer.Argument(metavar="FILE.eml…", exists=True, dir_okay=False)],
    mail_from: Annotated[
        str | None, typer.Option(help="Envelope sender; default: the From of the file.")
    ] = None,
    rcpt_to: Annotated[
        str | None, typer.Option(help="Envelope recipient; default: the program inbox.")
    ] = None,
) -> None:
    """Put real message files in through the running SMTP door, byte for byte."""
    from intake.posting import NotTaken, post_file

    intake = settings().intake
    to = rcpt_to or intake.mailbox[0]
    for path in files:
        try:
            print(f"{path}: {asyncio.run(post_file(intake.smtp_listen, path, mail_from, to))}")
        except NotTaken as error:
            stop(f"{path}: {error}")
        except OSError as error:
            stop(
                f"{path}: nobody answers at {intake.smtp_listen} ({error.strerror}); is the service running?"
            )
        except ValueError as error:
            stop(f"{path}: {error}", 2)


@cli.command()
def ask(
    text: Annotated[str, typer.Argument(help="What you would write, for example: status EL 02")],
    person: Annotated[str, typer.Option("--as", help="The address of the person who says it.")],
    attach: Annotated[
        list[Path] | None, typer.Option(exists=True, dir_okay=False, help="A file to send along.")
    ] = None,
    operator: Annotated[
        bool, typer.Option(help="Speak for somebody in a real store; it is recorded.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say something as a person and print the answer."""
    from bot.console import Asked, Said, ask_and_show

    said = Said(text, person.lower(), "operator" if operator else "sample console", tuple(attach or ()))

    async def go(parts: "Parts") -> int:
        if not (parts.sample or operator):
            stop("this is a real store: speaking for somebody needs --operator, and is recorded")
        return await ask_and_show(said, parts.worker, Asked(parts.clock, parts.look, parts.place(), as_json))

    raise typer.Exit(with_parts(go))


@cli.command()
def export(
    review: Annotated[str | None, typer.Option(help="One review only.")] = None,
    form: Annotated[str, typer.Option("--format", help="json, csv, xlsx, pdf or zip")] = "json",
    to: Annotated[Path | None, typer.Option("-o", help="Write to this file.")] = None,
) -> None:
    """Write the record, or one review's: for machines, spreadsheets, readers, or all of it with its files."""
    from bot.exporting import Export, WrongUsage, check, write_export

    wanted = Export(form, review, to)
    try:
        check(wanted, sys.stdout.isatty())
    except WrongUsage as usage:
        stop(str(usage), 2)

    def go(parts: "Parts") -> Awaitable[list[str]]:
        return write_export(wanted, parts.store, parts.clock.now())

    if wrong := with_parts(go):
        stop("\n".join(wrong))


@cli.command()
def verify(
    receipt: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Check only this receipt (text or .eml).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check objects against their digests, the chain of the history, received = verdicts, and receipts."""
    from dataclasses import asdict

    from handlers.receipt_check import check_stored
    from store.verify import verify as check

    if receipt is not None:
        raise typer.Exit(check_receipt_file(receipt, as_json))

    async def go(parts: "Parts") -> Any:
        report = await check(parts.store.database, parts.store.files)
        async with parts.store.look() as uow:
            report.receipts, wrong = await check_stored(uow)
        report.wrong += wrong
        return report

    report = with_parts(go)
    if as_json:
        print(json.dumps(asdict(report), indent=2))
    else:
        print(f"{report.entries} history entries, {report.rows} rows, {report.objects} objects,")
        print(f"{report.messages} messages with {report.files} files, each with one verdict,")
        print(f"{report.receipts} signed receipts.")
        print("\n".join(["", "WRONG:", *report.wrong]) if report.wrong else "All as recorded.")
    raise typer.Exit(1 if report.wrong else 0)


@cli.command()
def doctor(
    about: Annotated[str, typer.Argument(metavar="[slack|teams]", help="Only what is about this.")] = "",
    as_json: AsJson = False,
) -> None:
    """Check settings, store, disk, mailboxes, smarthost and chats, and say what to mend."""
    findings = with_parts(lambda parts: examined(parts, about))
    if as_json:
        print(json.dumps(findings, indent=2))
    else:
        for name, good, words in findings:
            print(f"{'ok  ' if good else 'MEND'}  {name}: {words}")
    raise typer.Exit(0 if all(good for _, good, _ in findings) else 1)


cli.command()(slack_manifest)
cli.command()(teams_package)


if __name__ == "__main__":
    main()
