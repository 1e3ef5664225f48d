"""A look at the schema that a database really has."""

from collections.abc import Callable
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from store.base import Base


async def look(url: str, question: Callable[[Connection], Any]) -> Any:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(question)
    await engine.dispose()
    return found


async def execute(url: str, sql: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(sql))
    await engine.dispose()


def described(connection: Connection) -> dict[str, str]:
    """Every table with its columns, keys, constraints and indexes."""
    found = inspect(connection)
    return {
        name: str(
            [
                [
                    (c["name"], str(c["type"]), c["nullable"], c.get("default"))
                    for c in found.get_columns(name)
                ],
                found.get_pk_constraint(name),
                sorted(found.get_foreign_keys(name), key=str),
                sorted(found.get_unique_constraints(name), key=str),
                sorted(map(_index, found.get_indexes(name))),
            ]
        )
        for name in sorted(found.get_table_names())
    }


def _index(index: Any) -> str:
    """With the words of its condition, which SQLAlchemy wraps into an object."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return str(dict(index) | {"dialect_options": options})


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))
