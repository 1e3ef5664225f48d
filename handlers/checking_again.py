"""When a held message whose sender could not be known at that moment is looked at again by itself. Pure."""

from datetime import datetime, timedelta

NOT_KNOWN_YET = "dns-trouble"
NO_STAMP_NOW = "stamp-missing"
PASSING = (NOT_KNOWN_YET, NO_STAMP_NOW)
FIRST = timedelta(minutes=5)
LONGEST = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=3)


def next_check(basis: str, received_at: datetime, now: datetime) -> datetime | None:
    """The wait doubles the age, from five minutes to four hours; after three days a person must look.

    None as well where the reason is the mail's own and will not pass."""
    age = now - received_at
    if basis not in PASSING or age >= GIVE_UP_AFTER:
        return None
    return now + min(max(age, FIRST), LONGEST)
