"""Trouble with the mailboxes that we poll: nobody gets in, no mail comes, one message does not come."""

from datetime import datetime, timedelta

from handlers.trouble import Trouble, Watch
from store.mailboxes import MailboxFolder, Unfetchable
from store.unit_of_work import UnitOfWork

PATIENCE = timedelta(minutes=10)
LOST_TRIES = 3
SHUT_OUT = ("login refused", "token refused", "no token")
WORDS = {
    "login refused": "the server refuses our user or password; mail waits there",
    "token refused": "the identity provider gives no token for it; mail waits there",
    "no token": "it asks for a token, and nothing is set up that gets one; mail waits there",
    "no token now": "the identity provider that gives tokens for it does not answer; mail waits there",
    "certificate": "the server's certificate is not valid; has it expired? Mail waits there",
    "certificate name": "the server's certificate is for another name than CAIS_IMAP says; mail waits there",
    "certificate issuer": "nobody we know signed the server's certificate; a CA of your own is named by"
    " CAIS_IMAP_CA; mail waits there",
    "not encrypted": "the server offers no encryption, so we do not show it the password; mail waits there",
    "unreachable": "the server does not answer; mail waits there",
    "unavailable": "the server says that it cannot let us in now; mail waits there",
    "lost": "the connection breaks again and again; mail waits there",
    "not opened": "the folder does not open; is it there, and may we read it?",
    "not moved": "mail is kept, but the server does not let us move it to the folder of processed mail",
    "disk": "our disk is nearly full or failing; mail waits in the mailbox",
    "store": "our database takes nothing; mail waits in the mailbox",
    "failed": "our poller fails; its log says where",
}
UNFETCHED = {
    "too large": "a message is larger than CAIS_MAX_MESSAGE_BYTES and stays in the mailbox",
    "default": "a message cannot be fetched and stays in the mailbox, while the others go on ({why})",
}


def is_alarming(folder: MailboxFolder, at: datetime) -> bool:
    """Trouble that lasts: a server that restarts is nobody's business."""
    return folder.trouble is not None and folder.since is not None and at - folder.since >= PATIENCE


def is_quiet(folder: MailboxFolder, at: datetime, quiet: timedelta) -> bool:
    """No mail for longer than usual, though we get in: is anything sent on to it at all?"""
    return bool(quiet) and folder.mail_at is not None and at - folder.mail_at >= quiet


def words_of(trouble: str) -> str:
    """What a machine word means, for people."""
    return WORDS.get(trouble, trouble)


async def watch_mailboxes(uow: UnitOfWork, at: datetime) -> list[Trouble]:
    """Folders that have been in trouble for ten minutes, and messages that do not come."""
    folders = [one for one in await uow.mailbox_folders() if is_alarming(one, at)]
    troubles = [Trouble("mailbox", f"{one.account}/{one.folder}", _words(one)) for one in folders]
    return troubles + [_unfetched(one) for one in await uow.unfetchable() if _is_hopeless(one)]


async def mailbox_troubles(uow: UnitOfWork, at: datetime) -> list[str]:
    """Machine words for health checks, one for each folder in lasting trouble, or that nobody is let into;
    nobody's address."""
    folders = [one for one in await uow.mailbox_folders() if is_alarming(one, at) or one.trouble in SHUT_OUT]
    return [one.trouble or "" for one in folders]


def watch_quiet(quiet: timedelta) -> Watch:
    """The watch for mailboxes without any mail for so long; zero: none."""

    async def watch(uow: UnitOfWork, at: datetime) -> list[Trouble]:
        accounts: dict[str, MailboxFolder] = {}
        for one in await uow.mailbox_folders():
            if one.mail_at and (one.account not in accounts or _later(one, accounts[one.account])):
                accounts[one.account] = one
        hours = f"{quiet.total_seconds() / 3600:g}"
        words = f"no mail came for {hours} hours; is it still sent on to it? (CAIS_IMAP_QUIET_HOURS)"
        return [Trouble("quiet", name, words) for name, one in accounts.items() if is_quiet(one, at, quiet)]

    return watch


def _later(one: MailboxFolder, other: MailboxFolder) -> bool:
    return bool(one.mail_at and other.mail_at and one.mail_at > other.mail_at)


def _is_hopeless(message: Unfetchable) -> bool:
    return message.trouble == "too large" or message.tries >= LOST_TRIES


def _words(folder: MailboxFolder) -> str:
    return words_of(folder.trouble or "")


def _unfetched(message: Unfetchable) -> Trouble:
    words = UNFETCHED.get(message.trouble, UNFETCHED["default"])
    return Trouble("unfetchable", message.key, words.format(why=message.trouble))
