"""Every reply has its words, every refusal its sentences, every machine word its meaning; and no more."""

import ast
import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import handlers
from handlers.date_days import Doubt
from handlers.messages import Reply
from handlers.outcome import snake
from handlers.receipt_check import FAULTS
from handlers.refusals import Refusal
from intake import children
from intake.fresh_text import MARKER as CUT_AT
from templates import MARKER
from templates.gallery import samples
from templates.render import FOLDER
from templates.words import reason

ROOT = Path(__file__).parents[2]
PARTS = {"subject.txt", "mail.txt", "mail.html", "chat.txt", "sample.json"}
WORDS = {"words.txt", "sample.json"}


def kinds_of(base: type[Any]) -> Iterator[type[Any]]:
    """Every class below this one, in whichever handler it is."""
    for module in pkgutil.iter_modules(handlers.__path__):
        importlib.import_module(f"handlers.{module.name}")
    for kind in base.__subclasses__():
        yield kind
        yield from kinds_of(kind)


def folders() -> dict[str, set[str]]:
    listed = (path for path in FOLDER.iterdir() if path.is_dir() and path.name[0] not in "_.")
    return {path.name: {file.name for file in path.iterdir()} for path in listed}


def test_every_reply_has_a_folder_and_every_folder_a_reply() -> None:
    assert set(folders()) == {snake(kind.__name__) for kind in kinds_of(Reply)}


def test_every_folder_has_all_its_parts() -> None:
    """Words in a layout of their own, or sentences for the common one."""
    assert {name for name, files in folders().items() if not (files >= PARTS or files == WORDS)} == set()


def test_every_refusal_has_its_sentences_and_every_sentence_a_refusal() -> None:
    sentences = folders()["request_refused"] - PARTS
    assert sentences == {f"{snake(kind.__name__)}.txt" for kind in kinds_of(Refusal)}


def test_every_sample_has_exactly_the_fields_of_its_reply() -> None:
    kinds = {snake(kind.__name__): {one.name for one in fields(kind)} for kind in kinds_of(Reply)}
    wrong = [sample.title for sample in samples() if set(sample.fields) != kinds[sample.template]]
    assert wrong == []


def test_every_refusal_is_shown_with_its_own_facts() -> None:
    facts = {snake(kind.__name__): set(kind.__dataclass_fields__) for kind in kinds_of(Refusal)}
    shown = {
        sample.fields["refusal"]: set(sample.fields["facts"])
        for sample in samples()
        if "refusal" in sample.fields
    }
    assert shown == facts


def machine_words(path: Path) -> Iterator[str]:
    """Hyphenated words that the code of a file holds as values."""
    for node in ast.walk(ast.parse(path.read_text())):
        word = node.value if isinstance(node, ast.Constant) else None
        if isinstance(word, str) and re.fullmatch(r"[a-z]+(?:-[a-z]+)+", word):
            yield word


def reading_words(path: Path) -> Iterator[str]:
    """Why a mail could not be read, and what was found of a file: in `NotRead(…)` and beside a role."""
    text = path.read_text()
    yield from re.findall(r"NotRead\(\"([a-z-]+)\"\)", text)
    yield from re.findall(r"\"unreadable\": \"([a-z-]+)\"", text)
    yield from re.findall(
        r"(?:return|[=:]) \(?\"(?:decoration|unreadable|damaged|empty)\", \"([a-z-]+)\"", text
    )


def test_every_machine_word_has_a_sentence() -> None:
    words = {word for path in (ROOT / "handlers").glob("*.py") for word in machine_words(path)}
    words |= {word for path in (ROOT / "intake").glob("*.py") for word in reading_words(path)}
    words |= {children.TOO_LONG, children.KILLED}
    words |= {"password", "zip", "encrypted-zip", "macros", "empty", "damaged", "unreadable"}
    words |= {
        "no-code",
        "sources-differ",
        "several-files-several-items",
        "list",
        "supporting",
        "word",
        "prose",
    }
    words -= set(get_args(Doubt))  # these have a table of their own, which test_dates holds to them
    assert sorted(word for word in words if reason(word) == reason("default")) == []


def test_every_fault_of_a_receipt_has_a_sentence() -> None:
    """A fault of our own row is told on the console only."""
    words = tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))
    assert set(words["receipt_faults"]) == set(FAULTS) - {"row"}


def test_the_marker_is_the_one_that_intake_cuts_at() -> None:
    assert MARKER == CUT_AT


def test_nobody_is_audited() -> None:
    """CDE says that monitoring is not one (S9)."""
    files = [path for path in FOLDER.rglob("*") if path.suffix in (".txt", ".html", ".toml", ".json")]
    assert [path for path in files if "audit" in path.read_text("utf-8").lower()] == []
