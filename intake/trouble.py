"""What we say, and what we write down, when a mail could not be kept through no fault of its sender."""

import secrets

import structlog

log = structlog.get_logger()


def not_taken(error: BaseException | str) -> str:
    """The only answer to trouble of ours: nothing of its cause, but a reference to find it in our log."""
    reference = secrets.token_hex(4)
    cause = error if isinstance(error, str) else described(error)
    log.error("smtp.not_taken", reference=reference, cause=cause)
    return f"451 4.3.0 The mail could not be kept just now, please send it again (reference {reference})"


def described(error: BaseException) -> str:
    """Kinds, codes and places of an error and its causes; not its text, which may quote the mail."""
    link: BaseException | None = error
    causes = []
    while link is not None:
        causes.append(_kind(link))
        link = link.__cause__ or link.__context__
    return " from ".join(causes)


def _kind(error: BaseException) -> str:
    codes = (getattr(error, name, None) for name in ("errno", "sqlite_errorname", "sqlstate"))
    code = next((f" {code}" for code in codes if code), "")
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f" at {frame.tb_frame.f_code.co_qualname}:{frame.tb_lineno}" if frame else ""
    return f"{type(error).__name__}{code}{place}"
