"""What all tables share: naming, aware times, canonical JSON."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, MetaData, Table, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment. SQLite drops zones, so it is stored as UTC and refused when naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Rows are keyword-only dataclasses. `vouched` ones have their every change in the history."""

    if TYPE_CHECKING:
        __table__: ClassVar[Table]

    vouched: ClassVar[bool] = True
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


def canonical(facts: Any) -> str:
    """One spelling for the same facts, for digests: sorted keys, no spaces, ISO dates."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    """Dates and moments in ISO; moments always in UTC, whatever zone the database answered in."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value.isoformat())
