"""A mail: three templates made into one message, in the reader's language and time zone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Any, Final, Literal
from uuid import UUID

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation

from coachops.mail import transport
from coachops.mail.colours import palette
from coachops.mail.headers import REFERENCE_HEADER, UNSUBSCRIBE_HEADER, MailMessage
from coachops.mail.inlining import inline_css

_LONGEST_HEADER = 150
INVITATION_NAME: Final = "invite.ics"
# Of a line of a mail at all (RFC 5322): what we write into headers ourselves, as addresses.
_LONGEST_LINE = 998
REFERENCE_KEY = "reference"
# Line breaks of every kind, other controls, and the marks that reverse the direction of text.
_NOT_IN_HEADERS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it: one address, and the language and time zone that dates are written in."""

    address: str
    language: str = "en-gb"
    time_zone: str = "UTC"
    preferences_url: str = ""
    # Answers a bare POST (RFC 8058). Leave empty for mail that cannot be turned off.
    unsubscribe_url: str = ""


type Complete = Callable[[Reader], Reader]
_complete: list[Complete] = []


@dataclass(frozen=True, slots=True)
class Sender:
    """In whose name it goes out; the address itself is always the installation's."""

    name: str
    hue: int = 205
    postal_address: str = ""
    logo_url: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """An iCalendar object for the reader's calendar (RFC 6047); its METHOD is repeated here."""

    method: Literal["REQUEST", "CANCEL", "PUBLISH", "REPLY"]
    content: str


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One finished message to one reader."""

    to: str
    subject: str
    text: str
    html: str = ""
    from_name: str = ""
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    calendar: Invitation | None = None
    attachments: tuple[Attachment, ...] = ()
    # Comes back with reports about its delivery, from mail servers and providers.
    reference: str = ""


def complete_readers(complete: Complete) -> None:
    """Have `complete` fill in what a reader has in every mail: where they choose what they get.

    It may ask the database, so it runs before anything is rendered.
    """
    if complete not in _complete:
        _complete.append(complete)


def render_mail(
    *,
    name: str,
    context: Mapping[str, Any],
    reader: Reader,
    sender: Sender,
    reason: str,
    calendar: Invitation | None = None,
) -> Mail:
    """Fill templates/mail/<name>.subject.txt, .txt and .html.

    `name` is "<app>/<mail>". `reason` tells the reader plainly why this came and stands under it.
    Nothing may be queried while rendering: the context holds everything.
    """
    reader = _completed(reader)
    colours = palette(sender.hue)
    values = {
        **context,
        "sender": sender,
        "reader": reader,
        "reason": reason,
        "colours": colours,
        "language": reader.language,
    }
    with translation.override(reader.language), timezone.override(reader.time_zone):
        subject = _render_plain(f"mail/{name}.subject.txt", values)
        text = _render_plain(f"mail/{name}.txt", values)
        html = inline_css(
            get_template(f"mail/{name}.html").render({**values, "subject": subject}), colours
        )
    return Mail(
        to=reader.address,
        subject=header_value(subject),
        text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        html=html,
        from_name=sender.name,
        reply_to=sender.reply_to,
        headers=_list_headers(reader),
        calendar=calendar,
    )


def _completed(reader: Reader) -> Reader:
    for complete in _complete:
        reader = complete(reader)
    return reader


def header_value(text: str, longest: int = _LONGEST_HEADER) -> str:
    """One clean line of at most 150 characters: names and titles are typed by people."""
    return re.sub(r"\s+", " ", _NOT_IN_HEADERS.sub(" ", text)).strip()[:longest]


def send_mail(mail: Mail, *, message_id: UUID) -> None:
    """Give the mail to the configured mailer, outside of any transaction.

    The Message-ID is made of `message_id`, so that a second attempt is recognisably the same mail.
    Raises coachops.outbox.registry.NotDelivered or Undeliverable where it is certain that nothing
    went out; any other exception means that nobody knows.
    """
    transport.send(build_message(mail, message_id=message_id))


def build_message(mail: Mail, *, message_id: UUID) -> MailMessage:
    """The MIME message: text, HTML and invitation as alternatives, files beside them."""
    sender_name, sender_address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    name = header_value(mail.from_name) or sender_name
    message = MailMessage(
        subject=header_value(mail.subject),
        body=mail.text,
        from_email=str(Address(display_name=name, addr_spec=sender_address)),
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            **{name: header_value(text, _LONGEST_LINE) for name, text in mail.headers.items()},
            "Message-ID": f"<{message_id}@{sender_address.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    if mail.reference:
        message.extra_headers[REFERENCE_HEADER] = mail.reference
        # Understood by django-anymail, whose providers give it back.
        message.metadata = {REFERENCE_KEY: mail.reference}  # type: ignore[attr-defined]
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    if mail.calendar is not None:
        calendar = mail.calendar
        message.attach_alternative(calendar.content, f"text/calendar; method={calendar.method}")
        message.attach(INVITATION_NAME, calendar.content.encode(), "application/ics")
    for attachment in mail.attachments:
        message.attach(header_value(attachment.name), attachment.content, attachment.type)
    return message


def _render_plain(template: str, values: Mapping[str, Any]) -> str:
    """Text is not HTML: an apostrophe stays an apostrophe."""
    backend_template = get_template(template)
    rendered: str = backend_template.template.render(  # type: ignore[attr-defined]
        Context(dict(values), autoescape=False)
    )
    return rendered


def _list_headers(reader: Reader) -> dict[str, str]:
    if not reader.unsubscribe_url:
        return {}
    return {
        UNSUBSCRIBE_HEADER: f"<{reader.unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
