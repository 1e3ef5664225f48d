"""What the main messages, forms and home tabs look like in Slack, and messages in Teams, as the pictures of `docs/pictures/`.

`python -m tests.pictures` makes them again; Pillow and chromium do it.
"""

import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image, ImageChops

from bot import fake_teams_page
from bot.delivery import Extra
from bot.fake_slack_page import page_of, view_page
from bot.fake_teams_rooms import PERSONAL, Message, Room
from bot.form_views import Said
from bot.pictures import Picture, draw, has_picture
from bot.slack_form_views import form
from bot.slack_home import home_view
from bot.slack_voice import words_of as words_in_slack
from bot.teams_form_views import Frame
from bot.teams_form_views import form as dialog
from bot.teams_voice import words_of
from handlers.check_day import DayChecked
from store.chats import Shown
from store.outbox import OutboxEntry
from templates import Place, render
from templates.forms import refusal_in_short
from templates.gallery import MAILBOX, Sample, samples
from templates.render import Shown as InMail
from tests.bot.forms import EL02, WORK
from tests.builders import NOW
from tests.servers import environment, need

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
MOST_BYTES = 120_000
CHROMIUM = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars"
MOST_BYTES_IN_TEAMS = 12_000
SIZE = (760, 2000)
PICTURE = "F0PICTURE"
MARGIN = 12
MESSAGES = {
    "receipt": ("evidence_received", "filed and a question"),
    "status": ("status_shown", ""),
    "agreement": ("agreement_heard", "to decide"),
}
STEP = {"what1": "hold the ELAC election", "who1": "Lincoln principal", "by1": "2014-07-16"}
CARRIED = {"timeline": "timeline_shown", "week": "week_shown"}
HOMES = {"home": "a coordinator", "home-contact": "a contact"}


def pages() -> Iterator[tuple[str, str]]:
    """Each picture's name and page."""
    for name, (template, title) in MESSAGES.items():
        sample = _sample(template, title)
        yield f"slack-{name}", page_of([_message(sample)])
        yield f"teams-{name}", fake_teams_page.page_of([_in_teams(sample)])
    digest = _sample("deadlines_reminded", "overdue")
    yield "mail-digest", _as_mail(digest)
    yield "slack-digest", page_of([_message(digest)]).replace(f"/pictures/{PICTURE}", _uri(_drawn(digest)))
    yield "teams-digest", fake_teams_page.page_of([_in_teams(digest)])
    checked = DayChecked(date(2013, 12, 30), date(2014, 6, 28))
    yield "slack-form-attach", view_page(form("attach", WORK, Said(target=EL02.name)))
    yield "slack-form-agreement", view_page(form("agreement", WORK, Said(target=EL02.name, checked=checked)))
    day = date(2014, 6, 27)
    facts = next(one.fields["facts"] for one in samples() if one.fields.get("refusal") == "step_too_late")
    late = {"by1": refusal_in_short("step_too_late", facts)}
    filled = {"until": day.isoformat(), "reason": "The ELAC is elected in May only.", **STEP}
    frame = Frame(MAILBOX, "", filled, late)
    shown = dialog("agreement", WORK, Said(target=EL02.name, checked=replace(checked, day=day)), frame)
    yield "teams-form-agreement", fake_teams_page.dialog_page(shown.card, shown.title)
    for name, title in HOMES.items():
        sample = _sample("home_shown", title)
        yield f"slack-{name}", view_page(home_view(sample.template, sample.fields, _place(sample)))
        if name == "home":
            yield "teams-home", fake_teams_page.page_of([_in_teams(sample)])


def carried() -> Iterator[tuple[str, bytes]]:
    """The pictures that messages carry, as they are drawn."""
    for name, template in CARRIED.items():
        made = _drawn(_sample(template, ""))
        assert made is not None
        yield name, made.png


def _sample(template: str, title: str) -> Sample:
    return next(one for one in samples() if one.template == template and title in ("", one.name))


def _place(sample: Sample, channel: str = "slack") -> Place:
    return Place(MAILBOX, sample.today, channel=channel)


def _row(sample: Sample, channel: str) -> OutboxEntry:
    row = OutboxEntry(
        created_at=NOW,
        channel=channel,
        to="U0",
        template=sample.template,
        fields=dict(sample.fields),
        run_at=NOW,
    )
    row.id, row.token = 1, "token"
    return row


def _message(sample: Sample) -> Mapping[str, Any]:
    """As it is posted, with its picture, and what can be pressed below it."""
    drawn = _drawn(sample)
    block = {"type": "image", "alt_text": str(drawn.alt), "slack_file": {"id": PICTURE}} if drawn else None
    return words_in_slack(Shown(_row(sample, "slack")), _place(sample), [block] if block else [])


def _in_teams(sample: Sample) -> Message:
    """The same as it is sent to Teams."""
    drawn = _drawn(sample, MOST_BYTES_IN_TEAMS)
    extras = (Extra("picture.png", "image/png", drawn.png, "", drawn.alt),) if drawn else ()
    _, activity = words_of(Shown(_row(sample, "teams")), _place(sample, "teams"), "", extras)
    return Message("1", Room("", PERSONAL, ""), "", activity)


def _as_mail(sample: Sample) -> str:
    drawn = _drawn(sample)
    assert drawn is not None
    place = Place(MAILBOX, sample.today, pictures=(InMail("picture@cais", str(drawn.alt)),))
    page = render(sample.template, sample.fields, place).html
    return page.replace("cid:picture@cais", _uri(drawn))


def _drawn(sample: Sample, most_bytes: int | None = None) -> Picture | None:
    if not has_picture(sample.template, sample.fields):
        return None
    return draw(sample.template, sample.fields, sample.today, most_bytes)


def _uri(drawn: Picture | None) -> str:
    return f"data:image/png;base64,{b64encode(drawn.png).decode()}" if drawn else ""


def make(folder: Path) -> list[Path]:
    """All of them, as PNG with few colours, cut to what is on them."""
    return [
        *(make_one(name, page, folder) for name, page in pages()),
        *(_put(name, png, folder) for name, png in carried()),
    ]


def _put(name: str, png: bytes, folder: Path) -> Path:
    made = folder / f"{name}.png"
    made.write_bytes(png)
    return made


def make_one(name: str, page: str, folder: Path) -> Path:
    """The page as FOLDER/NAME.png. Skips the test where there is no chromium."""
    chromium, made = need("chromium", "chromium"), folder / f"{name}.png"
    with TemporaryDirectory() as scratch:
        own = Path(scratch)
        (own / "page.html").write_text(page, "utf-8")
        size = ",".join(map(str, SIZE))
        argv = [chromium, *CHROMIUM.split(), f"--user-data-dir={own / 'profile'}", f"--window-size={size}"]
        argv += [f"--screenshot={made}", (own / "page.html").as_uri()]
        subprocess.run(argv, capture_output=True, env=environment(own), timeout=60, check=True)
    _cut(made)
    return made


def _cut(made: Path) -> None:
    with Image.open(made) as seen:
        shot = seen.convert("RGB")
    ground = Image.new("RGB", shot.size, shot.getpixel((shot.width - 1, shot.height - 1)))
    _, _, right, low = ImageChops.difference(shot, ground).getbbox() or (0,) * 4
    box = (0, 0, min(right + MARGIN, shot.width), min(low + MARGIN, shot.height))
    shot.crop(box).quantize(64).save(made, optimize=True)


if __name__ == "__main__":
    for one in make(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES):
        print(one, one.stat().st_size)
