"""File maps: lines that say which file is for which item (`1-2: EL 02`, `rest: CE 08`, `roster.pdf: EL 02`).

Several may share a line. Pure; time grows with the text, whatever stands in it.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from handlers.grammar import Mention, find_codes, plain

SIGN = "[:=]|->|→"
ANSWER_SIGN = "[:=.)-]|->|→"  # in a mail of its own, `1. EL 02` may be a list of something else
_FILE = r"(?:(?:files?|attachments?|documents?|docs?|archivos?|adjuntos?|#)\s{0,2}#?)?"
_NUMBERS = rf"{_FILE}\d{{1,3}}(?:\s{{0,2}}(?:-|to|,|and|&|y)\s{{0,2}}#?\d{{1,3}}){{0,20}}"
_RESTS = (
    r"(?:(?:the|all(?: the)?)\s)?(?:rest|others?|remaining(?: files?)?|everything else)"
    r"|all(?: (?:of them|files|\w{3,5} files))?|both(?: files)?|(?:el )?resto|l[oa]s dem[aá]s|todos|ambos"
)
_UNKNOWN_NAME = r"[^\s:;,\"'][^:;,\n\"']{0,150}\.[A-Za-z]\w{1,4}"
_BULLET = r"(?:^|[,;])[ \t]{0,8}(?:[-*•·>][ \t]{0,4})?"


@dataclass(frozen=True)
class MapLine:
    """One entry of a file map: which files it means, the words it says of them, and in which row it stands.

    `numbers` may be of files that did not come; an unknown name has none. `rest` means every file
    that no other line names.
    """

    numbers: frozenset[int]
    rest: bool
    says: str
    mentions: tuple[Mention, ...]
    row: int


def file_map(
    text: str, names: Sequence[str], programs: Collection[str], sign: str = SIGN
) -> tuple[MapLine, ...]:
    """The map that a text holds, in order; empty unless one of its lines names a code.

    `names` are the files' names, the first is file 1; an empty one stands for no file. `sign` is what
    stands between file and code; `ANSWER_SIGN` where the numbers were ours.
    """
    said = plain(text)
    if re.search(sign, said) is None:  # most mails hold none, and the pattern of names is dear
        return ()
    files = _Files(names, sign)
    rows = said.splitlines()
    lines = tuple(
        MapLine(files.meant_by(left), _is_rest(left), says, find_codes(says, programs), row)
        for row, line in enumerate(rows)
        for left, says in _entries(line, files.pattern)
    )
    return lines if any(line.mentions for line in lines) else ()


def without_map(text: str, lines: Sequence[MapLine]) -> str:
    """The text without the rows that were read as a file map."""
    mapped = {line.row for line in lines}
    rows = plain(text).splitlines()
    return "\n".join(said for row, said in enumerate(rows) if row not in mapped)


class _Files:
    """The files of a message by number and by name, and the pattern of what may stand before a colon."""

    def __init__(self, names: Sequence[str], sign: str) -> None:
        self._named: dict[str, set[int]] = {}
        for number, name in enumerate(names, 1):
            if name:
                self._named.setdefault(_folded(name), set()).add(number)
        stems: dict[str, set[int]] = {}
        for name, numbers in self._named.items():
            stems.setdefault(name.rpartition(".")[0], set()).update(numbers)
        self._named = {name: files for name, files in stems.items() if name} | self._named
        self.pattern = _entry_pattern(self._named, sign)

    def meant_by(self, left: str) -> frozenset[int]:
        """The files that the words before a colon name; two of one name are both meant."""
        named = self._named.get(_folded(left.strip("\"'")))
        return frozenset(named or _numbers(left))


def _entry_pattern(names: Collection[str], sign: str) -> re.Pattern[str]:
    known = [r"\s{1,3}".join(map(re.escape, name.split())) for name in sorted(names, key=len, reverse=True)]
    left = "|".join([*known, _NUMBERS, _RESTS, _UNKNOWN_NAME])
    return re.compile(rf"{_BULLET}[\"']?({left})[\"']?[ \t]{{0,3}}(?:{sign})(?!\d\d)", re.I)


def _entries(line: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """A line cut where its entries begin: what stands before each colon, and what behind it."""
    found = list(pattern.finditer(line))
    ends = [*(entry.start() for entry in found), len(line)][1:]
    for entry, end in zip(found, ends, strict=False):
        yield entry[1], line[entry.end() : end]


def _is_rest(left: str) -> bool:
    return re.fullmatch(_RESTS, left.strip(), re.I) is not None


def _numbers(left: str) -> Iterator[int]:
    if re.fullmatch(_NUMBERS, left.strip(), re.I) is None:
        return
    for first, last in re.findall(r"(\d{1,3})(?:\s{0,2}(?:-|to)\s{0,2}#?(\d{1,3}))?", left):
        yield from range(int(first), int(last or first) + 1)


def _folded(name: str) -> str:
    return " ".join(plain(name).casefold().split())
