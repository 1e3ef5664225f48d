"""Into a mailbox: connect with limits, encrypt, log in. Failures are of two kinds, each with a word."""

import imaplib
import logging
import ssl

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from intake.imap_accounts import Account, Auth
from intake.mailbox_token import MailboxToken, NoToken, NoTokenNow

CONNECT_SECONDS = 20.0
READ_SECONDS = 60.0
REFUSED = "login refused"


class LoginRefused(Exception):
    """We were heard and not let in: trying again soon would only lock the account."""


class Unavailable(Exception):
    """Nobody answers, or not now: try again."""


def log_in(account: Account, auth: Auth, token: MailboxToken | None) -> IMAPClient:
    """A connection that is logged in; its times are aware. Raises LoginRefused, Unavailable; the first
    argument of each is a machine word. A token that the server refuses may have been revoked: once, another
    one is got."""
    try:
        return _logged_in(account, auth, token)
    except LoginRefused as refused:
        if auth == "password" or token is None or refused.args != (REFUSED,):
            raise
        token.forget(account.user)
    return _logged_in(account, auth, token)


def _logged_in(account: Account, auth: Auth, token: MailboxToken | None) -> IMAPClient:
    logging.getLogger("imapclient").setLevel(logging.ERROR)
    try:
        client = _connected(account)
    except ssl.SSLCertVerificationError as error:
        raise Unavailable("certificate") from error
    except (OSError, IMAPClientError) as error:
        raise Unavailable("unreachable") from error
    try:
        _enter(client, account, auth, token)
    except BaseException:
        hang_up(client)
        raise
    client.normalise_times = False
    return client


def hang_up(client: IMAPClient) -> None:
    """Close without a word, whatever state the connection is in."""
    try:
        client.shutdown()
    except (OSError, IMAPClientError):
        return


def _connected(account: Account) -> IMAPClient:
    context = ssl.create_default_context() if account.tls else None
    limits = SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    return IMAPClient(account.host, account.port, ssl=account.tls, ssl_context=context, timeout=limits)


def _enter(client: IMAPClient, account: Account, auth: Auth, token: MailboxToken | None) -> None:
    try:
        if not account.tls and not account.is_local:
            client.starttls(ssl.create_default_context())
        if auth == "password":
            secret = account.password.get_secret_value() if account.password else ""
            client.login(account.user, secret)
        elif token is None:
            raise LoginRefused("no token")
        elif auth == "xoauth2":
            client.oauth2_login(account.user, token.give(account.user))
        else:
            client.oauthbearer_login(account.user, token.give(account.user))
    except NoToken as refused:
        raise LoginRefused("token refused") from refused
    except NoTokenNow as later:
        raise Unavailable("no token now") from later
    except ssl.SSLCertVerificationError as error:
        raise Unavailable("certificate") from error
    except (OSError, IMAPClientError) as error:
        raise _why(error) from None  # the server's words may quote what we said


def _why(error: Exception) -> Exception:
    """imapclient makes a LoginError of a lost connection, too."""
    lost = isinstance(error, (OSError, imaplib.IMAP4.abort)) or isinstance(
        error.__context__, (OSError, imaplib.IMAP4.abort)
    )
    if isinstance(error, LoginError) and not lost and "[UNAVAILABLE]" not in str(error).upper():
        return LoginRefused(REFUSED)
    return Unavailable("unreachable" if lost else "unavailable")
