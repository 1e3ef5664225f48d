"""What runs for every message finds its rows by an index, however many there are.

On SQLite, whose planner decides by rules as long as nobody ran ANALYZE; on PostgreSQL the benchmark tells.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event

from store import Store
from store.clock import wall
from store.health import health
from store.questions import Questions
from tests.builders import NOW

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Statement = tuple[str, Any]


@pytest.fixture
def statements(store: Store) -> list[Statement]:
    """Everything that is sent to the database."""
    sent: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        if sql.startswith(("SELECT", "UPDATE")):
            sent.append((sql, parameters))

    for engine in (store.database.writer, store.database.reader):
        event.listen(engine.sync_engine, "before_cursor_execute", note)
    return sent


async def plan(store: Store, statements: list[Statement]) -> list[str]:
    """How SQLite goes about these statements, step by step."""
    steps: list[str] = []
    async with store.database.writer.connect() as connection:
        for sql, parameters in list(statements):
            found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)
            steps += [str(row[-1]) for row in found]
    return steps


async def test_claims_walk_along_their_index_and_sort_nothing(
    store: Store, statements: list[Statement]
) -> None:
    await store.inbox.claim("worker", 32, ("slack",), fetching=True)
    await store.outbox.claim("sender", 32, ["mail", "slack"])
    steps = await plan(store, statements)
    assert [step.replace("COVERING ", "") for step in steps] == [
        "SEARCH inbox USING INDEX ix_inbox_suspect (run_at<?)",
        "SEARCH inbox USING INDEX ix_inbox_fresh (run_at<?)",
        "CORRELATED SCALAR SUBQUERY 1",
        "SEARCH inbox_1 USING INDEX ix_inbox_speaking (speaker=? AND rowid<?)",
        "SEARCH outbox USING INDEX ix_outbox_due (run_at<?)",
    ]


async def test_renewing_and_counting_look_only_at_what_is_not_over(
    store: Store, statements: list[Statement]
) -> None:
    await store.inbox.renew("worker")
    await store.inbox.put_back(1, "worker", wall(), "trouble")
    await store.outbox.owed(1, "mail")
    await health(store.database)
    steps = await plan(store, statements)
    assert [step for step in steps if step.startswith("SCAN") and "INDEX ix_" not in step] == []


QUESTIONS: dict[str, Callable[[Questions], Awaitable[Any]]] = {
    "person_at": lambda ask: ask.person_at("a@example.org"),
    "items": lambda ask: ask.items(["sierra-vista"], ["EL2"]),
    "all_items": lambda ask: ask.all_items(["sierra-vista"]),
    "findings": lambda ask: ask.findings([1, 2]),
    "obligations": lambda ask: ask.obligations(["sierra-vista"]),
    "reviews": lambda ask: ask.reviews(["sierra-vista"]),
    "collected": lambda ask: ask.collected(["sv-fpm"], submitted=True),
    "findings_of": lambda ask: ask.findings_of(["sv-fpm"], submitted=False),
    "items_without_evidence": lambda ask: ask.items_without_evidence("sv-fpm", True, 10),
    "schools": lambda ask: ask.schools(["sierra-vista"]),
    "filings_of": lambda ask: ask.filings_of(["0" * 64], ["sierra-vista"]),
    "documents_on": lambda ask: ask.documents_on([1, 2], ["sv-plan"]),
    "document_with": lambda ask: ask.document_with("sierra-vista", "0" * 64),
    "versions_of": lambda ask: ask.versions_of("sierra-vista", "roster.pdf", [(1, None), (None, "sv-plan")]),
    "documents_of_message": lambda ask: ask.documents_of_message(1),
    "verdicts_of": lambda ask: ask.verdicts_of(1),
    "delivered_before": lambda ask: ask.delivered_before("content", 1),
    "entry": lambda ask: ask.entry(1),
    "leased": lambda ask: ask.leased([1, 2], "worker"),
    "sent_messages": lambda ask: ask.sent_messages([1], ["<out-1.x@cais.example>"]),
    "questions_asked_in": lambda ask: ask.questions_asked_in([1, 2]),
    "open_questions": lambda ask: ask.open_questions(1),
    "times_told": lambda ask: ask.times_told("a@example.org", "stranger_held", NOW),
    "lea": lambda ask: ask.lea("sierra-vista"),
    "leas": lambda ask: ask.leas(["sierra-vista"]),
    "lea_names": lambda ask: ask.lea_names(["sierra-vista"]),
    "is_sample": lambda ask: ask.is_sample(),
}


@pytest.mark.parametrize("name", QUESTIONS)
async def test_no_question_reads_a_whole_table(store: Store, statements: list[Statement], name: str) -> None:
    async with store.look() as uow:
        await QUESTIONS[name](uow)
    scans = [step for step in await plan(store, statements) if step.startswith("SCAN")]
    assert [step for step in scans if "subquery" not in step and step != "SCAN CONSTANT ROW"] == []


async def test_every_question_is_looked_at(store: Store) -> None:
    asked = {name for name in vars(Questions) if not name.startswith("_")}
    assert asked - {"session"} <= QUESTIONS.keys()
