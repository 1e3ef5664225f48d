"""docs/commands.md is the table of contents, word for word: `python -m tests.test_commands` writes it anew."""

from pathlib import Path

from handlers.asking import Capability
from handlers.capabilities import CAPABILITIES
from templates.forms import CHAT_FORMS

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"
HEAD = """# Commands

Everything people can ask for, in the order of `help`. One command a line, at the beginning of a mail or as its subject;
where free text follows a colon, it may go on below. `EL 02` may be any item, `sv-fpm/EL 02` or
`EL 02 of Sierra Vista Unified` where several fit; forms have ids of their own (`sv-plan`). `dry run` before any of them
shows what would happen.

| command | form | does | for |
|---|---|---|---|
"""
FORMS = """
## In chats

Everything above can be said, too. What a message offers as a button is one of these commands, done for whoever
presses it if they may; a small form asks for words or a day first, and what no other button takes back is told before.
`undo R-118` takes back what that message changed, plain `undo` the latest. Teams offers some of them in its menu of
commands ([teams.md](teams.md)). These forms open in Slack from the home tab and the shortcuts, in Teams from `home`, from
`help`, and from *File this…* on a message:

| form | asks for |
|---|---|
"""
SIDES = {
    "the LEA": {"lea_user", "lea_submitter", "lea_coordinator", "lea_admin", "school_user"},
    "the state": {"program_contact", "program_monitor", "rtl"},
}


def row(one: Capability) -> str:
    sides = [side for side, roles in SIDES.items() if one.roles & roles]
    whom = " and ".join(sides) if one.roles else "everybody"
    cells = (one.verb, f"`{one.usage}`" if one.line else one.usage, one.does, whom)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def form_row(name: str) -> str:
    fields = [one["label"] for one in CHAT_FORMS[name].values() if isinstance(one, dict) and "label" in one]
    return f"| {CHAT_FORMS['buttons'][name]} | {'; '.join(fields).replace('{number}', '1')} |\n"


def page() -> str:
    forms = [name for name in CHAT_FORMS["buttons"] if name != "menu"]
    return HEAD + "".join(map(row, CAPABILITIES)) + FORMS + "".join(map(form_row, forms))


def test_the_page_of_commands_is_the_table_of_contents() -> None:
    assert PAGE.read_text() == page()


if __name__ == "__main__":
    PAGE.write_text(page())
