"""For the doctor: can we get into the mailboxes, and does the scanner answer? (name, good, words) each."""

import asyncio

from imapclient import SocketTimeout

from handlers.watch_mailboxes import words_of
from intake.imap import accounts_of
from intake.imap_accounts import Account
from intake.imap_login import LoginRefused, Unavailable, hang_up, log_in
from intake.mailbox_token import MailboxToken
from intake.scanner import Scanner, examine_scanner
from intake.settings import IntakeSettings

Finding = tuple[str, bool, str]
PATIENCE = SocketTimeout(connect=5.0, read=5.0)


async def examine_intake(
    settings: IntakeSettings, scanner: Scanner | None, token: MailboxToken | None
) -> list[Finding]:
    """Every mailbox is logged into, all at the same time; a login that is refused is not tried again."""
    logins = [asyncio.to_thread(_login, one, settings, token) for one in accounts_of(settings)]
    return [*await asyncio.gather(*logins), await examine_scanner(scanner)]


def _login(account: Account, settings: IntakeSettings, token: MailboxToken | None) -> Finding:
    name = f"imap login {account.name}"
    try:
        hang_up(log_in(account, settings, token, PATIENCE))
    except (LoginRefused, Unavailable) as error:
        return (name, False, words_of(str(error)))
    return (name, True, "lets us in")
