"""Earlier words that newer ones take the place of: one's own; from who speaks for the LEA, everybody's.

Whose words those were is said in the answer, and they stay readable. What the state has stays until the
newer ones are submitted.
"""

from handlers.targets import Target
from store.models import LIVE, Statement
from store.unit_of_work import UnitOfWork


async def take_place(
    made: Statement, target: Target, speaks: bool, uow: UnitOfWork
) -> tuple[bool, list[str]]:
    """End the earlier words of its kind at the target: whether there were any, and the other people whose
    they were. `speaks`: whether its author submits them, and not only drafts."""
    words = await uow.statements_on(*target.at)
    older = [one for one in words if _makes_way(one, made) and (speaks or one.by_id == made.by_id)]
    for one in older:
        one.status, one.ended_at, one.ended_in = "superseded", made.made_at, made.inbox_id
        uow.changed(one)
    others = dict.fromkeys(old.by_id for old in older if old.by_id != made.by_id)
    return bool(older), [await uow.name_of(one) or "" for one in others]


def _makes_way(old: Statement, made: Statement) -> bool:
    """Never what the state has, nor a draft for what is none."""
    if old.kind != made.kind or old.status not in LIVE:
        return False
    return old.status == "draft" or (made.status == "attached" and old.submitted_at is None)
