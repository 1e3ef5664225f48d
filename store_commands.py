"""`cais store`: its schema, and what is loaded into it."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands import settings, told, with_parts

if TYPE_CHECKING:
    from parts import Parts

store_cli = typer.Typer(help="The store: its schema and what is loaded into it.", no_args_is_help=True)


@store_cli.command("migrate")
def store_migrate() -> None:
    """Bring the database to the schema of this program, and the programs to its files."""
    from parts import migrate

    asyncio.run(told(migrate(settings())))
    print("The store has the newest schema and the program files.")


@store_cli.command("load")
def store_load(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    review: Annotated[
        str | None, typer.Option(help="Load this review's conclusions and findings (.csv, .xlsx).")
    ] = None,
) -> None:
    """Load records (.toml), or the state's directory of LEAs and schools (.csv, .txt), or a review's
    conclusions."""
    from handlers.load_nof import load_nof_file
    from store.clock import pacific_day
    from store.loading import load_file
    from store.unit_of_work import Actor

    async def go(parts: "Parts") -> str:
        async with parts.store.begin() as uow:
            if review is not None:
                uow.act_as(Actor("operator", "terminal"))
                return await load_nof_file(uow, file, review)
            return await load_file(uow, file, pacific_day(parts.clock))

    print(with_parts(go))


@store_cli.command("sample")
def store_sample() -> None:
    """Fill an empty store with fictional LEAs, and mark it as a sample for ever; its days count from now."""
    from store.clock import pacific_day
    from store.loading import load_sample

    async def go(parts: "Parts") -> bool:
        async with parts.store.begin() as uow:
            return await load_sample(uow, pacific_day(parts.clock))

    loaded = with_parts(go, fills_sample=True)
    print(
        "Loaded the sample: fictional LEAs, people and reviews."
        if loaded
        else "The sample is loaded already."
    )
