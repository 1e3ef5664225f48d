"""What every channel says to the core and what the core says back, in words of no channel.

A door keeps bytes; a `Reader` (handlers/inbox.py) turns what was kept into a `Message`; a handler turns a
`Message` into an `Answer`; a voice renders its replies. Nothing here knows mail, Slack or Teams.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from handlers.signals import Bounce, Contact, Press
from store.reaching import Reach

if TYPE_CHECKING:
    from store.models import EvidenceDocument

Verdict = Literal["filed", "duplicate", "not_evidence", "asked", "held", "refused"]
MessageState = Literal["received", "done", "asked", "held", "ignored", "refused", "failed"]
Trust = Literal["unauthenticated", "accepted", "authenticated", "confirmed"]
Role = Literal["document", "decoration", "empty", "damaged", "unreadable", "infected", "missing", "withheld"]
OWN_AFFAIR = Reach()  # what a reader may read whatever becomes of their roles: a code, what befell them
Scan = Literal["checking", "clean", "infected", "unscanned"]


@dataclass(frozen=True)
class Attachment:
    """One file that came with a message, already kept as an object named by its digest.

    `number` counts the files as the sender sees them, from 1. `role` is what reading the bytes
    told: a `document`, a `decoration` (logo, signature), `empty`, `damaged`, or `unreadable` (a
    container that we cannot open). In a chat a file may be named whose bytes never came, so that it has no
    digest: `missing` (its sender must act), or `withheld` (an operator must). `remark` is a short machine
    word for why (`inline-logo`, `password`, `zip` …); the words for people live in the templates.
    `extent`: how much of it there is (`{"pages": 12}`, `{"sheets": {"Ledger": 80}}`); None: not known.
    `scan` is what the malware scanner says: `checking` while it could not be asked, `unscanned` what is too
    big for it; None: there is no scanner. `found` is its name for what it found. `inside` names the container
    that the file came out of (`winmail.dat`, `minutes.eml`), empty for what was attached by itself.
    """

    number: int
    name: str
    size: int
    sha256: str
    media_type: str
    role: Role = "document"
    remark: str | None = None
    extent: dict[str, Any] | None = None
    scan: Scan | None = None
    inside: str = ""
    found: str | None = None

    @property
    def came(self) -> bool:
        """Whether there is more of it than its name."""
        return self.role not in ("missing", "withheld")


@dataclass(frozen=True)
class Sender:
    """Who a message claims to be from, and how far that claim may be believed, and why.

    `unauthenticated`: kept and held. `accepted`: the address was used by a server that may use it, which
    others may use too (SPF alone): acknowledged, and nothing changes before the person confirms.
    `authenticated`: may file and do what LEAs do. `confirmed`, by a second channel: may also change people,
    decide and withdraw. `act`: what stays the same when a signed mail whose Message-ID nobody vouches for is
    sent again under another one. `account`: the chat account that spoke (`slack:T0/U0`); it is the `address`
    too until the core knows whose it is. `elsewhere`: it is not of our workspace, in a channel that we share.
    """

    address: str | None
    trust: Trust
    basis: str
    act: str = ""
    account: str = ""
    elsewhere: bool = False

    @property
    def is_believed(self) -> bool:
        """Whether a signature or more vouches for the address."""
        return self.trust in ("authenticated", "confirmed")


@dataclass(frozen=True)
class ReturnAddress:
    """Where the answer goes, and what keeps it in the sender's own thread. In a chat `to` is a conversation,
    `thread` the message under which we answer, `only_for` the user that alone may see it there, and `account`
    the one that it is for, as the record names it (`slack:T0/U0`). For so many seconds of `patience` the
    answer waits, because its asker may be shown it elsewhere first."""

    channel: str
    to: str
    subject: str = ""
    message_id: str | None = None
    references: tuple[str, ...] = ()
    thread: str | None = None
    only_for: str | None = None
    patience: float = 0
    account: str | None = None


@dataclass(frozen=True)
class Message:
    """A kept message after reading: plain values, safe to store (no NUL, no lone surrogates).

    `id` is the inbox number. `received_at` is aware (UTC). `text` is the sender's own newest text,
    without quotes and signature. `hints` are words that the address carried (`EL-02` of
    `evidence+EL-02@…`). `answers` are Message-IDs this one replies to, nearest first.
    `automatic` says why this is a machine's mail, or None. `content` is the digest that is the
    same when the same mail is delivered again. `links` are addresses of cloud files in the text.
    `bounce`: an automatic one that reports on the delivery of a message of ours.
    `quoted` is what stands below the newest text: quotes, forwards, signature; kept, never obeyed.
    `rehearsal`: it came to the preview address, so nothing may change by it. `differs`: the same mail's
    formatted text does not show what `text` says, so nothing in it is a command. `subject_tags` and
    `text_tags` are the references of ours (`r41-…`, see handlers/tokens.py) that its subject had and that its
    text has, quotes too. `forwarded`: it passes somebody else's mail on, so it answers nothing. `under`: the
    messages of the same chat thread before it, by their own ids. `filled`: it was filled into a form, so that
    its first line is the command and all below it is that command's text, whatever it looks like. `press`: it
    is a button's command. `contact`: how its account is reached from now on.
    """

    id: int
    channel: str
    received_at: datetime
    sender: Sender
    reply_to: ReturnAddress | None
    subject: str = ""
    text: str = ""
    hints: tuple[str, ...] = ()
    files: tuple[Attachment, ...] = ()
    answers: tuple[str, ...] = ()
    message_id: str | None = None
    automatic: str | None = None
    bounce: Bounce | None = None
    content: str = ""
    links: tuple[str, ...] = ()
    rehearsal: bool = False
    differs: bool = False
    quoted: str = ""
    subject_tags: tuple[str, ...] = ()
    text_tags: tuple[str, ...] = ()
    forwarded: bool = False
    under: tuple[str, ...] = ()
    filled: bool = False
    press: Press | None = None
    contact: Contact | None = None

    @property
    def has_documents(self) -> bool:
        return any(file.role == "document" for file in self.files)

    @property
    def has_files(self) -> bool:
        """Anything that a person would call a file; logos and signatures are none."""
        return any(file.role != "decoration" for file in self.files)


@dataclass(frozen=True)
class Unreadable:
    """A kept message that could not be read; its bytes stay. `sender` is the envelope's word only."""

    id: int
    channel: str
    received_at: datetime
    reason: str
    sender: Sender
    reply_to: ReturnAddress | None


@dataclass(frozen=True)
class Kept:
    """An inbox entry as a reader gets it: where the bytes are, and what the door knew."""

    id: int
    channel: str
    received_at: datetime
    sha256: str
    size: int
    envelope: Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """Base of everything we say. The class name in snake case is the template folder.

    An answer carries the number and the time of the message it answers, unless it is not `referenced`. As a
    notice it is told in the `chat` of those who have one, by `mail` alone (codes, and what is about mail), or
    by `both` (what somebody who took over one of them would like to hide); with `by_habit` as its reader
    asked for reminders to come."""

    referenced: ClassVar[bool] = True
    by_habit: ClassVar[bool] = False
    told_by: ClassVar[Literal["chat", "mail", "both"]] = "chat"


@dataclass(frozen=True)
class Notice:
    """A reply for somebody else than the asker. `needs`: what its reader must still reach when it is sent."""

    to: str
    reply: Reply
    needs: Reach


@dataclass(frozen=True)
class FileVerdict:
    """What became of one file: exactly one verdict, its targets as `review/CODE`, and the reason."""

    file: Attachment
    verdict: Verdict
    targets: tuple[str, ...] = ()
    reason: str = ""
    document: "EvidenceDocument | None" = None


@dataclass(frozen=True)
class Answer:
    """A handler's whole outcome: the reply, the message's end state, a verdict per file, notices.

    `needs`: what the asker reached when it was made, and must still reach when the reply is sent."""

    reply: Reply | None
    state: MessageState = "done"
    reason: str = ""
    verdicts: tuple[FileVerdict, ...] = ()
    tell: tuple[Notice, ...] = ()
    needs: Reach = OWN_AFFAIR
