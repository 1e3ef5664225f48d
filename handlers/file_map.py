"""File maps: lines that say which file is for which item (`1-2: EL 02`, `rest: CE 08`, `roster.pdf: EL 02`).

Pure functions on capped text, like the grammar of codes that they use.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from handlers.grammar import LONGEST, Mention, find_codes


@dataclass(frozen=True)
class MapLine:
    """One line of a file map: which files (numbers, a name, or the rest), and what it says of them.

    `row` is the whole line of the text that it stands in.
    """

    numbers: frozenset[int]
    name: str | None
    rest: bool
    says: str
    mentions: tuple[Mention, ...]
    row: str = ""


def file_map(text: str, names: Sequence[str], programs: Collection[str]) -> tuple[MapLine, ...]:
    """The lines `1-2: EL 02`, `rest: CE 08`, `ELAC roster.pdf: EL 02` of a text, in order.

    `names` are the files' names. A line counts only if it names a code; several may share a line.
    """
    known = _known(names)
    parts = ((row, part) for row in text[:LONGEST].splitlines() for part in _map_parts(row, known))
    read = (replace(_map_line(left, says, names, programs), row=row) for row, (left, says) in parts)
    return tuple(line for line in read if line.mentions)


def without_map(text: str, lines: Sequence[MapLine]) -> str:
    """The text without the lines that were read as a file map."""
    read = {line.row for line in lines}
    return "\n".join(row for row in text.splitlines() if row not in read)


_NUMBERS = r"(?:files?\s{1,9}|#)?\d{1,3}(?:\s{0,9}(?:-|–|to|,|and|&)\s{0,9}\d{1,3}){0,40}"
_RESTS = r"(?:the\s+|all\s+)?(?:rest|others?|remaining|everything else)|all"
_ANCHOR = re.compile(rf"(?:^|[,;])\s{{0,9}}({_NUMBERS}|{_RESTS})\s{{0,9}}[:=](?=\s*\D)", re.I)
_NAMED = re.compile(r"(?:^|[,;])([^:=;,]{1,255})[:=]")


def _map_parts(line: str, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """A line cut at its anchors (`1-2:`, `rest:`, `roster.pdf:`), or as one part behind a name."""
    named = (match for match in _NAMED.finditer(line) if _is_name(match[1], known))
    anchors = {match.end(1): match for match in [*named, *_ANCHOR.finditer(line)]}
    cuts = [anchors[end] for end in sorted(anchors)]
    ends = [*(cut.start() for cut in cuts[1:]), len(line)]
    if cuts:
        yield from ((cut[1], line[cut.end() : end]) for cut, end in zip(cuts, ends, strict=True))
    elif (name := _leading_name(line, known)) is not None:
        yield name


def _leading_name(line: str, known: Collection[str]) -> tuple[str, str] | None:
    """A name that itself has a comma or a colon, or that no file here has."""
    left, _, says = line.rpartition(":")
    return (left, says) if left and _is_name(left, known) else None


def _is_name(left: str, known: Collection[str]) -> bool:
    return _plain_name(left) in known or re.search(r"\.\w{2,5}$", left[-300:].strip()) is not None


def _known(names: Sequence[str]) -> frozenset[str]:
    return frozenset({_plain_name(name) for name in names} | {_stem(name) for name in names}) - {""}


def _map_line(left: str, says: str, names: Sequence[str], programs: Collection[str]) -> MapLine:
    mentions = find_codes(says, programs)
    if re.fullmatch(_RESTS, left.strip(), re.I):
        return MapLine(frozenset(), None, True, says, mentions)
    if re.fullmatch(_NUMBERS, left.strip(), re.I):
        return MapLine(frozenset(_numbers(left)), None, False, says, mentions)
    return MapLine(_named(left, names), left.strip(), False, says, mentions)


def _named(left: str, names: Sequence[str]) -> frozenset[int]:
    """The files of this name, with or without its ending; two of one name are both meant."""
    wanted = _plain_name(left)
    exact = [number for number, name in enumerate(names, 1) if _plain_name(name) == wanted]
    return frozenset(exact or [number for number, name in enumerate(names, 1) if _stem(name) == wanted])


def _numbers(left: str) -> Iterator[int]:
    for first, last in re.findall(r"(\d{1,3})(?:\s*(?:-|–|to)\s*(\d{1,3}))?", left):
        yield from range(int(first), int(last or first) + 1)


def _plain_name(name: str) -> str:
    return " ".join(name.casefold().strip(" \t\"'“”<>-*•").split())


def _stem(name: str) -> str:
    return _plain_name(name).rpartition(".")[0] or _plain_name(name)
