"""Why something is not handed in, or not to be handed in."""

from dataclasses import dataclass

from handlers.refusals import Refusal


@dataclass(eq=False)
class NothingToSubmit(Refusal):
    """Nothing is on file for this target, or all of it was submitted (`since` the last time)."""

    code: str
    title: str
    since: str | None = None


@dataclass(eq=False)
class AskASubmitter(Refusal):
    """`people` are the LEA's submitters, coordinators and administrators, by name."""

    action: str
    people: list[str]


@dataclass(eq=False)
class SayEachOne(Refusal):
    """`ready` is what the command could name, each with what to say (`say`) and its title."""

    verb: str
    ready: list[dict[str, str]]


@dataclass(eq=False)
class NoVisit(Refusal):
    """The review of this item is online: nothing can be shown at a visit."""

    code: str
    title: str


@dataclass(eq=False)
class NotAskedOf(Refusal):
    """The form is for the `kinds` of LEA, in words, and this LEA is of another `type`."""

    title: str
    lea: str
    type: str
    kinds: list[str]
