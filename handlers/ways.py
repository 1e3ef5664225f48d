"""How a notice reaches somebody: in their chat if they have one, by mail if not; reminders as they asked for,
as long as that reaches them. The rule for all notices."""

from collections.abc import Iterable

from handlers.messages import Notice, ReturnAddress
from store.channels import chat_of
from store.unit_of_work import UnitOfWork


async def ways_to(notices: Iterable[Notice], uow: UnitOfWork) -> list[tuple[Notice, ReturnAddress]]:
    """Each notice with where it goes; twice where it is told by both."""
    told = [*notices]
    accounts = await uow.accounts_at({one.to for one in told})
    wanted = await uow.ways_wanted({one.to for one in told if one.reply.by_habit})
    return [(one, way) for one in told for way in _ways(one, accounts.get(one.to), wanted.get(one.to))]


def _ways(notice: Notice, account: str | None, wanted: str | None) -> list[ReturnAddress]:
    by_mail = ReturnAddress("mail", notice.to)
    told_by = (wanted if notice.reply.by_habit else None) or notice.reply.told_by
    if account is None or told_by == "mail":
        return [by_mail]
    in_chat = ReturnAddress(chat_of(account), account.rpartition("/")[2], account=account)
    return [by_mail, in_chat] if told_by == "both" else [in_chat]
