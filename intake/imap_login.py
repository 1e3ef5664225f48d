"""Into a mailbox: connect with limits, encrypt, log in. Failures are of two kinds, each with a word."""

import imaplib
import logging
import ssl

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from intake.imap_accounts import Account
from intake.mailbox_token import MailboxToken, NoToken, NoTokenNow
from intake.settings import IntakeSettings

LIMITS = SocketTimeout(connect=20.0, read=60.0)
REFUSED = "login refused"
NAME_CODES, ISSUER_CODES = (62, 64), (18, 19, 20, 21)  # X509_V_ERR_… of OpenSSL


class LoginRefused(Exception):
    """We were heard and not let in: trying again soon would only lock the account."""


class Unavailable(Exception):
    """Nobody answers, or not now: try again."""


def log_in(
    account: Account, settings: IntakeSettings, token: MailboxToken | None, limits: SocketTimeout = LIMITS
) -> IMAPClient:
    """A connection that is logged in; its times are aware. Raises LoginRefused, Unavailable; the first
    argument of each is a machine word. A token that the server refuses may have been revoked: once, another
    one is got."""
    try:
        return _logged_in(account, settings, token, limits)
    except LoginRefused as refused:
        if settings.imap_auth == "password" or token is None or refused.args != (REFUSED,):
            raise
        token.forget(account.user)
    return _logged_in(account, settings, token, limits)


def _logged_in(
    account: Account, settings: IntakeSettings, token: MailboxToken | None, limits: SocketTimeout
) -> IMAPClient:
    logging.getLogger("imapclient").setLevel(logging.ERROR)
    try:
        context = _context(settings) if account.tls else None
        client = IMAPClient(account.host, account.port, ssl=account.tls, ssl_context=context, timeout=limits)
    except ssl.SSLCertVerificationError as error:
        raise Unavailable(_not_trusted(error)) from error
    except (OSError, IMAPClientError) as error:
        raise Unavailable("unreachable") from error
    try:
        _enter(client, account, settings, token)
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


def _context(settings: IntakeSettings) -> ssl.SSLContext:
    """The system's authorities, and our own."""
    context = ssl.create_default_context()
    if settings.imap_ca is not None:
        context.load_verify_locations(settings.imap_ca)
    return context


def _enter(
    client: IMAPClient, account: Account, settings: IntakeSettings, token: MailboxToken | None
) -> None:
    try:
        if not account.tls and not account.is_local:
            _encrypt(client, settings)
        _show(client, account, settings, token)
    except NoToken as refused:
        raise LoginRefused("token refused") from refused
    except NoTokenNow as later:
        raise Unavailable("no token now") from later
    except ssl.SSLCertVerificationError as error:
        raise Unavailable(_not_trusted(error)) from error
    except (OSError, IMAPClientError) as error:
        raise _why(error) from None  # the server's words may quote what we said


def _encrypt(client: IMAPClient, settings: IntakeSettings) -> None:
    if not client.has_capability("STARTTLS"):
        raise Unavailable("not encrypted")
    client.starttls(_context(settings))


def _show(client: IMAPClient, account: Account, settings: IntakeSettings, token: MailboxToken | None) -> None:
    if settings.imap_auth == "password":
        client.login(account.user, account.password.get_secret_value() if account.password else "")
    elif token is None:
        raise LoginRefused("no token")
    elif settings.imap_auth == "xoauth2":
        client.oauth2_login(account.user, token.give(account.user))
    else:
        client.oauthbearer_login(account.user, token.give(account.user))


def _not_trusted(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in NAME_CODES:
        return "certificate name"
    return "certificate issuer" if error.verify_code in ISSUER_CODES else "certificate"


def _why(error: Exception) -> Exception:
    """imapclient makes a LoginError of a lost connection, too."""
    lost = isinstance(error, (OSError, imaplib.IMAP4.abort)) or isinstance(
        error.__context__, (OSError, imaplib.IMAP4.abort)
    )
    if isinstance(error, LoginError) and not lost and "[UNAVAILABLE]" not in str(error).upper():
        return LoginRefused(REFUSED)
    return Unavailable("unreachable" if lost else "unavailable")
