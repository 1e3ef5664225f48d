"""An export as somebody asked for it: which form, of what, to where."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TextIO

from store import Store
from store.exports.part import NoSuchReview, Part, reading
from store.exports.record import write_json
from store.exports.written import written

FORMS = ("json", "csv", "xlsx", "pdf", "zip")
BINARY = ("xlsx", "pdf", "zip")
OF_ONE_REVIEW = ("pdf", "zip")


class WrongUsage(Exception):
    """What was asked for cannot be given; the message says why, and what works."""


@dataclass(frozen=True)
class Export:
    """`to` is None for the standard output."""

    form: str
    review: str | None
    to: Path | None


def check(export: Export, terminal: bool) -> None:
    """Before anything is opened. Raises WrongUsage."""
    if export.form not in FORMS:
        raise WrongUsage(f"there is no format {export.form}; there are {', '.join(FORMS)}")
    if export.form in OF_ONE_REVIEW and export.review is None:
        raise WrongUsage(f"{export.form} is of one review: say which with --review")
    if export.form in BINARY and export.to is None and terminal:
        raise WrongUsage(f"{export.form} is not for a terminal: name a file with -o")


async def write_export(export: Export, store: Store, at: datetime) -> list[str]:
    """Write it; what is wrong with it, a sentence each. Heavy libraries are loaded for who needs them."""
    try:
        async with reading(store.database, export.review) as part:
            with _where(export.to) as out:
                return await _write(export.form, part, store, out, at)
    except NoSuchReview:
        return [f"there is no review {export.review}"]


async def _write(form: str, part: Part, store: Store, out: BinaryIO, at: datetime) -> list[str]:
    if form == "json":
        with _text(out) as text:
            await write_json(part, text)
    elif form == "csv":
        from store.exports.comma import write_csv

        with _text(out) as text:
            await write_csv(part, text)
    elif form == "xlsx":
        from store.exports.workbook import write_workbook

        await write_workbook(part, out, at)
    elif form == "pdf":
        from bot.report import write_report

        out.write(await write_report(part, at))
    else:
        from bot.binder import write_binder

        return await write_binder(part, store.files, out, at)
    return []


@contextmanager
def _where(to: Path | None) -> Iterator[BinaryIO]:
    """The file, whole or not at all; or the standard output. Raises OSError with the file's name."""
    if to is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with written(to) as out:
            yield out
    except OSError as error:
        raise OSError(f"{to}: {error.strerror or error}") from error


@contextmanager
def _text(out: BinaryIO) -> Iterator[TextIO]:
    """Text into bytes: UTF-8 whatever the terminal's language, line ends as they are written."""
    text = io.TextIOWrapper(out, "utf-8", errors="backslashreplace", newline="")
    try:
        yield text
    finally:
        text.detach()
