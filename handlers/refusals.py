"""The reasons we say no. Each carries facts; its words are `templates/request_refused/<name>.txt`.
Those about people stand in `refusals_people.py`, about days and agreements in `refusals_dates.py`, about
reminders in `refusals_reminders.py`, about handing something in in `refusals_submitting.py`.

Refusal
├── NotForYourRole      the person's role does not do this
├── NotOneOfYours       something that is not theirs, or is nowhere: the same answer for both
├── NoFileCame          evidence was meant, but no file came (perhaps a link, perhaps only logos)
├── NotUnderstood       no verb, no code, no file
├── NothingAsked        an answer to a question that is not open
├── NotSaidRight        a command's verb, but not its form
├── NotSure             a command, and words beside it that make it doubtful
├── WhichOne            the words fit several things of theirs
├── NotNow              its status does not allow it: done already, decided by somebody else, too early
├── StillOpen           something else must be done before: it is listed
├── DateOutside         a date that cannot be right here
├── DayNotSure          the words may name several days, or none
├── DayPassed           a day that is over, and from when to when days work
├── NotAskedOf          a form that is for other kinds of LEA
├── TableNotRight       rows of a spreadsheet that cannot be loaded, each with its row and column
├── NoSuchLea           no LEA of this name whose users the person manages; making LEAs is the state's
├── HasThatRole         the address has this very role there already
├── IsRetired           the user was retired there: to be reinstated, not added anew
├── LastAdmin           an LEA keeps at least one coordinator or administrator
├── NotYourself         nobody retires themself, and nobody gives themself a role
├── BothSides           the address has a role of the LEAs' side, or of the state's; nobody has both
├── AddressNotFree      an address that cannot be added; why is told to nobody
├── NothingToConfirm    a code, and nothing waits for one
├── CodeNotRight        a code that does not count, or not any more
├── NothingToSubmit     nothing on file there that the state does not have already
├── AskASubmitter       only who may submit for the LEA does this; who they are
├── SayEachOne          a command for everything at once, which must name each
├── NoVisit             shown on site, where nobody comes to the site
├── NotUndone           nothing to undo, too late, or somebody acted on it since
├── ButtonDead          a button that belongs to nothing, or whose form did not open
├── ButtonSpent         a button for what is decided already; who was first
├── NotFromPen          a held message that stays as it is: somebody was first, or it cannot be so
├── NothingReminded     nothing of it is due, so that nobody is reminded
├── SnoozeTooLong       a reminder can wait only until the last working day
├── UntilWhen           a reminder is to wait, and no day was said
├── DayOfFinding        the day of a finding moves by an agreement only
├── NotMuted            nobody else would hear of it, or it is overdue
├── NoWish              the reminders of it are as usual
├── HourOutside         reminders come only between the program's hours
├── CannotStandIn       who stands in must have a role that does the work already
├── NotPaused           no pause that could end
├── NobodyAway          cover cannot end for who is not away
├── NoCalendars         a calendar link, where the service has no public address
├── NotSentAgain        a message of ours that cannot go out once more
├── AlreadyResolved     a resolved finding: only a reviewer opens it again
├── DateUnclear         the words leave no day, or more than one
├── DayIsOver           a day that has passed
├── AgreementTooLong    a day after the last one that an agreement may run to
├── PauseTooLong        reminders that would be silent for too long
├── AgreementThere      one is requested or approved already
├── NoAgreementNeeded   a day on which the finding is due anyway
├── NoSteps             an agreement without a step
├── StepUnclear         a step without what, who or when
├── StepTooLate         a step after the end
└── LaterThanRequested  a reviewer grants no more than was requested
"""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(eq=False)
class Refusal(Exception):
    """Base of all reasons; `facts` is what the template may say."""

    @property
    def facts(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(eq=False)
class NotForYourRole(Refusal):
    """The person is known, but their role does not do this: who does is named by `side`:
    `lea`, `state`, `leaders` of a review, `managers` of users, `contacts`; `apart`: anybody who is not of
    that LEA."""

    action: str
    roles: list[str]
    side: str = "lea"


@dataclass(eq=False)
class NotOneOfYours(Refusal):
    """A thing that this person's agencies do not have; whether another one has it is never told."""

    what: str
    said: str


@dataclass(eq=False)
class NoFileCame(Refusal):
    """`links`: hosts of cloud files in the text. `only`: names of the pictures that did come. `move`: the
    command that moves there the files `names`, which came just before."""

    links: list[str]
    only: list[str]
    said: list[str]
    move: str = ""
    names: list[str] = field(default_factory=list)


@dataclass(eq=False)
class NotUnderstood(Refusal):
    """The first words, for reading back. `waiting`: questions of ours that are open, each with its `receipt`
    and the `names` of its files. `sends`: whether the person may send evidence. `instead`: what they seem to
    want of reminders (away, stop, not_me, sent), for which there are words; `argue`: those that fit what
    they are reminded of, where they want that to stop."""

    said: str
    waiting: list[dict[str, Any]] = field(default_factory=list)
    sends: bool = True
    instead: str = ""
    argue: list[str] = field(default_factory=list)


@dataclass(eq=False)
class NothingAsked(Refusal):
    """The question was answered before, or never asked; or it was `closed` at that time: dropped, asked-again
    (the file came once more)."""

    said: str
    answered_at: str | None = None
    closed: str = ""


@dataclass(eq=False)
class NotSaidRight(Refusal):
    """`usage` is the form that works, with an example in it. `lacks` is what is missing, as words for
    people that finish "We miss …"; empty where the form itself was not recognised."""

    verb: str
    usage: str
    lacks: str = ""


@dataclass(eq=False)
class NotSure(Refusal):
    """`said` is the command. `doubt`: `question` (it is asked), `taken_back` (other words say not to, or
    not yet), `beside` (other words may change it), `within` (a line of its text may be a command),
    `condition` (its own words begin like a no or an if), `differs` (the mail's formatted text does not show
    it). `words` are those that raise the doubt. `whole`: `said` alone is all of the command."""

    said: str
    doubt: str
    words: str = ""
    whole: bool = False


@dataclass(eq=False)
class WhichOne(Refusal):
    """`said` fits all `choices`, each with what to say instead (`say`) and its title."""

    what: str
    said: str
    choices: list[dict[str, Any]]


@dataclass(eq=False)
class NotNow(Refusal):
    """`what` is in this `status` (in words), in which `wanted` cannot happen; `possible` can. `who` and
    `since` tell who brought it there, where the asker may know."""

    what: str
    status: str
    wanted: str
    possible: list[str]
    who: str | None = None
    since: str | None = None


@dataclass(eq=False)
class ButtonDead(Refusal):
    """`why`: `unknown` (no message of ours that was shown there has it), `changed` (its message is older than
    what we offer now), `no_form` (Slack did not open its form). `say` does the same in words, or is empty."""

    why: str
    say: str


@dataclass(eq=False)
class ButtonSpent(Refusal):
    """What `target` it was there for has this `outcome` (in words) since then, by `who`."""

    target: str
    outcome: str
    who: str | None
    since: str


@dataclass(eq=False)
class StillOpen(Refusal):
    """`what` cannot be `wanted` before every one of `rows` (code, title, status) is `until` (in words)."""

    what: str
    wanted: str
    until: str
    rows: list[dict[str, Any]]


@dataclass(eq=False)
class TableNotRight(Refusal):
    """Nothing of the file was loaded. A fault is `{"row", "column", "wrong", "said"}`; `wrong` is a machine
    word, the others may be empty. `more` counts the faults that are not listed."""

    name: str
    faults: list[dict[str, Any]]
    more: int = 0


@dataclass(eq=False)
class NotUndone(Refusal):
    """`why`: nothing, older (one's `last` message did something else), another (the latest change is not the
    one that is meant), late, acted, submitted. `instead` are commands that work; with nothing to undo, for
    the files `names`, which were filed last, and `move` begins the one that moves them. `older` undoes what
    was done before `last`, to the documents `older_names`."""

    why: str
    minutes: int
    instead: list[str]
    names: list[str] = field(default_factory=list)
    move: str = ""
    last: str = ""
    older: str = ""
    older_names: list[str] = field(default_factory=list)
