"""The line to the mail server, kept open for a batch and closed at the end of every drain."""

import smtplib
import time
from contextlib import suppress
from dataclasses import dataclass

from anymail.exceptions import (  # type: ignore[import-untyped]
    AnymailAPIError,
    AnymailRecipientsRefused,
)
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend

from coachops.outbox.registry import NotDelivered, Undeliverable

# Servers hang up on a silent line; what they would say then looks like a lost message.
_LONGEST_SILENCE_SECONDS = 10.0
_TOO_MANY_REQUESTS = 429


@dataclass
class _Line:
    backend: BaseEmailBackend | None = None
    used_at: float = 0.0


# One line a process: workers deliver one message after the other.
_line = _Line()


def send(message: EmailMessage) -> None:
    """Send over the open line, or a new one. The answers are told apart in `send_mail`'s words."""
    backend = _open_line()
    try:
        backend.send_messages([message])
    except Exception as error:
        close()
        refusal = _certainly_not_sent(error)
        if refusal is None:
            raise
        raise refusal from error
    _line.used_at = time.monotonic()


def close() -> None:
    """Hang up. A line that is broken already is let go quietly."""
    backend, _line.backend = _line.backend, None
    if backend is not None:
        with suppress(OSError):
            backend.close()


def _open_line() -> BaseEmailBackend:
    if _line.backend is not None and (time.monotonic() - _line.used_at < _LONGEST_SILENCE_SECONDS):
        return _line.backend
    close()
    backend: BaseEmailBackend = mailers.default
    try:
        backend.open()
    except OSError as error:
        # Also a wrong password or name: that is nothing the message could help, so it waits.
        raise NotDelivered(f"the mail server cannot be reached: {error}") from error
    _line.backend = backend
    _line.used_at = time.monotonic()
    return backend


def _certainly_not_sent(error: Exception) -> NotDelivered | None:
    """None: the message may have been accepted before the line broke."""
    code = _answer_code(error)
    if isinstance(error, ValueError | AnymailRecipientsRefused):
        # An address or header that no server would take.
        return Undeliverable(str(error))
    if code is None:
        return None
    return Undeliverable(str(error)) if _is_final(error, code) else NotDelivered(str(error))


def _answer_code(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return int(error.smtp_code)
    if isinstance(error, AnymailAPIError):
        return int(error.status_code) if error.status_code else None
    return None


def _is_final(error: Exception, code: int) -> bool:
    if isinstance(error, AnymailAPIError):
        # HTTP: the request is at fault, not the account (401, 403) and not the moment (429, 5xx).
        return 400 <= code < 500 and code not in {401, 403, _TOO_MANY_REQUESTS}
    return 500 <= code < 600
