"""Which reply offers what to press: a table of templates → commands of the grammar. Pure; for every chat."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from handlers.button import Button, Style
from handlers.lifecycle import Machine
from handlers.reminder_rows import SNOOZE

Fields = Mapping[str, Any]
MOST = 25
MOST_TARGETS = 5  # of one message: more than this are answered in words


def buttons_of(template: str, fields: Fields) -> list[Button]:
    """What a reply offers to press, in its order. Fields of an older version without a name offer less."""
    offers = _OFFERS.get(template)
    return list(offers(fields))[:MOST] if offers else []


def decisions(machine: Machine, name: str, on: str = "", until: str = "") -> list[Button]:
    """What the state may decide on something that an LEA handed in, or asks time for (`until`, ISO)."""
    subject = f"{machine} {name}"
    if machine == "agreement":
        return [
            Button("grant", f"approve agreement {name}", "primary", None, on, subject, until),
            Button("shorten", f"approve agreement {name}", "", "day", on, subject, until),
            Button("decline", f"decline agreement {name}", "danger", "why", on, subject),
        ]
    label, verb = _ACCEPTING[machine]
    accepting = Button(label, f"{verb} {name}", "primary", None, on, subject)
    returning = Button("return", f"return {name}", "", "needed", on, subject)
    failing = Button("does_not_meet", f"does not meet {name}", "danger", "found", on, subject)
    return [accepting, returning, failing] if machine == "item" else [accepting, returning]


_A_CODE = re.compile(r"(?:[IVX]+-)?[A-Z]{2,5} \d\d")
_ACCEPTING: dict[Machine, tuple[str, str]] = {
    "item": ("meets", "meets"),
    "finding": ("resolve", "resolve"),
    "form": ("accept", "accept"),
}


def _submission(fields: Fields) -> Iterator[Button]:
    named = [one for one in fields["targets"] if one.get("name")]
    for one, on in _told_apart(named):
        yield from decisions(_machine(one["name"], one["finding"]), one["name"], on)


def _response(fields: Fields) -> Iterator[Button]:
    name = fields["finding"]["name"]
    if fields["decides"]:
        yield from decisions("finding", name)
    else:
        yield _submit(name)


def _agreement(fields: Fields) -> Iterator[Button]:
    for one, on in _told_apart(fields["findings"] if fields["decides"] else []):
        yield from decisions("agreement", one["name"], on, fields["until"])


def _run_out(fields: Fields) -> Iterator[Button]:
    if fields["decides"] and fields["responded"]:
        yield from decisions("finding", fields["finding"]["name"])


def _receipt(fields: Fields) -> Iterator[Button]:
    """A question first, then what goes on from here."""
    waiting = [one for one in fields["files"] if one["verdict"] == "asked"]
    asked = [one for one in waiting if one["reason"] != "initials-only"]
    if asked:
        yield from _choices(fields, len(asked))
    for target in _targets(one for one in waiting if one["reason"] == "initials-only"):
        yield Button("initials", f"initials {target['name']}", on=target["code"], subject=_question(fields))
    yield from _progress(fields)


def _choices(fields: Fields, files: int) -> Iterator[Button]:
    for choice in fields["choices"]:
        of = f", {choice['lea']}" if choice["lea"] else ""
        on = f"{choice['number']}. {choice['code']} {choice['title']}{of}"
        label = "choice" if files == 1 else "choice_for_all"
        yield Button(label, str(choice["number"]), on=on, subject=_question(fields))


def _targets(files: Iterable[Fields]) -> list[Fields]:
    found = {target["name"]: target for file in files for target in file["targets"]}
    return list(found.values())


def _question(fields: Fields) -> str:
    return f"question {fields['receipt']}"


def _progress(fields: Fields) -> Iterator[Button]:
    return _rows(fields.get("progress") or ())


def _rows(rows: Sequence[Fields]) -> Iterator[Button]:
    """The next step of each target that has one to press."""
    for row, on in _told_apart([one for one in rows if one["next"] in _NEXT]):
        if row["next"] == "decide":
            yield from decisions(_machine(row["name"], row["finding"] is not None), row["name"], on)
        else:
            yield _submit(row["name"], on, "primary" if row["next"] == "submit" else "")


def _statement(fields: Fields) -> Iterator[Button]:
    if fields["next"] in _SUBMITTING:
        yield _submit(fields["name"])


def _change(fields: Fields) -> Iterator[Button]:
    """Something that can be taken back, and where things stand after it."""
    if fields["minutes"] and fields.get("receipt"):
        yield Button("undo", f"undo R-{fields['receipt']}")
    yield from _progress(fields)


def _returned(fields: Fields) -> Iterator[Button]:
    """What a reviewer needs more on, to the LEA: how to answer, to look, and to ask back."""
    if name := fields.get("name"):
        if fields["kind"] == "finding":
            yield Button("answer", f"respond {name}", "primary", "answer")
        yield _look(name)
        yield Button("ask_back", f"comment {name}", "", "comment")


def _oldest(fields: Fields) -> Iterator[Button]:
    """To look at, before anything is decided."""
    for number, row in enumerate(fields["oldest"][:MOST_TARGETS]):
        yield _look(row["name"], row["name"], "" if number else "primary")


def _reminded(fields: Fields) -> Iterator[Button]:
    """Of each deadline the one thing to do; what an LEA sends needs no button. Then how to argue with it."""
    offered: set[str] = set()  # a finding, its agreement and its steps are answered in the same words
    for number, row in enumerate(fields["rows"][:MOST_TARGETS], 1):
        short = "/" in row["name"] and not row["lea"]  # forms are called by their own name
        on = (row["code"] if short else row["name"]) if len(fields["rows"]) > 1 else ""
        for one in _about_it(row):
            if one.mark not in offered:
                offered.add(one.mark)
                yield replace(one, on=on, row=str(number))


def _about_it(row: Fields) -> Iterator[Button]:
    if row["do"] == "respond":
        yield Button("answer", row["say"], "primary", "answer", subject=f"draft {row['name']}")
    elif row["do"] == "submit" and row["kind"] != "upload":  # of a whole review it is several commands
        yield Button("submit", row["say"], "primary", subject=f"draft {row['name']}")
    elif row["do"] == "look":
        yield Button("look", row["say"], "primary")
    if row["do"] != "look":
        yield Button("sent_it", f"sent {row['name']}")
    if row.get("snooze") == SNOOZE:  # the button says so many days
        yield Button("snooze", f"snooze {row['name']} {SNOOZE}")


def _handed_back(fields: Fields) -> Iterator[Button]:
    for row, on in _told_apart(fields["progress"]):
        yield _look(row["name"], on)


def _look(name: str, on: str = "", style: Style = "") -> Button:
    return Button("look", f"status {name}", style, None, on)


def _refusal(fields: Fields) -> Iterator[Button]:
    """What was not done because it was not sure, word for word; and how what was only named stands."""
    facts = fields["facts"]
    if fields["refusal"] == "not_sure" and facts.get("whole") and facts["doubt"] != "within":
        said = facts["said"].rstrip("? ")
        yield Button("meant", said, on=said)
    if fields["refusal"] == "no_file_came" and not facts["links"] and not facts["only"]:
        for code in filter(_A_CODE.fullmatch, facts["said"][:MOST_TARGETS]):
            yield _look(code, code)


def _submit(name: str, on: str = "", style: Style = "primary") -> Button:
    return Button("submit", f"submit {name}", style, None, on or name.rpartition("/")[2], f"draft {name}")


def _machine(name: str, finding: bool) -> Machine:
    return "finding" if finding else "item" if "/" in name else "form"


def _told_apart(rows: Sequence[Fields]) -> Iterator[tuple[Fields, str]]:
    """The first few, each with what tells its buttons from the others'."""
    for row in rows[:MOST_TARGETS]:
        yield row, (row["code"] if "/" in row["name"] else row["name"]) if len(rows) > 1 else ""


_SUBMITTING = ("submit", "send_missing")
_NEXT = (*_SUBMITTING, "decide")
_OFFERS: dict[str, Callable[[Fields], Iterator[Button]]] = {
    "submission_heard": _submission,
    "response_heard": _response,
    "agreement_heard": _agreement,
    "agreement_expired": _run_out,
    "evidence_received": _receipt,
    "evidence_returned": _handed_back,
    "more_needed": _returned,
    "deadlines_reminded": _reminded,
    "work_shown": _oldest,
    "response_received": _progress,
    "statement_made": _statement,
    "document_withdrawn": _change,
    "filing_moved": _change,
    "change_undone": _progress,
    "taken_up": _progress,
    "form_decided": _progress,
    "item_status_shown": lambda fields: _rows(fields["items"]),
    "forms_shown": lambda fields: _rows(fields["forms"]),
    "request_refused": _refusal,
}
