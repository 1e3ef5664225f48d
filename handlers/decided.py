"""What was judged already, or whose review is over: the state looks at it no more, unless it is reopened."""

from handlers.lifecycle import CONCLUSIONS, possible
from handlers.targets import Target
from store.models import OPEN_REVIEWS


def is_decided(target: Target) -> bool:
    """Its evidence was judged, or its review is over: nothing may be taken away from it any more."""
    if target.obligation is not None:
        return target.obligation.status == "accepted"
    assert target.item is not None
    if target.item.review.status not in OPEN_REVIEWS:
        return True
    if target.finding is not None:
        return target.finding.status == "resolved"
    return target.item.status in CONCLUSIONS


def possible_at(target: Target) -> list[str]:
    """What may happen to a target now, for a refusal: nothing once its review is over."""
    if target.obligation is not None:
        return possible("form", target.obligation.status)
    assert target.item is not None
    if target.item.review.status not in OPEN_REVIEWS:
        return []
    if target.finding is not None:
        return possible("finding", target.finding.status)
    return possible("item", target.item.status)
