"""A reader of calendar files that knows nothing of the library that writes them: RFC 5545, sections 3.1 and
3.3.11, line by line."""

import re
from dataclasses import dataclass, field

_LINE = re.compile(r"(?P<name>[A-Z-]+)(?P<parameters>(?:;[A-Z-]+=[^:;]+)*):(?P<value>.*)", re.S)


@dataclass
class Read:
    """The properties of the calendar itself and of each event: value by name, with parameters (`;VALUE=DATE`)."""

    calendar: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, str]] = field(default_factory=list)

    def by_title(self) -> dict[str, dict[str, str]]:
        return {one["SUMMARY"]: one for one in self.events}


def read(data: bytes) -> Read:
    """Raises AssertionError for what is no calendar file."""
    assert data.endswith(b"\r\n")
    lines = data.removesuffix(b"\r\n").split(b"\r\n")
    assert not [line for line in lines if b"\n" in line or b"\r" in line], "an end of line that is none"
    assert max(map(len, lines)) <= 75, "a line of more than 75 octets"
    for line in lines:
        line.decode()  # no letter is torn
    text = data.decode().replace("\r\n ", "").removesuffix("\r\n")
    return _read(text.split("\r\n"))


def _read(lines: list[str]) -> Read:
    made, open_parts = Read(), list[str]()
    for line in lines:
        found = _LINE.fullmatch(line)
        assert found is not None, line
        name, value = found["name"] + found["parameters"], found["value"]
        if name == "BEGIN":
            open_parts.append(value)
            assert open_parts in (["VCALENDAR"], ["VCALENDAR", "VEVENT"]), open_parts
            if value == "VEVENT":
                made.events.append({})
        elif name == "END":
            assert open_parts.pop() == value
        else:
            into = made.events[-1] if open_parts[-1] == "VEVENT" else made.calendar
            assert name not in into, f"{name} twice"
            into[name] = _plain(value) if name in ("SUMMARY", "DESCRIPTION", "NAME") else value
    assert not open_parts
    return made


def _plain(value: str) -> str:
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), f"not escaped: {value}"
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
