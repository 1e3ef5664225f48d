"""What no chat took goes by mail to whom it is for, within an hour: long before any deadline."""

from datetime import datetime

from handlers.access import address_of
from handlers.retry import CHAT_PATIENCE
from handlers.surfaces import HOME, UPDATE
from store.channels import ENDED
from store.clock import wall
from store.outbox import OutboxEntry
from store.unit_of_work import Actor, UnitOfWork


async def mail_instead(uow: UnitOfWork, now: datetime) -> list[OutboxEntry]:
    """Queue as mail what was given up in a chat, or what nobody says there because the chat is switched off.

    `now` is aware (UTC). The old row stays as it is, and says that it was sent again; what is for nobody on
    record stays a dead letter for a person. A digest that goes by mail anyway (`remind me by both`) needs no
    second mail.
    """
    uow.act_as(Actor(at=now))
    unsaid = [*await uow.unsaid_in_chats(wall() - CHAT_PATIENCE)]
    for row in unsaid:
        if row.state == "waiting":
            row.state, row.lease, row.receipt = "dead", None, row.trouble or "nobody says it in this chat"
        row.bounced_at = now
        await _mark(row, uow, now)
        person = await uow.person_behind(str(row.thread.get("account") or ""))
        needless = _is_here_only(row) or await uow.told_elsewhere(row)
        if person is not None and person.retired_at is None and person.addresses and not needless:
            uow.add(_by_mail(row, address_of(person), now))
            row.thread = dict(row.thread) | {"resent": True}
        uow.changed(row)
    return unsaid


async def _mark(row: OutboxEntry, uow: UnitOfWork, now: datetime) -> None:
    """Since the first notice that the chat did not take for its account, whatever it said."""
    account = str(row.thread.get("account") or "")
    person = await uow.person_of_account(account) if row.is_notice and row.receipt in ENDED else None
    for one in await uow.chat_accounts_of(person.id) if person is not None else ():
        if one.account == account and one.unreachable_at is None:
            one.unreachable_at = now
            uow.changed(one)


def _is_here_only(row: OutboxEntry) -> bool:
    """A picture of how things stand, and a message that is written again, are of no use in a mail."""
    return row.to.startswith(HOME) or UPDATE in row.thread


def _by_mail(row: OutboxEntry, to: str, now: datetime) -> OutboxEntry:
    return OutboxEntry(
        created_at=now,
        channel="mail",
        to=to,
        template=row.template,
        fields=dict(row.fields),
        run_at=wall(),
        in_answer_to=row.in_answer_to,
        thread={"again": row.id},
        about=row.about,
        needs=row.needs,
    )
