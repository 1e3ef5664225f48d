"""The days on which one review reminds of a kind of deadline, instead of its program's: what they may be."""

from collections.abc import Iterable

from store.programs import rule, schedules

# What is due has its own day among them: nobody shall learn of it only before, or only after.
ON_THE_DAY = frozenset({"upload", "finding", "agreement"})


class WrongDays(ValueError):
    """Why these cannot be the days, in words that finish "We miss …"."""


def checked_days(program: str, kind: str, days: Iterable[object]) -> tuple[int, ...]:
    """The days in order, each once, the due day itself among them where that must be. Raises WrongDays."""
    kinds = schedules(program)
    if kind not in kinds:
        raise WrongDays(f"a kind of deadline that there is ({', '.join(kinds)}); {kind!r} is none")
    said = [*days]
    whole = [day for day in said if isinstance(day, int) and not isinstance(day, bool)]
    if len(whole) < len(said) or not whole:
        raise WrongDays("whole numbers of days")
    furthest, most = rule("reminder_days_furthest"), rule("reminder_days_most")
    if any(abs(day) > furthest for day in whole):
        raise WrongDays(f"days that are at most {furthest} days from the due day")
    if kind.startswith("decide_") and min(whole) < 0:
        raise WrongDays("days after the one since which it waits")
    found = {*whole, *([0] if kind in ON_THE_DAY else [])}
    if len(found) > most:
        raise WrongDays(f"at most {most} days, the due day itself among them")
    return tuple(sorted(found))
