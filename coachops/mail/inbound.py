"""Mail that comes in: fetched from a mailbox, or in the words of a provider."""

import imaplib
import logging
import re
import ssl
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, Literal

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from coachops.mail.incoming import InboundMail, Mailbox

type Take = Callable[[bytes], bool]

MOST_AT_ONCE: Final = 50
_TIMEOUT_SECONDS: Final = 20
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")

logger = logging.getLogger(__name__)


class MailboxUnreachable(Exception):
    """The mail server cannot be reached, or does not let us in. Later it may."""


def read_mailbox(mailbox: Mailbox, take: Take, *, biggest: int) -> int:
    """Give each unread mail to `take`, at most fifty at once; how many were looked at.

    `take` says whether the mail has been dealt with: it is deleted then, else left as read for a
    person to look at. Mails above `biggest` bytes are left as read without being fetched, and so is
    one whose handling fails. Only when the database is away do mails stay unread and come again.
    Raises MailboxUnreachable.
    """
    try:
        with _connect(mailbox) as client:
            if mailbox.encryption == "starttls":
                client.starttls(ssl_context=ssl.create_default_context())
            client.login(mailbox.user, mailbox.password)
            return _read(client, mailbox, take, biggest)
    except (OSError, imaplib.IMAP4.error) as error:
        # The text of a refused login may repeat what was sent.
        raise MailboxUnreachable(type(error).__name__) from None


def provider_view(
    inbound: InboundMail, *, about: Literal["inbound", "tracking"] = "inbound"
) -> Callable[[HttpRequest], HttpResponse] | None:
    """The view of django-anymail that understands the configured provider; None for raw mail.

    It sends `anymail.signals.inbound`, or `.tracking` for what becomes of the mails we sent. The
    secret in our address stands for a password.
    """
    if not inbound.provider:
        return None
    module = import_module(f"anymail.webhooks.{inbound.provider}")
    wanted = f"{inbound.provider.replace('_', '')}{about}webhookview"
    views: dict[str, Any] = {name.lower(): view for name, view in vars(module).items()}
    view = views.get(wanted) or views[f"{inbound.provider}combinedwebhookview"]
    trusted: Any = type(view.__name__, (view,), {"warn_if_no_basic_auth": False})
    answer: Callable[[HttpRequest], HttpResponse] = trusted.as_view(**inbound.options)
    return answer


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    if mailbox.encryption != "tls":
        return imaplib.IMAP4(mailbox.host, mailbox.port, timeout=_TIMEOUT_SECONDS)
    context = ssl.create_default_context()
    return imaplib.IMAP4_SSL(
        mailbox.host, mailbox.port, ssl_context=context, timeout=_TIMEOUT_SECONDS
    )


def _read(client: imaplib.IMAP4, mailbox: Mailbox, take: Take, biggest: int) -> int:
    status, _data = client.select(f'"{mailbox.folder}"')
    if status != "OK":
        raise MailboxUnreachable(f"no folder {mailbox.folder}")
    _status, found = client.uid("SEARCH", "UNSEEN")
    uids = [uid.decode() for uid in (found[0] or b"").split()[:MOST_AT_ONCE]]
    for uid in uids:
        _read_one(client, uid, take, biggest)
    return len(uids)


def _read_one(client: imaplib.IMAP4, uid: str, take: Take, biggest: int) -> None:
    content = _content(client, uid, biggest)
    is_dealt_with = False
    if content is not None:
        try:
            is_dealt_with = take(content)
        except (OperationalError, InterfaceError) as error:
            logger.warning("the database is away, a mail is tried again: %s", _kind(error))
            return
        except Exception as error:  # noqa: BLE001 -- trouble with one mail is not the next one's
            # Neither message nor traceback: they may repeat what somebody wrote.
            logger.error("mail %s is left for a person to look at: %s", uid, _kind(error))  # noqa: TRY400
    client.uid("STORE", uid, "+FLAGS", r"(\Seen \Deleted)" if is_dealt_with else r"(\Seen)")
    # Without UIDPLUS we would also remove what somebody else has marked.
    if is_dealt_with and "UIDPLUS" in client.capabilities:
        client.uid("EXPUNGE", uid)


def _kind(error: Exception) -> str:
    return type(error).__name__


def _content(client: imaplib.IMAP4, uid: str, biggest: int) -> bytes | None:
    """None for a mail that is too big, or gone."""
    _status, sizes = client.uid("FETCH", uid, "(RFC822.SIZE)")
    size = next(
        (m for each in sizes if isinstance(each, bytes) and (m := _SIZE.search(each))), None
    )
    if size is None or int(size[1]) > biggest:
        return None
    _status, parts = client.uid("FETCH", uid, "(BODY.PEEK[])")
    return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), None)
