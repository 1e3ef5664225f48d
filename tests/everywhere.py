"""One service that hears people by mail, at the terminal, in Slack and in Teams: what a capability does must not depend
on which."""

import hashlib
import json
import shutil
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from html import escape
from itertools import count
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select

from bot.chat_files import Looks
from bot.console import ConsoleReader
from bot.fake_slack import TEAM, FakeSlack, dm_of
from bot.settings import BotSettings
from bot.shown import shown_in
from bot.slack import Slack
from bot.slack_reader import SlackReader
from handlers.inbox import Reader, Worker, work_inbox
from handlers.messages import Attachment
from intake.given import look_at, looking
from intake.plain import file_name
from intake.reader import MailReader
from intake.settings import IntakeSettings
from intake.trust import choose_trust
from store import Store, open_store
from store.chats import ChatAccount
from store.clock import Clock
from store.database import sqlite_url
from store.export import one_list
from store.files import FileStore, no_step
from store.inbox import InboxEntry
from store.keeping import Arrival, Keeper
from store.models import Person
from store.outbox import OutboxEntry
from store.signing import signer_from
from tests.builders import NOW, PROGRAMS
from tests.teams_everywhere import InTeams, ThereIsTeams

MAILBOX = "evidence@cais.example"
CHANNELS = ("mail", "console", "slack", "teams")
# What differs although the same was done: numbers of messages, the receipts' own words, and who was told how.
OWN = frozenset({"signed", "own_copy", "received_at", "channel"})
DEALT_WITH = ("items", "findings", "agreements", "obligations", "documents")
OF_THE_FIELD = (*DEALT_WITH, "people", "comments", "statements")
LOOKS = Looks(looking(None), file_name, 1024 * 1024)


@dataclass(frozen=True)
class Said:
    """What somebody says, with files by name and content. `under`: the number of the earlier one, counted from
    1, whose answer they answer. `mailed`: it comes by mail, wherever the others are said. `press`: in Teams
    they press the button that begins so instead, with `words` in its field."""

    who: str
    text: str
    files: tuple[tuple[str, bytes], ...] = ()
    under: int = 0
    mailed: bool = False
    press: str = ""
    words: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of it, in words of no channel."""

    state: str
    reason: str
    verdicts: list[tuple[str, str, list[str]]]
    template: str | None
    fields: Any


@dataclass
class Ears:
    """What every house shares, because processes that read mail are slow to start."""

    files: FileStore
    mail: MailReader
    slack: FakeSlack
    teams: ThereIsTeams

    @classmethod
    async def open(cls, folder: Path, closing: AsyncExitStack) -> Self:
        files = FileStore(folder)
        files.prepare()

        async def keep_file(path: Path, sha256: str) -> None:
            shutil.copy(path, files.path(sha256))

        trust = choose_trust(IntakeSettings(), sample=True)
        mail = MailReader(files.path, files.incoming, keep_file, trust, [MAILBOX])
        closing.push_async_callback(mail.aclose)
        slack = FakeSlack()
        await slack.start()
        closing.push_async_callback(slack.stop)
        return cls(files, mail, slack, await ThereIsTeams.open(closing))


@dataclass
class House:
    """A sample store where people are heard."""

    store: Store
    ears: Ears
    channel: str
    worker: Worker = field(init=False)
    teams: InTeams = field(init=False)
    now: datetime = NOW
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    @classmethod
    async def open(
        cls, ears: Ears, template: Path, folder: Path, channel: str, closing: AsyncExitStack
    ) -> Self:
        folder.mkdir()
        shutil.copy(template, folder / "cais.db")
        signer = signer_from(bytes(range(32)))
        store = open_store(
            sqlite_url(folder / "cais.db"), ears.files, "cais.example", signer, "https://intake.example.org"
        )
        closing.push_async_callback(store.aclose)
        keeper = Keeper(ears.files, store.inbox.insert)
        closing.push_async_callback(keeper.aclose)
        house = cls(store, ears, channel)
        readers: dict[str, Reader] = {"mail": ears.mail, "console": ConsoleReader()}
        house.worker = Worker("w", store, readers, PROGRAMS, no_step, lambda: house.now)
        if channel == "slack":
            readers["slack"] = house._slack(keeper, closing)
        elif channel == "teams":
            house.teams = InTeams.open(ears.teams, keeper, LOOKS, house.worker, closing)
            readers["teams"] = house.teams.reader
        await house._link_everybody()
        return house

    def _slack(self, keeper: Keeper, closing: AsyncExitStack) -> SlackReader:
        settings = BotSettings.model_validate(self.ears.slack.settings())
        fetching = Slack(settings, keeper, Clock(NOW)).files(self.store, LOOKS, lambda: False)
        closing.push_async_callback(fetching.aclose)
        return SlackReader(self.ears.files.path, shown_in(self.store), fetching)

    async def _link_everybody(self) -> None:
        """Everybody has an account, and is mailed all the same: who is told how is not what is compared."""
        async with self.store.begin() as uow:
            for person in await uow.session.scalars(select(Person)):
                account = f"slack:{TEAM}/U{person.id}"
                if self.channel == "teams":
                    account = await self.teams.known(person.id, uow)
                uow.add(ChatAccount(account=account, person_id=person.id, linked_at=NOW))

    async def hear(self, said: Said, before: list[int]) -> int:
        """Keep and answer; the inbox number."""
        self.now += timedelta(minutes=1)
        channel = "mail" if said.mailed else self.channel
        if channel == "teams":
            number = await self._in_teams(said, before)
        else:
            arrival = await getattr(self, f"_by_{channel}")(said, before)
            (number,) = await self.store.inbox.insert([arrival])
        while await work_inbox(self.worker):
            pass
        if self.channel == "teams":
            await self.teams.tell()
        return int(number)

    async def _in_teams(self, said: Said, before: list[int]) -> int:
        who = await self._number_of(said.who)
        if said.press:
            return await self.teams.pressed(who, said.press, said.words)
        under = (await self._answer(before[said.under - 1])).receipt if said.under else None
        return await self.teams.said(who, said.text, said.files, under or "")

    async def _number_of(self, address: str) -> int:
        async with self.store.look() as uow:
            person = await uow.person_at(address)
        assert person is not None
        return person.id

    def _kept(self, channel: str, content: bytes, envelope: dict[str, Any]) -> Arrival:
        sha256 = hashlib.sha256(content).hexdigest()
        self.store.files.path(sha256).write_bytes(content)
        return Arrival(channel, self.now, envelope, sha256, len(content))

    async def _by_mail(self, said: Said, before: list[int]) -> Arrival:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = (
            said.who,
            MAILBOX,
            "Re: yours" if said.under else "",
        )
        mail["Message-ID"] = f"<m{next(self.numbers)}@client.example>"
        if said.under:
            mail["In-Reply-To"] = await self._answer_to(before[said.under - 1])
        mail.set_content(said.text)
        for name, content in said.files:
            mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
        envelope = {"mail_from": said.who, "rcpt_tos": [MAILBOX], "peer": "127.0.0.1"}
        return self._kept("mail", mail.as_bytes(), envelope)

    async def _by_console(self, said: Said, _before: list[int]) -> Arrival:
        files = [await self._file(name, content, at) for at, (name, content) in enumerate(said.files, 1)]
        envelope = {"text": said.text, "as": said.who, "basis": "test", "files": [vars(one) for one in files]}
        return self._kept("console", json.dumps(envelope).encode(), envelope)

    async def _file(self, name: str, content: bytes, number: int) -> Attachment:
        path = self.store.files.path(hashlib.sha256(content).hexdigest())
        path.write_bytes(content)
        return await look_at(path, name, number)

    async def _by_slack(self, said: Said, before: list[int]) -> Arrival:
        user, number = f"U{await self._number_of(said.who)}", next(self.numbers)
        event: dict[str, Any] = {
            "type": "message",
            "channel_type": "im",
            "channel": dm_of(user),
            "user": user,
        }
        event |= {"text": escape(said.text, quote=False), "ts": f"{self.now.timestamp():.0f}.{number:06d}"}
        if said.files:
            shared = [self.ears.slack.files.upload(user, name, content) for name, content in said.files]
            event |= {"subtype": "file_share", "files": shared}
            self.ears.slack.files.note(event)
        if said.under:
            event["thread_ts"] = await self._stamp_of(before[said.under - 1])
        body = {"type": "event_callback", "team_id": TEAM, "event": event}
        return self._kept("slack", json.dumps(body).encode(), {})

    async def _stamp_of(self, number: int) -> str:
        async with self.store.look() as uow:
            entry = await uow.entry(number)
        assert entry is not None
        return str(entry.message_id).rpartition("/")[2]

    async def _answer_to(self, number: int) -> str:
        return str((await self._answer(number)).message_id)

    async def _answer(self, number: int) -> OutboxEntry:
        async with self.store.database.reading() as session:
            found = select(OutboxEntry).where(OutboxEntry.in_answer_to == number).order_by(OutboxEntry.id)
            return (await session.scalars(found.limit(1))).one()

    async def newest_code(self) -> str:
        """The code that was mailed last, if any was; every house has its own."""
        async with self.store.database.reading() as session:
            fields = await session.scalars(select(OutboxEntry.fields).order_by(OutboxEntry.id))
            return next((one["one_use_code"] for one in reversed(fields.all()) if "one_use_code" in one), "")

    async def outcome(self, number: int) -> Outcome:
        async with self.store.look() as uow:
            entry = await uow.entry(number)
            rows = await uow.verdicts_of(number)
        assert isinstance(entry, InboxEntry)
        answer = await self._answer(number)
        verdicts = [(row.file, row.verdict, list(row.targets)) for row in rows]
        return Outcome(entry.state, entry.reason, verdicts, answer.template, without_own(answer.fields))

    async def record(self) -> Any:
        """What the record says of the field, whoever told it where."""
        return {name: without_own(await one_list(self.store.database, name)) for name in OF_THE_FIELD}


def without_own(value: Any) -> Any:
    """Values without what belongs to a channel alone."""
    if isinstance(value, dict):
        return {name: without_own(one) for name, one in value.items() if name not in OWN}
    return [without_own(one) for one in value] if isinstance(value, list) else value


async def told(story: tuple[Said, ...], house: House) -> tuple[list[Outcome], Any]:
    """What became of each thing said in this house, and what the record says in the end."""
    numbers: list[int] = []
    for said in story:
        whole = replace(said, text=said.text.replace("{code}", await house.newest_code()))
        numbers.append(await house.hear(_numbered(whole, numbers), numbers))
    return [await house.outcome(number) for number in numbers], await house.record()


def _numbered(said: Said, numbers: list[int]) -> Said:
    """`R-{1}` is the number of the first thing said; `{code}` was the newest that was mailed."""
    names = {str(at): number for at, number in enumerate(numbers, 1)}
    text = said.text
    for at, number in names.items():
        text = text.replace(f"{{{at}}}", str(number))
    return replace(said, text=text)
