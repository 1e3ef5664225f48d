"""Which forms a mail names for a file: by id, by CDE's subject convention, by the title in quotes. Pure.

Ids are as exact as item codes; a title without quotes may be chance, and may be an item's title too.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from handlers.grammar import plain
from handlers.prose import hedge
from store.models import Obligation

_ID = re.compile(r"(?<![\w/@.+-])[a-z0-9]+(?:[-_][a-z0-9]+)+(?![\w/@-]|\.\w)", re.I)
_QUOTED = re.compile(r"[\"“«]([^\"“”«»\n]{3,160})[\"”»]")
_WORD = re.compile(r"[^\W_]+")


def ids_named(words: str, duties: Sequence[Obligation]) -> list[Obligation]:
    """The duties whose own id, or whose form's id, stands in the words and is not taken back there."""
    said = plain(words)
    ids = [found[0].lower() for found in _ID.finditer(said) if hedge(said, *found.span()) is None]
    own = [duty for duty in duties if duty.id in ids]
    forms = {duty.form_id for duty in own}
    return own + [duty for duty in duties if duty.form_id in ids and duty.form_id not in forms]


def ids_in_name(name: str, duties: Sequence[Obligation]) -> list[Obligation]:
    """The same for a file's name: `hl-audit.pdf`, `charter_audit 2013.pdf`."""
    stem = name.rpartition(".")[0] or name
    return ids_named(" ".join(stem.split()), duties)


def titles_named(words: str, lea_name: str | None, duties: Sequence[Obligation]) -> list[Obligation]:
    """The duties whose title stands in quotes, or where CDE's subject convention has it: `LEA name; PI year;
    document name` (S51)."""
    titles = {*_quoted(words), *_by_convention(words.partition("\n")[0], lea_name)}
    return [duty for duty in duties if not titles.isdisjoint(_titles(duty.form.title))]


def _quoted(words: str) -> Iterator[str]:
    said = plain(words)
    for found in _QUOTED.finditer(said):
        if hedge(said, *found.span()) is None:
            yield folded(found[1])


def _by_convention(subject: str, lea_name: str | None) -> Iterable[str]:
    parts = [folded(part) for part in subject.split(";")]
    return parts[2:] if len(parts) == 3 and lea_name and parts[0] == folded(lea_name) else ()


def _titles(title: str) -> tuple[str, str]:
    """A form's title with and without what it has in brackets: `LEA Plan (2013)`."""
    return folded(title), folded(re.sub(r"\([^()]*\)", " ", title))


def folded(words: str) -> str:
    """Lower case, letters and digits only, one space between and around."""
    kept = " ".join(_WORD.findall(words.casefold()))
    return f" {kept} "
