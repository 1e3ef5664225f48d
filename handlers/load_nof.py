"""Load conclusions from a spreadsheet, as a Notification of Findings lists them: all rows or none.

They are on record as if concluded one by one; the Notification itself is issued by its own command.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from handlers.access import LEADERS, may_lead
from handlers.asking import Asker, Capability
from handlers.conclude_item import put_conclusion
from handlers.conclusions import BEFORE_NOF
from handlers.lifecycle import CONCLUSIONS, label
from handlers.messages import Answer, Attachment, FileVerdict, Reply
from handlers.nof_table import NofLine, read_lines
from handlers.refusals import NotNow, NotSaidRight, Refusal, TableNotRight
from handlers.reviews import find_review, read_review
from handlers.sealing import sealed
from store.loading import NotLoaded
from store.models import Review, ReviewItem
from store.reaching import Reach
from store.tables import NotATable, Row, read_table
from store.unit_of_work import UnitOfWork

USAGE = "load nof sv-fpm"


@dataclass(frozen=True)
class LoadNof:
    review: str


@dataclass(frozen=True)
class NofLoaded(Reply):
    """What a file brought: how many rows, the codes under each conclusion, and what is left to conclude."""

    file: str
    review: str
    rows: int
    conclusions: list[dict[str, object]]
    left: list[str]
    of: int
    signed: list[str] = field(default_factory=list)


def read_line(words: str, _programs: Collection[str]) -> LoadNof | None:
    found = read_review(words)
    return LoadNof(found[0]) if found is not None and not found[1] else None


async def load_nof(command: LoadNof, asker: Asker, uow: UnitOfWork) -> Answer:
    """Conclude on every item that the attached file lists. Raises NotSaidRight, NotOneOfYours,
    NotForYourRole, NotNow, TableNotRight."""
    review = await find_review(command.review, asker, uow)
    may_lead(asker.person, review, "load a Notification of Findings")
    file = _the_table(asker.message.files)
    try:
        rows = await uow.tables.rows(file.sha256, file.name)
    except NotATable as no:
        raise TableNotRight(file.name, [_whole(no)]) from no
    lines, items = await put_rows(file.name, rows, review, asker.person.id, uow)
    verdict = FileVerdict(file, "not_evidence", reason="loaded")
    loaded = _loaded(file.name, lines, review, items)
    signed = await sealed(_facts(file, loaded), asker, uow)
    return Answer(replace(loaded, signed=signed), verdicts=(verdict,))


def _facts(file: Attachment, loaded: NofLoaded) -> list[tuple[str, str]]:
    what = [("Loaded", loaded.review), ("Rows", str(loaded.rows))]
    return [*what, ("Name", file.name), ("Size", f"{file.size} bytes"), ("SHA-256", file.sha256)]


async def load_nof_file(uow: UnitOfWork, path: Path, review: str) -> str:
    """The same from the terminal, where no person speaks; what was loaded, in words. Raises NotLoaded."""
    everything = await uow.reviews_within(Reach(reviews=(review,)), review=review)
    if not everything:
        raise NotLoaded(f"there is no review {review}")
    try:
        rows = await asyncio.to_thread(read_table, path, path.name)
        lines, items = await put_rows(path.name, rows, everything[0], None, uow)
    except NotATable as no:
        raise NotLoaded(f"{path.name}: {no.why}") from no
    except Refusal as no:
        raise NotLoaded(_in_words(no)) from no
    left = sum(item.status not in CONCLUSIONS for item in items)
    return f"Loaded {len(lines)} conclusions for {review}; {left} items have none yet."


async def put_rows(
    name: str, rows: Sequence[Row], review: Review, by: int | None, uow: UnitOfWork
) -> tuple[list[NofLine], Sequence[ReviewItem]]:
    """The rows as conclusions; afterwards, every item of the review. Raises NotNow, TableNotRight."""
    items = await uow.items_of_review(review.id, lock=True)
    review = await uow.review_now(review.id)
    if review.status not in BEFORE_NOF:
        raise NotNow(f"Review {review.id}", label(review.status), "nof_loaded", [])
    lines = read_lines(name, rows, items, await uow.schools([review.lea_id]), by)
    for line in lines:
        await put_conclusion(line.item, line.conclusion, (line.text, line.site), by, uow)
    return lines, items


def _the_table(files: Sequence[Attachment]) -> Attachment:
    tables = [file for file in files if file.came and file.name.lower().endswith((".csv", ".xlsx"))]
    if len(tables) != 1:
        lacks = (
            "a CSV or XLSX file with the mail" if not tables else "one file only, so that nothing is mixed up"
        )
        raise NotSaidRight("load nof", USAGE, lacks)
    return tables[0]


def _whole(no: NotATable) -> dict[str, object]:
    return {"row": None, "column": None, "wrong": no.why, "said": ""}


def _loaded(name: str, lines: Sequence[NofLine], review: Review, items: Sequence[ReviewItem]) -> NofLoaded:
    codes = {
        conclusion: [line.item.code for line in lines if line.conclusion == conclusion]
        for conclusion in CONCLUSIONS
    }
    return NofLoaded(
        file=name,
        review=review.id,
        rows=len(lines),
        conclusions=[{"label": label(one), "codes": some} for one, some in codes.items() if some],
        left=[item.code for item in items if item.status not in CONCLUSIONS],
        of=len(items),
    )


def _in_words(no: Refusal) -> str:
    """A refusal for the terminal; people get the sentences of the templates."""
    if isinstance(no, TableNotRight):
        faults = [
            f"row {one['row'] or '-'} {one['column']}: {one['wrong'].replace('-', ' ')} {one['said']}"
            for one in no.faults
        ]
        return "\n".join([f"nothing of {no.name} was loaded", *faults])
    return f"{no.facts['what']} is {no.facts['status']}: nothing was loaded"


CAPABILITY = Capability(
    verb="load nof",
    usage=USAGE,
    does="loads conclusions and findings from an attached CSV or XLSX file",
    handle=load_nof,
    opens="load (?:the )?nof",
    line=read_line,
    uses_files=True,
    roles=LEADERS,
)
