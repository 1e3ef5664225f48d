"""A store with very many messages, quickly: the newest message that the service filed itself, copied.

Copies keep every column but numbers, digests and targets, so rows are as large as real ones. They belong to
agencies of their own, 500 messages to each. Left out: the objects on disk, and a true chain of digests.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

EACH = 500
DIGEST = "lower(hex(randomblob(32)))"
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)"
FAST = ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-1000000")
KINDS = ("inbox", "evidence_document", "filing", "file_verdict", "outbox")


def multiply(database: Path, times: int, each: int = EACH) -> None:
    """Copy the newest message of a store that nobody has open; `each` of them to one agency."""
    with closing(sqlite3.connect(database, isolation_level=None)) as store:
        for pragma in FAST:
            store.execute(f"PRAGMA {pragma}")
        with _without_indexes(store):
            crowd = _agencies(store, max(times // each, 1))
            _coordinators(store, crowd.count)
            _messages(store, times, crowd)
            _history(store, times)
        store.execute("PRAGMA journal_mode=WAL")


@dataclass(frozen=True)
class Crowd:
    """New agencies `crowd-1` …, each with one review; its items are numbered on from `first`."""

    count: int
    first: int
    items: int

    @property
    def lea(self) -> str:
        """SQL for the agency of the n-th copy."""
        return f"'crowd-' || (n % {self.count} + 1)"

    @property
    def item(self) -> str:
        """SQL for the review item of the n-th copy: each agency's in turn."""
        return f"{self.first} + (n % {self.count}) * {self.items} + (n / {self.count}) % {self.items}"


@contextmanager
def _without_indexes(store: sqlite3.Connection) -> Iterator[None]:
    """Made again when all rows are there: many times faster."""
    named = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    found = store.execute(named).fetchall()
    for name, _ in found:
        store.execute(f'DROP INDEX "{name}"')
    yield
    for _, index in found:
        store.execute(index)


def _agencies(store: sqlite3.Connection, count: int) -> Crowd:
    """As the agency that the newest document is from, with as many items to file to."""
    own = "SELECT {} FROM review_item WHERE id = (SELECT review_item_id FROM filing ORDER BY id DESC LIMIT 1)"
    (lea,), (review,) = (store.execute(own.format(column)).fetchone() for column in ("lea_id", "review_id"))
    name = "'crowd-' || n"
    _copy(store, f"SELECT * FROM lea WHERE id = '{lea}'", "lea", count, {"id": name, "cds": name})
    _copy(store, f"SELECT * FROM review WHERE id = '{review}'", "review", count, {"id": name, "lea_id": name})
    first, items = _highest(store, "review_item") + 1, f"review_item WHERE review_id = '{review}'"
    (many,) = store.execute(f"SELECT count(*) FROM {items}").fetchone()
    own_items = f"SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM {items}"
    number = f"{first} + (n - 1) * {many} + place"
    _copy(store, own_items, "review_item", count, {"id": number, "review_id": name, "lea_id": name})
    return Crowd(count, first, many)


def _coordinators(store: sqlite3.Connection, count: int) -> None:
    """One for each agency: `crowd-1@crowd.example` …"""
    person, role = (_highest(store, table) for table in ("person", "person_role"))
    one = "SELECT * FROM {} WHERE id = (SELECT min(id) FROM {})"
    _copy(store, one.format("person", "person"), "person", count, {"id": f"{person} + n"})
    address = {"address": "'crowd-' || n || '@crowd.example'", "person_id": f"{person} + n"}
    _copy(store, "SELECT * FROM person_address LIMIT 1", "person_address", count, address)
    of_lea = {"id": f"{role} + n", "person_id": f"{person} + n", "lea_id": "'crowd-' || n"}
    coordinator = "SELECT * FROM person_role WHERE role = 'lea_coordinator' LIMIT 1"
    _copy(store, coordinator, "person_role", count, of_lea)


def _messages(store: sqlite3.Connection, times: int, crowd: Crowd) -> None:
    number, mail, document = ({column: f"{column} + n"} for column in ("id", "inbox_id", "document_id"))
    digest, message_id = {"sha256": DIGEST}, {"message_id": "n || message_id"}
    target = {"review_item_id": crowd.item, "finding_id": "NULL"}
    changed = {
        "inbox": number | digest | message_id | {"content": DIGEST},
        "evidence_document": number | digest | mail | {"lea_id": crowd.lea},
        "filing": number | digest | document | target,
        "file_verdict": number | mail | document,
        "outbox": number | message_id | {"in_answer_to": "in_answer_to + n"},
    }
    for table in KINDS:
        newest = f'SELECT * FROM "{table}" ORDER BY id DESC LIMIT 1'
        _copy(store, newest, table, times, changed[table])


def _history(store: sqlite3.Connection, times: int) -> None:
    """What the history says of the copied rows, at the end of the chain; the digests are false."""
    records = ", ".join(f"'{table}:{_highest(store, table) - times}'" for table in KINDS)
    own = f"SELECT *, row_number() OVER (ORDER BY seq) AS place FROM history WHERE record IN ({records})"
    (many,) = store.execute(f"SELECT count(*) FROM ({own})").fetchone()
    (end,) = store.execute("SELECT seq FROM history_head").fetchone()
    named = "substr(record, 1, instr(record, ':')) || (substr(record, instr(record, ':') + 1) + n)"
    changed = {"seq": f"{end} + (n - 1) * {many} + place", "record": named, "digest": DIGEST}
    _copy(store, own, "history", times, changed)
    store.execute("UPDATE history_head SET seq = ?", (end + times * many,))


def _copy(store: sqlite3.Connection, rows: str, table: str, times: int, changed: Mapping[str, str]) -> None:
    """Add every one of `rows` so many times, the columns of `changed` by SQL with `n` from 1."""
    columns = [row[1] for row in store.execute(f'PRAGMA table_info("{table}")')]
    chosen = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    store.execute(f'{NUMBERS} INSERT INTO "{table}" SELECT {chosen} FROM numbers, ({rows})', (times,))


def _highest(store: sqlite3.Connection, table: str) -> int:
    (found,) = store.execute(f'SELECT max(id) FROM "{table}"').fetchone()
    return int(found)
